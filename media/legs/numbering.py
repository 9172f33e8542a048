"""Numbers and times of the packets that a leg is sent, without a jump when what it hears changes its source."""

from __future__ import annotations

import time

from media.clock import FRAME, SAMPLES


class Numbering:
    """Continues one stream whatever feeds it: the mixer frame by frame, or another leg's packets with numbers of their own.

    Numbers and timestamps count from 0 and are not cut to 16 and 32 bits. `per_frame` is the clock of the payload: 960
    for Opus, 160 for G.711.
    """

    def __init__(self, per_frame: int = SAMPLES) -> None:
        self._per_frame = per_frame
        self._number = -1
        self._timestamp = -per_frame
        self._at: float | None = None
        self._source: tuple[int, int, int, int] | None = None
        self.marker = True
        """Whether the next packet begins a new stretch of sound."""

    def next(self) -> tuple[int, int, bool]:
        """Return (number, timestamp, marker) for the next frame of our own."""
        self._source = None
        self._advance()
        return self._sent()

    def same_time(self, timestamp: int) -> tuple[int, int]:
        """Return (number, timestamp) of one more packet about the same moment (a telephone-event)."""
        self._number += 1
        self._at = time.monotonic()
        return self._number, timestamp

    def of(self, source: int, number: int, timestamp: int) -> tuple[int, int, bool] | None:
        """Return what a packet of another stream (its SSRC, 16-bit number, 32-bit timestamp) is called here.

        None for one from before the moment when the streams were joined.
        """
        if self._source is None or self._source[0] != source:
            self._advance()
            self._source = (source, number - self._number, timestamp - self._timestamp, self._number)
            return self._sent()
        _, number_offset, time_offset, joined = self._source
        ahead = _signed(number - number_offset - self._number, 16)
        moved = _signed(timestamp - time_offset - self._timestamp, 32)
        if abs(ahead) > 500 or abs(moved) > 48_000 * 60:  # the other stream began anew
            self._source = None
            return self.of(source, number, timestamp)
        if self._number + ahead < joined:
            return None
        result = self._number + ahead, self._timestamp + moved
        if ahead > 0:
            self._number, self._timestamp = result
            self._at = time.monotonic()
        return *result, self._take_marker()

    def _advance(self) -> None:
        now = time.monotonic()
        gap = 0 if self._at is None else round((now - self._at) / FRAME) - 1
        # Frames that were left out show in the timestamp; a beat that was a little late does not.
        self._timestamp += self._per_frame * (1 + (gap if gap > 3 else 0))
        self._number += 1
        self._at = now
        if gap > 3:
            self.marker = True

    def _sent(self) -> tuple[int, int, bool]:
        return self._number, self._timestamp, self._take_marker()

    def _take_marker(self) -> bool:
        marker, self.marker = self.marker, False
        return marker


def _signed(value: int, bits: int) -> int:
    half = 1 << (bits - 1)
    return ((value + half) & ((1 << bits) - 1)) - half
