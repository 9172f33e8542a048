"""What is forgotten: deliveries after thirty days or with their webhook, and what they told of contacts that are erased."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Any

from hub.core.hub import Hub
from hub.people.contacts import ids_of
from hub.people.privacy.keepers import Item
from hub.webhooks.collections import DELIVERIES, WEBHOOKS
from hub.webhooks.spreading import CLAIM
from storage.engine import Batch, Document, Result, Scope, Sort
from storage.filters import Eq, Lt, all_of

FORGET = "webhooks.forget"
DAY = 86_400_000
KEPT = 30 * DAY
_SOME, _MOST = 200, 20


async def forget(hub: Hub, _: Scope, payload: dict[str, Any]) -> None:
    """Delete the deliveries of a webhook that are old, or all where it is gone (a job); once a day while it is there."""
    scope, id = Scope(payload["app"]), payload["webhook"]
    there = await hub.store.get(scope, WEBHOOKS, id) is not None
    old = all_of(Eq("webhook", id), Lt("at", hub.clock.now() - KEPT)) if there else Eq("webhook", id)
    more = True
    for _turn in range(_MOST):
        found = (await hub.store.find(scope, DELIVERIES, old, sort=Sort("at"), limit=_SOME)).items
        if found:
            await _delete(hub, scope, found)
        more = len(found) == _SOME
        if not more:
            break
    if there or more:
        batch = Batch(scope)
        await hub.jobs.add(batch, FORGET, payload, after=1_000 if more else DAY)
        await hub.commit(batch)


async def _delete(hub: Hub, scope: Scope, deliveries: list[Document]) -> None:
    batch = Batch(scope)
    for each in deliveries:
        batch.release(CLAIM, f"{each['webhook']}:{each['name']}")
        batch.delete(DELIVERIES, each["id"])
    await hub.commit(batch)


class WebhooksKeeper:
    """Deliveries tell of contacts; what was told stays as it was told, until it is forgotten."""

    async def move(self, hub: Hub, batch: Batch, into: int, others: Sequence[int], limit: int) -> list[Result]:
        """Nothing moves: a delivery is what was sent."""
        return []

    def moved(self, hub: Hub, scope: Scope, documents: list[Document]) -> None:
        """Nobody looks at it."""

    async def items(self, hub: Hub, scope: Scope, contact: Document) -> AsyncIterator[Item]:
        """Yield what programs were told of a contact."""
        seen: set[int] = set()
        for id in ids_of(contact):
            async for chunk in hub.store.export(scope, DELIVERIES, Eq("contacts", id)):
                for each in chunk:
                    if each["id"] not in seen:
                        seen.add(each["id"])
                        yield Item(
                            "webhook deliveries", {name: each[name] for name in ("id", "webhook", "kind", "at", "body")}
                        )

    async def erase(self, hub: Hub, scope: Scope, contacts: Sequence[int]) -> Counter[str]:
        """Delete the next deliveries that tell of some contacts, also those that were not sent yet."""
        for id in contacts:
            found = (await hub.store.find(scope, DELIVERIES, Eq("contacts", id), limit=_SOME)).items
            if found:
                await _delete(hub, scope, found)
                return Counter({"webhook deliveries": len(found)})
        return Counter()
