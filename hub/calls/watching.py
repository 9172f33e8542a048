"""What nobody does by hand: ringing goes on or ends, and a call without one of its devices ends. One job for each call.

The job is a row in the store, so a call ends in one of its states whichever node dies.
"""

from __future__ import annotations

from typing import Any

from hub.accounts.grants import SYSTEM
from hub.calls import machine
from hub.calls.collections import CALLS
from hub.calls.ringing import next_rings
from hub.calls.rules import CallRulesKept
from hub.calls.turning import commit_turn
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.core.jobs import Later
from storage.engine import Document, Scope

LOOK = "calls.look"
OFTEN = 3_000
"""Milliseconds between two looks for a device that is gone."""


async def look(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Look after a call until it has ended (a job)."""
    call = await hub.store.get(scope, CALLS, payload["call"])
    if call is None or call["state"] == "ended":
        return
    now = hub.clock.now()
    if machine.gone(call, now):
        await commit_turn(hub, _system(scope), call, machine.ended(call, "lost", now))
    elif call["state"] == "ringing" and call["step_ends"] <= now:
        call = await ring_on(hub, scope, call)
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
    elif call["answered"] or now >= call["gives_up"]:
        change = machine.ended(call, "unanswered", now)
    elif rings := await next_rings(hub, scope, call, rules):
        change = machine.rung(call, rings, now, min(step, call["gives_up"] - now))
    else:
        declined = set(call["rang"]) <= set(call["declined"])
        change = machine.ended(call, "declined" if declined else "unanswered", now)
    after = await commit_turn(hub, _system(scope), call, change)
    return after or (await hub.store.get(scope, CALLS, call["id"])) or call


def _system(scope: Scope) -> Actor:
    return Actor("system", 0, "Switchboard", Scope(scope.app), SYSTEM)
