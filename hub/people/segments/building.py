"""Builds a segment over all contacts: what its conditions need is counted from the streams first, then members are marked.

A job that goes on where it stopped, so a restart costs nothing. Meanwhile the segment is live for whatever changes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.kept import STALE
from hub.people.collections import CONTACTS, EVENTS, KEPT, PAGES, SEGMENTS
from hub.people.conditions.base import Need, World
from hub.people.conditions.counted import with_occurrence
from hub.people.conditions.event import data_matches
from hub.people.conditions.page import url_matches
from hub.people.conditions.tree import Group, read_tree
from hub.people.contacts import ids_of
from hub.people.events import ContactsGrouped
from hub.people.privacy.keeping import records_of
from hub.people.segments.marking import arm, mark
from hub.people.segments.needs import gathered
from hub.people.turns import Turns
from hub.people.vocabulary import Vocabularies, vocabulary
from storage.engine import Batch, Document, GuardFailed, Scope, Stream
from storage.filters import Eq, Filter, Gt, all_of, any_of

BUILD = "segments.build"
_CHUNK = 500
_TURN = 20.0
"""Seconds of work for one job: then it hands over to the next, well within its lease."""


async def order_build(hub: Hub, batch: Batch, segment: int, generation: int) -> None:
    """Put the build of a segment into the batch that makes or changes it."""
    # On many nodes, the others must know of the segment before the first contact is looked at: what they change is
    # then theirs to follow.
    wait = 0 if hub.bus.alone else int(STALE * 1000)
    payload = {"segment": segment, "generation": generation, "step": "count", "after": 0}
    await hub.jobs.add(batch, BUILD, payload, after=wait)


async def build(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Go on with the build of a segment (a job)."""
    hub.part(Vocabularies).changed(scope.app)
    until = time.monotonic() + _TURN
    state = dict(payload)
    while state["step"] != "done" and time.monotonic() < until:
        async with hub.part(Turns).of(scope.app):
            document = await hub.store.get(scope, SEGMENTS, payload["segment"])
            if document is None or document["generation"] != payload["generation"]:
                return  # deleted, or changed again: that has a build of its own
            await _go_on(hub, scope, document, state)
    if state["step"] != "done":
        batch = Batch(scope)
        await hub.jobs.add(batch, BUILD, state)
        await hub.commit(batch)


async def _go_on(hub: Hub, scope: Scope, document: Document, state: dict[str, Any]) -> None:
    """Do the next part of a build."""
    kept = KEPT[document["subject"]]
    if state["step"] == "count":
        await _count(hub, scope, document, state)
    elif state["step"] == "mark":
        await mark(hub, scope, kept, document["id"], *await _tree(hub, scope, document), state)
        if state["step"] == "soon":
            await _ready(hub, scope, document)
    else:
        await arm(hub, scope, kept, document["id"], *await _tree(hub, scope, document), state)


async def _ready(hub: Hub, scope: Scope, document: Document) -> None:
    """Say that everybody is marked, unless the segment was changed meanwhile."""
    batch = Batch(scope)
    batch.guard(SEGMENTS, document["id"], Eq("generation", document["generation"]))
    batch.patch(SEGMENTS, document["id"], set={"status": "ready", "built": hub.clock.now()})
    if any(rule.segment == document["id"] for rule in (await vocabulary(hub, scope)).rules):
        await hub.follow_up(batch, ContactsGrouped, {})
    try:
        await hub.commit(batch)
    except GuardFailed:
        return
    hub.part(Vocabularies).changed(scope.app)


async def _tree(hub: Hub, scope: Scope, document: Document) -> tuple[Group | None, World]:
    words = await vocabulary(hub, scope)
    world = World(words, hub.clock.now(), document["subject"])
    try:
        tree = read_tree(document["where"])
        tree.check(world)
    except InvalidPayload:
        return None, world
    return tree, world


# ── counting what was not counted yet ────────────────────────────────────────────────────────────────────────────────


async def _count(hub: Hub, scope: Scope, segment: Document, state: dict[str, Any]) -> None:
    """Count, for the next contacts, what the conditions need and nobody asked for before."""
    tree, world = await _tree(hub, scope, segment)
    needs = [] if tree is None else [need for need in tree.needs(world) if need.source or need.nth > 1]
    concerned = [each for need in needs if (each := _concerned(need))]
    if not concerned:
        state.update(step="mark", after=0)
        return
    after = all_of(Gt("id", state["after"]), any_of(*concerned))
    page = await hub.store.find(scope, CONTACTS, after, limit=_CHUNK, scan=True)
    for start in range(0, len(page.items), 50):
        await asyncio.gather(*(_recount(hub, scope, each, needs) for each in page.items[start : start + 50]))
    if len(page.items) < _CHUNK:
        state.update(step="mark", after=0)
    else:
        state["after"] = page.items[-1]["id"]


def _concerned(need: Need) -> Filter | None:
    """The contacts in whose streams there may be something to count."""
    if need.source is None:
        return Eq("counted", need.key)
    return Gt("page_views", 0) if need.source.kind == "page" else Eq("counted", f"event:{need.source.event}")


async def _recount(hub: Hub, scope: Scope, contact: Document, needs: list[Need]) -> None:
    """Count a contact's occurrences from its streams, unless it changes meanwhile: then again."""
    for _ in range(10):
        counts = await counted_now(hub, scope, contact, needs)
        known = contact.get("counted") or []
        fresh = [key for key in counts if key not in known]
        if not counts:
            return
        batch = Batch(scope)
        batch.guard(CONTACTS, contact["id"], Eq("revision", contact["revision"]))
        changes: Document = {f"counts.{key}": kept for key, kept in counts.items()}
        batch.patch(CONTACTS, contact["id"], set=changes | {"counted": [*known, *fresh]}, inc={"revision": 1})
        try:
            await hub.commit(batch)
            return
        except GuardFailed:
            found = await hub.store.get(scope, CONTACTS, contact["id"])
            if found is None:
                return
            contact = found


async def counted_now(hub: Hub, scope: Scope, contact: Document, needs: list[Need]) -> Document:
    """Return the counts that conditions need, counted anew from what the contact did."""
    wanted = gathered(needs)
    plain = {need.key for need in needs if need.source is None}
    counts: Document = {}

    def count(keys: list[str], at: int) -> None:
        for key in keys:
            counts[key] = with_occurrence(counts.get(key), at, wanted.deepest.get(key, 1))

    if wanted.pages:
        async for record in _records(hub, scope, PAGES, contact):
            count([each.key for each in wanted.pages if url_matches(record["url"], each.pattern)], record["at"])
    if wanted.events or plain:
        async for record in _records(hub, scope, EVENTS, contact):
            own = f"event:{record['event']}"
            keys = [
                each.key for each in wanted.events.get(record["event"], ()) if data_matches(record["data"], each.where)
            ]
            count([*keys, *([own] if own in plain else [])], record["at"])
    return counts


async def _records(hub: Hub, scope: Scope, stream: Stream, contact: Document) -> AsyncIterator[Document]:
    for id in ids_of(contact):
        async for record in records_of(hub, scope, stream, id):
            yield record
