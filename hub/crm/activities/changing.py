"""Writes activities: one batch with all that follows (the deal's next activity, timelines, reminder), then the events."""

from __future__ import annotations

from hub.core.actor import Actor
from hub.core.errors import Conflict, InvalidPayload
from hub.core.event import Event
from hub.core.hub import Hub
from hub.core.past import Arrival
from hub.crm.activities.fields import ActivityFields, checked_activity, first_type
from hub.crm.activities.reminders import order_reminder, remind_at
from hub.crm.collections import ACTIVITIES, DEALS
from hub.crm.events import ActivityChanged, ActivityCreated, ActivityDeleted, ActivityDone
from hub.crm.records import (
    TRIES,
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
from hub.people.timeline import remember
from storage.engine import Batch, Document, GuardFailed, Missing, Scope, Sort
from storage.filters import All, Eq


async def insert_activity(
    hub: Hub, actor: Actor, given: ActivityFields, arrival: Arrival | None = None, conversation: int | None = None
) -> Document:
    """Make an activity, or one that was elsewhere; return it. Raises InvalidPayload, NotFound, Taken, Conflict."""
    scope, past = Scope(actor.scope.app), arrival.past if arrival else None
    conversation = await check_conversation(hub, actor, conversation)
    by = (past and past.author) or author_record(actor)
    for _ in range(TRIES):
        now = (past and past.created) or hub.clock.now()
        fields = await checked_activity(hub, scope, given)
        if not fields.get("name"):
            raise InvalidPayload("An activity has a `name`.")
        activity = made(
            {
                "id": await hub.ids.next("activity"), "type": fields.get("type") or await first_type(hub, scope),
                "description": "", "done": False, "attrs": {}, "created_by": by, "created": now,
                "updated": (past and past.updated) or now, "revision": 1,
            },
            {"remind_before": None if given.remind_before is None else 0, "conversation": conversation} | fields,
        )  # fmt: skip
        activity |= _done_since(activity, None, now)
        activity["remind_at"] = remind_at(activity)
        batch = Batch(scope)
        claim_custom_id(batch, "activity.custom_id", activity["id"], None, activity.get("custom_id"))
        if arrival:
            arrival.claim(batch, activity["id"])
        batch.insert(ACTIVITIES, activity)
        await _follow(hub, batch, by, None, activity, now if past else None)
        await hub.follow_up(batch, ActivityCreated, {"activity": activity["id"]})
        try:
            outcome = await hub.commit(batch)
        except (GuardFailed, Missing):  # its deal changed or was deleted at this moment
            continue
        if outcome.existing:
            raise taken("activity")
        hub.publish(ActivityCreated(app=scope.app, document=activity))
        return activity
    raise Conflict


async def change_activity_fields(hub: Hub, actor: Actor, id: int, given: ActivityFields) -> Document:
    """Change what is given of an activity; return it as it is then. Raises InvalidPayload, NotFound, Taken, Conflict."""
    events: list[type[Event]] = []

    async def turn(activity: Document, batch: Batch) -> Document:
        nonlocal events
        events = []
        changes = changed(activity, await checked_activity(hub, actor.scope, given))
        after = with_fields(activity, changes)
        changes |= changed(activity, _done_since(after, activity, hub.clock.now()))
        changes |= changed(activity, {"remind_at": remind_at(with_fields(activity, changes))})
        if changes:
            claim_custom_id(batch, "activity.custom_id", id, activity.get("custom_id"), after.get("custom_id"))
            await _follow(hub, batch, author_record(actor), activity, with_fields(activity, changes))
            events = [ActivityDone] if after["done"] and not activity["done"] else [ActivityChanged]
            await hub.follow_up(batch, events[0], {"activity": id})
        return changes

    after = await change_record(hub, actor.scope, ACTIVITIES, id, "activity", turn)
    for event in events:
        hub.publish(event(app=actor.scope.app, document=after))  # type: ignore[call-arg]
    return after


async def remove_activity(hub: Hub, actor: Actor, id: int) -> None:
    """Delete an activity. Raises NotFound, Conflict."""

    async def turn(activity: Document, batch: Batch) -> Document:
        claim_custom_id(batch, "activity.custom_id", id, activity.get("custom_id"), None)
        await _plan(hub, batch, activity, None)
        await hub.follow_up(batch, ActivityDeleted, {"activity": id})
        return {}

    gone = await delete_record(hub, actor.scope, ACTIVITIES, id, "activity", turn)
    hub.publish(ActivityDeleted(app=actor.scope.app, document=gone))


def _done_since(after: Document, before: Document | None, now: int) -> Document:
    """Return when an activity was done, where that follows from its being done or open again."""
    if not after["done"]:
        return {"done_at": None}
    was_done = before is not None and before["done"]
    if was_done or (after.get("done_at") is not None and after.get("done_at") != (before or {}).get("done_at")):
        return {"done_at": after.get("done_at") or now}
    return {"done_at": now}


async def _follow(
    hub: Hub, batch: Batch, by: Document, before: Document | None, after: Document, at: int | None = None
) -> None:
    """Put into the batch what follows when an activity becomes another one; `at` is when, of one that was elsewhere."""
    await _plan(hub, batch, before, after)
    if after["remind_at"] is not None and (before is None or before.get("remind_at") != after["remind_at"]):
        await order_reminder(hub, batch, after)
    if after["done"] and (before is None or not before["done"]):
        word, at = "done", at and after["done_at"]
    elif before is None:
        word = "planned"
    else:
        return
    facts = {"activity": after["id"], "type": after["type"], "name": after["name"], "due": after["due"]}
    if after.get("conversation"):
        facts["conversation"] = after["conversation"]
    for subject in ("contact", "company"):
        if after.get(subject) is not None:
            await remember(hub, batch, by, subject, after[subject], "activity", word, at=at, **facts)  # type: ignore[arg-type]


async def _plan(hub: Hub, batch: Batch, before: Document | None, after: Document | None) -> None:
    """Keep on the deals of an activity when the next thing is to be done."""
    was, now = (None if each is None else (each.get("deal"), each["done"], each["due"]) for each in (before, after))
    if was == now:
        return
    deals = dict.fromkeys(each["deal"] for each in (before, after) if each and each.get("deal") is not None)
    for deal in deals:
        document = await hub.store.get(batch.scope, DEALS, deal)
        if document is None:
            continue  # deleted: a job is on its way to let go of it
        due = after["due"] if after and after.get("deal") == deal and not after["done"] else None
        open_ones = All((Eq("deal", deal), Eq("done", False)))
        page = await hub.store.find(batch.scope, ACTIVITIES, open_ones, sort=Sort("due"), limit=2)
        own = (before or after or {})["id"]
        times = [each["due"] for each in page.items if each["id"] != own][:1] + ([] if due is None else [due])
        # Two activities of one deal that change at once must not both overlook the other.
        batch.guard(DEALS, deal, Eq("activities_turn", document["activities_turn"]))
        fields = {"next_due": min(times, default=None), "activities_changed": hub.clock.now()}
        batch.patch(DEALS, deal, set=fields, inc={"activities_turn": 1})
