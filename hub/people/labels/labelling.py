"""Tags and lists for many contacts at once: a job that shows how far it is, and that can be taken back.

Each part of it is one batch: the contacts, their histories and the note of who was changed, so that a process that is
killed leaves no part half done and none is done twice.
"""

from __future__ import annotations

import asyncio
import time
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_READ, CONTACTS_WRITE
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.collections import CHANGED, CONTACTS, HISTORY, OPERATIONS
from hub.people.conditions.base import World
from hub.people.conditions.tree import read_tree, written
from hub.people.editing import change_contact, touched
from hub.people.labels.tags import tag_named
from hub.people.vocabulary import Named, vocabulary
from storage.engine import Batch, Document, GuardFailed, Missing, Scope
from storage.filters import Eq, Filter, Gt, Not, all_of, one_of

LABEL = "people.label"
UNLABEL = "people.unlabel"
_PART = 100
_TURN = 20.0
_MOST = 1_000
"""Contacts that are named one by one; more are found by conditions."""
_TRIES = 20

Id = Annotated[int, Meta(ge=1, le=2**53)]
Some = Annotated[list[Id], Meta(min_length=1, max_length=_MOST)]
Field = Literal["tags", "lists"]


class LabelMany(Struct, frozen=True, forbid_unknown_fields=True):
    """A tag (by its name) or a list (by its id) to put on contacts, or to take from them.

    They are those of a segment, those that conditions find, or those whose ids are named.
    """

    tag: str | None = None
    list: Id | None = None
    remove: bool = False
    segment: Id | None = None
    where: dict[str, Any] | None = None
    contacts: Some | None = None


class OperationRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which operation."""

    operation: Id


class Operation(Struct, frozen=True):
    """Something done to many contacts: how many are changed, and whether it is running, done or taken back."""

    id: int
    what: str
    status: str
    changed: int
    at: str


@verb(CONTACTS_WRITE)
async def label_many(hub: Hub, actor: Actor, given: LabelMany) -> Operation:
    """Begin to tag contacts or to put them on a list, or the opposite. Raises InvalidPayload, NotFound."""
    field, label = await _label(hub, actor, given)
    where = await _where(hub, actor, given)
    document: Document = {
        "id": await hub.ids.next("operation"), "field": field, "label": label.id, "name": label.name,
        "adds": not given.remove, "status": "running", "changed": 0, "at": hub.clock.now(),
        "by": {"kind": actor.kind, "id": actor.id, "name": actor.name},
    }  # fmt: skip
    batch = Batch(actor.scope)
    batch.insert(OPERATIONS, document)
    await hub.jobs.add(batch, LABEL, {"operation": document["id"], "after": 0, **where})
    await hub.commit(batch)
    return _shown(document)


@verb(CONTACTS_READ)
async def get_operation(hub: Hub, actor: Actor, which: OperationRef) -> Operation:
    """Return how far an operation is. Raises NotFound."""
    return _shown(await _stored(hub, actor.scope, which.operation))


@verb(CONTACTS_WRITE)
async def undo_operation(hub: Hub, actor: Actor, which: OperationRef) -> Operation:
    """Take an operation back from the contacts that it changed. Raises NotFound; InvalidPayload for one taken back."""
    document = await _stored(hub, actor.scope, which.operation)
    batch = Batch(actor.scope)
    batch.guard(OPERATIONS, document["id"], one_of("status", ("running", "done")))
    changed = batch.patch(OPERATIONS, document["id"], set={"status": "undoing"})
    await hub.jobs.add(batch, UNLABEL, {"operation": document["id"], "after": 0})
    try:
        return _shown((await hub.commit(batch))[changed])
    except GuardFailed:
        raise InvalidPayload("This operation has been taken back already.") from None


async def label(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Go on with an operation (a job)."""
    operation = await hub.store.get(scope, OPERATIONS, payload["operation"])
    until, after = time.monotonic() + _TURN, payload["after"]
    while operation is not None and operation["status"] == "running":
        if time.monotonic() > until:
            return await _again(hub, scope, LABEL, {**payload, "after": after})
        has: Filter = Eq(operation["field"], operation["label"])
        lacking = Not(has) if operation["adds"] else has
        filter = all_of(Gt("id", after), lacking, await _filter(hub, scope, payload))
        page = await hub.store.find(scope, CONTACTS, filter, limit=_PART, scan=True)
        if not page.items:
            return await _end(hub, scope, operation["id"], "running", "done")
        after = page.items[-1]["id"]
        await _change(hub, scope, operation, page.items, operation["adds"], note=True)
        operation = await hub.store.get(scope, OPERATIONS, payload["operation"])


async def unlabel(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Go on with taking an operation back (a job): only those that it changed are changed again."""
    operation = await hub.store.get(scope, OPERATIONS, payload["operation"])
    until, after = time.monotonic() + _TURN, payload["after"]
    while operation is not None and operation["status"] == "undoing":
        if time.monotonic() > until:
            return await _again(hub, scope, UNLABEL, {**payload, "after": after})
        parts = await hub.store.read(scope, CHANGED, operation["id"], after=after, limit=1)
        if not parts:
            return await _end(hub, scope, operation["id"], "undoing", "undone")
        found = await hub.store.get_many(scope, CONTACTS, parts[0]["contacts"])
        has = [each for each in found.values() if operation["label"] in (each.get(operation["field"]) or ())]
        wrong = has if operation["adds"] else [each for each in found.values() if each not in has]
        await _change(hub, scope, operation, wrong, not operation["adds"], note=False)
        after = parts[0]["position"]


async def _change(
    hub: Hub, scope: Scope, operation: Document, contacts: list[Document], adds: bool, *, note: bool
) -> None:
    """Change some contacts in one batch, or where one of them changes meanwhile, each in its own."""
    if not contacts:
        return
    try:
        await _commit(hub, scope, operation, contacts, adds, note)
        return
    except (GuardFailed, Missing):
        pass
    for contact in contacts:
        current: Document | None = contact
        for _ in range(_TRIES):
            if current is None or (operation["label"] in (current.get(operation["field"]) or ())) == adds:
                break
            try:
                await _commit(hub, scope, operation, [current], adds, note)
                break
            except (GuardFailed, Missing):
                await asyncio.sleep(0)
                current = await hub.store.get(scope, CONTACTS, contact["id"])


async def _commit(
    hub: Hub, scope: Scope, operation: Document, contacts: list[Document], adds: bool, note: bool
) -> None:
    batch, field, now = Batch(Scope(scope.app)), operation["field"], hub.clock.now()
    kind = field.removesuffix("s")
    for contact in contacts:
        batch.guard(CONTACTS, contact["id"], Eq("revision", contact["revision"]))
        if adds:
            change_contact(hub, batch, contact["id"], add={field: operation["label"]})
        else:
            change_contact(hub, batch, contact["id"], remove={field: operation["label"]})
        batch.append(HISTORY, contact["id"], {
            "id": await hub.ids.next("history"), "kind": kind, "word": "added" if adds else "removed",
            kind: operation["label"], "name": operation["name"], "by": operation["by"], "at": now,
        })  # fmt: skip
    if note:
        changed = {"id": await hub.ids.next("changed"), "contacts": [contact["id"] for contact in contacts]}
        batch.append(CHANGED, operation["id"], changed)
        batch.patch(OPERATIONS, operation["id"], inc={"changed": len(contacts)})
    await hub.commit(batch)
    for contact in contacts:
        touched(hub, scope, contact["id"], (field,))


async def _again(hub: Hub, scope: Scope, kind: str, payload: dict[str, Any]) -> None:
    batch = Batch(scope)
    await hub.jobs.add(batch, kind, payload)
    await hub.commit(batch)


async def _end(hub: Hub, scope: Scope, operation: int, was: str, now: str) -> None:
    batch = Batch(scope)
    batch.guard(OPERATIONS, operation, Eq("status", was))
    batch.patch(OPERATIONS, operation, set={"status": now})
    try:
        await hub.commit(batch)
    except GuardFailed:
        pass  # taken back at the same moment


async def _label(hub: Hub, actor: Actor, given: LabelMany) -> tuple[Field, Named]:
    if (given.tag is None) == (given.list is None):
        raise InvalidPayload("Name a tag or a list, one of them.")
    if given.tag is not None:
        return "tags", (await tag_named(hub, actor.scope, given.tag)).tag
    words = await vocabulary(hub, actor.scope)
    found = words.lists.get(given.list or 0)
    if found is None:
        raise NotFound("There is no list by that id.")
    return "lists", found


async def _where(hub: Hub, actor: Actor, given: LabelMany) -> dict[str, Any]:
    """Return whom it is about, as the job keeps it."""
    if sum(each is not None for each in (given.segment, given.where, given.contacts)) != 1:
        raise InvalidPayload("Say which contacts: `segment`, `where` or `contacts`, one of them.")
    if given.contacts is not None:
        return {"contacts": given.contacts}
    tree = read_tree(given.where if given.where is not None else {"type": "segment", "segment": given.segment})
    try:
        tree.check(World(await vocabulary(hub, actor.scope), hub.clock.now()))
    except InvalidPayload:
        if given.segment is not None:
            raise NotFound("There is no segment of contacts by that id.") from None
        raise
    return {"where": written(tree)}


async def _filter(hub: Hub, scope: Scope, payload: dict[str, Any]) -> Filter:
    if "contacts" in payload:
        return one_of("id", payload["contacts"])
    return read_tree(payload["where"]).filter(World(await vocabulary(hub, scope), hub.clock.now()))


async def _stored(hub: Hub, scope: Scope, id: int) -> Document:
    document = await hub.store.get(scope, OPERATIONS, id)
    if document is None:
        raise NotFound
    return document


def _shown(document: Document) -> Operation:
    what = f"{'add' if document['adds'] else 'remove'} {document['field'].removesuffix('s')} {document['name']}"
    return Operation(document["id"], what, document["status"], document["changed"], rfc3339(document["at"]))
