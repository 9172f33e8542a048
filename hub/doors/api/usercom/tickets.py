"""Tickets: the object in both versions, and what is done with one or with a page of them."""

from __future__ import annotations

from typing import Any

import msgspec
from aiohttp import web

from hub.accounts.applications import member
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.crm import tickets
from hub.doors.api.compat import FieldErrors, compatible, milliseconds, next_page, timestamp
from hub.doors.api.usercom import bodies
from hub.doors.api.usercom.paths import number_in
from hub.doors.api.usercom.refusals import by_field
from hub.doors.api.usercom.shown import CODES, page
from hub.doors.api.usercom.versions import Version, name_in, version_of
from hub.people import records
from hub.people.standard import TICKET_STATUSES, Attribute
from hub.people.vocabulary import Vocabulary, vocabulary

_PAGE = 100
_PARTICIPANTS = 100
_PRIORITY = 1_000
_READ_ONLY = ("id", "token", "created_at", "updated_at", "status_history", "attributes", "serialized_attributes")
"""What a client may send back as it got it, and what is then left as it is."""
_TEXTS = {"name": 254, "description": 65_536}


def shown(ticket: tickets.Ticket, words: Vocabulary, version: Version) -> dict[str, Any]:
    """Return a ticket as the version has it."""
    own = {each.std: _value(each, ticket.attributes.get(each.std)) for each in words.own_attributes("ticket")}
    listed = [
        {"name_std": each.std, "name": each.name, "value": own[each.std], "id": each.id, "description": "",
         "value_type": CODES[each.type]}
        for each in words.own_attributes("ticket") if own[each.std] is not None and each.type != "decimal"
    ]  # fmt: skip
    fields = {
        "id": ticket.id, "attributes": listed,
        "status_history": [
            {"entered_at": f"{step.entered_at[:-1]}000+00:00", "status": step.status} for step in ticket.status_history
        ],
        "created_at": timestamp(ticket.created), "updated_at": timestamp(ticket.updated), "serialized_attributes": [],
        "custom_id": ticket.custom_id, "status": ticket.status, "token": ticket.token, "name": ticket.name,
        "description": ticket.description, "due_date": ticket.due and timestamp(ticket.due),
        "closed_at": ticket.closed_at and timestamp(ticket.closed_at), "attachments": ticket.attachments,
        "assigned_to": ticket.assignee, name_in(version, "ticket", "contact"): ticket.contact and ticket.contact.id,
        name_in(version, "ticket", "company"): ticket.company and ticket.company.id, "priority": ticket.priority,
        "participants": [each.id for each in ticket.participants],
    }  # fmt: skip
    if version == 1:
        return fields
    del fields["attributes"], fields["serialized_attributes"]
    return fields | {name: value for name, value in own.items() if name not in fields}


def _value(attribute: Attribute, value: Any) -> Any:
    return timestamp(value) if attribute.type == "datetime" and isinstance(value, str) else value


async def _one(hub: Hub, actor: Actor, request: web.Request, ticket: tickets.Ticket) -> dict[str, Any]:
    return shown(ticket, await vocabulary(hub, actor.scope), version_of(request))


@compatible(201)
async def create(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Make a ticket."""
    given = await _given(hub, actor, request)
    if not given.get("description"):
        raise FieldErrors(description="This field is required.")
    with by_field("ticket"):
        made = await tickets.create_ticket(hub, actor, tickets.NewTicket(**given))
    return await _one(hub, actor, request, made)


@compatible(single=True)
async def get(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """One ticket."""
    return await _one(hub, actor, request, await tickets.get_ticket(hub, actor, tickets.TicketRef(number_in(request))))


@compatible()
async def update(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Change what is named of a ticket."""
    id = number_in(request)
    await tickets.get_ticket(hub, actor, tickets.TicketRef(id))  # what is not there is said before what is wrong
    given = await _given(hub, actor, request)
    with by_field("ticket"):
        changed = await tickets.change_ticket(hub, actor, tickets.TicketChange(ticket=id, **given))
    return await _one(hub, actor, request, changed)


@compatible(204)
async def delete(hub: Hub, actor: Actor, request: web.Request) -> None:
    """Delete a ticket."""
    await tickets.delete_ticket(hub, actor, tickets.TicketRef(number_in(request)))


@compatible()
async def list_all(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """All tickets, or those that the query asks for; the one that changed last comes first."""
    query = {name: text.strip("/") for name, text in request.query.items()}
    asked: dict[str, Any] = {}
    status = query.get("status")
    if status is not None:
        if status not in TICKET_STATUSES:
            raise FieldErrors(status=f'"{status[:64]}" is not a valid choice.')
        asked["status"] = [status]
    for ours, names in _NUMBERS.items():
        for name in names:
            if name in query:
                asked[ours] = bodies.whole(query[name], name)
    if "custom_id" in query:
        asked["where"] = {
            "all": [{"type": "attribute", "attribute": "custom_id", "op": "equals", "value": query["custom_id"]}]
        }
    find = tickets.FindTickets(**asked, limit=_PAGE, cursor=query.get("cursor") or None)
    try:
        found = await tickets.find_tickets(hub, actor, find)
    except InvalidPayload:
        if find.cursor is None:
            raise
        raise NotFound from None
    count = (await tickets.count_tickets(hub, actor, find)).count
    words, version = await vocabulary(hub, actor.scope), version_of(request)
    return page([shown(each, words, version) for each in found.tickets], count, next_page(hub, request, found.cursor))


_NUMBERS = {"assignee": ("assigned_to",), "contact": ("person", "user_id"), "company": ("company", "company_id")}


async def _given(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Return the fields of a body by our names, checked. Raises FieldErrors."""
    body = await bodies.read_object(request)
    for name in _READ_ONLY:
        body.pop(name, None)
    found: dict[str, Any] = {}
    for name, longest in _TEXTS.items():
        if name in body:
            found[name] = _text(body.pop(name), name, longest)
    if "description" in found and not found["description"]:
        raise FieldErrors(description="This field may not be blank.")
    if "status" in body and (status := body.pop("status")) not in (None, ""):
        if status not in TICKET_STATUSES:
            raise FieldErrors(status=f'"{str(status)[:64]}" is not a valid choice.')
        found["status"] = status
    if "custom_id" in body:
        custom_id = body.pop("custom_id")
        found["custom_id"] = bodies.own_id(custom_id, "custom_id") if custom_id not in (None, "") else None
    for name, ours in (("due_date", "due"), ("closed_at", "closed_at")):
        if name in body:
            found[ours] = _moment(body.pop(name), name)
    if "priority" in body:
        found["priority"] = _priority(body.pop("priority"))
    if "attachments" in body:
        attachments = body.pop("attachments")
        if attachments is not None and not isinstance(attachments, dict):
            raise FieldErrors(attachments="Expected a dictionary of items.")
        found["attachments"] = attachments
    found |= await _people(hub, actor, body)
    return found | {"attributes": body}


async def _people(hub: Hub, actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """Take whom a ticket refers to out of a body. Raises FieldErrors for what is not there."""
    found: dict[str, Any] = {}
    for subject, ours, names in (("contact", "contact", ("person", "user_id", "user_custom_id")),
                                 ("company", "company", ("company", "company_id", "company_custom_id"))):  # fmt: skip
        said = [name for name in names if name in body]
        values = {name: body.pop(name) for name in said}
        if said:
            named = {name: value for name, value in values.items() if value not in (None, "")}
            found[ours] = await _reference(hub, actor, subject, *next(iter(named.items()))) if named else None
    if "participants" in body:
        ids = body.pop("participants") or []
        if not isinstance(ids, list) or len(ids) > _PARTICIPANTS:
            raise FieldErrors(participants=f"A list of at most {_PARTICIPANTS} ids is required.")
        found["participants"] = [await _reference(hub, actor, "contact", "participants", id) for id in ids]
    if "assigned_to" in body:
        agent = body.pop("assigned_to")
        found["assignee"] = (
            None if agent in (None, "") else await _agent(hub, actor, bodies.whole(agent, "assigned_to"))
        )
    return found


async def _agent(hub: Hub, actor: Actor, id: int) -> int:
    if await member(hub, actor.scope.app, id) is None:
        raise FieldErrors(assigned_to=f'Invalid pk "{id}" - object does not exist.')
    return id


async def _reference(hub: Hub, actor: Actor, subject: Any, field: str, value: Any) -> int:
    try:
        if field.endswith("custom_id"):
            ref = records.RecordRef(bodies.own_id(value, field), subject, "custom_id")
        else:
            ref = records.RecordRef(bodies.whole(value, field), subject)
        return int((await records.read_record(hub, actor, ref)).document["id"])
    except (NotFound, InvalidPayload):
        raise FieldErrors(**{field: f'Invalid pk "{str(value)[:64]}" - object does not exist.'}) from None


def _text(value: Any, name: str, longest: int) -> str | None:
    if value is None and name == "name":
        return None
    if not isinstance(value, str):
        raise FieldErrors(**{name: "Not a valid string."})
    if len(value) > longest:
        raise FieldErrors(**{name: f"Ensure this field has no more than {longest} characters."})
    return value.strip()


def _moment(value: Any, name: str) -> int | None:
    if value in (None, ""):
        return None
    if not isinstance(value, str):
        raise FieldErrors(**{name: "Datetime has wrong format. Use ISO 8601."})
    at = milliseconds(value, name)
    if at < 0:
        raise FieldErrors(**{name: "A time since 1970 is required."})
    return at


def _priority(value: Any) -> int | None:
    if value in (None, ""):
        return None
    try:
        number = None if isinstance(value, bool) else msgspec.convert(value, int, strict=False)
    except msgspec.ValidationError:
        number = None
    if number is None:
        raise FieldErrors(priority="A valid integer is required.")
    if abs(number) > _PRIORITY:
        raise FieldErrors(priority=f"Ensure this value is between -{_PRIORITY} and {_PRIORITY}.")
    return number
