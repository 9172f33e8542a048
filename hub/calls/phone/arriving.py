"""A call that comes in over a trunk: whose number it is, and whom it rings."""

from __future__ import annotations

from hub.accounts.grants import CONTACT
from hub.calls.collections import CALLS
from hub.calls.events import CallRinging
from hub.calls.machine import begun, ended, routed, rung
from hub.calls.media.rooms import leave_room, open_room
from hub.calls.phone.numbers import contact_of_number, international, prefix_of, unknown_contact
from hub.calls.phone.side import phone_leg
from hub.calls.ringing import next_rings
from hub.calls.rules import CallRulesKept
from hub.calls.sip.called import IncomingCall
from hub.calls.tapes import put_tape
from hub.calls.turning import LIVE, announce, live_keys, put_end
from hub.calls.watching import LOOK, OFTEN, ended_or_message
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.people.editing import name_of
from storage.engine import Batch, Document, Scope

BUSY, NOBODY = 486, 480


async def arrive(hub: Hub, scope: Scope, line: Document, sip: IncomingCall) -> Document | None:
    """Let a call that came in ring agents; return it as it is stored, None where it was refused at once.

    Who hides the number is a contact of its own for each call. Where all media workers are full the caller hears busy, and the
    call was missed.
    """
    if not (await hub.part(CallRulesKept).of(scope.app)).on:
        sip.reject(NOBODY)
        return None
    called = _called(line, sip.number)
    if called is None:
        sip.reject(404)
        return None
    contact, phone = await _holder(hub, scope, line, called, sip.caller)
    id = await hub.ids.next("phone_call")
    room = await open_room(hub, scope, id)
    call, is_free = await begin_phone_call(hub, scope, id, contact, called["group"], room, phone)
    if call["state"] == "ended":
        sip.reject(NOBODY if is_free and room else BUSY)
        return None
    sip.ring()
    return call


async def miss(hub: Hub, scope: Scope, line: Document, number: str, caller: str) -> None:
    """Note a call that came while all lines of the trunk were taken: nobody took it."""
    called = _called(line, number)
    if called is not None and (await hub.part(CallRulesKept).of(scope.app)).on:
        contact, phone = await _holder(hub, scope, line, called, caller)
        id = await hub.ids.next("phone_call")
        await begin_phone_call(hub, scope, id, contact, called["group"], None, phone)


async def _holder(hub: Hub, scope: Scope, line: Document, called: Document, caller: str) -> tuple[Document, Document]:
    """Return who holds the phone that calls, and what the call keeps of it."""
    prefix = prefix_of(called["number"])
    number = international(caller, prefix)
    contact = await contact_of_number(hub, scope, number, prefix) if number else await unknown_contact(hub, scope)
    return contact, {"line": line["id"], "leg": phone_leg(), "number": number, "placed": True}


def _called(line: Document, number: str) -> Document | None:
    """Return the number of the trunk that was called; a trunk with one number is called by whatever name."""
    number = international(number, prefix_of(line["numbers"][0]["number"]))
    found = next((each for each in line["numbers"] if each["number"] == number), None)
    alone = line["numbers"][0] if len(line["numbers"]) == 1 else None
    return found or alone


async def begin_phone_call(
    hub: Hub,
    scope: Scope,
    id: int,
    contact: Document,
    group: int | None,
    room: Document | None,
    phone: Document,
    tape: bool = False,
) -> tuple[Document, bool]:
    """Return a call from a phone as it is stored, and whether its contact is in no other one.

    It rings agents of the group, or goes to the tape at once. Without a room, and where the contact is in another one, it has
    ended: a call that nobody took.
    """
    rules, now = await hub.part(CallRulesKept).of(scope.app), hub.clock.now()
    caller = Actor("contact", contact["id"], name_of(contact), Scope(scope.app, contact["id"]), CONTACT)
    call = begun(
        id, caller, phone["leg"], now, media="audio", contact=contact["id"], browser=None, conversation=None, group=group,
        assignee=None, gives_up=now + rules.give_up * 1000, phone=phone,
    )  # fmt: skip
    if room is None:
        missed = call | ended(call, "nobody", now)
        return missed, await _commit(hub, scope, missed)
    tried = call | routed(call, room)
    rings = [] if tape else await next_rings(hub, scope, tried, rules)
    if rings:
        tried |= rung(tried, rings, now, rules.step * 1000)
    else:
        tried |= await ended_or_message(hub, scope, tried, "nobody", tape)
    is_free = await _commit(hub, scope, tried)
    if not is_free:
        tried = call | ended(call, "nobody", now)
        await _commit(hub, scope, tried)
    if tried["state"] == "ended":
        await leave_room(hub, room)
    return tried, is_free


async def _commit(hub: Hub, scope: Scope, call: Document) -> bool:
    """Store the call; False where it would go on, and its contact is in another one."""
    batch = Batch(scope)
    if call["state"] == "ended":
        await put_end(hub, batch, call)
    else:
        for key in live_keys(call):
            batch.claim(LIVE, key, call["id"])
        await hub.jobs.add(batch, LOOK, {"call": call["id"]}, after=OFTEN)
    batch.insert(CALLS, call)
    if call["recording"]:
        await put_tape(hub, batch, call)
    facts = {"call": call["id"], "contact": call["contact"], "direction": "in"}
    await hub.follow_up(batch, CallRinging, facts)
    if (await hub.commit(batch)).existing is not None:
        return False
    announce(hub, scope, call | {"rings": []}, call)
    return True
