"""Types of activities: the application's own, and those that everybody begins with."""

from __future__ import annotations

import time
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.applications import application
from hub.accounts.grants import CRM_MANAGE, CRM_READ
from hub.core.actor import Actor
from hub.core.errors import Conflict, InvalidPayload
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.crm.collections import ACTIVITIES, ACTIVITY_TYPES
from hub.crm.records import Id, Name, change_record, checked_title, stored
from hub.crm.releasing import LATE
from storage.engine import Batch, Document, GuardFailed, Scope
from storage.filters import Eq

RETYPE = "crm.retype"
MOST = 100
_TURN = 20.0
_FIRST: dict[str, dict[str, str]] = {
    "en": {"call": "Call", "meeting": "Meeting", "task": "Task", "email": "E-mail", "deadline": "Deadline"},
    "pl": {"call": "Rozmowa", "meeting": "Spotkanie", "task": "Zadanie", "email": "E-mail", "deadline": "Termin"},
}
"""language of the application → symbol → name of the types that it begins with"""

Symbol = Annotated[str, Meta(pattern="^[a-z0-9_-]{0,32}$")]


class NewActivityType(Struct, frozen=True, forbid_unknown_fields=True):
    """A type to be made; the symbol (`call`, `meeting`, `task`, `email`, `deadline` …) is what the panel shows beside it."""

    name: Name
    symbol: Symbol = ""


class ActivityTypeChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a type."""

    type: Id
    name: Name | UnsetType = UNSET
    symbol: Symbol | UnsetType = UNSET


class ActivityTypeRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which type."""

    type: Id


class DeleteActivityType(Struct, frozen=True, forbid_unknown_fields=True):
    """Which type, and the one that its activities are of from now on."""

    type: Id
    move_to: Id | None = None


class ActivityType(Struct, frozen=True):
    """A type of activities."""

    id: int
    name: str
    symbol: str


class ActivityTypes(Struct, frozen=True):
    """All types, in the order in which they were made."""

    types: list[ActivityType]


@verb(CRM_READ)
async def list_activity_types(hub: Hub, actor: Actor) -> ActivityTypes:
    """Return all types of activities; the usual ones are made where there are none yet."""
    return ActivityTypes([_shown(each) for each in await types_of(hub, actor.scope)])


@verb(CRM_READ)
async def get_activity_type(hub: Hub, actor: Actor, which: ActivityTypeRef) -> ActivityType:
    """Return a type of activities. Raises NotFound."""
    return _shown(await stored(hub, actor.scope, ACTIVITY_TYPES, which.type, "type of activities"))


@verb(CRM_MANAGE)
async def create_activity_type(hub: Hub, actor: Actor, new: NewActivityType) -> ActivityType:
    """Make a type of activities. Raises InvalidPayload."""
    if len(await types_of(hub, actor.scope)) >= MOST:
        raise InvalidPayload(f"There are at most {MOST} types of activities.")
    batch = Batch(Scope(actor.scope.app))
    document = await _insert(hub, batch, checked_title(new.name), new.symbol)
    await hub.commit(batch)
    return _shown(document)


@verb(CRM_MANAGE)
async def change_activity_type(hub: Hub, actor: Actor, change: ActivityTypeChange) -> ActivityType:
    """Rename a type of activities. Raises NotFound, InvalidPayload."""

    async def turn(type: Document, batch: Batch) -> Document:
        fields: Document = {} if change.name is UNSET else {"name": checked_title(change.name)}
        return fields if change.symbol is UNSET else fields | {"symbol": change.symbol}

    return _shown(await change_record(hub, actor.scope, ACTIVITY_TYPES, change.type, "type of activities", turn))


@verb(CRM_MANAGE)
async def delete_activity_type(hub: Hub, actor: Actor, given: DeleteActivityType) -> None:
    """Delete a type of which there are no activities, or let them be of another one. Raises NotFound, InvalidPayload."""
    scope = Scope(actor.scope.app)
    await stored(hub, scope, ACTIVITY_TYPES, given.type, "type of activities")
    others = [each["id"] for each in await types_of(hub, scope) if each["id"] != given.type]
    if not others:
        raise InvalidPayload("An application keeps one type of activities. Make another one first, or rename this one.")
    if given.move_to is not None and given.move_to not in others:
        await stored(hub, scope, ACTIVITY_TYPES, given.move_to, "type of activities")
        raise InvalidPayload("`move_to` is another type.")
    if (
        given.move_to is None
        and (await hub.store.find(scope, ACTIVITIES, Eq("type", given.type), limit=1, scan=True)).items
    ):
        raise InvalidPayload("There are activities of this type. Say with `move_to` of which type they are then.")
    batch = Batch(scope)
    batch.guard(ACTIVITY_TYPES, given.move_to or others[0])
    batch.delete(ACTIVITY_TYPES, given.type)
    for after in (0, LATE):  # once more for one that is made at this very moment
        payload = {"type": given.type, "into": given.move_to or others[0]}
        await hub.jobs.add(batch, RETYPE, payload, after=after)
    try:
        await hub.commit(batch)
    except GuardFailed:
        raise Conflict from None


async def retype(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Let the activities of a deleted type be of another one (a job)."""
    until = time.monotonic() + _TURN
    async for chunk in hub.store.export(scope, ACTIVITIES, Eq("type", payload["type"])):
        for activity in chunk:
            batch = Batch(scope)
            batch.guard(ACTIVITIES, activity["id"], Eq("type", payload["type"]))
            fields = {"type": payload["into"], "updated": hub.clock.now()}
            batch.patch(ACTIVITIES, activity["id"], set=fields, inc={"revision": 1})
            try:
                await hub.commit(batch)
            except GuardFailed:
                continue  # it was deleted, or is of another type by now
        if time.monotonic() > until:
            batch = Batch(scope)
            await hub.jobs.add(batch, RETYPE, payload)
            await hub.commit(batch)
            return


async def types_of(hub: Hub, scope: Scope) -> list[Document]:
    """Return the types of an application, at least one."""
    for _ in range(3):
        found = [each async for chunk in hub.store.export(scope, ACTIVITY_TYPES) for each in chunk]
        if found:
            return found
        locale = (await application(hub, scope.app)).locale
        batch = Batch(Scope(scope.app))
        batch.claim("activity_type.first", "", 0)  # two who look at the same moment make them once
        for symbol, name in _FIRST.get(locale[:2], _FIRST["en"]).items():
            await _insert(hub, batch, name, symbol)
        await hub.commit(batch)
    raise Conflict


async def _insert(hub: Hub, batch: Batch, name: str, symbol: str) -> Document:
    now = hub.clock.now()
    document: Document = {
        "id": await hub.ids.next("activity_type"), "name": name, "symbol": symbol, "created": now, "updated": now,
        "revision": 1,
    }  # fmt: skip
    batch.insert(ACTIVITY_TYPES, document)
    return document


def _shown(document: Document) -> ActivityType:
    return ActivityType(document["id"], document["name"], document["symbol"])
