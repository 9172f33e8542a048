"""Keeps the turns of the event loop short when very many sockets have something to say in one moment."""

import asyncio
import math
import select
import selectors
from selectors import EVENT_READ, EVENT_WRITE, SelectorKey

# So many sockets are looked at before callbacks and timers get their turn: about 4 ms when all of them close.
_AT_ONCE = 128


class BoundedSelector(selectors.DefaultSelector):
    """An epoll selector that tells of no more than some sockets at a time.

    asyncio handles all that a selector tells it before anything else: ten thousand clients that vanish together would
    hold up everybody for a quarter of a second. The kernel tells of the others next time, each in its turn.
    """

    # Replaces EpollSelector.select of Python 3.11, which asks for as many events as there are sockets.
    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """Wait for at most so many seconds; return (key, events) of the sockets that are ready."""
        seconds = -1.0 if timeout is None else 0.0 if timeout <= 0 else math.ceil(timeout * 1e3) * 1e-3
        try:
            found = self._selector.poll(seconds, _AT_ONCE)  # type: ignore[attr-defined]
        except InterruptedError:
            return []
        ready = []
        for descriptor, event in found:
            key = self._fd_to_key.get(descriptor)  # type: ignore[attr-defined]
            if key is not None:
                events = (EVENT_WRITE if event & ~select.EPOLLIN else 0) | (
                    EVENT_READ if event & ~select.EPOLLOUT else 0
                )
                ready.append((key, events & key.events))
        return ready


def shorten(loop: asyncio.AbstractEventLoop) -> None:
    """Bound the turns of asyncio's own loop on Linux. Other loops stay as they are."""
    selector = getattr(loop, "_selector", None)
    if type(selector) is getattr(selectors, "EpollSelector", None):
        selector.__class__ = BoundedSelector
