"""How many a tree of conditions finds while it is being edited: exactly within two seconds, else an estimate."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated, Any

from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_READ
from hub.core.actor import Actor
from hub.core.errors import Conflict, InvalidPayload
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.collections import CONTACTS, KEPT
from hub.people.conditions.base import Need, World
from hub.people.conditions.tree import Group, read_tree
from hub.people.contacts import ContactRef, reference
from hub.people.looking import counted, uncounted
from hub.people.matching import found_by_words
from hub.people.segments.segments import check_subject
from hub.people.standard import Subject
from hub.people.vocabulary import vocabulary
from storage.engine import Document, Scope, Unindexed
from storage.filters import EVERYTHING, Gt, all_of

_PATIENCE = 2.0
_CHUNK = 500
_SHOWN = 10


class NewPreview(Struct, frozen=True, forbid_unknown_fields=True):
    """Conditions and words to be counted. A later preview of the same agent ends an earlier one."""

    where: dict[str, Any] | None = None
    subject: Subject = "contact"
    search: Annotated[str, Meta(max_length=200)] = ""


class Preview(Struct, frozen=True):
    """How many there are, of how many; `exact` where all were looked at; and some of them."""

    count: int
    total: int
    exact: bool
    some: list[ContactRef]


class Previews:
    """The previews that are being counted, one per agent."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._running: dict[tuple[int, str, int], asyncio.Task[Preview]] = {}

    async def only(self, actor: Actor, counting: Any) -> Preview:
        """Count in place of what the same actor was counting. Raises Conflict where a later one takes its place."""
        key = (actor.scope.app, actor.kind, actor.id)
        if earlier := self._running.get(key):
            earlier.cancel()
        task = self._hub.spawn("preview", counting)
        if task is None:
            raise Conflict("The server is stopping.")
        self._running[key] = task
        try:
            found: Preview = await asyncio.shield(task)
            return found
        except asyncio.CancelledError:
            if task.cancelled():
                raise Conflict("A later preview took the place of this one.") from None
            task.cancel()
            raise
        finally:
            if self._running.get(key) is task:
                del self._running[key]


@verb(CONTACTS_READ)
async def preview_segment(hub: Hub, actor: Actor, asked: NewPreview) -> Preview:
    """Return how many contacts conditions find, and some of them. Raises InvalidPayload."""
    words = await vocabulary(hub, actor.scope)
    check_subject(asked.subject)
    world = World(words, hub.clock.now(), asked.subject)
    tree = read_tree({"all": []} if asked.where is None else asked.where)
    tree.check(world)
    text = check_text(asked.search, "search").strip()
    if text and asked.subject != "contact":
        raise InvalidPayload("Words are looked for in contacts only.")
    counting = _search(hub, actor.scope, text, tree, world) if text else _count(hub, actor.scope, tree, world)
    return await hub.part(Previews).only(actor, counting)


async def _count(hub: Hub, scope: Scope, tree: Group, world: World) -> Preview:
    kept = KEPT[world.subject]
    total = await hub.store.count(scope, kept)
    missing = uncounted(tree, world)
    filter = tree.filter(world)
    if not missing:
        try:
            count = await hub.store.count(scope, kept, filter)
            page = await hub.store.find(scope, kept, filter, limit=_SHOWN, scan=True)
            return Preview(count, total, True, [reference(each) for each in page.items])
        except Unindexed:
            pass
    return await _look(hub, scope, tree, world, missing, total)


async def _search(hub: Hub, scope: Scope, text: str, tree: Group, world: World) -> Preview:
    """Count who has these words, newest ids first, until the time is up; the rest is estimated from what was seen."""
    until = time.monotonic() + _PATIENCE
    total = await hub.store.count(scope, CONTACTS)
    missing = uncounted(tree, world)
    newest: int | None = None
    found: list[Document] = []
    count, below = 0, None
    while True:
        part = await found_by_words(hub, scope, text, tree, world, missing, below, _CHUNK, _PATIENCE / 4)
        count += len(part.items)
        found += part.items[: _SHOWN - len(found)]
        if part.place is None:
            return Preview(count, total, True, [reference(each) for each in found])
        newest = newest or (part.items[0]["id"] if part.items else part.place)
        below = part.place
        if time.monotonic() > until:
            seen = max(1, newest - below)
            return Preview(round(count * newest / seen), total, False, [reference(each) for each in found])
        await asyncio.sleep(0)


async def _look(hub: Hub, scope: Scope, tree: Group, world: World, missing: list[Need], total: int) -> Preview:
    """Look at one contact after the other, newest ids last, until the time is up."""
    until = time.monotonic() + _PATIENCE
    found: list[Document] = []
    count = seen = last = 0
    while True:
        page = await hub.store.find(
            scope, KEPT[world.subject], all_of(Gt("id", last), EVERYTHING), limit=_CHUNK, scan=True
        )
        for contact in page.items:
            seen, last = seen + 1, contact["id"]
            if tree.holds(await counted(hub, scope, contact, missing), world):
                count += 1
                found += [contact] if len(found) < _SHOWN else []
        if len(page.items) < _CHUNK:
            return Preview(count, total, True, [reference(each) for each in found])
        if time.monotonic() > until:
            return Preview(round(count * total / seen), total, False, [reference(each) for each in found])
        await asyncio.sleep(0)
