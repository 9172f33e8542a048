"""Changing and taking back a note, for a while, by whoever wrote it. The team sees that it was so, and what it said."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from hub.accounts.grants import CONVERSATIONS_MANAGE, NOTES_WRITE
from hub.chat.collections import CONVERSATIONS, NOTE_EDITS, NOTES
from hub.chat.conversations import Id, get_conversation
from hub.chat.edited import note_amended, stands_in
from hub.chat.edits import MessageHistory, check_change, check_times, history_of, put_edit
from hub.chat.events import NoteAdded
from hub.chat.messages import check_message
from hub.chat.notes import MENTIONS, mentioned
from hub.chat.notices import Notices
from hub.chat.present import author_of, note_of
from hub.chat.records import Note
from hub.core.actor import Actor
from hub.core.errors import Conflict, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import Batch, Document, Duplicate, GuardFailed, Missing


class EditNote(Struct, frozen=True, forbid_unknown_fields=True):
    """What a note is to say from now on, and whom it names; without `mentions` it names whom it named."""

    conversation: Id
    note: Id
    text: str
    mentions: Annotated[list[Id], Meta(max_length=MENTIONS)] | None = None


class NoteRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which note of which conversation."""

    conversation: Id
    note: Id


@verb(NOTES_WRITE)
async def edit_note(hub: Hub, actor: Actor, given: EditNote) -> Note:
    """Let one's own note say something else; who is named for the first time is told. Returns the record of the change.

    Raises NotFound, TextEmpty, TextTooLong, and Forbidden for what somebody else wrote, after the time for it, and for
    what was changed too often.
    """
    check_message(hub, given.text, "edit", False)
    if given.mentions is not None:
        await mentioned(hub, actor, given.mentions)
    return await _change(hub, actor, given.conversation, given.note, "edit", given.text, given.mentions)


@verb(NOTES_WRITE)
async def take_back_note(hub: Hub, actor: Actor, which: NoteRef) -> Note:
    """Take back one's own note; that there was one stays seen. Returns the record of it.

    Raises NotFound, and Forbidden for what somebody else wrote or after the time for it.
    """
    return await _change(hub, actor, which.conversation, which.note, "delete", "", [])


@verb(CONVERSATIONS_MANAGE)
async def note_history(hub: Hub, actor: Actor, which: NoteRef) -> MessageHistory:
    """Return what a note said before it was changed or taken back. Raises NotFound."""
    await get_conversation(hub, actor, which.conversation)
    edit = await hub.store.get(actor.scope, NOTE_EDITS, which.note)
    if edit is None or edit["conversation"] != which.conversation:
        raise NotFound
    return history_of(edit)


async def _change(
    hub: Hub, actor: Actor, conversation: int, id: int, kind: Literal["edit", "delete"], text: str,
    mentions: list[int] | None,
) -> Note:  # fmt: skip
    record = await hub.store.record(actor.scope, NOTES, id)
    for _ in range(5):
        document = await get_conversation(hub, actor, conversation)
        if record is None or record.get("of") or not await stands_in(hub, actor.scope, conversation, record, NOTES):
            raise NotFound("There is no note by that id in this conversation.")
        check_change(hub, actor, record)
        before = await hub.store.get(actor.scope, NOTE_EDITS, id)
        now = note_amended(record, before)
        if now.get("deleted") and kind == "edit":
            raise NotFound("This note was taken back.")
        names = now.get("mentions", []) if mentions is None else list(dict.fromkeys(mentions))
        if now.get("deleted") or (kind == "edit" and (now["text"], now.get("mentions", [])) == (text, names)):
            return note_of(conversation, now)
        if kind == "edit":
            check_times(before)
        note = await _commit(hub, actor, document, now, before, kind, text, names)
        if note is not None:
            return note
    raise Conflict


async def _commit(
    hub: Hub, actor: Actor, document: Document, now: Document, before: Document | None, kind: str, text: str,
    mentions: list[int],
) -> Note | None:  # fmt: skip
    """Keep the change and tell the team; None where another window was quicker."""
    at, id = hub.clock.now(), now["id"]
    batch = Batch(actor.scope)
    says = {"text": text, "mentions": mentions, "edited": at, "deleted": kind == "delete"}
    edit = put_edit(batch, NOTE_EDITS, document["id"], now, before, says)
    change: Document = {
        "id": await hub.ids.next("note"), "client_id": None, "kind": kind, "text": "", "author": author_of(actor), "at": at,
        "of": id,
    }  # fmt: skip
    position = batch.append(NOTES, document["id"], change)
    batch.patch(CONVERSATIONS, document["id"], set={"notes": position, "touched": at})
    # Of one note an agent is told once: the event is the note's own.
    fresh = [each for each in mentions if each not in now.get("mentions", []) and f"agent {each}" != actor.who]
    await hub.part(Notices).order_event(batch, document["id"], "mention", id, fresh, actor.name)
    try:
        outcome = await hub.commit(batch)
    except (GuardFailed, Duplicate):
        return None
    except Missing:
        raise NotFound from None
    note = note_of(document["id"], note_amended(change | {"position": outcome[position]}, edit))
    hub.publish(
        NoteAdded(
            app=actor.scope.app, conversation=document["id"], contact=document["contact"],
            browser=document["browser"], note=note,
        )
    )  # fmt: skip
    return note
