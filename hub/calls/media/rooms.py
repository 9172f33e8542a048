"""A call's room in a media worker: which one, what its devices say to it, and what it does for the call as it is now."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, Literal
from weakref import WeakValueDictionary

from hub.calls.collections import CALLS
from hub.calls.ice import ice_servers
from hub.calls.media.control import Control, WorkerBusy, WorkerGone, WorkerRefused
from hub.calls.media.playing import kind_of, play
from hub.calls.media.workers import MediaWorkers
from hub.calls.records import Side
from hub.calls.rules import CallRulesKept
from hub.calls.sip.sdp import Remote
from hub.core.actor import Actor
from hub.core.errors import CallBusy
from hub.core.hub import Hub
from storage.engine import Document, Scope

_TROUBLE = (WorkerGone, WorkerBusy, WorkerRefused)


async def open_room(hub: Hub, scope: Scope, call: int) -> Document | None:
    """Return where a call's sound can pass: a room on a media worker of this node. None where all are full."""
    name = f"{scope.app}-{call}"
    try:
        return {"url": await hub.part(MediaWorkers).open_room(name), "room": name}
    except _TROUBLE as error:
        hub.log.warning("a call can't pass through a media worker", call=call, error=str(error))
        return None


async def room_for(hub: Hub, scope: Scope, call: Document, more: int = 0) -> Document:
    """Return a call's room, or one that it can have, with place for so many more devices.

    Raises CallBusy where all media workers are full.
    """
    room = call["room"] or await open_room(hub, scope, call["id"])
    if room is None:
        raise media_full()
    if more:
        legs = 2 + len(call["listeners"]) + bool(call.get("consult")) + more
        try:
            await _ask(hub, room, "PUT", "", {"legs": legs})
        except _TROUBLE:
            if not call["room"]:
                await leave_room(hub, room)
            raise media_full() from None
    return room


def media_full() -> CallBusy:
    """Return what is said where no media worker has a place."""
    return CallBusy("All media workers are full. Try again when another call has ended.", reason="media_full")


async def offer_to_room(hub: Hub, actor: Actor, call: Document, side: str, leg: str, sdp: str) -> str:
    """Return a worker's answer to a device's offer. Raises WorkerGone, WorkerBusy, WorkerRefused."""
    ice = [{"urls": server.urls} for server in await ice_servers(hub, actor) if not server.username]
    body = {"sdp": sdp, "side": side, "ice": ice, "held": side in _held(call)}
    return str((await _ask(hub, call["room"], "POST", f"/legs/{leg}/offer", body))["sdp"])


async def candidate_to_room(hub: Hub, call: Document, leg: str, candidate: dict[str, Any]) -> None:
    """Tell a worker of one more way to a device. What it can't use is no matter."""
    with contextlib.suppress(*_TROUBLE):
        await _ask(hub, call["room"], "POST", f"/legs/{leg}/candidates", candidate)


async def phone_to_room(hub: Hub, room: Document, leg: str, remote: Remote | None) -> tuple[str, int]:
    """Open a phone's leg in a room, or say where it hears now; return where the room hears the phone (RTP).

    Raises WorkerGone, WorkerBusy, WorkerRefused. Until the phone has answered it is not known which codec it takes.
    """
    body: dict[str, Any] = {"codec": "PCMU", "side": "contact"}
    if remote is not None:
        body |= {"codec": remote.codec, "dtmf": remote.dtmf, "remote": [remote.host, remote.port]}
    said = await _ask(hub, room, "POST", f"/legs/{leg}/rtp", body)
    return said["host"], said["port"]


async def keys_to_phone(hub: Hub, room: Document, leg: str, digits: str) -> None:
    """Let a phone hear keys. Raises WorkerGone, and WorkerRefused where the phone takes none in its sound."""
    await _ask(hub, room, "POST", f"/legs/{leg}/dtmf", {"digits": digits})


async def leave_room(hub: Hub, room: Document) -> None:
    """End a room that no call is in any more."""
    with contextlib.suppress(*_TROUBLE):
        await _ask(hub, room, "DELETE", "")


async def is_there(hub: Hub, call: Document) -> bool:
    """Tell whether a call's room is there."""
    try:
        await _ask(hub, call["room"], "GET", "")
    except (WorkerGone, WorkerRefused):
        return False
    return True


def call_of_room(name: str) -> tuple[Scope, int] | None:
    """Return whose call a room is of, by the name that `open_room` gave it; None for any other name."""
    app, _, call = name.partition("-")
    return (Scope(int(app)), int(call)) if app.isdecimal() and call.isdecimal() else None


async def leg_is_up(hub: Hub, told: dict[str, Any]) -> None:
    """Somebody is heard from now on (`leg.up`): they hear what is played, and what has to be recorded begins."""
    of = call_of_room(told["room"])
    if of is not None:
        await arrange(hub, *of)


async def sound_is_over(hub: Hub, told: dict[str, Any]) -> None:
    """A sound came to its end (`play.done`): a greeting after which somebody speaks, or what music has to wait for."""
    of = call_of_room(told["room"]) if told["reason"] == "ended" else None
    if of is not None:
        await arrange(hub, *of)


class _Turns:
    """One arrangement of a room at a time: the last one has the last word."""

    def __init__(self, hub: Hub) -> None:
        self._locks: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()

    def of(self, scope: Scope, call: int) -> asyncio.Lock:
        return self._locks.setdefault((scope.app, call), asyncio.Lock())


async def arrange(hub: Hub, scope: Scope, id: int) -> None:
    """Let a call's room be as the call is: who is in it, who waits and hears music, whether it is recorded.

    A room that is gone is no matter here: the look after the call finds another one (watching.py).
    """
    async with hub.part(_Turns).of(scope, id):
        call = await hub.store.get(scope, CALLS, id)
        if call is None or call["state"] == "ended" or not call["room"]:
            return
        with contextlib.suppress(*_TROUBLE):
            now = await _ask(hub, call["room"], "GET", "")
            await _people(hub, call, now)
            await _tape(hub, scope, call, now)
            await _music(hub, scope, call, now)


async def _people(hub: Hub, call: Document, now: Document) -> None:
    wanted = {leg: side for side, leg in call["legs"].items() if leg}
    wanted |= {each["leg"]: "supervisor" for each in call["listeners"]}
    asks = call.get("consult")
    if asks and asks["leg"]:
        wanted[asks["leg"]] = "agent"
    held = _held(call)
    for leg in now["legs"]:
        name, side = leg["leg"], wanted.get(leg["leg"])
        if side is None:
            await _ask(hub, call["room"], "DELETE", f"/legs/{name}")
        elif leg["held"] != (side in held):
            await _ask(hub, call["room"], "PATCH", f"/legs/{name}", {"held": side in held})


def _held(call: Document) -> list[Side]:
    """Return the sides that hear music only. While a colleague is asked the two agents talk, and the contact waits."""
    return ["contact"] if call.get("consult") else list(call["held"])


async def _tape(hub: Hub, scope: Scope, call: Document, now: Document) -> None:
    tape, runs = call["recording"], now["recording"]
    if tape and call.get("consult"):
        tape = tape | {"state": "paused"}  # what agents say to each other is none of the contact's call
    if runs and (tape is None or tape["name"] != runs["name"]):
        await _ask(hub, call["room"], "POST", "/recording", {"state": "off"})
        runs = None
    if tape is None or (runs and tape["state"] == runs["state"]):
        return
    if runs is None:
        # Before everybody is there nothing is said, and nobody would hear that recording begins.
        if not set(filter(None, call["legs"].values())) <= {leg["leg"] for leg in now["legs"] if leg["up"]}:
            return
        if call["state"] == "message":
            if not await _is_greeted(hub, scope, call, now):
                return
        elif (await hub.part(CallRulesKept).of(scope.app)).announce:
            await play(hub, scope, call, "consent")
            now["plays"].append({"sound": "consent", "to": None})
    await _ask(hub, call["room"], "POST", "/recording", {"state": tape["state"], "name": tape["name"]})


async def _is_greeted(hub: Hub, scope: Scope, call: Document, now: Document) -> bool:
    """Greet whoever leaves a message; tell whether they speak from now on. Of a greeting of one's own nothing is on the tape.

    What was played is asked of the room, so whichever node hears that the greeting is over, or looks (watching.py), goes on.
    """
    plays = {kind_of(each["sound"]) for each in now["plays"]}
    played = {kind_of(sound) for sound in now.get("played", ())}
    if "voicemail" in plays:
        return False
    if "voicemail" in played:
        if "beep" not in plays | played:  # a disk that is full is asked again and again, which nobody has to hear
            await _ask(hub, call["room"], "POST", "/play", {"sound": "beep"})
        return True
    own = await play(hub, scope, call, "voicemail")
    return not own  # the one that comes along is two tones and the beep


_SAID = ("consent", "voicemail", "beep")
"""What everybody has to hear to its end."""
_PLAYED = ("hold", "ringing")


async def _music(hub: Hub, scope: Scope, call: Document, now: Document) -> None:
    """What whoever waits hears: music while the other side holds or a call is handed over, ringing while nobody has answered."""
    if any(kind_of(each["sound"]) in _SAID for each in now["plays"]):
        return
    waits = waiting(call)
    leg = waits and call["legs"][waits]
    sound: Literal["hold", "ringing"] = "hold" if call["answered"] else "ringing"
    plays = [(kind_of(each["sound"]), each["to"]) for each in now["plays"] if kind_of(each["sound"]) in _PLAYED]
    if leg and leg in {each["leg"] for each in now["legs"]}:
        if plays == [(sound, [leg])]:
            return
        if sound == "hold":
            await play(hub, scope, call, sound, to=[leg], loop=True)
        else:
            await _ask(hub, call["room"], "POST", "/play", {"sound": sound, "to": [leg], "loop": True})
    elif plays:
        await _ask(hub, call["room"], "DELETE", "/play")


def waiting(call: Document) -> Side | None:
    """Return the side that waits for the other one, and can hear."""
    if call["state"] == "ringing":
        # Over a provider's number a caller is connected before anybody has answered.
        hears_it_ring = call["direction"] == "in" and (call.get("phone") or {}).get("at")
        return "contact" if call["answered"] or hears_it_ring else None
    if call["state"] == "talking" and call.get("consult"):
        return "contact"
    if call["state"] == "talking" and len(call["held"]) == 1:
        return "contact" if call["held"] == ["agent"] else "agent"
    return None


async def _ask(hub: Hub, room: Document, method: str, path: str, body: Any = None) -> Any:
    return await hub.part(Control).ask(room["url"], method, f"/rooms/{room['room']}{path}", body)
