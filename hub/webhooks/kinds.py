"""What can be told: each kind with its sentence, and which event it follows from."""

from __future__ import annotations

from typing import Any

from hub.calls.events import CallEnded, CallRinging
from hub.chat.events import ConversationChanged, ConversationRated, MessageSent, NoteAdded, PromiseTurned
from hub.core.event import Event
from hub.crm import events as crm
from hub.people import events as people

KINDS = {
    "message.sent": "A message was written by a contact, an agent or a program.",
    "conversation.started": "A conversation began.",
    "conversation.assigned": "An agent was put in charge of a conversation, or nobody.",
    "conversation.closed": "A conversation was closed.",
    "conversation.reopened": "A conversation is open again.",
    "conversation.snoozed": "A conversation was put aside until a time.",
    "conversation.pending": "A conversation was put aside until the contact answers.",
    "conversation.merged": "A conversation became a part of another one of the same contact.",
    "conversation.rated": "A contact said how a conversation was that was closed.",
    "conversation.note_added": "An agent wrote a note beside a conversation.",
    "conversation.sla_warning": "The time in which a conversation was to be answered or closed is nearly over.",
    "conversation.sla_breach": "The time in which a conversation was to be answered or closed is over.",
    "call.incoming": "A contact calls.",
    "call.outgoing": "An agent calls a contact.",
    "call.missed": "A contact called, and nobody answered.",
    "call.ended": "A call ended that somebody answered, or that an agent made.",
    "contact.created": "A contact is known that was not.",
    "contact.changed": "An attribute, a tag, a list or a company of a contact is different.",
    "company.created": "A company is known that was not.",
    "company.changed": "An attribute or a tag of a company is different.",
    "company.deleted": "A company was deleted.",
    "segment.entered": "A contact entered a segment.",
    "segment.left": "A contact left a segment.",
    "company_segment.entered": "A company entered a segment.",
    "company_segment.left": "A company left a segment.",
    "form.submitted": "A contact filled in a form.",
    "product_event.recorded": "A contact did something with a product.",
    "deal.created": "A deal was made.",
    "deal.changed": "Something about a deal is different.",
    "deal.stage_changed": "A deal moved to another stage.",
    "deal.status_changed": "A deal was won, lost, abandoned, archived or opened again.",
    "deal.deleted": "A deal was deleted.",
    "activity.created": "An activity was planned, or written down as done.",
    "activity.changed": "Something about an activity is different.",
    "activity.done": "An activity was done.",
    "activity.due": "The reminder of an activity came.",
    "activity.deleted": "An activity was deleted.",
    "note.added": "A note about a contact, a company or a deal was written.",
    "ticket.created": "A ticket was made.",
    "ticket.changed": "Something about a ticket is different.",
    "ticket.status_changed": "A ticket is of another status.",
}
TEST = "webhook.test"
"""What an owner sends to see that it arrives."""
EVERYTHING = "*"
"""All kinds, also those to come."""

_OF: dict[type[Event], str] = {
    MessageSent: "message.sent",
    NoteAdded: "conversation.note_added",
    ConversationRated: "conversation.rated",
    people.CompanyDeleted: "company.deleted",
    people.SegmentEntered: "segment.entered",
    people.SegmentLeft: "segment.left",
    people.CompanyEnteredSegment: "company_segment.entered",
    people.CompanyLeftSegment: "company_segment.left",
    people.FormSubmitted: "form.submitted",
    crm.ProductEventRecorded: "product_event.recorded",
    crm.DealCreated: "deal.created",
    crm.DealChanged: "deal.changed",
    crm.DealStageChanged: "deal.stage_changed",
    crm.DealStatusChanged: "deal.status_changed",
    crm.DealDeleted: "deal.deleted",
    crm.ActivityCreated: "activity.created",
    crm.ActivityChanged: "activity.changed",
    crm.ActivityDone: "activity.done",
    crm.ActivityDue: "activity.due",
    crm.ActivityDeleted: "activity.deleted",
    crm.CrmNoteAdded: "note.added",
    crm.TicketCreated: "ticket.created",
    crm.TicketChanged: "ticket.changed",
    crm.TicketStatusChanged: "ticket.status_changed",
}


def kind_of(event: type[Event], facts: dict[str, Any]) -> str | None:
    """Return the kind that an event is told as, or None for one that is nobody's business."""
    if event is ConversationChanged:
        return f"conversation.{facts['word']}"
    if event is PromiseTurned:
        return f"conversation.sla_{facts['what']}"
    if event is CallRinging:
        return "call.incoming" if facts["direction"] == "in" else "call.outgoing"
    if event is CallEnded:
        return "call.missed" if facts["direction"] == "in" and not facts["answered"] else "call.ended"
    return _OF.get(event)
