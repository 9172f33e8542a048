"""Conditions that contacts keep no count for yet: answered by looking at what each contact did.

A segment makes contacts keep what it asks for. A filter or a preview asks before anybody does.
"""

from __future__ import annotations

import asyncio
import time

from hub.core.hub import Hub
from hub.people.collections import CONTACTS
from hub.people.conditions.base import Need, World
from hub.people.conditions.tree import Group
from hub.people.segments.building import counted_now
from hub.people.segments.needs import needs_of
from storage.engine import Document, Page, Scope, Sort
from storage.filters import EVERYTHING

_PATIENCE = 1.0
"""Seconds after which a page goes out as it is; its cursor goes on where the looking ended."""


def uncounted(tree: Group, world: World) -> list[Need]:
    """Return what the conditions ask for and contacts do not keep."""
    known = needs_of(world.words).deepest
    return [need for need in tree.needs(world) if (need.source or need.nth > 1) and known.get(need.key, 0) < need.nth]


async def counted(hub: Hub, scope: Scope, contact: Document, missing: list[Need]) -> Document:
    """Return the contact as it would be if it had kept what is missing."""
    if not missing or not _may_hold(contact, missing):
        return contact
    counts = await counted_now(hub, scope, contact, missing)
    known = contact.get("counted") or []
    return {
        **contact,
        "counts": {**(contact.get("counts") or {}), **counts},
        "counted": [*known, *(key for key in counts if key not in known)],
    }


async def look_for(
    hub: Hub, scope: Scope, tree: Group, world: World, missing: list[Need], sort: Sort, limit: int, cursor: str | None
) -> Page:
    """Return a page of the contacts for whom the conditions hold. Raises ValueError for a cursor of another list.

    A page may be short, or empty, and still have a cursor: then there is more to look at.
    """
    until = time.monotonic() + _PATIENCE
    found: list[Document] = []
    while True:
        page = await hub.store.find(
            scope, CONTACTS, EVERYTHING, sort=sort, limit=limit - len(found), cursor=cursor, scan=True
        )
        found += [each for each in page.items if tree.holds(await counted(hub, scope, each, missing), world)]
        cursor = page.cursor
        # Not to the last place: that would read a few at a time.
        if cursor is None or len(found) > limit * 3 // 4 or time.monotonic() > until:
            return Page(found, cursor)
        await asyncio.sleep(0)


def _may_hold(contact: Document, missing: list[Need]) -> bool:
    """Whether there is anything in the contact's streams that could be counted."""
    return any(
        contact.get("page_views") if need.source and need.source.kind == "page" else contact.get("counted")
        for need in missing
    )
