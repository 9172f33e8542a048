"""A recording as a room sees it: legs come and go, it pauses, it ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from media.clock import wall_ms
from media.legs.leg import RECORDED, Leg
from media.recording.track import Track
from media.recording.writer import Writer

if TYPE_CHECKING:
    from media.recording.shelf import Shelf


class Recording:
    """Runs from its making to `stop`, or until the disk takes no more: then `on_end(recording)` is called, and the call goes on."""

    on_end: Callable[[Recording], None] = staticmethod(lambda recording: None)

    def __init__(self, shelf: Shelf, name: str, room: str, legs: list[Leg]) -> None:
        self.name = name
        self.began = time.monotonic()
        self.is_paused = False
        self.failed: str | None = None
        self._legs: dict[str, tuple[Leg, Track, dict[str, Any]]] = {}
        self._taken: dict[str, int] = {}
        self.facts: dict[str, Any] = {
            "version": 1, "name": name, "room": room, "state": "open", "began_ms": wall_ms(), "seconds": 0,
            "legs": [], "marks": [],
        }  # fmt: skip
        self._shelf = shelf
        self.writer: Writer = shelf.open(self)
        for leg in legs:
            self.add(leg)
        self.writer.start()

    def add(self, leg: Leg) -> None:
        """Record a leg from now on, if its side is one that is recorded."""
        if leg.side not in RECORDED:
            return
        now = time.monotonic()
        times = self._taken[leg.name] = self._taken.get(leg.name, 0) + 1
        stem = self.name.rpartition("/")[2]
        entry: dict[str, Any] = {
            "leg": leg.name, "side": leg.side, "offset_ms": round((now - self.began) * 1000),
            "file": f"{stem}.{leg.name}{'' if times == 1 else f'.{times}'}.ogg",
        }  # fmt: skip
        track = Track(now)
        self._legs[leg.name] = (leg, track, entry)
        self.facts["legs"] = [*self.facts["legs"], entry]
        self.writer.tracks.append((track, entry))
        self.writer.changed = True
        leg.track = None if self.is_paused else track

    def remove(self, leg: Leg) -> None:
        """Take no more of a leg; its file ends here."""
        leg.track = None
        known = self._legs.pop(leg.name, None)
        if known is not None:
            known[1].ended = time.monotonic()

    def pause(self, is_paused: bool) -> None:
        """Take nothing while paused: silence of the same length stands in the files. The same state again changes nothing."""
        if is_paused == self.is_paused:
            return
        self.is_paused = is_paused
        for leg, track, _ in self._legs.values():
            track.open_late()
            leg.track = None if is_paused else track
        self.mark("paused" if is_paused else "resumed")

    def mark(self, what: str, **facts: Any) -> None:
        """Note in the sidecar that something happened now."""
        at = round((time.monotonic() - self.began) * 1000)
        self.facts["marks"] = [*self.facts["marks"], {"at_ms": at, "what": what, **facts}][-1000:]
        self.writer.changed = True

    def stop(self) -> None:
        """End the recording; events tell when its files are there."""
        self.detach()
        self.writer.stop()

    def detach(self) -> None:
        """Let go of all legs."""
        for leg, _, _ in list(self._legs.values()):
            self.remove(leg)

    def shown(self) -> dict[str, Any]:
        """Return the recording as the control door shows it."""
        return {"name": self.name, "state": "paused" if self.is_paused else "on"}
