"""What goes in and out of the User.com-compatible calls. Names and key order are User.com's (docs/api.md says whence)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from hub.chat.records import Size
from hub.chat.sized import Buttons


class UserRef(Struct, frozen=True):
    """A contact, in the words of this API."""

    id: int
    email: str | None
    name: str
    key: str | None


class AttachmentItem(Struct, frozen=True):
    """A file; a message that names its `id` carries it."""

    id: int
    name: str
    url: str
    size: int
    content_type: str


class AgentRef(Struct, frozen=True):
    """An agent in charge of a conversation."""

    id: int
    email: str
    name: str


class ConversationItem(Struct, frozen=True):
    """A conversation in a list; `messages` is how many there are."""

    id: int
    user: UserRef
    active: bool
    agent: AgentRef | None
    messages: int


class MessageItem(Struct, frozen=True):
    """A message; `chat` is the id of its conversation. Messages of agents have `user.key` null."""

    user: UserRef
    content: str
    chat: int
    source: str
    source_context: dict[str, Any]
    id: int
    timestamp: str
    attachments: list[dict[str, Any]]


class ConversationDetail(Struct, frozen=True):
    """A conversation with its messages, oldest first."""

    active: bool
    messages: list[MessageItem]
    user: UserRef
    id: int
    agent: AgentRef | None


class ConversationPage(Struct, frozen=True):
    """A page of conversations; `next` is an absolute address or null."""

    count: int
    next: str | None
    previous: str | None
    results: list[ConversationItem]


class ConversationEnvelope(Struct, frozen=True):
    """One conversation in the envelope of a page, as recorded: `results` is an object."""

    results: ConversationDetail
    previous: str | None
    count: int
    next: str | None


Source = int | str | None
Files = Annotated[list[int], Meta(max_length=10)] | None
"""Ids of uploaded files that no message has yet."""


class CreateConversation(Struct, frozen=True):
    """`user` is the id of the agent who writes. Unknown fields are ignored, as User.com does."""

    content: str = ""
    user: int | None = None
    assigned_to: int | None = None
    attachments: Files = None
    source: Source = None
    source_context: dict[str, Any] | None = None
    size: Size | None = None
    buttons: Buttons | None = None
    picture: int | None = None


class CreateMessage(Struct, frozen=True):
    """A message into a conversation; `user` is the id of the agent who writes.

    Not of User.com: `size` (full, bubble, popup), `buttons` and `picture` say how it shows itself on the website.
    """

    conversation: int
    content: str = ""
    user: int | None = None
    attachments: Files = None
    source: Source = None
    source_context: dict[str, Any] | None = None
    size: Size | None = None
    buttons: Buttons | None = None
    picture: int | None = None


class CreateMessageAsUser(Struct, frozen=True):
    """A message in a user's name; without `conversation` a new one begins."""

    content: str = ""
    conversation: int | None = None
    user_id: int | str | None = None
    user_custom_id: str | None = None
    state: Literal["snoozed", "close", "active"] | None = None
    snoozed_to: str | None = None
    attachments: Files = None
    source: Source = None
