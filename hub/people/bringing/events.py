"""What a contact did elsewhere: kept and counted as if it had happened here, each once."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from hub.accounts.grants import MOVING_IN
from hub.core.actor import Actor
from hub.core.errors import Conflict, InvalidPayload
from hub.core.hub import Hub
from hub.core.past import Arrival, Past, digest_of, here, quietly
from hub.core.verb import verb
from hub.people.collections import EVENTS
from hub.people.segments.needs import Needs
from hub.people.tracking.custom_events import checked_event, event_named
from hub.people.tracking.occurrences import Occurrence, occur
from storage.engine import Batch, Document, Scope

_AT_ONCE = 100
"""Events of one batch, which is one transaction."""


class PastEvent(Struct, frozen=True):
    """Something that was done elsewhere; `past.created` says when."""

    past: Past
    name: str
    data: dict[str, Any]


class PastEvents(Struct, frozen=True):
    """Events of one contact from one place."""

    contact: int
    source: str
    events: list[PastEvent]


class BroughtEvents(Struct, frozen=True):
    """How many came in, how many were in already, and why others were left out, by their ids there."""

    created: int
    unchanged: int
    refused: dict[str, str]


@verb(MOVING_IN)
async def bring_events(hub: Hub, actor: Actor, given: PastEvents) -> BroughtEvents:
    """Keep what a contact did elsewhere, the oldest first. Raises NotFound, Conflict."""
    scope = Scope(actor.scope.app)
    in_already = await here(hub, scope, "event", given.source, [each.past.id for each in given.events])
    refused: dict[str, str] = {}
    records: list[tuple[Past, Document]] = []
    for each in {each.past.id: each for each in given.events if each.past.id not in in_already}.values():
        try:
            name, data, at = checked_event(hub, each.name, each.data, each.past.created)
            event, _ = await event_named(hub, scope, name)
        except InvalidPayload as error:
            refused[each.past.id] = error.message
            continue
        record = {"id": await hub.ids.next("event"), "event": event, "name": name, "data": data, "at": at}
        records.append((each.past, record))
    records.sort(key=lambda each: each[1]["at"])
    with quietly():
        for first in range(0, len(records), _AT_ONCE):
            await _keep(hub, scope, given.contact, records[first : first + _AT_ONCE])
    return BroughtEvents(len(records), len(given.events) - len(records) - len(refused), refused)


async def _keep(hub: Hub, scope: Scope, contact: int, some: list[tuple[Past, Document]]) -> None:
    def occurrences(needs: Needs) -> list[Occurrence]:
        return [
            (key, record["at"])
            for _, record in some
            for key in (f"event:{record['event']}", *needs.keys_of_event(record["event"], record["data"]))
        ]

    def also(batch: Batch, document: Document) -> None:
        for past, record in some:
            Arrival("event", past, digest_of(record["name"])).claim(batch, record["id"])
            batch.append(EVENTS, document["id"], record)

    before = await occur(hub, scope, contact, occurrences, also)
    first = some[0][0]
    held = await here(hub, scope, "event", first.source, [first.id])
    if held.get(first.id) != some[0][1]["id"]:
        raise Conflict(f"The events of contact {before['id']} are being brought in by somebody else.")
