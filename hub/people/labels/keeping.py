"""What tags and lists have in common: renamed with all that asks for them, deleted, and brought back for an hour."""

from __future__ import annotations

import time
from typing import Any

from hub.core.errors import InvalidPayload, NotFound, Taken
from hub.core.hub import Hub
from hub.people.collections import COMPANIES, CONTACTS, LISTS, TAGS
from hub.people.events import LabelsChanged
from hub.people.labels.references import Kind, Label, committed, follow, follow_work
from hub.people.vocabulary import Vocabularies, vocabulary
from storage.engine import Batch, Collection, Document, GuardFailed, Scope
from storage.filters import Eq, fold

FORGET = "people.labels.forget"
KEPT_FOR = 3_600_000
"""Milliseconds in which a deleted tag or list can be brought back to those who had it."""
_TURN = 20.0

LABELS: dict[Kind, Collection] = {"tag": TAGS, "list": LISTS}
CARRIERS: dict[Kind, tuple[Collection, ...]] = {"tag": (CONTACTS, COMPANIES), "list": (CONTACTS,)}
"""kind → whose documents carry it, in the field of its plural"""


async def stored_label(hub: Hub, scope: Scope, kind: Kind, id: int, *, gone: bool = False) -> Document:
    """Return a tag or a list. Raises NotFound; InvalidPayload for one that is just becoming another one."""
    document = await hub.store.get(scope, LABELS[kind], id)
    if document is None or bool(document.get("gone")) != gone:
        raise NotFound
    if document.get("merging"):
        raise InvalidPayload(f"This {kind} is being merged into another one. Wait a moment.", reason="label_merging")
    return document


async def change_label(hub: Hub, scope: Scope, kind: Kind, document: Document, changes: Document) -> Document:
    """Rename or describe a tag or a list; what asks for it by its name follows. Raises Taken, Conflict."""
    old, new = fold(document["name"]), fold(str(changes.get("name", document["name"])))
    batch = Batch(Scope(scope.app))
    if old != new:
        batch.claim(f"{kind}.name", new, document["id"])
        batch.release(f"{kind}.name", old)
    changed = batch.patch(LABELS[kind], document["id"], set=changes)
    renamed = kind == "tag" and "name" in changes
    if renamed:
        await follow(hub, batch, await vocabulary(hub, scope), kind, {old: changes["name"]})
    outcome = await committed(hub, batch)
    if outcome.existing:
        raise Taken
    if renamed:
        await follow_work(hub, scope, kind, {old: changes["name"]})
    say_changed(hub, scope)
    after: Document = outcome[changed]
    return after


async def delete_label(hub: Hub, scope: Scope, kind: Kind, document: Document) -> None:
    """Delete a tag or a list: nobody shows it, and segments that ask for it have nobody by it. Raises Conflict."""
    label, now = Label(kind, document["id"], document["name"]), hub.clock.now()
    batch = Batch(Scope(scope.app))
    batch.release(f"{kind}.name", fold(label.name))
    batch.patch(LABELS[kind], label.id, set={"gone": now})
    await follow(hub, batch, await vocabulary(hub, scope), kind, {}, {label.word})
    await hub.jobs.add(batch, FORGET, {"kind": kind, "label": label.id, "gone": now}, after=KEPT_FOR)
    await committed(hub, batch)
    say_changed(hub, scope)


async def restore_label(hub: Hub, scope: Scope, kind: Kind, id: int) -> Document:
    """Bring a deleted tag or list back to all who had it. Raises NotFound, Taken where its name is another one's now."""
    document = await stored_label(hub, scope, kind, id, gone=True)
    label = Label(kind, id, document["name"])
    batch = Batch(Scope(scope.app))
    batch.claim(f"{kind}.name", fold(label.name), id)
    batch.guard(LABELS[kind], id, Eq("gone", document["gone"]))
    changed = batch.patch(LABELS[kind], id, set={"gone": None})
    await follow(hub, batch, await vocabulary(hub, scope), kind, {}, {label.word})
    outcome = await committed(hub, batch)
    if outcome.existing:
        raise Taken
    say_changed(hub, scope)
    after: Document = outcome[changed]
    return after


async def forget_label(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Take a deleted tag or list from everybody who had it, and forget it (a job)."""
    kind, id = payload["kind"], payload["label"]
    document = await hub.store.get(scope, LABELS[kind], id)
    if document is None or document.get("gone") != payload["gone"]:
        return  # brought back
    batch = Batch(scope)
    batch.guard(LABELS[kind], id, Eq("gone", payload["gone"]))
    batch.patch(LABELS[kind], id, set={"gone": -1})  # from here on nobody brings it back
    try:
        await hub.commit(batch)
    except GuardFailed:
        return
    await take_away(hub, scope, {"kind": kind, "label": id, "after": 0, "place": 0})


async def take_away(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Go on with taking a forgotten label from those who have it (a job)."""
    kind, id, until = payload["kind"], payload["label"], time.monotonic() + _TURN
    field, place, after = f"{kind}s", payload["place"], payload["after"]

    def without(document: Document) -> Document:
        left = [each for each in document[field] if each != id]
        return {**document, field: left, "revision": document["revision"] + 1}

    while place < len(CARRIERS[kind]):
        found = await hub.store.rewrite(scope, CARRIERS[kind][place], Eq(field, id), without, after=after)
        place, after = (place + 1, 0) if found.after is None else (place, found.after)
        if time.monotonic() > until:
            break
    batch = Batch(scope)
    if place < len(CARRIERS[kind]):
        await hub.jobs.add(batch, TAKE, {"kind": kind, "label": id, "after": after, "place": place})
    else:
        batch.delete(LABELS[kind], id)
    await hub.commit(batch)


TAKE = "people.labels.take"


def say_changed(hub: Hub, scope: Scope) -> None:
    """Let every node and every panel read anew what there is."""
    hub.part(Vocabularies).changed(scope.app)
    hub.publish(LabelsChanged(app=scope.app))
