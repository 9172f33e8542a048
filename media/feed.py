"""What happened in this worker, numbered from 1, kept for readers that were away for a moment."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

from media.clock import wall_ms

KEPT = 20_000  # an hour of a full worker: its quality reports are most of them


class Feed:
    """Events in order. Each reader follows at its own pace; one that is too far behind is told of the gap."""

    def __init__(self) -> None:
        self._events: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._last = 0
        self._news = asyncio.Event()

    def tell(self, kind: str, **facts: Any) -> None:
        """Append an event `{id, type, at, …}`; `at` is the wall clock in milliseconds."""
        self._last += 1
        self._events.append({"id": self._last, "type": kind, "at": wall_ms(), **facts})
        self._news.set()
        self._news = asyncio.Event()

    async def follow(self, after: int, beat: float) -> AsyncIterator[dict[str, Any] | None]:
        """Yield what came after the number, then what comes; None each `beat` seconds of silence, to be written as a sign of life.

        A number from before what is kept, or from another run, begins with `{"type": "gap"}`: the reader asks for the
        state anew.
        """
        first = self._events[0]["id"] if self._events else self._last + 1
        if after > self._last or after + 1 < first:
            yield {"id": self._last, "type": "gap", "at": wall_ms()}
            after = self._last if after > self._last else first - 1
        while True:
            news = self._news
            waiting = [event for event in self._events if event["id"] > after]
            for event in waiting:
                yield event
                after = event["id"]
            if waiting:
                continue
            try:
                async with asyncio.timeout(beat):
                    await news.wait()
            except TimeoutError:
                yield None
