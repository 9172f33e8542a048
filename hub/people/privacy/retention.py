"""How long data is kept: rules per kind, applied once a day in chunks."""

from __future__ import annotations

import time
from typing import Annotated, Any

from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_PRIVACY
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.collections import ANSWERED, CONTACTS, EVENTS, PAGES, RETENTION
from hub.people.contacts import ids_of
from hub.people.privacy.keepers import Keepers
from hub.people.values import DAY
from storage.engine import Batch, Scope, Stream
from storage.filters import Gt

APPLY = "retention.apply"
_CHUNK = 200
_TURN = 20.0
_AFTER_MIDNIGHT = 300_000

Days = Annotated[int, Meta(ge=1, le=36_500)] | None


class Retention(Struct, frozen=True, forbid_unknown_fields=True):
    """After how many days each kind of data is erased; null keeps it.

    conversations  those closed for so long, with their files
    answers        what people answered to forms
    visitors       those of whom nothing is known but where they were and what they did there, and who have not come back
    """

    pages: Days = None
    events: Days = None
    conversations: Days = None
    answers: Days = None
    visitors: Days = None


KINDS = Retention.__struct_fields__
_STREAMS: dict[str, Stream] = {"pages": PAGES, "events": EVENTS, "answers": ANSWERED}
"""kind → the stream of it that each contact has"""


@verb(CONTACTS_PRIVACY)
async def get_retention(hub: Hub, actor: Actor) -> Retention:
    """Return after how many days data is erased."""
    document = await hub.store.get(actor.scope, RETENTION, actor.scope.app) or {}
    return Retention(*(document.get(kind) for kind in KINDS))


@verb(CONTACTS_PRIVACY)
async def set_retention(hub: Hub, actor: Actor, rules: Retention) -> Retention:
    """Say after how many days data is erased; it happens every night (UTC)."""
    days = {kind: getattr(rules, kind) for kind in KINDS}
    batch = Batch(actor.scope)
    if await hub.store.get(actor.scope, RETENTION, actor.scope.app) is None:
        batch.insert(RETENTION, {"id": actor.scope.app, **days})
    else:
        batch.patch(RETENTION, actor.scope.app, set=days)
    await hub.commit(batch)
    await _order(hub, actor.scope.app)
    return rules


async def _order(hub: Hub, app: int) -> None:
    """Have the rules applied at the next midnight (UTC), once however often somebody asks."""
    now = hub.clock.now()
    tomorrow = now // DAY * DAY + DAY
    payload = {"app": app, "midnight": tomorrow}
    wait = tomorrow + _AFTER_MIDNIGHT - now
    await hub.jobs.add_once(f"{APPLY}:{app}:{rfc3339(tomorrow)[:10]}", APPLY, payload, after=wait)


async def apply_rules(hub: Hub, _: Scope, payload: dict[str, Any]) -> None:
    """Erase what is older than the rules say, as far as a turn goes, and hand over to the next (a job)."""
    app = payload["app"]
    scope = Scope(app)
    rules = await hub.store.get(scope, RETENTION, app) or {}
    if not any(rules.get(kind) for kind in KINDS):
        return  # when there are rules again, they order this again
    until = time.monotonic() + _TURN
    after: int | None = payload.get("after", 0)
    while after is not None and time.monotonic() < until:
        after = await _streams(hub, scope, rules, after)
    places: dict[str, str | None] = dict(payload.get("places") or {})
    if after is None and await _age(hub, scope, rules, places, until):
        await _order(hub, app)
        return
    batch = Batch(scope)
    rest = {"after": after if after is not None else 2**53, "places": places}
    await hub.jobs.add(batch, APPLY, payload | rest)
    await hub.commit(batch)


async def _age(hub: Hub, scope: Scope, rules: dict[str, Any], places: dict[str, str | None], until: float) -> bool:
    """Erase what is no stream of a contact, each kind from its place on; return whether all of it is done."""
    for kind, ageing in hub.part(Keepers).ageing.items():
        place = places.get(kind, "")
        while rules.get(kind) and place is not None:
            if time.monotonic() > until:
                return False
            place = places[kind] = await ageing.erase_old(hub, scope, hub.clock.now() - rules[kind] * DAY, place)
    return True


async def _streams(hub: Hub, scope: Scope, rules: dict[str, Any], after: int) -> int | None:
    """Erase old records of the next contacts; return the last one, or None behind all of them."""
    page = await hub.store.find(scope, CONTACTS, Gt("id", after), limit=_CHUNK)
    ids = [id for contact in page.items for id in ids_of(contact)]
    for kind, stream in _STREAMS.items():
        if rules.get(kind):
            before = hub.clock.now() - rules[kind] * DAY
            for id in await hub.store.heads(scope, stream, ids):
                await _erase_before(hub, scope, stream, id, before)
    return page.items[-1]["id"] if len(page.items) == _CHUNK else None


async def _erase_before(hub: Hub, scope: Scope, stream: Stream, id: int, before: int) -> None:
    """Erase the records at the front of a list that are older than a moment."""
    while records := await hub.store.read(scope, stream, id, limit=_CHUNK):
        young = next((place for place, record in enumerate(records) if record["at"] >= before), len(records))
        if young:
            await hub.store.erase(scope, stream, id, through=records[young - 1]["position"], limit=_CHUNK)
        if young < len(records):
            return
