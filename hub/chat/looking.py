"""Who of the team looks at which conversation: told over the live connection, kept nowhere, forgotten unless it is renewed."""

from __future__ import annotations

from msgspec import Struct

from hub.accounts.grants import CONVERSATIONS_MANAGE
from hub.chat.conversations import Id, get_conversation
from hub.chat.events import Looked
from hub.chat.records import Author
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.core.verb import verb


class LookAt(Struct, frozen=True, forbid_unknown_fields=True):
    """Which conversation, and whether somebody looks at it or has left it."""

    conversation: Id
    on: bool


@verb(CONVERSATIONS_MANAGE)
async def look_at(hub: Hub, actor: Actor, given: LookAt) -> None:
    """Show colleagues that one looks at a conversation, or has left it. Raises NotFound."""
    await get_conversation(hub, actor, given.conversation)
    by = Author("agent", actor.id, actor.name)
    hub.publish(Looked(app=actor.scope.app, conversation=given.conversation, by=by, on=given.on))
