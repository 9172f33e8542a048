"""The shapes of chat: what verbs return and what goes over the wire. TypeScript has the same in widget/shared/types.ts."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.people.contacts import ContactRef

PartyKind = Literal["contact", "agent", "automation", "system"]
Status = Literal["open", "pending", "snoozed", "closed"]
"""`pending` waits for the contact's answer, `snoozed` for a time; both open by themselves when the contact writes."""
Priority = Literal["low", "normal", "high", "urgent"]
PRIORITIES: tuple[Priority, ...] = get_args(Priority)
"""Stored as ranks from 1, so that they sort; none is null."""
Kind = Literal["text", "edit", "delete", "event"]
Size = Literal["full", "bubble", "popup"]


class Party(Struct, frozen=True):
    """A side of a conversation."""

    kind: PartyKind
    id: int


class Author(Struct, frozen=True):
    """Who wrote it, with the name at that time."""

    kind: PartyKind
    id: int
    name: str


class Attachment(Struct, frozen=True):
    """A file of a message; its addresses are signed and expire."""

    id: int
    name: str
    size: int
    type: str
    url: str
    thumbnail: str | None = None
    width: int | None = None
    height: int | None = None


class MessageButton(Struct, frozen=True, forbid_unknown_fields=True):
    """A button below a message: it leads to `url`, or sends `reply` as an answer."""

    label: Annotated[str, Meta(min_length=1, max_length=60)]
    url: Annotated[str, Meta(max_length=2000)] = ""
    reply: Annotated[str, Meta(max_length=1000)] = ""


class Quote(Struct, frozen=True, omit_defaults=True):
    """The message that another one answers, with its first words."""

    id: int
    position: int
    author: Author
    text: str
    deleted: bool = False


class Message(Struct, frozen=True):
    """What the contact may see, at its position in the conversation. Kind `event` says closed or reopened.

    `form` is a form to fill in, shown with the message. `of` is the message that a record of the kind `edit` or `delete`
    changes; `text` is what that one says now. `edited` is when this message was changed last, `deleted` says that it was
    taken back, and `reply_to` is what it answers.
    """

    id: int
    conversation: int
    position: int
    client_id: str | None
    kind: Kind
    text: str
    attachments: list[Attachment]
    author: Author
    at: str
    size: Size | UnsetType = UNSET
    form: int | UnsetType = UNSET
    buttons: list[MessageButton] | UnsetType = UNSET
    picture: int | UnsetType = UNSET
    of: int | UnsetType = UNSET
    edited: str | UnsetType = UNSET
    deleted: bool | UnsetType = UNSET
    reply_to: Quote | UnsetType = UNSET


class Note(Struct, frozen=True):
    """What only agents see, with positions of its own. `mentions` are the agents whom it names, where it names any.

    `kind` stands there where it is `edit` or `delete`: such a record changes the note `of`, and `text` is what that one
    says now. `edited` is when this note was changed last, and `deleted` says that it was taken back.
    """

    id: int
    conversation: int
    position: int
    client_id: str | None
    text: str
    author: Author
    at: str
    mentions: list[int] | UnsetType = UNSET
    kind: Literal["edit", "delete"] | UnsetType = UNSET
    of: int | UnsetType = UNSET
    edited: str | UnsetType = UNSET
    deleted: bool | UnsetType = UNSET


class Positions(Struct, frozen=True):
    """How far each side has come in the stream."""

    contact: int
    agent: int


class Assignee(Struct, frozen=True):
    """The agent in charge."""

    id: int
    name: str


class Preview(Struct, frozen=True):
    """The last words, for lists."""

    text: str
    kind: Kind
    author: Author
    at: str


class ConversationContact(ContactRef, frozen=True):
    """The contact of a conversation; agents also see whether it is there, and in which segments it is."""

    online: bool | UnsetType = UNSET
    segments: list[int] | UnsetType = UNSET


Came = Literal["chat", "email", "sms"]
"""By which channel a contact began a conversation; one that the company began is of the chat."""


SlaKind = Literal["first", "next", "resolution"]
"""The first answer, the next answer, and that the conversation is closed."""


class Promise(Struct, frozen=True):
    """By which policy a conversation is answered, and what is due next: which kind, when, and when it is said to be near.

    `left` are the milliseconds that were left when it was put aside: meanwhile no time passes. `broken` are the promises that
    were not kept.
    """

    policy: int
    kind: SlaKind | None
    due: str | None
    warn: str | None
    left: int | None
    broken: list[SlaKind]


class Rating(Struct, frozen=True):
    """What was asked about a conversation after it was closed, and the answer: from 1 (very bad) to 5 (very good).

    Without an answer `score` and `answered` are null.
    """

    id: int
    asked: str
    score: int | None
    comment: str
    answered: str | None


class MergedPart(Struct, frozen=True):
    """A conversation that became a part of another one: who did it, when, and the last positions of its streams."""

    conversation: int
    by: Author
    at: str
    position: int
    notes: int


class Conversation(Struct, frozen=True):
    """The whole state of a conversation, as one side sees it: `unread` counts the other side's texts.

    For agents only: `group` is the group of agents that it is for, `labels` are ids, `snoozed_until` is when it opens by
    itself, `waiting_since` is when the contact wrote what nobody has answered, `sla` is what was promised, `channel` by which
    way it came.

    For agents only: `merged` are conversations that became parts of this one, to be read together with it; `merged_into` is
    the one that this is a part of: what is written here goes there.

    `rating` is there where the contact was asked how the conversation was, since it was closed last.
    """

    id: int
    status: Status
    assignee: Assignee | None
    contact: ConversationContact
    position: int
    read: Positions
    delivered: Positions
    unread: int
    last: Preview | None
    revision: int
    created_at: str
    updated_at: str
    notes: int | UnsetType = UNSET
    group: int | UnsetType | None = UNSET
    priority: Priority | UnsetType | None = UNSET
    labels: list[int] | UnsetType = UNSET
    snoozed_until: str | UnsetType | None = UNSET
    waiting_since: str | UnsetType | None = UNSET
    sla: Promise | UnsetType | None = UNSET
    channel: Came | UnsetType = UNSET
    rating: Rating | UnsetType = UNSET
    merged: list[MergedPart] | UnsetType = UNSET
    merged_into: int | UnsetType = UNSET


State = Literal["waiting", "sent", "delivered", "refused", "failed", "withdrawn", "unreachable"]
"""`waiting` for its channel; taken by it, arrived where it tells so, or refused for good; given up; not needed any more; no way
to the person."""


class Recipient(Struct, frozen=True):
    """Who gets a letter."""

    kind: Literal["contact", "agent"]
    id: int


class ChatDelivery(Struct, frozen=True):
    """A letter: which messages it tells of (those behind `after`, up to `through`), by which channel, and what became of it.

    `name` is the contact's; `why` is a short code and `said` the words of the other side; `seen` and `clicked` are when the
    person did, where the channel tells.
    """

    id: int
    conversation: int
    contact: int
    name: str
    to: Recipient
    channel: str
    reason: str
    after: int
    through: int
    state: State
    why: str
    said: str
    tries: int
    created: str
    updated: str
    seen: str | None
    clicked: str | None
