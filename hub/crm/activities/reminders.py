"""Reminds agents of what they have to do: a job for each time, which looks again before it speaks."""

from __future__ import annotations

from typing import Any

from hub.core.hub import Hub
from hub.crm.collections import ACTIVITIES
from hub.crm.events import ActivityDue
from storage.engine import Batch, Document, GuardFailed, Scope
from storage.filters import All, Eq, Ne

REMIND = "crm.remind"
_MINUTE = 60_000


def remind_at(activity: Document) -> int | None:
    """Return when to remind of an activity (UTC milliseconds); None for never, and for one that is done."""
    before = activity.get("remind_before")
    if activity["done"] or before is None:
        return None
    return int(activity["due"] - before * _MINUTE)


async def order_reminder(hub: Hub, batch: Batch, activity: Document) -> None:
    """Order the reminder of an activity that has just been planned or moved; of one whose time has passed there is none."""
    now, at = hub.clock.now(), activity.get("remind_at")
    if at is not None and activity["due"] > now:
        await hub.jobs.add(batch, REMIND, {"activity": activity["id"], "at": at}, after=max(0, at - now))


async def remind(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Say that it is time (a job), once, unless the activity was done, moved or deleted meanwhile."""
    id, at = payload["activity"], payload["at"]
    batch = Batch(scope)
    batch.guard(ACTIVITIES, id, All((Eq("remind_at", at), Ne("reminded", at))))
    patch = batch.patch(ACTIVITIES, id, set={"reminded": at}, inc={"revision": 1})
    await hub.follow_up(batch, ActivityDue, {"activity": id})
    try:
        outcome = await hub.commit(batch)
    except GuardFailed:
        return
    hub.publish(ActivityDue(app=scope.app, document=outcome[patch]))
