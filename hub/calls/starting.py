"""Somebody calls."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from hub.accounts.grants import CALLS_TALK
from hub.calls.answering import accept_call
from hub.calls.collections import CALLS
from hub.calls.engaged import ENGAGED, expect_free, put_engaged
from hub.calls.events import CallRinging
from hub.calls.ice import IceServer, ice_servers
from hub.calls.machine import begun, ended, routed, rung
from hub.calls.media.rooms import leave_room, room_for
from hub.calls.media.workers import MediaWorkers
from hub.calls.phone.calling import way_to_phone
from hub.calls.phone.streams import PLACE
from hub.calls.phone.waking import PhoneNews
from hub.calls.records import Call, Id, Leg, Media, TakeCall
from hub.calls.ringing import next_rings, talks
from hub.calls.rules import CallRules, CallRulesKept, may_call
from hub.calls.tapes import put_tape
from hub.calls.turning import LIVE, announce, live_keys, put_end, shown
from hub.calls.watching import LOOK, OFTEN, ended_or_message
from hub.chat.conversations import standing_conversation
from hub.chat.messages import ClientId
from hub.chat.places import newest_browser
from hub.chat.presence import Presence
from hub.core.actor import Actor
from hub.core.errors import CallBusy, Conflict, Forbidden, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.contacts import get_contact
from storage.engine import Batch, Document, Existing, Scope

_CLIENT_ID = "call.client_id"


class CallTo(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom somebody calls: agents a contact, contacts an agent or a group, by id; agents a phone by its number, whoever has it.

    With the id of a contact as well, the phone is that contact's.
    """

    kind: Literal["contact", "agent", "group", "phone"]
    id: Id | None = None
    number: Annotated[str, Meta(max_length=32)] = ""


class StartCall(Struct, frozen=True, forbid_unknown_fields=True):
    """Who is called from where. The client id makes calling twice the same as once.

    Without `to` a contact's call finds its way by the rules; an agent names a conversation or a contact.
    """

    client_id: ClientId
    leg: Leg
    conversation: Id | None = None
    to: CallTo | None = None
    media: Media = "audio"


class StartedCall(Struct, frozen=True):
    """The call, and the servers by which the two browsers reach each other."""

    call: Call
    ice: list[IceServer]


class _Line(Struct, frozen=True):
    """Between whom a call is to be."""

    contact: int
    browser: int | None
    conversation: int | None
    group: int | None
    assignee: int | None
    phone: Document | None = None
    named: int | None = None


@verb(CALLS_TALK)
async def start_call(hub: Hub, actor: Actor, new: StartCall) -> StartedCall:
    """Call somebody. Where that one is calling at this very moment, the two are in one call at once.

    Where nobody is there whom it could ring, the call that comes back has ended. Raises NotFound, InvalidPayload, CallBusy for
    whoever is in a call already, and Forbidden where the application takes no calls.
    """
    check_text(new.client_id, "client_id")
    if actor.kind not in ("contact", "agent"):
        raise Forbidden("A key has no ear: only people call.")
    line = await (_line_of_contact if actor.kind == "contact" else _line_of_agent)(hub, actor, new)
    rules = await hub.part(CallRulesKept).of(actor.scope.app)
    if not rules.on:
        raise Forbidden("This application takes no calls. Settings → Calls switches them on.", reason="calls_off")
    if not await may_call(hub, actor):
        raise Forbidden("You can’t call now. Write a message instead.", reason="calls_closed")
    if actor.kind == "agent" and await talks(hub, actor.scope, actor.id):
        await _again(hub, actor, new)
    call = await _ring(hub, actor, new, line, rules)
    existing = await _commit(hub, actor, new, call)
    if existing is not None and call["room"]:
        await leave_room(hub, call["room"])
    if existing is None:
        return StartedCall(await shown(hub, actor, call), await ice_servers(hub, actor))
    if existing.kind == _CLIENT_ID:
        return await _as_it_is(hub, actor, existing.holds)
    if existing.kind == ENGAGED:
        await expect_free(hub, actor, existing.holds, call)
        raise Conflict
    return await _meet(hub, actor, new, existing.holds)


async def _line_of_contact(hub: Hub, actor: Actor, new: StartCall) -> _Line:
    contact, browser = actor.scope.contact, actor.scope.browser
    if contact is None:
        raise NotFound
    group = new.to.id if new.to and new.to.kind == "group" else None
    named = new.to.id if new.to and new.to.kind == "agent" else None
    if new.to and (new.to.kind not in ("agent", "group") or new.to.id is None):
        raise InvalidPayload("Visitors call agents or groups.")
    if new.conversation is None:
        return _Line(contact, browser, None, group, named, named=named)
    held = await standing_conversation(hub, actor, new.conversation)
    return _Line(
        contact, held["browser"], held["id"], group or held.get("group"), named or held["assignee"], named=named
    )


async def _line_of_agent(hub: Hub, actor: Actor, new: StartCall) -> _Line:
    if new.to is not None and new.to.kind == "phone":
        held = new.conversation and await standing_conversation(hub, actor, new.conversation)
        way = await way_to_phone(hub, actor.scope, new.to.number, new.to.id or (held or {}).get("contact"))
        return _Line(way.contact, None, held["id"] if held else None, None, actor.id, way.phone)
    if new.conversation is not None:
        held = await standing_conversation(hub, actor, new.conversation)
        return _Line(held["contact"], held["browser"], held["id"], held.get("group"), actor.id)
    if new.to is None or new.to.kind != "contact" or new.to.id is None:
        raise InvalidPayload("Name the conversation or the contact to call.")
    contact = await get_contact(hub, actor.scope, new.to.id)
    return _Line(contact["id"], await newest_browser(hub, actor, contact["id"]), None, None, actor.id)


async def _ring(hub: Hub, actor: Actor, new: StartCall, line: _Line, rules: CallRules) -> Document:
    """Return the call with whom it rings first, or as it ends where nobody is there."""
    scope, now = Scope(actor.scope.app), hub.clock.now()
    call = begun(
        await hub.ids.next("phone_call"), actor, new.leg, now, media=new.media, contact=line.contact, browser=line.browser,
        conversation=line.conversation, group=line.group, assignee=line.assignee, gives_up=now + rules.give_up * 1000,
        phone=line.phone, named=line.named,
    )  # fmt: skip
    if line.phone:
        room = await room_for(hub, scope, call)
        if line.phone["line"]:  # a provider's phone is there when its stream comes
            call["legs"]["contact"], call["seen"]["contact"] = line.phone["leg"], now
        return call | routed(call, room) | {"step_ends": call["gives_up"]}
    if actor.kind == "agent":
        there = hub.part(Presence).online(scope.app, "contact", line.contact)
        return call | ({"step_ends": call["gives_up"]} if there else ended(call, "nobody", now))
    rings = await next_rings(hub, scope, call, rules)
    if rules.record != "none" or rules.message:
        hub.spawn("media workers", hub.part(MediaWorkers).warm())
    change = rung(call, rings, now, rules.step * 1000) if rings else await ended_or_message(hub, scope, call, "nobody")
    return call | change


async def _commit(hub: Hub, actor: Actor, new: StartCall, call: Document) -> Existing | None:
    batch, over = Batch(Scope(actor.scope.app)), call["state"] == "ended"
    batch.claim(_CLIENT_ID, _name(actor, new), call["id"])
    # Also for a call that rings nobody: the one whom it would ring may be calling back at this moment.
    for line in live_keys(call):
        batch.claim(LIVE, line, call["id"])
    batch.insert(CALLS, call)
    if over:
        for line in live_keys(call):
            batch.release(LIVE, line)
        await put_end(hub, batch, call)
    else:
        put_engaged(batch, None, call)
        await hub.jobs.add(batch, LOOK, {"call": call["id"]}, after=OFTEN)
    if call["phone"] and not call["phone"]["line"]:
        await hub.jobs.add(batch, PLACE, {"call": call["id"]})
    if call["recording"]:
        await put_tape(hub, batch, call)
    facts = {"call": call["id"], "contact": call["contact"], "direction": call["direction"]}
    await hub.follow_up(batch, CallRinging, facts)
    outcome = await hub.commit(batch)
    if outcome.existing is None:
        announce(hub, batch.scope, call | {"rings": []}, call)
        if call["phone"]:
            hub.part(PhoneNews).say(call["id"])
    return outcome.existing


async def _again(hub: Hub, actor: Actor, new: StartCall) -> None:
    """Raise CallBusy for an agent who is in another call than the one that is started once more."""
    if await hub.store.key(actor.scope, _CLIENT_ID, _name(actor, new)) is None:
        raise CallBusy("You are in a call. End it before you call somebody else.", reason="call_own")


async def _as_it_is(hub: Hub, actor: Actor, id: int) -> StartedCall:
    call = await hub.store.get(actor.scope, CALLS, id)
    if call is None:
        raise NotFound
    return StartedCall(await shown(hub, actor, call), await ice_servers(hub, actor))


async def _meet(hub: Hub, actor: Actor, new: StartCall, id: int) -> StartedCall:
    """Both call each other at once: whoever is second answers the first. Raises CallBusy where that one calls nobody here."""
    call = await hub.store.get(actor.scope, CALLS, id)
    if call is None or call["state"] == "ended":
        raise Conflict  # it ended at this very moment
    called = call["direction"] == "out" if actor.kind == "contact" else actor.id in call["rings"]
    if call["state"] == "ringing" and called:
        taken = await accept_call(hub, actor, TakeCall(id, new.leg))
        return StartedCall(taken.call, taken.ice)
    raise CallBusy(reason="call_busy", call=id)


def _name(actor: Actor, new: StartCall) -> str:
    return f"{actor.kind}:{actor.id}:{actor.scope.browser or 0}:{new.client_id}"
