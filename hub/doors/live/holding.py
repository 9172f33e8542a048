"""Which applications have a socket here, so that this node hears from the others about these and no more."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable

from hub.core.hub import Hub
from hub.doors.live.parcels import channel_of

LINGER = 30.0
"""Seconds for which a channel is heard on after its last socket: a reload, or a node that is being filled again."""
_CONFIRMED_WITHIN = 2.0
"""Seconds that a socket's greeting waits for the subscription. Then it comes without, and what was missed follows."""


class Holding:
    """Counts sockets by application, and subscribes to the channels that carry these."""

    def __init__(
        self,
        hub: Hub,
        hear: Callable[[str, bytes], None],
        late: Callable[[float, Iterable[int]], None],
        forget: Callable[[set[int]], None],
    ) -> None:
        """`late` is told, with seconds back, whose channel came late; `forget`, which applications are held no more."""
        self._hub, self._hear, self._late, self._forget = hub, hear, late, forget
        self._sockets: Counter[int] = Counter()
        self._apps: dict[str, set[int]] = {}
        self._heard: set[int] = set()  # the same applications, for the question that each event asks
        self._undo: dict[str, Callable[[], None]] = {}
        self._letting_go: dict[str, asyncio.TimerHandle] = {}
        self._late_ones: set[str] = set()

    def __contains__(self, app: int) -> bool:
        return app in self._heard

    @property
    def apps(self) -> list[int]:
        """The applications that are heard."""
        return list(self._heard)

    async def hold(self, app: int) -> None:
        """Count a socket, and return when this node hears all that other nodes will publish for its application.

        What the socket reads from the store after that is followed by everything that comes behind it.
        """
        channel = channel_of(app)
        self._sockets[app] += 1
        self._apps.setdefault(channel, set()).add(app)
        self._heard.add(app)
        if timer := self._letting_go.pop(channel, None):
            timer.cancel()
        if channel not in self._undo:
            self._undo[channel] = self._hub.bus.subscribe(channel, lambda body: self._hear(channel, body))
        begun = time.monotonic()
        if not await self._hub.bus.heard(channel, _CONFIRMED_WITHIN) and channel not in self._late_ones:
            self._late_ones.add(channel)
            self._hub.spawn("late subscription", self._wait(channel, begun))

    @contextlib.asynccontextmanager
    async def arriving(self, app: int) -> AsyncIterator[None]:
        """Hold for a socket that connects; let go again where it is refused."""
        try:
            await self.hold(app)
            yield
        except BaseException:
            self.release(app)
            raise

    def release(self, app: int) -> None:
        """Count a socket that has gone."""
        self._sockets[app] -= 1
        if self._sockets[app] > 0:
            return
        del self._sockets[app]
        channel = channel_of(app)
        if not any(app in self._sockets for app in self._apps[channel]):
            loop = asyncio.get_running_loop()
            self._letting_go[channel] = loop.call_later(LINGER, self._let_go, channel)

    def _let_go(self, channel: str) -> None:
        del self._letting_go[channel]
        self._undo.pop(channel)()
        apps = self._apps.pop(channel)
        self._heard -= apps
        self._forget(apps)

    async def _wait(self, channel: str, begun: float) -> None:
        while channel in self._undo and not await self._hub.bus.heard(channel, 10.0):  # noqa: ASYNC110 - or the heal
            await asyncio.sleep(0.2)
        self._late_ones.discard(channel)
        self._late(time.monotonic() - begun, self._apps.get(channel, set()))
