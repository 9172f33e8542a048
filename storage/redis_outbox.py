"""What waits for Redis, in order: kept until Redis has answered, whatever happens to the connection."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import NamedTuple

MOST = 32 * 1024 * 1024
"""Bytes kept while Redis is away or slow. Beyond that, the other nodes read from the store instead."""
_AT_ONCE = 500
_BATCH = 1024 * 1024
"""How many bodies, and about how many bytes, go to Redis in one write."""


class Frame(NamedTuple):
    """One body in its envelope; with `keep` it is worth something also later."""

    name: str
    envelope: bytes
    keep: bool


class Outbox:
    """A line of frames. Those in flight have been written, and not been answered."""

    def __init__(self) -> None:
        self._line: deque[Frame] = deque()
        self._something = asyncio.Event()
        self.flight: list[Frame] = []
        self.size = 0

    def __len__(self) -> int:
        return len(self._line) + len(self.flight)

    def has_room_for(self, body: bytes) -> bool:
        """Tell whether a body may wait too."""
        return self.size + len(body) <= MOST

    def put(self, frame: Frame) -> None:
        """Put a frame at the end of the line."""
        self._line.append(frame)
        self.size += len(frame.envelope)
        self._something.set()

    async def take(self) -> list[Frame]:
        """Wait until something is there, and return all that goes in one write: first what was in flight before."""
        if not self.flight:
            while not self._line:
                self._something.clear()
                await self._something.wait()
            size = 0
            while self._line and len(self.flight) < _AT_ONCE and size < _BATCH:
                frame = self._line.popleft()
                size += len(frame.envelope)
                self.flight.append(frame)
        return self.flight

    def landed(self) -> None:
        """Let go of what was in flight: Redis has answered."""
        self.size -= sum(len(frame.envelope) for frame in self.flight)
        self.flight = []

    def broke(self) -> None:
        """Keep what is still worth something when the connection is back."""
        self.flight = [frame for frame in self.flight if frame.keep]
        self._line = deque(frame for frame in self._line if frame.keep)
        self.size = sum(len(frame.envelope) for frame in (*self.flight, *self._line))
