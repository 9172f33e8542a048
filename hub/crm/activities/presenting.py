"""Activities as agents see them: whom and what they are about by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from hub.core.clock import rfc3339
from hub.core.hub import Hub
from hub.crm.collections import DEALS
from hub.crm.records import WrittenBy, shown_time
from hub.people.contacts import own_values
from hub.people.references import Reference, company_references, contact_references
from hub.people.vocabulary import vocabulary
from storage.engine import Document, Scope


class DealReference(Struct, frozen=True):
    """A deal where something else speaks of it."""

    id: int
    custom_id: str | None
    name: str


class Activity(Struct, frozen=True):
    """An activity. `duration` and `remind_before` are minutes; `overdue` says that it should have been done by now."""

    id: int
    name: str
    type: int
    due: str
    duration: int | None
    description: str
    done: bool
    done_at: str | None
    overdue: bool
    remind_before: int | None
    assignee: int | None
    contact: Reference | None
    company: Reference | None
    deal: DealReference | None
    custom_id: str | None
    attributes: dict[str, Any]
    created_by: WrittenBy
    created: str
    updated: str
    revision: int
    conversation: int | None = None


async def present_activities(hub: Hub, scope: Scope, activities: Sequence[Document]) -> list[Activity]:
    """Return activities as agents see them, with one read for each kind of thing that they refer to."""
    words, now = await vocabulary(hub, scope), hub.clock.now()

    def ids(field: str) -> list[int]:
        return [id for each in activities if (id := each.get(field)) is not None]

    contacts = await contact_references(hub, scope, ids("contact"))
    companies = await company_references(hub, scope, ids("company"))
    deals = await hub.store.get_many(scope, DEALS, ids("deal")) if ids("deal") else {}
    return [
        Activity(
            id=each["id"], name=each["name"], type=each["type"], due=rfc3339(each["due"]), duration=each.get("duration"),
            description=each["description"], done=each["done"], done_at=shown_time(each.get("done_at")),
            overdue=not each["done"] and each["due"] < now, remind_before=each.get("remind_before"),
            assignee=each.get("assignee"), contact=contacts.get(each.get("contact") or 0),
            company=companies.get(each.get("company") or 0), deal=_deal(deals.get(each.get("deal") or 0)),
            custom_id=each.get("custom_id"), attributes=own_values(each, words, "activity"),
            created_by=WrittenBy(**each["created_by"]), created=rfc3339(each["created"]), updated=rfc3339(each["updated"]),
            revision=each["revision"], conversation=each.get("conversation"),
        )
        for each in activities
    ]  # fmt: skip


async def present_activity(hub: Hub, scope: Scope, activity: Document) -> Activity:
    """Return one activity as agents see it."""
    (shown,) = await present_activities(hub, scope, [activity])
    return shown


def _deal(document: Document | None) -> DealReference | None:
    return None if document is None else DealReference(document["id"], document.get("custom_id"), document["name"])
