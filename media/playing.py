"""Sounds that are being played in a room."""

from __future__ import annotations

from dataclasses import dataclass

from media.legs.leg import Leg
from media.sound.opus import Pcm
from media.sound.sounds import Sound


@dataclass
class Play:
    """A sound on its way to some legs, or to all that are and will be in the room (`to` is None)."""

    number: int
    sound: Sound
    to: set[str] | None
    loop: bool
    at: int = 0

    def reaches(self, leg: Leg) -> bool:
        """Tell whether the leg hears it."""
        return self.to is None or leg.name in self.to

    def frame(self) -> tuple[Pcm, bytes]:
        """Return the frame that is due, as samples and as a packet."""
        return self.sound.frames[self.at], self.sound.packets[self.at]

    def advance(self) -> bool:
        """Go on by a frame; False when the sound has ended."""
        self.at += 1
        if self.at >= len(self.sound.frames) and self.loop:
            self.at = 0
        return self.at < len(self.sound.frames)
