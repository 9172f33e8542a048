"""Custom events: what an application calls the things that its contacts do, kept with their data."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_TRACK, CONTACTS_WRITE
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.text import check_data
from hub.core.verb import verb
from hub.people.collections import EVENT_NAMES, EVENTS
from hub.people.defining import at_most, checked_name, define
from hub.people.segments.needs import Needs
from hub.people.tracking.occurrences import Occurrence, occur
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Document, Scope

MOST_NAMES = 2_000
LARGEST = 64 * 1024
"""Bytes of one event's data, as JSON."""
_LONGEST_NAME = 128
_FUTURE = 86_400_000
_LOOK_BACK = 100
"""Events among which one that comes again is looked for."""


class NewEvent(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that the contact did. `at` in UTC milliseconds; now where it is absent."""

    name: Annotated[str, Meta(min_length=1, max_length=_LONGEST_NAME)]
    data: dict[str, Any] = {}
    at: int | None = None


class ContactEvent(Struct, frozen=True, forbid_unknown_fields=True):
    """An event of a contact, as others tell of it."""

    contact: int
    name: Annotated[str, Meta(min_length=1, max_length=_LONGEST_NAME)]
    data: dict[str, Any] = {}
    at: int | None = None


class RecordedEvent(Struct, frozen=True):
    """An event as it was kept; `is_new` where nobody had sent one of this name before."""

    id: int
    name: str
    is_new: bool


@verb(CONTACTS_TRACK)
async def send_event(hub: Hub, actor: Actor, new: NewEvent) -> RecordedEvent:
    """Keep an event that the contact's own page or application sent. Raises InvalidPayload.

    One that says when it happened is kept once: a page that was left before the answer came sends it again.
    """
    assert actor.scope.contact is not None
    return await _record(hub, actor.scope, actor.scope.contact, new, once=new.at is not None)


@verb(CONTACTS_WRITE)
async def record_event(hub: Hub, actor: Actor, new: ContactEvent) -> RecordedEvent:
    """Keep an event of a contact. Raises NotFound, InvalidPayload."""
    return await _record(hub, actor.scope, new.contact, NewEvent(new.name, new.data, new.at))


async def _record(hub: Hub, scope: Scope, contact: int, new: NewEvent, *, once: bool = False) -> RecordedEvent:
    name, data, at = checked_event(hub, new.name, new.data, new.at)
    event, is_new = await event_named(hub, scope, name)
    record: Document = {"id": await hub.ids.next("event"), "event": event, "name": name, "data": data, "at": at}

    def occurrences(needs: Needs) -> list[Occurrence]:
        return [(key, at) for key in (f"event:{event}", *needs.keys_of_event(event, data))]

    def also(batch: Batch, document: Document) -> None:
        counted = (document.get("counts") or {}).get(f"event:{event}") or {}
        if once and counted.get("last") == at:
            raise _SameTime(document["id"])
        batch.append(EVENTS, document["id"], record)

    try:
        await occur(hub, scope, contact, occurrences, also)
    except _SameTime as newest:
        for kept in await hub.store.read(Scope(scope.app), EVENTS, newest.contact, limit=_LOOK_BACK, newest=True):
            if (kept["event"], kept["at"], kept["data"]) == (event, at, data):
                return RecordedEvent(kept["id"], name, False)
        return await _record(hub, scope, contact, new)
    return RecordedEvent(record["id"], name, is_new)


def checked_event(hub: Hub, name: str, data: dict[str, Any], at: int | None) -> tuple[str, dict[str, Any], int]:
    """Return name, data and time of an event as they are kept. Raises InvalidPayload."""
    name = checked_name(name, _LONGEST_NAME)
    check_data(data, "data")
    if len(msgspec.json.encode(data)) > LARGEST:
        raise InvalidPayload(f"The data of an event is larger than {LARGEST // 1024} KB.")
    now = hub.clock.now()
    at = now if at is None else at
    if not 0 < at <= now + _FUTURE:
        raise InvalidPayload("`at` is a time between 1970 and now.")
    return name, data, at


class _SameTime(Exception):
    """The newest event of this name happened at the very same time: it may be this one."""

    def __init__(self, contact: int) -> None:
        super().__init__(contact)
        self.contact = contact


async def event_named(hub: Hub, scope: Scope, name: str) -> tuple[int, bool]:
    """Return the id of an event's name, and whether it is new. Raises InvalidPayload where there are too many names."""
    words = await vocabulary(hub, scope)
    known = words.events.get(name)
    if known is not None:
        return known.id, False
    at_most(len(words.events), MOST_NAMES, "names of events")
    return await define(hub, scope, EVENT_NAMES, "event_name", name, {"name": name, "created": hub.clock.now()})
