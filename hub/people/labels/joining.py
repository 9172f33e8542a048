"""Several tags, or several lists, become one: a durable job, in three steps that never take anybody out of anything.

First whoever has one of them gets the one that stays as well, while all of them still are what they were. Then, in one
batch, segments and views that asked for one of them ask for the one that stays, and the others are no more. Last, what is
left of the others is cleared away. So a segment has at every moment whom it had, and at the end those of the other too.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.kept import STALE
from hub.people.collections import CONTACTS
from hub.people.events import ContactsRewritten
from hub.people.labels.keeping import CARRIERS, LABELS, say_changed, stored_label
from hub.people.labels.references import Kind, Label, Word, follow, follow_work
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Document, GuardFailed, Scope
from storage.filters import Eq, Missing, Ne, all_of, fold, one_of

JOIN = "people.labels.join"
MOST = 50
_TURN = 20.0


async def join_labels(hub: Hub, scope: Scope, kind: Kind, into: int, others: Sequence[int]) -> Document:
    """Begin to merge others into one; return the one that stays. Raises NotFound, InvalidPayload."""
    if into in others:
        raise InvalidPayload(f"A {kind} can't be merged with itself.", reason="label_itself")
    stays = await stored_label(hub, scope, kind, into)
    batch = Batch(Scope(scope.app))
    # Neither may become part of another one at the same moment.
    batch.guard(LABELS[kind], into, all_of(Missing("gone"), Missing("merging")))
    for id in dict.fromkeys(others):
        await stored_label(hub, scope, kind, id)
        batch.guard(LABELS[kind], id, all_of(Missing("gone"), Missing("merging")))
        batch.patch(LABELS[kind], id, set={"merging": into})
    await hub.jobs.add(batch, JOIN, {
        "kind": kind, "into": into, "others": list(dict.fromkeys(others)), "step": "mark", "place": 0, "after": 0,
    })  # fmt: skip
    try:
        await hub.commit(batch)
    except GuardFailed:
        raise InvalidPayload("One of them is just being merged or deleted.", reason="label_merging") from None
    say_changed(hub, scope)
    return stays


async def join(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Go on with a merge (a job)."""
    state, until = dict(payload), time.monotonic() + _TURN
    while state["step"] != "done":
        if time.monotonic() > until:
            batch = Batch(scope)
            await hub.jobs.add(batch, JOIN, state)
            await hub.commit(batch)
            return
        if state["step"] == "switch":
            await _switch(hub, scope, state)
            state.update(step="clear", place=0, after=0)
        else:
            await _rewrite(hub, scope, state)


async def _rewrite(hub: Hub, scope: Scope, state: dict[str, Any]) -> None:
    """Give the one that stays to the next who have one of the others; in the last step take the others from them."""
    kind, into, others, clears = state["kind"], state["into"], state["others"], state["step"] == "clear"
    if state["place"] >= len(CARRIERS[kind]):
        if not clears:
            state["step"] = "switch"
        elif hub.bus.alone or state.get("again"):
            state["step"] = "done"
        else:  # another node may not know yet that there are no others, and give one of them
            batch = Batch(scope)
            again = {**state, "place": 0, "after": 0, "again": True}
            await hub.jobs.add(batch, JOIN, again, after=int(2 * STALE * 1000))
            await hub.commit(batch)
            state["step"] = "done"
        return
    kept, field = CARRIERS[kind][state["place"]], f"{kind}s"
    changed: set[int] = set()

    def joined(document: Document) -> Document:
        has = document[field]
        left = [id for id in has if id not in others] if clears else list(has)
        changed.add(document["id"])
        own = left if into in left else [*left, into]
        return {**document, field: own, "revision": document["revision"] + 1}

    has = one_of(field, others)
    whom = has if clears else all_of(has, Ne(field, into))
    found = await hub.store.rewrite(scope, kept, whom, joined, after=state["after"])
    if kept is CONTACTS and changed:
        hub.publish(ContactsRewritten(app=scope.app, contacts=tuple(changed)))
    if found.after is None:
        state.update(place=state["place"] + 1, after=0)
    else:
        state["after"] = found.after


async def _switch(hub: Hub, scope: Scope, state: dict[str, Any]) -> None:
    """Let everything that asks for one of the others ask for the one that stays, and end the others."""
    kind = state["kind"]
    found = await hub.store.get_many(scope, LABELS[kind], [state["into"], *state["others"]])
    stays = found.pop(state["into"], None)
    if stays is None or not found:
        return  # done by the run before
    one = Label(kind, stays["id"], stays["name"])
    now: dict[Word, Word] = {Label(kind, each["id"], each["name"]).word: one.said for each in found.values()}
    batch = Batch(scope)
    for each in found.values():
        batch.guard(LABELS[kind], each["id"], Eq("merging", one.id))
        batch.release(f"{kind}.name", fold(each["name"]))
        batch.delete(LABELS[kind], each["id"])
    words = await vocabulary(hub, scope)
    await follow(hub, batch, words, kind, now, {one.word, *now})
    await hub.commit(batch)  # a segment that was changed just now makes the job run again
    await follow_work(hub, scope, kind, now)
    say_changed(hub, scope)
