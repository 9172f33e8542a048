"""An agent asks a colleague before a call is handed over, while the contact waits."""

from __future__ import annotations

from msgspec import Struct

from hub.accounts.grants import CALLS_TAKE
from hub.calls import consult, machine
from hub.calls.machine import Change
from hub.calls.media.rooms import room_for
from hub.calls.records import Call, Id
from hub.calls.ringing import free_colleague
from hub.calls.rules import CallRulesKept
from hub.calls.turning import get_call, shown, turn
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import Document, Scope


class Consult(Struct, frozen=True, forbid_unknown_fields=True):
    """Which call, and the colleague who is asked; null asks nobody any more."""

    call: Id
    agent: Id | None


@verb(CALLS_TAKE)
async def consult_call(hub: Hub, actor: Actor, given: Consult) -> Call:
    """Ask a colleague while the contact hears music, or go back to the contact. Raises NotFound, Forbidden, CallOver, CallBusy.

    `call.transfer` with `consulted` hands the call over to the colleague.
    """
    now, scope = hub.clock.now(), Scope(actor.scope.app)
    if given.agent is None:
        call = await turn(hub, actor, given.call, lambda call: _back(call, actor, now))
        return await shown(hub, actor, call)
    call = await get_call(hub, actor, given.call)
    machine.side_of(call, actor)
    colleague, room = await free_colleague(hub, scope, given.agent), await room_for(hub, scope, call, more=1)
    step = (await hub.part(CallRulesKept).of(scope.app)).step * 1000

    def ask(call: Document) -> Change:
        return consult.asked(call, actor, colleague.id, colleague.name, now, step) | machine.through(call, room)

    return await shown(hub, actor, await turn(hub, actor, given.call, ask))


def _back(call: Document, actor: Actor, now: int) -> Change:
    if not consult.is_asked(call, actor):
        machine.side_of(call, actor)
    return consult.over(call, actor, now)
