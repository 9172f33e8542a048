"""What is used at the provider: calls at once and today, texts of today, within the limits; and what each month cost, by the
provider's word.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec import Struct

from hub.calls.carriers.carrier import Money
from hub.calls.carriers.stored import stored_account
from hub.calls.collections import PHONE_LEGS, PHONE_USAGE
from hub.core.clock import rfc3339
from hub.core.errors import Conflict, Forbidden
from hub.core.hub import Hub
from storage.engine import Batch, Document, GuardFailed, Missing, Scope, Sort
from storage.filters import Eq, Gte, Not

LONGEST = 4 * 3_600
"""Seconds after which a call is taken to be over whatever a provider says: Twilio ends calls then by itself."""
METER = "phone.meter"
"""The job that keeps more minutes for a call while it goes on, and ends it where none are left."""
LEG_KEY = "phone.leg"
"""Unique keys: the provider's name for a call → our leg of it; 0 where it was over before we knew its name."""
_KEPT = 600
"""Seconds that a call keeps for itself at a time: so calls that go on at once never use more than the day has, all together."""
_TRIES = 5
_MONTHS, _DAYS = 24, 2
TEXTS_A_DAY = 500
"""Parts of a long text are counted as the texts that they are."""


class Price(Struct, frozen=True):
    """An amount as text, `1.15`, and its currency (ISO 4217)."""

    amount: str
    currency: str


class Usage(Struct, frozen=True):
    """What was used in this month and today (UTC), and what it cost so far; prices come from the provider, often later."""

    month: str
    calls: int
    minutes: int
    minutes_today: int
    texts: int
    texts_today: int
    costs: list[Price]


def price_of(found: Money | None) -> Price | None:
    """Return an amount as it is shown: at least two digits behind the point, and no more than say something."""
    if found is None or not found.currency:
        return None
    amount = Decimal(found.micros) / 1_000_000
    whole = amount.quantize(Decimal("0.01"))
    return Price(str(whole) if whole == amount else f"{amount:f}".rstrip("0"), found.currency)


async def usage_of(hub: Hub, scope: Scope) -> Usage:
    """Return what an application has used."""
    stored = await hub.store.get(scope, PHONE_USAGE, scope.app) or {"months": {}, "days": {}}
    today = rfc3339(hub.clock.now())
    month: dict[str, Any] = stored["months"].get(today[:7], {})
    costs = [price for each in sorted(month.get("costs", {}).items()) if (price := price_of(Money(each[1], each[0])))]
    return Usage(
        today[:7], month.get("calls", 0), -(-month.get("seconds", 0) // 60), -(-stored["days"].get(today[:10], 0) // 60),
        month.get("texts", 0), stored.get("texts", {}).get(today[:10], 0), costs,
    )  # fmt: skip


async def begin_leg(hub: Hub, batch: Batch, number: Document, direction: str, call: str = "") -> tuple[Document, int]:
    """Commit a batch in which a call begins, within the limits; return its leg, and for how many seconds it may go on.

    Raises Forbidden where a limit is reached, and Conflict. Two that begin at once are counted one after the other. Longer than
    the first ten minutes it goes on for as long as the day has more (`meter`).
    """
    scope, now = batch.scope, hub.clock.now()
    account = await stored_account(hub, scope)
    leg: Document = {
        "id": await hub.ids.next("phone_leg"), "number": number["id"], "call": call, "direction": direction, "state": "live",
        "began": now, "answered": None, "ended": None, "seconds": 0, "kept": 0,
    }  # fmt: skip
    if call:
        batch.claim(LEG_KEY, call, leg["id"])
    bare = Batch(scope, list(batch.guards), list(batch.claims), list(batch.steps))
    for _ in range(_TRIES):
        usage = await hub.store.get(scope, PHONE_USAGE, scope.app)
        if usage is None:
            raise Conflict
        live = await _live(hub, scope)
        _check_lines(account, live)
        left = _checked_left(account, _left(hub, account, usage, live))
        leg["kept"] = min(left, _KEPT)
        batch.guards, batch.steps = list(bare.guards), list(bare.steps)
        batch.guard(PHONE_USAGE, scope.app, Eq("revision", usage["revision"]))
        batch.patch(PHONE_USAGE, scope.app, inc={"revision": 1}, unset=_old(usage))
        batch.insert(PHONE_LEGS, leg)
        await hub.jobs.add(batch, METER, {"leg": leg["id"]}, after=leg["kept"] * 1000)
        try:
            outcome = await hub.commit(batch)
        except (GuardFailed, Missing):
            continue
        return (leg if outcome.existing is None else {}), left
    raise Conflict


async def keep_more(hub: Hub, scope: Scope, leg: Document) -> int:
    """Keep more of today for a call that has used up what it kept; return its seconds from now on, 0 where it has to end.

    Raises Conflict, and NotFound without an account.
    """
    account = await stored_account(hub, scope)
    for _ in range(_TRIES):
        usage = await hub.store.get(scope, PHONE_USAGE, scope.app)
        if usage is None:
            raise Conflict
        talked = _talked(leg, hub.clock.now())
        more = min(_left(hub, account, usage, await _live(hub, scope)), _KEPT, LONGEST - talked)
        if more <= 0:
            return 0
        batch = Batch(scope)
        batch.guard(PHONE_USAGE, scope.app, Eq("revision", usage["revision"]))
        batch.guard(PHONE_LEGS, leg["id"], Eq("state", "live"))
        batch.patch(PHONE_USAGE, scope.app, inc={"revision": 1})
        batch.patch(PHONE_LEGS, leg["id"], set={"kept": talked + more})
        try:
            await hub.commit(batch)
        except (GuardFailed, Missing):
            continue
        return more
    raise Conflict


def unused(leg: Document, now: int) -> int:
    """Return the seconds for which a call may still go on with what it has kept."""
    return _kept(leg) - _talked(leg, now)


def _kept(leg: Document) -> int:
    return int(leg.get("kept", 0))  # one that began before there was such a thing has kept nothing


def _talked(leg: Document, now: int) -> int:
    # Of a call that comes in not every provider tells that it was taken: it is, at once, or it ends.
    return int((now - (leg["answered"] or leg["began"])) // 1000)


async def _live(hub: Hub, scope: Scope) -> list[Document]:
    page = await hub.store.find(
        scope, PHONE_LEGS, Eq("state", "live"), sort=Sort("began", descending=True), limit=1_000
    )
    return [each for each in page.items if each["began"] > hub.clock.now() - LONGEST * 1000]


def _left(hub: Hub, account: Document, usage: Document, live: list[Document]) -> int:
    """Return the seconds of today that nobody has used, and no call that goes on has kept."""
    now = hub.clock.now()
    used = usage["days"].get(rfc3339(now)[:10], 0) + sum(max(_kept(each), _talked(each, now)) for each in live)
    return int(account["minutes_a_day"] * 60 - used)


def _check_lines(account: Document, live: list[Document]) -> None:
    """Raise Forbidden where too many talk."""
    if len(live) >= account["calls_at_once"]:
        raise Forbidden(
            "As many calls go on as your limit allows. Settings → Phone numbers changes it.", reason="phone_calls",
            most=account["calls_at_once"],
        )  # fmt: skip


def _checked_left(account: Document, left: int) -> int:
    """Return for how many seconds a call may go on at most. Raises Forbidden where none are left."""
    if left <= 0:
        raise minutes_used_up(account["minutes_a_day"])
    return min(left, LONGEST)


def minutes_used_up(most: int) -> Forbidden:
    """Return what is said where a day's minutes are used up, of a provider's account or of a trunk."""
    return Forbidden(
        "Today’s minutes on the phone are used up. Settings → Phone numbers changes the limit.", reason="phone_minutes",
        most=most,
    )  # fmt: skip


def _old(usage: Document) -> list[str]:
    """Return the fields of months and days that nobody asks for any more."""
    return [
        f"{kind}.{each}"
        for kind, kept in (("days", _DAYS), ("texts", _DAYS), ("months", _MONTHS))
        for each in sorted(usage.get(kind, {}))[:-kept]
    ]


def put_end(hub: Hub, batch: Batch, leg: Document, seconds: int | None) -> None:
    """Let a batch end a leg and count it, on the condition that it has not ended before."""
    now = hub.clock.now()
    talked = (now - leg["answered"]) // 1000 if leg["answered"] else 0
    seconds = talked if seconds is None else min(seconds, LONGEST)
    batch.guard(PHONE_LEGS, leg["id"], Eq("state", "live"))
    batch.patch(PHONE_LEGS, leg["id"], set={"state": "over", "ended": now, "seconds": seconds})
    if seconds or leg["answered"]:
        day = rfc3339(now)[:10]
        counts = {f"months.{day[:7]}.calls": 1, f"months.{day[:7]}.seconds": seconds, f"days.{day}": seconds}
        batch.patch(PHONE_USAGE, batch.scope.app, inc=counts)


def texts_a_day(account: Document) -> int:
    """Return how many texts an account lets out a day."""
    return int(
        account.get("texts_a_day", TEXTS_A_DAY)
    )  # one that was connected before there was a limit has none of its own


async def begin_text(hub: Hub, scope: Scope, account: Document) -> str:
    """Count a text message that is about to be sent, within the limit; return what `put_text` needs. Raises Forbidden."""
    counter = f"texts.{rfc3339(hub.clock.now())[:10]}"
    most = texts_a_day(account)
    usage: Document = await hub.store.get(scope, PHONE_USAGE, scope.app) or {"days": {}, "months": {}}
    batch = Batch(scope)
    batch.guard(PHONE_USAGE, scope.app, Not(Gte(counter, most)))
    batch.patch(PHONE_USAGE, scope.app, inc={counter: 1}, unset=_old(usage))
    try:
        if most > 0:
            await hub.commit(batch)
            return counter
    except (GuardFailed, Missing):
        pass
    raise Forbidden(
        "As many texts were sent today as your limit allows. Settings → Phone numbers changes it.", reason="phone_texts",
        most=most,
    )  # fmt: skip


def put_text(batch: Batch, counter: str, sent: bool) -> None:
    """Let a batch count a text message to its month, or take it back from its day where the provider did not send it."""
    inc: dict[str, float] = {f"months.{counter.removeprefix('texts.')[:7]}.texts": 1} if sent else {counter: -1}
    batch.patch(PHONE_USAGE, batch.scope.app, inc=inc)


def put_cost(hub: Hub, batch: Batch, micros: int, currency: str) -> None:
    """Let a batch add what something cost to this month: months are those in which a price came to be known."""
    if micros and currency.isalpha() and len(currency) == 3:
        batch.patch(
            PHONE_USAGE, batch.scope.app, inc={f"months.{rfc3339(hub.clock.now())[:7]}.costs.{currency}": micros}
        )
