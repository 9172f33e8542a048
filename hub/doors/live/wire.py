"""What each event is called on the wire and what it carries, per face. `None` keeps it from that face."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from hub.accounts.availability_rules import state_at
from hub.accounts.events import AgentFaceChanged, ApplicationChanged, AvailabilityChanged, GroupsChanged
from hub.accounts.team import Team
from hub.calls import events as calls
from hub.calls.phone.calling import reaches_phones
from hub.calls.records import call_of
from hub.calls.rules import CallRulesKept
from hub.calls.turning import contact_of
from hub.chat import events as chat
from hub.chat.cards import present_contact
from hub.chat.inbox.working import operation_of as inbox_operation_of
from hub.chat.presence import Presence
from hub.chat.present import conversation_of
from hub.core.clock import rfc3339
from hub.core.event import Event, Face
from hub.core.hub import Hub
from hub.doors.live import crm_wire
from hub.people import events as people
from hub.people.collections import CONTACTS
from hub.people.operations.operations import operation_of
from hub.support.events import FaultChanged, FirstHourChanged
from storage.engine import Scope

Render = Callable[[Hub, Any, Face], Awaitable[Any]]


async def _message(hub: Hub, event: chat.MessageSent, face: Face) -> Any:
    return event.message


async def _note(hub: Hub, event: chat.NoteAdded, face: Face) -> Any:
    return event.note


async def _conversation(hub: Hub, event: chat.ConversationChanged, face: Face) -> Any:
    contact = await hub.store.get(Scope(event.app), CONTACTS, event.contact)
    return conversation_of(hub, event.app, event.document, contact, face == "agent")


async def _receipt(hub: Hub, event: chat.Received, face: Face) -> Any:
    body = {"conversation": event.conversation, "by": event.by}
    return body | {name: value for name in ("delivered", "read") if (value := getattr(event, name)) is not None}


async def _delivery(hub: Hub, event: chat.DeliveryChanged, face: Face) -> Any:
    return event.delivery


async def _typing(hub: Hub, event: chat.Typed, face: Face) -> Any:
    by = {"kind": event.by.kind, "id": event.by.id, "name": event.name}
    # What somebody has not sent yet is for the team alone, whoever hears the rest.
    preview = {"text": event.text} if event.text and face == "agent" else {}
    return {"conversation": event.conversation, "by": by, "on": event.on, **preview}


async def _looking(hub: Hub, event: chat.Looked, face: Face) -> Any:
    return {"conversation": event.conversation, "by": event.by, "on": event.on}


async def _presence(hub: Hub, event: Any, face: Face) -> Any:
    return {"kind": event.kind, "id": event.id, "online": event.online}


async def _agent_presence(hub: Hub, event: chat.AgentPresenceChanged, face: Face) -> Any:
    online = event.online
    if online and face == "visitor":  # who opened the panel to look, and said to be away, is not there for visitors
        agent = (await hub.part(Team).of(event.app)).agents.get(event.id)
        online = agent is None or state_at(agent.availability, hub.clock.now())[0] != "away"
    return {"kind": event.kind, "id": event.id, "online": online}


async def _face_of_agent(hub: Hub, event: AgentFaceChanged, face: Face) -> Any:
    online = hub.part(Presence).online(event.app, "agent", event.agent) and (face == "agent" or event.state != "away")
    return {"kind": "agent", "id": event.agent, "online": online}


async def _availability(hub: Hub, event: AvailabilityChanged, face: Face) -> Any:
    return {"agent": event.agent, "state": event.state, "why": event.why}


async def _sla(hub: Hub, event: chat.PromiseTurned, face: Face) -> Any:
    return {
        "conversation": event.conversation, "kind": event.kind, "what": event.what, "due": rfc3339(event.due),
        "assignee": event.assignee, "group": event.group,
    }  # fmt: skip


async def _rating(hub: Hub, event: chat.ConversationRated, face: Face) -> Any:
    return {"conversation": event.conversation, "rating": event.rating, "assignee": event.assignee}


async def _page(hub: Hub, event: people.PageVisited, face: Face) -> Any:
    return event.page


async def _contact(hub: Hub, event: people.ContactChanged, face: Face) -> Any:
    return present_contact(hub, event.app, event.contact)


async def _replaced(hub: Hub, event: people.ContactsReplaced, face: Face) -> Any:
    return {"contacts": event.contacts, "into": event.into}


async def _segment(hub: Hub, event: Any, face: Face) -> Any:
    return {"contact": event.contact, "segment": event.segment, "inside": isinstance(event, people.SegmentEntered)}


async def _nothing(hub: Hub, event: Any, face: Face) -> Any:
    return {}


async def _operation(hub: Hub, event: people.OperationMoved, face: Face) -> Any:
    return operation_of(event.operation)


async def _inbox_operation(hub: Hub, event: chat.InboxOperationMoved, face: Face) -> Any:
    return inbox_operation_of(event.operation)


async def _form(hub: Hub, event: people.FormSubmitted | people.FormConfirmed, face: Face) -> Any:
    return event.submission


async def _modal(hub: Hub, event: chat.ModalShown, face: Face) -> Any:
    return event.modal


async def _groups(hub: Hub, event: GroupsChanged, face: Face) -> Any:
    return {"groups": event.groups}


async def _fault(hub: Hub, event: FaultChanged, face: Face) -> Any:
    return {"fault": event.fault, "state": event.state, "reporter": event.reporter}


async def _application(hub: Hub, event: ApplicationChanged, face: Face) -> Any:
    return {"application": event.application}


async def _call(hub: Hub, event: calls.OfCall, face: Face) -> Any:
    contact = None if face == "visitor" else await contact_of(hub, Scope(event.app), event.call)
    return call_of(event.call, contact)


async def _call_ways(hub: Hub, event: calls.CallWaysChanged, face: Face) -> Any:
    scope = Scope(event.app)
    on = (await hub.part(CallRulesKept).of(event.app)).on
    return {"calls": on, "phones": on and await reaches_phones(hub, scope)}


async def _signal(hub: Hub, event: calls.CallSignalled, face: Face) -> Any:
    return event.signal


EVENTS: dict[type[Event], tuple[str, Render]] = {
    chat.MessageSent:            ("message", _message),
    chat.NoteAdded:              ("note", _note),
    chat.ConversationChanged:    ("conversation", _conversation),
    chat.Received:               ("receipt", _receipt),
    chat.DeliveryChanged:        ("delivery", _delivery),
    chat.Typed:                  ("typing", _typing),
    chat.Looked:                 ("looking", _looking),
    chat.AgentPresenceChanged:   ("presence", _agent_presence),
    chat.ContactPresenceChanged: ("presence", _presence),
    people.PageVisited:          ("page", _page),
    people.ContactChanged:       ("contact", _contact),
    people.ContactsReplaced:     ("replaced", _replaced),
    people.FormSubmitted:        ("form", _form),
    people.FormConfirmed:        ("form", _form),
    people.SegmentEntered:       ("segment", _segment),
    people.SegmentLeft:          ("segment", _segment),
    **crm_wire.EVENTS,
    people.SegmentsMoved:        ("segments", _nothing),
    people.ViewsChanged:         ("views", _nothing),
    people.LabelsChanged:        ("labels", _nothing),
    people.OperationMoved:       ("operation", _operation),
    chat.ModalShown:             ("modal", _modal),
    GroupsChanged:               ("groups", _groups),
    chat.InboxChanged:           ("inbox", _nothing),
    AvailabilityChanged:         ("availability", _availability),
    chat.PromiseTurned:          ("sla", _sla),
    chat.ConversationRated:      ("rating", _rating),
    AgentFaceChanged:            ("presence", _face_of_agent),
    chat.InboxOperationMoved:    ("inbox.operation", _inbox_operation),
    ApplicationChanged:          ("application", _application),
    FaultChanged:                ("fault", _fault),
    FirstHourChanged:            ("first.hour", _nothing),
    calls.CallRinging:           ("call.ringing", _call),
    calls.CallAccepted:          ("call.accepted", _call),
    calls.CallChanged:           ("call.changed", _call),
    calls.CallEnded:             ("call.ended", _call),
    calls.CallWaysChanged:       ("call.ways", _call_ways),
    calls.OfferMade:             ("call.offer", _signal),
    calls.OfferAnswered:         ("call.answer", _signal),
    calls.CandidateFound:        ("call.candidate", _signal),
}  # fmt: skip

SAME_FOR_BOTH: set[type[Event]] = set(EVENTS) - {
    chat.ConversationChanged, chat.AgentPresenceChanged, AgentFaceChanged,
    calls.CallRinging, calls.CallAccepted, calls.CallChanged, calls.CallEnded,
}  # fmt: skip
"""Rendered and encoded once for agents and visitors."""

VOLATILE: set[type[Event]] = {chat.Typed, chat.Looked, chat.AgentPresenceChanged, chat.ContactPresenceChanged}
"""May be dropped for a client that reads slowly."""

LOCAL: set[type[Event]] = {chat.AgentPresenceChanged, chat.ContactPresenceChanged, people.ContactsReplaced}
"""Each node tells its own sockets of these, so they do not travel."""
