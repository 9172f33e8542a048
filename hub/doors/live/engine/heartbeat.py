"""One timer for all sockets of a server.

Everything a socket waits for (its next ping, a late pong, its first namespace, the end of a close) lasts equally long
for every socket. So each kind of wait is a queue in order of time: adding and removing cost nothing that grows with
the number of sockets, and one timer at the earliest head serves them all.
"""

import asyncio
from collections.abc import Callable
from itertools import islice
from typing import Any

# Of ten thousand sockets that came in one moment, no more than these are served before others get their turn.
_AT_ONCE = 500


class Wait:
    """Sockets that wait equally long; `action` is called with each one whose time is up."""

    __slots__ = ("_items", "_wheel", "action", "delay", "early")

    def __init__(self, wheel: "Wheel", delay: float, early: float, action: Callable[[Any], None]) -> None:
        self._wheel = wheel
        self._items: dict[Any, float] = {}
        self.delay = delay
        self.early = early  # how much too early the action may come, to serve many sockets in one wake-up
        self.action = action

    def add(self, socket: Any) -> None:
        """Start the wait of a socket, or start it again."""
        items = self._items
        items.pop(socket, None)
        due = items[socket] = self._wheel.time() + self.delay
        self._wheel.wake_by(due)

    def remove(self, socket: Any) -> bool:
        """End a socket's wait without consequence; tells whether it was waiting."""
        return self._items.pop(socket, None) is not None

    def __contains__(self, socket: Any) -> bool:
        return socket in self._items

    def __len__(self) -> int:
        return len(self._items)

    def serve(self, now: float) -> float | None:
        """Act on those whose time is up and say when the next one's is."""
        until = now + self.early
        ripe: list[Any] = []
        for socket, due in islice(self._items.items(), _AT_ONCE + 1):
            if due > until or len(ripe) == _AT_ONCE:
                break
            ripe.append(socket)
        for socket in ripe:
            if self._items.pop(socket, None) is not None:
                self.action(socket)
        return next(iter(self._items.values()), None)


class Wheel:
    """Holds the waits of one server and the one timer behind them."""

    def __init__(self) -> None:
        self._waits: list[Wait] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0

    def wait(self, delay: float, action: Callable[[Any], None], early: float = 0.0) -> Wait:
        """A new kind of wait."""
        wait = Wait(self, delay, early, action)
        self._waits.append(wait)
        return wait

    def time(self) -> float:
        """Now, by the clock of the running event loop."""
        loop = self._loop
        if loop is None:
            loop = self._loop = asyncio.get_running_loop()
        return loop.time()

    def wake_by(self, due: float) -> None:
        """Make sure that the timer does not fire later than this."""
        if self._timer is not None:
            if self._due <= due:
                return
            self._timer.cancel()
        self._due = due
        assert self._loop is not None
        self._timer = self._loop.call_at(due, self._turn)

    def stop(self) -> None:
        """Forget all waits and the loop."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop = None
        for wait in self._waits:
            wait._items.clear()

    def _turn(self) -> None:
        self._timer = None
        now = self.time()
        for wait in self._waits:
            due = wait.serve(now)
            if due is not None:
                self.wake_by(due)
