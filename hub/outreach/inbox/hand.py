"""One thread that does what blocks, one thing after the other, for somebody on the event loop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


class Hand:
    """A thread of its own: it never waits for others, and a process that ends does not wait for it."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._calls: SimpleQueue[tuple[Callable[[], Any], asyncio.Future[Any]] | None] = SimpleQueue()
        Thread(target=self._work, name=name, daemon=True).start()

    async def do(self, call: Callable[..., T], *given: Any) -> T:
        """Return what the call returns, or raise what it raises. Cancelled, the call itself goes on to its end."""
        future: asyncio.Future[T] = self._loop.create_future()
        self._calls.put((lambda: call(*given), future))
        return await future

    def let_go(self, last: Callable[[], Any]) -> None:
        """End the thread after what it is doing and one thing more, of which nobody waits to hear."""
        self._calls.put((last, self._loop.create_future()))
        self._calls.put(None)

    def _work(self) -> None:
        while (given := self._calls.get()) is not None:
            call, future = given
            try:
                told: tuple[Callable[[Any], None], Any] = (future.set_result, call())
            except BaseException as error:  # whatever it was: somebody waits for it
                told = (future.set_exception, error)
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                self._loop.call_soon_threadsafe(_tell, future, *told)


def _tell(future: asyncio.Future[Any], say: Callable[[Any], None], what: Any) -> None:
    if not future.done():
        say(what)
