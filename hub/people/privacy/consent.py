"""What contacts agreed to: a log that only grows, and beside it what holds now for each purpose."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_READ, CONTACTS_WRITE
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import Conflict, InvalidPayload
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.collections import CONSENTS, CONTACTS
from hub.people.contacts import get_contact, ids_of
from hub.people.editing import change_contact, commit_contact
from hub.people.privacy.keeping import records_of
from storage.engine import Batch, Document, GuardFailed
from storage.filters import Eq

MOST_PURPOSES = 100
_TRIES = 20
_FUTURE = 86_400_000


class NewConsent(Struct, frozen=True, forbid_unknown_fields=True):
    """What a contact said: for which purpose, whether it agreed, where, to which text, and when (now if absent)."""

    contact: Annotated[int, Meta(ge=1, le=2**53)]
    purpose: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9_-]{0,63}$")]
    given: bool
    source: Annotated[str, Meta(min_length=1, max_length=255)]
    version: Annotated[str, Meta(max_length=64)] = ""
    at: int | None = None


class ConsentsOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose consents."""

    contact: Annotated[int, Meta(ge=1, le=2**53)]


class Consent(Struct, frozen=True):
    """Something that a contact agreed to, or took back; `by` wrote it down."""

    purpose: str
    given: bool
    source: str
    version: str
    at: str
    by: str


class Consents(Struct, frozen=True):
    """What holds now, one per purpose, and everything that was ever said, oldest first."""

    now: list[Consent]
    log: list[Consent]


@verb(CONTACTS_WRITE)
async def record_consent(hub: Hub, actor: Actor, new: NewConsent) -> Consent:
    """Write down that a contact agreed to something or took it back. Raises NotFound, InvalidPayload."""
    now = hub.clock.now()
    at = now if new.at is None else new.at
    if not 0 < at <= now + _FUTURE:
        raise InvalidPayload("`at` is a time between 1970 and now.")
    record: Document = {
        "id": await hub.ids.next("consent"), "purpose": new.purpose, "given": new.given,
        "source": check_text(new.source, "source"), "version": check_text(new.version, "version"), "at": at,
        "by": actor.name, "written": now,
    }  # fmt: skip
    for _ in range(_TRIES):
        contact = await get_contact(hub, actor.scope, new.contact)
        batch = Batch(actor.scope)
        batch.guard(CONTACTS, contact["id"], Eq("revision", contact["revision"]))
        changes = agreed(batch, contact, record)
        change_contact(hub, batch, contact["id"], changes)
        try:
            await commit_contact(hub, batch, contact["id"], ("consents",))
        except GuardFailed:
            continue
        return _consent(record)
    raise Conflict


def agreed(batch: Batch, contact: Document, record: Document) -> Document:
    """Write a consent into a contact's log; return the fields of the contact that change. Raises InvalidPayload."""
    known, purpose = contact.get("consents") or {}, record["purpose"]
    if purpose not in known and len(known) >= MOST_PURPOSES:
        raise InvalidPayload(f"A contact agrees to at most {MOST_PURPOSES} purposes.")
    batch.append(CONSENTS, contact["id"], record)
    # What was said last counts, and not what was written down last.
    newest = record["at"] >= (known.get(purpose) or {"at": 0})["at"]
    return {f"consents.{purpose}": {field: record[field] for field in _SHOWN}} if newest else {}


@verb(CONTACTS_READ)
async def list_consents(hub: Hub, actor: Actor, of: ConsentsOf) -> Consents:
    """Return what a contact agrees to now, and the whole log. Raises NotFound."""
    contact = await get_contact(hub, actor.scope, of.contact)
    log = [record for id in ids_of(contact) async for record in records_of(hub, actor.scope, CONSENTS, id)]
    log.sort(key=lambda record: (record["at"], record["id"]))
    now = [_consent(each) for _, each in sorted((contact.get("consents") or {}).items())]
    return Consents(now, [_consent(record) for record in log])


_SHOWN = ("purpose", "given", "source", "version", "at", "by")


def _consent(record: dict[str, Any]) -> Consent:
    return Consent(**{field: record[field] for field in _SHOWN} | {"at": rfc3339(record["at"])})
