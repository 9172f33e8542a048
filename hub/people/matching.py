"""Whom a question finds, part by part: for work on all of them, and for search, which is looked through newest first.

A question is fixed when it is asked: its conditions, its words, its moment and the highest id. Each contact is asked when
its turn comes. So memory stays flat whatever is found, whoever comes later is not surprised, and whoever has stopped to
match before its turn is left alone.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.people.collections import CONTACTS, KEPT
from hub.people.conditions.base import Need, World
from hub.people.conditions.tree import Group, read_tree
from hub.people.looking import counted, uncounted
from hub.people.vocabulary import vocabulary
from storage.engine import Document, Page, Scope
from storage.filters import EVERYTHING, Filter, Gt, Lte, all_of, one_of

_SEARCHED = 500
"""Documents of one question to the store's search, before conditions narrow it."""


class Question(Struct, frozen=True):
    """Who is meant: by conditions and words, or by name; `last` is the highest id there was."""

    now: int
    last: int
    where: dict[str, Any] | None = None
    search: str = ""
    contacts: list[int] | None = None


class Part(Struct, frozen=True):
    """Some of them, and the place to go on from; None where there are no more."""

    items: list[Document]
    place: int | None


async def next_part(
    hub: Hub, scope: Scope, question: Question, place: int, limit: int, also: Filter = EVERYTHING
) -> Part:
    """Return the next of those who match, and of whom `also` holds; `place` is 0 for the first ones.

    A part may be empty and still have a place to go on from. Raises InvalidPayload where a condition names what is gone.
    """
    if question.contacts is not None:
        named = sorted(id for id in question.contacts if id > place)[:limit]
        found = await hub.store.find(scope, CONTACTS, all_of(one_of("id", named), also), limit=limit, scan=True)
        return Part(found.items, named[-1] if named else None)
    world = World(await vocabulary(hub, scope), question.now)
    tree = read_tree({"all": []} if question.where is None else question.where)
    missing = uncounted(tree, world)
    if question.search:
        below = place or question.last + 1
        return await found_by_words(hub, scope, question.search, tree, world, missing, below, limit)
    bounds = (Gt("id", place), Lte("id", question.last))
    if not missing:
        page = await hub.store.find(scope, CONTACTS, all_of(*bounds, also, tree.filter(world)), limit=limit, scan=True)
        return Part(page.items, page.items[-1]["id"] if len(page.items) == limit else None)
    page = await hub.store.find(scope, CONTACTS, all_of(*bounds, also), limit=limit, scan=True)
    holds = [each for each in page.items if tree.holds(await counted(hub, scope, each, missing), world)]
    return Part(holds, page.items[-1]["id"] if len(page.items) == limit else None)


async def found_by_words(
    hub: Hub,
    scope: Scope,
    text: str,
    tree: Group,
    world: World,
    missing: list[Need],
    below: int | None,
    limit: int,
    patience: float = 1.0,
) -> Part:
    """Return who has these words and fulfils the conditions, newest first; short when it takes longer than `patience`.

    Contacts or companies, as the world says.
    """
    kept = KEPT[world.subject]
    until = time.monotonic() + patience
    found: list[Document] = []
    while True:
        some = await hub.store.search(scope, kept, text, limit=_SEARCHED, below=below)
        for each in some:
            below = each["id"]
            if tree.holds(await counted(hub, scope, each, missing), world):
                found.append(each)
                if len(found) == limit:
                    return Part(found, below)
        if len(some) < _SEARCHED:
            return Part(found, None)
        if time.monotonic() > until:
            return Part(found, below)
        await asyncio.sleep(0)


async def page_by_words(
    hub: Hub,
    scope: Scope,
    text: str,
    tree: Group,
    world: World,
    limit: int,
    cursor: str | None,
    missing: Sequence[Need] = (),
) -> Page:
    """Return a page of who has these words and fulfils the conditions, newest first; it may be short and still go on.

    Raises InvalidPayload for a cursor of another list.
    """
    part = await found_by_words(hub, scope, text, tree, world, list(missing), _below(cursor), limit)
    return Page(part.items, None if part.place is None else f"below:{part.place}")


def _below(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    word, _, number = cursor.partition(":")
    if word != "below" or not number.isdecimal() or len(number) > 18:
        raise InvalidPayload("This cursor belongs to another list.", reason="cursor")
    return int(number)
