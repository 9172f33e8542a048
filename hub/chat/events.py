"""Facts of chat, each with its audience. Who hears what is decided in this file and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from hub.accounts.events import readers, team, visitors
from hub.chat.records import Author, ChatDelivery, Message, Note, Party, Rating, SlaKind
from hub.core.event import Event, Room


def contact_side(event: Any) -> Iterable[Room]:
    """The contact's own sockets: signed ones hear all its conversations, a browser those that it began."""
    yield Room("visitor", f"{event.app}:contact:{event.contact}")
    if event.browser:
        yield Room("visitor", f"{event.app}:browser:{event.browser}")


def other_side(event: Any) -> Iterable[Room]:
    """The contact's sockets, for what an agent does."""
    return () if event.by.kind == "contact" else contact_side(event)


class InConversation(Event, frozen=True, kw_only=True):
    """A fact of one conversation, with what its audience is found by."""

    conversation: int
    contact: int
    browser: int | None


class MessageSent(InConversation, frozen=True, kw_only=True):
    """A message was added where the contact can see it."""

    audience = (contact_side, readers)

    message: Message


class NoteAdded(InConversation, frozen=True, kw_only=True):
    """An agent wrote a note that the contact must never see, or changed one or took it back."""

    audience = (readers,)

    note: Note


class ConversationChanged(InConversation, frozen=True, kw_only=True):
    """A conversation began, or its status or assignee changed."""

    audience = (contact_side, readers)

    document: dict[str, Any]


class InboxChanged(Event, frozen=True, kw_only=True):
    """A label of conversations or a view of the inbox is new, different or gone; whoever shows them asks again."""

    audience = (team,)


class InboxOperationMoved(Event, frozen=True, kw_only=True):
    """Something that is being done with many conversations has come further, or has ended."""

    audience = (team,)

    operation: dict[str, Any]


class Received(InConversation, frozen=True, kw_only=True):
    """Somebody's client has shown messages, or has them, up to a position."""

    audience = (contact_side, readers)

    by: Party
    delivered: int | None = None
    read: int | None = None


class Typed(InConversation, frozen=True, kw_only=True):
    """Somebody is writing, or stopped. Not kept; may be lost. A contact is not told of its own typing."""

    audience = (other_side, readers)

    by: Party
    name: str
    on: bool
    text: str | None = None


class Looked(Event, frozen=True, kw_only=True):
    """An agent looks at a conversation, or left it. Not kept; may be lost."""

    audience = (team,)

    conversation: int
    by: Author
    on: bool


class AgentPresenceChanged(Event, frozen=True, kw_only=True):
    """An agent came or went."""

    audience = (team, visitors)

    id: int
    online: bool
    kind: Literal["agent"] = "agent"


class ContactPresenceChanged(Event, frozen=True, kw_only=True):
    """A contact came or went. Other visitors never learn of it."""

    audience = (team,)

    id: int
    online: bool
    kind: Literal["contact"] = "contact"


class DeliveryChanged(Event, frozen=True, kw_only=True):
    """Something became of a letter to somebody who is away."""

    audience = (readers,)

    delivery: ChatDelivery


def those_shown(event: Any) -> Iterable[Room]:
    """The sockets of the contacts that it names (hub/doors/live/chosen.py)."""
    kind = "own" if event.own else "who"
    yield Room("visitor", f"{event.app}:{kind}:{','.join(map(str, event.contacts))}")


def team_at_once(event: Any) -> Iterable[Room]:
    """The agents; of what is put into words for each contact they don't hear each."""
    return () if event.own else team(event)


class ModalShown(Event, frozen=True, kw_only=True):
    """A modal is shown to contacts who are on the website; `own` where its words are for nobody who only claims to be one."""

    audience = (those_shown, team_at_once)

    contacts: list[int]
    modal: Any
    own: bool = False


class PromiseTurned(Event, frozen=True, kw_only=True):
    """The time in which a conversation was to be answered or solved is nearly over, or over."""

    audience = (readers,)

    conversation: int
    kind: SlaKind
    what: Literal["warning", "breach"]
    due: int
    assignee: int | None
    group: int | None


class ConversationRated(InConversation, frozen=True, kw_only=True):
    """A contact said how a conversation was."""

    audience = (readers,)

    rating: Rating
    assignee: int | None


class TranscriptOrdered(Event, frozen=True, kw_only=True):
    """Somebody asked that a conversation is mailed. Internal: only a mail follows from it."""


class AttachmentStarted(Event, frozen=True, kw_only=True):
    """An upload was announced. Internal: no socket hears it; what is never sent is deleted later."""

    attachment: int
