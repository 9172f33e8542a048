"""What chat keeps of letters to somebody who was away: they go where the contact goes, whose conversation they tell of."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence

from hub.chat.collections import DELIVERIES
from hub.core.hub import Hub
from hub.people.contacts import ids_of
from hub.people.privacy.keepers import Item, next_of
from storage.engine import Batch, Document, Result, Scope
from storage.filters import Eq

_CHUNK = 200


class DeliveriesKeeper:
    """Moves, hands out and erases them."""

    async def move(self, hub: Hub, batch: Batch, into: int, others: Sequence[int], limit: int) -> list[Result]:
        """Let the next letters of some contacts be another one's."""
        moved = []
        for document in await next_of(hub, Scope(batch.scope.app), DELIVERIES, "contact", others, limit):
            batch.guard(DELIVERIES, document["id"], Eq("contact", document["contact"]))
            to = document["to"] | ({"id": into} if document["to"]["kind"] == "contact" else {})
            moved.append(batch.patch(DELIVERIES, document["id"], set={"contact": into, "to": to}))
        return moved

    def moved(self, hub: Hub, scope: Scope, documents: list[Document]) -> None:
        """Who looks at letters asks for them."""

    async def items(self, hub: Hub, scope: Scope, contact: Document) -> AsyncIterator[Item]:
        """Yield the letters about a contact's conversations."""
        for id in ids_of(contact):
            async for chunk in hub.store.export(scope, DELIVERIES, Eq("contact", id)):
                for document in chunk:
                    yield Item("deliveries", document)

    async def erase(self, hub: Hub, scope: Scope, contacts: Sequence[int]) -> Counter[str]:
        """Erase the next letters."""
        return await _erase(hub, scope, await next_of(hub, scope, DELIVERIES, "contact", contacts, _CHUNK))


async def erase_deliveries(hub: Hub, scope: Scope, conversation: int) -> Counter[str]:
    """Erase the next letters about a conversation; return how many, nothing when none are left."""
    page = await hub.store.find(scope, DELIVERIES, Eq("conversation", conversation), limit=_CHUNK)
    return await _erase(hub, scope, page.items)


async def _erase(hub: Hub, scope: Scope, documents: list[Document]) -> Counter[str]:
    if not documents:
        return Counter()
    batch = Batch(scope)
    for document in documents:
        batch.delete(DELIVERIES, document["id"])
    await hub.commit(batch)
    return Counter({"deliveries": len(documents)})
