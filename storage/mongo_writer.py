"""Batches on MongoDB: each is a transaction, in turn with those of this node that touch the same things."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from pymongo import AsyncMongoClient
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import (
    DocumentTooLarge,
    DuplicateKeyError,
    InvalidDocument,
    OperationFailure,
    PyMongoError,
)
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from storage.change import TAKEN, DocumentRef, HeadRef, Needs, Row, State, apply
from storage.engine import Batch, Document, Guard, Outcome, StorageError, Unavailable, Unstorable
from storage.mongo_held import Held
from storage.mongo_schema import Table, key_id

PATIENCE = 15.0
"""Seconds that a batch is tried again when others are in its way, or a primary is being elected."""

T = TypeVar("T")

MAJORITY = WriteConcern("majority")
# A transaction that meets another: write conflict, transaction gone, and what a lock that took too long answers.
CONFLICTS = {112, 246, 251, 24, 50, 262}


class Turns:
    """Lets those who name the same thing go one after the other, in the order in which they asked."""

    def __init__(self) -> None:
        self._last: dict[Hashable, asyncio.Future[None]] = {}

    @asynccontextmanager
    async def of(self, things: Iterable[Hashable]) -> AsyncIterator[None]:
        """Wait for everybody who named one of these before."""
        named = set(things)
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        before = {self._last[thing] for thing in named if thing in self._last}
        for thing in named:
            self._last[thing] = mine

        def over() -> None:
            mine.set_result(None)
            for thing in named:
                if self._last.get(thing) is mine:
                    del self._last[thing]

        try:
            for one in before:
                await asyncio.shield(one)
            yield
        finally:
            waiting = [one for one in before if not one.done()]
            if waiting:  # cancelled: who comes behind must still not pass those before
                asyncio.gather(*waiting).add_done_callback(lambda _: over())
            else:
                over()


class MongoWriter:
    """Applies batches with majority write concern; what stands in the way of one is tried again."""

    def __init__(
        self,
        client: AsyncMongoClient[dict[str, Any]],
        database: AsyncDatabase[dict[str, Any]],
        tables: dict[str, Table],
        held: Held,
    ):
        self._client = client
        self._database = database
        self._tables = tables
        self._entries = {name: table.entries for name, table in tables.items()}
        self._turns = Turns()
        self._held = held

    async def commit(self, batch: Batch) -> Outcome:
        """Apply a checked batch. Raises what `storage.change.apply` does, and `Unavailable`."""
        needs = Needs()
        needs.add(batch)
        async with self._turns.of([*needs.documents, *needs.keys, *needs.heads]):
            return await self._until_through(lambda: self._attempt(batch, needs))

    async def erase(self, ref: HeadRef, through: int, limit: int) -> int:
        """Delete the oldest records of a list up to a position, and its last position with the last of them."""
        async with self._turns.of([ref]):
            return await self._until_through(lambda: self._erase(ref, through, limit))

    async def rewrite(self, ref: DocumentRef, app: int, change: Callable[[Document], Document | None]) -> bool:
        """Replace one document by what a function makes of it; return whether it changed anything."""
        async with self._turns.of([ref]):
            return await self._until_through(lambda: self._rewrite(ref, app, change))

    async def _rewrite(self, ref: DocumentRef, app: int, change: Callable[[Document], Document | None]) -> bool:
        async with self._client.start_session() as session:
            await session.start_transaction(read_concern=ReadConcern("snapshot"), write_concern=MAJORITY)
            self._held.add(bytes(session.session_id["id"]))
            try:
                old = (await self._load(session, Needs(documents={ref}))).documents[ref]
                new = change(old.document) if old is not None and old.app == app else None
                if old is None or new is None or new is old.document:
                    await _abort(session)
                    return False
                if new["id"] != ref[1]:
                    raise Unstorable("The id of a document does not change.")
                await self._put(
                    session, self._tables[ref[0]], ref[1], old, Row(app, new, self._entries[ref[0]].keys(new))
                )
            except BaseException:
                await _abort(session)
                raise
            await _commit(session)
            return True

    async def _erase(self, ref: HeadRef, through: int, limit: int) -> int:
        stream, app, key = ref
        rows, of_list = self._database[stream], {"app": app, "key": key}
        async with self._client.start_session() as session:
            await session.start_transaction(read_concern=ReadConcern("snapshot"), write_concern=MAJORITY)
            self._held.add(bytes(session.session_id["id"]))
            try:
                oldest = rows.find(of_list | {"position": {"$lte": through}}, {"_id": 1}, session=session)
                ids = [row["_id"] async for row in oldest.sort("position", 1).limit(limit)]
                if ids:
                    await rows.delete_many({"_id": {"$in": ids}}, session=session)
                    if await rows.find_one(of_list, {"_id": 1}, session=session) is None:
                        # A record that another node adds meanwhile changes this row too: one of the two tries again.
                        await self._database["hub.heads"].delete_one({"_id": head_id(ref)}, session=session)
            except BaseException:
                await _abort(session)
                raise
            await _commit(session)
            return len(ids)

    async def _until_through(self, attempt: Callable[[], Awaitable[T]]) -> T:
        until = time.monotonic() + PATIENCE
        wait = 0.002
        while True:
            try:
                return await attempt()
            except PyMongoError as error:
                if not transient(error) or time.monotonic() > until:
                    raise as_storage_error(error) from error
            # Rivals that all waited the same time would meet again.
            await asyncio.sleep(random.uniform(0, wait))  # noqa: S311 - no secret
            wait = min(wait * 2, 0.2)

    async def _attempt(self, batch: Batch, needs: Needs) -> Outcome:
        async with self._client.start_session() as session:
            await session.start_transaction(read_concern=ReadConcern("snapshot"), write_concern=MAJORITY)
            self._held.add(bytes(session.session_id["id"]))
            try:
                before = await self._load(session, needs)
                after = State(dict(before.documents), dict(before.keys), dict(before.heads), before.records)
                outcome = apply(batch, after, self._entries)
                if outcome.existing is None:
                    await self._write(session, before, after)
                    await self._hold(session, batch.guards, before, after)
            except BaseException:
                await _abort(session)
                raise
            if outcome.existing is not None:
                await _abort(session)
            else:
                await _commit(session)
            return outcome

    async def _load(self, session: AsyncClientSession, needs: Needs) -> State:
        state = State(
            documents=dict.fromkeys(needs.documents),
            keys=dict.fromkeys(needs.keys),
            heads=dict.fromkeys(needs.heads, 0),
        )
        for name in {name for name, _ in needs.documents}:
            ids = [id for other, id in needs.documents if other == name]
            async for row in self._tables[name].rows.find({"_id": {"$in": ids}}, session=session):
                state.documents[name, row["_id"]] = Row(row["app"], row["doc"])
        if needs.keys:
            asked = [key_id(ref) for ref in needs.keys]
            async for row in self._database["hub.keys"].find({"_id": {"$in": asked}}, session=session):
                ref = (row["app"], row["kind"], row["value"])
                state.keys[ref] = TAKEN if row["holds"] is None else row["holds"]
        if needs.heads:
            names = {head_id(ref): ref for ref in needs.heads}
            async for row in self._database["hub.heads"].find({"_id": {"$in": list(names)}}, session=session):
                state.heads[names[row["_id"]]] = row["position"]
        for name in {name for name, _ in needs.records}:
            ids = [id for other, id in needs.records if other == name]
            async for row in self._database[name].find({"_id": {"$in": ids}}, {"_id": 1}, session=session):
                state.records.add((name, row["_id"]))
        return state

    async def _write(self, session: AsyncClientSession, before: State, after: State) -> None:
        # Heads first: two nodes that write one stream meet there before they have done more.
        heads = self._database["hub.heads"]
        for ref, head in after.heads.items():
            if head != before.heads[ref]:
                row = {"_id": head_id(ref), "app": ref[1], "position": head}
                if before.heads[ref] == 0:
                    await heads.insert_one(row, session=session)
                else:
                    await heads.update_one({"_id": row["_id"]}, {"$set": {"position": head}}, session=session)
        keys = self._database["hub.keys"]
        for key, holds in after.keys.items():
            if holds is before.keys[key]:
                continue
            if before.keys[key] is not None:
                await keys.delete_one({"_id": key_id(key)}, session=session)
            if holds is not None:
                app, kind, value = key
                held = None if holds is TAKEN else holds
                line = {"_id": key_id(key), "app": app, "kind": kind, "value": value, "holds": held}
                await keys.insert_one(line, session=session)
        records: dict[str, list[dict[str, Any]]] = {}
        for each in after.appended:
            stored = {
                "_id": each.id,
                "app": each.app,
                "key": each.key,
                "position": each.position,
                "record": each.record,
            }
            records.setdefault(each.stream, []).append(stored)
        for name, stored_records in records.items():
            await self._database[name].insert_many(stored_records, session=session)
        for (name, id), new in after.documents.items():
            old = before.documents[name, id]
            if new is not old:
                await self._put(session, self._tables[name], id, old, new)

    async def _put(self, session: AsyncClientSession, table: Table, id: int, old: Row | None, new: Row | None) -> None:
        if new is None:
            await table.rows.delete_one({"_id": id}, session=session)
        else:
            row = table.stored(new.app, new.document, new.keys)
            if old is None:
                await table.rows.insert_one(row, session=session)
            else:
                await table.rows.replace_one({"_id": id}, row, session=session)
        differ = table.entries.may_differ(old.document if old else None, new.document if new else None)
        for may, entries, made in (
            (differ[0], table.values, table.value_entries),
            (differ[1], table.words, table.word_entries),
        ):
            if not may:
                continue
            was = made(old.app, old.document) if old else {}
            now = made(new.app, new.document) if new else {}
            gone = [name for name, entry in was.items() if now.get(name) != entry]
            if gone:
                await entries.delete_many({"_id": {"$in": gone}}, session=session)
            fresh = [entry for name, entry in now.items() if was.get(name) != entry]
            if fresh:
                await entries.insert_many(fresh, session=session)

    async def _hold(self, session: AsyncClientSession, guards: list[Guard], before: State, after: State) -> None:
        """Write to guarded documents that the batch does not change: else another node could, at the same moment."""
        for guard in guards:
            ref = (guard.collection, guard.id)
            if after.documents[ref] is before.documents[ref]:
                rows = self._tables[guard.collection].rows
                await rows.update_one({"_id": guard.id}, {"$inc": {"guarded": 1}}, session=session)


def head_id(ref: HeadRef) -> str:
    """Return the `_id` under which the last position of a list is kept."""
    stream, app, key = ref
    return f"{app}:{key}:{stream}"


async def _abort(session: AsyncClientSession) -> None:
    if session.in_transaction:
        try:
            await session.abort_transaction()
        except PyMongoError:
            pass  # it ends with the session, or has ended


async def _commit(session: AsyncClientSession) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            await session.commit_transaction()
            return
        except PyMongoError as error:
            # Nobody knows whether it went through: asking again is answered with what happened.
            if not error.has_error_label("UnknownTransactionCommitResult") or time.monotonic() > until:
                raise
        await asyncio.sleep(0.05)


def transient(error: PyMongoError) -> bool:
    """Return whether the same batch may get through a moment later."""
    if error.has_error_label("TransientTransactionError") or isinstance(error, DuplicateKeyError):
        return True  # a duplicate that the reads of this attempt did not show: the next one sees it
    return isinstance(error, OperationFailure) and error.code in CONFLICTS


def as_storage_error(error: PyMongoError | OverflowError) -> StorageError:
    """Return the error to raise to callers."""
    if isinstance(error, (DocumentTooLarge, InvalidDocument, OverflowError)):
        return Unstorable(f"MongoDB does not keep this: {error}")
    return Unavailable(f"MongoDB did not take it: {error}")
