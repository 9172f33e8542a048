"""Visitors whom nobody knows and who have not come back: found, counted, and erased with all that they did."""

from __future__ import annotations

from hub.core.hub import Hub
from hub.people.collections import CONTACTS
from hub.people.contacts import ids_of
from hub.people.merging.replacing import Replacements
from hub.people.privacy.erasure import ERASE
from hub.people.privacy.keepers import Keepers
from storage.engine import Batch, Document, GuardFailed, Scope, Sort
from storage.engine import Missing as MissingDocument
from storage.filters import Eq, Filter, Lt, Missing, all_of

_SOME = 50
_KNOWN_BY = (
    "email", "custom_id", "phone_number", "name", "first_name", "last_name", "tags", "lists", "companies", "conversations",
    "here",
)  # fmt: skip
"""Whoever has one of these is no stranger: an agent or a program has dealt with them, or they said who they are, or they
are on the website now."""
_TRACES = {"browsers", "pages", "events", "history"}
"""What strangers leave behind; of whom there is anything else (a deal, an answered form, a consent) stays."""


async def erase_visitors(hub: Hub, scope: Scope, before: int, place: str) -> str | None:
    """Erase some of the strangers who were last seen before a moment; return the place to go on from, None behind all."""
    page = await hub.store.find(
        scope, CONTACTS, _strangers(before), sort=Sort("last_seen"), limit=_SOME, cursor=place or None, scan=True
    )
    for contact in page.items:
        if await _left_traces_only(hub, scope, contact):
            await _erase(hub, scope, contact)
    return page.cursor


async def count_visitors(hub: Hub, scope: Scope, before: int) -> int:
    """Return how many strangers were last seen before a moment; a few of them may turn out to be none."""
    return await hub.store.count(scope, CONTACTS, _strangers(before), scan=True)


def _strangers(before: int) -> Filter:
    return all_of(Lt("last_seen", before), *(Missing(field) for field in _KNOWN_BY))


async def _left_traces_only(hub: Hub, scope: Scope, contact: Document) -> bool:
    for keeper in hub.part(Keepers).all:
        async for item in keeper.items(hub, scope, contact):
            if item.kind not in _TRACES:
                return False
    return True


async def _erase(hub: Hub, scope: Scope, contact: Document) -> None:
    """Erase a stranger, unless they come back at this very moment. Nobody asked for it, so there is no proof to keep."""
    batch = Batch(scope)
    batch.guard(CONTACTS, contact["id"], Eq("revision", contact["revision"]))
    batch.release("contact.key", contact["key"])
    batch.delete(CONTACTS, contact["id"])
    await hub.jobs.add(batch, ERASE, {"contacts": ids_of(contact), "late": True})
    try:
        await hub.commit(batch)
    except (GuardFailed, MissingDocument):
        return
    hub.part(Replacements).tell(scope.app, ids_of(contact), None)
