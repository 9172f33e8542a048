"""Queries on MongoDB: ranges of an index narrow, `filters.predicate` decides."""

from __future__ import annotations

import heapq
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from pymongo import ASCENDING

from storage import filters
from storage.engine import Document, Sort
from storage.entries import holds_words
from storage.filters import BOOL
from storage.mongo_schema import Table, mark_word, row_field, text_key
from storage.paging import Place, Segment, segments
from storage.plan import Access, Bound, Plan, behind_prefix

CHUNK = 500
FEW = 2_000
"""So many candidates are fetched and sorted rather than found by walking the whole order."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question about the documents of one application."""

    table: Table
    app: int
    filter: filters.Filter
    sort: Sort
    limit: int
    plan: Plan


async def find(query: Query, after: Place | None) -> list[tuple[Place, Document]]:
    """Return the next documents of a query in order, up to its limit."""
    plan, descending = query.plan, query.sort.descending
    if plan.walk is not None and (plan.served or not await _narrow_enough(query)):
        lists = [[each async for each in _walk(query, access, after)] for access in plan.walk]
        if len(lists) == 1:
            return lists[0]
        merged = heapq.merge(*lists, key=lambda each: each[0], reverse=descending)
        return list({place: (place, document) for place, document in merged}.values())[: query.limit]
    behind = [
        (place, document)
        async for place, document in gathered(query)
        if after is None or ((place < after) if descending else (place > after))
    ]
    best = heapq.nlargest if descending else heapq.nsmallest
    return best(query.limit, behind, key=lambda each: each[0])


async def _walk(query: Query, access: Access, after: Place | None) -> AsyncIterator[tuple[Place, Document]]:
    """The first matches of one access in order."""
    holds = filters.predicate(query.filter, query.table.collection.folded)
    key_of = query.table.entries.sort_key(query.sort.field)
    left = query.limit
    for segment in segments(access, query.sort, after):
        async for document in _documents(query, access, segment, query.sort.descending):
            if holds(document):
                yield (key_of(document), document["id"]), document
                left -= 1
                if left == 0:
                    return


async def _documents(
    query: Query, access: Access, segment: Segment, descending: bool | None
) -> AsyncIterator[Document]:
    table = query.table
    if access.index is None:
        async for ids in _value_ids(query, access, segment, descending):
            found = {row["_id"]: row["doc"] async for row in table.rows.find({"_id": {"$in": ids}, "app": query.app})}
            for id in ids:
                if id in found:
                    yield found[id]
        return
    rows = table.rows.find(row_query(query.app, access, segment, descending))
    if descending is not None:
        way = -1 if descending else 1
        order = [("_id", way)] if access.next == "id" else [(row_field(access.next), way), ("_id", way)]
        rows = rows.sort(order)
    async for row in rows.batch_size(min(query.limit + 1, CHUNK)):
        yield row["doc"]


async def _value_ids(
    query: Query, access: Access, segment: Segment, descending: bool | None
) -> AsyncIterator[list[int]]:
    """The ids that the generic index has, in chunks."""
    rows = query.table.values.find(value_query(query.app, access, segment, descending), {"id": 1, "_id": 0})
    if descending is not None:
        rows = rows.sort("id", -1 if descending else 1)
    chunk: list[int] = []
    async for row in rows:
        chunk.append(row["id"])
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


async def _narrow_enough(query: Query) -> bool:
    if query.plan.narrow is None:
        return False
    candidates = 0
    for access in query.plan.narrow:
        rows, asked = _asked(query, access)
        candidates += await rows.count_documents(asked, limit=FEW + 1)
    return candidates <= FEW


async def gathered(query: Query) -> AsyncIterator[tuple[Place, Document]]:
    """Yield all matches, each once, in no order."""
    accesses = query.plan.narrow if query.plan.narrow is not None else (Access(()),)
    holds = filters.predicate(query.filter, query.table.collection.folded)
    key_of = query.table.entries.sort_key(query.sort.field)
    seen: set[int] = set()
    for access in accesses:
        async for document in _documents(query, access, Segment(access.low, access.high), None):
            id = document["id"]
            if id not in seen:
                seen.add(id)
                if holds(document):
                    yield (key_of(document), id), document


async def count(query: Query) -> int:
    """Return how many documents match, from the index alone where the plan is exact."""
    plan, everything = query.plan, query.plan.walk
    accesses = everything if everything is not None else plan.narrow
    if accesses is None or not (plan.exact or everything):
        return sum([1 async for _ in gathered(query)])
    if len(accesses) == 1 and accesses[0].index is not None:
        rows, asked = _asked(query, accesses[0])
        return await rows.count_documents(asked)
    ids: set[int] = set()
    for access in accesses:
        rows, asked = _asked(query, access)
        name = "id" if access.index is None else "_id"
        ids.update([row[name] async for row in rows.find(asked, {name: 1})])
    return len(ids)


async def search(table: Table, app: int, wanted: list[str], limit: int, below: int | None) -> list[Document]:
    """Return the newest documents in which each wanted word begins a word."""
    ids: set[int] | None = None
    for word in sorted(wanted, key=len, reverse=True):
        behind = behind_prefix(word)
        prefix = {"$gte": word} if behind[0] == BOOL else {"$gte": word, "$lt": behind[1]}
        rows = table.words.find({"app": app, "word": prefix}, {"id": 1, "_id": 0})
        found = {row["id"] async for row in rows}
        ids = found if ids is None else ids & found
        if not ids:
            return []
    newest = sorted((id for id in ids or () if below is None or id < below), reverse=True)
    documents: list[Document] = []
    for start in range(0, len(newest), CHUNK):
        asked = {"_id": {"$in": newest[start : start + CHUNK]}, "app": app}
        chunk = {row["_id"]: row["doc"] async for row in table.rows.find(asked)}
        documents += [chunk[id] for id in sorted(chunk, reverse=True) if holds_words(chunk[id], table.entries, wanted)]
        if len(documents) >= limit:
            break
    return documents[:limit]


async def marked(table: Table, app: int, mark: str, limit: int) -> list[Document]:
    """Return the documents that have a mark, lowest id first."""
    asked = {"app": app, "word": mark_word(mark)}
    entries = await table.words.find(asked, {"id": 1, "_id": 0}).sort("id", ASCENDING).limit(limit).to_list()
    rows = table.rows.find({"_id": {"$in": [entry["id"] for entry in entries]}, "app": app})
    found = {row["_id"]: row["doc"] async for row in rows}
    return [found[id] for id in sorted(found) if mark in table.entries.marks(found[id])]


# ── queries in MongoDB's words ───────────────────────────────────────────────────────────────────────────────────────


def _asked(query: Query, access: Access) -> tuple[Any, dict[str, Any]]:
    segment = Segment(access.low, access.high)
    if access.index is None:
        return query.table.values, value_query(query.app, access, segment, None)
    return query.table.rows, row_query(query.app, access, segment, None)


def row_query(app: int, access: Access, segment: Segment, descending: bool | None) -> dict[str, Any]:
    """Return the query for a segment of an access over a collection's own index."""
    asked: dict[str, Any] = {"app": app}
    for field, key in zip(access.index or (), access.equal, strict=False):
        asked[row_field(field)] = text_key(key)
    ids: dict[str, Any] = {}
    if access.next == "id":
        ids = _id_range(segment.low, segment.high)
    else:
        bounds = key_range(segment.low, segment.high)
        if bounds:
            asked[row_field(access.next)] = bounds
    if segment.beyond is not None:
        sign = "$lt" if descending else "$gt"
        others = [segment.beyond, *([ids.pop(sign)] if sign in ids else [])]
        ids[sign] = min(others) if descending else max(others)
    if ids:
        asked["_id"] = ids
    return asked


def value_query(app: int, access: Access, segment: Segment, descending: bool | None) -> dict[str, Any]:
    """Return the query for a segment of an access over the generic index."""
    asked: dict[str, Any] = {"app": app, "field": access.values}
    asked["key"] = text_key(access.equal[0]) if access.equal else key_range(segment.low, segment.high)
    if segment.beyond is not None:
        asked["id"] = {"$lt" if descending else "$gt": segment.beyond}
    return asked


def key_range(low: Bound | None, high: Bound | None) -> dict[str, Any]:
    """Return the range as `$gte` and `$lt`: what lies right behind a key is the key and a NUL.

    SecantusDB leaves equal keys out of `$lte` (and in for `$gt`) where a compound index goes on behind the field.
    """
    bounds: dict[str, Any] = {}
    if low is not None:
        bounds["$gte"] = text_key(low.key) + ("" if low.inclusive else "\0")
    if high is not None:
        bounds["$lt"] = text_key(high.key) + ("\0" if high.inclusive else "")
    return bounds


def _id_range(low: Bound | None, high: Bound | None) -> dict[str, Any]:
    """Ids are plain numbers: a bound that is only a type lets all of them through."""
    bounds: dict[str, Any] = {}
    for bound, sign in ((low, "$gt"), (high, "$lt")):
        if bound is not None and len(bound.key) > 1:
            bounds[f"{sign}e" if bound.inclusive else sign] = bound.key[1]
    return bounds
