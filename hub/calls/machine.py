"""The states of a call, and what leads from one to the next. Nothing here knows of sockets or of the store.

ringing   somebody calls, and devices of the other side ring: of an agent, of several, or of the contact
talking   each side has a device in the call
message   nobody answered, and the contact speaks onto a tape
ended     over, for a reason, for good

A function takes a stored call and returns the fields that change, or raises why it can't be. Whoever commits them expects
that the call is as it was, so of two who are first, one is (turning.py).
"""

from __future__ import annotations

from typing import Any

from hub.calls.records import Reason, Side
from hub.core.actor import Actor
from hub.core.errors import CallOver, Forbidden, InvalidPayload
from storage.engine import Document

Change = dict[str, Any]

GONE_AFTER = 15_000
"""Milliseconds without a sign of life after which a device counts as gone: time for a reload and for another node."""
_DEEDS = 200
"""Entries of the history; whoever holds and resumes all day writes no novel."""


def begun(id: int, actor: Actor, leg: str, now: int, **facts: Any) -> Document:
    """Return a call at its first moment, before it is known whom it rings."""
    side: Side = "contact" if actor.kind == "contact" else "agent"
    by = {"kind": actor.kind, "id": actor.id, "name": actor.name}
    agent = actor if side == "agent" else None
    call: Document = {
        "id": id, "state": "ringing", "reason": None, "direction": "in" if side == "contact" else "out", "by": by,
        "agent": agent and agent.id, "agent_name": agent and agent.name, "rings": [], "rang": [], "declined": [],
        "legs": {"contact": None, "agent": None} | {side: leg}, "seen": {"contact": None, "agent": None} | {side: now},
        "held": [], "muted": [], "handed": None, "route": "peer", "via": 0, "room": None,
        "recording": None, "listeners": [], "consult": None, "began": now, "answered": None, "ended": None, "step_ends": None,
        "history": [_deed(now, "began", by)], "revision": 1, **facts,
    }  # fmt: skip
    return call


def side_of(call: Document, actor: Actor) -> Side:
    """Return the side that somebody is on. Raises Forbidden for a colleague whom it does not concern."""
    if actor.kind == "contact":
        return "contact"
    if actor.kind == "agent" and (actor.id == call["agent"] or actor.id in call["rings"]):
        return "agent"
    raise Forbidden("This call is somebody else’s.", reason="call_of_others")


def rung(call: Document, agents: list[int], now: int, step: int) -> Change:
    """It rings these agents now, until the step ends."""
    _expect(call, "ringing")
    return {
        "rings": agents,
        "rang": [*call["rang"], *(each for each in agents if each not in call["rang"])],
        "step_ends": now + step,
    }


def accepted(call: Document, actor: Actor, leg: str, now: int) -> Change:
    """Somebody whom it rings takes it, on this device. Once more from the same device changes nothing."""
    side: Side = "contact" if actor.kind == "contact" else "agent"
    if call["state"] == "talking" and call["legs"][side] == leg:
        return {}
    if call["state"] == "talking" and side == "agent" and call["agent"] != actor.id:
        raise CallOver("Somebody else took this call.", reason="call_taken", by=call["agent_name"])
    if call["state"] == "talking":
        raise elsewhere()
    _expect(call, "ringing")
    if (side == "agent" and actor.id not in call["rings"]) or side == _caller(call):
        raise Forbidden("This call is somebody else’s.", reason="call_of_others")
    check_leg(call, leg, side)
    change: Change = {
        "state": "talking", "answered": call["answered"] or now, "rings": [], "step_ends": None, "handed": None,
        f"legs.{side}": leg, f"seen.{side}": now, f"seen.{_other(side)}": now,
    }  # fmt: skip
    if side == "agent":
        change |= {"agent": actor.id, "agent_name": actor.name}
    return change | told(call, now, "accepted", actor)


def declined(call: Document, actor: Actor, now: int) -> Change:
    """Somebody whom it rings does not take it. It goes on ringing others; the contact's no ends it."""
    side = side_of(call, actor)
    _expect(call, "ringing")
    if side == _caller(call):
        return hung_up(call, actor, now)
    if side == "contact":
        return ended(call, "declined", now, actor)
    left = [each for each in call["rings"] if each != actor.id]
    change: Change = {"rings": left, "declined": [*call["declined"], actor.id]}
    # Nobody is left in this step: the next one begins now.
    return change | ({} if left else {"step_ends": now}) | told(call, now, "declined", actor)


def hung_up(call: Document, actor: Actor, now: int) -> Change:
    """One of the two ends it. Once more changes nothing: both may do so at the same moment."""
    if call["state"] == "ended":
        return {}
    side = side_of(call, actor)
    if call["state"] == "ringing" and side != _caller(call):
        return declined(call, actor, now)
    if call["state"] == "message":
        return ended(call, "message", now, actor)
    return ended(call, "cancelled" if call["answered"] is None else "hung_up", now, actor)


def ended(call: Document, reason: Reason, now: int, by: Actor | None = None) -> Change:
    """It is over."""
    if call["state"] == "ended":
        return {}
    over: Change = {
        "state": "ended",
        "reason": reason,
        "ended": now,
        "rings": [],
        "step_ends": None,
        "held": [],
        "muted": [],
        "recording": None,
        "listeners": [],
        "consult": None,
    }
    return over | told(call, now, "ended", by, reason)


def toggled(call: Document, field: str, actor: Actor, on: bool, now: int) -> Change:
    """A side holds the call or goes on (`held`), can't be heard or can again (`muted`)."""
    _expect(call, "talking")
    side = side_of(call, actor)
    if (side in call[field]) == on:
        return {}
    sides = sorted({*call[field], side} if on else {*call[field]} - {side})
    if field == "muted":
        return {field: sides}
    return {field: sides} | told(call, now, "held" if on else "resumed", actor)


def handed(call: Document, actor: Actor, to: int, name: str, now: int, step: int) -> Change:
    """The agent gives the call to a colleague, whose devices ring; without an answer it comes back."""
    _expect(call, "talking")
    if actor.kind != "agent" or call["agent"] != actor.id:
        raise Forbidden("Only who talks hands a call over.", reason="call_of_others")
    if call.get("consult"):
        raise CallOver(
            "A colleague is asked now. Go back to the caller first, or hand over to them.", reason="call_not_now"
        )
    return {
        "state": "ringing", "rings": [to], "step_ends": now + step, "handed": actor.id, "agent": None,
        "agent_name": None, "legs.agent": None, "seen.agent": None, "held": [], "muted": [],
    } | told(call, now, "handed", actor, name)  # fmt: skip


def routed(call: Document, room: Document | None) -> Change:
    """Sound passes through a room of a media worker from now on, or between the two devices (None): all make new offers."""
    return {"route": "server" if room else "peer", "room": room, "via": call["via"] + 1}


def through(call: Document, room: Document | None) -> Change:
    """Sound passes through a room from now on; nothing changes where it passes through one already, or where there is none."""
    return routed(call, room) if room and not call["room"] else {}


def taped(call: Document, tape: Document | None, actor: Actor | None, now: int) -> Change:
    """It is recorded (`state` is on), the recording pauses, or it ends (None)."""
    _expect(call, "talking")
    what = {"on": "recorded", "paused": "recording_paused"}[tape["state"]] if tape else "recording_ended"
    return {"recording": tape} | told(call, now, what, actor)


def untaped(call: Document, why: str, now: int) -> Change:
    """It goes on without the recording that the rules want."""
    return {"recording": None} | told(call, now, "not_recorded", None, why)


def listening(call: Document, actor: Actor, leg: str | None, now: int) -> Change:
    """A supervisor listens on a device, or does so no more (None)."""
    _expect(call, "talking")
    others = [each for each in call["listeners"] if each["agent"] != actor.id]
    if leg is None:
        return {"listeners": others} if len(others) < len(call["listeners"]) else {}
    check_leg(call | {"listeners": others}, leg)
    return {"listeners": [*others, {"agent": actor.id, "leg": leg}]} | told(call, now, "listened", actor)


def leaving_message(call: Document, room: Document, tape: Document, now: int, most: int) -> Change:
    """Nobody answered: the caller speaks onto a tape, for at most so many milliseconds."""
    _expect(call, "ringing")
    return {
        "state": "message", "rings": [], "step_ends": now + most, "recording": tape,
    } | routed(call, room) | told(call, now, "message", None)  # fmt: skip


def wrapped(call: Document, code: str | None, note: str, actor: Actor, now: int) -> Change:
    """Somebody writes down what came out of the call; it must not ring any more."""
    if call["state"] == "ringing":
        _expect(call, "ended")
    by = {"kind": actor.kind, "id": actor.id, "name": actor.name}
    return {"wrap_up": {"code": code, "note": note, "by": by, "at": now}} | told(call, now, "wrapped_up", actor, code)


def moved(call: Document, actor: Actor, leg: str, now: int) -> Change:
    """Somebody goes on with the call on another device: the one that had it hears so, and the other side connects anew."""
    _expect(call, "talking")
    side = side_of(call, actor)
    if call["legs"][side] == leg:
        return {}
    check_leg(call, leg, side)
    return {f"legs.{side}": leg, f"seen.{side}": now} | told(call, now, "moved", actor)


def check_leg(call: Document, leg: str, own: Side | None = None) -> None:
    """Raise InvalidPayload for the leg of somebody else's device: whoever had it would take that one's place.

    `own` is the side whose device this is going to be.
    """
    taken = {name for side, name in call["legs"].items() if side != own}
    taken |= {each["leg"] for each in (*call["listeners"], call.get("consult") or {"leg": None})}
    if leg in taken:
        raise InvalidPayload("`leg` is another device’s in this call. Make up one of your own.", field="leg")


def elsewhere() -> CallOver:
    """Return what a device is told that is not the one in the call."""
    return CallOver("You are in this call on another device.", reason="call_elsewhere")


def gone(call: Document, now: int) -> Side | None:
    """Return the side whose device has given no sign of life for too long, in a call that is not over."""
    if call["state"] == "ended":
        return None
    sides: tuple[Side, ...] = ("contact", "agent")
    return next((side for side in sides if call["legs"][side] and now - call["seen"][side] > GONE_AFTER), None)


def _caller(call: Document) -> Side:
    # Whoever is handed over waits as a caller does, whoever called at first.
    return "contact" if call["direction"] == "in" or call["answered"] else "agent"


def _other(side: Side) -> Side:
    return "agent" if side == "contact" else "contact"


def _expect(call: Document, state: str) -> None:
    if call["state"] != state:
        over = call["state"] == "ended"
        raise CallOver(reason="call_over" if over else "call_not_now")


def told(call: Document, now: int, what: str, by: Actor | None, to: str | None = None) -> Change:
    """Return the history with one more entry."""
    who = None if by is None else {"kind": by.kind, "id": by.id, "name": by.name}
    return {"history": [*call["history"], _deed(now, what, who, to)][-_DEEDS:]}


def _deed(at: int, what: str, by: Document | None, to: str | None = None) -> Document:
    return {"at": at, "what": what} | ({"by": by} if by else {}) | ({"to": to} if to else {})
