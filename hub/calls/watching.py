"""What nobody does by hand: ringing goes on or ends, and a call without one of its devices ends. One job for each call.

The job is a row in the store, so a call ends in one of its states whichever node dies.
"""

from __future__ import annotations

from typing import Any

from hub.accounts.system import system_of
from hub.calls import consult, machine
from hub.calls.collections import CALLS
from hub.calls.machine import Change
from hub.calls.media.rooms import arrange, is_there, open_room
from hub.calls.records import Reason
from hub.calls.ringing import next_rings
from hub.calls.rules import CallRulesKept
from hub.calls.sounds import CallSoundsKept
from hub.calls.tapes import new_tape
from hub.calls.turning import commit_turn
from hub.core.hub import Hub
from hub.core.jobs import Later
from storage.engine import Document, Scope

LOOK = "calls.look"
OFTEN = 3_000
"""Milliseconds between two looks for a device, or a media worker, that is gone."""
LONGEST_MESSAGE = 180_000
"""Milliseconds for which a caller can speak onto the tape; a greeting of the application's own is not counted."""


async def look(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Look after a call until it has ended (a job)."""
    call = await hub.store.get(scope, CALLS, payload["call"])
    if call is None or call["state"] == "ended":
        return
    now = hub.clock.now()
    if machine.gone(call, now) or (call["state"] == "message" and call["step_ends"] <= now):
        reason: Reason = "message" if call["state"] == "message" else "lost"
        await commit_turn(hub, system_of(scope), call, machine.ended(call, reason, now))
    elif call["state"] == "ringing" and call["step_ends"] <= now:
        call = await ring_on(hub, scope, call)
    elif consult.gone(call, now):
        await commit_turn(hub, system_of(scope), call, consult.over(call, None, now))
    elif call["room"] and not await is_there(hub, call):
        await move_room(hub, scope, call)
    elif call["state"] == "message":
        await arrange(hub, scope, call["id"])  # where nobody heard that the greeting is over
    wait = OFTEN if call["state"] == "talking" else min(OFTEN, (call["step_ends"] or now) - now)
    raise Later(max(200, wait))


async def ring_on(hub: Hub, scope: Scope, call: Document) -> Document:
    """Let the next step of a ringing call begin, or end it where there is none; return it as it is then."""
    rules, now = await hub.part(CallRulesKept).of(scope.app), hub.clock.now()
    step = rules.step * 1000
    if call["direction"] == "out" and call["answered"] is None:
        change = machine.ended(call, "unanswered", now)
    elif call["handed"] and call["answered"]:
        back = call["handed"]
        change = machine.rung(call, [back], now, step) | {"handed": None}
    elif call["answered"]:
        change = machine.ended(call, "unanswered", now)
    elif now >= call["gives_up"]:
        change = await ended_or_message(hub, scope, call, "unanswered")
    elif rings := await next_rings(hub, scope, call, rules):
        change = machine.rung(call, rings, now, min(step, call["gives_up"] - now))
    else:
        declined = set(call["rang"]) <= set(call["declined"])
        change = await ended_or_message(hub, scope, call, "declined" if declined else "unanswered")
    after = await commit_turn(hub, system_of(scope), call, change)
    return after or (await hub.store.get(scope, CALLS, call["id"])) or call


async def ended_or_message(hub: Hub, scope: Scope, call: Document, reason: Reason, tape: bool = False) -> Change:
    """Return how a contact's call ends that nobody takes: where the rules, or `tape`, want it, only after a spoken message."""
    now = hub.clock.now()
    if (tape or (await hub.part(CallRulesKept).of(scope.app)).message) and call["direction"] == "in":
        room = call["room"] or await open_room(hub, scope, call["id"])
        if room is not None:
            greeting = (await hub.part(CallSoundsKept).of(scope.app)).get("voicemail")
            most = LONGEST_MESSAGE + round(greeting["seconds"] * 1000 if greeting else 0)
            return machine.leaving_message(call, room, await new_tape(hub, scope), now, most)
    return machine.ended(call, reason, now)


async def move_room(hub: Hub, scope: Scope, call: Document) -> None:
    """Find another room for a call whose worker is gone. Where there is none, the two talk without a server."""
    now, room = hub.clock.now(), await open_room(hub, scope, call["id"])
    if room is None and (call["state"] == "message" or call.get("phone")):
        change = machine.ended(call, "message" if call["state"] == "message" else "lost", now)
    else:
        change = machine.routed(call, room) | ({} if room else {"listeners": [], "consult": None})
    if call["recording"] and room:
        # What was recorded is finished by the next worker on that machine; what follows has a name of its own.
        change |= {"recording": await new_tape(hub, scope) | {"state": call["recording"]["state"]}}
    elif call["recording"] and call["state"] != "message":
        change |= machine.untaped(call, "busy", now)
    await commit_turn(hub, system_of(scope), call, change)
