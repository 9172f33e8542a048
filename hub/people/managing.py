"""What agents and API keys do with contacts: make, change, find them."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_READ, CONTACTS_WRITE
from hub.core.actor import Actor
from hub.core.errors import Conflict, InvalidPayload
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.collections import CONTACTS
from hub.people.conditions.base import World
from hub.people.conditions.tree import read_tree
from hub.people.contacts import ContactDetail, announce_contact, detail, get_contact
from hub.people.editing import (
    UNIQUE,
    change_contact,
    checked_fields,
    claim_unique,
    commit_contact,
    differs,
    insert_contact,
    new_contact,
    news,
    unique_value,
)
from hub.people.looking import look_for, uncounted
from hub.people.matching import page_by_words
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Document, Sort
from storage.filters import EVERYTHING

Id = Annotated[int, Meta(ge=1, le=2**53)]
SORTS = "^-?(last_seen|updated|id)$"


class NewContact(Struct, frozen=True, forbid_unknown_fields=True):
    """A contact to be made: values by the names of their attributes; unknown names become attributes."""

    attributes: dict[str, Any]


class ContactChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Values that change, by the names of their attributes; null takes one away."""

    contact: Id
    attributes: dict[str, Any]


class FindContacts(Struct, frozen=True, forbid_unknown_fields=True):
    """Which contacts: by conditions, by words, both or none; newest activity first, or by id.

    What is found by words comes newest contact first, whatever the order that is asked for."""

    where: dict[str, Any] | None = None
    search: str = ""
    sort: Annotated[str, Meta(pattern=SORTS)] = "-last_seen"
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    cursor: str | None = None


class FoundContacts(Struct, frozen=True):
    """A page of contacts; without a cursor there are no more."""

    contacts: list[ContactDetail]
    cursor: str | None


class UpsertedContact(Struct, frozen=True):
    """A contact that was made, or was there."""

    contact: ContactDetail
    created: bool


class ContactRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which contact."""

    contact: Id


@verb(CONTACTS_READ)
async def get_one(hub: Hub, actor: Actor, which: ContactRef) -> ContactDetail:
    """Return a contact. Raises NotFound."""
    return detail(await get_contact(hub, actor.scope, which.contact), await vocabulary(hub, actor.scope))


@verb(CONTACTS_WRITE)
async def create_contact(hub: Hub, actor: Actor, new: NewContact) -> ContactDetail:
    """Make a contact. Raises InvalidPayload, and Taken for another one's address or id."""
    fields = await checked_fields(hub, actor.scope, "contact", new.attributes)
    contact = await new_contact(hub, fields)
    batch = Batch(actor.scope)
    insert_contact(batch, contact)
    await commit_contact(hub, batch, contact["id"])
    return await announce_contact(hub, actor.scope, contact)


@verb(CONTACTS_WRITE)
async def change_attributes(hub: Hub, actor: Actor, change: ContactChange) -> ContactDetail:
    """Change what is known of a contact. Raises NotFound, InvalidPayload, Taken."""
    contact = await get_contact(hub, actor.scope, change.contact)
    fields = await checked_fields(hub, actor.scope, "contact", change.attributes)
    return await _change(hub, actor, contact, fields)


@verb(CONTACTS_WRITE)
async def upsert_contact(hub: Hub, actor: Actor, new: NewContact) -> UpsertedContact:
    """Change the contact of this custom id, else of this e-mail address; make it where there is none.

    Raises InvalidPayload, and Taken where the address is another one's.
    """
    fields = await checked_fields(hub, actor.scope, "contact", new.attributes)
    for _ in range(3):  # another one may make it at the same moment
        contact = await contact_with(hub, actor, fields)
        if contact is not None:
            return UpsertedContact(
                await _change(hub, actor, contact, await news(hub, actor.scope, contact, fields)), False
            )
        made = await new_contact(hub, fields)
        batch = Batch(actor.scope)
        insert_contact(batch, made)
        if not (await hub.commit(batch)).existing:
            return UpsertedContact(await announce_contact(hub, actor.scope, made), True)
    raise Conflict


@verb(CONTACTS_READ)
async def find_contacts(hub: Hub, actor: Actor, find: FindContacts) -> FoundContacts:
    """Return a page of contacts. Raises InvalidPayload."""
    words = await vocabulary(hub, actor.scope)
    world = World(words, hub.clock.now())
    tree = read_tree({"all": []} if find.where is None else find.where)
    tree.check(world)
    missing = uncounted(tree, world)
    if find.search.strip():
        text = check_text(find.search, "search")[:200]
        page = await page_by_words(hub, actor.scope, text, tree, world, find.limit, find.cursor, missing)
    else:
        sort = Sort(find.sort.removeprefix("-"), find.sort.startswith("-"))
        try:
            if missing:
                page = await look_for(hub, actor.scope, tree, world, missing, sort, find.limit, find.cursor)
            else:
                filter = EVERYTHING if find.where is None else tree.filter(world)
                page = await hub.store.find(
                    actor.scope, CONTACTS, filter, sort=sort, limit=find.limit, cursor=find.cursor, scan=True
                )
        except ValueError:
            raise InvalidPayload("This cursor belongs to another list.", reason="cursor") from None
    return FoundContacts([detail(each, words) for each in page.items], page.cursor)


async def contact_with(hub: Hub, actor: Actor, fields: Document) -> Document | None:
    """Return the contact that has the custom id of these fields, else the address; None where nobody has."""
    for field in ("custom_id", "email"):
        if fields.get(field):
            id = await hub.store.key(actor.scope, UNIQUE[field], unique_value(field, fields[field]))
            if id is not None:
                return await hub.store.get(actor.scope, CONTACTS, id)
    return None


async def _change(hub: Hub, actor: Actor, contact: Document, fields: Document) -> ContactDetail:
    changes = {path: value for path, value in fields.items() if differs(contact, path, value)}
    if not changes:
        return detail(contact, await vocabulary(hub, actor.scope))
    batch = Batch(actor.scope)
    await claim_unique(hub, batch, contact, changes)
    changed = change_contact(hub, batch, contact["id"], changes)
    after = (await commit_contact(hub, batch, contact["id"], changes))[changed]
    return await announce_contact(hub, actor.scope, after)
