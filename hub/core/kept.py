"""Small things of applications that all else asks for, so they are read once and kept in memory.

A change on this node counts at once; other nodes are told over the bus, and read again after `STALE` seconds in any case.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from hub.core.hub import Hub
from storage.engine import Scope

T = TypeVar("T")

STALE = 10.0
"""Seconds after which another node's change is known for certain, also where the bus has lost the word of it."""


class Kept(Generic[T]):
    """What `read` finds of each application, and each change of it goes over the bus on `channel`."""

    def __init__(self, hub: Hub, channel: str, read: Callable[[Hub, Scope], Awaitable[T]]) -> None:
        self._hub, self._channel, self._read = hub, channel, read
        self._known: dict[int, tuple[float, T]] = {}
        self._reading: dict[int, asyncio.Lock] = {}
        hub.bus.subscribe(channel, lambda body: self.forget(int(body)))

    async def of(self, app: int) -> T:
        """Return what is known of an application; whoever asks at the same moment waits for one reading."""
        if (known := self._fresh(app)) is not None:
            return known[1]
        reading = self._reading.setdefault(app, asyncio.Lock())
        async with reading:
            if (known := self._fresh(app)) is not None:
                return known[1]
            until = time.monotonic() + STALE
            found = await self._read(self._hub, Scope(app))
            # What changed meanwhile may be in it or not: good enough for those who asked before, and not for the next.
            if self._reading.get(app) is reading:
                self._known[app] = (until, found)
            return found

    def changed(self, app: int) -> None:
        """Forget what was read of an application, here and on the other nodes."""
        self.forget(app)
        self._hub.bus.publish(self._channel, str(app).encode())

    def forget(self, app: int) -> None:
        """Read an application anew when somebody asks next, on this node only."""
        self._known.pop(app, None)
        self._reading.pop(app, None)

    def _fresh(self, app: int) -> tuple[float, T] | None:
        known = self._known.get(app)
        return known if known is not None and known[0] > time.monotonic() else None
