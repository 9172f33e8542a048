"""Recording of calls by the rules and by hand, and supervisors who listen: why a media worker has to be in a call."""

from __future__ import annotations

from typing import Literal, NamedTuple

from msgspec import Struct

from hub.accounts.grants import CALLS_LISTEN, CALLS_TAKE
from hub.calls import machine
from hub.calls.ice import ice_servers
from hub.calls.machine import Change
from hub.calls.media.rooms import open_room, room_for
from hub.calls.records import Call, CallRef, Id, TakeCall, TakenCall
from hub.calls.rules import CallRulesKept
from hub.calls.tapes import new_tape, wanted
from hub.calls.turning import get_call, shown, turn
from hub.core.actor import Actor
from hub.core.errors import CallBusy, CallOver, Forbidden
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import Document, Scope


class RecordCall(Struct, frozen=True, forbid_unknown_fields=True):
    """Which call, and whether it is recorded from now on, pauses (while a card number is read out), or is not."""

    call: Id
    state: Literal["on", "paused", "off"]


class Plan(NamedTuple):
    """With what an answered call begins: a room, and a recording that runs in it. No room: all workers are full."""

    room: Document | None
    tape: Document


async def plan_tape(hub: Hub, scope: Scope, call: Document) -> Plan | None:
    """Return with what a call begins when somebody answers it, where the rules want it recorded."""
    if call["answered"] or not wanted(await hub.part(CallRulesKept).of(scope.app), call):
        return None
    return Plan(call["room"] or await open_room(hub, scope, call["id"]), await new_tape(hub, scope))


def with_plan(call: Document, change: Change, plan: Plan | None, now: int) -> Change:
    """Return how a call changes by an answer, with the recording that it begins with."""
    if plan is None or change.get("state") != "talking":
        return change
    after = call | change
    if plan.room is None:
        # Whoever calls is not turned away: the history says why there is no recording.
        return change | machine.untaped(after, "busy", now)
    return change | machine.through(after, plan.room) | machine.taped(after, plan.tape, None, now)


@verb(CALLS_TAKE)
async def record_call(hub: Hub, actor: Actor, given: RecordCall) -> Call:
    """Record a call from now on, pause, or end the recording. Raises NotFound, Forbidden, CallOver, CallBusy.

    Where the rules want every call recorded, agents can pause a recording and not end it.
    """
    scope, now = Scope(actor.scope.app), hub.clock.now()
    call = await get_call(hub, actor, given.call)
    machine.side_of(call, actor)
    if given.state == "off" and wanted(await hub.part(CallRulesKept).of(scope.app), call):
        raise Forbidden("Calls are recorded here by rule. Pause the recording instead.", reason="recorded_by_rule")
    state = None if given.state == "off" else given.state
    if state is None or call["recording"]:
        call = await turn(hub, actor, given.call, lambda call: _retaped(call, state, actor, now))
        return await shown(hub, actor, call)
    room = await room_for(hub, scope, call)
    tape = await new_tape(hub, scope) | {"state": state}

    def begin(call: Document) -> Change:
        if call["recording"]:
            return _retaped(call, state, actor, now)
        return machine.taped(call, tape, actor, now) | machine.through(call, room)

    return await shown(hub, actor, await turn(hub, actor, given.call, begin))


@verb(CALLS_LISTEN)
async def listen_call(hub: Hub, actor: Actor, given: TakeCall) -> TakenCall:
    """Listen to a call of others, on this device: whoever talks sees it in the history, and nobody hears the listener.

    Raises NotFound, CallOver, CallBusy.
    """
    scope, now = Scope(actor.scope.app), hub.clock.now()
    call = await get_call(hub, actor, given.call)
    if call["state"] != "talking":
        raise CallOver(reason="call_over" if call["state"] == "ended" else "call_not_now")
    if call["agent"] == actor.id:
        raise CallBusy("You are in this call.", reason="call_own")
    machine.listening(call, actor, given.leg, now)  # whoever may not listen opens no room
    again = any(each["agent"] == actor.id for each in call["listeners"])
    room = await room_for(hub, scope, call, more=0 if again else 1)

    def begin(call: Document) -> Change:
        return machine.listening(call, actor, given.leg, now) | machine.through(call, room)

    call = await turn(hub, actor, given.call, begin)
    return TakenCall(await shown(hub, actor, call), await ice_servers(hub, actor))


@verb(CALLS_LISTEN)
async def stop_listening(hub: Hub, actor: Actor, given: CallRef) -> Call:
    """Listen no more. Raises NotFound, CallOver."""
    now = hub.clock.now()
    call = await turn(hub, actor, given.call, lambda call: machine.listening(call, actor, None, now))
    return await shown(hub, actor, call)


def _retaped(call: Document, state: Literal["on", "paused"] | None, actor: Actor, now: int) -> Change:
    tape = call["recording"]
    if (tape and tape["state"]) == state:
        return {}
    return machine.taped(call, tape | {"state": state} if tape and state else None, actor, now)
