"""A room: its legs, who hears whom, and each 20 ms a frame for everybody, unless two browsers can be passed through."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from media.errors import no_leg
from media.legs.browser import BrowserLeg
from media.legs.leg import Leg
from media.playing import Play
from media.sound.opus import Pcm
from media.sound.sounds import Sound

if TYPE_CHECKING:
    from media.recording.recording import Recording

EMPTY, GONE = 60.0, 900.0
"""Seconds after which a room is given up to which nobody came, and one in which nobody is connected any more: the hub that opened
it may have died before it could say that the call is over. A phone may ring for minutes before it is connected."""
_PLAYED = 20
"""How many sounds that ended a room remembers."""
QUALITY_EVERY = 250
"""Frames between two reports of quality: five seconds."""


class Room:
    """Legs that hear each other. `tell(type, **facts)` writes an event of this room."""

    def __init__(self, name: str, promised: int, tell: Callable[..., None]) -> None:
        self.name, self.promised, self.tell = name, promised, tell
        self.legs: dict[str, Leg] = {}
        self.plays: list[Play] = []
        self.played: list[str] = []
        """The sounds that came to their end here, the last ones last: whoever arranges the room need not remember it."""
        self.recording: Recording | None = None
        self.passing = False
        """Whether packets go from leg to leg as they are, and the beat has nothing to do here."""
        self.began = self._alive = time.monotonic()
        self._plays = self._frames = 0

    @property
    def size(self) -> int:
        """How many legs the room counts for: those it has, or those that were promised to it."""
        return max(self.promised, len(self.legs))

    def is_deserted(self) -> bool:
        """Tell whether no call can be here any more; asked every few seconds."""
        now = time.monotonic()
        if any(leg.is_up for leg in self.legs.values()):
            self._alive = now
        return now - self._alive > (GONE if self.legs else EMPTY)

    def leg(self, name: str) -> Leg:
        """Return a leg. Raises no_leg."""
        try:
            return self.legs[name]
        except KeyError:
            raise no_leg(name) from None

    def add(self, leg: Leg) -> None:
        """Take a leg in."""
        self.legs[leg.name] = leg
        leg.on_change = self.review
        if self.recording is not None:
            self.recording.add(leg)
        self.review()

    async def remove(self, name: str) -> None:
        """Take a leg away."""
        leg = self.leg(name)
        del self.legs[name]
        if self.recording is not None:
            self.recording.remove(leg)
        self.review()
        await leg.close()

    def review(self) -> None:
        """Decide whether to pass through or to mix; called after every change."""
        legs = [leg for leg in self.legs.values() if leg.is_up]
        pair = [leg for leg in legs if isinstance(leg, BrowserLeg)]
        self.passing = len(self.legs) == len(legs) == len(pair) == 2 and not self.plays and _is_plain(*pair)
        for leg in self.legs.values():
            if isinstance(leg, BrowserLeg):
                before = leg.forward_to
                leg.forward_to = next(other for other in pair if other is not leg) if self.passing else None
                if before is not None and leg.forward_to is None:
                    leg.playout.clear()

    def play(self, sound: Sound, to: set[str] | None, loop: bool) -> int:
        """Begin to play to legs (None: to all). What these legs heard until now ends. Returns the number of this play."""
        for before in list(self.plays):
            if to is None or before.to is None:
                self._end(before, "replaced")
            else:
                before.to -= to
                if not before.to:
                    self._end(before, "replaced")
        self._plays += 1
        self.plays.append(Play(self._plays, sound, to, loop))
        if self.recording is not None:
            self.recording.mark("play", sound=sound.name)
        self.review()
        return self._plays

    def stop_playing(self, to: set[str] | None) -> None:
        """End what is played to these legs, or all."""
        for play in list(self.plays):
            if to is not None and play.to is not None and play.to - to:
                play.to -= to
            elif to is None or play.to is not None:
                self._end(play, "stopped")
        for leg in self.legs.values():
            if to is None or leg.name in to:
                leg.cut()
        self.review()

    def _end(self, play: Play, reason: str) -> None:
        self.plays.remove(play)
        self.tell("play.done", play=play.number, sound=play.sound.name, reason=reason)
        if reason == "ended":
            self.played = [*self.played, play.sound.name][-_PLAYED:]
            for leg in self.legs.values():
                if play.reaches(leg):
                    leg.mark(play.sound.name)

    def beat(self) -> None:
        """Mix and send the frame that is due."""
        self._frames += 1
        if self._frames % QUALITY_EVERY == 0:
            self._report()
        if self.passing:
            return
        up = [leg for leg in self.legs.values() if leg.is_up]
        said = {leg.name: self._take(leg, up) for leg in up}
        due = [(play, *play.frame()) for play in self.plays]
        for leg in up:
            voices = [pcm for other in up if (pcm := said[other.name]) is not None and other.is_heard_by(leg)]
            sounds = [(pcm, packet) for play, pcm, packet in due if play.reaches(leg)]
            if not voices and len(sounds) <= 1:
                leg.give(*(sounds[0] if sounds else (None,)))
            else:
                leg.give(_mixed(voices + [pcm for pcm, _ in sounds]))
        ended = [play for play in self.plays if not play.advance()]
        for play in ended:
            self._end(play, "ended")
        if ended:
            self.review()

    def _take(self, leg: Leg, up: list[Leg]) -> Pcm | None:
        """Take a frame of a leg. A browser that nobody hears is not decoded: a supervisor who listens costs half."""
        if isinstance(leg, BrowserLeg) and not any(leg.is_heard_by(other) for other in up):
            leg.playout.clear()
            return None
        pcm = leg.playout.take()
        if leg.track is not None and not isinstance(leg, BrowserLeg) and pcm is not None and leg.is_on_tape:
            leg.track.samples(pcm)
        return pcm

    def _report(self) -> None:
        for leg in self.legs.values():
            if leg.is_up:
                self.tell("leg.quality", leg=leg.name, **leg.quality())

    def shown(self) -> dict[str, Any]:
        """Return the room as the control door shows it."""
        return {
            "room": self.name, "legs": [leg.shown() for leg in self.legs.values()], "passing": self.passing,
            "plays": [{"play": play.number, "sound": play.sound.name, "to": sorted(play.to) if play.to else None}
                      for play in self.plays],
            "played": self.played,
            "recording": self.recording.shown() if self.recording else None,
        }  # fmt: skip


def _is_plain(one: BrowserLeg, other: BrowserLeg) -> bool:
    """Tell whether nothing stands between two browsers. A muted one is passed on as silence, without mixing."""
    for speaker, listener in ((one, other), (other, one)):
        muted, speaker.muted = speaker.muted, False
        heard = speaker.is_heard_by(listener) and not speaker.is_typing
        speaker.muted = muted
        if not heard:
            return False
    return True


def _mixed(voices: list[Pcm]) -> Pcm:
    if len(voices) == 1:
        return voices[0]
    total = np.sum(voices, axis=0, dtype=np.int32)
    return np.clip(total, -32768, 32767).astype(np.int16)
