"""What writes: requests that wait together become one transaction, durable before anybody hears of it.

It knows nothing of threads and processes. `sqlite_child` runs it in a process of its own, `sqlite_thread` in ours.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import apsw

from storage.change import Needs, State, apply
from storage.engine import Batch, Collection, StorageError, Stream, Unavailable
from storage.requests import Alone, Answer, Done, Refused, Work, refused
from storage.sqlite_alone import alone
from storage.sqlite_errors import as_storage_error
from storage.sqlite_group import derive_again, load, write
from storage.sqlite_schema import StreamTable, Table, connect, create

LONGEST = 0.012
"""Seconds of work in one transaction; with the sync at its end it stays below the promised 20 ms.

Work, not time on the wall: a thread beside a busy event loop mostly waits for its turn, and smaller transactions would
only make it wait more often.
"""

FEWEST, MOST = 64, 2_000
"""Steps in one transaction: how far its size follows the measured time."""


class Writer:
    """Commits batches in the order in which they came, and other writes between them. Owns the one connection that writes."""

    def __init__(self, path: Path, collections: Iterable[Collection], streams: Iterable[Stream]):
        """Open the file and make what is declared. Raises `Unavailable`, and what old data has against new indexes."""
        self._tables = {each.name: Table(each) for each in collections}
        self._streams = {each.name: StreamTable(each) for each in streams}
        self._entries = {name: table.entries for name, table in self._tables.items()}
        try:
            self._connection = connect(path, writer=True)
        except Exception as error:
            raise as_storage_error(error) from error
        try:
            create(self._connection, self._tables.values(), self._streams.values(), derive_again)
        except Exception as error:
            self._connection.close()
            raise as_storage_error(error) from error
        self.room = 200
        """Steps to take for the next transaction."""

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def answers(self, requests: list[Work | Refused]) -> Iterator[list[Answer]]:
        """Do what is asked, and yield the answers in the order of the requests, each when it is durable."""
        group: list[Batch] = []
        for request in requests:
            if type(request) is Batch:
                group.append(request)
                continue
            yield from self._commit(group)
            group = []
            yield [request if type(request) is Refused else self._alone(request)]  # type: ignore[arg-type]
        yield from self._commit(group)

    def _alone(self, request: Alone) -> Answer:
        try:
            with transaction(self._connection):
                return Done(alone(self._connection, request, self._tables, self._streams))
        except Exception as error:
            return refused(as_storage_error(error))

    def _commit(self, group: list[Batch]) -> Iterator[list[Answer]]:
        if not group:
            return
        began = time.thread_time()
        try:
            told = self._together(group)
        except Exception as error:
            failure = as_storage_error(error)
            if len(group) > 1 and not isinstance(failure, Unavailable):
                for each in group:  # one of them is at fault: the others shall not suffer
                    yield from self._commit([each])
                return
            told = [refused(failure)] * len(group)
        took = time.thread_time() - began
        if took > LONGEST:
            self.room = max(FEWEST, int(self.room * LONGEST / took))
        elif self.room < MOST:
            self.room += 20
        yield told

    def _together(self, group: list[Batch]) -> list[Answer]:
        needs = Needs()
        for batch in group:
            needs.add(batch)
        before = load(self._connection, needs, self._tables, self._streams)
        after = State(dict(before.documents), dict(before.keys), dict(before.heads), before.records)
        told: list[Answer] = []
        for batch in group:
            try:
                told.append(apply(batch, after, self._entries))
            except StorageError as error:
                told.append(refused(error))
        with transaction(self._connection):
            write(self._connection, before, after, self._tables, self._streams)
        return told


class Waiting:
    """Requests that have come and were not taken yet."""

    def __init__(self) -> None:
        self._requests: deque[Work | Refused] = deque()
        self._steps = 0

    def add(self, request: Work | Refused) -> None:
        self._requests.append(request)
        self._steps += _steps(request)

    def fills(self, room: int) -> bool:
        """Whether there is as much as one transaction takes."""
        return self._steps >= room

    def __len__(self) -> int:
        return len(self._requests)

    def take(self, room: int) -> list[Work | Refused]:
        """Return the next requests, up to the size of a transaction."""
        taken: list[Work | Refused] = []
        while self._requests and room > 0:
            request = self._requests.popleft()
            steps = _steps(request)
            taken.append(request)
            self._steps -= steps
            room -= steps
        return taken


def _steps(request: Work | Refused) -> int:
    return len(request.steps) + len(request.claims) if type(request) is Batch else 1


class transaction:
    """A write transaction; any error takes all of it back."""

    def __init__(self, connection: apsw.Connection):
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        try:
            if kind is None:
                self._connection.execute("COMMIT")
        finally:
            if not self._connection.get_autocommit():
                self._connection.execute("ROLLBACK")
