"""Key presses as telephone-events (RFC 4733): what a phone sends while a key is down, and what we send for one."""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Callable

KEYS = "0123456789*#ABCD"
"""By the number of the event."""
PRESS, PAUSE = 5, 4
"""Frames of 20 ms that a key is down (100 ms) and that pass before the next (80 ms); exchanges want 40 ms of each."""
VOLUME = 10
"""Minus so many dBm0, as phones send it."""


class Presses:
    """Turns packets of telephone-events into one call of `on_digit` for each press.

    All packets of a press have the timestamp of its beginning, and its end is sent three times: the timestamp is what
    tells a second press of the same key from a repeated packet. A press is told with its first packet, so that a lost
    end loses nothing.
    """

    def __init__(self, on_digit: Callable[[str], None]) -> None:
        self._on_digit = on_digit
        self._seen: deque[int] = deque(maxlen=16)

    def take(self, payload: bytes, timestamp: int) -> None:
        """Read a packet; what is no key (flash, modem tones) is passed over."""
        if len(payload) < 4 or payload[0] >= len(KEYS) or timestamp in self._seen:
            return
        self._seen.append(timestamp)
        self._on_digit(KEYS[payload[0]])


class Typing:
    """The packets that press keys one after the other, frame by frame."""

    def __init__(self, digits: str, per_frame: int) -> None:
        self._waiting = deque(KEYS.index(digit) for digit in digits.upper())
        self._per_frame = per_frame
        self._frame = 0
        self._key: int | None = None

    def frame(self) -> list[tuple[bytes, bool]] | None:
        """Return the (payload, begins a press) of this frame: none in a pause between keys. None when all is typed."""
        if self._key is None:
            if not self._waiting:
                return None
            self._key, self._frame = self._waiting.popleft(), 0
        self._frame += 1
        if self._frame > PRESS:
            if self._frame >= PRESS + PAUSE:
                self._key = None
            return []
        last = self._frame == PRESS
        duration = min(0xFFFF, self._frame * self._per_frame)
        payload = struct.pack("!BBH", self._key, (0x80 if last else 0) | VOLUME, duration)
        return [(payload, self._frame == 1 and not number) for number in range(3 if last else 1)]
