"""An agent asks a colleague before a call is handed over, while the contact waits."""

from __future__ import annotations

from msgspec import Struct

from hub.accounts.grants import CALLS_TAKE
from hub.accounts.team import Team
from hub.calls import consult, machine
from hub.calls.machine import Change
from hub.calls.media.rooms import open_room
from hub.calls.records import Call, Id
from hub.calls.ringing import free_agents
from hub.calls.rules import CallRulesKept
from hub.calls.turning import get_call, shown, turn
from hub.core.actor import Actor
from hub.core.errors import CallBusy, NotFound
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
    colleague = (await hub.part(Team).of(scope.app)).agents.get(given.agent)
    if colleague is None:
        raise NotFound(f"There is no agent {given.agent} in this application.")
    if given.agent not in await free_agents(hub, scope, None):
        raise CallBusy(f"{colleague.name} can’t take a call now.", reason="call_not_free", name=colleague.name)
    room = call["room"] or await open_room(hub, scope, call["id"])
    if room is None:
        raise CallBusy("All media workers are full. Try again when another call has ended.", reason="media_full")
    step = (await hub.part(CallRulesKept).of(scope.app)).step * 1000

    def ask(call: Document) -> Change:
        change = consult.asked(call, actor, given.agent or 0, colleague.name, now, step)
        return change | ({} if call["room"] else machine.routed(call, room))

    return await shown(hub, actor, await turn(hub, actor, given.call, ask))


def _back(call: Document, actor: Actor, now: int) -> Change:
    if not consult.is_asked(call, actor):
        machine.side_of(call, actor)
    return consult.over(call, actor, now)
