"""How much rules of retention would erase: counted exactly where that is quick, else estimated from a part."""

from __future__ import annotations

import asyncio
import time
from collections import Counter

from msgspec import Struct

from hub.accounts.grants import CONTACTS_PRIVACY
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.collections import CONTACTS, EVENTS, PAGES
from hub.people.contacts import ids_of
from hub.people.privacy.keepers import Keepers
from hub.people.privacy.retention import Retention
from hub.people.values import DAY
from storage.engine import Document, Scope, Stream
from storage.filters import Gt

_CHUNK = 200
_PATIENCE = 2.0


class WouldErase(Struct, frozen=True):
    """How many of each kind; `exact` where all contacts were looked at. A kind without a rule is 0."""

    pages: int
    events: int
    conversations: int
    answers: int
    visitors: int
    exact: bool


@verb(CONTACTS_PRIVACY)
async def preview_retention(hub: Hub, actor: Actor, rules: Retention) -> WouldErase:
    """Return how much rules would erase the next night; nothing is changed."""
    scope, now = Scope(actor.scope.app), hub.clock.now()
    before = {
        kind: (stream, now - days * DAY)
        for kind, stream, days in (("pages", PAGES, rules.pages), ("events", EVENTS, rules.events))
        if days
    }
    old = {
        kind: await ageing.count_old(hub, scope, now - days * DAY) if (days := getattr(rules, kind)) else 0
        for kind, ageing in hub.part(Keepers).ageing.items()
    }
    counts, share = await _look(hub, scope, before) if before else (Counter[str](), 1.0)
    return WouldErase(
        pages=round(counts["pages"] / share), events=round(counts["events"] / share), exact=share == 1.0, **old,
    )  # fmt: skip


async def _look(hub: Hub, scope: Scope, before: dict[str, tuple[Stream, int]]) -> tuple[Counter[str], float]:
    """Return what was found, and the share of the contacts that was looked at."""
    until = time.monotonic() + _PATIENCE
    counts: Counter[str] = Counter()
    seen = last = 0
    while True:
        page = await hub.store.find(scope, CONTACTS, Gt("id", last), limit=_CHUNK)
        for contact in page.items:
            await _count(hub, scope, before, contact, counts)
            seen, last = seen + 1, contact["id"]
            if time.monotonic() > until:
                total = await hub.store.count(scope, CONTACTS)
                return counts, min(1.0, seen / max(1, total))
        if len(page.items) < _CHUNK:
            return counts, 1.0
        await asyncio.sleep(0)


async def _count(
    hub: Hub, scope: Scope, before: dict[str, tuple[Stream, int]], contact: Document, counts: Counter[str]
) -> None:
    """Count the records at the front of the lists of a contact that are older than the rules say."""
    for kind, (stream, moment) in before.items():
        for id in await hub.store.heads(scope, stream, ids_of(contact)):
            after = 0
            while records := await hub.store.read(scope, stream, id, after=after, limit=_CHUNK):
                old = next((place for place, each in enumerate(records) if each["at"] >= moment), len(records))
                counts[kind] += old
                if old < len(records):
                    break
                after = records[-1]["position"]
