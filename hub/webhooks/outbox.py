"""The outbox: an event that a webhook asks for puts a job into the batch that makes it true, so none is lost.

Which kinds an application's webhooks ask for is kept in memory, because every batch with an event asks.
"""

from __future__ import annotations

from typing import Any

from hub.core.event import Event
from hub.core.hub import Hub
from hub.core.kept import Kept
from hub.webhooks.collections import WEBHOOKS
from hub.webhooks.kinds import EVERYTHING, kind_of
from storage.engine import Batch, Document, Scope

SPREAD = "webhooks.spread"


class Outbox(Kept[frozenset[str]]):
    """The kinds that the webhooks of applications ask for, as this node knows them."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub, "webhooks", _asked)

    async def wants(self, app: int, *kinds: str) -> bool:
        """Tell whether a webhook of the application asks for one of these kinds."""
        asked = await self.of(app)
        return bool(asked) and (EVERYTHING in asked or not asked.isdisjoint(kinds))

    async def put(self, batch: Batch, event: type[Event], facts: dict[str, Any]) -> None:
        """Put into the batch that an event is to be told, if anybody asks for it."""
        kind = kind_of(event, facts)
        if kind is not None and await self.wants(batch.scope.app, kind):
            await order(self._hub, batch, kind, f"evt_{await self._hub.ids.next('webhook_event')}", facts)


async def order(hub: Hub, batch: Batch, kind: str, name: str, facts: dict[str, Any]) -> None:
    """Put into the batch that something is told under a name: the same name is told once."""
    await hub.jobs.add(batch, SPREAD, {"kind": kind, "name": name, "at": hub.clock.now(), "facts": facts})


async def _asked(hub: Hub, scope: Scope) -> frozenset[str]:
    return frozenset(kind for each in await webhooks_of(hub, scope) if each["on"] for kind in each["kinds"])


async def webhooks_of(hub: Hub, scope: Scope) -> list[Document]:
    """Return the webhooks of the scope's application, as they are stored."""
    return (await hub.store.find(Scope(scope.app), WEBHOOKS, limit=1000)).items
