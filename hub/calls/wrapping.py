"""What came out of a call: one of the codes that the application has for it, and some words of whoever had it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from hub.accounts.grants import CALLS_TAKE
from hub.calls import machine
from hub.calls.records import Call, Id
from hub.calls.rules import CallRulesKept, Code
from hub.calls.turning import get_call, shown, turn
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb

Words = Annotated[str, Meta(max_length=2_000)]


class WrapUpCall(Struct, frozen=True, forbid_unknown_fields=True):
    """Which call, what came out of it, and some words; both together replace what was written before."""

    call: Id
    code: Code | None = None
    note: Words = ""


@verb(CALLS_TAKE)
async def wrap_up_call(hub: Hub, actor: Actor, given: WrapUpCall) -> Call:
    """Write down what came out of a call that somebody answered, while it goes on or afterwards.

    Raises NotFound, CallOver (`call_not_now`) for one that still rings, and InvalidPayload for a code that the application
    does not have; one that the call already carries may stay.
    """
    check_text(given.note, "note")
    call = await get_call(hub, actor, given.call)
    before = (call.get("wrap_up") or {}).get("code")
    if given.code not in (None, before, *(await hub.part(CallRulesKept).of(actor.scope.app)).codes):
        raise InvalidPayload("`code` is none of the application's codes for calls.", field="code")
    now = hub.clock.now()
    call = await turn(
        hub, actor, given.call, lambda call: machine.wrapped(call, given.code, given.note.strip(), actor, now)
    )
    return await shown(hub, actor, call)
