"""Which contact somebody is who says an id or an address, and what becomes known of it by that."""

from __future__ import annotations

from hub.accounts.applications import check_email
from hub.accounts.identity import Identity
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.people.collections import CONTACTS
from hub.people.editing import change_contact, new_contact
from hub.people.enriching.occasions import identified
from hub.people.merging.replacing import standing_contact
from storage.engine import Batch, Document, Scope
from storage.filters import fold


async def contact_of(hub: Hub, scope: Scope, identity: Identity | None) -> Document | None:
    """Return the contact that an identity names; the id has priority, an address counts only without one."""
    if identity is None:
        return None
    if identity.contact is not None:
        return await standing_contact(hub, scope, identity.contact)
    if identity.user_id is not None:
        id = await hub.store.key(scope, "contact.custom_id", identity.user_id)
    else:
        id = await hub.store.key(scope, "contact.email", fold(identity.email or ""))
    return await hub.store.get(scope, CONTACTS, id) if id is not None else None


def may_take(contact: Document, identity: Identity | None) -> bool:
    """An identity that nobody has yet becomes that of this browser's contact, unless that one has another already."""
    if identity is None:
        return True
    if identity.user_id is not None and contact.get("custom_id"):
        return False
    return not (identity.user_id is None and contact.get("email"))


async def attach_identity(hub: Hub, batch: Batch, contact: Document, identity: Identity) -> None:
    """Let a contact have the id and the address of an identity; an address that another contact has stays there."""
    changes: Document = {}
    if identity.user_id is not None and not contact.get("custom_id"):
        batch.claim("contact.custom_id", identity.user_id, contact["id"])
        changes["custom_id"] = identity.user_id
    email = _usable_email(identity)
    is_free = email and await hub.store.key(batch.scope, "contact.email", fold(email)) is None
    if email and is_free and not contact.get("email"):
        batch.claim("contact.email", fold(email), contact["id"])
        await identified(hub, batch, contact["id"])
        changes["email"] = email
    if changes:
        change_contact(hub, batch, contact["id"], changes)
        contact.update(changes)


def _usable_email(identity: Identity) -> str | None:
    """Return the address, or None where it is none: a website's mistake must not keep its visitors out."""
    try:
        return check_email(identity.email) if identity.email else None
    except InvalidPayload:
        return None


async def begin_contact(hub: Hub, batch: Batch, facts: Document) -> Document:
    """Add a contact that nobody has met yet to the batch; return it."""
    now = hub.clock.now()
    contact = await new_contact(hub, {"first_seen": now, "last_seen": now})
    contact["facts"] = facts
    batch.claim("contact.key", contact["key"], contact["id"])
    batch.insert(CONTACTS, dict(contact))
    return contact


def see_again(hub: Hub, batch: Batch, contact: Document, facts: Document) -> None:
    """Keep what is different of a contact's browser or device and place since the last time."""
    before = contact.get("facts") or {}
    changes = {f"facts.{name}": value for name, value in facts.items() if before.get(name) != value}
    if "country" in facts:  # the city of the last journey is not in the country of this one
        changes |= {f"facts.{name}": None for name in ("region", "city") if before.get(name) and name not in facts}
    if changes:
        change_contact(hub, batch, contact["id"], changes)
