"""The embedded engine: SQLite in one folder, through apsw. The default; nothing has to run beside the hub.

One process or thread writes (`sqlite_writer`), a few threads read (`sqlite_reader`), and the event loop only waits
for them.
"""

# ruff: noqa: S608 - the names in our SQL come from declarations in the code; every value is bound
from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import apsw
import msgspec

from storage.change import checked
from storage.engine import (
    Batch,
    Collection,
    Document,
    Index,
    Outcome,
    Page,
    Rewritten,
    Scope,
    Sort,
    Stream,
    Unavailable,
    Unindexed,
)
from storage.filters import EVERYTHING, NUMBER, Filter, words
from storage.lock import FolderLock
from storage.paging import Place, read_cursor, write_cursor
from storage.plan import checked_filter, plan
from storage.requests import Change, ClaimJobs, Clear, Erase, Open, Ping, Replace, Reserve
from storage.sqlite_errors import as_storage_error
from storage.sqlite_group import LOAD_KEYS
from storage.sqlite_process import ProcessWriter
from storage.sqlite_reader import Query, Readers, count, find_part, marked, search
from storage.sqlite_rewrite import PART, TURN, change_again, find_changes
from storage.sqlite_schema import StreamTable, Table, connect
from storage.sqlite_thread import ThreadWriter
from storage.sqlite_together import Together
from storage.values import LARGEST, clearable, is_clean, is_id

BY_ID = Sort()
READERS = 3
"""Threads that read: one long scan and one more leave one for everybody else."""


class SqliteEngine:
    """Keeps everything in `<folder>/hub.db`, and owns the folder while it is open."""

    def __init__(self, folder: Path, *, apart: Any = None):
        """With a log for `apart`, a process of its own writes; it is worth its start where much is written."""
        self.folder = Path(folder)
        self._path = self.folder.absolute() / "hub.db"
        self._lock = FolderLock(self.folder)
        self._log = apart
        self._tables: dict[str, Table] = {}
        self._streams: dict[str, StreamTable] = {}
        self._writer: ProcessWriter | ThreadWriter | None = None
        self._readers: Readers | None = None
        self._joined: Together | None = None

    async def open(self, collections: Iterable[Collection], streams: Iterable[Stream]) -> None:
        """Take the folder and make what is declared. Raises `Locked` or `Unavailable`."""
        opening = Open(str(self._path), list(collections), list(streams))
        self._tables = {each.name: Table(each) for each in opening.collections}
        self._streams = {each.name: StreamTable(each) for each in opening.streams}
        await self._lock.take()
        writer = ThreadWriter(opening) if self._log is None else ProcessWriter(opening, self._lock.file, self._log)
        try:
            await writer.start()
            try:
                reading = await asyncio.to_thread(lambda: [connect(self._path) for _ in range(READERS)])
            except Exception:
                await writer.stop()
                raise
        except Exception as error:
            self._lock.release()
            raise as_storage_error(error) from error
        self._writer, self._readers = writer, Readers(reading)
        self._readers.start()
        self._joined = Together(self._readers)

    async def close(self) -> None:
        """Finish what was queued, then let go of the folder."""
        writer, readers = self._writer, self._readers
        self._writer = self._readers = self._joined = None
        if writer is not None and readers is not None:
            await asyncio.to_thread(readers.stop)
            await writer.stop()
        self._lock.release()

    @property
    def _reading(self) -> Readers:
        if self._readers is None:
            raise Unavailable("The store is closed.")
        return self._readers

    @property
    def _together(self) -> Together:
        if self._joined is None:
            raise Unavailable("The store is closed.")
        return self._joined

    @property
    def _writing(self) -> ProcessWriter | ThreadWriter:
        if self._writer is None:
            raise Unavailable("The store is closed.")
        return self._writer

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def ping(self) -> None:
        """Return when a small write has gone through to the disk, else raise `Unavailable`."""
        await self._writing.submit(Ping())

    @property
    def holds(self) -> list[bytes]:
        """Nothing: a process that dies takes its locks on the file with it."""
        return []

    def on_hold(self, handler: Callable[[], None]) -> None:
        """Nothing to call it for."""

    async def release(self, holds: list[bytes]) -> None:
        """Nothing to do."""

    async def reserve(self, kind: str, count: int) -> int:
        """Return the first of `count` ids that nobody else gets."""
        if count < 1:
            raise ValueError("At least one id is reserved at a time.")
        first: int = await self._writing.submit(Reserve(kind, count))
        return first

    def commit(self, batch: Batch) -> asyncio.Future[Outcome]:
        """Apply the batch durably, in the order of the calls."""
        return self._writing.submit(checked(batch))

    async def claim_jobs(
        self, collection: Collection, *, now: int, lease_until: int, owner: str, limit: int = 50
    ) -> list[Document]:
        """Take due jobs: their lease moves to `lease_until`, `tries` counts up, `owner` is set."""
        if collection.tenant or Index(("due",)) not in collection.indexes:
            raise Unindexed(
                f"{collection.name} is no collection of jobs: it needs the installation and an index on due."
            )
        claimed: list[Document] = await self._writing.submit(ClaimJobs(collection.name, now, lease_until, owner, limit))
        return claimed

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def get(self, scope: Scope, collection: Collection, id: int) -> Document | None:
        """Return the document, or None where it does not exist in this scope."""
        return (await self.get_many(scope, collection, (id,))).get(id)

    async def get_many(self, scope: Scope, collection: Collection, ids: Iterable[int]) -> dict[int, Document]:
        """Return the documents that exist in this scope, by id."""
        table, app = self._tables[collection.name], _app(scope, collection)
        wanted = [id for id in dict.fromkeys(ids) if is_id(id)]
        rows = await self._together.ask(table.load, wanted)
        return {wanted[place]: document for place, owner, document in rows if owner == app}

    async def find(
        self,
        scope: Scope,
        collection: Collection,
        filter: Filter = EVERYTHING,
        *,
        sort: Sort = BY_ID,
        limit: int = 100,
        cursor: str | None = None,
        scan: bool = False,
    ) -> Page:
        """Return the matching documents in order; `storage.plan` says which queries an index serves."""
        if limit < 1:
            raise ValueError("A page holds at least one document.")
        after = read_cursor(sort, cursor)
        query = self._query(scope, collection, filter, sort, limit + 1, scan)
        found = await self._found(query, after)
        more = len(found) > limit
        return Page(
            [document for _, document in found[:limit]], write_cursor(sort, found[limit - 1][0]) if more else None
        )

    def _query(
        self, scope: Scope, collection: Collection, filter: Filter, sort: Sort | None, limit: int, scan: bool
    ) -> Query:
        chosen = plan(collection, checked_filter(filter), sort)
        if not (chosen.served or scan):
            raise Unindexed(
                f"No index of {collection.name} serves {filter!r} by {sort!r}; say scan=True if it is meant."
            )
        return Query(self._tables[collection.name], _app(scope, collection), filter, sort or BY_ID, limit, chosen)

    async def _found(self, query: Query, after: Place | None) -> list[tuple[Place, Document]]:
        found: list[tuple[Place, Document]] = []
        while True:
            rest = Query(query.table, query.app, query.filter, query.sort, query.limit - len(found), query.plan)
            part = await self._reading.submit(partial(find_part, query=rest, after=after))
            found += part.found
            if part.rest is None or len(found) >= query.limit:
                return found
            after = part.rest

    async def count(
        self, scope: Scope, collection: Collection, filter: Filter = EVERYTHING, *, scan: bool = False
    ) -> int:
        """Return how many documents match."""
        query = self._query(scope, collection, filter, None, 1, scan)
        return await self._reading.submit(lambda connection: count(connection, query))

    async def search(
        self, scope: Scope, collection: Collection, text: str, *, limit: int = 20, below: int | None = None
    ) -> list[Document]:
        """Return the documents that hold every word of the text as a prefix, newest first; none for no words."""
        table, app = self._tables[collection.name], _app(scope, collection)
        wanted = words(text)
        if not wanted:
            return []
        return await self._reading.submit(lambda connection: search(connection, table, app, wanted, limit, below))

    async def marked(self, scope: Scope, collection: Collection, mark: str, *, limit: int = 20) -> list[Document]:
        """Return the documents that have this very text in one of their `marks` fields, lowest id first."""
        table, app = self._tables[collection.name], _app(scope, collection)
        return await self._reading.submit(lambda connection: marked(connection, table, app, mark, limit))

    async def export(
        self, scope: Scope, collection: Collection, filter: Filter = EVERYTHING
    ) -> AsyncIterator[list[Document]]:
        """Yield all matching documents by id in chunks of at most 500."""
        after: Place | None = None
        while True:
            query = self._query(scope, collection, filter, BY_ID, 500, True)
            found = await self._found(query, after)
            if found:
                yield [document for _, document in found]
            if len(found) < query.limit:
                return
            after = found[-1][0]

    async def rewrite(
        self,
        scope: Scope,
        collection: Collection,
        filter: Filter,
        change: Callable[[Document], Document | None],
        *,
        after: int = 0,
    ) -> Rewritten:
        """Replace matching documents by what a function makes of them, a part in each of some transactions.

        While one part is written the next one is read and made, for the writer is a process of its own.
        """
        query = self._query(scope, collection, filter, BY_ID, PART, True)
        until = time.monotonic() + TURN
        writing: asyncio.Future[int] | None = None
        place: int | None = after
        changed = 0
        try:
            while place is not None and time.monotonic() < until:
                start = ((NUMBER, place), place)
                found = await self._reading.submit(partial(find_changes, query=query, after=start, change=change))
                if writing is not None:
                    changed += await writing
                writing = asyncio.create_task(self._replaced(query, found.made, change))
                place = found.after
        finally:
            if writing is not None:
                changed += await writing
        return Rewritten(changed, place)

    async def _replaced(self, query: Query, made: list[Change], change: Callable[[Document], Document | None]) -> int:
        """Write what was made of documents, again of those that others have changed meanwhile; return how many."""
        changed = 0
        while made:
            others: list[int] = await self._writing.submit(Replace(query.table.collection.name, query.app, made))
            changed += len(made) - len(others)
            made = await self._reading.submit(partial(change_again, query=query, ids=others, change=change))
        return changed

    async def key(self, scope: Scope, kind: str, value: str) -> Any | None:
        """Return what a unique key holds, or None."""
        return (await self.keys(scope, ((kind, value),))).get((kind, value))

    async def keys(self, scope: Scope, refs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Any]:
        """Return what unique keys (kind, value) hold, those that somebody holds."""
        wanted = [ref for ref in dict.fromkeys(refs) if is_clean(ref[1])]
        about = [(scope.app, *ref) for ref in wanted]
        return {wanted[place]: holds for place, holds in await self._together.ask(LOAD_KEYS, about)}

    # ── streams ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def read(
        self, scope: Scope, stream: Stream, key: int, *, after: int = 0, limit: int = 100, newest: bool = False
    ) -> list[Document]:
        """Return records behind a position, oldest first; with `newest`, the last ones."""
        if not (is_id(key) and is_id(after)):
            return []
        rows = self._streams[stream.name].rows
        sql = (
            f"SELECT record FROM {rows} WHERE app = ? AND key = ? AND position > ? "
            f"ORDER BY position {'DESC' if newest else 'ASC'} LIMIT ?"
        )

        def read(connection: apsw.Connection) -> list[Document]:
            packed: Any = connection.execute(sql, (scope.app, key, after, max(limit, 0))).fetchall()
            return [msgspec.json.decode(each) for (each,) in (reversed(packed) if newest else packed)]

        return await self._reading.submit(read)

    async def heads(self, scope: Scope, stream: Stream, keys: Iterable[int]) -> dict[int, int]:
        """Return the last position of each list that has records."""
        table = self._streams[stream.name]
        wanted = [key for key in keys if is_id(key)]
        lists = [(scope.app, key) for key in wanted]
        return {wanted[place]: head for place, head in await self._together.ask(table.heads, lists) if head}

    async def erase(
        self, scope: Scope, stream: Stream, key: int, *, through: int | None = None, limit: int = 500
    ) -> int:
        """Delete the oldest records of a list, up to a position; return how many were there."""
        if not (is_id(key) and limit > 0):
            return 0
        last = LARGEST if through is None else through
        erased: int = await self._writing.submit(Erase(stream.name, scope.app, key, last, limit))
        return erased

    async def clear(self, scope: Scope, *, limit: int = 200) -> int:
        """Delete some of all that an application has; return how many there were, 0 where nothing is left."""
        cleared: int = await self._writing.submit(Clear(clearable(scope), limit))
        return cleared

    async def record(self, scope: Scope, stream: Stream, id: int) -> Document | None:
        """Return one record by its id, or None."""
        if not is_id(id):
            return None
        sql = f"SELECT record FROM {self._streams[stream.name].rows} WHERE id = ? AND app = ?"

        def read(connection: apsw.Connection) -> Document | None:
            packed: Any = connection.execute(sql, (id, scope.app)).get
            return None if packed is None else msgspec.json.decode(packed)

        return await self._reading.submit(read)


def _app(scope: Scope, collection: Collection) -> int:
    return scope.app if collection.tenant else 0
