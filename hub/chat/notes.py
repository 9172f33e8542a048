"""Notes: what agents tell each other beside a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from hub.accounts.applications import member
from hub.accounts.grants import NOTES_WRITE
from hub.chat.collections import CONVERSATIONS, NOTES
from hub.chat.conversations import Id, standing_conversation
from hub.chat.edited import notes_as_now
from hub.chat.events import NoteAdded
from hub.chat.messages import ClientId, check_message
from hub.chat.notices import Notices
from hub.chat.present import author_of, note_of
from hub.chat.records import Note
from hub.core.actor import Actor
from hub.core.errors import ClientIdReused, Conflict, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import Batch, Document, GuardFailed, Missing
from storage.filters import Ne

MENTIONS = 20
"""Agents whom one note can name."""


class NewNote(Struct, frozen=True, forbid_unknown_fields=True):
    """A note as its author's client made it. `mentions` are the ids of agents whom its text names: they are told."""

    client_id: ClientId
    conversation: Id
    text: str
    mentions: Annotated[list[Id], Meta(max_length=MENTIONS)] | None = None


@verb(NOTES_WRITE)
async def add_note(hub: Hub, actor: Actor, new: NewNote) -> Note:
    """Add a note that only agents see; the same client id again returns the same note.

    Raises TextEmpty, TextTooLong, ClientIdReused, and NotFound, also for a mention of nobody in the team.
    """
    check_message(hub, new.text, new.client_id, False)
    conversation = await standing_conversation(hub, actor, new.conversation)
    asked, new = new.conversation, replace(new, conversation=conversation["id"])
    mentions = await mentioned(hub, actor, new.mentions or ())
    record: Document = {
        "id": await hub.ids.next("note"), "client_id": new.client_id, "text": new.text, "author": author_of(actor),
        "at": hub.clock.now(), **({"mentions": mentions} if mentions else {}),
    }  # fmt: skip
    batch = Batch(actor.scope)
    batch.claim(
        "note.client_id", f"{actor.kind}:{actor.id}:{new.client_id}",
        {"note": record["id"], "conversation": new.conversation},
    )  # fmt: skip
    position = batch.append(NOTES, new.conversation, record)
    batch.guard(CONVERSATIONS, new.conversation, Ne("status", "merged"))
    batch.patch(CONVERSATIONS, new.conversation, set={"notes": position, "touched": record["at"]})
    facts = {"conversation": new.conversation, "contact": conversation["contact"], "conversation_note": record["id"]}
    await hub.follow_up(batch, NoteAdded, facts)
    others = [each for each in mentions if actor.kind != "agent" or each != actor.id]
    await hub.part(Notices).order_event(batch, new.conversation, "mention", record["id"], others, actor.name)
    try:
        outcome = await hub.commit(batch)
    except Missing:
        raise NotFound from None
    except GuardFailed:
        raise Conflict from None  # it became a part of another one at this very moment: the client tries again
    if outcome.existing:
        holds = outcome.existing.holds
        stored = await hub.store.record(actor.scope, NOTES, holds["note"])
        if stored is None or stored["text"] != new.text or holds["conversation"] not in (asked, new.conversation):
            raise ClientIdReused
        (now,) = await notes_as_now(hub, actor.scope, [stored])
        return note_of(new.conversation, now)
    note = note_of(new.conversation, record | {"position": outcome[position]})
    hub.publish(
        NoteAdded(
            app=actor.scope.app,
            conversation=note.conversation,
            contact=conversation["contact"],
            browser=conversation["browser"],
            note=note,
        )
    )
    return note


async def mentioned(hub: Hub, actor: Actor, named: Sequence[int]) -> list[int]:
    """Return agents whom a note names, each once. Raises NotFound for whoever is not in the team."""
    mentions = list(dict.fromkeys(named))
    for id in mentions:
        if await member(hub, actor.scope.app, id) is None:
            raise NotFound("One of the agents who are mentioned is not in the team any more.")
    return mentions
