"""What comes in at the door of hooks: proven to be the provider's, taken once, told on.

Nothing of a hook is read before its signature holds, and one that does not hold leaves no trace in the store. A hook names
addresses of files sometimes; they are never fetched.
"""

from __future__ import annotations

import hashlib
import hmac

from msgspec import Struct, to_builtins

from hub.accounts.grants import CALLS_MANAGE
from hub.calls.carriers.calling import PRICE, PRICED_SOON
from hub.calls.carriers.carrier import Answer, Carrier, Hook, HookAnswer, Refuse
from hub.calls.carriers.desk import HEARD, Desk, Ringing
from hub.calls.carriers.facts import CallOver, CallProgress, Fact, IncomingCall, Priced, SmsDelivered
from hub.calls.carriers.providers import carrier_of
from hub.calls.carriers.stored import NUMBER_KEY, AccountKept, stored_number
from hub.calls.carriers.usage import LEG_KEY, begin_leg, put_cost, put_end
from hub.calls.collections import PHONE_HOOKS, PHONE_LEGS
from hub.core.actor import Actor
from hub.core.errors import CarrierDown, CarrierRefused, Forbidden, HubError, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import Batch, Document, GuardFailed, Scope, Sort
from storage.filters import Eq

_KEY = "phone.hook"
_KEPT = 90 * 86_400_000
"""Milliseconds for which calls, and the keys of hooks that were taken, are kept: nobody sends the same one later."""
_MINUTE = 60_000
_SWEPT = 5
"""Old ones of each that go with a new one."""


class TakeHook(Struct, frozen=True, forbid_unknown_fields=True):
    """A request as it came: `address` is the one that the provider was told, with what follows `?`."""

    provider: str
    token: str
    hook: Hook


@verb(CALLS_MANAGE)
async def take_hook(hub: Hub, actor: Actor, given: TakeHook) -> HookAnswer:
    """Take what a provider sends; return what it is answered with. Raises NotFound, and Forbidden where it proves nothing.

    One that was taken before is answered with nothing and does nothing.
    """
    scope = Scope(actor.scope.app)
    account = await hub.part(AccountKept).of(scope.app)
    if account is None or not _is(account, given):
        raise NotFound
    carrier = carrier_of(hub, account)
    word = carrier.proven(given.hook, hub.clock.now())
    if word is None:
        hub.part(Doubts).tell(scope.app, given.provider)
        raise Forbidden("This does not come from the provider.")
    fact = carrier.read(given.hook)
    if fact is None:
        return HookAnswer()
    if isinstance(fact, IncomingCall):
        return await _ring(hub, scope, carrier, fact, word)
    for _ in range(2):  # a leg that ended at this very moment is read again
        if await _take(hub, scope, account, fact, word):
            break
    return HookAnswer()


class Doubts:
    """Tells the log that hooks prove nothing: an address that was set wrongly looks like that. Whoever floods us writes no book."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._told: dict[int, int] = {}

    def tell(self, app: int, provider: str) -> None:
        """Write a line, once a minute for each application."""
        now = self._hub.clock.now()
        if now - self._told.get(app, 0) >= _MINUTE:
            self._told[app] = now
            self._hub.log.warning("a phone hook proves nothing", application=app, provider=provider)


def _is(account: Document, given: TakeHook) -> bool:
    same = hmac.compare_digest(account["token"].encode(), given.token.encode("utf-8", "surrogatepass"))
    return same and account["provider"] == given.provider


# ── what happens to calls and texts ──────────────────────────────────────────────────────────────────────────────────


async def _take(hub: Hub, scope: Scope, account: Document, fact: Fact, word: str) -> bool:
    """Keep a fact and tell it on; false where what it is about changed meanwhile."""
    batch = Batch(scope)
    await _once(hub, batch, word)
    call = getattr(fact, "call", None)
    leg = await _leg_of(hub, scope, call) if call else None
    match fact:
        case CallProgress(state="answered") if leg and leg["state"] == "live" and not leg["answered"]:
            batch.patch(PHONE_LEGS, leg["id"], set={"answered": hub.clock.now()})
        case CallOver():
            if leg and leg["state"] == "live":
                put_end(hub, batch, leg, fact.seconds)
                if account["provider"] == "twilio":
                    await hub.jobs.add(batch, PRICE, {"kind": "call", "id": fact.call}, after=PRICED_SOON)
            elif leg is None:  # over before `place_call` knew its name
                batch.claim(LEG_KEY, fact.call, 0)
        case SmsDelivered() if fact.micros:
            put_cost(hub, batch, fact.micros, fact.currency)
        case Priced():
            put_cost(hub, batch, fact.micros, fact.currency)
    if not isinstance(fact, Priced) and hub.part(Desk).listeners:
        told = {"fact": to_builtins(fact), "leg": leg["id"] if leg else None}
        await hub.jobs.add(batch, HEARD, told)
    try:
        await hub.commit(batch)
    except GuardFailed:
        return False
    return True


async def _once(hub: Hub, batch: Batch, word: str) -> None:
    """Let a batch do nothing where this hook was taken before; what is old is swept along the way."""
    now, key = hub.clock.now(), hashlib.sha256(word.encode()).hexdigest()
    batch.claim(_KEY, key, 1)
    batch.insert(PHONE_HOOKS, {"id": await hub.ids.next("phone_hook"), "key": key, "at": now})
    page = await hub.store.find(batch.scope, PHONE_HOOKS, sort=Sort("at"), limit=_SWEPT)
    for old in page.items:
        if old["at"] < now - _KEPT:
            batch.release(_KEY, old["key"])
            batch.delete(PHONE_HOOKS, old["id"])
    over = await hub.store.find(batch.scope, PHONE_LEGS, Eq("state", "over"), sort=Sort("began"), limit=_SWEPT)
    for leg in over.items:
        if leg["began"] < now - _KEPT:
            batch.release(LEG_KEY, leg["call"])
            batch.delete(PHONE_LEGS, leg["id"])


async def _leg_of(hub: Hub, scope: Scope, call: str) -> Document | None:
    id = await hub.store.key(scope, LEG_KEY, call)
    return await hub.store.get(scope, PHONE_LEGS, id) if id else None


# ── somebody calls ───────────────────────────────────────────────────────────────────────────────────────────────────


async def _ring(hub: Hub, scope: Scope, carrier: Carrier, call: IncomingCall, word: str) -> HookAnswer:
    """Let a call in, and ask what to answer. A call to a number that is not ours here, or beyond a limit, is refused."""
    id = await hub.store.key(scope, NUMBER_KEY, call.to)
    if id is None:
        return await carrier.answer(call, Refuse("rejected"))
    number = await stored_number(hub, scope, id)
    batch = Batch(scope)
    await _once(hub, batch, word)
    answer: Answer = Refuse("busy")
    leg_id = 0
    try:
        leg, _ = await begin_leg(hub, batch, number, "in", call.call)
        if not leg:
            return HookAnswer()
        leg_id = leg["id"]
        answer = await hub.part(Desk).asked(hub, scope, Ringing(leg_id, number, call))
    except Forbidden as error:
        hub.log.warning("a phone call was refused", application=scope.app, reason=error.reason)
        if not leg_id and not await _missed(hub, scope, Ringing(0, number, call), word):
            return HookAnswer()
    except HubError as error:
        hub.log.warning("a phone call found nobody", application=scope.app, reason=error.reason)
    try:
        answered = await carrier.answer(call, answer)
    except (CarrierRefused, CarrierDown) as error:  # the caller has hung up, as a rule
        hub.log.warning("a phone call could not be answered", application=scope.app, reason=error.reason)
        answer, answered = Refuse("busy"), HookAnswer()
    if isinstance(answer, Refuse) and leg_id:
        await _refused(hub, scope, leg_id)
    return answered


async def _missed(hub: Hub, scope: Scope, ringing: Ringing, word: str) -> bool:
    """Let a call that a limit refuses be noted; false where its hook was taken before."""
    batch = Batch(scope)
    await _once(hub, batch, word)
    if (await hub.commit(batch)).existing is not None:
        return False
    await hub.part(Desk).missed(hub, scope, ringing)
    return True


async def _refused(hub: Hub, scope: Scope, leg: int) -> None:
    found = await hub.store.get(scope, PHONE_LEGS, leg)
    if found is None:
        return
    batch = Batch(scope)
    put_end(hub, batch, found, 0)
    try:
        await hub.commit(batch)
    except GuardFailed:
        return
