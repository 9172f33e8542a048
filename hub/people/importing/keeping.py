"""What imports keep of a contact: which of them made it, and the values that they changed, with those before."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence

from hub.core.hub import Hub
from hub.people.collections import IMPORT_CHUNKS
from hub.people.contacts import ids_of
from hub.people.privacy.keepers import Item
from storage.engine import Batch, Document, Result, Scope
from storage.filters import Gt

_CHUNK = 20
"""Chunks in one read: each may hold the values of thousands of contacts."""


class ImportsKeeper:
    """Chunks are found by looking through them: they are few, and gone thirty days after their import."""

    async def move(self, hub: Hub, batch: Batch, into: int, others: Sequence[int], limit: int) -> list[Result]:
        """Nothing moves: an import is taken back only from contacts that nobody has touched since."""
        return []

    def moved(self, hub: Hub, scope: Scope, documents: list[Document]) -> None:
        """Nobody looks at it."""

    async def items(self, hub: Hub, scope: Scope, contact: Document) -> AsyncIterator[Item]:
        """Yield what imports did to a contact."""
        ids = set(ids_of(contact))
        async for chunk in _chunks(hub, scope):
            for id in ids.intersection(chunk.get("created") or ()):
                yield Item("imports", {"import": chunk["import"], "contact": id, "created": True})
            for change in chunk.get("changed") or ():
                if change[0] in ids:
                    yield Item("imports", {"import": chunk["import"], "contact": change[0], "values": change[1:]})

    async def erase(self, hub: Hub, scope: Scope, contacts: Sequence[int]) -> Counter[str]:
        """Take some contacts out of all chunks."""
        ids, found = set(contacts), 0
        async for chunk in _chunks(hub, scope):
            created = [id for id in chunk.get("created") or () if id not in ids]
            changed = [change for change in chunk.get("changed") or () if change[0] not in ids]
            taken = len(chunk.get("created") or ()) + len(chunk.get("changed") or ()) - len(created) - len(changed)
            if taken:
                batch = Batch(scope)
                batch.guard(IMPORT_CHUNKS, chunk["id"])
                batch.patch(IMPORT_CHUNKS, chunk["id"], set={"created": created, "changed": changed})
                await hub.commit(batch)
                found += taken
        return Counter({"imports": found}) if found else Counter()


async def _chunks(hub: Hub, scope: Scope) -> AsyncIterator[Document]:
    last = 0
    while found := (await hub.store.find(scope, IMPORT_CHUNKS, Gt("id", last), limit=_CHUNK)).items:
        for chunk in found:
            yield chunk
        last = found[-1]["id"]
