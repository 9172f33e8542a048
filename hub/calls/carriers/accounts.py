"""An application's account at a phone provider: connected, checked, limited, let go. Its secrets are never shown again."""

from __future__ import annotations

import re
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.grants import CALLS_MANAGE
from hub.calls.carriers.carrier import Money
from hub.calls.carriers.dialing import COUNTRIES
from hub.calls.carriers.providers import PROVIDERS, Provider, carrier_of
from hub.calls.carriers.signing import is_public_key
from hub.calls.carriers.stored import AccountKept, hook_of, numbers_of, stored_account
from hub.calls.carriers.usage import TEXTS_A_DAY, Price, Usage, price_of, texts_a_day, usage_of
from hub.calls.collections import PHONE_ACCOUNTS, PHONE_NUMBERS, PHONE_USAGE
from hub.calls.events import CallWaysChanged
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import Conflict, InvalidPayload
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import Batch, Document, Duplicate, GuardFailed, Missing, Scope
from storage.filters import Eq

_SID = re.compile(r"AC[0-9a-f]{32}")
_SECRET = re.compile(r"[\x21-\x7e]{16,256}")
_SHOWN = 4
MOST_COUNTRIES = 60

Country = Annotated[str, Meta(pattern="^[A-Z]{2}$")]
Calls = Annotated[int, Meta(ge=1, le=500)]
Minutes = Annotated[int, Meta(ge=1, le=100_000)]
Texts = Annotated[int, Meta(ge=0, le=100_000)]


class ConnectPhone(Struct, frozen=True, forbid_unknown_fields=True):
    """An account at a provider.

    account     Twilio's account SID; empty for Telnyx
    secret      Twilio's auth token, Telnyx' API key
    public_key  Telnyx' public key, for which its hooks are signed; empty for Twilio
    country     where the application is: at first no other country is called
    """

    provider: Provider
    secret: str
    country: Country
    account: str = ""
    public_key: str = ""


class PhoneLimits(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of the limits: which countries may be called and texted, calls at once, minutes a day (UTC), both ways
    together, and texts that go out a day (0 for none).
    """

    countries: list[Country] | UnsetType = UNSET
    calls_at_once: Calls | UnsetType = UNSET
    minutes_a_day: Minutes | UnsetType = UNSET
    texts_a_day: Texts | UnsetType = UNSET


class PhoneAccount(Struct, frozen=True):
    """An account as it is shown: of its secret only the end. `numbers_monthly` is what its numbers cost a month."""

    provider: Provider
    account: str
    secret: str
    country: str
    countries: list[str]
    calls_at_once: int
    minutes_a_day: int
    texts_a_day: int
    used: Usage
    numbers_monthly: list[Price]
    connected: str
    by: str
    revision: int


class PhoneSetting(Struct, frozen=True):
    """The account, if there is one; the providers that there are, the countries that have numbers, and whether the server
    has an address that a provider can reach (`HUB_PUBLIC_URL`)."""

    account: PhoneAccount | None
    providers: list[str]
    countries: list[str]
    reachable: bool


class PhoneChecked(Struct, frozen=True):
    """The provider took the key; what is left on the account, where it says so."""

    left: Price | None


@verb(CALLS_MANAGE)
async def get_phone_account(hub: Hub, actor: Actor) -> PhoneSetting:
    """Return the account at a phone provider, with its limits and what was used this month."""
    account = await hub.store.get(actor.scope, PHONE_ACCOUNTS, actor.scope.app)
    shown = await _shown(hub, actor.scope, account) if account else None
    return PhoneSetting(shown, sorted(PROVIDERS), list(COUNTRIES), bool(hub.settings.public_url))


@verb(CALLS_MANAGE)
async def connect_phone(hub: Hub, actor: Actor, new: ConnectPhone) -> PhoneSetting:
    """Connect an account at a phone provider, or give it a new secret. Raises InvalidPayload, CarrierRefused, CarrierDown.

    The provider is asked first: what it does not take is not kept.
    """
    if not hub.settings.public_url:
        raise InvalidPayload(
            "A provider has to reach this server: set HUB_PUBLIC_URL first.", reason="phone_unreachable"
        )
    scope, now = Scope(actor.scope.app), hub.clock.now()
    old = await hub.store.get(scope, PHONE_ACCOUNTS, scope.app)
    given = _given(new)
    if old and (old["provider"], old["account"]) != (new.provider, given["account"]):
        raise InvalidPayload("Another account is connected. Disconnect it first.", reason="phone_connected")
    limits = {"countries": [new.country], "calls_at_once": 5, "minutes_a_day": 600, "texts_a_day": TEXTS_A_DAY}
    account: Document = {
        "token": hub.ids.token(32), "settings": {}, "connected": now, **limits, **(old or {}), **given,
        "id": scope.app, "by": actor.name, "revision": (old or {"revision": 0})["revision"] + 1,
    }  # fmt: skip
    carrier = carrier_of(hub, account)
    await carrier.check()
    account["settings"] = await carrier.set_up(hook_of(hub, account), account["countries"], account["settings"])
    batch = Batch(scope)
    if old:
        batch.guard(PHONE_ACCOUNTS, scope.app, Eq("revision", old["revision"]))
        batch.patch(PHONE_ACCOUNTS, scope.app, set={name: account[name] for name in account if name != "id"})
    else:
        batch.insert(PHONE_ACCOUNTS, account)
        if await hub.store.get(scope, PHONE_USAGE, scope.app) is None:
            batch.insert(PHONE_USAGE, {"id": scope.app, "months": {}, "days": {}, "texts": {}, "revision": 1})
    await _commit(hub, batch)
    return await get_phone_account(hub, actor)


@verb(CALLS_MANAGE)
async def change_phone_limits(hub: Hub, actor: Actor, change: PhoneLimits) -> PhoneSetting:
    """Change which countries may be called, and how much at once and a day. Raises NotFound, InvalidPayload, CarrierDown."""
    scope = Scope(actor.scope.app)
    account = await stored_account(hub, scope)
    changes: Document = {
        name: value for name in PhoneLimits.__struct_fields__ if (value := getattr(change, name)) is not UNSET
    }
    if "countries" in changes:
        changes["countries"] = _countries(changes["countries"])
        carrier, hook = carrier_of(hub, account), hook_of(hub, account)
        changes["settings"] = await carrier.set_up(hook, changes["countries"], account["settings"])
    batch = Batch(scope)
    batch.guard(PHONE_ACCOUNTS, scope.app, Eq("revision", account["revision"]))
    batch.patch(PHONE_ACCOUNTS, scope.app, set=changes, inc={"revision": 1})
    await _commit(hub, batch)
    return await get_phone_account(hub, actor)


@verb(CALLS_MANAGE)
async def check_phone_account(hub: Hub, actor: Actor) -> PhoneChecked:
    """Ask the provider whether it takes the key, and what is left. Raises NotFound, CarrierRefused, CarrierDown."""
    balance = await carrier_of(hub, await stored_account(hub, actor.scope)).check()
    return PhoneChecked(price_of(balance.left))


@verb(CALLS_MANAGE)
async def disconnect_phone(hub: Hub, actor: Actor) -> None:
    """Forget the account and its numbers. At the provider they stay yours, and cost, until you give them back. Raises NotFound."""
    scope = Scope(actor.scope.app)
    await stored_account(hub, scope)
    batch = Batch(scope)
    for number in await numbers_of(hub, scope):
        batch.release("phone.number", number["number"])
        batch.delete(PHONE_NUMBERS, number["id"])
    batch.delete(PHONE_ACCOUNTS, scope.app)
    await _commit(hub, batch)
    hub.publish(CallWaysChanged(app=scope.app))


async def _commit(hub: Hub, batch: Batch) -> None:
    try:
        await hub.commit(batch)
    except (Duplicate, GuardFailed, Missing):
        raise Conflict from None
    hub.part(AccountKept).changed(batch.scope.app)


def _given(new: ConnectPhone) -> Document:
    account, secret, public = new.account.strip(), new.secret.strip(), new.public_key.strip()
    if new.provider == "twilio" and not _SID.fullmatch(account):
        raise InvalidPayload("Twilio's account SID is AC and 32 characters of 0 to 9 and a to f.", reason="phone_sid")
    if new.provider == "telnyx" and not is_public_key(public):
        raise InvalidPayload("Telnyx' public key is 44 characters and ends with =.", reason="phone_public_key")
    if not _SECRET.fullmatch(secret):
        raise InvalidPayload("This can't be a key: it has at least 16 characters and no spaces.", reason="phone_secret")
    _countries([new.country])
    is_twilio = new.provider == "twilio"
    return {
        "provider": new.provider, "account": account if is_twilio else "", "secret": secret,
        "public_key": "" if is_twilio else public, "country": new.country,
    }  # fmt: skip


def _countries(named: list[str]) -> list[str]:
    unknown = next((each for each in named if each not in COUNTRIES), None)
    if unknown is not None:
        raise InvalidPayload(
            f"There is no country {unknown} with numbers of its own.", reason="phone_country", country=unknown
        )
    if not 1 <= len(set(named)) <= MOST_COUNTRIES:
        raise InvalidPayload(f"Name 1 to {MOST_COUNTRIES} countries.", reason="phone_countries", most=MOST_COUNTRIES)
    return sorted(set(named))


async def _shown(hub: Hub, scope: Scope, account: Document) -> PhoneAccount:
    sums: dict[str, int] = {}
    for number in await numbers_of(hub, scope):
        if number["currency"]:
            sums[number["currency"]] = sums.get(number["currency"], 0) + number["micros"]
    return PhoneAccount(
        provider=account["provider"], account=account["account"], secret=f"…{account['secret'][-_SHOWN:]}",
        **{name: account[name] for name in ("country", "countries", "calls_at_once", "minutes_a_day", "by", "revision")},
        texts_a_day=texts_a_day(account), used=await usage_of(hub, scope),
        connected=rfc3339(account["connected"]),
        numbers_monthly=[price for each in sorted(sums.items()) if (price := price_of(Money(each[1], each[0])))],
    )  # fmt: skip
