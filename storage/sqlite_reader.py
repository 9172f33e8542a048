"""Reading: a few threads with connections of their own, so that the event loop never waits for the disk."""

# ruff: noqa: S608 - the names in our SQL come from declarations in the code; every value is bound
from __future__ import annotations

import asyncio
import heapq
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import apsw
import msgspec

from storage import filters
from storage.engine import Document, Sort, Unavailable
from storage.filters import OrderKey
from storage.paging import Place, Segment, segments
from storage.plan import Access, Plan
from storage.sqlite_errors import as_storage_error
from storage.sqlite_schema import Table, bind, column, mark_word

T = TypeVar("T")
Tell = Callable[[Any, Exception | None], None]
SLICE = 0.02
"""Seconds that a long scan runs before it lets others read; it goes on from there."""

FEW = 2_000
"""So many candidates are fetched and sorted rather than found by walking the whole order."""


class Readers:
    """Threads that run functions over a connection that can only read."""

    def __init__(self, connections: Iterable[apsw.Connection]):
        self._queue: queue.SimpleQueue[tuple[Tell, Callable[[apsw.Connection], Any]] | None]
        self._queue = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._results: deque[tuple[Tell, Any, Exception | None]] = deque()
        self._telling = False
        self._closed = False
        self._threads = [
            threading.Thread(target=self._run, args=(connection,), name=f"storage-reader-{number}", daemon=True)
            for number, connection in enumerate(connections, 1)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def submit(self, work: Callable[[apsw.Connection], T]) -> asyncio.Future[T]:
        """Run the function on the next free connection; it sees everything committed before now."""
        future: asyncio.Future[T] = self._loop.create_future()
        self.run(work, partial(_settle, future))
        return future

    def run(self, work: Callable[[apsw.Connection], T], tell: Tell) -> None:
        """Do the same, and call `tell` on the loop with the result or the error. Raises `Unavailable`."""
        if self._closed:
            raise Unavailable("The store is closed.")
        self._queue.put((tell, work))

    def stop(self) -> None:
        """End the threads after what is queued; blocks until they have ended."""
        self._closed = True
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self, connection: apsw.Connection) -> None:
        while (job := self._queue.get()) is not None:
            tell, work = job
            told: tuple[Tell, Any, Exception | None]
            try:
                told = (tell, work(connection), None)
            except Exception as error:
                told = (tell, None, as_storage_error(error))
            self._results.append(told)
            # To wake the loop costs as much as a small read, so the loop is woken once for what has piled up.
            if self._telling:
                continue
            self._telling = True
            try:
                self._loop.call_soon_threadsafe(self._tell)
            except RuntimeError:
                pass  # the loop has ended, and with it everybody who could ask
        connection.close()

    def _tell(self) -> None:
        # First the flag: a result that comes from now on wakes the loop again.
        self._telling = False
        results = self._results
        for _ in range(len(results)):
            tell, result, error = results.popleft()
            tell(result, error)


def _settle(future: asyncio.Future[Any], result: Any, error: Exception | None) -> None:
    if future.done():  # cancelled meanwhile
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)


# ── queries ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Query:
    """A question about the documents of one application."""

    table: Table
    app: int
    filter: filters.Filter
    sort: Sort
    limit: int
    plan: Plan


@dataclass(frozen=True, slots=True)
class Part:
    """What one slice of time gave: documents in order, and where to go on (None: there is nothing behind)."""

    found: list[tuple[Place, Document]]
    rest: Place | None


FEWEST, MOST = 8, 200
"""Rows of a walk that are read at once."""

_IN_ONE = (
    "SELECT CAST('[' || group_concat('[' || id || ',' || coalesce(CAST(doc AS TEXT), 'null') || ']') || ']' AS BLOB) "
    "FROM ({} LIMIT ?) AS piece"
)

Found = tuple[OrderKey, int, Document | None]
"""A row of a walk in order; without its document where that does not match."""


def find_part(connection: apsw.Connection, query: Query, after: Place | None) -> Part:
    """Return the next documents of a query, up to its limit, or as far as a slice of time goes."""
    plan = query.plan
    if plan.walk is not None and (plan.served or not _narrow_enough(connection, query)):
        return _walked(connection, query, plan.walk, after)
    return _sorted(connection, query, after)


def _walked(connection: apsw.Connection, query: Query, accesses: tuple[Access, ...], after: Place | None) -> Part:
    piece = max(FEWEST, min(query.limit, MOST) // max(1, len(accesses)))
    rows = [_walk(connection, query, access, after, piece) for access in accesses]
    merged = rows[0] if len(rows) == 1 else heapq.merge(*rows, key=_place, reverse=query.sort.descending)
    found: list[tuple[Place, Document]] = []
    until = time.monotonic() + SLICE
    last = 0
    for key, id, document in merged:
        if document is None:
            if time.monotonic() > until:
                return Part(found, (key, id))
        elif not found or id != last:  # several branches may bring the same document, one right after the other
            found.append(((key, id), document))
            last = id
            if len(found) == query.limit:
                return Part(found, (key, id))
    return Part(found, None)


def _place(row: Found) -> Place:
    return row[:2]


def _walk(
    connection: apsw.Connection, query: Query, access: Access, after: Place | None, piece: int
) -> Iterator[Found]:
    """The rows of one access in order; those that do not match too, so that their time counts.

    They come in pieces, each as the one value of a statement: row by row, the interpreter would change hands for each.
    """
    collection = query.table.collection
    holds = filters.predicate(query.filter, collection.folded)
    key_of = None if query.sort.field == "id" else query.table.entries.sort_key(query.sort.field)
    what, tested = _document_if(query, access)
    left = segments(access, query.sort, after)
    while left:
        sql, values = select(what, query.table, query.app, access, left[0], query.sort.descending)
        packed: Any = connection.execute(_IN_ONE.format(sql), (*tested, *values, piece)).get
        rows = [] if packed is None else msgspec.json.decode(packed)
        for id, document in rows:
            key: OrderKey = (filters.NUMBER, id) if document is None or key_of is None else key_of(document)
            yield key, id, document if document is not None and holds(document) else None
        if len(rows) < piece:
            left = left[1:]
            continue
        left = segments(access, query.sort, (key, id))
        piece = min(2 * piece, MOST)  # what was read did not suffice: where few match, many are looked at


def _document_if(query: Query, access: Access) -> tuple[str, list[Any]]:
    """Return what a walk reads of each row, and its values.

    By id it may be a walk over everybody although columns tell who does not match: SQLite looks at those then, and
    spares us the document.
    """
    narrow = query.plan.narrow
    if access.index != () or narrow is None or len(narrow) != 1 or not narrow[0].index:
        return "id, doc", []
    tests, values = _tests(narrow[0], Segment(narrow[0].low, narrow[0].high))
    if not tests:
        return "id, doc", []
    return f"id, CASE WHEN {' AND '.join(tests)} THEN doc END AS doc", values


def _narrow_enough(connection: apsw.Connection, query: Query) -> bool:
    """Whether the filter narrows to so few documents that sorting them beats walking."""
    if query.plan.narrow is None:
        return False
    candidates = 0
    for access in query.plan.narrow:
        sql, values = select("1", query.table, query.app, access, Segment(access.low, access.high), None)
        counted = f"SELECT count(*) FROM ({sql} LIMIT {FEW + 1})"
        candidates += connection.execute(counted, values).get
    return candidates <= FEW


def _sorted(connection: apsw.Connection, query: Query, after: Place | None) -> Part:
    sort = query.sort
    behind = [
        (place, document)
        for place, document in _gathered(connection, query)
        if after is None or ((place < after) if sort.descending else (place > after))
    ]
    best = heapq.nlargest if sort.descending else heapq.nsmallest
    found = best(query.limit, behind, key=lambda each: each[0])
    return Part(found, found[-1][0] if len(found) == query.limit and len(behind) > len(found) else None)


def _gathered(connection: apsw.Connection, query: Query) -> Iterator[tuple[Place, Document]]:
    """All matches, each once, in no order."""
    accesses = query.plan.narrow if query.plan.narrow is not None else (Access(()),)
    holds = filters.predicate(query.filter, query.table.collection.folded)
    key_of = query.table.entries.sort_key(query.sort.field)
    seen: set[int] = set()
    for access in accesses:
        sql, values = select("id, doc", query.table, query.app, access, Segment(access.low, access.high), None)
        for id, packed in connection.execute(sql, values):
            if id in seen:
                continue
            seen.add(id)
            document = msgspec.json.decode(packed)
            if holds(document):
                yield (key_of(document), id), document


def count(connection: apsw.Connection, query: Query) -> int:
    """Return how many documents match, from the index alone where the plan is exact."""
    plan, everything = query.plan, query.plan.walk
    accesses = everything if everything is not None else plan.narrow
    if accesses is None or not (plan.exact or everything):
        return sum(1 for _ in _gathered(connection, query))
    if len(accesses) == 1:
        access = accesses[0]
        sql, values = select("count(*)", query.table, query.app, access, Segment(access.low, access.high), None)
        return int(connection.execute(sql, values).get)
    ids: set[int] = set()
    for access in accesses:
        sql, values = select("id", query.table, query.app, access, Segment(access.low, access.high), None)
        ids.update(id for (id,) in connection.execute(sql, values))
    return len(ids)


def search(
    connection: apsw.Connection, table: Table, app: int, wanted: list[str], limit: int, below: int | None
) -> list[Document]:
    """Return the newest documents in which each wanted word begins a word."""
    terms = " AND ".join(f'"{word}"*' for word in wanted)
    sql = (
        f"SELECT doc FROM {table.rows} WHERE app = ? AND id IN (SELECT rowid FROM {table.words} "
        f"WHERE {table.words} MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?) ORDER BY id DESC"
    )
    asked = (app, f'app : "{app}" AND words : ({terms})', 2**63 - 1 if below is None else below, limit)
    return [msgspec.json.decode(packed) for (packed,) in connection.execute(sql, asked)]


def marked(connection: apsw.Connection, table: Table, app: int, mark: str, limit: int) -> list[Document]:
    """Return the documents that have a mark, lowest id first."""
    if not table.collection.marks:
        return []
    sql = (
        f"SELECT doc FROM {table.rows} WHERE app = ? AND id IN (SELECT rowid FROM {table.words} "
        f"WHERE {table.words} MATCH ? ORDER BY rowid LIMIT ?) ORDER BY id"
    )
    asked = (app, f'marks : "{mark_word(app, mark)}"', limit)
    return [msgspec.json.decode(packed) for (packed,) in connection.execute(sql, asked)]


# ── SQL ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def select(
    what: str, table: Table, app: int, access: Access, segment: Segment, descending: bool | None
) -> tuple[str, list[Any]]:
    """Return the statement that reads a segment of an access, in order unless `descending` is None."""
    if access.index is None:
        return _select_values(what, table, app, access, segment, descending)
    tests: list[str] = []
    values: list[Any] = []
    source = f"{table.rows} NOT INDEXED"
    if access.index or table.collection.tenant:
        tests.append("app = ?")
        values.append(app)
        source = f"{table.rows} INDEXED BY {table.index_name(access.index)}"
    columns, keys = _tests(access, segment)
    tests += columns
    values += keys
    if segment.beyond is not None:
        tests.append("id < ?" if descending else "id > ?")
        values.append(segment.beyond)
    return _statement(what, source, tests, _order(column(access.next), descending)), values


def _tests(access: Access, segment: Segment) -> tuple[list[str], list[Any]]:
    """Return what the columns of an access have to be, and the values."""
    tests: list[str] = []
    values: list[Any] = []
    for field, key in zip(access.index or (), access.equal, strict=False):
        tests.append(f"{column(field)} = ?")
        values.append(bind(key))
    _bounds(column(access.next), segment, tests, values)
    return tests, values


def _select_values(
    what: str, table: Table, app: int, access: Access, segment: Segment, descending: bool | None
) -> tuple[str, list[Any]]:
    tests = ["app = ?", "field = ?"]
    values: list[Any] = [app, access.values]
    if access.equal:
        tests.append("value = ?")
        values.append(bind(access.equal[0]))
    else:
        _bounds("value", segment, tests, values)
    if segment.beyond is not None:
        tests.append("id < ?" if descending else "id > ?")
        values.append(segment.beyond)
    if what == "count(*)":
        return _statement("count(DISTINCT id)", table.values, tests, ""), values
    if what != "id, doc":
        return _statement(f"DISTINCT {what}" if what == "id" else what, table.values, tests, ""), values
    ids = _statement("id", table.values, tests, "")
    if access.equal:  # one value: the entries come in the order of ids
        joined = f"({ids}{_order('id', descending)}) AS v CROSS JOIN {table.rows} AS d ON d.id = v.id"
        return _statement("d.id, d.doc", joined, [], _order("v.id", descending)), values
    return _statement(what, table.rows, [f"id IN ({ids})"], _order("id", descending)), values


def _bounds(name: str, segment: Segment, tests: list[str], values: list[Any]) -> None:
    for bound, sign in ((segment.low, ">"), (segment.high, "<")):
        if bound is not None:
            tests.append(f"{name} {sign}{'=' if bound.inclusive else ''} ?")
            values.append(bind(bound.key))


def _order(name: str, descending: bool | None) -> str:
    if descending is None:
        return ""
    way = "DESC" if descending else "ASC"
    return f" ORDER BY {name} {way}" if name in ("id", "v.id") else f" ORDER BY {name} {way}, id {way}"


def _statement(what: str, source: str, tests: list[str], order: str) -> str:
    where = f" WHERE {' AND '.join(tests)}" if tests else ""
    return f"SELECT {what} FROM {source}{where}{order}"
