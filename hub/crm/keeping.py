"""What the CRM keeps of a contact: its deals, activities, notes and tickets.

An erased person leaves no word behind, and the company keeps its figures. So what is of that contact alone goes, but for
deals: these stay with their value, their place and their dates, without a name and without anything that was written.
What is of a company or of other contacts too stays as it is, and does not refer to the person any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence

from hub.accounts.system import system_of
from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.crm.activities.changing import remove_activity
from hub.crm.collections import ACTIVITIES, CRM_NOTES, DEALS, TICKETS
from hub.crm.deals.changing import apply_rule
from hub.crm.records import claim_custom_id, delete_record
from hub.crm.releasing import changed_event, delete_notes, without
from hub.people.privacy.keepers import Item
from storage.engine import Batch, Collection, Document, GuardFailed, Missing, Result, Scope
from storage.filters import Any, Eq

_CHUNK = 50
_SINGLE = [(DEALS, "contact"), (ACTIVITIES, "contact"), (TICKETS, "contact")]
_SEVERAL = [(DEALS, "participants"), (TICKETS, "participants")]


class CrmKeeper:
    """Deals, activities, notes and tickets go where their contact goes."""

    async def move(self, hub: Hub, batch: Batch, into: int, others: Sequence[int], limit: int) -> list[Result]:
        """Let the next things of some contacts be another one's."""
        scope = Scope(batch.scope.app)
        moved: list[Result] = []
        touched: set[tuple[str, int]] = set()
        for collection, field in (*_SINGLE, *_SEVERAL):
            for document in await _next(hub, scope, collection, field, others, limit - len(moved)):
                if (collection.name, document["id"]) in touched:
                    continue  # by its other field: the next batch has it
                touched.add((collection.name, document["id"]))
                batch.guard(collection, document["id"], Eq("revision", document["revision"]))
                fields = _as_another(document, field, others, into) | {"updated": hub.clock.now()}
                moved.append(batch.patch(collection, document["id"], set=fields, inc={"revision": 1}))
        for note in await _notes(hub, scope, others, limit - len(moved)):
            batch.guard(CRM_NOTES, note["id"], Eq("about", note["about"]))
            moved.append(batch.patch(CRM_NOTES, note["id"], set={"about": f"contact:{into}"}, inc={"revision": 1}))
        return moved

    def moved(self, hub: Hub, scope: Scope, documents: list[Document]) -> None:
        """Show agents whose it is now."""
        for document in documents:
            collection = DEALS if "stage" in document else TICKETS if "token" in document else ACTIVITIES
            if "about" not in document:
                hub.publish(changed_event(scope.app, collection, document, "contact"))

    async def items(self, hub: Hub, scope: Scope, contact: Document) -> AsyncIterator[Item]:
        """Yield deals, activities, tickets and notes."""
        id = contact["id"]
        for kind, collection, filter in (
            ("deals", DEALS, Any((Eq("contact", id), Eq("participants", id)))),
            ("activities", ACTIVITIES, Eq("contact", id)),
            ("tickets", TICKETS, Any((Eq("contact", id), Eq("participants", id)))),
            ("crm_notes", CRM_NOTES, Eq("about", f"contact:{id}")),
        ):
            async for chunk in hub.store.export(scope, collection, filter):
                for document in chunk:
                    yield Item(kind, document)

    async def erase(self, hub: Hub, scope: Scope, contacts: Sequence[int]) -> Counter[str]:
        """Erase the next things of some contacts: what is theirs alone goes, all else lets go of them."""
        system = system_of(scope)
        for contact in contacts:
            if count := await delete_notes(hub, scope, "contact", contact):
                return Counter({"crm_notes": count})
        if found := await _next(hub, scope, ACTIVITIES, "contact", contacts, _CHUNK):
            for activity in found:
                await _erase_activity(hub, system, activity)
            return Counter({"activities": len(found)})
        for field in ("contact", "participants"):
            if found := await _next(hub, scope, TICKETS, field, contacts, _CHUNK):
                for ticket in found:
                    await _erase_ticket(hub, scope, ticket, field, contacts)
                return Counter({"tickets": len(found)})
        for field in ("contact", "participants"):
            if found := await _next(hub, scope, DEALS, field, contacts, _CHUNK):
                for deal in found:
                    await _erase_from_deal(hub, system, deal, contacts)
                return Counter({"deals": len(found)})
        return Counter()


def _as_another(document: Document, field: str, others: Sequence[int], into: int) -> Document:
    value = document[field]
    if isinstance(value, list):
        return {field: list(dict.fromkeys(into if each in others else each for each in value))}
    return {field: into}


async def _next(
    hub: Hub, scope: Scope, collection: Collection, field: str, owners: Sequence[int], limit: int
) -> list[Document]:
    """Return the next documents of some contacts, whichever index has them."""
    found: list[Document] = []
    for owner in owners:
        if len(found) < limit:
            page = await hub.store.find(scope, collection, Eq(field, owner), limit=limit - len(found), scan=True)
            found += page.items
    return list({document["id"]: document for document in found}.values())


async def _notes(hub: Hub, scope: Scope, contacts: Sequence[int], limit: int) -> list[Document]:
    found: list[Document] = []
    for contact in contacts:
        if len(found) < limit:
            about = Eq("about", f"contact:{contact}")
            found += (await hub.store.find(scope, CRM_NOTES, about, limit=limit - len(found), scan=True)).items
    return found


# ── erasing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _erase_activity(hub: Hub, system: Actor, activity: Document) -> None:
    """Delete an activity that is about this contact alone, or about a deal of its own; else let it be about the rest."""
    deal = await hub.store.get(system.scope, DEALS, activity["deal"]) if activity.get("deal") is not None else None
    alone = activity.get("company") is None and (deal is None or _is_alone(deal, [activity["contact"]]))
    if alone:
        await _remove_activity(hub, system, activity["id"])
    else:
        await _let_go(hub, system.scope, ACTIVITIES, activity, {"contact": None, "conversation": None})


async def _remove_activity(hub: Hub, system: Actor, id: int) -> None:
    try:
        await remove_activity(hub, system, id)
    except NotFound:
        pass  # somebody deleted it


async def _erase_ticket(hub: Hub, scope: Scope, ticket: Document, field: str, contacts: Sequence[int]) -> None:
    """Delete a ticket of these contacts alone; else let it be of the rest."""
    if not _is_alone(ticket, contacts):
        await _let_go(hub, scope, TICKETS, ticket, _without_all(ticket, field, contacts))
        return

    async def turn(ticket: Document, batch: Batch) -> Document:
        claim_custom_id(batch, "ticket.custom_id", ticket["id"], ticket.get("custom_id"), None)
        return {}

    try:
        await delete_record(hub, scope, TICKETS, ticket["id"], "ticket", turn)
    except NotFound:
        pass


async def _erase_from_deal(hub: Hub, system: Actor, deal: Document, contacts: Sequence[int]) -> None:
    """Let a deal be of the rest; of one that is of these contacts alone nothing stays that anybody wrote."""
    alone = _is_alone(deal, contacts)
    if alone:
        await delete_notes(hub, system.scope, "deal", deal["id"])
        async for chunk in hub.store.export(system.scope, ACTIVITIES, Eq("deal", deal["id"])):
            for activity in chunk:
                if activity.get("company") is None:
                    await _remove_activity(hub, system, activity["id"])

    async def rule(deal: Document) -> Document:
        fields = _without_all(deal, "contact", contacts) | _without_all(deal, "participants", contacts)
        if alone:
            fields |= {"name": f"#{deal['id']}", "custom_id": None, "loss_text": None, "tags": [], "conversation": None}
            fields |= {f"attrs.{id}": None for id in deal["attrs"]}
        return fields

    try:
        await apply_rule(hub, system, deal["id"], rule)
    except NotFound:
        pass  # somebody deleted it


def _is_alone(document: Document, contacts: Sequence[int]) -> bool:
    """Tell whether a deal or a ticket is of nobody but these contacts."""
    people = {document.get("contact"), *document["participants"]} - {None}
    return document.get("company") is None and people <= set(contacts)


def _without_all(document: Document, field: str, contacts: Sequence[int]) -> Document:
    fields: Document = {}
    for contact in contacts:
        fields |= without({**document, **fields}, field, contact)
    return fields


async def _let_go(hub: Hub, scope: Scope, collection: Collection, document: Document, fields: Document) -> None:
    batch = Batch(scope)
    batch.guard(collection, document["id"], Eq("revision", document["revision"]))
    patch = batch.patch(collection, document["id"], set={**fields, "updated": hub.clock.now()}, inc={"revision": 1})
    try:
        outcome = await hub.commit(batch)
    except (GuardFailed, Missing):
        return  # it changed at this moment: the next turn meets it again
    hub.publish(changed_event(scope.app, collection, outcome[patch], next(iter(fields))))
