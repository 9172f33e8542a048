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
from hub.people.defining import at_most, checked_name, define
from hub.people.editing import change_contact, commit_contact
from hub.people.events import LabelsChanged
from hub.people.labels.joining import MOST as JOINED
from hub.people.labels.joining import join_labels
from hub.people.labels.keeping import change_label, delete_label, restore_label, stored_label
from hub.people.labels.references import segments_asking
from hub.people.labels.tags import CountedName
from hub.people.tracking.counting import Sizes
from hub.people.vocabulary import Named, named, vocabulary
from storage.engine import Batch, Document
from storage.filters import fold

MOST = 1_000
Id = Annotated[int, Meta(ge=1, le=2**53)]
Ids = list[Id]


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


class ListMerge(Struct, frozen=True, forbid_unknown_fields=True):
    """The list that stays, and those that become part of it."""

    list: Id
    others: Annotated[Ids, Meta(min_length=1, max_length=JOINED)]


class ListContact(Struct, frozen=True, forbid_unknown_fields=True):
    """Which contact and which list."""

    contact: Id
    list: Id


@verb(CONTACTS_READ)
async def list_lists(hub: Hub, actor: Actor) -> list[CountedName]:
    """Return all lists by name, with how many contacts are on each."""
    words, sizes = await vocabulary(hub, actor.scope), hub.part(Sizes)
    return [
        CountedName(
            each.id, each.name, each.description, await sizes.of(actor.scope, CONTACTS, "lists", each.id), 0,
            [one["id"] for one in segments_asking(words, "list", {each.id})], each.merging,
        )
        for each in sorted(words.lists.values(), key=lambda each: fold(each.name))
    ]  # fmt: skip


@verb(ATTRIBUTES_MANAGE)
async def create_list(hub: Hub, actor: Actor, new: NewList) -> Named:
    """Make a list. Raises InvalidPayload, Taken."""
    words = await vocabulary(hub, actor.scope)
    at_most(len(words.lists), MOST, "lists")
    name, description = checked_name(new.name, 128), check_text(new.description, "description")[:1000]
    document: Document = {"name": name, "description": description, "created": hub.clock.now()}
    id, is_new = await define(hub, actor.scope, LISTS, "list", fold(name), document)
    if not is_new:
        raise Taken
    hub.publish(LabelsChanged(app=actor.scope.app))
    return Named(id, name, description)


@verb(ATTRIBUTES_MANAGE)
async def change_list(hub: Hub, actor: Actor, change: ListChange) -> Named:
    """Rename or describe a list. Raises NotFound, InvalidPayload, Taken."""
    document = await stored_label(hub, actor.scope, "list", change.list)
    changes: Document = {}
    if change.name is not UNSET:
        changes["name"] = checked_name(change.name, 128)
    if change.description is not UNSET:
        changes["description"] = check_text(change.description, "description")[:1000]
    return named(await change_label(hub, actor.scope, "list", document, changes))


@verb(ATTRIBUTES_MANAGE)
async def delete_list(hub: Hub, actor: Actor, which: ListRef) -> None:
    """Delete a list; its contacts stay, and it can be brought back for an hour. Raises NotFound, Conflict."""
    await delete_label(hub, actor.scope, "list", await stored_label(hub, actor.scope, "list", which.list))


@verb(ATTRIBUTES_MANAGE)
async def restore_list(hub: Hub, actor: Actor, which: ListRef) -> Named:
    """Bring a deleted list back with all who were on it. Raises NotFound, Taken for a name that is another one's now."""
    return named(await restore_label(hub, actor.scope, "list", which.list))


@verb(ATTRIBUTES_MANAGE)
async def merge_lists(hub: Hub, actor: Actor, given: ListMerge) -> Named:
    """Merge lists into one: all who are on one of the others are on it, and conditions ask for it.

    It is done a little later, and can't be taken back. Raises NotFound, InvalidPayload.
    """
    return named(await join_labels(hub, actor.scope, "list", given.list, given.others))


@verb(CONTACTS_WRITE)
async def add_to_list(hub: Hub, actor: Actor, given: ListContact) -> None:
    """Put a contact on a list; one that is on it is no error. Raises NotFound."""
    await _mark(hub, actor, given, adds=True)


@verb(CONTACTS_WRITE)
async def remove_from_list(hub: Hub, actor: Actor, given: ListContact) -> None:
    """Take a contact from a list; one that is not on it is no error. Raises NotFound."""
    await _mark(hub, actor, given, adds=False)


async def _mark(hub: Hub, actor: Actor, given: ListContact, *, adds: bool) -> None:
    document = await hub.store.get(actor.scope, LISTS, given.list)
    if document is None or document.get("gone"):
        raise NotFound
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
