"""Tags on contacts: made by naming them, renamed and merged for everybody at once."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from hub.accounts.grants import ATTRIBUTES_MANAGE, CONTACTS_READ, CONTACTS_WRITE
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.collections import CONTACTS, HISTORY, TAGS
from hub.people.contacts import get_contact
from hub.people.defining import at_most, checked_name, define, rename, undefine
from hub.people.editing import change_contact, commit_contact
from hub.people.tracking.counting import Sizes
from hub.people.vocabulary import Named, named, vocabulary
from storage.engine import Batch, Scope
from storage.filters import fold

MOST = 5_000
Id = Annotated[int, Meta(ge=1, le=2**53)]


class TagContact(Struct, frozen=True, forbid_unknown_fields=True):
    """Which contact, and the tag by its name."""

    contact: Id
    tag: str


class TagName(Struct, frozen=True, forbid_unknown_fields=True):
    """The name of a tag to be made."""

    name: str


class TagChange(Struct, frozen=True, forbid_unknown_fields=True):
    """A tag and its new name."""

    tag: Id
    name: str


class TagRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which tag."""

    tag: Id


class CountedName(Struct, frozen=True):
    """A tag or a list, and how many contacts are of it."""

    id: int
    name: str
    description: str
    count: int


class Tagged(Struct, frozen=True):
    """A tag that was put on a contact; `created` where nobody had it before."""

    tag: Named
    created: bool


@verb(CONTACTS_READ)
async def list_tags(hub: Hub, actor: Actor) -> list[CountedName]:
    """Return all tags by name, with how many contacts carry each."""
    words, sizes = await vocabulary(hub, actor.scope), hub.part(Sizes)
    return [
        CountedName(tag.id, tag.name, "", await sizes.of(actor.scope, CONTACTS, "tags", tag.id))
        for _, tag in sorted(words.tags.items())
    ]


@verb(ATTRIBUTES_MANAGE)
async def create_tag(hub: Hub, actor: Actor, new: TagName) -> Tagged:
    """Make a tag, or return the one that has the name. Raises InvalidPayload."""
    return await tag_named(hub, actor.scope, new.name)


@verb(ATTRIBUTES_MANAGE)
async def rename_tag(hub: Hub, actor: Actor, change: TagChange) -> Named:
    """Rename a tag wherever it is. Raises NotFound, InvalidPayload, Taken."""
    document = await hub.store.get(actor.scope, TAGS, change.tag)
    if document is None:
        raise NotFound
    name = checked_name(change.name)
    return named(
        await rename(hub, actor.scope, TAGS, "tag", fold(document["name"]), fold(name), document["id"], {"name": name})
    )


@verb(ATTRIBUTES_MANAGE)
async def delete_tag(hub: Hub, actor: Actor, which: TagRef) -> None:
    """Delete a tag; contacts do not show it any more. Raises NotFound."""
    document = await hub.store.get(actor.scope, TAGS, which.tag)
    if document is None:
        raise NotFound
    await undefine(hub, actor.scope, TAGS, "tag", fold(document["name"]), document["id"])


@verb(CONTACTS_WRITE)
async def add_tag(hub: Hub, actor: Actor, given: TagContact) -> Tagged:
    """Put a tag on a contact, making it where nobody has it. Raises NotFound, InvalidPayload."""
    contact = await get_contact(hub, actor.scope, given.contact)
    tagged = await tag_named(hub, actor.scope, given.tag)
    if tagged.tag.id not in (contact.get("tags") or ()):
        await _mark(hub, actor, contact["id"], tagged.tag, adds=True)
    return tagged


@verb(CONTACTS_WRITE)
async def remove_tag(hub: Hub, actor: Actor, given: TagContact) -> None:
    """Take a tag from a contact; one that it does not carry is no error. Raises NotFound."""
    contact = await get_contact(hub, actor.scope, given.contact)
    tag = (await vocabulary(hub, actor.scope)).tags.get(fold(given.tag.strip()))
    if tag is not None and tag.id in (contact.get("tags") or ()):
        await _mark(hub, actor, contact["id"], tag, adds=False)


async def tag_named(hub: Hub, scope: Scope, name: str) -> Tagged:
    """Return the tag of this name, made where there is none. Raises InvalidPayload."""
    words = await vocabulary(hub, scope)
    name = checked_name(name)
    known = words.tags.get(fold(name))
    if known is not None:
        return Tagged(known, False)
    await at_most(len(words.tags), MOST, "tags")
    if not fold(name):
        raise InvalidPayload("The name of a tag has letters or digits.")
    id, is_new = await define(hub, scope, TAGS, "tag", fold(name), {"name": name, "created": hub.clock.now()})
    return Tagged(Named(id, name), is_new)


async def _mark(hub: Hub, actor: Actor, contact: int, tag: Named, *, adds: bool) -> None:
    batch = Batch(actor.scope)
    if adds:
        change_contact(hub, batch, contact, add={"tags": tag.id})
    else:
        change_contact(hub, batch, contact, remove={"tags": tag.id})
    record = {
        "id": await hub.ids.next("history"), "kind": "tag", "word": "added" if adds else "removed", "tag": tag.id,
        "name": tag.name, "by": {"kind": actor.kind, "id": actor.id, "name": actor.name}, "at": hub.clock.now(),
    }  # fmt: skip
    batch.append(HISTORY, contact, record)
    await commit_contact(hub, batch, contact, ("tags",))
