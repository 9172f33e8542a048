"""Contacts: what is known of them, and how it changes."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from hub.accounts.applications import check_email
from hub.accounts.grants import CONTACTS_READ, CONTACTS_SELF
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.text import check_data, check_text
from hub.core.verb import verb
from hub.people.collections import BROWSERS, CONTACTS, PAGES
from hub.people.events import ContactChanged
from hub.people.names import friendly_name
from storage.engine import Batch, Document, Missing, Scope
from storage.filters import fold

_LONGEST = {"first_name": 40, "last_name": 40, "phone_number": 64, "city": 64, "country": 64}
_ATTRIBUTES = 100
"""Own attributes that a page may set in one call: more is a mistake or an attack."""

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


class ContactDetail(Struct, frozen=True):
    """A contact as agents see it beside a conversation."""

    id: int
    key: str
    name: str
    email: str | None
    phone_number: str | None
    first_seen: str
    last_seen: str
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


class ContactOpen(Struct, frozen=True, forbid_unknown_fields=True):
    """Which contact to show."""

    contact: int


def name_of(contact: Document) -> str:
    """Return what to call a contact: its name, else its e-mail address, else a friendly made-up name."""
    parts = (contact.get("first_name"), contact.get("last_name"))
    full = contact.get("name") or " ".join(part for part in parts if part)
    return full or contact.get("email") or friendly_name(contact["id"])


def reference(contact: Document) -> ContactRef:
    """Return the contact as conversations show it."""
    return ContactRef(contact["id"], name_of(contact), contact.get("email"))


def detail(contact: Document) -> ContactDetail:
    """Return the contact as agents see it."""
    facts = contact.get("facts") or {}
    seen = contact.get("page")
    return ContactDetail(
        id=contact["id"], key=contact["key"], name=name_of(contact), email=contact.get("email"),
        phone_number=contact.get("phone_number"), first_seen=rfc3339(contact["first_seen"]),
        last_seen=rfc3339(contact["last_seen"]), page_views=contact.get("page_views", 0),
        browser=facts.get("browser"), os=facts.get("os"), device=facts.get("device"), language=facts.get("language"),
        time_zone=facts.get("time_zone"), country=contact.get("country") or facts.get("country"),
        city=contact.get("city"), attributes=contact.get("attrs") or {},
        page=page_of(contact["id"], seen) if seen else None,
    )  # fmt: skip


def page_of(contact: int, record: Document) -> Page:
    """Return a stored visit as it is shown."""
    return Page(contact, record["url"], record["title"], record["referrer"], rfc3339(record["at"]))


@verb(CONTACTS_READ)
async def open_contact(hub: Hub, actor: Actor, asked: ContactOpen) -> tuple[ContactDetail, list[Page]]:
    """Return a contact and its newest fifty pages, newest first. Raises NotFound."""
    contact = await get_contact(hub, actor.scope, asked.contact)
    records = await hub.store.read(actor.scope, PAGES, contact["id"], limit=50, newest=True)
    return detail(contact), [page_of(contact["id"], record) for record in reversed(records)]


async def get_contact(hub: Hub, scope: Scope, id: int) -> Document:
    """Return the stored contact. Raises NotFound."""
    contact = await hub.store.get(scope, CONTACTS, id)
    if contact is None:
        raise NotFound
    return contact


async def contact_of_custom_id(hub: Hub, scope: Scope, custom_id: str) -> Document:
    """Return the stored contact of the company's own id. Raises NotFound."""
    id = await hub.store.key(scope, "contact.custom_id", check_text(custom_id, "custom_id"))
    if id is None:
        raise NotFound
    return await get_contact(hub, scope, id)


@verb(CONTACTS_SELF)
async def update_self(hub: Hub, actor: Actor, given: ContactUpdate) -> ContactRef:
    """Keep what a visitor's page says about its visitor; return the contact.

    An e-mail address that another contact has is not taken over, and nothing tells that it exists. Whoever only says
    to be the contact may add to what is known of it, and is told nothing back.
    """
    assert actor.scope.contact is not None
    contact = await get_contact(hub, actor.scope, actor.scope.contact)
    own = await _is_own(hub, actor, contact)
    changes = _checked(contact, own, given)
    if not changes:
        return _shown(contact, own, given)
    batch = Batch(actor.scope)
    email = changes.get("email")
    if email:
        batch.claim("contact.email", fold(email), contact["id"])
    if "email" in changes and contact.get("email"):
        await _release_email(hub, batch, contact)
    changed = batch.patch(CONTACTS, contact["id"], set=changes, inc={"revision": 1})
    try:
        outcome = await hub.commit(batch)
    except Missing:
        raise NotFound from None
    if outcome.existing:  # the address is somebody's: keep the rest
        rest = {name: value for name, value in changes.items() if name != "email"}
        batch = Batch(actor.scope)
        changed = batch.patch(CONTACTS, contact["id"], set=rest, inc={"revision": 1})
        outcome = await hub.commit(batch)
    after = outcome[changed]
    hub.publish(ContactChanged(app=actor.scope.app, contact=detail(after)))
    return _shown(after, own, given)


def _shown(contact: Document, own: bool, given: ContactUpdate) -> ContactRef:
    if own:
        return reference(contact)
    return ContactRef(contact["id"], friendly_name(contact["id"]), given.email or None)


def _checked(contact: Document, own: bool, given: ContactUpdate) -> Document:
    """Return the fields that change, checked."""
    changes: Document = {}
    for name in ("email", "name", "first_name", "last_name", "phone_number", "city", "country"):
        value = getattr(given, name)
        if value is UNSET or value == contact.get(name):
            continue
        value = check_text(value, name).strip() if value else None
        if value and len(value) > _LONGEST.get(name, 254):
            raise InvalidPayload(f"`{name}` is longer than {_LONGEST.get(name, 254)} characters.")
        changes[name] = check_email(value) if value and name == "email" else value
    if "email" in changes and contact.get("email") and not own:
        del changes["email"]  # mail goes to this address: whoever only claims the contact may not redirect it
    if given.attributes is not UNSET:
        if len(given.attributes) > _ATTRIBUTES:
            raise InvalidPayload(f"At most {_ATTRIBUTES} attributes can be set at once.")
        for name, value in given.attributes.items():
            if not 1 <= len(name) <= 64 or "." in name:
                raise InvalidPayload("The name of an attribute has 1 to 64 characters and no dot.")
            changes[f"attrs.{check_text(name, 'attributes')}"] = check_data(value, f"attributes.{name}")
    return changes


async def _is_own(hub: Hub, actor: Actor, contact: Document) -> bool:
    """Tell whether the contact is proven by a signature or was made by this browser, and not only claimed."""
    if actor.scope.browser is None:
        return True
    browser = await hub.store.get(actor.scope, BROWSERS, actor.scope.browser)
    return browser is not None and browser["contact"] == contact["id"]


async def _release_email(hub: Hub, batch: Batch, contact: Document) -> None:
    old = fold(contact["email"])
    if await hub.store.key(batch.scope, "contact.email", old) == contact["id"]:
        batch.release("contact.email", old)
