"""What is told of an event: its facts, with the objects that they name as our own API shows them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from hub.accounts.system import system_of
from hub.calls.log import CallOf, read_call
from hub.chat.told import conversation_told, message_told, note_told
from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.crm.activities.activities import ActivityRef, get_activity
from hub.crm.deals.deals import DealRef, get_deal
from hub.crm.notes import CrmNoteRef, get_note
from hub.crm.tickets import TicketRef, get_ticket
from hub.people.companies.companies import CompanyOpen, get_company
from hub.people.managing import ContactRef, get_one
from storage.engine import Scope

Facts = dict[str, Any]
Reader = Callable[[Hub, Actor, Facts], Awaitable[Any]]

_OBJECTS: dict[str, Reader] = {
    "conversation": lambda hub, actor, facts: conversation_told(hub, actor, facts["conversation"]),
    "message": lambda hub, actor, facts: message_told(hub, actor, facts["conversation"], facts["message"]),
    "conversation_note": lambda hub, actor, facts: note_told(
        hub, actor, facts["conversation"], facts["conversation_note"]
    ),
    "contact": lambda hub, actor, facts: get_one(hub, actor, ContactRef(facts["contact"])),
    "call": lambda hub, actor, facts: read_call(hub, actor, CallOf(facts["call"])),
    "company": lambda hub, actor, facts: get_company(hub, actor, CompanyOpen(facts["company"])),
    "deal": lambda hub, actor, facts: get_deal(hub, actor, DealRef(facts["deal"])),
    "activity": lambda hub, actor, facts: get_activity(hub, actor, ActivityRef(facts["activity"])),
    "note": lambda hub, actor, facts: get_note(hub, actor, CrmNoteRef(facts["note"])),
    "ticket": lambda hub, actor, facts: get_ticket(hub, actor, TicketRef(facts["ticket"])),
}
"""name of a fact → who reads the object that it names"""
_PEOPLE = ("contact", "participants", "contacts", "user", "person")


async def told(hub: Hub, scope: Scope, facts: Facts) -> Facts:
    """Return the facts with each object as it is now; of one that is gone, its id."""
    actor = system_of(scope)
    data: Facts = {}
    for name, fact in facts.items():
        read = _OBJECTS.get(name)
        if read is None or not isinstance(fact, int):
            data[name] = fact
            continue
        try:
            data[name] = msgspec.to_builtins(await read(hub, actor, facts))
        except NotFound:
            data[name] = {"id": fact}
    return data


def people_in(data: Any) -> list[int]:
    """Return the contacts that data speaks of, the one it is about first: by them it is found when one is erased."""
    found: dict[int, None] = {}
    _look(data, found, ())
    return list(found)


def _look(value: Any, found: dict[int, None], names: tuple[str, ...]) -> None:
    within = bool(names) and names[-1] in _PEOPLE
    if isinstance(value, dict):
        if within and isinstance(value.get("id"), int):
            found[value["id"]] = None
        if value.get("kind") == "contact" and isinstance(value.get("id"), int):  # an author
            found[value["id"]] = None
        if value.get("subject") == "contact" and isinstance(value.get("of"), int):  # a note
            found[value["of"]] = None
        for name, each in value.items():
            _look(each, found, (*names, name))
    elif isinstance(value, list):
        for each in value:
            _look(each, found, names)
    elif within and type(value) is int:
        found[value] = None
