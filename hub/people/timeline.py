"""The timeline of a contact: everything that happened, newest first, from all its streams."""

from __future__ import annotations

import base64
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_READ
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.collections import EVENTS, HISTORY, PAGES
from hub.people.contacts import get_contact
from storage.engine import Document, Stream

Kind = Literal["page", "event", "history"]
STREAMS: dict[Kind, Stream] = {"page": PAGES, "event": EVENTS, "history": HISTORY}
_DETAIL = {"id", "at", "position", "kind"}


class TimelineOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose timeline, which kinds of entries, and from where on (`cursor` of the page before)."""

    contact: Annotated[int, Meta(ge=1, le=2**53)]
    kinds: list[Kind] | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    cursor: str | None = None


class Entry(Struct, frozen=True):
    """Something that happened: `kind` is page, event, or what else it was (tag, list, segment …)."""

    kind: str
    id: int
    at: str
    data: dict[str, Any]


class Timeline(Struct, frozen=True):
    """A page of a timeline; without a cursor there is nothing older."""

    entries: list[Entry]
    cursor: str | None


@verb(CONTACTS_READ)
async def read_timeline(hub: Hub, actor: Actor, asked: TimelineOf) -> Timeline:
    """Return what happened to a contact, newest first. Raises NotFound, InvalidPayload."""
    contact = await get_contact(hub, actor.scope, asked.contact)
    kinds: list[Kind] = [kind for kind in STREAMS if asked.kinds is None or kind in asked.kinds]
    behind = _read_cursor(asked.cursor)
    ends: dict[Kind, int] = {}
    found: list[tuple[int, int, Kind, Document]] = []
    for kind in kinds:
        head = (await hub.store.heads(actor.scope, STREAMS[kind], [contact["id"]])).get(contact["id"], 0)
        ends[kind] = min(head, behind.get(kind, head))
        first = max(0, ends[kind] - asked.limit)
        records = await hub.store.read(
            actor.scope, STREAMS[kind], contact["id"], after=first, limit=ends[kind] - first
        ) if ends[kind] else []  # fmt: skip
        found += [(record["at"], record["position"], kind, record) for record in records]
    found.sort(key=lambda each: each[:2], reverse=True)
    shown: list[Entry] = []
    for _, position, kind, record in found[: asked.limit]:
        shown.append(_entry(kind, record))
        ends[kind] = min(ends[kind], position - 1)
    more = any(ends.values())
    return Timeline(shown, _write_cursor(ends) if more and shown else None)


def _entry(kind: Kind, record: Document) -> Entry:
    data = {name: value for name, value in record.items() if name not in _DETAIL}
    return Entry(record["kind"] if kind == "history" else kind, record["id"], rfc3339(record["at"]), data)


def _write_cursor(ends: dict[Kind, int]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(ends)).decode()


def _read_cursor(cursor: str | None) -> dict[Kind, int]:
    if cursor is None:
        return {}
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(cursor), type=dict[Kind, int])
    except ValueError:
        raise InvalidPayload("This cursor belongs to another list.") from None
