"""The hub: what every verb is handed. Built in server.py, opened and closed there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import Context, copy_context
from typing import Any, TypeVar

from hub.core.clock import Clock, Ids
from hub.core.deeds import DEED
from hub.core.event import Event
from hub.core.jobs import Jobs
from hub.core.once import CURRENT
from hub.core.past import QUIET
from hub.core.settings import Settings
from hub.core.signing import Signer
from storage.bus import Bus
from storage.engine import Batch, Engine, Outcome, Unavailable
from storage.files import Files

Listener = Callable[[Any], None]
Watcher = Callable[[Batch, type[Event], dict[str, Any]], Awaitable[None]]
P = TypeVar("P")


def _outside() -> Context:
    """Return the context of background work: what it writes is not what the call does that began it."""
    context = copy_context()
    context.run(CURRENT.set, None)
    context.run(DEED.set, None)
    context.run(QUIET.set, False)
    return context


class Hub:
    """The parts that verbs need, and the two ways in which one thing leads to another.

    `publish` tells listeners of this process at once, and may be lost with it: live sockets.
    `follow_up` writes a job into the batch, and is not lost: whatever a user would miss.
    """

    def __init__(
        self,
        settings: Settings,
        store: Engine,
        bus: Bus,
        files: Files,
        log: Any,
        clock: Clock,
        node: str,
        secret: bytes,
    ) -> None:
        self.settings = settings
        self.store = store
        self.bus = bus
        self.files = files
        self.log = log
        self.clock = clock
        self.node = node
        self.ids = Ids(store)
        self.signer = Signer(secret)
        self.jobs = Jobs(self)
        self._listeners: dict[type[Event], list[Listener]] = {}
        self._subscribers: dict[type[Event], list[tuple[str, int]]] = {}
        self._watchers: list[Watcher] = []
        self._parts: dict[type, Any] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._stopping = False

    def commit(self, batch: Batch) -> Awaitable[Outcome]:
        """Apply the batch durably. Raises the storage engine's errors, which doors turn into the catalogue's.

        The first one of a call that may be repeated carries the mark that it was done (hub/core/once.py), the first one
        of a verb that changes settings or access the row about it (hub/core/deeds.py).
        """
        deed = DEED.get()
        return self.commit_plainly(batch) if deed is None or deed.done else deed.commit(self, batch)

    def commit_plainly(self, batch: Batch) -> Awaitable[Outcome]:
        """Commit without a row of the audit log."""
        call = CURRENT.get()
        return self.store.commit(batch) if call is None or call.done else call.commit(self.store, batch)

    def part(self, kind: Callable[[Hub], P]) -> P:
        """Return this hub's one instance of an area's in-memory part, made when first asked for."""
        found = self._parts.get(kind)  # type: ignore[call-overload]
        if found is None:
            found = self._parts[kind] = kind(self)  # type: ignore[index]
        return found

    # ── what follows ─────────────────────────────────────────────────────────────────────────────────────────────────

    def subscribe(self, event: type[Event], job: str, after: int = 0) -> None:
        """Let a kind of job follow each event of this type, `after` milliseconds later (hub/subscribers.py is the table)."""
        self._subscribers.setdefault(event, []).append((job, after))

    def watch(self, watcher: Watcher) -> None:
        """Let a watcher see every event in the batch that makes it true, and put into it what it makes of it."""
        self._watchers.append(watcher)

    async def follow_up(self, batch: Batch, event: type[Event], payload: dict[str, Any]) -> None:
        """Put the jobs that follow from an event into the batch that makes it true; from history none does."""
        if QUIET.get():
            return
        for job, after in self._subscribers.get(event, ()):
            await self.jobs.add(batch, job, payload, after=after)
        for watcher in self._watchers:
            await watcher(batch, event, payload)

    def listen(self, event: type[Event], listener: Listener) -> None:
        """Call the listener for each event of this type (or a subclass), in the order of publishing."""
        self._listeners.setdefault(event, []).append(listener)

    def publish(self, event: Event) -> None:
        """Tell the listeners. Call it right after the commit, with no await between: that keeps the order of positions.

        Events that are news only are not told of what came in as history.
        """
        if event.momentary and QUIET.get():
            return
        for kind in type(event).__mro__:
            for listener in self._listeners.get(kind, ()):
                try:
                    listener(event)
                except Exception as error:
                    self.log.error("a listener failed", event=type(event).__name__, exc_info=error)

    # ── background work ──────────────────────────────────────────────────────────────────────────────────────────────

    def spawn(self, name: str, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any] | None:
        """Run short work in the background: tracked, its errors logged, refused once the hub is stopping."""
        if self._stopping:
            work.close()
            return None
        task = asyncio.get_running_loop().create_task(work, name=name, context=_outside())
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Unavailable):  # the store says so itself, and the work is done when it is back
            self.log.warning("background work waits for the store", task=task.get_name(), why=str(error))
        elif error:
            self.log.error("background work failed", task=task.get_name(), exc_info=error)

    async def stop(self) -> None:
        """Cancel the background work and wait until it has ended."""
        self._stopping = True
        while self._tasks:
            # Again and again: libraries use `asyncio.wait_for`, which may lose a cancellation in Python 3.11 (we do not).
            for task in list(self._tasks):
                task.cancel()
            await asyncio.wait(list(self._tasks), timeout=0.5)
