"""Conversations and messages over REST, as User.com answers them (row H11).

Where User.com's behaviour is not known the choice is ours, and docs/api.md says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from aiohttp import web

from hub.accounts.applications import Member, application, member
from hub.chat import conversations, messages, states
from hub.chat.records import Conversation, Message
from hub.core.actor import Actor
from hub.core.errors import AttachmentMissing, NotFound
from hub.core.hub import Hub
from hub.core.markup import plain_text
from hub.doors.api import shapes
from hub.doors.api.compat import (
    FieldErrors,
    compatible,
    milliseconds,
    next_page,
    read_body,
    timestamp,
)
from hub.doors.api.usercom.paths import number_in
from hub.people.contacts import contact_of_custom_id, get_contact, name_of
from storage.engine import Document, Scope

_DIGITS = 15
"""More of them than any id has; Python refuses to read numbers of thousands of digits."""
_WORDS = ("chat", "email", "api", "sms", "slack")
_SOURCES = {str(code): word for code, word in enumerate(_WORDS, 1)} | {word: word for word in _WORDS}
"""What says by which way a message came: User.com's codes and their words."""
Sent = shapes.CreateConversation | shapes.CreateMessage | shapes.CreateMessageAsUser
S = TypeVar("S", bound=Sent)


@compatible()
async def list_conversations(hub: Hub, actor: Actor, request: web.Request) -> shapes.ConversationPage:
    """All conversations, the latest activity first; `?status=true` gives only the open ones."""
    return await _page(hub, actor, request, None)


@compatible()
async def list_user_conversations(hub: Hub, actor: Actor, request: web.Request) -> shapes.ConversationPage:
    """The conversations of one user."""
    return await _page(hub, actor, request, (await _user(hub, actor, request))["id"])


async def _page(hub: Hub, actor: Actor, request: web.Request, contact: int | None) -> shapes.ConversationPage:
    only_open = request.query.get("status", "").strip("/").lower() == "true"
    asked = conversations.FindConversations(contact, only_open, request.query.get("cursor"))
    try:
        found = await conversations.find_conversations(hub, actor, asked)
    except ValueError:
        raise NotFound from None
    items = [await _item(hub, actor, conversation) for conversation in found.conversations]
    return shapes.ConversationPage(found.count, next_page(hub, request, found.cursor), None, items)


@compatible(single=True)
async def get_conversation(hub: Hub, actor: Actor, request: web.Request) -> shapes.ConversationEnvelope:
    """One conversation with all its messages, in the envelope of a page."""
    id = number_in(request, "id")
    after, texts = 0, []
    while True:
        opened = await conversations.open_conversation(hub, actor, conversations.OpenConversation(id, after))
        texts += [message for message in opened.messages if message.kind == "text"]
        if not opened.messages or opened.messages[-1].position >= opened.position:
            break
        after = opened.messages[-1].position
    item = await _item(hub, actor, opened.conversation)
    emails = {message.author.id: await _agent(hub, actor, message.author.id) for message in texts
              if message.author.kind == "agent"}  # fmt: skip
    origins = await messages.origins(hub, actor, id)
    shown = [_message(message, item.user, emails, origins.get(message.id)) for message in texts]
    detail = shapes.ConversationDetail(item.active, shown, item.user, item.id, item.agent)
    return shapes.ConversationEnvelope(detail, None, 1, None)


@compatible(201, own_ids=True)
async def create_conversation(hub: Hub, actor: Actor, request: web.Request) -> shapes.ConversationItem:
    """A new conversation with its first message, written by the named agent or by the company."""
    given = _written(await read_body(request, shapes.CreateConversation))
    user = await _user(hub, actor, request)
    author = await _author(hub, actor, given.user or given.assigned_to)
    message = await _begin(hub, actor, author, request, user["id"], given)
    opened = await conversations.open_conversation(hub, actor, conversations.OpenConversation(message.conversation))
    return await _item(hub, actor, opened.conversation)


@compatible(201, own_ids=True)
async def create_message(hub: Hub, actor: Actor, request: web.Request) -> shapes.MessageItem:
    """A message into a conversation, written by the named agent or by the company."""
    given = _written(await read_body(request, shapes.CreateMessage))
    author = await _author(hub, actor, given.user)
    return await _send(hub, actor, author, request, given.conversation, given)


@compatible(201, own_ids=True)
async def create_message_as_user(hub: Hub, actor: Actor, request: web.Request) -> shapes.MessageItem:
    """A message in a user's name; a conversation that is not the user's is refused and nothing is sent."""
    given = _written(await read_body(request, shapes.CreateMessageAsUser))
    if given.state and given.conversation is None:
        raise FieldErrors(conversation="This field is required when `state` is given.")
    if given.state == "snoozed" and not given.snoozed_to:
        raise FieldErrors(snoozed_to="This field is required when `state` is `snoozed`.")
    until = milliseconds(given.snoozed_to, "snoozed_to") if given.snoozed_to else 0
    if given.state == "snoozed" and until <= hub.clock.now():
        raise FieldErrors(snoozed_to="This has to be a time to come.")
    user = await _named_user(hub, actor, given)
    author = Actor("contact", user["id"], name_of(user), Scope(actor.scope.app, user["id"]), actor.grants)
    if given.conversation is None:
        message = await _begin(hub, actor, author, request, user["id"], given)
        shown_user = shapes.UserRef(user["id"], user.get("email"), name_of(user), user["key"])
        return _message(message, shown_user, {}, _origin(given))
    try:
        shown = await _send(hub, actor, author, request, given.conversation, given)
    except NotFound:
        raise FieldErrors(conversation="The user does not belong to this conversation.") from None
    await _set_state(hub, actor, given, until)
    return shown


async def _set_state(hub: Hub, actor: Actor, given: shapes.CreateMessageAsUser, until: int) -> None:
    assert given.conversation is not None or given.state is None
    if given.state == "close":
        await states.close_conversation(hub, actor, states.ConversationRef(given.conversation or 0))
    elif given.state == "snoozed":
        snooze = states.SnoozeConversation(given.conversation or 0, until)
        await states.snooze_conversation(hub, actor, snooze)
    # `active` needs nothing more: a message of the contact has opened the conversation


async def _begin(hub: Hub, actor: Actor, author: Actor, request: web.Request, contact: int, given: Sent) -> Message:
    new = messages.NewConversation(
        contact, _client_id(hub, request), plain_text(given.content), _origin(given), given.attachments, actor,
        **_sized(given),
    )  # fmt: skip
    with _attachments_by_field():
        return await messages.begin_conversation(hub, author, new)


async def _send(
    hub: Hub, actor: Actor, author: Actor, request: web.Request, conversation: int, given: Sent
) -> shapes.MessageItem:
    origin = _origin(given)
    new = messages.SentMessage(
        _client_id(hub, request),
        plain_text(given.content),
        conversation,
        given.attachments,
        origin=origin,
        uploader=actor,
        **_sized(given),
    )
    with _attachments_by_field():
        message = await messages.send(hub, author, new)
    found = await conversations.open_conversation(
        hub, actor, conversations.OpenConversation(conversation, message.position, 1)
    )
    item = await _item(hub, actor, found.conversation)
    agents = {author.id: await _agent(hub, actor, author.id)} if author.kind == "agent" else {}
    return _message(message, item.user, agents, origin)


def _sized(given: Sent) -> dict[str, Any]:
    """Return how a message of the company is to show itself."""
    if isinstance(given, shapes.CreateMessageAsUser):
        return {}
    return {"size": given.size, "buttons": given.buttons, "picture": given.picture}


def _written(given: S) -> S:
    """Return what is to be sent. Raises FieldErrors where there is neither a word nor a file in it."""
    if not given.content and not given.attachments:
        raise FieldErrors(content="This field is required.")
    return given


@contextmanager
def _attachments_by_field() -> Iterator[None]:
    """Name the field where a file is none of the caller's that still waits for its message."""
    try:
        yield
    except AttachmentMissing:
        raise FieldErrors(attachments="There is no such file of yours that no message has yet.") from None


async def _author(hub: Hub, actor: Actor, agent: int | None) -> Actor:
    """Return the agent in whose name the key writes, or the company itself."""
    if agent is None:
        app = await application(hub, actor.scope.app)
        return Actor("system", 0, app.name, actor.scope, actor.grants)
    found = await _agent(hub, actor, agent)
    if found is None:
        raise FieldErrors(user=f'Invalid pk "{agent}" - object does not exist.')
    return Actor("agent", found.id, found.name, actor.scope, actor.grants)


async def _agent(hub: Hub, actor: Actor, id: int) -> Member | None:
    return await member(hub, actor.scope.app, id)


async def _user(hub: Hub, actor: Actor, request: web.Request) -> Document:
    custom_id = request.match_info.get("custom_id")
    if custom_id is not None:
        return await contact_of_custom_id(hub, actor.scope, custom_id)
    return await get_contact(hub, actor.scope, number_in(request, "user_id"))


async def _named_user(hub: Hub, actor: Actor, given: shapes.CreateMessageAsUser) -> Document:
    try:
        if given.user_custom_id is not None:
            return await contact_of_custom_id(hub, actor.scope, given.user_custom_id)
        if isinstance(given.user_id, int):
            return await get_contact(hub, actor.scope, given.user_id)
        if isinstance(given.user_id, str) and _is_id(given.user_id):
            return await get_contact(hub, actor.scope, int(given.user_id))
        if given.user_id is not None:  # v1 calls the company's own id `user_id`
            return await contact_of_custom_id(hub, actor.scope, given.user_id)
    except NotFound:
        raise FieldErrors(user_id="There is no such user.") from None
    raise FieldErrors(user_id="This field is required, or `user_custom_id`.")


async def _item(hub: Hub, actor: Actor, conversation: Conversation) -> shapes.ConversationItem:
    contact = await get_contact(hub, actor.scope, conversation.contact.id)
    agent = None
    if conversation.assignee:
        found = await _agent(hub, actor, conversation.assignee.id)
        agent = shapes.AgentRef(conversation.assignee.id, found.email if found else "", conversation.assignee.name)
    user = shapes.UserRef(contact["id"], contact.get("email"), name_of(contact), contact["key"])
    return shapes.ConversationItem(conversation.id, user, conversation.status != "closed", agent, conversation.position)


def _origin(given: Sent) -> messages.Origin | None:
    """Return by which way a message says it came: a code goes in, its word comes out. Raises FieldErrors."""
    if given.source is None and not getattr(given, "source_context", None):
        return None
    source = _SOURCES.get(str(1 if given.source is None else given.source).lower())
    if source is None:
        raise FieldErrors(source=f'"{given.source}" is not a valid choice.')
    return messages.Origin(source, getattr(given, "source_context", None) or {})


def _message(
    message: Message, user: shapes.UserRef, agents: dict[int, Any], origin: messages.Origin | None = None
) -> shapes.MessageItem:
    author = message.author
    origin = origin or messages.Origin("chat", {})
    if author.kind != "contact":
        found = agents.get(author.id)
        user = shapes.UserRef(author.id, found.email if found else None, author.name, None)
    files = [{"id": file.id, "name": file.name, "url": file.url} for file in message.attachments]
    return shapes.MessageItem(
        user,
        message.text,
        message.conversation,
        origin.source,
        origin.context,
        message.id,
        timestamp(message.at),
        files,
    )


def _client_id(hub: Hub, request: web.Request) -> str:
    """Return the caller's own key for a call that may be repeated, or one that was never used."""
    return request.headers.get("Idempotency-Key", "")[:64] or hub.ids.token(32)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _DIGITS
