"""When somebody is identified, a job enriches them a moment later: never in the path of what they do."""

from __future__ import annotations

import time
from typing import Literal

from hub.core.hub import Hub
from hub.core.past import QUIET
from hub.people.collections import ENRICHMENT
from storage.engine import Batch, Scope

Occasion = Literal["demand", "identification", "bulk"]
SWITCHES: dict[Occasion, str] = {
    "demand": "on_demand", "identification": "on_identification", "bulk": "in_bulk",
}  # fmt: skip
"""occasion → the field of the setting that allows it"""

ONE = "enriching.one"
CHANNEL = "enrichment"
_STALE = 10.0
"""Seconds after which another node's change is known for certain."""


class Occasions:
    """Which applications enrich whoever is identified, held in memory because every identification asks."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._known: dict[int, tuple[float, bool]] = {}
        hub.bus.subscribe(CHANNEL, lambda body: self._drop(int(body)))

    async def wanted(self, scope: Scope) -> bool:
        """Tell whether an application enriches whoever is identified."""
        known = self._known.get(scope.app)
        if known is None or known[0] < time.monotonic():
            document = await self._hub.store.get(scope, ENRICHMENT, scope.app) or {}
            is_on = bool(document.get("key") and document.get("on_identification"))
            known = self._known[scope.app] = (time.monotonic() + _STALE, is_on)
        return known[1]

    def changed(self, app: int) -> None:
        """Forget what was read of an application, here and on the other nodes."""
        self._drop(app)
        self._hub.bus.publish(CHANNEL, str(app).encode())

    def _drop(self, app: int) -> None:
        self._known.pop(app, None)


async def identified(hub: Hub, batch: Batch, contact: int) -> None:
    """Put what follows from a contact's first address into the batch that gives it the address."""
    if not QUIET.get() and await hub.part(Occasions).wanted(batch.scope):
        await hub.jobs.add(batch, ONE, {"contact": contact, "occasion": "identification", "tries": 0})
