"""The outbox: an event that a webhook asks for puts a job into the batch that makes it true, so none is lost.

Which kinds an application's webhooks ask for is held in memory, because every batch with an event asks. A change counts
here at once; other nodes are told over the bus, and read again after `STALE` seconds in any case.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from hub.core.event import Event
from hub.core.hub import Hub
from hub.webhooks.collections import WEBHOOKS
from hub.webhooks.kinds import EVERYTHING, kind_of
from storage.engine import Batch, Document, Scope

CHANNEL = "webhooks"
SPREAD = "webhooks.spread"
STALE = 10.0


class Outbox:
    """What the webhooks of applications ask for, as this node knows it."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._known: dict[int, tuple[float, frozenset[str]]] = {}
        self._turns: Counter[int] = Counter()
        hub.bus.subscribe(CHANNEL, lambda body: self._drop(int(body)))

    def changed(self, app: int) -> None:
        """Forget what was read of an application, here and on the other nodes."""
        self._drop(app)
        self._hub.bus.publish(CHANNEL, str(app).encode())

    def _drop(self, app: int) -> None:
        self._known.pop(app, None)
        self._turns[app] += 1

    async def wants(self, app: int, *kinds: str) -> bool:
        """Tell whether a webhook of the application asks for one of these kinds."""
        known = self._known.get(app)
        if known is None or known[0] < time.monotonic():
            known = await self._read(app)
        return bool(known[1]) and (EVERYTHING in known[1] or not known[1].isdisjoint(kinds))

    async def _read(self, app: int) -> tuple[float, frozenset[str]]:
        until, turn = time.monotonic() + STALE, self._turns[app]
        hooks = await webhooks_of(self._hub, Scope(app))
        known = (until, frozenset(kind for each in hooks if each["on"] for kind in each["kinds"]))
        if self._turns[app] == turn:  # what changed while it was read is read again by the next one
            self._known[app] = known
        return known

    async def put(self, batch: Batch, event: type[Event], facts: dict[str, Any]) -> None:
        """Put into the batch that an event is to be told, if anybody asks for it."""
        kind = kind_of(event, facts)
        if kind is not None and await self.wants(batch.scope.app, kind):
            await order(self._hub, batch, kind, f"evt_{await self._hub.ids.next('webhook_event')}", facts)


async def order(hub: Hub, batch: Batch, kind: str, name: str, facts: dict[str, Any]) -> None:
    """Put into the batch that something is told under a name: the same name is told once."""
    await hub.jobs.add(batch, SPREAD, {"kind": kind, "name": name, "at": hub.clock.now(), "facts": facts})


async def webhooks_of(hub: Hub, scope: Scope) -> list[Document]:
    """Return the webhooks of the scope's application, as they are stored."""
    return (await hub.store.find(Scope(scope.app), WEBHOOKS, limit=1000)).items
