"""What the people in a call do with it: take it, decline it, hold it, hand it over, end it."""

from __future__ import annotations

from msgspec import Struct

from hub.accounts.grants import CALLS_TAKE, CALLS_TALK
from hub.calls import consult, machine
from hub.calls.ice import ice_servers
from hub.calls.machine import Change
from hub.calls.media.rooms import open_room
from hub.calls.records import Call, CallRef, Id, RejoinCall, TakeCall, TakenCall
from hub.calls.ringing import free_colleague, talks
from hub.calls.rules import CallRulesKept
from hub.calls.taping import plan_tape, with_plan
from hub.calls.turning import get_call, shown, turn
from hub.calls.watching import ring_on
from hub.core.actor import Actor
from hub.core.errors import CallBusy
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import Document, Scope


class MuteCall(Struct, frozen=True, forbid_unknown_fields=True):
    """Which call, and whether one can't be heard."""

    call: Id
    on: bool


class HandOver(Struct, frozen=True, forbid_unknown_fields=True):
    """Which call, and the colleague who is to take it; `consulted` is who was asked, and goes on talking at once."""

    call: Id
    agent: Id
    consulted: bool = False


@verb(CALLS_TALK)
async def accept_call(hub: Hub, actor: Actor, given: TakeCall) -> TakenCall:
    """Take a call that rings, on this device; all others stop ringing. Raises NotFound, Forbidden, CallOver, CallBusy."""
    call = await get_call(hub, actor, given.call)
    busy = actor.kind == "agent" and call["agent"] != actor.id and not consult.is_asked(call, actor)
    if busy and await talks(hub, actor.scope, actor.id):
        raise CallBusy("You are in a call. End it before you take another one.", reason="call_own")
    now, plan = hub.clock.now(), None

    def answer(call: Document) -> Change:
        if consult.is_asked(call, actor):
            return consult.taken(call, actor, given.leg, now)
        return with_plan(call, machine.accepted(call, actor, given.leg, now), plan, now)

    answer(call)  # whoever may not answer opens no room
    plan = await plan_tape(hub, Scope(actor.scope.app), call)
    call = await turn(hub, actor, given.call, answer)
    return TakenCall(await shown(hub, actor, call), await ice_servers(hub, actor))


@verb(CALLS_TALK)
async def rejoin_call(hub: Hub, actor: Actor, given: RejoinCall) -> TakenCall:
    """Say that a device is still in its call, after it was away for a moment, or take one's call over on this device.

    Raises NotFound, Forbidden, CallOver.
    """
    call = await get_call(hub, actor, given.call)
    asked = consult.is_asked(call, actor) and call["consult"]["leg"] == given.leg
    side = "agent" if asked else machine.side_of(call, actor)
    if given.here and not asked:
        now = hub.clock.now()
        call = await turn(hub, actor, given.call, lambda call: machine.moved(call, actor, given.leg, now))
    elif call["state"] != "ended" and call["legs"][side] != given.leg and not asked:
        raise machine.elsewhere()
    return TakenCall(await shown(hub, actor, call), await ice_servers(hub, actor))


@verb(CALLS_TALK)
async def decline_call(hub: Hub, actor: Actor, given: CallRef) -> Call:
    """Don't take a call: it rings whoever is next, and a contact's no ends it. Raises NotFound, Forbidden, CallOver."""
    now = hub.clock.now()

    def decline(call: Document) -> Change:
        return consult.over(call, actor, now) if consult.is_asked(call, actor) else machine.declined(call, actor, now)

    call = await turn(hub, actor, given.call, decline)
    return await shown(hub, actor, await _next_if_nobody(hub, actor, call))


@verb(CALLS_TALK)
async def hang_up(hub: Hub, actor: Actor, given: CallRef) -> Call:
    """End a call; of one that rings, whoever is called declines it. Raises NotFound, Forbidden."""
    now = hub.clock.now()

    def end(call: Document) -> Change:
        return consult.over(call, actor, now) if consult.is_asked(call, actor) else machine.hung_up(call, actor, now)

    call = await turn(hub, actor, given.call, end)
    return await shown(hub, actor, await _next_if_nobody(hub, actor, call))


@verb(CALLS_TALK)
async def hold_call(hub: Hub, actor: Actor, given: CallRef) -> Call:
    """Let the other side wait. Raises NotFound, Forbidden, CallOver."""
    now, music = hub.clock.now(), await _music(hub, actor, given.call)

    def hold(call: Document) -> Change:
        return _with_music(call, machine.toggled(call, "held", actor, True, now), music)

    return await shown(hub, actor, await turn(hub, actor, given.call, hold))


@verb(CALLS_TALK)
async def resume_call(hub: Hub, actor: Actor, given: CallRef) -> Call:
    """Go on after holding. Raises NotFound, Forbidden, CallOver."""
    return await _toggle(hub, actor, given.call, "held", False)


@verb(CALLS_TALK)
async def mute_call(hub: Hub, actor: Actor, given: MuteCall) -> Call:
    """Show the other side that one can't be heard, or can again. Raises NotFound, Forbidden, CallOver."""
    return await _toggle(hub, actor, given.call, "muted", given.on)


@verb(CALLS_TAKE)
async def hand_over(hub: Hub, actor: Actor, given: HandOver) -> Call:
    """Give a call to a colleague, whose devices ring; without an answer it comes back.

    Raises NotFound, Forbidden, CallOver, and CallBusy for a colleague who is not free.
    """
    now = hub.clock.now()
    if given.consulted:
        call = await turn(hub, actor, given.call, lambda call: consult.joined(call, actor, given.agent, now))
        return await shown(hub, actor, call)
    colleague = await free_colleague(hub, Scope(actor.scope.app), given.agent)
    rules = await hub.part(CallRulesKept).of(actor.scope.app)
    step, music = rules.step * 1000, await _music(hub, actor, given.call)

    def hand(call: Document) -> Change:
        return _with_music(call, machine.handed(call, actor, given.agent, colleague.name, now, step), music)

    return await shown(hub, actor, await turn(hub, actor, given.call, hand))


async def _music(hub: Hub, actor: Actor, id: int) -> Document | None:
    """Return the room from which whoever waits hears music, where the rules want that and the call has none yet."""
    call = await get_call(hub, actor, id)
    machine.side_of(call, actor)
    if call["room"] or call["state"] != "talking" or not (await hub.part(CallRulesKept).of(actor.scope.app)).music:
        return None
    return await open_room(hub, Scope(actor.scope.app), id)


def _with_music(call: Document, change: Change, room: Document | None) -> Change:
    return change | machine.through(call, room) if change else {}


async def _toggle(hub: Hub, actor: Actor, id: int, field: str, on: bool) -> Call:
    now = hub.clock.now()
    return await shown(
        hub, actor, await turn(hub, actor, id, lambda call: machine.toggled(call, field, actor, on, now))
    )


async def _next_if_nobody(hub: Hub, actor: Actor, call: dict) -> dict:  # type: ignore[type-arg]
    """Ring whoever is next at once, where the last one of this step declined."""
    if call["state"] == "ringing" and not call["rings"] and call["step_ends"] <= hub.clock.now():
        return await ring_on(hub, Scope(actor.scope.app), call)
    return call
