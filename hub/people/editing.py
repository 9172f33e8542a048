"""Makes and changes contacts: every field checked against its attribute, unique ones claimed, all in one batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hub.accounts.applications import check_email
from hub.core.errors import InvalidPayload, NotFound, Taken
from hub.core.hub import Hub
from hub.people.attributes import attribute_for, provisional
from hub.people.collections import CONTACTS
from hub.people.enriching.occasions import identified
from hub.people.events import ContactTouched
from hub.people.merging.likeness import alike_of
from hub.people.names import friendly_name
from hub.people.provenance import is_enriched, typed
from hub.people.standard import Attribute, Subject
from hub.people.values import checked_value
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Document, Outcome, Result, Scope
from storage.engine import Missing as MissingDocument
from storage.filters import fold

_HEAD, _TAIL = 3, 9
"""Letters of a contact's key that neighbours share, and that are random."""
_NEIGHBOURS = 64
_SIGNS = "0123456789abcdefghijklmnopqrstuvwxyz"
MOST_AT_ONCE = 200
"""Attributes in one call: more is a mistake or an attack."""

UNIQUE = {"email": "contact.email", "custom_id": "contact.custom_id"}
"""field → the kind of its unique key"""

_ALIASES = {"user_id": "custom_id", "firstname": "first_name", "lastname": "last_name", "phone": "phone_number"}
"""Names that pages and clients use for standard attributes (`usercom-wire`, sections 1.4 and 13.2)."""


def unique_value(field: str, value: str) -> str:
    """Return what the unique key of a field holds: addresses are the same whatever their case."""
    return fold(value) if field == "email" else value


async def checked_fields(
    hub: Hub, scope: Scope, subject: Subject, given: Mapping[str, Any], *, define: bool = True
) -> Document:
    """Return fields of the document for values by the name of their attribute; null takes a value away.

    Unknown names become attributes, or with `define=False` raise InvalidPayload, as a value of a wrong type does.
    """
    if len(given) > MOST_AT_ONCE:
        raise InvalidPayload(f"At most {MOST_AT_ONCE} attributes can be set at once.")
    words = await vocabulary(hub, scope)
    fields: Document = {}
    fresh: dict[str, Any] = {}
    for name, value in given.items():
        attribute = words.attribute(subject, _ALIASES.get(name.lower(), name))
        if attribute is not None:
            if not attribute.writable:
                raise InvalidPayload(
                    f"`{attribute.std}` follows from what happens and can't be set.",
                    reason="read_only", attribute=attribute.name,
                )  # fmt: skip
            fields[attribute.path] = _checked(attribute, value)
        elif value is not None:
            if not define:
                raise InvalidPayload(
                    f"There is no attribute named `{name[:64]}`.",
                    reason="names_nothing",
                    what="attribute",
                    name=name[:64],
                )
            fresh[name] = _checked(provisional(subject, name, value), value)
    for name, value in fresh.items():  # only when all the others are known to be good
        fields[(await attribute_for(hub, scope, subject, name, value)).path] = value
    return fields


def _checked(attribute: Attribute, value: Any) -> Any:
    checked = checked_value(attribute, value)
    if attribute.path == "email" and checked is not None:
        return check_email(checked.strip())
    return checked


async def new_contact(hub: Hub, fields: Document) -> Document:
    """Return the document of a contact that nobody has met yet, with these fields (dotted paths)."""
    now, id = hub.clock.now(), await hub.ids.next("contact")
    contact: Document = {
        "id": id, "key": _head(id) + hub.ids.token(_TAIL).lower(), "attrs": {}, "tags": [], "lists": [], "segments": [],
        "companies": [], "counts": {}, "counted": [], "facts": {}, "page_views": 0, "first_seen": None,
        "last_seen": None, "created": now, "updated": now, "revision": 1,
    }  # fmt: skip
    for path, value in fields.items():
        if value is not None:
            put(contact, path, value)
    return contact


def _head(id: int) -> str:
    """Return how the key of a contact begins (twelve small letters and digits in all: `usercom-wire`, section 3).

    Those who are made together begin alike, so that an import writes to a few pages of the tree of keys at a time, and not
    to one for each contact.
    """
    number, head = id // _NEIGHBOURS, ""
    for _ in range(_HEAD):
        number, place = divmod(number, len(_SIGNS))
        head = _SIGNS[place] + head
    return head


def put(document: Document, path: str, value: Any) -> None:
    """Set a field by its dotted path."""
    if "." in path:
        *way, path = path.split(".")
        for name in way:
            document = document.setdefault(name, {})
    document[path] = value


def at(document: Document, path: str) -> Any:
    """Return the value of a field by its dotted path, or None."""
    value: Any = document
    for name in path.split("."):
        value = value.get(name) if type(value) is dict else None
    return value


def differs(document: Document, path: str, value: Any) -> bool:
    """Tell whether saying a value changes something: also the same one, where it was enrichment that wrote it."""
    return at(document, path) != value or is_enriched(document, path)


def insert_contact(batch: Batch, contact: Document) -> None:
    """Add a contact with its unique keys to the batch."""
    batch.claim("contact.key", contact["key"], contact["id"])
    for field, kind in UNIQUE.items():
        if contact.get(field):
            batch.claim(kind, unique_value(field, contact[field]), contact["id"])
    batch.insert(CONTACTS, {**contact, "alike": alike_of(contact)})


def change_contact(
    hub: Hub,
    batch: Batch,
    id: int,
    set: Document | None = None,
    *,
    inc: dict[str, int | float] | None = None,
    unset: Iterable[str] = (),
    **more: Any,
) -> Result:
    """Patch a contact in the batch, so that it counts as changed; every change of a contact goes through here."""
    changes = set or {}
    whose, gone = typed(changes)
    return batch.patch(
        CONTACTS, id, set={"updated": hub.clock.now(), **changes, **whose}, inc={"revision": 1, **(inc or {})},
        unset=(*unset, *gone), **more,
    )  # fmt: skip


async def claim_unique(hub: Hub, batch: Batch, contact: Document, fields: Document) -> None:
    """Claim the unique keys of changed fields for a contact, and free those that it gives up."""
    if fields.get("email") and not contact.get("email"):
        await identified(hub, batch, contact["id"])
    for field, kind in UNIQUE.items():
        if field not in fields or fields[field] == contact.get(field):
            continue
        old, new = (unique_value(field, value) if value else None for value in (contact.get(field), fields[field]))
        if old == new:
            continue
        if (
            new and await hub.store.key(batch.scope, kind, new) != contact["id"]
        ):  # as one that was merged into it had it
            batch.claim(kind, new, contact["id"])
        if old and await hub.store.key(batch.scope, kind, old) == contact["id"]:
            batch.release(kind, old)


async def news(hub: Hub, scope: Scope, contact: Document, fields: Document) -> Document:
    """Return fields without the address and the id by which a contact is known already, since others were merged into it."""
    if not contact.get("also"):
        return fields
    known = [
        field
        for field, kind in UNIQUE.items()
        if fields.get(field) and contact.get(field)
        and await hub.store.key(scope, kind, unique_value(field, fields[field])) == contact["id"]
    ]  # fmt: skip
    return {path: value for path, value in fields.items() if path not in known}


async def commit_contact(hub: Hub, batch: Batch, id: int, fields: Iterable[str] | None = None) -> Outcome:
    """Commit a change of these fields of a contact and say so. Raises NotFound, Taken for another one's address or id."""
    try:
        outcome = await hub.commit(batch)
    except MissingDocument:
        raise NotFound from None
    if outcome.existing:
        raise Taken(_TAKEN.get(outcome.existing.kind), reason=outcome.existing.kind.partition(".")[2])
    touched(hub, batch.scope, id, fields)
    return outcome


_TAKEN = {
    "contact.email": "Another contact has this e-mail address.",
    "contact.custom_id": "Another contact has this id.",
}


def touched(hub: Hub, scope: Scope, id: int, fields: Iterable[str] | None = None) -> None:
    """Say that these fields of a contact have changed, or any: its segments are looked at again."""
    hub.publish(ContactTouched(app=scope.app, contact=id, fields=None if fields is None else frozenset(fields)))


def name_of(contact: Document) -> str:
    """Return what to call a contact: its name, else its e-mail address, else a friendly made-up name."""
    parts = (contact.get("first_name"), contact.get("last_name"))
    full = contact.get("name") or " ".join(part for part in parts if part)
    return full or contact.get("email") or friendly_name(contact["id"])
