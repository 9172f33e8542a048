"""The engine for many nodes: MongoDB (a replica set or a sharded cluster), through PyMongo's async client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any, TypeVar

from bson.binary import UUID_SUBTYPE, Binary
from pymongo import AsyncMongoClient, ReturnDocument
from pymongo.errors import DuplicateKeyError, PyMongoError
from pymongo.read_concern import ReadConcern

from storage import mongo_reader
from storage.change import checked, leased
from storage.engine import (
    INSTALLATION,
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
from storage.filters import EVERYTHING, NUMBER, Filter, predicate, words
from storage.mongo_clear import clear
from storage.mongo_held import Held
from storage.mongo_reader import Query, key_range
from storage.mongo_schema import CODEC, Table, create, key_id, row_field
from storage.mongo_writer import MAJORITY, MongoWriter, as_storage_error, head_id
from storage.paging import Place, read_cursor, write_cursor
from storage.plan import Bound, checked_filter, plan
from storage.values import LARGEST, clearable, is_clean, is_id

T = TypeVar("T")
BY_ID = Sort()
_PART = 50
"""Documents that are rewritten at once, each in a transaction of its own."""


class MongoEngine:
    """Keeps everything in one database. Transactions need a replica set or a sharded cluster, MongoDB 5 or newer."""

    def __init__(self, url: str, database: str | None = None):
        """Use the named database, else the one of the URL, else `switchboard`. Raises `Unavailable` for a URL that is none."""
        patience: dict[str, Any] = (
            {} if "serverselectiontimeoutms" in url.lower() else {"serverSelectionTimeoutMS": 10_000}
        )
        options: dict[str, Any] = {
            "codec_options": CODEC,
            "write_concern": MAJORITY,
            "read_concern": ReadConcern("majority"),
        }
        try:
            self._client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(url, connect=False, **patience)
            named = self._client.get_default_database("switchboard").name
        except (PyMongoError, ValueError) as error:
            raise Unavailable(f"The address of MongoDB can't be used: {error}") from None
        self._database = self._client.get_database(database or named, **options)
        self._tables: dict[str, Table] = {}
        self._streams: list[str] = []
        self._held = Held()
        self._writer = MongoWriter(self._client, self._database, self._tables, self._held)

    async def open(self, collections: Iterable[Collection], streams: Iterable[Stream]) -> None:
        """Make the declared collections, streams and indexes. Raises `Unavailable` where no server answers."""
        self._tables.update({each.name: Table(self._database, each) for each in collections})
        self._writer = MongoWriter(self._client, self._database, self._tables, self._held)
        streams = list(streams)
        self._streams = [each.name for each in streams]
        await _asked(create(self._database, self._tables.values(), streams))

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def ping(self) -> None:
        """Return when a majority has taken a small write, else raise `Unavailable`."""
        await _asked(self._database["hub.ids"].update_one({"_id": ""}, {"$inc": {"next": 1}}, upsert=True))

    @property
    def holds(self) -> list[bytes]:
        """The ids of the sessions whose transactions this process writes in."""
        return list(self._held.sessions)

    def on_hold(self, handler: Callable[[], None]) -> None:
        """Call the handler when a session begins its first transaction."""
        self._held.on_new(handler)

    async def release(self, holds: list[bytes]) -> None:
        """End the transactions of these sessions: MongoDB itself would wait a minute for a client that is gone."""
        if holds:
            sessions = [{"id": Binary(id, UUID_SUBTYPE)} for id in holds]
            await _asked(self._client.admin.command("killSessions", sessions))

    async def reserve(self, kind: str, count: int) -> int:
        """Return the first of `count` ids that nobody else gets."""
        if count < 1:
            raise ValueError("At least one id is reserved at a time.")
        ids = self._database["hub.ids"]
        while True:
            row = await _asked(
                ids.find_one_and_update({"_id": kind}, {"$inc": {"next": count}}, return_document=ReturnDocument.AFTER)
            )
            if row is not None:
                return int(row["next"]) - count
            try:
                await ids.insert_one({"_id": kind, "next": 1})
            except DuplicateKeyError:
                pass  # another node was first to make it
            except PyMongoError as error:
                raise as_storage_error(error) from error

    async def commit(self, batch: Batch) -> Outcome:
        """Apply the batch in a transaction; batches of this object on the same things go in the order of the calls."""
        return await self._writer.commit(checked(batch))

    async def claim_jobs(
        self, collection: Collection, *, now: int, lease_until: int, owner: str, limit: int = 50
    ) -> list[Document]:
        """Take due jobs: a ranged find, and an update of each that is guarded by the lease it was found with."""
        table = self._tables[collection.name]
        if collection.tenant or Index(("due",)) not in collection.indexes or collection.values or collection.words:
            raise Unindexed(
                f"{collection.name} is no collection of jobs: it needs the installation and an index on due."
            )
        due = row_field("due")
        asked = {"app": 0, due: key_range(Bound((NUMBER,), True), Bound((NUMBER, now), True))}
        claimed: list[int] = []
        while len(claimed) < limit:
            rows = table.rows.find(asked).sort([(due, 1), ("_id", 1)]).limit(limit - len(claimed))
            found = await _asked(rows.to_list())
            if not found:
                break
            # What another node takes meanwhile, the next look does not show again.
            claimed += [row["_id"] for row in found if await self._claim(table, row, lease_until, owner)]
        return list((await self.get_many(INSTALLATION, collection, claimed)).values())

    async def _claim(self, table: Table, row: dict[str, Any], lease_until: int, owner: str) -> bool:
        job = leased(row["doc"], lease_until, owner)
        guarded = {"_id": row["_id"], row_field("due"): row["keys"]["due"], "doc.tries": row["doc"].get("tries")}
        keys = table.stored(0, job)["keys"]
        changed = {f"doc.{name}": job[name] for name in ("due", "tries", "owner")}
        changed |= {row_field(name): keys[name] for name in ("due", "tries", "owner") if name in keys}
        done = await _asked(table.rows.update_one(guarded, {"$set": changed}))
        return done.matched_count == 1

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def get(self, scope: Scope, collection: Collection, id: int) -> Document | None:
        """Return the document, or None where it does not exist in this scope."""
        if not is_id(id):
            return None
        row = await _asked(self._tables[collection.name].rows.find_one({"_id": id, "app": _app(scope, collection)}))
        return None if row is None else row["doc"]

    async def get_many(self, scope: Scope, collection: Collection, ids: Iterable[int]) -> dict[int, Document]:
        """Return the documents that exist in this scope, by id."""
        wanted = [id for id in dict.fromkeys(ids) if is_id(id)]
        if not wanted:
            return {}
        asked = {"_id": {"$in": wanted}, "app": _app(scope, collection)}
        found = {
            row["_id"]: row["doc"] for row in await _asked(self._tables[collection.name].rows.find(asked).to_list())
        }
        return {id: found[id] for id in wanted if id in found}

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
        found = await _asked(mongo_reader.find(query, after))
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

    async def rewrite(
        self,
        scope: Scope,
        collection: Collection,
        filter: Filter,
        change: Callable[[Document], Document | None],
        *,
        after: int = 0,
    ) -> Rewritten:
        """Replace matching documents by what a function makes of them, each in a transaction that reads it again."""
        query = self._query(scope, collection, filter, BY_ID, _PART, True)
        found = await _asked(mongo_reader.find(query, ((NUMBER, after), after)))
        holds = predicate(filter, collection.folded)

        def changed(document: Document) -> Document | None:
            return change(document) if holds(document) else None

        app = _app(scope, collection)
        made = await asyncio.gather(
            *(self._writer.rewrite((collection.name, document["id"]), app, changed) for _, document in found)
        )
        return Rewritten(sum(made), found[-1][1]["id"] if len(found) == _PART else None)

    async def count(
        self, scope: Scope, collection: Collection, filter: Filter = EVERYTHING, *, scan: bool = False
    ) -> int:
        """Return how many documents match."""
        return await _asked(mongo_reader.count(self._query(scope, collection, filter, None, 1, scan)))

    async def search(
        self, scope: Scope, collection: Collection, text: str, *, limit: int = 20, below: int | None = None
    ) -> list[Document]:
        """Return the documents that hold every word of the text as a prefix, newest first; none for no words."""
        wanted = words(text)
        if not wanted:
            return []
        table, app = self._tables[collection.name], _app(scope, collection)
        return await _asked(mongo_reader.search(table, app, wanted, limit, below))

    async def marked(self, scope: Scope, collection: Collection, mark: str, *, limit: int = 20) -> list[Document]:
        """Return the documents that have this very text in one of their `marks` fields, lowest id first."""
        table, app = self._tables[collection.name], _app(scope, collection)
        return await _asked(mongo_reader.marked(table, app, mark, limit))

    async def export(
        self, scope: Scope, collection: Collection, filter: Filter = EVERYTHING
    ) -> AsyncIterator[list[Document]]:
        """Yield all matching documents by id in chunks of at most 500."""
        after: Place | None = None
        while True:
            query = self._query(scope, collection, filter, BY_ID, 500, True)
            found = await _asked(mongo_reader.find(query, after))
            if found:
                yield [document for _, document in found]
            if len(found) < query.limit:
                return
            after = found[-1][0]

    async def key(self, scope: Scope, kind: str, value: str) -> Any | None:
        """Return what a unique key holds, or None."""
        if not is_clean(value):
            return None
        row = await _asked(self._database["hub.keys"].find_one({"_id": key_id((scope.app, kind, value))}))
        return None if row is None else row["holds"]

    async def keys(self, scope: Scope, refs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Any]:
        """Return what unique keys (kind, value) hold, those that somebody holds."""
        wanted = {key_id((scope.app, *ref)): ref for ref in refs if is_clean(ref[1])}
        if not wanted:
            return {}
        rows = await _asked(self._database["hub.keys"].find({"_id": {"$in": list(wanted)}}).to_list())
        return {wanted[row["_id"]]: row["holds"] for row in rows}

    # ── streams ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def read(
        self, scope: Scope, stream: Stream, key: int, *, after: int = 0, limit: int = 100, newest: bool = False
    ) -> list[Document]:
        """Return records behind a position, oldest first; with `newest`, the last ones."""
        if not (is_id(key) and is_id(after) and limit > 0):
            return []
        if newest:
            head = (await self.heads(scope, stream, [key])).get(key, 0)
            after = max(after, head - limit)
        # A limit and no range: what was erased is missing before the first position.
        asked = {"app": scope.app, "key": key, "position": {"$gt": after}}
        rows = self._database[stream.name].find(asked).sort("position", 1).limit(limit)
        return [row["record"] for row in await _asked(rows.to_list())]

    async def heads(self, scope: Scope, stream: Stream, keys: Iterable[int]) -> dict[int, int]:
        """Return the last position of each list that has records."""
        names = {head_id((stream.name, scope.app, key)): key for key in keys}
        rows = self._database["hub.heads"].find({"_id": {"$in": list(names)}})
        return {names[row["_id"]]: row["position"] for row in await _asked(rows.to_list())} if names else {}

    async def erase(
        self, scope: Scope, stream: Stream, key: int, *, through: int | None = None, limit: int = 500
    ) -> int:
        """Delete the oldest records of a list, up to a position; return how many were there."""
        if not (is_id(key) and limit > 0):
            return 0
        last = LARGEST if through is None else through
        return await self._writer.erase((stream.name, scope.app, key), last, limit)

    async def clear(self, scope: Scope, *, limit: int = 200) -> int:
        """Delete some of all that an application has; return how many there were, 0 where nothing is left."""
        tables = [table for table in self._tables.values() if table.collection.tenant]
        return await _asked(clear(self._database, tables, self._streams, clearable(scope), limit))

    async def record(self, scope: Scope, stream: Stream, id: int) -> Document | None:
        """Return one record by its id, or None."""
        if not is_id(id):
            return None
        row = await _asked(self._database[stream.name].find_one({"_id": id, "app": scope.app}))
        return None if row is None else row["record"]


def _app(scope: Scope, collection: Collection) -> int:
    return scope.app if collection.tenant else 0


async def _asked(question: Awaitable[T]) -> T:
    """The answer of the server, or `Unavailable`."""
    try:
        return await question
    except (PyMongoError, OverflowError) as error:
        raise as_storage_error(error) from error
