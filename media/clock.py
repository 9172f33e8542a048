"""The beat of 20 ms to which rooms are mixed, how late it comes, and how much of a core the process uses."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

FRAME = 0.02
"""Seconds of sound that are handled at once."""
RATE = 48_000
SAMPLES = 960
"""Samples of a frame at 48 kHz."""
MAX_BEHIND = 5
"""Frames that are made up for after a stall; what is further behind is left out, or delay would stay for the whole call."""


def wall_ms() -> int:
    """Return the wall clock in milliseconds."""
    return time.time_ns() // 1_000_000


class Beat:
    """Calls `on_frame` fifty times a second by the monotonic clock, and measures the process while doing so."""

    def __init__(self, on_frame: Callable[[], None]) -> None:
        self._on_frame = on_frame
        self._busy, self._since = time.process_time(), time.monotonic()
        self._worst = 0.0
        self.cpu = 0.0
        """Percent of one core, smoothed over some seconds."""
        self.lag_ms = 0.0
        """How late the beat came at worst within a second, smoothed over some seconds."""

    async def run(self) -> None:
        """Beat until cancelled."""
        due = time.monotonic()
        while True:
            due += FRAME
            wait = due - time.monotonic()
            await asyncio.sleep(max(0.0, wait))
            late = time.monotonic() - due
            self._worst = max(self._worst, late)
            self._on_frame()
            for _ in range(min(MAX_BEHIND, int(late / FRAME))):
                self._on_frame()
                due += FRAME
            if time.monotonic() - due > MAX_BEHIND * FRAME:
                due = time.monotonic()
            self._measure()

    def _measure(self) -> None:
        now = time.monotonic()
        passed = now - self._since
        if passed < 1:
            return
        busy = time.process_time()
        # A third of the newest second: a limit has to be passed for about three seconds before it counts.
        self.cpu += ((busy - self._busy) / passed * 100 - self.cpu) / 3
        self.lag_ms += (self._worst * 1000 - self.lag_ms) / 3
        self._busy, self._since, self._worst = busy, now, 0.0
