"""An application's phone numbers: looked for, listed, said what an incoming call does, given back."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.grants import CALLS_MANAGE, CALLS_READ
from hub.accounts.groups import groups_of
from hub.calls.carriers import offers
from hub.calls.carriers.accounts import Country
from hub.calls.carriers.carrier import Ability, Kind, Money, Papers, Wanted
from hub.calls.carriers.providers import carrier_of
from hub.calls.carriers.stored import NUMBER_KEY, numbers_of, stored_account, stored_number
from hub.calls.carriers.usage import Price, price_of
from hub.calls.collections import PHONE_NUMBERS
from hub.calls.events import CallWaysChanged
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from storage.engine import Batch, Document, Missing, Scope

_OFFERS = 20
_NAME = 60

Id = Annotated[int, Meta(ge=1, le=2**53)]
Rings = Literal["everyone", "group", "voicemail"]


class SearchNumbers(Struct, frozen=True, forbid_unknown_fields=True):
    """Which numbers are looked for; without a country those of the application's own."""

    country: Country | None = None
    contains: Annotated[str, Meta(pattern="^[0-9]{0,12}$")] = ""
    kind: Kind = "local"


class PhoneOffer(Struct, frozen=True):
    """A number that can be bought. `offer` is said when it is bought: nobody buys at a price that was not shown.

    papers   what has to be handed in at the provider before it works: nothing, an address, documents
    """

    number: str
    place: str
    kind: Kind
    abilities: list[Ability]
    papers: Papers
    monthly: Price | None
    setup: Price | None
    offer: str


class PhoneOffers(Struct, frozen=True):
    """Numbers that can be bought now, twenty at most."""

    offers: list[PhoneOffer]


class NumberRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which number, by its id."""

    number: Id


class NumberChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a number; what is absent stays."""

    number: Id
    name: str | UnsetType = UNSET
    rings: Rings | UnsetType = UNSET
    group: Id | UnsetType | None = UNSET


class PhoneNumber(Struct, frozen=True):
    """A number of the application.

    state    `buying` until the provider has said what became of it, `pending` until it works there, `ready`
    rings    what an incoming call does: it rings everyone, one group, or goes to voicemail at once
    monthly  what it costs a month, as the provider said when it was bought; null where it does not say
    """

    id: int
    number: str
    name: str
    kind: Kind
    abilities: list[Ability]
    state: Literal["buying", "pending", "ready"]
    rings: Rings
    group: int | None
    monthly: Price | None
    bought: str
    by: str
    revision: int


class PhoneNumbers(Struct, frozen=True):
    """The numbers of the application."""

    numbers: list[PhoneNumber]


class OwnNumber(Struct, frozen=True):
    """A number that the provider's account has, and nobody has taken over here yet."""

    number: str
    kind: Kind


class OwnNumbers(Struct, frozen=True):
    """Such numbers."""

    numbers: list[OwnNumber]


@verb(CALLS_MANAGE)
async def search_phone_numbers(hub: Hub, actor: Actor, asked: SearchNumbers) -> PhoneOffers:
    """Return numbers that can be bought now, with their price. Raises NotFound, InvalidPayload, CarrierRefused, CarrierDown."""
    account = await stored_account(hub, actor.scope)
    country = asked.country or account["country"]
    found = await carrier_of(hub, account).search(Wanted(country, asked.contains, asked.kind, _OFFERS))
    return PhoneOffers([
        PhoneOffer(
            each.number, each.place, each.kind, list(each.abilities), each.papers, price_of(each.monthly),
            price_of(each.setup), offers.written(hub, actor.scope.app, account["provider"], each),
        )
        for each in found
        if each.number
    ])  # fmt: skip


@verb(CALLS_READ)
async def list_phone_numbers(hub: Hub, actor: Actor) -> PhoneNumbers:
    """Return the numbers of the application."""
    return PhoneNumbers([shown(each) for each in await numbers_of(hub, actor.scope)])


@verb(CALLS_READ)
async def get_phone_number(hub: Hub, actor: Actor, which: NumberRef) -> PhoneNumber:
    """Return a number. Raises NotFound."""
    return shown(await stored_number(hub, actor.scope, which.number))


@verb(CALLS_MANAGE)
async def list_carrier_numbers(hub: Hub, actor: Actor) -> OwnNumbers:
    """Return numbers that the account has at the provider and that do not lead here. Raises NotFound, CarrierDown."""
    account = await stored_account(hub, actor.scope)
    known = {each["number"] for each in await numbers_of(hub, actor.scope)}
    found = await carrier_of(hub, account).owned()
    return OwnNumbers([OwnNumber(each.number, each.kind) for each in found if each.number not in known])


@verb(CALLS_MANAGE)
async def change_phone_number(hub: Hub, actor: Actor, change: NumberChange) -> PhoneNumber:
    """Say what a number is called and what an incoming call does. Raises NotFound, InvalidPayload."""
    scope = Scope(actor.scope.app)
    number = await stored_number(hub, scope, change.number)
    names = ("name", "rings", "group")
    fields: Document = {name: value for name in names if (value := getattr(change, name)) is not UNSET}
    fields = await checked(hub, scope, {name: number[name] for name in names} | fields)
    batch = Batch(scope)
    after = batch.patch(PHONE_NUMBERS, number["id"], set=fields, inc={"revision": 1})
    try:
        return shown((await hub.commit(batch))[after])
    except Missing:
        raise NotFound from None


@verb(CALLS_MANAGE)
async def release_phone_number(hub: Hub, actor: Actor, which: NumberRef) -> None:
    """Give a number back to the provider: it costs no more, and somebody else may get it. Raises NotFound.

    With CarrierRefused and CarrierDown it is still yours.
    """
    scope = Scope(actor.scope.app)
    number = await stored_number(hub, scope, which.number)
    if number["carrier_id"]:
        await carrier_of(hub, await stored_account(hub, scope)).release(number["carrier_id"])
    batch = Batch(scope)
    batch.release(NUMBER_KEY, number["number"])
    batch.delete(PHONE_NUMBERS, number["id"])
    await hub.commit(batch)
    hub.publish(CallWaysChanged(app=scope.app))


async def checked(hub: Hub, scope: Scope, fields: Document) -> Document:
    """Return name, rings and group as they are stored. Raises InvalidPayload."""
    name = check_text(fields["name"], "name").strip()
    if len(name) > _NAME:
        raise InvalidPayload(f"A name has 1 to {_NAME} characters.", reason="name_length", most=_NAME)
    group = fields["group"] if fields["rings"] == "group" else None
    if fields["rings"] == "group" and not any(each.id == group for each in await groups_of(hub, scope.app)):
        raise InvalidPayload("Name the group that is to ring.", reason="phone_group")
    return {"name": name, "rings": fields["rings"], "group": group}


def shown(number: Document) -> PhoneNumber:
    """Return a stored number as doors show it."""
    names = ("id", "number", "name", "kind", "abilities", "state", "rings", "group", "by", "revision")
    return PhoneNumber(
        **{name: number[name] for name in names}, monthly=price_of(Money(number["micros"], number["currency"])),
        bought=rfc3339(number["bought"]),
    )  # fmt: skip
