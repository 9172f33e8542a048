"""Activities are found: by whose they are, what they are about, their time, by conditions and by words."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from hub.accounts.grants import CRM_READ
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.crm.activities.fields import Moment
from hub.crm.activities.presenting import Activity, present_activities
from hub.crm.collections import ACTIVITIES
from hub.crm.records import Id, Limit, conditions, page_of, read_moment, searched
from storage.filters import Eq, Filter, Gte, Lt, all_of, one_of


class FindActivities(Struct, frozen=True, forbid_unknown_fields=True):
    """Which activities, the next ones first. `overdue` finds those that are not done and should be.

    `due_from` is the first moment, `due_to` the first one that is too late. `where` is a tree of conditions on attributes.
    """

    assignee: Id | None = None
    contact: Id | None = None
    company: Id | None = None
    deal: Id | None = None
    type: Id | None = None
    done: bool | None = None
    overdue: bool = False
    due_from: Moment | None = None
    due_to: Moment | None = None
    where: dict[str, Any] | None = None
    search: str = ""
    sort: Annotated[str, Meta(pattern="^-?(due|updated|id)$")] = "due"
    limit: Limit = 50
    cursor: str | None = None


class FoundActivities(Struct, frozen=True):
    """A page of activities; without a cursor there are no more."""

    activities: list[Activity]
    cursor: str | None


class ActivityCount(Struct, frozen=True):
    """How many activities there are."""

    count: int


@verb(CRM_READ)
async def find_activities(hub: Hub, actor: Actor, find: FindActivities) -> FoundActivities:
    """Return a page of activities. Raises InvalidPayload."""
    filter = await _filter(hub, actor, find)
    if find.search.strip():
        page = await searched(hub, actor.scope, ACTIVITIES, filter, find.search, find.limit)
    else:
        page = await page_of(hub, actor.scope, ACTIVITIES, filter, find.sort, find.limit, find.cursor)
    return FoundActivities(await present_activities(hub, actor.scope, page.items), page.cursor)


@verb(CRM_READ)
async def count_activities(hub: Hub, actor: Actor, find: FindActivities) -> ActivityCount:
    """Return how many activities are found, words aside: how many of mine are overdue. Raises InvalidPayload."""
    return ActivityCount(await hub.store.count(actor.scope, ACTIVITIES, await _filter(hub, actor, find), scan=True))


async def _filter(hub: Hub, actor: Actor, find: FindActivities) -> Filter:
    parts: list[Filter] = [
        Eq(field, id)
        for field in ("assignee", "contact", "company", "deal", "type")
        if (id := getattr(find, field)) is not None
    ]
    if find.done is not None or find.overdue:
        parts.append(Eq("done", bool(find.done)))
    elif find.sort.endswith("due"):
        # The indexes have `done` before the time: both are two ranges, merged.
        parts.append(one_of("done", (False, True)))
    if find.overdue:
        parts.append(Lt("due", hub.clock.now()))
    if find.due_from is not None:
        parts.append(Gte("due", read_moment(find.due_from, "due_from")))
    if find.due_to is not None:
        parts.append(Lt("due", read_moment(find.due_to, "due_to")))
    return all_of(*parts, await conditions(hub, actor.scope, "activity", find.where))
