"""Enriches all that conditions find: a durable job that shows how far it is, rests, goes on, and stops at the quota.

Some are asked for at the same time; then the run moves behind them. One that is killed in between asks again only for
those whose answers were not written: the others were asked for since the run began.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from hub.accounts.grants import ENRICHMENT_MANAGE, SYSTEM
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import Conflict, HubError, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.collections import ENRICHMENT_RUNS, KEPT
from hub.people.conditions.base import World
from hub.people.conditions.tree import read_tree, written
from hub.people.enriching.enriching import Outcome, Question, enrich
from hub.people.enriching.setting import stored_setting
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Document, GuardFailed, Scope, Sort
from storage.filters import EVERYTHING, Eq, Filter, Gt, In, all_of, one_of

RUN = "enriching.run"
_AT_ONCE = 5
_TURN = 20.0
_MOST = 1_000
"""Contacts that are named one by one; more are found by conditions."""
_TRIES = (5_000, 60_000, 300_000, 1_800_000)
"""Milliseconds until a run goes on where the provider does not work; then it stops by itself."""
_BUSY = 5_000
_COUNTED = {
    "found": "found", "none": "none", "waiting": "waiting", "recent": "skipped", "no_consent": "skipped",
    "nothing_to_ask": "skipped", "unfit": "failed",
}  # fmt: skip
"""status of one → what it counts as"""

Id = Annotated[int, Meta(ge=1, le=2**53)]
State = Literal["running", "paused", "stopped", "cancelled", "done"]


class NewRun(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to enrich: a segment, those that conditions find, or contacts whose ids are named.

    With `force` also those who were asked for lately. `subject` says what the conditions find.
    """

    subject: Literal["contact", "company"] = "contact"
    segment: Id | None = None
    where: dict[str, Any] | None = None
    contacts: Annotated[list[Id], Meta(min_length=1, max_length=_MOST)] | None = None
    force: bool = False


class RunRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which run."""

    run: Id


class EnrichmentRun(Struct, frozen=True):
    """A run and how far it has come. `skipped` were asked for lately, forbid it, or have nothing to be found by.

    `stopped` has a `reason`, what came of the last one, and a `problem`, the same for people: the quota is used up, the
    key is refused or the provider does not work. It may go on.
    """

    id: int
    subject: str
    segment: int | None
    state: State
    total: int
    done: int
    found: int
    none: int
    waiting: int
    skipped: int
    failed: int
    reason: str | None
    problem: str | None
    by: str
    created_at: str
    finished_at: str | None


@verb(ENRICHMENT_MANAGE)
async def start_run(hub: Hub, actor: Actor, new: NewRun) -> EnrichmentRun:
    """Begin to enrich all that are found. Raises InvalidPayload, NotFound."""
    scope = Scope(actor.scope.app)
    whom = await _whom(hub, scope, new)
    setting = await stored_setting(hub, scope)
    if not setting["key"] or not setting["in_bulk"]:
        raise InvalidPayload("Enrichment of many is not switched on. Give a key and switch it on in the settings.")
    document: Document = {
        "id": await hub.ids.next("enrichment_run"), "subject": new.subject, "segment": new.segment, **whom,
        "force": new.force, "state": "running", "run": hub.ids.token(12), "after": 0, "tries": 0, "counts": {},
        "reason": None, "problem": None, "by": actor.name, "created": hub.clock.now(), "finished": None, "total": 0,
    }  # fmt: skip
    filter = await _filter(hub, scope, document)
    document["total"] = await hub.store.count(scope, KEPT[new.subject], filter, scan=True)
    batch = Batch(scope)
    batch.insert(ENRICHMENT_RUNS, document)
    await hub.jobs.add(batch, RUN, {"enrichment_run": document["id"], "run": document["run"]})
    await hub.commit(batch)
    return _shown(document)


@verb(ENRICHMENT_MANAGE)
async def list_runs(hub: Hub, actor: Actor) -> list[EnrichmentRun]:
    """Return the newest fifty runs of enrichment, newest first."""
    page = await hub.store.find(Scope(actor.scope.app), ENRICHMENT_RUNS, sort=Sort("id", True), limit=50)
    return [_shown(document) for document in page.items]


@verb(ENRICHMENT_MANAGE)
async def get_run(hub: Hub, actor: Actor, which: RunRef) -> EnrichmentRun:
    """Return a run of enrichment and how far it has come. Raises NotFound."""
    return _shown(await _stored(hub, actor.scope, which.run))


@verb(ENRICHMENT_MANAGE)
async def pause_run(hub: Hub, actor: Actor, which: RunRef) -> EnrichmentRun:
    """Let a run of enrichment rest where it is. Raises NotFound, Conflict."""
    return await _move(hub, actor, which.run, ("running",), {"state": "paused"})


@verb(ENRICHMENT_MANAGE)
async def resume_run(hub: Hub, actor: Actor, which: RunRef) -> EnrichmentRun:
    """Let a run of enrichment go on, also one that stopped. Raises NotFound, Conflict."""
    changes = {
        "state": "running",
        "run": hub.ids.token(12),
        "reason": None,
        "problem": None,
        "tries": 0,
        "finished": None,
    }
    return await _move(hub, actor, which.run, ("paused", "stopped"), changes, again=True)


@verb(ENRICHMENT_MANAGE)
async def cancel_run(hub: Hub, actor: Actor, which: RunRef) -> EnrichmentRun:
    """End a run of enrichment for good; what was found stays. Raises NotFound, Conflict."""
    changes = {"state": "cancelled", "contacts": None, "finished": hub.clock.now()}
    return await _move(hub, actor, which.run, ("running", "paused", "stopped"), changes)


async def go_on(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Go on with a run (a job)."""
    until = time.monotonic() + _TURN
    while True:
        document = await hub.store.get(scope, ENRICHMENT_RUNS, payload["enrichment_run"])
        if document is None or (document["state"], document["run"]) != ("running", payload["run"]):
            return
        if time.monotonic() > until:
            return await _later(hub, scope, document, payload, 0, document["tries"])
        filter = all_of(Gt("id", document["after"]), await _filter(hub, scope, document))
        page = await hub.store.find(scope, KEPT[document["subject"]], filter, limit=_AT_ONCE, scan=True)
        if not page.items:
            return await _end(hub, scope, document, {"state": "done", "contacts": None})
        if not await _take(hub, scope, document, payload, [each["id"] for each in page.items]):
            return


async def _take(hub: Hub, scope: Scope, document: Document, payload: dict[str, Any], ids: list[int]) -> bool:
    """Enrich some and move the run behind them; return whether it goes on at once."""
    outcomes = await asyncio.gather(*(_one(hub, scope, document, id) for id in ids))
    behind = ids[-1]
    halts = [(id, outcome) for id, outcome in zip(ids, outcomes, strict=True) if _halts(outcome)]
    if halts:  # those before the first that was not answered are done; the rest comes again
        behind = halts[0][0] - 1
    counted = Counter(_COUNTED[o.status] for id, o in zip(ids, outcomes, strict=True) if id <= behind and o)
    answered = bool(counted["found"] + counted["none"] + counted["waiting"])
    tries = 0 if answered else document["tries"]
    if not await _moved(hub, scope, document, behind, counted, tries):
        return False
    if not halts:
        return True
    halt = halts[0][1]
    assert halt is not None
    if halt.status == "busy":  # asked for elsewhere, or by a process that was killed
        await _later(hub, scope, document, payload, _BUSY, tries)
    elif halt.status == "paused":
        paused = (await stored_setting(hub, scope))["paused"] or 0
        await _later(hub, scope, document, payload, max(paused - hub.clock.now(), 1_000), tries)
    elif halt.status == "failed" and tries < len(_TRIES):
        await _later(hub, scope, document, payload, _TRIES[tries], tries + 1)
    else:
        await _end(hub, scope, document, {"state": "stopped", "reason": halt.status, "problem": halt.message})
    return False


def _halts(outcome: Outcome | None) -> bool:
    """Tell whether nobody else is to be asked for either."""
    return outcome is not None and outcome.status in ("quota", "paused", "refused", "failed", "busy", "off")


async def _one(hub: Hub, scope: Scope, document: Document, id: int) -> Outcome | None:
    """Return what came of one, or None where it has gone or changes all the time."""
    by = Actor("system", 0, document["by"], scope, SYSTEM)
    asked = Question(document["subject"], id, "bulk", by, document["force"], since=document["created"])
    try:
        outcome = await enrich(hub, scope, asked)
    except HubError:
        return None
    if outcome.status == "recent":
        known = ((await hub.store.get(scope, KEPT[asked.subject], id)) or {}).get("enriched") or {}
        if known.get("at", 0) >= document["created"]:  # this run did it, and was broken off before it counted that
            return Outcome(known["status"], outcome.message)
    return outcome


async def _moved(hub: Hub, scope: Scope, document: Document, behind: int, counted: Counter[str], tries: int) -> bool:
    batch = Batch(scope)
    # A job that is done twice must not count twice.
    batch.guard(ENRICHMENT_RUNS, document["id"], all_of(_ours(document), Eq("after", document["after"])))
    inc: dict[str, int | float] = {f"counts.{name}": count for name, count in counted.items() if count}
    batch.patch(ENRICHMENT_RUNS, document["id"], set={"after": max(behind, document["after"]), "tries": tries}, inc=inc)
    try:
        await hub.commit(batch)
    except GuardFailed:
        return False  # paused or cancelled just now, or another one goes on with it
    return True


async def _later(hub: Hub, scope: Scope, document: Document, payload: dict[str, Any], after: int, tries: int) -> None:
    batch = Batch(scope)
    batch.guard(ENRICHMENT_RUNS, document["id"], _ours(document))
    batch.patch(ENRICHMENT_RUNS, document["id"], set={"tries": tries})
    await hub.jobs.add(batch, RUN, payload, after=after)
    try:
        await hub.commit(batch)
    except GuardFailed:
        pass


async def _end(hub: Hub, scope: Scope, document: Document, changes: Document) -> None:
    batch = Batch(scope)
    batch.guard(ENRICHMENT_RUNS, document["id"], _ours(document))
    batch.patch(ENRICHMENT_RUNS, document["id"], set={**changes, "finished": hub.clock.now()})
    try:
        await hub.commit(batch)
    except GuardFailed:
        pass


def _ours(document: Document) -> Filter:
    return all_of(Eq("state", "running"), Eq("run", document["run"]))


async def _whom(hub: Hub, scope: Scope, new: NewRun) -> dict[str, Any]:
    """Return whom it is about, as the run keeps it."""
    if sum(each is not None for each in (new.segment, new.where, new.contacts)) != 1:
        raise InvalidPayload("Say whom: `segment`, `where` or `contacts`, one of them.")
    if new.contacts is not None:
        if new.subject != "contact":
            raise InvalidPayload("Companies are found by a segment or by conditions.")
        return {"contacts": sorted(set(new.contacts)), "where": None}
    tree = read_tree(new.where if new.where is not None else {"type": "segment", "segment": new.segment})
    try:
        tree.check(World(await vocabulary(hub, scope), hub.clock.now(), new.subject))
    except InvalidPayload:
        if new.segment is not None:
            raise NotFound("There is no such segment by that id.") from None
        raise
    return {"where": written(tree), "contacts": None}


async def _filter(hub: Hub, scope: Scope, document: Document) -> Filter:
    if document["contacts"] is not None:
        return one_of("id", document["contacts"])
    if document["where"] is None:
        return EVERYTHING
    world = World(await vocabulary(hub, scope), hub.clock.now(), document["subject"])
    return read_tree(document["where"]).filter(world)


async def _move(
    hub: Hub, actor: Actor, id: int, states: tuple[str, ...], changes: Document, again: bool = False
) -> EnrichmentRun:
    scope = Scope(actor.scope.app)
    document = await _stored(hub, scope, id)
    batch = Batch(scope)
    batch.guard(ENRICHMENT_RUNS, id, In("state", states))
    changed = batch.patch(ENRICHMENT_RUNS, id, set=changes)
    if again:
        await hub.jobs.add(batch, RUN, {"enrichment_run": id, "run": changes["run"]})
    try:
        return _shown((await hub.commit(batch))[changed])
    except GuardFailed:
        raise Conflict(f"This run is {document['state']}.") from None


async def _stored(hub: Hub, scope: Scope, id: int) -> Document:
    document = await hub.store.get(Scope(scope.app), ENRICHMENT_RUNS, id)
    if document is None:
        raise NotFound
    return document


def _shown(document: Document) -> EnrichmentRun:
    counts = {name: document["counts"].get(name, 0) for name in ("found", "none", "waiting", "skipped", "failed")}
    return EnrichmentRun(
        id=document["id"], subject=document["subject"], segment=document["segment"], state=document["state"],
        total=document["total"], done=sum(counts.values()), **counts, reason=document["reason"], problem=document["problem"],
        by=document["by"],
        created_at=rfc3339(document["created"]),
        finished_at=rfc3339(document["finished"]) if document["finished"] else None,
    )  # fmt: skip
