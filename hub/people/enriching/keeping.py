"""What enrichment keeps of a contact beside its document: that a run which has not ended names it."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence

from hub.core.hub import Hub
from hub.people.collections import ENRICHMENT_RUNS
from hub.people.contacts import ids_of
from hub.people.privacy.keepers import Item
from storage.engine import Batch, Document, Result, Scope
from storage.filters import Eq, Not, all_of, one_of


class EnrichingKeeper:
    """Runs are few, and those that name contacts end within days."""

    async def move(self, hub: Hub, batch: Batch, into: int, others: Sequence[int], limit: int) -> list[Result]:
        """Nothing moves: a run asks for whoever stands there when its turn comes."""
        return []

    def moved(self, hub: Hub, scope: Scope, documents: list[Document]) -> None:
        """Nobody looks at it."""

    async def items(self, hub: Hub, scope: Scope, contact: Document) -> AsyncIterator[Item]:
        """Yield the runs that name a contact."""
        ids = set(ids_of(contact))
        async for run in _naming(hub, scope, list(ids)):
            for id in ids.intersection(run["contacts"]):
                yield Item("enrichment runs", {"run": run["id"], "contact": id})

    async def erase(self, hub: Hub, scope: Scope, contacts: Sequence[int]) -> Counter[str]:
        """Take some contacts out of all runs."""
        gone, found = set(contacts), 0
        async for run in _naming(hub, scope, contacts):
            batch = Batch(scope)
            batch.guard(ENRICHMENT_RUNS, run["id"], Not(Eq("contacts", None)))
            left = [id for id in run["contacts"] if id not in gone]
            batch.patch(ENRICHMENT_RUNS, run["id"], set={"contacts": left})
            await hub.commit(batch)
            found += len(run["contacts"]) - len(left)
        return Counter({"enrichment runs": found}) if found else Counter()


async def _naming(hub: Hub, scope: Scope, contacts: Sequence[int]) -> AsyncIterator[Document]:
    named = all_of(one_of("contacts", contacts), one_of("state", ("running", "paused", "stopped")))
    async for chunk in hub.store.export(scope, ENRICHMENT_RUNS, named):
        for run in chunk:
            yield run
