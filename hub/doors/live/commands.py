"""Every command of the live door, one line each: its name on the wire, its verb, who may call it, how it answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from hub.calls import answering, consulting, signalling, starting, taping
from hub.chat import (
    attachments,
    cards,
    conversations,
    edits,
    looking,
    messages,
    note_edits,
    notes,
    receipts,
    resume,
    routing,
    states,
)
from hub.chat.inbox import marking
from hub.chat.inbox import views as inbox_views
from hub.chat.modals import showing as modals
from hub.chat.ratings import answering as ratings
from hub.chat.transcripts import exporting as transcripts
from hub.core.event import Face
from hub.core.verb import VERBS, Verb
from hub.outreach.push import visitors as push
from hub.people import contacts
from hub.people.forms import showing, submitting
from hub.people.tracking import custom_events, pages

SPREAD = ""
"""The fields of the verb's result stand in the ack themselves."""
NOTHING = None
"""The ack says only `ok`."""

BOTH: tuple[Face, ...] = ("visitor", "agent")
VISITOR: tuple[Face, ...] = ("visitor",)
AGENT: tuple[Face, ...] = ("agent",)


class Command(Struct, frozen=True):
    """A row of the table; `reply` is the field of the ack that holds the verb's result."""

    name: str
    call: Callable[..., Awaitable[Any]]
    faces: tuple[Face, ...]
    reply: str | None

    @property
    def verb(self) -> Verb:
        return VERBS[f"{self.call.__module__.removeprefix('hub.')}.{self.call.__name__}"]


COMMANDS = [
    # name                     verb                                faces    reply
    Command("message.send",           messages.send,                      BOTH,    "message"),
    Command("message.edit",           edits.edit_message,                 BOTH,    "message"),
    Command("message.delete",         edits.delete_message,               BOTH,    "message"),
    Command("conversation.open",      conversations.open_conversation,    BOTH,    SPREAD),
    Command("conversation.list",      conversations.list_conversations,   AGENT,   SPREAD),
    Command("conversation.read",      receipts.read_to,                   BOTH,    NOTHING),
    Command("conversation.delivered", receipts.delivered_to,              BOTH,    NOTHING),
    Command("conversation.assign",    states.assign_conversation,         AGENT,   "conversation"),
    Command("conversation.group",      routing.group_conversation,        AGENT,   "conversation"),
    Command("conversation.close",     states.close_conversation,          AGENT,   "conversation"),
    Command("conversation.reopen",    states.reopen_conversation,         AGENT,   "conversation"),
    Command("conversation.pending",   states.let_pend,                    AGENT,   "conversation"),
    Command("conversation.snooze",    states.snooze_conversation,         AGENT,   "conversation"),
    Command("conversation.priority",  marking.prioritise_conversation,    AGENT,   "conversation"),
    Command("conversation.view",      inbox_views.list_view,              AGENT,   SPREAD),
    Command("conversation.label",     marking.label_conversation,         AGENT,   "conversation"),
    Command("note.add",               notes.add_note,                     AGENT,   "note"),
    Command("note.edit",              note_edits.edit_note,               AGENT,   "note"),
    Command("note.delete",            note_edits.take_back_note,             AGENT,   "note"),
    Command("typing",                 receipts.type_text,                 BOTH,    NOTHING),
    Command("conversation.look",      looking.look_at,                    AGENT,   NOTHING),
    Command("resume",                 resume.resume,                      BOTH,    "streams"),
    Command("attachment.start",       attachments.start_attachment,       BOTH,    SPREAD),
    Command("page",                   pages.visit_page,                VISITOR, NOTHING),
    Command("event",                  custom_events.send_event,           VISITOR, NOTHING),
    Command("contact.update",         contacts.update_self,               VISITOR, "contact"),
    Command("form.open",              showing.open_form,                  VISITOR, "form"),
    Command("form.submit",            submitting.submit_form,             VISITOR, SPREAD),
    Command("modal.list",             modals.list_due_modals,             VISITOR, SPREAD),
    Command("modal.open",             modals.open_modal,                  VISITOR, "modal"),
    Command("modal.tell",             modals.tell_modal,                  VISITOR, NOTHING),
    Command("rating.open",            ratings.open_rating,                VISITOR, SPREAD),
    Command("rating.answer",          ratings.answer_rating,              VISITOR, "rating"),
    Command("transcript.link",        transcripts.link_transcript,        VISITOR, SPREAD),
    Command("transcript.mail",        transcripts.mail_own_transcript,    VISITOR, SPREAD),
    Command("push.allow",             push.allow_push,                    VISITOR, NOTHING),
    Command("push.stop",              push.stop_push,                     VISITOR, NOTHING),
    Command("call.start",             starting.start_call,                BOTH,    SPREAD),
    Command("call.accept",            answering.accept_call,              BOTH,    SPREAD),
    Command("call.rejoin",            answering.rejoin_call,              BOTH,    SPREAD),
    Command("call.offer",             signalling.offer_call,              BOTH,    NOTHING),
    Command("call.answer",            signalling.answer_call,             BOTH,    NOTHING),
    Command("call.candidate",         signalling.send_candidate,          BOTH,    NOTHING),
    Command("call.hold",              answering.hold_call,                BOTH,    "call"),
    Command("call.resume",            answering.resume_call,              BOTH,    "call"),
    Command("call.mute",              answering.mute_call,                BOTH,    "call"),
    Command("call.record",              taping.record_call,               AGENT,   "call"),
    Command("call.listen",              taping.listen_call,               AGENT,   SPREAD),
    Command("call.leave",               taping.stop_listening,            AGENT,   "call"),
    Command("call.decline",           answering.decline_call,             BOTH,    "call"),
    Command("call.consult",             consulting.consult_call,          AGENT,   "call"),
    Command("call.transfer",          answering.hand_over,                AGENT,   "call"),
    Command("call.hangup",            answering.hang_up,                  BOTH,    "call"),
    Command("contact.open",           cards.open_card,                    AGENT,   SPREAD),
    Command("contact.watch",          contacts.watch_contacts,            AGENT,   NOTHING),
]  # fmt: skip


def table(face: Face) -> dict[str, Command]:
    """Return the commands of a namespace by name."""
    return {command.name: command for command in COMMANDS if face in command.faces}
