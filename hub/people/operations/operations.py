"""Tags, lists and values for many contacts at once: begun, followed, stopped and taken back."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct

from hub.accounts.grants import CONTACTS_READ, CONTACTS_WRITE
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.collections import CONTACTS, OPERATIONS
from hub.people.conditions.base import World
from hub.people.conditions.tree import read_tree, written
from hub.people.editing import UNIQUE, checked_fields
from hub.people.events import OperationMoved
from hub.people.labels.tags import tag_named
from hub.people.operations.working import DO, UNDO
from hub.people.views import view_of
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Document, GuardFailed, Scope, Sort
from storage.filters import Eq, Filter, one_of

_MOST = 1_000
"""Contacts that are named one by one; more are found by conditions."""
_LISTED = 20

Id = Annotated[int, Meta(ge=1, le=2**53)]
Some = Annotated[list[Id], Meta(min_length=1, max_length=_MOST)]


class ChangeMany(Struct, frozen=True, forbid_unknown_fields=True):
    """What to do: a tag (by its name) or a list (by its id) to give or with `remove` to take, or an attribute to set.

    For whom: those of a segment or a view, those that conditions and words find, or those whose ids are named.
    """

    tag: str | None = None
    list: Id | None = None
    remove: bool = False
    attribute: str | None = None
    value: Any = UNSET
    segment: Id | None = None
    view: Id | None = None
    where: dict[str, Any] | None = None
    search: Annotated[str, Meta(max_length=200)] = ""
    contacts: Some | None = None


class OperationRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which operation."""

    operation: Id


class Operation(Struct, frozen=True):
    """Something done to many contacts: what, how far it is (0 to 1), how many are changed, and what became of it."""

    id: int
    what: str
    kind: Literal["tag", "list", "attribute"]
    name: str
    adds: bool
    value: Any
    status: str
    progress: float
    changed: int
    by: str
    at: str


@verb(CONTACTS_WRITE)
async def change_many(hub: Hub, actor: Actor, given: ChangeMany) -> Operation:
    """Begin to do something to many contacts. Raises InvalidPayload, NotFound."""
    scope, now = actor.scope, hub.clock.now()
    whom = await _whom(hub, actor, given)
    document: Document = {
        "id": await hub.ids.next("operation"), **await _deed(hub, actor, given), "status": "running", "progress": 0.0,
        "changed": 0, "at": now, "by": {"kind": actor.kind, "id": actor.id, "name": actor.name},
    }  # fmt: skip
    newest = (await hub.store.find(scope, CONTACTS, sort=Sort(descending=True), limit=1)).items
    batch = Batch(scope)
    batch.insert(OPERATIONS, document)
    fixed = {"now": now, "last": newest[0]["id"] if newest else 0}
    await hub.jobs.add(batch, DO, {"operation": document["id"], "after": 0, **fixed, **whom})
    await hub.commit(batch)
    return _told(hub, scope, document)


@verb(CONTACTS_READ)
async def get_operation(hub: Hub, actor: Actor, which: OperationRef) -> Operation:
    """Return how far an operation is. Raises NotFound."""
    return operation_of(await _stored(hub, actor.scope, which.operation))


@verb(CONTACTS_READ)
async def list_operations(hub: Hub, actor: Actor) -> list[Operation]:
    """Return the newest twenty operations, newest first."""
    page = await hub.store.find(actor.scope, OPERATIONS, sort=Sort(descending=True), limit=_LISTED)
    return [operation_of(each) for each in page.items]


@verb(CONTACTS_WRITE)
async def cancel_operation(hub: Hub, actor: Actor, which: OperationRef) -> Operation:
    """Stop an operation where it is; what it did can still be taken back. Raises NotFound; InvalidPayload for an ended one."""
    document = await _stored(hub, actor.scope, which.operation)
    batch = Batch(actor.scope)
    batch.guard(OPERATIONS, document["id"], Eq("status", "running"))
    changed = batch.patch(OPERATIONS, document["id"], set={"status": "cancelled"})
    try:
        return _told(hub, actor.scope, (await hub.commit(batch))[changed])
    except GuardFailed:
        raise InvalidPayload("This operation has ended already.", reason="operation_ended") from None


@verb(CONTACTS_WRITE)
async def undo_operation(hub: Hub, actor: Actor, which: OperationRef) -> Operation:
    """Take an operation back from the contacts that it changed. Raises NotFound; InvalidPayload for one taken back."""
    document = await _stored(hub, actor.scope, which.operation)
    batch = Batch(actor.scope)
    undoable: Filter = one_of("status", ("running", "done", "cancelled"))
    batch.guard(OPERATIONS, document["id"], undoable)
    changed = batch.patch(OPERATIONS, document["id"], set={"status": "undoing"})
    await hub.jobs.add(batch, UNDO, {"operation": document["id"], "after": 0})
    try:
        return _told(hub, actor.scope, (await hub.commit(batch))[changed])
    except GuardFailed:
        raise InvalidPayload("This operation has been taken back already.", reason="operation_undone") from None


async def _deed(hub: Hub, actor: Actor, given: ChangeMany) -> Document:
    """Return what is done, as the operation keeps it. Raises InvalidPayload, NotFound."""
    if sum(each is not None for each in (given.tag, given.list, given.attribute)) != 1:
        raise InvalidPayload("Name a tag or a list or an attribute, one of them.")
    if given.attribute is not None:
        if given.value is UNSET:
            raise InvalidPayload("An attribute is set to a `value`; null takes it away.")
        fields = await checked_fields(hub, actor.scope, "contact", {given.attribute: given.value}, define=False)
        ((path, value),) = fields.items()
        if path in UNIQUE and value is not None:
            raise InvalidPayload(f"`{path}` is different for everybody and can't be set for many.", reason="unique")
        return {"field": path, "attribute": given.attribute, "name": given.attribute, "value": value, "adds": True}
    adds = not given.remove
    if given.tag is not None:
        tag = (await tag_named(hub, actor.scope, given.tag)).tag
        return {"field": "tags", "label": tag.id, "name": tag.name, "adds": adds}
    words = await vocabulary(hub, actor.scope)
    found = words.lists.get(given.list or 0)
    if found is None:
        raise NotFound("There is no list by that id.")
    return {"field": "lists", "label": found.id, "name": found.name, "adds": adds}


async def _whom(hub: Hub, actor: Actor, given: ChangeMany) -> dict[str, Any]:
    """Return whom it is about, as the job keeps it."""
    by_words = given.where is not None or bool(given.search.strip())
    if sum((given.segment is not None, given.view is not None, by_words, given.contacts is not None)) != 1:
        raise InvalidPayload("Say which contacts: `segment`, `view`, `contacts`, or `where` and `search`; one of them.")
    if given.contacts is not None:
        return {"contacts": given.contacts}
    where, search = given.where, check_text(given.search, "search").strip()
    if given.view is not None:
        view = await view_of(hub, actor, given.view)
        where, search = view["where"], view["search"]
    if given.segment is not None:
        where = {"type": "segment", "segment": given.segment}
    tree = read_tree({"all": []} if where is None else where)
    try:
        tree.check(World(await vocabulary(hub, actor.scope), hub.clock.now()))
    except InvalidPayload:
        if given.segment is not None:
            raise NotFound("There is no segment of contacts by that id.") from None
        raise
    return {"where": written(tree), "search": search}


async def _stored(hub: Hub, scope: Scope, id: int) -> Document:
    document = await hub.store.get(scope, OPERATIONS, id)
    if document is None:
        raise NotFound
    return document


def _told(hub: Hub, scope: Scope, document: Document) -> Operation:
    hub.publish(OperationMoved(app=scope.app, operation=document))
    return operation_of(document)


def operation_of(document: Document) -> Operation:
    """Return a stored operation as it is shown."""
    kind: Any = "attribute" if "attribute" in document else document["field"].removesuffix("s")
    word = "set" if kind == "attribute" else "add" if document["adds"] else "remove"
    return Operation(
        id=document["id"], what=f"{word} {kind} {document['name']}", kind=kind, name=document["name"],
        adds=document["adds"], value=document.get("value"), status=document["status"],
        progress=document.get("progress", 0.0), changed=document["changed"], by=document["by"]["name"],
        at=rfc3339(document["at"]),
    )  # fmt: skip
