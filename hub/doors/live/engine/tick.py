"""One write per client and turn of the event loop, however many packets it is sent in it."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any


class Tick:
    """Ends each turn of the loop in which somebody was written to.

    An ack and the event behind it, or the messages of a busy conversation to an agent, leave in one system call. That
    call is by far the largest cost of a delivery (about 5 µs), and what waits for it waits for one turn at most.
    """

    __slots__ = ("_flush", "_links")

    def __init__(self, flush: Callable[[Iterable[Any]], None]) -> None:
        self._flush = flush
        self._links: list[Any] = []

    def add(self, link: Any) -> None:
        """Flush this link when the turn ends; called with its first frame of the turn."""
        if not self._links:
            asyncio.get_running_loop().call_soon(self._end)
        self._links.append(link)

    def _end(self) -> None:
        links, self._links = self._links, []
        self._flush(links)
