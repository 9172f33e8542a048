"""What was deleted is referred to no more: an agent, a company, a deal, a product, a reason (jobs)."""

from __future__ import annotations

import time
from typing import Any

from hub.core.event import Event
from hub.core.hub import Hub
from hub.crm.collections import ACTIVITIES, CRM_NOTES, DEAL_HISTORY, DEALS, TICKETS
from hub.crm.events import ActivityChanged, DealChanged, OfActivity, OfDeal, OfTicket, TicketChanged
from storage.engine import Batch, Collection, Document, GuardFailed, Missing, Scope
from storage.filters import Eq

RELEASE = "crm.release"
RELEASE_AGENT = "crm.release.agent"
RELEASE_COMPANY = "crm.release.company"
LATE = 90_000
"""Milliseconds after which what somebody wrote at the very moment of the deletion, on another node, is looked for."""
_TURN = 20.0
_TOGETHER = 50

REFERENCES: dict[str, list[tuple[Collection, str]]] = {
    "agent": [(DEALS, "assignee"), (DEALS, "restricted_to"), (ACTIVITIES, "assignee"), (TICKETS, "assignee")],
    "company": [(DEALS, "company"), (ACTIVITIES, "company"), (TICKETS, "company")],
    "deal": [(ACTIVITIES, "deal")],
    "product": [(DEALS, "products"), (DEALS, "order_products.product")],
    "loss reason": [(DEALS, "loss_reason")],
}
"""what may be deleted → where it is referred to. Who made something stays its author."""
_NOTED = ("company", "deal")


async def order_release(hub: Hub, batch: Batch, what: str, id: int) -> None:
    """Have everything let go of what the batch deletes, at once and once more for latecomers."""
    for after in (0, LATE):
        await hub.jobs.add(batch, RELEASE, {"what": what, "id": id}, after=after)


async def release(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Let go of something that is gone (a job)."""
    what, id = payload["what"], payload["id"]
    until = time.monotonic() + _TURN
    for collection, field in REFERENCES[what]:
        async for chunk in hub.store.export(scope, collection, Eq(field, id)):
            for start in range(0, len(chunk), _TOGETHER):
                await _let_go(hub, scope, collection, field, id, chunk[start : start + _TOGETHER])
            if time.monotonic() > until:
                batch = Batch(scope)
                await hub.jobs.add(batch, RELEASE, payload)
                await hub.commit(batch)
                return
    if what in _NOTED:
        await delete_notes(hub, scope, what, id)
    if what == "deal":
        while await hub.store.erase(scope, DEAL_HISTORY, id):
            pass


async def release_agent(hub: Hub, _: Scope, payload: dict[str, Any]) -> None:
    """Make nobody's what a removed agent was in charge of (a job)."""
    await release(hub, Scope(payload["app"]), {"what": "agent", "id": payload["agent"]})


async def release_company(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Let go of a deleted company (a job)."""
    await release(hub, scope, {"what": "company", "id": payload["company"]})


async def delete_notes(hub: Hub, scope: Scope, subject: str, id: int) -> int:
    """Delete the notes about something; return how many there were."""
    count = 0
    while found := (await hub.store.find(scope, CRM_NOTES, Eq("about", f"{subject}:{id}"), scan=True)).items:
        batch = Batch(scope)
        for note in found:
            batch.delete(CRM_NOTES, note["id"])
        await hub.commit(batch)
        count += len(found)
    return count


async def _let_go(
    hub: Hub, scope: Scope, collection: Collection, field: str, id: int, documents: list[Document]
) -> None:
    """Change some documents in one batch; where one of them is in the way, each by itself."""
    batch = Batch(scope)
    patches = []
    for document in documents:
        batch.guard(collection, document["id"], Eq("revision", document["revision"]))
        fields = {**without(document, field, id), "updated": hub.clock.now()}
        patches.append(batch.patch(collection, document["id"], set=fields, inc={"revision": 1}))
    try:
        outcome = await hub.commit(batch)
    except (GuardFailed, Missing):
        for document in documents:
            fresh = await hub.store.get(scope, collection, document["id"])
            if fresh is not None and without(fresh, field, id):
                await _let_go(hub, scope, collection, field, id, [fresh])
        return
    for patch in patches:
        hub.publish(changed_event(scope.app, collection, outcome[patch], field.partition(".")[0]))


def without(document: Document, field: str, id: int) -> Document:
    """Return the fields of a document that change when it lets go of an id; nothing where it does not refer to it."""
    name, _, inner = field.partition(".")
    value = document.get(name)
    if inner:
        lines = [{**each, inner: None} if each[inner] == id else each for each in value or ()]
        return {name: lines} if lines != value else {}
    if isinstance(value, list):
        return {name: [each for each in value if each != id]} if id in value else {}
    return {name: None} if value == id else {}


_EVENTS: dict[str, type[OfDeal] | type[OfActivity] | type[OfTicket]] = {
    DEALS.name: DealChanged, ACTIVITIES.name: ActivityChanged, TICKETS.name: TicketChanged,
}  # fmt: skip


def changed_event(app: int, collection: Collection, document: Document, field: str) -> Event:
    """Return the event for a field of a deal, an activity or a ticket that is different now."""
    kind = _EVENTS[collection.name]
    more = {"fields": frozenset((field,))} if kind is DealChanged else {}
    return kind(app=app, document=document, **more)
