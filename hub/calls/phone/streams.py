"""Calls over a provider's numbers: its hooks say what happens to them, and their sound comes as a stream to a room.

A call that comes in is taken at once, because the provider lets nobody be heard before: the caller hears it ring until an agent
answers. One that an agent makes is answered when the stream comes. The provider is asked by jobs, which a killed node leaves to
another one.
"""

from __future__ import annotations

import secrets
from typing import Any

from hub.accounts.grants import CONTACT, SYSTEM
from hub.calls import machine
from hub.calls.carriers import calling
from hub.calls.carriers.carrier import Answer, Connect, Refuse
from hub.calls.carriers.desk import Ringing
from hub.calls.carriers.facts import CallOver, End, Fact
from hub.calls.collections import CALLS
from hub.calls.legs import LegHeld, say_alive
from hub.calls.machine import Change
from hub.calls.media.rooms import arrange, leave_room, open_room
from hub.calls.phone.arriving import begin_phone_call
from hub.calls.phone.hanging_up import HANG_UP
from hub.calls.phone.numbers import contact_of_number, prefix_of, unknown_contact
from hub.calls.records import Reason
from hub.calls.rules import CallRulesKept
from hub.calls.taping import plan_tape, with_plan
from hub.calls.turning import turn
from hub.core.actor import Actor
from hub.core.errors import CallOver as CallIsOver
from hub.core.errors import CarrierDown, CarrierRefused, Forbidden, HubError, NotFound
from hub.core.hub import Hub
from hub.core.jobs import Later
from storage.engine import Batch, Document, GuardFailed, Scope
from storage.filters import Eq

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
    scope = Scope(scope.app)
    if not (await hub.part(CallRulesKept).of(scope.app)).on:
        return Refuse("busy")
    row, caller = ringing.number, ringing.call.from_
    prefix = prefix_of(row["number"])
    contact = await contact_of_number(hub, scope, caller, prefix) if caller else await unknown_contact(hub, scope)
    id = await hub.ids.next("phone_call")
    room = await open_room(hub, scope, id)
    if room is None:
        return Refuse("busy")
    leg = _leg()
    phone = {"line": None, "from": row["id"], "at": ringing.leg, "leg": leg, "number": caller, "placed": True}
    group = row["group"] if row["rings"] == "group" else None
    call, is_new = await begin_phone_call(hub, scope, id, contact, group, room, phone, tape=row["rings"] == "voicemail")
    if not is_new or call["state"] == "ended":
        await leave_room(hub, room)
        return Refuse("busy")
    return Connect(stream_url(hub, scope, id, leg))


def _leg() -> str:
    return f"phone-{secrets.token_hex(8)}"


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
        hub.log.warning("a phone could not be called", call=call["id"], error=error.message)
        await _end(hub, scope, call["id"], "nobody")
        return
    batch = Batch(scope)
    batch.guard(CALLS, call["id"], Eq("state", "ringing"))
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
    page = await hub.store.find(Scope(scope.app), CALLS, Eq("phone.at", leg), limit=1, scan=True)
    if page.items:
        await _end(hub, Scope(scope.app), page.items[0]["id"], _REASONS[fact.end])


async def hang_up(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """End a call at the provider (a job): it costs money for as long as it is not."""
    try:
        await calling.hang_up(hub, scope, payload["leg"])
    except (CarrierRefused, NotFound) as error:
        hub.log.warning("a phone call could not be ended at its provider", leg=payload["leg"], error=error.message)


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
        now, plan = hub.clock.now(), await plan_tape(hub, scope, found)

        def answer(call: Document) -> Change:
            return with_plan(call, machine.accepted(call, _contact(scope, call), leg, now), plan, now)

        found = await turn(hub, _system(scope), call, answer)
    return found


async def stream_goes_on(hub: Hub, scope: Scope, call: int, leg: str) -> Document | None:
    """Note that a phone is there; return its call, None where that has ended."""
    await say_alive(hub, [LegHeld(scope.app, call, "contact", leg)])
    found = await hub.store.get(scope, CALLS, call)
    return found if found is not None and found["state"] != "ended" else None


async def stream_joined(hub: Hub, scope: Scope, call: int) -> None:
    """A phone's leg is in the room: it hears what is played, and is recorded where that is wanted."""
    await arrange(hub, scope, call)


async def stream_ends(hub: Hub, scope: Scope, call: int) -> None:
    """The provider has closed a stream: whoever was on the phone is gone."""
    await _end(hub, scope, call, "hung_up")


async def _end(hub: Hub, scope: Scope, id: int, reason: Reason) -> None:
    now = hub.clock.now()

    def end(call: Document) -> Change:
        early = call["answered"] is None and call["direction"] == "in"
        why: Reason = (
            "message" if call["state"] == "message" else "cancelled" if early and reason == "hung_up" else reason
        )
        return machine.ended(call, why, now, _contact(scope, call))

    try:
        await turn(hub, _system(scope), id, end)
    except (NotFound, CallIsOver):
        pass


def _contact(scope: Scope, call: Document) -> Actor:
    name = call["by"]["name"] if call["by"]["kind"] == "contact" else ""
    return Actor("contact", call["contact"], name, Scope(scope.app, call["contact"]), CONTACT)


def _system(scope: Scope) -> Actor:
    return Actor("system", 0, "Switchboard", Scope(scope.app), SYSTEM)
