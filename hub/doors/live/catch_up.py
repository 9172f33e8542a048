"""Shows this node's sockets what was committed and not announced to it, read from the store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from hub.core.event import Event
from hub.core.hub import Hub
from hub.doors.live.missed import missed_events
from storage.engine import Scope, StorageError

_MARGIN = 5.0
"""Seconds added: between the time that a record carries and its announcement lies the commit, and clocks differ."""
_PAUSE = 1.0
"""Seconds before the store is asked again after it did not answer."""
_AHEAD = 500
"""Events that wait to be shown before more are read."""


class CatchUp:
    """Reads one application after the other, from the earliest moment that anybody asked for."""

    def __init__(self, hub: Hub, show: Callable[[Event], None], waiting: Callable[[], int]) -> None:
        self._hub, self._show, self._waiting = hub, show, waiting
        self._since: dict[int, int] = {}
        self._running = False
        self.runs = 0
        self.events = 0

    def since(self, back: float, apps: Iterable[int]) -> None:
        """Read what happened in applications in so many seconds, back from now. Asked often, it reads once."""
        moment = self._hub.clock.now() - int((back + _MARGIN) * 1000)
        for app in apps:
            self._since[app] = min(moment, self._since.get(app, moment))
        if self._since and not self._running:
            self._running = self._hub.spawn("catch up", self._run()) is not None

    async def _run(self) -> None:
        try:
            self.runs += 1
            while self._since:
                app, moment = self._since.popitem()
                try:
                    await self._read(app, moment)
                except StorageError as error:
                    self._hub.log.warning("catching up waits for the store", error=str(error))
                    self._since[app] = min(moment, self._since.get(app, moment))
                    await asyncio.sleep(_PAUSE)
        finally:
            self._running = False

    async def _read(self, app: int, moment: int) -> None:
        async for event in missed_events(self._hub, Scope(app), moment):
            self._show(event)
            self.events += 1
            while self._waiting() > _AHEAD:  # noqa: ASYNC110 - the delivery does not say when it has caught up
                await asyncio.sleep(0.01)
