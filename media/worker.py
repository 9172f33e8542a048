"""The worker: its rooms, how much it takes, and how it ends."""

from __future__ import annotations

import asyncio
import gc
import logging
import re
import secrets
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from media.clock import Beat
from media.errors import Refused, busy, invalid, no_room
from media.feed import Feed
from media.legs.leg import SIDES, Leg
from media.recording.recording import Recording
from media.recording.shelf import Shelf
from media.room import Room
from media.sound.sounds import Sounds

logger = logging.getLogger(__name__)
SWEEP = 5.0
"""Seconds after the end of a call in which its memory is given back, together with that of others."""
DESERTED_EVERY = 250
"""Beats between two looks for rooms that nobody is in any more: five seconds."""
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,79}")


class Limits(NamedTuple):
    """How much a worker takes. Over the limits of time no new room is made; what runs keeps what it needs."""

    legs: int
    cpu: float = 70.0
    """Percent of a core."""
    lag_ms: float = 10.0


def name_of(value: str, what: str) -> str:
    """Return a name that is fit for paths and files. Raises invalid."""
    if not _NAME.fullmatch(value):
        raise invalid(f"The name of a {what} has 1 to 80 letters, digits, _, - and ., not beginning with a dot.")
    return value


class Worker:
    """Everything that the control door can ask for, but for the wire."""

    def __init__(self, folder: Path, sounds: Path | None, limits: Limits, host: str) -> None:
        self.limits, self.host = limits, host
        self.feed = Feed()
        self.rooms: dict[str, Room] = {}
        self.sounds = Sounds(sounds)
        self.shelf = Shelf(folder, self.feed.tell)
        self.run = secrets.token_hex(8)
        """Tells this run of the worker from the next: numbers of events begin anew with it."""
        self.draining = False
        self.empty = asyncio.Event()
        self.empty.set()
        self.beat = Beat(self._beat)
        self._sweep: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._beats = 0

    def _beat(self) -> None:
        for room in list(self.rooms.values()):
            try:
                room.beat()
            except Exception:
                # A fault of ours in one room must not silence the others. The hub makes this call a new room.
                logger.exception("The room %s cannot go on", room.name)
                self.feed.tell("room.failed", room=room.name)
                self._end_room(room)
        self._beats += 1
        if self._beats % DESERTED_EVERY == 0:
            for room in [each for each in self.rooms.values() if each.is_deserted()]:
                self.feed.tell("room.deserted", room=room.name)
                self._end_room(room)

    def _end_room(self, room: Room) -> None:
        task = asyncio.ensure_future(self._close_if_here(room))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _close_if_here(self, room: Room) -> None:
        if self.rooms.get(room.name) is room:
            await self.close_room(room.name)

    @property
    def legs(self) -> int:
        """How many legs run or are promised."""
        return sum(room.size for room in self.rooms.values())

    def load(self) -> dict[str, Any]:
        """Return what the caller chooses a worker by."""
        return {
            "run": self.run, "rooms": len(self.rooms), "legs": self.legs, "limit": self.limits.legs,
            "cpu": round(self.beat.cpu, 1), "lag_ms": round(self.beat.lag_ms, 1), "draining": self.draining,
        }  # fmt: skip

    def room(self, name: str) -> Room:
        """Return a room. Raises no_room."""
        try:
            return self.rooms[name]
        except KeyError:
            raise no_room(name) from None

    def open_room(self, name: str, legs: int) -> tuple[Room, bool]:
        """Return (the room, whether it is new), with a promise of so many legs. Raises busy."""
        if name in self.rooms:
            room = self.rooms[name]
            if legs > room.size and self.legs + legs - room.size > self.limits.legs:
                raise busy(f"All {self.limits.legs} legs of this worker are taken.")
            room.promised = legs
            return room, False
        if self.draining:
            raise busy("This worker is about to end: ask another.")
        if self.legs + legs > self.limits.legs:
            raise busy(f"All {self.limits.legs} legs of this worker are taken: ask another.")
        if self.beat.cpu > self.limits.cpu or self.beat.lag_ms > self.limits.lag_ms:
            raise busy(
                f"This worker is at its limit (CPU {self.beat.cpu:.0f} %, {self.beat.lag_ms:.0f} ms late): ask another."
            )
        room = self.rooms[name] = Room(name, legs, partial(self.feed.tell, room=name))
        self.empty.clear()
        return room, True

    async def close_room(self, name: str) -> None:
        """End a room: its recording is finished, its legs are taken away."""
        room = self.rooms.pop(self.room(name).name)
        if room.recording is not None:
            room.recording.stop()
        for leg in list(room.legs.values()):
            await leg.close()
        if not self.rooms:
            self.empty.set()
        if self._sweep is None:
            self._sweep = asyncio.get_running_loop().call_later(SWEEP, self._swept)

    def _swept(self) -> None:
        """Give back what ended calls held.

        A connection is a ring of objects with a hundred kilobytes of codecs and keys behind it, of which Python sees little
        and waits for long. What was there at the start is left out (`gc.freeze`), so that this takes a few milliseconds.
        """
        self._sweep = None
        gc.collect()

    def new_leg(self, room: Room, name: str, side: object, make: Callable[..., Leg]) -> Leg:
        """Return a leg that is not yet in the room: it is added when its connection is agreed. Raises busy, invalid."""
        name_of(name, "leg")
        if side not in SIDES:
            raise invalid(f"side must be one of {', '.join(SIDES)}.")
        if len(room.legs) >= room.size and self.legs >= self.limits.legs:
            raise busy(f"All {self.limits.legs} legs of this worker are taken.")
        return make(name, side, partial(room.tell, leg=name))

    def record(self, room: Room, state: object, name: object) -> None:
        """Begin, pause, go on with or end the recording of a room. Raises Refused."""
        current = room.recording
        if state == "off":
            if current is not None:
                room.recording = None
                current.stop()
            return
        if state not in ("on", "paused") or not isinstance(name, str):
            raise invalid("state must be on, paused or off, and name the name of the recording.")
        parts = [name_of(part, "recording") for part in name.split("/")]
        if current is not None and current.name != name:
            raise Refused(409, "recording", f"This room is recorded as {current.name!r}: end that first.")
        if current is None:
            current = room.recording = Recording(self.shelf, "/".join(parts), room.name, list(room.legs.values()))
            current.on_end = partial(self._forget, room)
        current.pause(state == "paused")

    def _forget(self, room: Room, recording: Recording) -> None:
        if room.recording is recording:
            room.recording = None

    async def close(self) -> None:
        """End all rooms and finish what was recorded."""
        for name in list(self.rooms):
            await self.close_room(name)
        await self.shelf.close()
