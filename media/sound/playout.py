"""The buffer between the network and the mixer: packets come as they like, a frame is taken each 20 ms."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from media.clock import SAMPLES
from media.sound.opus import Pcm

LEAST, FIRST, MOST = 1, 2, 12
"""Packets that are waited for before playing: 40 ms to begin with, 20 where the network is even, up to 240 where it is not."""
CALM, LONGEST_CALM = 250, 3000
"""Frames without a late packet after which one packet less is waited for; twice as many after each time that it was too few."""
SOON = 10
"""Frames within which the next packet comes where the network was late; later, the speaker had paused."""
WINDOW = 25
"""Frames of which the emptiest moment tells how much is kept for nothing: half a second."""
FAR = 500
"""A sequence number so far from the last belongs to a stream that began anew."""
FADES = 3
"""Frames that stand in for lost ones, each half as loud as the one before; then silence."""


class Playout:
    """Holds packets by their 16-bit numbers and gives them out in order, with something in place of lost ones."""

    def __init__(self, decode: Callable[[bytes], Pcm | None]) -> None:
        self._decode = decode
        self._packets: dict[int, bytes] = {}
        self._next: int | None = None
        self._newest = 0
        self._filling = True
        self._target = FIRST
        self._calm = self._frames = 0
        self._needed = CALM
        self._starved = -SOON
        self._fewest = MOST
        self._left = np.zeros(0, np.int16)
        self._last: Pcm | None = None
        self._faded = 0
        self.lost = 0
        """Packets that had not come when their turn was."""

    def put(self, number: int, payload: bytes) -> None:
        """Keep a packet; one that comes after its turn is late and makes the buffer a little longer."""
        if self._next is None:
            self._next = self._newest = number
        full = self._newest + ((number - self._newest + 0x8000) & 0xFFFF) - 0x8000
        if abs(full - self._newest) > FAR:
            self._packets.clear()
            self._next, self._filling = full, True
            self._newest = full
        if full < self._next:
            if self._filling and not self._packets:
                self._next = full
            else:
                self._lengthen()
                return
        if self._frames - self._starved < SOON:
            self._starved = -SOON
            self._lengthen()
        self._newest = max(self._newest, full)
        self._packets[full] = payload
        if len(self._packets) > self._target + 8:  # a burst after a stall: the newest are what was said now
            self._drop(len(self._packets) - self._target)

    def __len__(self) -> int:
        """Return how many packets wait."""
        return len(self._packets)

    def take(self) -> Pcm | None:
        """Return the next 960 samples, or None when there is nothing to hear."""
        self._adapt()
        parts, have = [self._left], len(self._left)
        while have < SAMPLES:
            part = self._pop()
            if part is None:
                break
            parts.append(part)
            have += len(part)
        if not have:
            return None
        whole = np.concatenate(parts) if have >= SAMPLES else np.pad(np.concatenate(parts), (0, SAMPLES - have))
        self._left = whole[SAMPLES:]
        return whole[:SAMPLES]

    def clear(self) -> None:
        """Forget what waits: the leg was not listened to for a while."""
        self._packets.clear()
        self._next, self._filling, self._left = None, True, np.zeros(0, np.int16)
        self._last, self._faded = None, 0

    def _pop(self) -> Pcm | None:
        if self._next is None or (self._filling and len(self._packets) < self._target):
            return self._fade() if self._last is not None and not self._packets else None
        self._filling = False
        if not self._packets:
            self._filling, self._starved = True, self._frames
            return self._fade()
        payload = self._packets.pop(self._next, None)
        self._next += 1
        if payload is None:
            self.lost += 1
            return self._fade()
        pcm = self._decode(payload)
        if pcm is None:
            return self._fade()
        self._last, self._faded = pcm, 0
        return pcm

    def _fade(self) -> Pcm | None:
        if self._last is None or self._faded >= FADES:
            self._last = None
            return None
        self._faded += 1
        self._last = (self._last // 2).astype(np.int16)
        return self._last

    def _adapt(self) -> None:
        """Wait for less after a calm while, and drop half of what was never needed within a window.

        Too much waits after a stall of the network, and a little more with each minute when the sender's clock is fast.
        """
        self._calm += 1
        if self._calm >= self._needed:
            self._target, self._calm = max(LEAST, self._target - 1), 0
        self._fewest = min(self._fewest, len(self._packets))
        self._frames += 1
        if self._frames % WINDOW == 0:
            if self._fewest > self._target:
                self._drop((self._fewest - self._target + 1) // 2)
            self._fewest = len(self._packets)

    def _lengthen(self) -> None:
        """Wait for one packet more; what was tried and was too little is tried again later and later."""
        self._needed = min(LONGEST_CALM, self._needed * 2) if self._target < FIRST else CALM
        self._target, self._calm = min(MOST, self._target + 1), 0

    def _drop(self, count: int) -> None:
        for number in sorted(self._packets)[:count]:
            del self._packets[number]
            self._next = number + 1
