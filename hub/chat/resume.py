"""Catching up: a client says the last position it has of each stream, and gets the rest, or is told to reload."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.grants import CONVERSATIONS_READ
from hub.chat.collections import MESSAGES, NOTES
from hub.chat.conversations import Position, get_conversation, present
from hub.chat.edited import as_now, notes_as_now
from hub.chat.present import message_of, note_of
from hub.chat.records import Conversation, Message, Note
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb

_BYTES = 512 * 1024
"""Text in one answer. More than that is a reload, so that one frame never holds up the others."""
_STREAMS = 200


class Held(Struct, frozen=True, forbid_unknown_fields=True):
    """The last position of each stream of one conversation that a client has."""

    position: Position
    notes: Position | None = None


class Resume(Struct, frozen=True, forbid_unknown_fields=True):
    """What a client holds, by the id of the conversation in decimal."""

    streams: Annotated[dict[str, Held], Meta(max_length=_STREAMS)]


class CaughtUp(Struct, frozen=True):
    """Everything behind the held position, and the state of the conversation now."""

    conversation: Conversation
    messages: list[Message]
    position: int
    notes: list[Note] | UnsetType = UNSET


class Reload(Struct, frozen=True):
    """The client is too far behind, or holds what is not there: open the conversation anew."""

    reload: bool = True


@verb(CONVERSATIONS_READ)
async def resume(hub: Hub, actor: Actor, given: Resume) -> dict[str, CaughtUp | Reload]:
    """Return what each stream has behind the held position. One that is unknown or not the actor's is a reload."""
    return {key: await _catch_up(hub, actor, _id(key), held) for key, held in given.streams.items()}


async def _catch_up(hub: Hub, actor: Actor, id: int, held: Held) -> CaughtUp | Reload:
    limit = hub.settings.resume_limit
    try:
        document = await get_conversation(hub, actor, id)
    except NotFound:
        return Reload()
    if held.position > document["position"] or document["position"] - held.position > limit:
        return Reload()
    records = await hub.store.read(actor.scope, MESSAGES, id, after=held.position, limit=limit)
    notes: Any = UNSET
    if held.notes is not None and actor.kind != "contact":
        if held.notes > document["notes"] or document["notes"] - held.notes > limit:
            return Reload()
        rest = await hub.store.read(actor.scope, NOTES, id, after=held.notes, limit=limit)
        notes = [note_of(id, record) for record in await notes_as_now(hub, actor.scope, rest)]
    records = await as_now(hub, actor.scope, records)
    if sum(len(record["text"]) for record in records) > _BYTES:
        return Reload()
    (conversation,) = await present(hub, actor, [document])
    messages = [message_of(hub, actor.scope.app, id, record) for record in records]
    position = max(document["position"], records[-1]["position"] if records else 0)
    return CaughtUp(conversation, messages, position, notes)


def _id(key: str) -> int:
    if not key.isascii() or not key.isdecimal() or len(key) > 15:
        raise InvalidPayload("The keys of `streams` are ids of conversations in decimal.")
    return int(key)
