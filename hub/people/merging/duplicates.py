"""Contacts that may be one person: found through what they have in common, never by comparing everybody with everybody."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_READ
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.collections import CONTACTS
from hub.people.contacts import ContactRef, get_contact, reference
from hub.people.editing import unique_value
from hub.people.merging.apart import are_apart
from hub.people.merging.likeness import alike_of, email_key, plain_email
from storage.engine import Document, Scope
from storage.filters import Gt

Reason = Literal["email", "phone_number", "name"]
_REASONS: dict[str, Reason] = {"e": "email", "p": "phone_number", "n": "name"}
_CHUNK = 200
_LOOKED_AT = 4_000
"""Contacts that one call looks at; behind these it returns what it has, and a cursor."""
_MOST = 50
"""Contacts of one group that are shown: more of them share a placeholder and are no duplicates."""


class FindDuplicates(Struct, frozen=True, forbid_unknown_fields=True):
    """How many groups, and from where on (`cursor` of the page before)."""

    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    cursor: str | None = None


class DuplicatesOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose duplicates."""

    contact: Annotated[int, Meta(ge=1, le=2**53)]


class Group(Struct, frozen=True):
    """Contacts that may be one person, lowest id first, and what they have in common."""

    reason: Reason
    contacts: list[ContactRef]


class Duplicates(Struct, frozen=True):
    """A page of groups; a page may be empty and have a cursor. Without a cursor there are no more."""

    groups: list[Group]
    cursor: str | None = None


@verb(CONTACTS_READ)
async def find_duplicates(hub: Hub, actor: Actor, find: FindDuplicates) -> Duplicates:
    """Return groups of contacts with the same address without its plus-part, phone number, or full name and city.

    Those who were told apart are none. Raises InvalidPayload for a cursor that was not made here.
    """
    last, looked_at = _read_cursor(find.cursor), 0
    groups: list[Group] = []
    while looked_at < _LOOKED_AT:
        page = await hub.store.find(actor.scope, CONTACTS, Gt("id", last), limit=_CHUNK)
        found = await asyncio.gather(*(_groups(hub, actor.scope, each) for each in page.items))
        for contact, own in zip(page.items, found, strict=True):
            # Each group once, where the first of its members is met.
            groups += [group for group in own if group.contacts[0].id == contact["id"]]
            last = contact["id"]
            if len(groups) >= find.limit:
                return Duplicates(groups, str(last))
        if len(page.items) < _CHUNK:
            return Duplicates(groups)
        looked_at += len(page.items)
    return Duplicates(groups, str(last))


@verb(CONTACTS_READ)
async def duplicates_of(hub: Hub, actor: Actor, which: DuplicatesOf) -> Duplicates:
    """Return the contacts that may be the same person as one contact, by what they have in common. Raises NotFound."""
    return Duplicates(await _groups(hub, actor.scope, await get_contact(hub, actor.scope, which.contact)))


async def _groups(hub: Hub, scope: Scope, contact: Document) -> list[Group]:
    keys = dict.fromkeys(alike_of(contact))
    if contact.get("email"):
        keys[email_key(contact["email"])] = None
    groups = []
    for key in keys:
        alike = await _with(hub, scope, contact, key)
        members = {each["id"]: each for each in alike if each["id"] != contact["id"] and not are_apart(contact, each)}
        if members:
            all_of_them = sorted((contact, *members.values()), key=lambda each: each["id"])
            groups.append(Group(_REASONS[key[0]], [reference(each) for each in all_of_them]))
    return groups


async def _with(hub: Hub, scope: Scope, contact: Document, key: str) -> list[Document]:
    """Return the contacts of a key; of an address also the one that has it without a plus-part."""
    found = await hub.store.marked(scope, CONTACTS, key, limit=_MOST)
    if key.startswith("e:"):
        plain = unique_value("email", plain_email(contact["email"]))
        id = await hub.store.key(scope, "contact.email", plain)
        if id is not None and (owner := await hub.store.get(scope, CONTACTS, id)):
            found = [*found, owner]
    return found


def _read_cursor(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 16:
        raise InvalidPayload("This cursor belongs to another list.")
    return int(cursor)
