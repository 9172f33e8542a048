"""What the people area keeps of a contact beside its document: its browsers, what it did, and what else happened to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence

from hub.core.hub import Hub
from hub.people.collections import ANSWERED, BROWSERS, CONSENTS, EVENTS, HISTORY, MERGED, PAGES, TALKS
from hub.people.contacts import ids_of
from hub.people.privacy.keepers import Item, next_of
from storage.engine import Batch, Document, Result, Scope, Stream
from storage.filters import Eq

_CHUNK = 200
STREAMS: dict[str, Stream] = {
    "pages": PAGES, "events": EVENTS, "history": HISTORY, "talks": TALKS, "consents": CONSENTS,
    "answered forms": ANSWERED,
}  # fmt: skip


class PeopleKeeper:
    """Browsers move to the contact that stands in the place of theirs; streams stay, and are read with its own."""

    async def move(self, hub: Hub, batch: Batch, into: int, others: Sequence[int], limit: int) -> list[Result]:
        """Let the next browsers of some contacts be another one's, and ids that led to these lead there at once."""
        scope = Scope(batch.scope.app)
        moved = []
        for collection, field in ((BROWSERS, "contact"), (MERGED, "merged_into")):
            for document in await next_of(hub, scope, collection, field, others, limit):
                batch.guard(collection, document["id"], Eq(field, document[field]))
                moved.append(batch.patch(collection, document["id"], set={field: into}))
        return moved

    def moved(self, hub: Hub, scope: Scope, documents: list[Document]) -> None:
        """Nobody looks at browsers."""

    async def items(self, hub: Hub, scope: Scope, contact: Document) -> AsyncIterator[Item]:
        """Yield browsers, pages, events and history."""
        for browser in (await hub.store.find(scope, BROWSERS, Eq("contact", contact["id"]), limit=1000)).items:
            yield Item("browsers", {"id": browser["id"], "created": browser["created"]})
        for kind, stream in STREAMS.items():
            for id in ids_of(contact):
                async for record in records_of(hub, scope, stream, id):
                    yield Item(kind, record)

    async def erase(self, hub: Hub, scope: Scope, contacts: Sequence[int]) -> Counter[str]:
        """Erase the next records, browsers and stubs; the keys that browsers are known by go with them."""
        for kind, stream in STREAMS.items():
            for id in contacts:
                if erased := await hub.store.erase(scope, stream, id, limit=_CHUNK):
                    return Counter({kind: erased})
        if browsers := await next_of(hub, scope, BROWSERS, "contact", contacts, _CHUNK):
            batch = Batch(scope)
            for browser in browsers:
                if browser.get("token"):
                    batch.release("browser.token", browser["token"])
                batch.delete(BROWSERS, browser["id"])
            await hub.commit(batch)
            return Counter({"browsers": len(browsers)})
        if stubs := await hub.store.get_many(scope, MERGED, contacts):
            batch = Batch(scope)
            for id in stubs:
                batch.delete(MERGED, id)
            await hub.commit(batch)
            return Counter({"merged contacts": len(stubs)})
        return Counter()


async def records_of(hub: Hub, scope: Scope, stream: Stream, key: int) -> AsyncIterator[Document]:
    """Yield the records of a list, oldest first."""
    after = 0
    while records := await hub.store.read(scope, stream, key, after=after, limit=500):
        for record in records:
            yield record
        after = records[-1]["position"]
