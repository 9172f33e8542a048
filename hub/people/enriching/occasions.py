"""When somebody is identified, a job enriches them a moment later: never in the path of what they do."""

from __future__ import annotations

from typing import Literal

from hub.core.hub import Hub
from hub.core.kept import Kept
from hub.core.past import QUIET
from hub.people.collections import ENRICHMENT
from storage.engine import Batch, Scope

Occasion = Literal["demand", "identification", "bulk"]
SWITCHES: dict[Occasion, str] = {
    "demand": "on_demand", "identification": "on_identification", "bulk": "in_bulk",
}  # fmt: skip
"""occasion → the field of the setting that allows it"""

ONE = "enriching.one"


class Occasions(Kept[bool]):
    """Which applications enrich whoever is identified, kept in memory because every identification asks."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub, "enrichment", _wanted)


async def _wanted(hub: Hub, scope: Scope) -> bool:
    document = await hub.store.get(scope, ENRICHMENT, scope.app) or {}
    return bool(document.get("key") and document.get("on_identification"))


async def identified(hub: Hub, batch: Batch, contact: int) -> None:
    """Put what follows from a contact's first address into the batch that gives it the address."""
    if not QUIET.get() and await hub.part(Occasions).of(batch.scope.app):
        await hub.jobs.add(batch, ONE, {"contact": contact, "occasion": "identification", "tries": 0})
