"""Conversations for those who are told about them outside of the chat, each thing by its id."""

from __future__ import annotations

from hub.chat.collections import MESSAGES, NOTES
from hub.chat.conversations import get_conversation, present
from hub.chat.edited import as_now, notes_as_now
from hub.chat.present import message_of, note_of
from hub.chat.records import Conversation, Message, Note
from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.hub import Hub


async def conversation_told(hub: Hub, actor: Actor, id: int) -> Conversation:
    """Return a conversation as agents see it. Raises NotFound."""
    (state,) = await present(hub, actor, [await get_conversation(hub, actor, id)])
    return state


async def message_told(hub: Hub, actor: Actor, conversation: int, id: int) -> Message:
    """Return a message of a conversation. Raises NotFound."""
    record = await hub.store.record(actor.scope, MESSAGES, id)
    if record is None:
        raise NotFound
    (now,) = await as_now(hub, actor.scope, [record])
    return message_of(hub, actor.scope.app, conversation, now)


async def note_told(hub: Hub, actor: Actor, conversation: int, id: int) -> Note:
    """Return a note beside a conversation. Raises NotFound."""
    record = await hub.store.record(actor.scope, NOTES, id)
    if record is None:
        raise NotFound
    (now,) = await notes_as_now(hub, actor.scope, [record])
    return note_of(conversation, now)
