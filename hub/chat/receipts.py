"""How far each side has received and read, and who is typing."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_TRACK, CONVERSATIONS_READ, CONVERSATIONS_REPLY
from hub.accounts.typing_preview import TypingPreviews
from hub.chat.collections import CONVERSATIONS, MESSAGES
from hub.chat.conversations import Id, Position, get_conversation
from hub.chat.events import Received, Typed
from hub.chat.places import place_for
from hub.chat.records import Party
from hub.core.actor import Actor
from hub.core.errors import Conflict
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import Batch, Document, GuardFailed
from storage.filters import Eq

_STEP = 500


class ReadTo(Struct, frozen=True, forbid_unknown_fields=True):
    """Up to which position a person has come."""

    conversation: Id
    position: Position


class Typing(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether somebody is writing, and of a visitor what (`text`, as far as it got): agents see it, and it is never kept."""

    conversation: Id
    on: bool
    text: Annotated[str, Meta(max_length=500)] | None = None


@verb(CONVERSATIONS_READ)
async def read_to(hub: Hub, actor: Actor, given: ReadTo) -> None:
    """Keep that the actor's side has read up to a position; a lower one than before changes nothing.

    A position behind the last message counts as the last. Raises NotFound.
    """
    side = _side(actor)
    for _ in range(5):
        document = await get_conversation(hub, actor, given.conversation)
        old, position = document["read"][side], min(given.position, document["position"])
        if position <= old:
            return
        read = await _texts_of_other_side(hub, actor, document, side, old, position)
        # Two tabs that read at once must not both count the same messages down.
        if await _move(hub, actor, document, f"read.{side}", old, position, {f"unread.{side}": -read}):
            _announce(hub, actor, document, read=position)
            return
    raise Conflict


@verb(CONVERSATIONS_READ)
async def delivered_to(hub: Hub, actor: Actor, given: ReadTo) -> None:
    """Keep that a client of the actor's side has the messages up to a position. Raises NotFound."""
    side = _side(actor)
    for _ in range(5):
        document = await get_conversation(hub, actor, given.conversation)
        old, position = document["delivered"][side], min(given.position, document["position"])
        if position <= old:
            return
        if await _move(hub, actor, document, f"delivered.{side}", old, position, {}):
            _announce(hub, actor, document, delivered=position)
            return
    raise Conflict


@verb(CONVERSATIONS_REPLY)
async def type_text(hub: Hub, actor: Actor, given: Typing) -> None:
    """Show the other side that somebody is writing, or stopped. Raises NotFound."""
    place = await place_for(hub, actor, given.conversation)
    hub.publish(
        Typed(
            app=actor.scope.app,
            conversation=place.id,
            contact=place.contact,
            browser=place.browser,
            by=_party(actor),
            name=actor.name,
            on=given.on,
            text=await _preview(hub, actor, given),
        )
    )


async def _preview(hub: Hub, actor: Actor, given: Typing) -> str | None:
    """Return what the team may see of a text in writing: of a visitor who agreed to be followed, where that is on."""
    if actor.kind != "contact" or not given.on or not given.text or CONTACTS_TRACK not in actor.grants:
        return None
    return given.text if await hub.part(TypingPreviews).of(actor.scope.app) else None


async def _move(
    hub: Hub, actor: Actor, document: Document, field: str, old: int, position: int, counts: dict[str, int | float]
) -> bool:
    """Move one position from `old`; False where somebody else moved it meanwhile."""
    batch = Batch(actor.scope)
    batch.guard(CONVERSATIONS, document["id"], Eq(field, old))
    # Whoever has read a message has it: `delivered` never lags behind `read`.
    side = field.partition(".")[2]
    batch.patch(
        CONVERSATIONS, document["id"], set={field: position, "touched": hub.clock.now()}, inc=counts,
        max={f"delivered.{side}": position} if field.startswith("read.") else {},
    )  # fmt: skip
    try:
        await hub.commit(batch)
    except GuardFailed:
        return False
    return True


async def _texts_of_other_side(hub: Hub, actor: Actor, document: Document, side: str, old: int, position: int) -> int:
    """Return how many unread texts lie between two positions."""
    if position == document["position"]:
        return document["unread"][side]
    count = 0
    while old < position:
        records = await hub.store.read(
            actor.scope, MESSAGES, document["id"], after=old, limit=min(_STEP, position - old)
        )
        for record in records:
            by_contact = record["author"]["kind"] == "contact"
            count += record["kind"] == "text" and by_contact == (side == "agent")
        old = records[-1]["position"] if records else position
    return count


def _announce(hub: Hub, actor: Actor, document: Document, **positions: int) -> None:
    hub.publish(
        Received(
            app=actor.scope.app,
            conversation=document["id"],
            contact=document["contact"],
            browser=document["browser"],
            by=_party(actor),
            **positions,
        )
    )


def _side(actor: Actor) -> Literal["contact", "agent"]:
    return "contact" if actor.kind == "contact" else "agent"


def _party(actor: Actor) -> Party:
    return Party("system" if actor.kind == "key" else actor.kind, actor.id)
