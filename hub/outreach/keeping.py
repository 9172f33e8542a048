"""What this area keeps of a contact: the e-mails that it was sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence

from hub.core.hub import Hub
from hub.outreach.collections import CAMPAIGNS, EMAILS
from hub.people.contacts import ids_of
from hub.people.privacy.keepers import Item, next_of
from storage.engine import Batch, Document, Result, Scope
from storage.filters import Eq

_CHUNK = 200


class OutreachKeeper:
    """E-mails follow their contact, and go with it."""

    async def move(self, hub: Hub, batch: Batch, into: int, others: Sequence[int], limit: int) -> list[Result]:
        """Let the next e-mails of some contacts be another one's."""
        moved = []
        for document in await next_of(hub, Scope(batch.scope.app), EMAILS, "contact", others, limit):
            batch.guard(EMAILS, document["id"], Eq("contact", document["contact"]))
            moved.append(batch.patch(EMAILS, document["id"], set={"contact": into}))
        return moved

    def moved(self, hub: Hub, scope: Scope, documents: list[Document]) -> None:
        """Who looks at e-mails asks for them."""

    async def items(self, hub: Hub, scope: Scope, contact: Document) -> AsyncIterator[Item]:
        """Yield the e-mails to a contact, with the words that they were made of."""
        for id in ids_of(contact):
            async for chunk in hub.store.export(scope, EMAILS, Eq("contact", id)):
                campaigns = await hub.store.get_many(scope, CAMPAIGNS, {each["campaign"] for each in chunk})
                for document in chunk:
                    campaign = campaigns.get(document["campaign"]) or {}
                    yield Item("emails", document | {"content": campaign.get("content")})

    async def erase(self, hub: Hub, scope: Scope, contacts: Sequence[int]) -> Counter[str]:
        """Erase the next e-mails, and the words of those that nobody else got."""
        documents = await next_of(hub, scope, EMAILS, "contact", contacts, _CHUNK)
        if not documents:
            return Counter()
        batch = Batch(scope)
        for document in documents:
            batch.delete(EMAILS, document["id"])
        gone = Counter(each["campaign"] for each in documents)
        for campaign, number in gone.items():
            if await hub.store.count(scope, EMAILS, Eq("campaign", campaign)) == number:
                batch.delete(CAMPAIGNS, campaign)
        await hub.commit(batch)
        return Counter({"emails": len(documents)})
