"""Deals, activities, notes and products that were elsewhere, with their own times and authors. (`hub/core/past.py` says how.)"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import UNSET, Struct

from hub.accounts.grants import MOVING_IN
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.past import Arrival, Brought, Past, bring, digest_of, keep
from hub.core.verb import verb
from hub.crm.activities.changing import change_activity_fields, insert_activity
from hub.crm.activities.fields import ActivityFields
from hub.crm.collections import DEALS
from hub.crm.deals.changing import change_deal_fields, insert_deal
from hub.crm.deals.fields import DealFields
from hub.crm.notes import CrmNoteChange, NewCrmNote, change_note, insert_note
from hub.crm.products import insert_product, tell_of_product
from storage.engine import Document, Scope


class PastDeal(Struct, frozen=True):
    """A deal that was elsewhere."""

    past: Past
    fields: DealFields


class PastActivity(Struct, frozen=True):
    """An activity that was elsewhere."""

    past: Past
    fields: ActivityFields


class PastNote(Struct, frozen=True):
    """A note that was elsewhere."""

    past: Past
    note: NewCrmNote


class PastProduct(Struct, frozen=True):
    """A product that was elsewhere: values by the names of attributes."""

    past: Past
    values: dict[str, Any]


@verb(MOVING_IN)
async def bring_deal(hub: Hub, actor: Actor, given: PastDeal) -> Brought:
    """Make or change a deal as it was elsewhere; that of its custom id is the one meant here. Raises as `create_deal` does."""
    scope = Scope(actor.scope.app)

    async def find(id: int) -> Document | None:
        return await hub.store.get(scope, DEALS, id)

    async def change(id: int) -> None:
        await change_deal_fields(hub, actor, id, given.fields)

    async def insert(arrival: Arrival) -> Document:
        return await insert_deal(hub, actor, given.fields, arrival)

    make = _own_or_new(hub, scope, "deal.custom_id", given.fields.custom_id, insert, change)
    return await bring(hub, scope, Arrival("deal", given.past, _digest(given.fields)), make, change, find)


@verb(MOVING_IN)
async def bring_activity(hub: Hub, actor: Actor, given: PastActivity) -> Brought:
    """Make or change an activity as it was elsewhere; one with a time that has passed reminds nobody.

    Raises as `create_activity` does.
    """
    scope = Scope(actor.scope.app)
    if given.fields.due in (UNSET, None):
        raise InvalidPayload("An activity is due at a time: `due`.")

    async def change(id: int) -> None:
        await change_activity_fields(hub, actor, id, given.fields)

    async def insert(arrival: Arrival) -> Document:
        return await insert_activity(hub, actor, given.fields, arrival)

    make = _own_or_new(hub, scope, "activity.custom_id", given.fields.custom_id, insert, change)
    return await bring(hub, scope, Arrival("activity", given.past, _digest(given.fields)), make, change)


@verb(MOVING_IN)
async def bring_note(hub: Hub, actor: Actor, given: PastNote) -> Brought:
    """Make or change a note as it was elsewhere. Raises as `create_note` does."""

    async def change(id: int) -> None:
        await change_note(hub, actor, CrmNoteChange(id, given.note.text))

    async def make(arrival: Arrival) -> tuple[int, bool]:
        return int((await insert_note(hub, actor, given.note, arrival))["id"]), True

    kind = f"{given.note.subject}_note"
    return await bring(hub, Scope(actor.scope.app), Arrival(kind, given.past, digest_of(given.note.text)), make, change)


@verb(MOVING_IN)
async def bring_product(hub: Hub, actor: Actor, given: PastProduct) -> Brought:
    """Make or change a product as it was elsewhere; that of its custom id is the one meant here.

    Raises as `create_product` does.
    """
    scope = Scope(actor.scope.app)

    async def change(id: int) -> None:
        await tell_of_product(hub, scope, id, given.values)

    async def insert(arrival: Arrival) -> Document:
        return await insert_product(hub, scope, given.values, arrival)

    make = _own_or_new(hub, scope, "product.custom_id", given.values.get("custom_id"), insert, change)
    return await bring(hub, scope, Arrival("product", given.past, digest_of(given.values)), make, change)


def _own_or_new(
    hub: Hub,
    scope: Scope,
    kind: str,
    custom_id: Any,
    insert: Callable[[Arrival], Awaitable[Document]],
    change: Callable[[int], Awaitable[None]],
) -> Callable[[Arrival], Awaitable[tuple[int, bool]]]:
    """Return what makes something, or changes the one that has its custom id here already: then that is the one meant."""

    async def make(arrival: Arrival) -> tuple[int, bool]:
        known = await _named(hub, scope, kind, custom_id)
        if known is None:
            return int((await insert(arrival))["id"]), True
        await change(known)
        await keep(hub, scope, arrival, known)
        return known, False

    return make


async def _named(hub: Hub, scope: Scope, kind: str, custom_id: Any) -> int | None:
    if not isinstance(custom_id, str) or not custom_id:
        return None
    held = await hub.store.key(scope, kind, custom_id)
    return None if held is None else int(held)


def _digest(fields: Struct) -> str:
    told = {name: value for name in fields.__struct_fields__ if (value := getattr(fields, name)) is not UNSET}
    return digest_of(told)
