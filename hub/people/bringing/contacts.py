"""A contact that was elsewhere: with its key, so that its browser is known here too, and with all that it had."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from hub.accounts.grants import MOVING_IN
from hub.core.actor import Actor
from hub.core.errors import Conflict, NotFound, Taken
from hub.core.hub import Hub
from hub.core.past import Arrival, Brought, Past, bring, digest_of
from hub.core.verb import verb
from hub.people.bringing.values import takeable
from hub.people.collections import CONTACTS
from hub.people.contacts import get_contact
from hub.people.editing import (
    UNIQUE,
    at,
    change_contact,
    claim_unique,
    commit_contact,
    insert_contact,
    new_contact,
    news,
    touched,
    unique_value,
)
from hub.people.merging.replacing import standing_contact
from storage.engine import Batch, Document, GuardFailed, Scope
from storage.filters import Eq

_TRIES = 20
_KEY = range(1, 65)


class Seen(Struct, frozen=True):
    """When somebody was there (UTC milliseconds), how many pages it saw, and what was known of its device."""

    first: int | None = None
    last: int | None = None
    contacted: int | None = None
    pages: int = 0
    facts: dict[str, str] = {}


class PastContact(Struct, frozen=True):
    """A contact that was elsewhere: values by the names of attributes, tags and lists by their ids here.

    `companies` are ids here, each with since when (UTC milliseconds) it belongs to it.
    """

    past: Past
    key: str | None
    values: dict[str, Any]
    seen: Seen = Seen()
    tags: list[int] = []
    lists: list[int] = []
    companies: list[tuple[int, int | None]] = []


class BroughtContact(Struct, frozen=True):
    """What became of it, and why single values were left out, by their names."""

    brought: Brought
    refused: dict[str, str]


@verb(MOVING_IN)
async def bring_contact(hub: Hub, actor: Actor, given: PastContact) -> BroughtContact:
    """Make or change a contact as it was elsewhere; who has its key, custom id or address here is the one meant.

    An address or an id that another contact has here is left out. Raises Conflict.
    """
    scope = Scope(actor.scope.app)
    fields, refused = await takeable(hub, scope, "contact", given.values)
    moving = _Moving(hub, scope, given, fields, refused)
    digest = digest_of(given.values, given.seen, given.tags, given.lists, given.companies)
    brought = await bring(hub, scope, Arrival("contact", given.past, digest), moving.make, moving.change, moving.find)
    return BroughtContact(brought, refused)


class _Moving:
    """One contact on its way."""

    def __init__(self, hub: Hub, scope: Scope, given: PastContact, fields: Document, refused: dict[str, str]) -> None:
        self._hub, self._scope, self._given = hub, scope, given
        self._fields, self._refused = fields, refused

    async def make(self, arrival: Arrival) -> tuple[int, bool]:
        """Make the contact, or change the one that is meant. Raises Taken where somebody makes it at this moment."""
        known = await self._known()
        if known is not None:
            return await self.change(known, arrival), False
        contact = await new_contact(self._hub, dict(self._fields))
        if self._given.key and len(self._given.key) in _KEY:
            contact["key"] = self._given.key
        contact |= self._merged(contact, fresh=True)
        batch = Batch(self._scope)
        arrival.claim(batch, contact["id"])
        insert_contact(batch, contact)
        if (await self._hub.commit(batch)).existing:
            raise Taken
        touched(self._hub, self._scope, contact["id"])
        return int(contact["id"]), True

    async def change(self, id: int, arrival: Arrival | None = None) -> int:
        """Change a contact to what it was elsewhere; return its id. Raises NotFound, Conflict."""
        for _ in range(_TRIES):
            contact = await get_contact(self._hub, self._scope, id)
            id = int(contact["id"])
            fields = await self._own(contact)
            changes = {
                path: value for path, value in fields.items() if value is not None and at(contact, path) != value
            }
            changes |= self._merged(contact, fresh=False)
            batch = Batch(self._scope)
            if arrival:
                arrival.claim(batch, id)
            batch.guard(CONTACTS, id, Eq("revision", contact["revision"]))
            await claim_unique(self._hub, batch, contact, changes)
            change_contact(self._hub, batch, id, changes)
            try:
                await commit_contact(self._hub, batch, id, changes)
            except GuardFailed:
                continue
            return id
        raise Conflict

    async def find(self, id: int) -> Document | None:
        """Return the contact, or None where it was erased."""
        return await standing_contact(self._hub, self._scope, id)

    async def _known(self) -> int | None:
        """Return who is meant here: by the key of its browser, its custom id or its address."""
        refs = [("contact.key", self._given.key)] if self._given.key else []
        refs += [
            (UNIQUE[field], unique_value(field, self._fields[field]))
            for field in ("custom_id", "email")
            if self._fields.get(field)
        ]
        for kind, value in refs:
            id = await self._hub.store.key(self._scope, kind, value)
            if id is not None:
                try:
                    return int((await get_contact(self._hub, self._scope, id))["id"])
                except NotFound:
                    continue
        return None

    async def _own(self, contact: Document) -> Document:
        """Return the fields without the unique ones that another contact has here."""
        fields = await news(self._hub, self._scope, contact, dict(self._fields))
        for field, kind in UNIQUE.items():
            if fields.get(field):
                holder = await self._hub.store.key(self._scope, kind, unique_value(field, fields[field]))
                if holder is not None and holder != contact["id"] and holder not in (contact.get("merged") or ()):
                    del fields[field]
                    self._refused[field] = f"Contact {holder} has it here."
        return fields

    def _merged(self, contact: Document, *, fresh: bool) -> Document:
        """Return times, counts, tags, lists and companies: what was there and what is here, together."""
        given, seen = self._given, self._given.seen
        before = (contact.get("moved") or {}).get("pages", 0)
        created = given.past.created or contact["created"]
        fields: Document = {
            "created": created if fresh else min(created, contact["created"]),
            "first_seen": _among(min, contact.get("first_seen"), seen.first),
            "last_seen": _among(max, contact.get("last_seen"), seen.last),
            "page_views": contact.get("page_views", 0) + seen.pages - before,
            "tags": _united(contact.get("tags"), given.tags), "lists": _united(contact.get("lists"), given.lists),
        }  # fmt: skip
        if seen.contacted:
            fields["last_contacted"] = _among(max, contact.get("last_contacted"), seen.contacted)
        if seen.pages != before:
            fields["moved"] = {"pages": seen.pages}  # so that it counts once, however often it is brought in
        here = contact.get("companies") or []
        ids = {each["id"] for each in here}
        since = self._hub.clock.now()
        fields["companies"] = [
            *here, *({"id": id, "since": at or since} for id, at in given.companies if id not in ids),
        ]  # fmt: skip
        if seen.facts and not contact.get("facts"):
            fields["facts"] = dict(seen.facts)  # a browser that was here since tells more
        return {name: value for name, value in fields.items() if fresh or contact.get(name) != value}


def _among(which: Any, *times: int | None) -> int | None:
    known = [each for each in times if each is not None]
    return which(known) if known else None


def _united(here: list[int] | None, more: list[int]) -> list[int]:
    return list(dict.fromkeys((*(here or ()), *more)))


# ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class PastMembers(Struct, frozen=True):
    """Contacts (by their ids here) that were in a segment, and the list that keeps them."""

    contacts: list[int]
    list: int


@verb(MOVING_IN)
async def bring_members(hub: Hub, actor: Actor, given: PastMembers) -> int:
    """Put contacts on a list; return how many were not on it. Those that are gone are left out."""
    scope, added = Scope(actor.scope.app), 0
    found = await hub.store.get_many(scope, CONTACTS, given.contacts)
    for id, contact in found.items():
        if given.list in (contact.get("lists") or ()):
            continue
        batch = Batch(scope)
        change_contact(hub, batch, id, add={"lists": given.list})
        await commit_contact(hub, batch, id, ("lists",))
        added += 1
    return added
