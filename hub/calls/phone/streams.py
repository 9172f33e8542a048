"""Calls over a provider's numbers: its hooks say what happens to them, and their sound comes as a stream to a room.

A call that comes in is taken at once, because the provider lets nobody be heard before: the caller hears it ring until an agent
answers. One that an agent makes is answered when the stream comes. The provider is asked by jobs, which a killed node leaves to
another one.
"""

from __future__ import annotations

from typing import Any

from hub.calls.carriers import calling
from hub.calls.carriers.carrier import Answer, Connect, Refuse
from hub.calls.carriers.desk import Ringing
from hub.calls.carriers.facts import CallOver, End, Fact
from hub.calls.collections import CALLS
from hub.calls.legs import LegHeld, say_alive
from hub.calls.media.rooms import open_room
from hub.calls.phone.arriving import begin_phone_call
from hub.calls.phone.hanging_up import HANG_UP
from hub.calls.phone.numbers import contact_of_number, prefix_of, unknown_contact
from hub.calls.phone.side import phone_answers, phone_is_over, phone_leg
from hub.calls.records import Reason
from hub.calls.rules import CallRulesKept
from hub.core.errors import CarrierDown, CarrierRefused, Forbidden, HubError, NotFound
from hub.core.hub import Hub
from hub.core.jobs import Later
from storage.engine import Batch, Document, GuardFailed, Scope, Sort
from storage.filters import All, Eq, Ne

PLACE = "phone.place"
"""The job that asks the provider to call somebody."""
_PURPOSE = "phone stream"
_AGAIN = 2_000
_TRIES = 3
_REASONS: dict[End, Reason] = {
    "completed": "hung_up", "busy": "declined", "unanswered": "unanswered", "failed": "nobody", "cancelled": "cancelled",
}  # fmt: skip


# ── somebody calls one of our numbers ────────────────────────────────────────────────────────────────────────────────


async def take_call(hub: Hub, scope: Scope, ringing: Ringing) -> Answer:
    """Let a call ring agents, and say where its sound goes. Where nobody is there and no message is taken, it hears busy."""
    return await _take(hub, Scope(scope.app), ringing, is_let_in=True)


async def miss_call(hub: Hub, scope: Scope, ringing: Ringing) -> None:
    """Note a call that a limit refuses: somebody called, and nobody took it."""
    await _take(hub, Scope(scope.app), ringing, is_let_in=False)


async def _take(hub: Hub, scope: Scope, ringing: Ringing, is_let_in: bool) -> Answer:
    if not (await hub.part(CallRulesKept).of(scope.app)).on:
        return Refuse("busy")
    row, caller = ringing.number, ringing.call.from_
    prefix = prefix_of(row["number"])
    contact = await contact_of_number(hub, scope, caller, prefix) if caller else await unknown_contact(hub, scope)
    id = await hub.ids.next("phone_call")
    room = await open_room(hub, scope, id) if is_let_in else None
    leg = phone_leg()
    phone = {"line": None, "from": row["id"], "at": ringing.leg, "leg": leg, "number": caller, "placed": True}
    group = row["group"] if row["rings"] == "group" else None
    call, _ = await begin_phone_call(hub, scope, id, contact, group, room, phone, tape=row["rings"] == "voicemail")
    return Refuse("busy") if call["state"] == "ended" else Connect(stream_url(hub, scope, id, leg))


# ── an agent calls somebody from one of our numbers ──────────────────────────────────────────────────────────────────


async def place(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Ask the provider to call (a job). What can't be placed ends, and says why."""
    call = await hub.store.get(scope, CALLS, payload["call"])
    if call is None or call["state"] == "ended" or call["phone"]["at"]:
        return
    phone = call["phone"]
    try:
        leg = await calling.place_call(
            hub,
            scope,
            phone["from"],
            phone["number"],
            stream_url(hub, scope, call["id"], phone["leg"]),
            f"call-{call['id']}",
        )
    except CarrierDown:
        tries = payload.get("tries", 0) + 1
        if tries < _TRIES:
            raise Later(_AGAIN, tries=tries) from None
        await _end(hub, scope, call["id"], "nobody")
        return
    except (CarrierRefused, Forbidden, NotFound, HubError) as error:
        hub.log.warning("a phone could not be called", call=call["id"], reason=error.reason)
        await _end(hub, scope, call["id"], "nobody")
        return
    batch = Batch(scope)
    # The phone may have answered before the provider told us the name of its call.
    batch.guard(CALLS, call["id"], Ne("state", "ended"))
    batch.patch(CALLS, call["id"], set={"phone.at": leg["id"], "phone.placed": True}, inc={"revision": 1})
    try:
        await hub.commit(batch)
    except GuardFailed:  # the agent gave up meanwhile
        late = Batch(scope)
        await hub.jobs.add(late, HANG_UP, {"leg": leg["id"]})
        await hub.commit(late)


async def heard(hub: Hub, scope: Scope, leg: int | None, fact: Fact) -> None:
    """The provider says that a call is over: so it is here. (Listener of `Desk`.)"""
    if leg is None or not isinstance(fact, CallOver):
        return
    for state in ("talking", "ringing", "message"):
        page = await hub.store.find(
            Scope(scope.app), CALLS, All((Eq("state", state), Eq("phone.at", leg))), sort=Sort("began"), limit=1
        )
        for call in page.items:
            await _end(hub, Scope(scope.app), call["id"], _REASONS[fact.end])


async def hang_up(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """End a call at the provider (a job): it costs money for as long as it is not."""
    try:
        await calling.hang_up(hub, scope, payload["leg"])
    except (CarrierRefused, NotFound) as error:
        hub.log.warning("a phone call could not be ended at its provider", leg=payload["leg"], reason=error.reason)


# ── its sound ────────────────────────────────────────────────────────────────────────────────────────────────────────


def stream_url(hub: Hub, scope: Scope, call: int, leg: str) -> str:
    """Return the address at which a provider brings the sound of a call; nobody else can guess it."""
    base = hub.settings.base_url().replace("http", "ws", 1)
    return f"{base}/phone/stream/{scope.app}/{call}/{leg}/{hub.signer.sign(_PURPOSE, scope.app, call, leg)}"


async def stream_comes(hub: Hub, scope: Scope, call: int, leg: str, signature: str) -> Document:
    """Return the call that a stream belongs to; the phone of one that an agent made has answered. Raises NotFound."""
    if not hub.signer.holds(signature, _PURPOSE, scope.app, call, leg):
        raise NotFound
    found = await hub.store.get(scope, CALLS, call)
    if found is None or not found.get("phone") or found["phone"]["leg"] != leg or found["state"] == "ended":
        raise NotFound
    if found["direction"] == "out" and found["state"] == "ringing" and found["answered"] is None:
        found = await phone_answers(hub, scope, found)
    return found


async def stream_goes_on(hub: Hub, scope: Scope, call: int, leg: str) -> Document | None:
    """Note that a phone is there; return its call, None where that has ended."""
    await say_alive(hub, [LegHeld(scope.app, call, "contact", leg)])
    found = await hub.store.get(scope, CALLS, call)
    return found if found is not None and found["state"] != "ended" else None


async def stream_ends(hub: Hub, scope: Scope, call: int) -> None:
    """The provider has closed a stream: whoever was on the phone is gone."""
    await _end(hub, scope, call, "hung_up")


async def _end(hub: Hub, scope: Scope, id: int, reason: Reason) -> None:
    try:
        await phone_is_over(hub, scope, id, reason)
    except NotFound:
        pass  # it was erased meanwhile
