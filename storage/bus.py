"""Carries bytes between nodes. At most once: whatever must not be lost stands in the store.

`MemoryBus` here is for one node, `RedisBus` in storage/redis_bus.py for many. A publisher never hears itself: it has
delivered locally already.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

Handler = Callable[[bytes], None]
"""Takes a body. It raises ValueError, or msgspec's errors, for one that no node of this version has sent."""
Missed = Callable[[float], None]
"""Takes the seconds, back from now, in which something may have been lost."""

LARGEST = 256 * 1024
"""Redis cuts subscribers whose output buffer overflows; one giant body must not do that to all nodes."""


class Figures(Struct):
    """Running totals of a bus, for metrics."""

    sent: int = 0
    heard: int = 0
    resent: int = 0
    connections: int = 0
    dropped_full: int = 0
    dropped_large: int = 0
    dropped_refused: int = 0
    rejected: int = 0
    repeated: int = 0


class Bus(Protocol):
    """Channels of bytes. Handlers are called on the event loop, in the order of one publisher."""

    figures: Figures
    alone: bool
    """Whether there can be no other nodes."""

    @property
    def healthy(self) -> bool:
        """Whether other nodes can be told and heard."""

    @property
    def away(self) -> float:
        """Seconds for which the bus has not proven that it works; about a second is normal."""

    @property
    def steady_since(self) -> float:
        """The moment (of `time.monotonic`) since which the bus works without a break: now, while it does not.

        Silence of another node means something only from then on.
        """

    @property
    def waiting(self) -> int:
        """How many bodies wait to be sent."""

    @property
    def channels(self) -> int:
        """How many channels are heard."""

    async def open(self, secret: bytes) -> None:
        """Connect, and stay connected: a lost connection heals by itself. Nodes hear those with the same secret."""

    async def close(self) -> None:
        """Send what waits, if that is a matter of a moment, and let go."""

    def publish(self, channel: str, body: bytes, *, keep: bool = True) -> None:
        """Send to the other nodes that subscribe to the channel. Never blocks.

        While the bus is away the body waits for it, or with `keep=False` is forgotten: what is true only now.
        """

    def subscribe(self, channel: str, handler: Handler) -> Callable[[], None]:
        """Call the handler for what other nodes publish; return the undo."""

    async def heard(self, channel: str, within: float) -> bool:
        """Return True when all that is published from now on is heard; False if not within the time, or away."""

    def on_heal(self, handler: Missed) -> None:
        """Call the handler when a new connection hears all channels, with the seconds in which nothing was heard."""

    def on_drop(self, handler: Missed) -> None:
        """Call the handler when the bus takes again what is published, with the seconds back to the first loss."""


class MemoryBus:
    """The bus of a single node: nobody else is there."""

    alone = True
    healthy = True
    away = 0.0
    waiting = 0
    channels = 0

    def __init__(self) -> None:
        self.figures = Figures()
        self.steady_since = time.monotonic()

    async def open(self, secret: bytes) -> None:
        pass

    async def close(self) -> None:
        pass

    def publish(self, channel: str, body: bytes, *, keep: bool = True) -> None:
        pass

    def subscribe(self, channel: str, handler: Handler) -> Callable[[], None]:
        return lambda: None

    async def heard(self, channel: str, within: float) -> bool:
        return True

    def on_heal(self, handler: Missed) -> None:
        pass

    def on_drop(self, handler: Missed) -> None:
        pass
