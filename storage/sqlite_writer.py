"""The one thread that writes: whatever is queued becomes one transaction, durable before anybody hears of it."""

from __future__ import annotations

import asyncio
import copy
import queue
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import apsw

from storage.change import Needs, State, apply
from storage.engine import Batch, StorageError, Unavailable
from storage.sqlite_group import load, write
from storage.sqlite_schema import StreamTable, Table

LONGEST = 0.012
"""Seconds of work in one transaction; with the sync at its end it stays below the promised 20 ms.

Work, not time on the wall: beside a busy event loop this thread mostly waits for its turn, and smaller transactions
would only make it wait more often.
"""

BUSY, BREATH = 8, 0.0015
"""Behind so many jobs at once the thread waits for so many seconds before it takes the next ones.

They are more then, and cost less each: a page that they share is written to the log once. And the event loop has the
interpreter for itself meanwhile. A store that is not busy answers at once.
"""

FEWEST, MOST = 64, 2_000
"""Steps in one transaction: how far its size follows the measured time."""

Job = tuple[asyncio.Future[Any], Batch | Callable[[apsw.Connection], Any]]


class Writer:
    """Commits batches in the order in which they came, and other writing jobs between them."""

    def __init__(
        self,
        connection: apsw.Connection,
        tables: dict[str, Table],
        streams: dict[str, StreamTable],
    ):
        self._connection = connection
        self._tables = tables
        self._streams = streams
        self._entries = {name: table.entries for name, table in tables.items()}
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._steps = 200
        self._closed = False
        self._busy = False
        self._thread = threading.Thread(target=self._run, name="storage-writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def submit(self, work: Batch | Callable[[apsw.Connection], Any]) -> asyncio.Future[Any]:
        """Queue a batch, or a function that gets the connection inside a transaction of its own."""
        if self._closed:
            raise Unavailable("The store is closed.")
        future: asyncio.Future[Any] = self._loop.create_future()
        self._queue.put((future, work))
        return future

    def stop(self) -> None:
        """Let the queue run empty and end the thread; blocks until it has ended."""
        self._closed = True
        self._queue.put(None)
        self._thread.join()

    # ── the thread ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _run(self) -> None:
        connection = self._connection
        ended = False
        while not ended:
            jobs, ended = self._waiting()
            self._busy = len(jobs) > BUSY
            group: list[tuple[asyncio.Future[Any], Batch]] = []
            for future, work in jobs:
                if isinstance(work, Batch):
                    group.append((future, work))
                    continue
                self._commit(connection, group)
                group = []
                self._tell([(future, *self._alone(connection, work))])
            self._commit(connection, group)
        connection.close()

    def _waiting(self) -> tuple[list[Job], bool]:
        """The jobs that wait now, at least one, up to the size of a transaction; and whether the end was among them."""
        jobs: list[Job] = []
        steps = 0
        while steps < self._steps:
            try:
                job = self._queue.get(block=not jobs)
            except queue.Empty:
                break
            if job is None:
                return jobs, True
            if not jobs and self._busy:
                time.sleep(BREATH)
            jobs.append(job)
            steps += len(job[1].steps) + len(job[1].claims) if isinstance(job[1], Batch) else 1
        return jobs, False

    def _alone(self, connection: apsw.Connection, work: Callable[[apsw.Connection], Any]) -> tuple[Any, Any]:
        try:
            with transaction(connection):
                return work(connection), None
        except Exception as error:
            return None, as_storage_error(error)

    def _commit(self, connection: apsw.Connection, group: list[tuple[asyncio.Future[Any], Batch]]) -> None:
        if not group:
            return
        began = time.thread_time()
        try:
            told = self._together(connection, group)
        except Exception as error:
            failure = as_storage_error(error)
            if len(group) > 1 and not isinstance(failure, Unavailable):
                for each in group:  # one of them is at fault: the others shall not suffer
                    self._commit(connection, [each])
                return
            told = [(future, None, copy.copy(failure)) for future, _ in group]  # each raises its own
        took = time.thread_time() - began
        if took > LONGEST:
            self._steps = max(FEWEST, int(self._steps * LONGEST / took))
        elif self._steps < MOST:
            self._steps += 20
        self._tell(told)

    def _together(
        self, connection: apsw.Connection, group: list[tuple[asyncio.Future[Any], Batch]]
    ) -> list[tuple[asyncio.Future[Any], Any, Any]]:
        needs = Needs()
        for _, batch in group:
            needs.add(batch)
        before = load(connection, needs, self._tables, self._streams)
        after = State(dict(before.documents), dict(before.keys), dict(before.heads), before.records)
        told: list[tuple[asyncio.Future[Any], Any, Any]] = []
        for future, batch in group:
            try:
                told.append((future, apply(batch, after, self._entries), None))
            except StorageError as error:
                told.append((future, None, error))
        with transaction(connection):
            write(connection, before, after, self._tables, self._streams)
        return told

    def _tell(self, told: list[tuple[asyncio.Future[Any], Any, Any]]) -> None:
        try:
            self._loop.call_soon_threadsafe(resolve, told)
        except RuntimeError:
            pass  # the loop has ended, and with it everybody who could ask


def resolve(told: Iterable[tuple[asyncio.Future[Any], Any, Any]]) -> None:
    """Give each future its result or its error. Runs on the event loop."""
    for future, result, error in told:
        if future.done():  # cancelled meanwhile
            continue
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)


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


def as_storage_error(error: Exception) -> Exception:
    """Return the error to raise to callers: what the disk did becomes `Unavailable` with a sentence."""
    if isinstance(error, StorageError):
        return error
    if isinstance(error, apsw.FullError):
        return Unavailable("The disk is full: nothing was written. Make room; the store goes on by itself.")
    if isinstance(error, (apsw.IOError, apsw.CantOpenError, apsw.ReadOnlyError, apsw.BusyError, apsw.PermissionsError)):
        return Unavailable(f"The disk did not take it ({error}): nothing was written.")
    if isinstance(error, (apsw.CorruptError, apsw.NotADBError)):
        return Unavailable(f"The database file is damaged ({error}). Restore a backup.")
    return error
