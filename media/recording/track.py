"""What a leg says, on its way from the loop to the thread that writes: never waits, never grows without end."""

from __future__ import annotations

import time
from collections import deque

from media.clock import RATE
from media.sound.opus import Pcm

MOST = 3_000
"""Packets that wait for a slow disk: a minute. What comes then is left out, and stands as silence in the file."""
GUARD = 0.3
"""Seconds after a pause in which nothing is taken: what comes then may have been said in the pause and been long on its way."""
ADRIFT = RATE // 2
"""A stream whose own clock is so far from ours is set right: it was interrupted, or its clock jumped."""


class Track:
    """Takes packets and samples of one leg with their place in time. `began` is the monotonic time of the file's beginning."""

    def __init__(self, began: float) -> None:
        self.began = began
        self.waiting: deque[tuple[int, bytes | Pcm]] = deque()
        self.dropped = 0
        self.ended: float | None = None
        """Monotonic time at which the leg was taken away."""
        self._opens = began
        self._base: tuple[int, int, int] | None = None
        self._next = 0

    def open_late(self) -> None:
        """Take nothing of what is on its way now: a pause has just ended."""
        self._opens = time.monotonic() + GUARD

    def packet(self, payload: bytes, source: int, timestamp: int) -> None:
        """Take a packet of Opus, placed by its own stream's clock, so that jitter on the way is not heard later."""
        now = self._now()
        if now is None:
            return
        if self._base is None or self._base[0] != source:
            self._base = (source, timestamp, now)
        position = self._base[2] + ((timestamp - self._base[1] + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)
        if abs(position - now) > ADRIFT:
            self._base, position = (source, timestamp, now), now
        self._take(position, payload)

    def samples(self, pcm: Pcm) -> None:
        """Take a frame that was decoded for the mixer anyway (a phone's); it is encoded by the thread that writes."""
        now = self._now()
        if now is None:
            return
        # Frames of the beat follow each other exactly; only a real gap moves them.
        position = self._next if 0 <= now - self._next < RATE // 10 else now
        self._next = position + len(pcm)
        self._take(position, pcm)

    def _now(self) -> int | None:
        now = time.monotonic()
        return None if now < self._opens else round((now - self.began) * RATE)

    def _take(self, position: int, what: bytes | Pcm) -> None:
        if len(self.waiting) >= MOST:
            self.dropped += 1
        else:
            self.waiting.append((max(0, position), what))
