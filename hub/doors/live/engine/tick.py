"""One write per client and turn of the event loop, however many packets it is sent in it."""

import asyncio
from typing import Protocol


class Writer(Protocol):
    """Something that holds frames back until the turn ends."""

    def flush(self) -> None:
        """Write what is held."""


class Tick:
    """Ends each turn of the loop in which somebody was written to.

    An ack and the event behind it, or the messages of a busy conversation to an agent, leave in one system call. That
    call is the largest single cost of a delivery (3.5–5.5 µs), and what waits for it waits for one turn at most.
    """

    __slots__ = ("_writers",)

    def __init__(self) -> None:
        self._writers: list[Writer] = []

    def add(self, writer: Writer) -> None:
        """Flush this writer when the turn ends; called with its first frame of the turn."""
        if not self._writers:
            asyncio.get_running_loop().call_soon(self._end)
        self._writers.append(writer)

    def _end(self) -> None:
        writers, self._writers = self._writers, []
        for writer in writers:
            writer.flush()
