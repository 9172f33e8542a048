"""What a phone does in its call, whatever network it is on: it answers, it is gone. The phone is the contact's side."""

from __future__ import annotations

import secrets

from hub.accounts.grants import CONTACT
from hub.accounts.system import system_of
from hub.calls import machine
from hub.calls.machine import Change
from hub.calls.records import Reason
from hub.calls.taping import plan_tape, with_plan
from hub.calls.turning import turn
from hub.core.actor import Actor
from hub.core.hub import Hub
from storage.engine import Document, Scope


def phone_leg() -> str:
    """Return a new name for a phone's leg, which nobody can guess."""
    return f"phone-{secrets.token_hex(8)}"


def holder(scope: Scope, call: Document) -> Actor:
    """Return the contact of a call as whoever holds the phone."""
    name = call["by"]["name"] if call["by"]["kind"] == "contact" else ""
    return Actor("contact", call["contact"], name, Scope(scope.app, call["contact"]), CONTACT)


async def phone_answers(hub: Hub, scope: Scope, call: Document) -> Document:
    """Let the phone that an agent calls be answered; return the call as it is then. Raises NotFound, CallOver, Conflict."""
    now, plan = hub.clock.now(), await plan_tape(hub, scope, call)

    def answer(call: Document) -> Change:
        return with_plan(call, machine.accepted(call, holder(scope, call), call["phone"]["leg"], now), plan, now)

    return await turn(hub, system_of(scope), call["id"], answer)


async def phone_is_over(hub: Hub, scope: Scope, call: int, reason: Reason) -> None:
    """End a call because its phone is gone. Raises NotFound, Conflict."""
    now = hub.clock.now()

    def end(call: Document) -> Change:
        early = call["answered"] is None and call["direction"] == "in" and reason in ("hung_up", "lost")
        why: Reason = "message" if call["state"] == "message" else "cancelled" if early else reason
        return machine.ended(call, why, now, holder(scope, call))

    await turn(hub, system_of(scope), call, end)
