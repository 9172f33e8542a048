"""A number is bought, or taken over from the account at the provider.

Buying costs, and an answer may be lost on the way: so the row is there before the provider is asked, and a job finds out
later what became of a purchase that nobody knows the end of. No number is paid for and forgotten, and none twice.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from hub.accounts.grants import CALLS_MANAGE
from hub.calls.carriers import offers
from hub.calls.carriers.carrier import Money, Offer, Owned
from hub.calls.carriers.dialing import checked_number
from hub.calls.carriers.numbers import Id, PhoneNumber, Rings, checked, shown
from hub.calls.carriers.providers import carrier_of
from hub.calls.carriers.stored import MOST, NUMBER_KEY, hook_of, numbers_of, stored_account, stored_number
from hub.calls.carriers.usage import put_cost
from hub.calls.collections import PHONE_ACCOUNTS, PHONE_NUMBERS
from hub.calls.events import CallWaysChanged
from hub.core.actor import Actor
from hub.core.errors import CarrierDown, CarrierRefused, InvalidPayload, NotFound, Taken
from hub.core.hub import Hub
from hub.core.jobs import Later
from hub.core.verb import verb
from storage.engine import Batch, Document, GuardFailed, Missing, Scope
from storage.filters import Eq

LOOK = "phone.number"
_SOON, _OFTEN = 20_000, 60_000
_LONG = 60
"""Looks, one a minute, after which a number that the account does not have was not bought."""


class BuyNumber(Struct, frozen=True, forbid_unknown_fields=True):
    """An offer as the search gave it, and what an incoming call is to do."""

    offer: str
    name: str = ""
    rings: Rings = "everyone"
    group: Id | None = None


class TakeNumber(Struct, frozen=True, forbid_unknown_fields=True):
    """A number that the account has already, and what an incoming call is to do from now on."""

    phone: str
    name: str = ""
    rings: Rings = "everyone"
    group: Id | None = None


@verb(CALLS_MANAGE)
async def buy_phone_number(hub: Hub, actor: Actor, new: BuyNumber) -> PhoneNumber:
    """Buy a number at the price that was shown. Raises NotFound, InvalidPayload, Taken, CarrierRefused.

    CarrierDown says that nobody knows yet whether it was bought; the list of numbers shows it when it is known.
    """
    scope = Scope(actor.scope.app)
    account = await stored_account(hub, scope)
    offer = offers.read(hub, scope.app, account["provider"], new.offer)
    row = await _begin(hub, actor, new, offer)
    try:
        bought = await carrier_of(hub, account).buy(offer, hook_of(hub, account))
    except CarrierRefused:
        await _forget(hub, scope, row)
        raise
    except CarrierDown as error:
        if error.details.get("reason") == "carrier_rate":
            await _forget(hub, scope, row)
            raise
        raise CarrierDown(
            f"{error.message} Whether the number was bought is not known yet; the list will show it.",
            reason="number_unsure", **error.details,
        ) from None  # fmt: skip
    return shown(await _bought(hub, scope, row, bought) or row)


@verb(CALLS_MANAGE)
async def take_phone_number(hub: Hub, actor: Actor, new: TakeNumber) -> PhoneNumber:
    """Let a number that the account has already at the provider lead here. Raises NotFound, InvalidPayload, CarrierRefused.

    Raises Taken where it does already, and CarrierDown.
    """
    scope = Scope(actor.scope.app)
    account, number = await stored_account(hub, scope), checked_number(new.phone)
    carrier = carrier_of(hub, account)
    owned = next(iter(await carrier.owned(number)), None)
    if owned is None:
        raise NotFound("The account at the provider has no such number.", reason="phone_own")
    row = await _begin(hub, actor, new, Offer(number, "", owned.kind, owned.abilities, "", owned.monthly, None))
    try:
        await carrier.lead(owned, hook_of(hub, account))
    except (CarrierRefused, CarrierDown):
        await _forget(hub, scope, row)
        raise
    return shown(await _bought(hub, scope, row, owned) or row)


async def look(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Look what became of a number that is not ready yet (a job)."""
    looks = payload.get("looks", 0)
    try:
        row, account = await stored_number(hub, scope, payload["number"]), await stored_account(hub, scope)
    except NotFound:
        return
    if row["state"] == "ready":
        return
    try:
        owned = next(iter(await carrier_of(hub, account).owned(row["number"])), None)
        if owned is not None and row["state"] == "buying":
            await carrier_of(hub, account).lead(owned, hook_of(hub, account))
    except (CarrierDown, CarrierRefused) as error:
        hub.log.warning("a phone number can't be looked for", application=scope.app, reason=error.reason)
        raise Later(_OFTEN * 5) from None
    if owned is not None:
        await _bought(hub, scope, row, owned)
    elif row["state"] == "buying" and looks >= _LONG:
        await _forget(hub, scope, row)
        return
    if owned is None or not owned.ready:
        raise Later(_OFTEN if looks < _LONG else _OFTEN * 60, looks=looks + 1)


async def _begin(hub: Hub, actor: Actor, new: BuyNumber | TakeNumber, offer: Offer) -> Document:
    """Keep that a number is about to be ours. Raises InvalidPayload, Taken."""
    scope = Scope(actor.scope.app)
    fields = await checked(hub, scope, {"name": new.name, "rings": new.rings, "group": new.group})
    if len(await numbers_of(hub, scope)) >= MOST:
        raise InvalidPayload(f"At most {MOST} numbers. Give some back that nobody uses.", reason="too_many", most=MOST)
    paid = offer.monthly or Money(0, "")
    row: Document = {
        "id": await hub.ids.next("phone_number"), "number": offer.number, "carrier_id": "", "kind": offer.kind,
        "abilities": list(offer.abilities), "state": "buying", **fields, "micros": paid.micros, "currency": paid.currency,
        "bought": hub.clock.now(), "by": actor.name, "revision": 1,
    }  # fmt: skip
    batch = Batch(scope)
    batch.guard(PHONE_ACCOUNTS, scope.app)
    batch.claim(NUMBER_KEY, offer.number, row["id"])
    batch.insert(PHONE_NUMBERS, row)
    if isinstance(new, BuyNumber) and offer.setup:
        put_cost(hub, batch, offer.setup.micros, offer.setup.currency)
    await hub.jobs.add(batch, LOOK, {"number": row["id"]}, after=_SOON)
    try:
        outcome = await hub.commit(batch)
    except GuardFailed:
        raise NotFound from None
    if outcome.existing:
        raise Taken("This number is yours already, or is being bought.", reason="phone_number")
    return row


async def _bought(hub: Hub, scope: Scope, row: Document, owned: Owned) -> Document | None:
    """Keep what became of a number; None where it was given back meanwhile."""
    state = "ready" if owned.ready else "pending"
    batch = Batch(scope)
    after = batch.patch(
        PHONE_NUMBERS, row["id"], inc={"revision": 1},
        set={"carrier_id": owned.id, "state": state, "abilities": list(owned.abilities or row["abilities"])},
    )  # fmt: skip
    try:
        document: Document = (await hub.commit(batch))[after]
    except Missing:
        return None
    hub.publish(CallWaysChanged(app=scope.app))
    return document


async def _forget(hub: Hub, scope: Scope, row: Document) -> None:
    """Forget a number that was not bought."""
    batch = Batch(scope)
    batch.guard(PHONE_NUMBERS, row["id"], Eq("state", "buying"))
    batch.release(NUMBER_KEY, row["number"])
    batch.delete(PHONE_NUMBERS, row["id"])
    try:
        await hub.commit(batch)
    except GuardFailed:
        return  # it was found after all, or given back
