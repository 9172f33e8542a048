"""Tells everybody in a conversation what happened in it."""

from __future__ import annotations

from hub.chat.events import ConversationChanged, MessageSent
from hub.chat.records import Message
from hub.core.hub import Hub
from storage.engine import Document, Scope


def announce_state(hub: Hub, scope: Scope, document: Document) -> None:
    """Say what the state of a conversation is now."""
    hub.publish(
        ConversationChanged(
            app=scope.app,
            conversation=document["id"],
            contact=document["contact"],
            browser=document["browser"],
            document=document,
        )
    )


def announce_message(hub: Hub, scope: Scope, contact: int, browser: int | None, message: Message) -> None:
    """Say that a message was added."""
    hub.publish(
        MessageSent(app=scope.app, conversation=message.conversation, contact=contact, browser=browser, message=message)
    )
