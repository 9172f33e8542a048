"""Marks the members of a segment over all documents there are: written in bulk, then timers for those who may flip."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from msgspec.structs import replace

from hub.core.hub import Hub
from hub.people.collections import KEPT
from hub.people.conditions.base import World
from hub.people.conditions.tree import Group
from hub.people.segments.members import Verdict, verdict, verdict_in
from hub.people.segments.membership import settle
from hub.people.standard import Subject
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Collection, Document, Scope
from storage.filters import Eq, Filter, Gt, Not, all_of, any_of

FORGET = "segments.forget"
_CHUNK = 500
_TURN = 20.0
_FRESH = 1_000
"""Milliseconds for which a change is left to those who follow changes: they tell that somebody entered or left, and
would have nothing to tell if the build had been quicker."""


_SOON = 600_000
"""Milliseconds: whose membership flips within them gets a timer before all others."""
_NOTHING: frozenset[int] = frozenset()


async def mark(
    hub: Hub, scope: Scope, kept: Collection, segment: int, tree: Group | None, world: World, state: dict[str, Any]
) -> None:
    """Mark the next part; `state` says what to go on with, and has the step `soon` when everybody is marked.

    Without a tree nobody belongs to the segment.
    """
    inside: Filter = Eq("segments", segment)
    if tree is None:
        passes, fields = [inside], {f"segments.{segment}"}
    else:
        holds = tree.filter(world)
        passes = [all_of(holds, Not(inside)), all_of(inside, Not(holds))]
        if state["generation"] == 1:  # before a segment is made nobody is in it who would have to leave
            del passes[1]
        fields = {f"segments.{segment}", *tree.looks_at(world)}

    late: set[int] = set()

    def marked(document: Document) -> Document | None:
        found = verdict_in(world, document, fields, timed=False)
        if found.segments == (document.get("segments") or []) and found.group == document.get("group"):
            return None
        if document["updated"] > world.now - _FRESH:
            late.add(document["id"])
            return None
        return _with(document, found)

    place = state.setdefault("pass", 0)
    result = await hub.store.rewrite(scope, kept, passes[place], marked, after=state["after"])
    state["late"] = [*state.get("late", ()), *late]
    if result.after is not None:
        state["after"] = result.after
    elif place + 1 < len(passes):
        state.update({"pass": place + 1, "after": 0})
    else:
        await _settle(hub, scope, kept, state.pop("late"), world.subject, fields)
        state.update(step="soon", after=0)


async def _settle(hub: Hub, scope: Scope, kept: Collection, ids: list[int], subject: Subject, fields: set[str]) -> None:
    """Settle those whose changes were fresh, when their time has passed."""
    if ids:
        await asyncio.sleep(_FRESH / 1000)
    words = await vocabulary(hub, scope)
    for start in range(0, len(ids), 100):
        found = await hub.store.get_many(scope, kept, ids[start : start + 100])
        await asyncio.gather(
            *(settle(hub, scope, words, each, fields, tells=_NOTHING, subject=subject) for each in found.values())
        )


async def forget(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Take a deleted segment from those who were in it (a job)."""
    kept, segment, after = KEPT[payload["subject"]], payload["segment"], payload["after"]
    words = await vocabulary(hub, scope)

    def without(document: Document) -> Document:
        left = {**document, "segments": [id for id in document["segments"] if id != segment]}
        return _with(document, verdict(left, words, hub.clock.now(), (), payload["subject"]))

    until = time.monotonic() + _TURN
    while after is not None and time.monotonic() < until:
        after = (await hub.store.rewrite(scope, kept, Eq("segments", segment), without, after=after)).after
    if after is not None:
        batch = Batch(scope)
        await hub.jobs.add(batch, FORGET, {**payload, "after": after})
        await hub.commit(batch)


def _with(document: Document, found: Verdict) -> Document:
    """Return a document with the segments and the group that were found."""
    group = {"group": found.group} if found.group != document.get("group") else {}
    return {**document, **group, "segments": found.segments, "revision": document["revision"] + 1}


async def arm(
    hub: Hub, scope: Scope, kept: Collection, segment: int, tree: Group | None, world: World, state: dict[str, Any]
) -> None:
    """Set the timers of the next ones whose membership may flip by time; the step is `done` behind the last one.

    The step `soon` is first about those who flip in the next minutes, or have since they were marked: to set the timers of
    a million takes minutes too.
    """
    flips = None if tree is None else tree.may_flip(world)
    if tree is None or flips is None:
        state.update(step="done")
        return
    if state["step"] == "soon":
        inside, later = Eq("segments", segment), tree.filter(replace(world, now=world.now + _SOON, known={}))
        flips = any_of(all_of(inside, Not(later)), all_of(Not(inside), later))
    page = await hub.store.find(scope, kept, all_of(Gt("id", state["after"]), flips), limit=_CHUNK, scan=True)
    fields = set(tree.looks_at(world))
    for start in range(0, len(page.items), 100):
        part = page.items[start : start + 100]
        await asyncio.gather(
            *(
                settle(hub, scope, world.words, each, fields, tells=frozenset({segment}), subject=world.subject)
                for each in part
            )
        )
    if len(page.items) < _CHUNK:
        state.update(step="arm" if state["step"] == "soon" else "done", after=0)
    else:
        state["after"] = page.items[-1]["id"]
