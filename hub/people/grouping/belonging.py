"""Which group contacts belong to, for areas that route what comes from them."""

from __future__ import annotations

from collections.abc import Iterable

from hub.core.hub import Hub
from hub.people.collections import CONTACTS
from hub.people.segments.members import GROUP
from storage.engine import Batch, Result, Scope
from storage.filters import In


def group_in(batch: Batch, contact: int, otherwise: int | None) -> Result:
    """Return what stands, in later steps of a batch, for the group of a contact at that moment, else for `otherwise`."""
    return batch.look(CONTACTS, contact, GROUP, otherwise)


async def groups_of_contacts(hub: Hub, scope: Scope, contacts: Iterable[int]) -> dict[int, int]:
    """Return the groups of those contacts that belong to one."""
    found = await hub.store.get_many(scope, CONTACTS, contacts)
    return {id: contact[GROUP] for id, contact in found.items() if contact.get(GROUP) is not None}


async def segments_of_contacts(hub: Hub, scope: Scope, contacts: Iterable[int]) -> dict[int, frozenset[int]]:
    """Return the segments that contacts are in, by contact."""
    found = await hub.store.get_many(scope, CONTACTS, contacts)
    return {id: frozenset(contact.get("segments") or ()) for id, contact in found.items()}


async def members_of(hub: Hub, scope: Scope, segments: Iterable[int], most: int) -> list[int] | None:
    """Return the contacts that are in one of the segments; None where they are more than `most`."""
    inside = In("segments", tuple(segments))
    if await hub.store.count(scope, CONTACTS, inside) > most:
        return None
    page = await hub.store.find(scope, CONTACTS, inside, limit=most)
    return [each["id"] for each in page.items]
