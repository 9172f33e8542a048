"""What is kept of the people whose mails came in: how each mail was read. Their words are messages of the chat."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Any

from hub.core.hub import Hub
from hub.outreach.collections import MAILS
from hub.outreach.inbox.marking import KEY
from hub.people.contacts import ids_of
from hub.people.privacy.keepers import Item, next_of
from storage.engine import Batch, Document, Result, Scope
from storage.filters import Eq

_CHUNK = 200


class MailsKeeper:
    """Mails that came in follow their contact, and go with it."""

    async def move(self, hub: Hub, batch: Batch, into: int, others: Sequence[int], limit: int) -> list[Result]:
        """Let the next mails of some contacts be another one's."""
        moved = []
        for document in await next_of(hub, Scope(batch.scope.app), MAILS, "contact", others, limit):
            batch.guard(MAILS, document["id"], Eq("contact", document["contact"]))
            moved.append(batch.patch(MAILS, document["id"], set={"contact": into}))
        return moved

    def moved(self, hub: Hub, scope: Scope, documents: list[Document]) -> None:
        """Who looks at mails asks for them."""

    async def items(self, hub: Hub, scope: Scope, contact: Document) -> AsyncIterator[Item]:
        """Yield the mails that came from a contact, or tell of its address."""
        for id in ids_of(contact):
            async for chunk in hub.store.export(scope, MAILS, Eq("contact", id)):
                for document in chunk:
                    yield Item("mails", document)

    async def erase(self, hub: Hub, scope: Scope, contacts: Sequence[int]) -> Counter[str]:
        """Erase the next mails."""
        documents = await next_of(hub, scope, MAILS, "contact", contacts, _CHUNK)
        if documents:
            await _forget(hub, scope, documents)
        return Counter({"mails": len(documents)} if documents else {})


async def forget_mail(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Forget a mail of somebody whom nobody knows (a job)."""
    document = await hub.store.get(scope, MAILS, payload["mail"])
    if document is not None and document["contact"] is None:
        await _forget(hub, scope, [document])


async def _forget(hub: Hub, scope: Scope, documents: list[Document]) -> None:
    batch = Batch(scope)
    for document in documents:
        batch.delete(MAILS, document["id"])
        batch.release(KEY, document["key"])
    await hub.commit(batch)
