"""Lists: sets of contacts that people keep by hand."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.grants import ATTRIBUTES_MANAGE, CONTACTS_READ, CONTACTS_WRITE
from hub.core.actor import Actor
from hub.core.errors import NotFound, Taken
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.collections import CONTACTS, HISTORY, LISTS
from hub.people.contacts import get_contact
from hub.people.defining import at_most, checked_name, define, rename, undefine
from hub.people.editing import change_contact, commit_contact
from hub.people.labels.tags import CountedName
from hub.people.tracking.counting import Sizes
from hub.people.vocabulary import Named, named, vocabulary
from storage.engine import Batch, Document
from storage.filters import fold

MOST = 1_000
Id = Annotated[int, Meta(ge=1, le=2**53)]


class NewList(Struct, frozen=True, forbid_unknown_fields=True):
    """A list to be made."""

    name: str
    description: str = ""


class ListChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a list."""

    list: Id
    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET


class ListRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which list."""

    list: Id


class ListContact(Struct, frozen=True, forbid_unknown_fields=True):
    """Which contact and which list."""

    contact: Id
    list: Id


@verb(CONTACTS_READ)
async def list_lists(hub: Hub, actor: Actor) -> list[CountedName]:
    """Return all lists by name, with how many contacts are on each."""
    words, sizes = await vocabulary(hub, actor.scope), hub.part(Sizes)
    return [
        CountedName(each.id, each.name, each.description, await sizes.of(actor.scope, CONTACTS, "lists", each.id))
        for each in sorted(words.lists.values(), key=lambda each: fold(each.name))
    ]


@verb(ATTRIBUTES_MANAGE)
async def create_list(hub: Hub, actor: Actor, new: NewList) -> Named:
    """Make a list. Raises InvalidPayload, Taken."""
    words = await vocabulary(hub, actor.scope)
    await at_most(len(words.lists), MOST, "lists")
    name, description = checked_name(new.name, 128), check_text(new.description, "description")[:1000]
    document: Document = {"name": name, "description": description, "created": hub.clock.now()}
    id, is_new = await define(hub, actor.scope, LISTS, "list", fold(name), document)
    if not is_new:
        raise Taken
    return Named(id, name, description)


@verb(ATTRIBUTES_MANAGE)
async def change_list(hub: Hub, actor: Actor, change: ListChange) -> Named:
    """Rename or describe a list. Raises NotFound, InvalidPayload, Taken."""
    document = await _stored(hub, actor, change.list)
    changes: Document = {}
    if change.name is not UNSET:
        changes["name"] = checked_name(change.name, 128)
    if change.description is not UNSET:
        changes["description"] = check_text(change.description, "description")[:1000]
    old, new = fold(document["name"]), fold(str(changes.get("name", document["name"])))
    return named(await rename(hub, actor.scope, LISTS, "list", old, new, document["id"], changes))


@verb(ATTRIBUTES_MANAGE)
async def delete_list(hub: Hub, actor: Actor, which: ListRef) -> None:
    """Delete a list; its contacts stay. Raises NotFound."""
    document = await _stored(hub, actor, which.list)
    await undefine(hub, actor.scope, LISTS, "list", fold(document["name"]), document["id"])


@verb(CONTACTS_WRITE)
async def add_to_list(hub: Hub, actor: Actor, given: ListContact) -> None:
    """Put a contact on a list; one that is on it is no error. Raises NotFound."""
    await _mark(hub, actor, given, adds=True)


@verb(CONTACTS_WRITE)
async def remove_from_list(hub: Hub, actor: Actor, given: ListContact) -> None:
    """Take a contact from a list; one that is not on it is no error. Raises NotFound."""
    await _mark(hub, actor, given, adds=False)


async def _mark(hub: Hub, actor: Actor, given: ListContact, *, adds: bool) -> None:
    document = await _stored(hub, actor, given.list)
    contact = await get_contact(hub, actor.scope, given.contact)
    if (document["id"] in (contact.get("lists") or ())) == adds:
        return
    batch = Batch(actor.scope)
    if adds:
        change_contact(hub, batch, contact["id"], add={"lists": document["id"]})
    else:
        change_contact(hub, batch, contact["id"], remove={"lists": document["id"]})
    record = {
        "id": await hub.ids.next("history"), "kind": "list", "word": "added" if adds else "removed",
        "list": document["id"], "name": document["name"],
        "by": {"kind": actor.kind, "id": actor.id, "name": actor.name}, "at": hub.clock.now(),
    }  # fmt: skip
    batch.append(HISTORY, contact["id"], record)
    await commit_contact(hub, batch, contact["id"], ("lists",))


async def _stored(hub: Hub, actor: Actor, id: int) -> Document:
    document = await hub.store.get(actor.scope, LISTS, id)
    if document is None:
        raise NotFound
    return document
