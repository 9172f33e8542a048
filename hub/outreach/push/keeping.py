"""What push messages keep of a contact: the browsers that take them."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence

from hub.core.hub import Hub
from hub.outreach.collections import PUSH_DEVICES
from hub.outreach.push.devices import forget_device
from hub.people.contacts import ids_of
from hub.people.privacy.keepers import Item, next_of
from storage.engine import Batch, Document, Result, Scope
from storage.filters import Eq

_CHUNK = 200


class PushKeeper:
    """Browsers follow their contact, and go with it."""

    async def move(self, hub: Hub, batch: Batch, into: int, others: Sequence[int], limit: int) -> list[Result]:
        """Let the next browsers of some contacts be another one's."""
        moved = []
        for document in await next_of(hub, Scope(batch.scope.app), PUSH_DEVICES, "contact", others, limit):
            batch.guard(PUSH_DEVICES, document["id"], Eq("contact", document["contact"]))
            moved.append(batch.patch(PUSH_DEVICES, document["id"], set={"contact": into}))
        return moved

    def moved(self, hub: Hub, scope: Scope, documents: list[Document]) -> None:
        """Nobody looks at them."""

    async def items(self, hub: Hub, scope: Scope, contact: Document) -> AsyncIterator[Item]:
        """Yield the browsers of a contact."""
        for id in ids_of(contact):
            async for chunk in hub.store.export(scope, PUSH_DEVICES, Eq("contact", id)):
                for document in chunk:
                    yield Item("push_devices", document)

    async def erase(self, hub: Hub, scope: Scope, contacts: Sequence[int]) -> Counter[str]:
        """Erase the next browsers."""
        documents = await next_of(hub, scope, PUSH_DEVICES, "contact", contacts, _CHUNK)
        batch = Batch(scope)
        for document in documents:
            forget_device(hub, batch, document)
        if documents:
            await hub.commit(batch)
        return Counter({"push_devices": len(documents)}) if documents else Counter()
