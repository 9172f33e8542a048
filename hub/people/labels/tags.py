"""Tags on contacts: made by naming them, renamed and merged for everybody at once."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from hub.accounts.grants import ATTRIBUTES_MANAGE, CONTACTS_READ, CONTACTS_WRITE
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.collections import COMPANIES, CONTACTS, HISTORY, TAGS
from hub.people.contacts import get_contact
from hub.people.defining import at_most, checked_name, define
from hub.people.editing import change_contact, commit_contact
from hub.people.events import LabelsChanged
from hub.people.labels.joining import MOST as JOINED
from hub.people.labels.joining import join_labels
from hub.people.labels.keeping import change_label, delete_label, restore_label, stored_label
from hub.people.labels.references import segments_asking
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


class TagMerge(Struct, frozen=True, forbid_unknown_fields=True):
    """The tag that stays, and those that become part of it."""

    tag: Id
    others: Annotated[list[Id], Meta(min_length=1, max_length=JOINED)]


class CountedName(Struct, frozen=True):
    """A tag or a list: how many contacts and companies are of it, and which segments ask for it.

    `merging` names the one that it is just becoming a part of.
    """

    id: int
    name: str
    description: str
    count: int
    companies: int = 0
    segments: list[int] = []
    merging: int | None = None


class Tagged(Struct, frozen=True):
    """A tag that was put on a contact; `created` where nobody had it before."""

    tag: Named
    created: bool


@verb(CONTACTS_READ)
async def list_tags(hub: Hub, actor: Actor) -> list[CountedName]:
    """Return all tags by name, with how many contacts and companies carry each."""
    words, sizes = await vocabulary(hub, actor.scope), hub.part(Sizes)
    return [
        CountedName(
            tag.id, tag.name, "", await sizes.of(actor.scope, CONTACTS, "tags", tag.id),
            await sizes.of(actor.scope, COMPANIES, "tags", tag.id),
            [each["id"] for each in segments_asking(words, "tag", {folded})], tag.merging,
        )
        for folded, tag in sorted(words.tags.items())
    ]  # fmt: skip


@verb(ATTRIBUTES_MANAGE)
async def create_tag(hub: Hub, actor: Actor, new: TagName) -> Tagged:
    """Make a tag, or return the one that has the name. Raises InvalidPayload."""
    return await tag_named(hub, actor.scope, new.name)


@verb(ATTRIBUTES_MANAGE)
async def rename_tag(hub: Hub, actor: Actor, change: TagChange) -> Named:
    """Rename a tag wherever it is, also in conditions. Raises NotFound, InvalidPayload, Taken, Conflict."""
    document = await stored_label(hub, actor.scope, "tag", change.tag)
    name = _tag_name(change.name)
    return named(await change_label(hub, actor.scope, "tag", document, {"name": name}))


@verb(ATTRIBUTES_MANAGE)
async def delete_tag(hub: Hub, actor: Actor, which: TagRef) -> None:
    """Delete a tag; nobody shows it any more, and it can be brought back for an hour. Raises NotFound, Conflict."""
    await delete_label(hub, actor.scope, "tag", await stored_label(hub, actor.scope, "tag", which.tag))


@verb(ATTRIBUTES_MANAGE)
async def restore_tag(hub: Hub, actor: Actor, which: TagRef) -> Named:
    """Bring a deleted tag back to all who had it. Raises NotFound, Taken for a name that is another one's now."""
    return named(await restore_label(hub, actor.scope, "tag", which.tag))


@verb(ATTRIBUTES_MANAGE)
async def merge_tags(hub: Hub, actor: Actor, given: TagMerge) -> Named:
    """Merge tags into one: all who have one of the others get it, on contacts, companies and in conditions.

    It is done a little later, and can't be taken back. Raises NotFound, InvalidPayload.
    """
    return named(await join_labels(hub, actor.scope, "tag", given.tag, given.others))


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
    name = _tag_name(name)
    known = words.tags.get(fold(name))
    if known is not None:
        return Tagged(known, False)
    at_most(len(words.tags), MOST, "tags")
    id, is_new = await define(hub, scope, TAGS, "tag", fold(name), {"name": name, "created": hub.clock.now()})
    if is_new:
        hub.publish(LabelsChanged(app=scope.app))
    return Tagged(Named(id, name), is_new)


def _tag_name(name: str) -> str:
    """Return a name that a tag may have. Raises InvalidPayload."""
    name = checked_name(name)
    if not fold(name):
        raise InvalidPayload("The name of a tag has letters or digits.", reason="tag_name")
    return name


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
