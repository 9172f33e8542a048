"""The one thread that writes: whatever is queued becomes one transaction, durable before anybody hears of it."""

# ruff: noqa: S608 - the names in our SQL come from declarations in the code; every value is bound
from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import apsw
import msgspec

from storage.change import TAKEN, Appended, KeyRef, Needs, Row, State, apply, leased
from storage.engine import Batch, Document, StorageError, Unavailable
from storage.filters import NUMBER
from storage.sqlite_schema import StreamTable, Table, bind, column, put_entries, rows

LONGEST = 0.015
"""Seconds that a write transaction should take at most; the promise is 20 ms."""

FEWEST, MOST = 8, 2_000
"""Steps in one transaction: how far its size follows the measured time."""

Job = tuple[asyncio.Future[Any], Batch | Callable[[apsw.Connection], Any]]


class Writer:
    """Commits batches in the order in which they came, and other writing jobs between them."""

    def __init__(
        self,
        connect: Callable[[], apsw.Connection],
        tables: dict[str, Table],
        streams: dict[str, StreamTable],
    ):
        self._connect = connect
        self._tables = tables
        self._streams = streams
        self._entries = {name: table.entries for name, table in tables.items()}
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._steps = 200
        self._closed = False
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
        connection = self._connect()
        ended = False
        while not ended:
            jobs, ended = self._waiting()
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
        began = time.monotonic()
        try:
            told = self._together(connection, group)
        except Exception as error:
            failure = as_storage_error(error)
            if len(group) > 1 and not isinstance(failure, Unavailable):
                for each in group:  # one of them is at fault: the others shall not suffer
                    self._commit(connection, [each])
                return
            told = [(future, None, failure) for future, _ in group]
        took = time.monotonic() - began
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


# ── what a group loads and writes ────────────────────────────────────────────────────────────────────────────────────


def load(connection: apsw.Connection, needs: Needs, tables: dict[str, Table], streams: dict[str, StreamTable]) -> State:
    """Return what is stored of everything that the batches touch."""
    state = State(documents=dict.fromkeys(needs.documents), keys=dict.fromkeys(needs.keys))
    for name, ids in by_name(needs.documents).items():
        for id, app, packed in connection.execute(tables[name].load, (msgspec.json.encode(ids).decode(),)):
            state.documents[name, id] = Row(app, msgspec.json.decode(packed))
    if needs.keys:
        for app, kind, value, packed in connection.execute(LOAD_KEYS, (msgspec.json.encode(needs.keys).decode(),)):
            holds = msgspec.json.decode(packed)
            state.keys[app, kind, value] = TAKEN if holds is None else holds
    heads: dict[str, list[tuple[int, int]]] = {}
    for name, app, key in needs.heads:
        heads.setdefault(name, []).append((app, key))
    for name, lists in heads.items():
        for app, key, head in connection.execute(streams[name].heads, (msgspec.json.encode(lists).decode(),)):
            state.heads[name, app, key] = head
    for name, ids in by_name(needs.records).items():
        for (id,) in connection.execute(streams[name].known, (msgspec.json.encode(ids).decode(),)):
            state.records.add((name, id))
    return state


LOAD_KEYS = (
    "SELECT k.app, k.kind, k.value, k.holds FROM json_each(?) AS j CROSS JOIN keys AS k "
    "ON k.app = j.value ->> 0 AND k.kind = j.value ->> 1 AND k.value = j.value ->> 2"
)


def by_name(refs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    """Return ids by the name of their collection or stream."""
    found: dict[str, list[int]] = {}
    for name, id in refs:
        found.setdefault(name, []).append(id)
    return found


def write(
    connection: apsw.Connection,
    before: State,
    after: State,
    tables: dict[str, Table],
    streams: dict[str, StreamTable],
) -> None:
    """Write the difference: a document that a hundred batches patched is written once."""
    for (name, id), new in after.documents.items():
        old = before.documents[name, id]
        if new is not old:
            _write_document(connection, tables[name], id, old, new)
    freed: list[KeyRef] = []
    held: list[tuple[int, str, str, bytes]] = []
    for ref, holds in after.keys.items():
        if holds is not before.keys[ref]:
            if holds is None:
                freed.append(ref)
            else:
                held.append((*ref, msgspec.json.encode(None if holds is TAKEN else holds)))
    if freed:
        connection.executemany("DELETE FROM keys WHERE app = ? AND kind = ? AND value = ?", freed)
    if held:
        connection.executemany("INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?)", held)
    records: dict[str, list[Appended]] = {}
    for each in after.appended:
        records.setdefault(each.stream, []).append(each)
    for name, appended in records.items():
        lines = [(r.id, r.app, r.key, r.position, msgspec.json.encode(r.record)) for r in appended]
        connection.executemany(streams[name].insert, lines)


def _write_document(connection: apsw.Connection, table: Table, id: int, old: Row | None, new: Row | None) -> None:
    was: Document | None = old.document if old else None
    now: Document | None = new.document if new else None
    if new is not None and old is not None and new.app != old.app:
        # Deleted by its application and inserted by another in one transaction.
        _write_document(connection, table, id, old, None)
        old, was = None, None
    if new is None:
        connection.execute(table.delete, (id,))
    elif old is None:
        connection.execute(table.insert, (id, new.app, msgspec.json.encode(now), *table.columns(new.document)))
    else:
        columns = table.columns(new.document)
        if columns == table.columns(old.document):
            connection.execute(table.update_plain, (msgspec.json.encode(now), id))
        else:
            connection.execute(table.update, (msgspec.json.encode(now), *columns, id))
    if table.collection.values or table.collection.words:
        put_entries(connection, table, (new or old).app, was, now)  # type: ignore[union-attr]


def claim_due(
    connection: apsw.Connection, table: Table, now: int, lease_until: int, owner: str, limit: int
) -> list[Document]:
    """Move the earliest due jobs to a new lease and return them as they are now."""
    sql = (
        f"SELECT id, doc FROM {table.rows} INDEXED BY {table.index_name(('due',))} "
        f"WHERE app = 0 AND {column('due')} >= ? AND {column('due')} <= ? ORDER BY {column('due')}, id LIMIT ?"
    )
    claimed: list[Document] = []
    for id, packed in rows(connection, sql, (bind((NUMBER,)), now, limit)):
        old = Row(0, msgspec.json.decode(packed))
        new = Row(0, leased(old.document, lease_until, owner))
        _write_document(connection, table, id, old, new)
        claimed.append(new.document)
    return claimed
