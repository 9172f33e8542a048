"""The writer as a thread of this process: for commands that are soon over, and for systems without the other way."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from storage.engine import Unavailable
from storage.requests import Answer, Done, Open, Refused, Work, error_of
from storage.sqlite_writer import Waiting, Writer

BUSY, BREATH = 8, 0.0015
"""Behind so many requests at once the thread waits for so many seconds before it takes the next ones.

They are more then, and cost less each: a page that they share is written to the log once. And the event loop has the
interpreter for itself meanwhile. A store that is not busy answers at once.
"""


class ThreadWriter:
    """Hands requests to a thread, and its answers to the event loop."""

    def __init__(self, opening: Open):
        self._opening = opening
        self._loop = asyncio.get_running_loop()
        self._queue: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._futures: deque[asyncio.Future[Any]] = deque()
        self._closed = False
        self._busy = False
        self._thread = threading.Thread(target=self._run, name="storage-writer", daemon=True)
        self._writer: Writer

    async def start(self) -> None:
        """Open the store. Raises what `Writer` does."""
        opening = self._opening
        self._writer = await asyncio.to_thread(Writer, Path(opening.path), opening.collections, opening.streams)
        self._thread.start()

    def submit(self, request: Work) -> asyncio.Future[Any]:
        """Queue a request, which nobody changes any more."""
        if self._closed:
            raise Unavailable("The store is closed.")
        future: asyncio.Future[Any] = self._loop.create_future()
        self._futures.append(future)
        self._queue.put(request)
        return future

    async def stop(self) -> None:
        """Finish what was queued, and let go of the store."""
        self._closed = True
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    # ── the thread ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _run(self) -> None:
        writer, waiting = self._writer, Waiting()
        ended = False
        while not ended or waiting:
            ended = ended or self._gather(waiting)
            requests = waiting.take(writer.room)
            self._busy = len(requests) > BUSY
            for answers in writer.answers(requests):
                try:
                    self._loop.call_soon_threadsafe(self._tell, answers)
                except RuntimeError:
                    pass  # the loop has ended, and with it everybody who could ask
        writer.close()

    def _gather(self, waiting: Waiting) -> bool:
        """Take what is queued, at least one request, up to the size of a transaction; return whether the end was there."""
        while not waiting.fills(self._writer.room):
            try:
                request = self._queue.get(block=not waiting)
            except queue.Empty:
                break
            if request is None:
                return True
            if not waiting and self._busy:
                time.sleep(BREATH)
            waiting.add(request)
        return False

    def _tell(self, answers: list[Answer]) -> None:
        tell(self._futures, answers)


def tell(futures: deque[asyncio.Future[Any]], answers: Iterable[Answer]) -> None:
    """Give the first futures their answers. Runs on the event loop."""
    for answer in answers:
        future = futures.popleft()
        if future.done():  # cancelled meanwhile
            continue
        if type(answer) is Refused:
            future.set_exception(error_of(answer))
        else:
            future.set_result(answer.value if type(answer) is Done else answer)
