"""Who of some contacts fulfils conditions: for those who are on the website now, in a few reads for all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.people.collections import CONTACTS
from hub.people.conditions.base import World
from hub.people.conditions.presence import ONLINE
from hub.people.conditions.tree import Group, read_tree, written
from hub.people.looking import counted, uncounted
from hub.people.vocabulary import vocabulary
from storage.engine import Document, Scope

AT_ONCE = 1000
"""Contacts that one read brings."""
_FEW = 50
"""So many contacts may be looked at one by one for what is not counted of them."""

Where = dict[str, Any] | None
"""A tree of conditions as JSON has it; None for everybody."""


async def checked_where(hub: Hub, scope: Scope, where: Where) -> Where:
    """Return conditions that can be asked of contacts, always as a group. Raises InvalidPayload."""
    if where is None:
        return None
    tree = read_tree(where)
    tree.check(World(await vocabulary(hub, scope), hub.clock.now()))
    return written(tree)


async def holds_for(hub: Hub, scope: Scope, where: Where, contact: Document) -> bool:
    """Tell whether conditions hold for a contact that is on the website now; False where they name what is gone."""
    if where is None:
        return True
    try:
        tree, world = read_tree(where), World(await vocabulary(hub, scope), hub.clock.now())
        whole = await counted(hub, scope, contact, uncounted(tree, world))
        return tree.holds({**whole, ONLINE: True}, world)
    except InvalidPayload:
        return False


async def among(hub: Hub, scope: Scope, where: Where, contacts: Sequence[int]) -> AsyncIterator[list[Document]]:
    """Yield those of some contacts, all on the website now, for whom conditions hold: a read for each thousand.

    Raises InvalidPayload where they name what is gone, or ask for what is counted of nobody yet and there are many.
    """
    tree: Group = read_tree({"all": []} if where is None else where)
    world = World(await vocabulary(hub, scope), hub.clock.now())
    missing = uncounted(tree, world)
    if missing and len(contacts) > _FEW:
        raise InvalidPayload(
            "What these conditions ask for is not counted yet. Make a segment of them, and choose the segment here.",
            reason="not_counted",
        )
    for start in range(0, len(contacts), AT_ONCE):
        found = await hub.store.get_many(scope, CONTACTS, contacts[start : start + AT_ONCE])
        some = [await counted(hub, scope, each, missing) if missing else each for each in found.values()]
        yield [each for each in some if tree.holds({**each, ONLINE: True}, world)]
