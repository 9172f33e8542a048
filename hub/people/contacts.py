"""Contacts: what is known of them, and how it changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import fields

from hub.accounts.grants import CONTACTS_READ, CONTACTS_SELF
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import NotFound, Taken
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.collections import BROWSERS, CONTACTS, PAGES
from hub.people.editing import change_contact, checked_fields, claim_unique, commit_contact, differs, name_of
from hub.people.events import ContactChanged
from hub.people.merging.replacing import standing_contact
from hub.people.names import friendly_name
from hub.people.standard import Subject
from hub.people.values import shown_value
from hub.people.vocabulary import Vocabulary, vocabulary
from storage.engine import Batch, Document, Scope
from storage.filters import Eq, fold

WATCHED = 200
"""Contacts that one socket hears of: more than a screen shows."""

Text = str | None | UnsetType


class ContactUpdate(Struct, frozen=True, forbid_unknown_fields=True):
    """What a visitor's page may say about its visitor. What is absent stays as it is."""

    email: Text = UNSET
    name: Text = UNSET
    first_name: Text = UNSET
    last_name: Text = UNSET
    phone_number: Text = UNSET
    city: Text = UNSET
    country: Text = UNSET
    attributes: dict[str, Any] | UnsetType = UNSET


class ContactRef(Struct, frozen=True):
    """A contact as conversations and sessions show it."""

    id: int
    name: str
    email: str | None


class Page(Struct, frozen=True):
    """A visit of a page."""

    contact: int
    url: str
    title: str
    referrer: str
    at: str
    utm: dict[str, str] = {}


class ContactDetail(Struct, frozen=True):
    """A contact as agents see it beside a conversation."""

    id: int
    key: str
    name: str
    email: str | None
    phone_number: str | None
    first_seen: str | None
    last_seen: str | None
    page_views: int
    browser: str | None
    os: str | None
    device: str | None
    language: str | None
    time_zone: str | None
    country: str | None
    city: str | None
    attributes: dict[str, Any]
    page: Page | None
    custom_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    tags: list[str] = []
    lists: list[int] = []
    segments: list[int] = []
    companies: list[int] = []
    score: int = 0
    created: str = ""
    updated: str = ""
    group: int | None = None


class ContactOpen(Struct, frozen=True, forbid_unknown_fields=True):
    """Which contact to show."""

    contact: int


class ContactWatch(Struct, frozen=True, forbid_unknown_fields=True):
    """The contacts that a panel shows: it hears of what changes of these, and no more of those that it named before."""

    contacts: Annotated[list[Annotated[int, Meta(ge=1, le=2**53)]], Meta(max_length=WATCHED)]


def reference(contact: Document) -> ContactRef:
    """Return the contact as conversations show it."""
    return ContactRef(contact["id"], name_of(contact), contact.get("email"))


async def references(hub: Hub, scope: Scope, ids: Iterable[int]) -> dict[int, ContactRef]:
    """Return the contacts of these ids as conversations show them; one that was erased has no name."""
    wanted = set(ids)
    found = await hub.store.get_many(Scope(scope.app), CONTACTS, wanted)
    return {id: reference(found[id]) if id in found else ContactRef(id, "", None) for id in wanted}


def detail(contact: Document, words: Vocabulary) -> ContactDetail:
    """Return the contact as agents see it, with its attributes and tags by their names."""
    facts = contact.get("facts") or {}
    seen = contact.get("page")
    return ContactDetail(
        id=contact["id"], key=contact["key"], name=name_of(contact), email=contact.get("email"),
        phone_number=contact.get("phone_number"), first_seen=_time(contact.get("first_seen")),
        last_seen=_time(contact.get("last_seen")), page_views=contact.get("page_views", 0),
        browser=facts.get("browser"), os=facts.get("os"), device=facts.get("device"), language=facts.get("language"),
        time_zone=facts.get("time_zone"), country=contact.get("country") or facts.get("country"),
        city=contact.get("city") or facts.get("city"), attributes=own_values(contact, words, "contact"),
        page=page_of(contact["id"], seen) if seen else None, custom_id=contact.get("custom_id"),
        first_name=contact.get("first_name"), last_name=contact.get("last_name"),
        tags=[tag.name for tag in words.tag_names(contact.get("tags") or ())],
        lists=[id for id in contact.get("lists") or () if id in words.lists],
        segments=[id for id in contact.get("segments") or () if id in words.segments],
        companies=[company["id"] for company in contact.get("companies") or ()], score=contact.get("score") or 0,
        created=rfc3339(contact["created"]), updated=rfc3339(contact["updated"]),
        group=contact.get("group"),
    )  # fmt: skip


def own_values(document: Document, words: Vocabulary, subject: Subject) -> dict[str, Any]:
    """Return the values of the application's own attributes by their `name_std`."""
    values = document.get("attrs") or {}
    return {
        attribute.std: shown_value(attribute, values[str(attribute.id)])
        for attribute in words.own_attributes(subject)
        if values.get(str(attribute.id)) is not None
    }


def _time(at: int | None) -> str | None:
    return None if at is None else rfc3339(at)


def page_of(contact: int, record: Document) -> Page:
    """Return a stored visit as it is shown."""
    return Page(
        contact, record["url"], record["title"], record["referrer"], rfc3339(record["at"]), record.get("utm") or {}
    )


@verb(CONTACTS_READ)
async def open_contact(hub: Hub, actor: Actor, asked: ContactOpen) -> tuple[ContactDetail, list[Page]]:
    """Return a contact and its newest fifty pages, newest first. Raises NotFound."""
    contact = await get_contact(hub, actor.scope, asked.contact)
    found = [await hub.store.read(actor.scope, PAGES, id, limit=50, newest=True) for id in ids_of(contact)]
    records = sorted((record for some in found for record in some), key=lambda record: record["at"], reverse=True)
    return detail(contact, await vocabulary(hub, actor.scope)), [
        page_of(contact["id"], record) for record in records[:50]
    ]


@verb(CONTACTS_READ)
async def watch_contacts(hub: Hub, actor: Actor, shown: ContactWatch) -> None:
    """Hear of every change of some contacts, until others are named; ids of nobody are no error."""


async def get_contact(hub: Hub, scope: Scope, id: int) -> Document:
    """Return the stored contact, or the one that it was merged into. Raises NotFound."""
    contact = await standing_contact(hub, scope, id)
    if contact is None:
        raise NotFound
    return contact


async def details_of(hub: Hub, scope: Scope, ids: list[int], since: int = 0) -> list[ContactDetail]:
    """Return those of some contacts that are there and changed since a moment (UTC milliseconds), as agents see them."""
    words = await vocabulary(hub, scope)
    found = (await hub.store.get_many(scope, CONTACTS, ids)).values()
    return [detail(each, words) for each in found if each["updated"] >= since]


def ids_of(contact: Document) -> list[int]:
    """Return the ids under which a contact did something: its own, and those of the contacts merged into it."""
    return [contact["id"], *(contact.get("merged") or ())]


async def contact_of_custom_id(hub: Hub, scope: Scope, custom_id: str) -> Document:
    """Return the stored contact of the company's own id. Raises NotFound."""
    id = await hub.store.key(scope, "contact.custom_id", check_text(custom_id, "custom_id"))
    if id is None:
        raise NotFound
    return await get_contact(hub, scope, id)


async def contact_of_email(hub: Hub, scope: Scope, email: str) -> Document | None:
    """Return the stored contact of an e-mail address, or None."""
    id = await hub.store.key(scope, "contact.email", fold(email))
    return await standing_contact(hub, scope, id) if id is not None else None


async def contact_of_phone(hub: Hub, scope: Scope, forms: list[str]) -> Document | None:
    """Return the stored contact whose phone number is written in one of these forms, of several who was seen last; or None."""
    found: list[Document] = []
    for form in forms:
        found += (await hub.store.find(Scope(scope.app), CONTACTS, Eq("phone_number", form), limit=100)).items
    return max(found, key=lambda each: (each.get("last_seen") or 0, each["id"]), default=None)


@verb(CONTACTS_SELF)
async def update_self(hub: Hub, actor: Actor, given: ContactUpdate) -> ContactRef:
    """Keep what a visitor's page says about its visitor; return the contact.

    An e-mail address that another contact has is not taken over, and nothing tells that it exists. Whoever only says
    to be the contact may add to what is known of it, and is told nothing back.
    """
    assert actor.scope.contact is not None
    contact = await get_contact(hub, actor.scope, actor.scope.contact)
    own = await is_own(hub, actor, contact)
    changes = await _checked(hub, actor.scope, contact, own, given)
    if not changes:
        return _shown(contact, own, given)
    try:
        after = await _commit(hub, actor.scope, contact, changes)
    except Taken:  # the address is somebody's: keep the rest
        after = await _commit(hub, actor.scope, contact, {path: changes[path] for path in changes if path != "email"})
    await announce_contact(hub, actor.scope, after)
    return _shown(after, own, given)


async def _commit(hub: Hub, scope: Scope, contact: Document, changes: Document) -> Document:
    batch = Batch(scope)
    await claim_unique(hub, batch, contact, changes)
    changed = change_contact(hub, batch, contact["id"], changes)
    after: Document = (await commit_contact(hub, batch, contact["id"], changes))[changed]
    return after


async def announce_contact(hub: Hub, scope: Scope, contact: Document) -> ContactDetail:
    """Tell the agents what a contact is now; return it as they see it."""
    shown = detail(contact, await vocabulary(hub, scope))
    hub.publish(ContactChanged(app=scope.app, contact=shown))
    return shown


def _shown(contact: Document, own: bool, given: ContactUpdate) -> ContactRef:
    if own:
        return reference(contact)
    return ContactRef(contact["id"], friendly_name(contact["id"]), given.email or None)


async def _checked(hub: Hub, scope: Scope, contact: Document, own: bool, given: ContactUpdate) -> Document:
    """Return the fields that change, checked."""
    told = {
        field.name: value
        for field in fields(ContactUpdate)
        if field.name != "attributes" and (value := getattr(given, field.name)) is not UNSET
    }
    told |= {} if given.attributes is UNSET else given.attributes
    changes = await checked_fields(hub, scope, "contact", told)
    if contact.get("email") and not own:
        changes.pop("email", None)  # mail goes to this address: whoever only claims the contact may not redirect it
    if not own:
        changes.pop("custom_id", None)
    return {path: value for path, value in changes.items() if differs(contact, path, value)}


async def is_own(hub: Hub, actor: Actor, contact: Document) -> bool:
    """Tell whether the contact is proven by a signature or was made by this browser, and not only claimed."""
    if actor.scope.browser is None:
        return True
    browser = await hub.store.get(actor.scope, BROWSERS, actor.scope.browser)
    return browser is not None and browser["contact"] == contact["id"]
