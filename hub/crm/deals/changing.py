"""Writes deals: one batch with all that follows from a change (totals, history, timelines, jobs), then the events."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.event import Event
from hub.core.hub import Hub
from hub.core.past import Arrival
from hub.crm.collections import DEAL_HISTORY, DEALS
from hub.crm.deals.fields import DealFields, checked_deal, checked_value_of
from hub.crm.events import DealChanged, DealCreated, DealDeleted, DealStageChanged, DealStatusChanged
from hub.crm.pipelines.pipelines import pipeline_of_stage, place_for, stage_in
from hub.crm.pipelines.totals import count_change
from hub.crm.records import (
    author_record,
    change_record,
    changed,
    check_conversation,
    claim_custom_id,
    delete_record,
    made,
    taken,
    with_fields,
)
from hub.crm.releasing import order_release
from hub.people.timeline import remember
from storage.engine import Batch, Document, Missing, Scope

_COUNTED = {"stage", "status", "value", "currency"}
_CLOSED = {"won": "won_at", "lost": "lost_at"}
"""status → the field that says since when"""

Rule = Callable[[Document], Awaitable[Document]]
"""From a deal as it is to the fields that are to be set."""


async def insert_deal(
    hub: Hub, actor: Actor, given: DealFields, arrival: Arrival | None = None, conversation: int | None = None
) -> Document:
    """Make a deal, or one that was elsewhere as it was there; return it. Raises InvalidPayload, NotFound, Taken."""
    scope, past = Scope(actor.scope.app), arrival.past if arrival else None
    now = (past and past.created) or hub.clock.now()
    by = (past and past.author) or author_record(actor)
    pipeline, stage = await place_for(hub, scope, given.pipeline or None, given.stage or None)
    money = checked_value_of(given, None, pipeline["currency"])
    fields = await checked_deal(hub, actor, given, money["currency"]) | money
    if not fields.get("name"):
        raise InvalidPayload("A deal has a `name`.")
    fields |= _moments(fields, {}, now) | {"conversation": await check_conversation(hub, actor, conversation)}
    deal = made(
        {
            "id": await hub.ids.next("deal"), "pipeline": pipeline["id"], "stage": stage["id"], "status": "in_progress",
            "scope": 2, "participants": [], "products": [], "order_products": [], "tags": [], "attrs": {},
            "stage_since": now, "activities_turn": 0, "activities_changed": None, "next_due": None,
            "created_by": by, "created": now, "updated": (past and past.updated) or now, "revision": 1,
        },
        fields,
    )  # fmt: skip
    batch = Batch(scope)
    claim_custom_id(batch, "deal.custom_id", deal["id"], None, deal.get("custom_id"))
    if arrival:
        arrival.claim(batch, deal["id"])
    batch.insert(DEALS, deal)
    count_change(batch, None, deal)
    await _keep_history(hub, batch, by, None, deal, now)
    await _into_timelines(hub, batch, by, deal, "created", at=now, stage=stage["name"], **_from(deal))
    await hub.follow_up(batch, DealCreated, {"deal": deal["id"]})
    try:
        outcome = await hub.commit(batch)
    except Missing:  # the stage was deleted at this moment
        raise NotFound(f"There is no stage by the id {stage['id']}.") from None
    if outcome.existing:
        raise taken("deal")
    hub.publish(DealCreated(app=scope.app, document=deal))
    return deal


async def change_deal_fields(hub: Hub, actor: Actor, id: int, given: DealFields) -> Document:
    """Change what is given of a deal; return it as it is then. Raises InvalidPayload, NotFound, Taken, Conflict."""

    async def rule(deal: Document) -> Document:
        money = checked_value_of(given, deal, deal["currency"])
        fields = await checked_deal(hub, actor, given, money["currency"]) | money
        if given.stage or given.pipeline:
            fields |= await _new_place(hub, actor.scope, given, deal)
        return fields

    return await apply_rule(hub, actor, id, rule)


async def apply_rule(hub: Hub, actor: Actor, id: int, rule: Rule) -> Document:
    """Change a deal by a rule, under its revision; return it as it is then.

    Raises what the rule does, NotFound, Taken, Conflict.
    """
    events: list[type[Event]] = []
    before: Document = {}
    changes: Document = {}

    async def turn(deal: Document, batch: Batch) -> Document:
        nonlocal before, changes, events
        before, now = deal, hub.clock.now()
        fields = await rule(deal)
        changes = changed(deal, fields | _moments(fields, deal, now))
        if not changes:
            return {}
        events = await _follow(hub, batch, actor, deal, with_fields(deal, changes))
        if "stage" in changes:
            changes["stage_since"] = now
        return changes

    after = await change_record(hub, actor.scope, DEALS, id, "deal", turn)
    if not changes:
        return after
    facts: dict[str, Any] = {"app": actor.scope.app, "document": after}
    hub.publish(DealChanged(**facts, fields=frozenset(changes)))
    if DealStageChanged in events:
        hub.publish(DealStageChanged(**facts, from_stage=before["stage"]))
    if DealStatusChanged in events:
        hub.publish(DealStatusChanged(**facts, from_status=before["status"]))
    return after


async def remove_deal(hub: Hub, actor: Actor, id: int) -> None:
    """Delete a deal; what refers to it refers to nothing then. Raises NotFound, Conflict."""

    async def turn(deal: Document, batch: Batch) -> Document:
        claim_custom_id(batch, "deal.custom_id", id, deal.get("custom_id"), None)
        count_change(batch, deal, None)
        await _into_timelines(hub, batch, actor, deal, "deleted")
        await order_release(hub, batch, "deal", id)
        await hub.follow_up(batch, DealDeleted, {"deal": id})
        return {}

    gone = await delete_record(hub, actor.scope, DEALS, id, "deal", turn)
    hub.publish(DealDeleted(app=actor.scope.app, document=gone))


async def _follow(hub: Hub, batch: Batch, actor: Actor, before: Document, after: Document) -> list[type[Event]]:
    """Put into the batch what follows when a deal becomes another one; return the events beside `DealChanged`."""
    claim_custom_id(batch, "deal.custom_id", before["id"], before.get("custom_id"), after.get("custom_id"))
    if any(before[field] != after[field] for field in _COUNTED):
        count_change(batch, before, after)
    await _keep_history(hub, batch, author_record(actor), before, after, hub.clock.now())
    await hub.follow_up(batch, DealChanged, {"deal": before["id"]})
    events: list[type[Event]] = []
    if before["stage"] != after["stage"]:
        events.append(DealStageChanged)
        stage = stage_in(await pipeline_of_stage(hub, batch.scope, after["stage"]), after["stage"])
        await _into_timelines(hub, batch, actor, after, "moved", stage=stage["name"])
        await hub.follow_up(
            batch, DealStageChanged, {"deal": before["id"], "from": before["stage"], "to": after["stage"]}
        )
    if before["status"] != after["status"]:
        events.append(DealStatusChanged)
        await _into_timelines(hub, batch, actor, after, _WORDS[after["status"]])
        facts = {"deal": before["id"], "from": before["status"], "to": after["status"]}
        await hub.follow_up(batch, DealStatusChanged, facts)
    return events


_WORDS = {"in_progress": "reopened", "won": "won", "lost": "lost", "abandoned": "abandoned", "archived": "archived"}
"""status → the word of the timeline for a deal that comes to it"""


def _moments(changes: Document, deal: Document, now: int) -> Document:
    """Return since when a deal is won or lost, where its status changes; a time that is given counts."""
    status = changes.get("status")
    if status is None or status == deal.get("status"):
        return {}
    fields: Document = {}
    for each, field in _CLOSED.items():
        if each == status:
            fields[field] = changes.get(field) or now
        elif deal.get(field) is not None or field in changes:
            fields[field] = None
    if status != "lost":
        fields |= {"loss_reason": None, "loss_text": None}
    return fields


async def _new_place(hub: Hub, scope: Scope, given: DealFields, deal: Document) -> Document:
    """Return where a deal moves to: the named stage, or the first one of another pipeline."""
    if not given.stage and given.pipeline == deal["pipeline"]:
        return {}
    if given.stage == deal["stage"] and (not given.pipeline or given.pipeline == deal["pipeline"]):
        return {}
    pipeline, stage = await place_for(hub, scope, given.pipeline or None, given.stage or None)
    return {"pipeline": pipeline["id"], "stage": stage["id"]}


async def _keep_history(
    hub: Hub, batch: Batch, by: Document, before: Document | None, after: Document, now: int
) -> None:
    for kind in ("stage", "status"):
        old, new = before and before[kind], after[kind]
        if old == new:
            continue
        record = {
            "id": await hub.ids.next("deal_history"), "kind": kind, "from": old, "to": new, "pipeline": after["pipeline"],
            "by": by, "at": now,
        }  # fmt: skip
        batch.append(DEAL_HISTORY, after["id"], record)


def _from(deal: Document) -> Document:
    """Return the conversation that a deal comes from, for the timeline."""
    return {"conversation": deal["conversation"]} if deal.get("conversation") else {}


async def _into_timelines(
    hub: Hub, batch: Batch, by: Actor | Document, deal: Document, word: str, **facts: Any
) -> None:
    """Put a line into the timelines of the contacts and the company of a deal."""
    facts |= {"deal": deal["id"], "name": deal["name"]}
    for contact in dict.fromkeys((deal.get("contact"), *deal["participants"])):
        if contact is not None:
            await remember(hub, batch, by, "contact", contact, "deal", word, **facts)
    if deal.get("company") is not None:
        await remember(hub, batch, by, "company", deal["company"], "deal", word, **facts)
