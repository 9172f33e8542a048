"""Tickets: what somebody has asked for, until it is closed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.grants import CRM_READ, CRM_WRITE
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import InvalidPayload
from hub.core.event import Event
from hub.core.hub import Hub
from hub.core.text import check_data, check_text
from hub.core.verb import verb
from hub.crm.collections import TICKETS
from hub.crm.events import TicketChanged, TicketCreated, TicketDeleted, TicketStatusChanged
from hub.crm.records import (
    CustomId,
    Id,
    Limit,
    Moment,
    WrittenBy,
    author_record,
    change_record,
    changed,
    check_agent,
    claim_custom_id,
    conditions,
    delete_record,
    made,
    own_fields,
    page_of,
    read_moment,
    searched,
    shown_time,
    stored,
    taken,
    with_fields,
)
from hub.people.contacts import own_values
from hub.people.references import Reference, check_company, company_references, contact_references, standing_contacts
from hub.people.standard import TICKET_STATUSES
from hub.people.timeline import remember
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Document, Scope
from storage.filters import Eq, Filter, all_of, one_of

TicketStatus = Literal["draft", "active", "closed", "archived"]
_STEPS = 500
"""Statuses that a ticket remembers, the newest ones."""


class TicketFields(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What may be said of a ticket. What is absent stays as it is; null takes a value away."""

    name: Annotated[str, Meta(max_length=254)] | UnsetType | None = UNSET
    description: Annotated[str, Meta(max_length=65_536)] | UnsetType = UNSET
    status: TicketStatus | UnsetType = UNSET
    custom_id: CustomId | UnsetType | None = UNSET
    due: Moment | UnsetType | None = UNSET
    closed_at: Moment | UnsetType | None = UNSET
    assignee: Id | UnsetType | None = UNSET
    contact: Id | UnsetType | None = UNSET
    company: Id | UnsetType | None = UNSET
    participants: Annotated[list[Id], Meta(max_length=100)] | UnsetType = UNSET
    priority: Annotated[int, Meta(ge=-1000, le=1000)] | UnsetType | None = UNSET
    attachments: dict[str, Any] | UnsetType | None = UNSET
    attributes: dict[str, Any] = {}


class NewTicket(TicketFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A ticket to be made; a draft unless it says something else."""

    description: Annotated[str, Meta(min_length=1, max_length=65_536)]


class TicketChange(TicketFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What changes of a ticket."""

    ticket: Id


class TicketRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which ticket."""

    ticket: Id


class FindTickets(Struct, frozen=True, forbid_unknown_fields=True):
    """Which tickets."""

    status: Annotated[list[TicketStatus], Meta(max_length=4)] | None = None
    assignee: Id | None = None
    contact: Id | None = None
    company: Id | None = None
    where: dict[str, Any] | None = None
    search: str = ""
    sort: Annotated[str, Meta(pattern="^-?(updated|id)$")] = "-updated"
    limit: Limit = 50
    cursor: str | None = None


class TicketStep(Struct, frozen=True):
    """Since when a ticket had a status."""

    status: str
    entered_at: str


class Ticket(Struct, frozen=True):
    """A ticket; `token` is a word that nobody guesses, for addresses that lead to it."""

    id: int
    name: str | None
    description: str
    status: str
    status_history: list[TicketStep]
    custom_id: str | None
    token: str
    due: str | None
    closed_at: str | None
    assignee: int | None
    contact: Reference | None
    company: Reference | None
    participants: list[Reference]
    priority: int | None
    attachments: Any
    attributes: dict[str, Any]
    created_by: WrittenBy
    created: str
    updated: str
    revision: int


class FoundTickets(Struct, frozen=True):
    """A page of tickets; without a cursor there are no more."""

    tickets: list[Ticket]
    cursor: str | None


class TicketCount(Struct, frozen=True):
    """How many tickets there are."""

    count: int


@verb(CRM_READ)
async def get_ticket(hub: Hub, actor: Actor, which: TicketRef) -> Ticket:
    """Return a ticket. Raises NotFound."""
    return await present_ticket(hub, actor.scope, await stored(hub, actor.scope, TICKETS, which.ticket, "ticket"))


@verb(CRM_READ)
async def find_tickets(hub: Hub, actor: Actor, find: FindTickets) -> FoundTickets:
    """Return a page of tickets. Raises InvalidPayload."""
    filter = await _asked(hub, actor.scope, find)
    if find.search.strip():
        page = await searched(hub, actor.scope, TICKETS, filter, find.search, find.limit)
    else:
        page = await page_of(hub, actor.scope, TICKETS, filter, find.sort, find.limit, find.cursor)
    return FoundTickets(await present_tickets(hub, actor.scope, page.items), page.cursor)


@verb(CRM_READ)
async def count_tickets(hub: Hub, actor: Actor, find: FindTickets) -> TicketCount:
    """Return how many tickets there are of these, whatever words and pages they ask for. Raises InvalidPayload."""
    return TicketCount(await hub.store.count(actor.scope, TICKETS, await _asked(hub, actor.scope, find), scan=True))


async def _asked(hub: Hub, scope: Scope, find: FindTickets) -> Filter:
    parts = [await conditions(hub, scope, "ticket", find.where)]
    people = ("assignee", "contact", "company")
    parts += [Eq(field, id) for field in people if (id := getattr(find, field)) is not None]
    if find.status is not None or find.assignee is not None:  # of an agent's, the index has the status before the time
        parts.append(one_of("status", TICKET_STATUSES if find.status is None else find.status))
    return all_of(*parts)


@verb(CRM_WRITE)
async def create_ticket(hub: Hub, actor: Actor, new: NewTicket) -> Ticket:
    """Make a ticket. Raises InvalidPayload, Taken; NotFound for what it refers to and is not there."""
    scope, now = Scope(actor.scope.app), hub.clock.now()
    fields = await _checked(hub, scope, new)
    ticket = made(
        {
            "id": await hub.ids.next("ticket"), "status": "draft", "participants": [], "attrs": {},
            "token": hub.ids.token(32), "created_by": author_record(actor), "created": now, "updated": now, "revision": 1,
        },
        fields,
    )  # fmt: skip
    ticket |= _steps(ticket, None, now)
    batch = Batch(scope)
    claim_custom_id(batch, "ticket.custom_id", ticket["id"], None, ticket.get("custom_id"))
    batch.insert(TICKETS, ticket)
    await _into_timelines(hub, batch, actor, ticket, "created")
    await hub.follow_up(batch, TicketCreated, {"ticket": ticket["id"]})
    if (await hub.commit(batch)).existing:
        raise taken("ticket")
    hub.publish(TicketCreated(app=scope.app, document=ticket))
    return await present_ticket(hub, scope, ticket)


@verb(CRM_WRITE)
async def change_ticket(hub: Hub, actor: Actor, change: TicketChange) -> Ticket:
    """Change a ticket. Raises NotFound, InvalidPayload, Taken."""
    events: list[Event] = []
    before: Document = {}

    async def turn(ticket: Document, batch: Batch) -> Document:
        nonlocal before
        before = ticket
        changes = changed(ticket, await _checked(hub, actor.scope, change))
        after = with_fields(ticket, changes)
        changes |= changed(ticket, _steps(after, ticket, hub.clock.now()))
        claim_custom_id(batch, "ticket.custom_id", ticket["id"], ticket.get("custom_id"), after.get("custom_id"))
        if after["status"] != ticket["status"]:
            await _into_timelines(hub, batch, actor, after, after["status"])
            facts = {"ticket": ticket["id"], "from": ticket["status"], "to": after["status"]}
            await hub.follow_up(batch, TicketStatusChanged, facts)
        if changes:
            await hub.follow_up(batch, TicketChanged, {"ticket": ticket["id"]})
        return changes

    after = await change_record(hub, actor.scope, TICKETS, change.ticket, "ticket", turn)
    if after["revision"] != before["revision"]:
        events.append(TicketChanged(app=actor.scope.app, document=after))
    if after["status"] != before["status"]:
        events.append(TicketStatusChanged(app=actor.scope.app, document=after, from_status=before["status"]))
    for event in events:
        hub.publish(event)
    return await present_ticket(hub, actor.scope, after)


@verb(CRM_WRITE)
async def delete_ticket(hub: Hub, actor: Actor, which: TicketRef) -> None:
    """Delete a ticket. Raises NotFound."""

    async def turn(ticket: Document, batch: Batch) -> Document:
        claim_custom_id(batch, "ticket.custom_id", ticket["id"], ticket.get("custom_id"), None)
        await _into_timelines(hub, batch, actor, ticket, "deleted")
        return {}

    gone = await delete_record(hub, actor.scope, TICKETS, which.ticket, "ticket", turn)
    hub.publish(TicketDeleted(app=actor.scope.app, document=gone))


_AS_GIVEN = ("status", "custom_id", "priority", "attachments")


async def _checked(hub: Hub, scope: Scope, given: TicketFields) -> Document:
    fields: Document = {name: value for name in _AS_GIVEN if (value := getattr(given, name)) is not UNSET}
    for name in ("name", "description"):
        if (text := getattr(given, name)) is not UNSET:
            fields[name] = text and check_text(text, name).strip()
    if given.description is not UNSET and not fields["description"]:
        raise InvalidPayload("A ticket has a `description`.")
    if fields.get("custom_id"):
        check_text(fields["custom_id"], "custom_id")
    check_data(fields.get("attachments"), "attachments")
    for name in ("due", "closed_at"):
        if (moment := getattr(given, name)) is not UNSET:
            fields[name] = read_moment(moment, name)
    if given.assignee is not UNSET:
        fields["assignee"] = await check_agent(hub, scope, given.assignee)
    if given.contact is not UNSET:
        fields["contact"] = given.contact and (await standing_contacts(hub, scope, [given.contact]))[0]
    if given.company is not UNSET:
        if given.company is not None:
            await check_company(hub, scope, given.company)
        fields["company"] = given.company
    if given.participants is not UNSET:
        fields["participants"] = await standing_contacts(hub, scope, given.participants)
    return fields | await own_fields(hub, scope, "ticket", given.attributes)


def _steps(after: Document, before: Document | None, now: int) -> Document:
    """Return the history of a ticket's status and when it was closed, as they follow from its status."""
    if before is not None and before["status"] == after["status"]:
        return {}
    steps = [*(after.get("steps") or ()), {"status": after["status"], "at": now}][-_STEPS:]
    is_new = after.get("closed_at") != (before or {}).get("closed_at")
    closed = after.get("closed_at") if is_new else now if after["status"] in ("closed", "archived") else None
    return {"steps": steps, "closed_at": closed}


async def _into_timelines(hub: Hub, batch: Batch, actor: Actor, ticket: Document, word: str) -> None:
    facts = {"ticket": ticket["id"], "name": ticket.get("name")}
    for contact in dict.fromkeys((ticket.get("contact"), *ticket["participants"])):
        if contact is not None:
            await remember(hub, batch, actor, "contact", contact, "ticket", word, **facts)
    if ticket.get("company") is not None:
        await remember(hub, batch, actor, "company", ticket["company"], "ticket", word, **facts)


async def present_tickets(hub: Hub, scope: Scope, tickets: list[Document]) -> list[Ticket]:
    """Return tickets as agents see them, with one read for each kind of thing that they refer to."""
    words = await vocabulary(hub, scope)
    people = [id for each in tickets for id in (each.get("contact"), *each["participants"]) if id is not None]
    contacts = await contact_references(hub, scope, people)
    companies = await company_references(
        hub, scope, [id for each in tickets if (id := each.get("company")) is not None]
    )
    return [
        Ticket(
            id=each["id"], name=each.get("name"), description=each["description"], status=each["status"],
            status_history=[TicketStep(step["status"], rfc3339(step["at"])) for step in each["steps"]],
            custom_id=each.get("custom_id"), token=each["token"], due=shown_time(each.get("due")),
            closed_at=shown_time(each.get("closed_at")), assignee=each.get("assignee"),
            contact=contacts.get(each.get("contact") or 0), company=companies.get(each.get("company") or 0),
            participants=[contacts[id] for id in each["participants"] if id in contacts], priority=each.get("priority"),
            attachments=each.get("attachments"), attributes=own_values(each, words, "ticket"),
            created_by=WrittenBy(**each["created_by"]), created=rfc3339(each["created"]), updated=rfc3339(each["updated"]),
            revision=each["revision"],
        )
        for each in tickets
    ]  # fmt: skip


async def present_ticket(hub: Hub, scope: Scope, ticket: Document) -> Ticket:
    """Return one ticket as agents see it."""
    (shown,) = await present_tickets(hub, scope, [ticket])
    return shown
