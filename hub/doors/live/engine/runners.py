"""Runs the handlers of all sockets: in order for each one, and at the price of a task only while a handler waits.

What clients send within one turn of the event loop is handled by one long-lived task, one packet after the other. When
a handler has to wait (for the store, say), that task waits with it, and the next one takes over the rest. So an answer
that is at hand costs no task at all, and a slow one holds up nobody but its own client.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine
from contextvars import Context, copy_context
from typing import Any, Protocol

# So many packets are handled before the loop looks after its sockets and timers again: a few milliseconds.
_TURN = 200

# So many tasks are kept for later, and for so many seconds without work: an idle server has none.
_SPARES = 64
_PATIENCE = 1.0

# A client with so many packets or characters behind a slow handler is not read from until they are handled.
_MOST_WAITING = 64
_LARGEST_WAITING = 128 * 1024

RUNNING: deque[Any] = deque()
"""Stands for the packets behind the one that is being handled, while there are none."""


class Client(Protocol):
    """Whose packets are handled in order. `behind` is None while nothing of it is being handled."""

    task: asyncio.Task[Any] | None  # the one that handles a packet of it
    behind: deque[Any] | None
    weight: int  # characters that wait in it
    held: bool

    def handle(self, item: Any) -> Coroutine[Any, Any, None]:
        """Handle one packet to its end. Raises nothing."""

    def hold(self) -> None:
        """Stop reading from the client."""

    def go_on(self) -> None:
        """Read from the client again."""


class Runners:
    """The tasks of one server and what is ready for them."""

    __slots__ = ("_ended", "_idle", "_least", "_loop", "_more", "_ready", "_scheduled", "_tasks", "_timer")

    def __init__(self) -> None:
        self._ready: deque[tuple[Client, Any]] = deque()
        self._idle: list[asyncio.Future[bool]] = []  # true: there is work; false: end
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._least = 0  # so many of the idle ones were not needed in the last second
        self._scheduled = False
        self._ended = False
        self._more = 1

    def hand(self, client: Client, item: Any) -> None:
        """Have a packet handled as soon as those before it of the same client have been."""
        behind = client.behind
        if behind is None:
            client.behind = RUNNING
            self._ready.append((client, item))
            if not self._scheduled:
                self._wake()
                self._schedule()
            return
        if behind is RUNNING:
            behind = client.behind = deque((item,))
        else:
            behind.append(item)
        if item:
            client.weight += len(item)
        if not client.held and (len(behind) >= _MOST_WAITING or client.weight > _LARGEST_WAITING):
            client.held = True
            client.hold()

    def stop(self) -> None:
        """Keep no task for later: all sessions are closed, and none may be left when the event loop ends."""
        self._ended = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._send_home(len(self._idle))

    def _send_home(self, count: int) -> None:
        """End tasks that wait for work, beginning with those that had none for the longest time."""
        for spare in self._idle[:count]:
            if not spare.done():
                spare.set_result(False)
        del self._idle[:count]

    def _tidy(self) -> None:
        self._timer = None
        self._send_home(self._least)
        self._least = len(self._idle)
        if self._idle:
            self._tidy_later()

    def _tidy_later(self) -> None:
        if self._timer is None and self._loop is not None and not self._ended:
            self._timer = self._loop.call_later(_PATIENCE, self._tidy)

    def _schedule(self) -> None:
        self._scheduled = True
        assert self._loop is not None
        self._loop.call_soon(self._look)

    def _look(self) -> None:
        """See whether the tasks that were woken have left something: then they wait, and others go on."""
        if not self._ready:
            self._scheduled = False
            self._more = 1
            self._tidy_later()
            return
        for _ in range(min(self._more, len(self._ready))):
            self._wake()
        self._more = min(self._more * 2, 32)
        self._schedule()

    def _wake(self) -> None:
        while self._idle:
            spare = self._idle.pop()
            self._least = min(self._least, len(self._idle))
            if not spare.done():
                spare.set_result(True)
                return
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        task = self._loop.create_task(self._run(), context=Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        clean, task = copy_context(), asyncio.current_task()
        try:
            while await self._turn(clean, task) and not self._ended and len(self._idle) < _SPARES:
                spare = loop.create_future()
                self._idle.append(spare)
                if not await spare:
                    return
        finally:
            if self._ready and not self._scheduled and not loop.is_closed():
                self._schedule()

    async def _turn(self, clean: Context, task: asyncio.Task[Any] | None) -> bool:
        """Handle what is ready; tells whether this task may go on afterwards."""
        ready = self._ready
        for _ in range(_TURN):
            if not ready:
                return True
            client, item = ready.popleft()
            client.task = task
            try:
                await client.handle(item)
            finally:
                client.task = None
                if not client.behind:  # none has come meanwhile, or the client is closed and let go of them
                    client.behind = None
                else:
                    self._next(client)
            if copy_context() != clean:
                return False  # a handler left something in the context, which is not for the next client
        if ready and not self._scheduled:
            self._schedule()
        return True

    def _next(self, client: Client) -> None:
        behind = client.behind
        assert behind
        item = behind.popleft()
        if item:
            client.weight -= len(item)
        if not behind:
            client.behind = RUNNING
            if client.held:
                client.held = False
                client.go_on()
        self._ready.append((client, item))
