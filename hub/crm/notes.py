"""Notes about contacts, companies and deals: what agents write down for each other. (Those of a conversation are chat's.)"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.grants import CRM_READ, CRM_WRITE
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import Taken, TextEmpty, TextTooLong
from hub.core.event import Event
from hub.core.hub import Hub
from hub.core.past import Arrival
from hub.core.text import check_text
from hub.core.verb import verb
from hub.crm.collections import CRM_NOTES, DEALS
from hub.crm.events import CrmNoteAdded, CrmNoteChanged, CrmNoteDeleted
from hub.crm.records import (
    Id,
    Limit,
    WrittenBy,
    author_record,
    change_record,
    check_conversation,
    delete_record,
    page_of,
    stored,
)
from hub.people.references import check_company, standing_contacts
from hub.people.timeline import remember
from storage.engine import Batch, Document, Scope
from storage.filters import Eq

LONGEST = 16_384
_PINNED = 2**52
"""Added to the id, so that pinned notes come first and each kind from the newest on."""

NoteSubject = Literal["contact", "company", "deal"]


class NewCrmNote(Struct, frozen=True, forbid_unknown_fields=True):
    """A note about the contact, company or deal of an id; `conversation` is the one that it comes from."""

    subject: NoteSubject
    of: Id
    text: str
    pinned: bool = False
    conversation: Id | None = None


class CrmNoteChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a note."""

    note: Id
    text: str | UnsetType = UNSET
    pinned: bool | UnsetType = UNSET


class CrmNoteRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which note."""

    note: Id


class CrmNotesOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Notes about what, and from where on."""

    subject: NoteSubject
    of: Id
    limit: Limit = 50
    cursor: str | None = None


class CrmNote(Struct, frozen=True):
    """A note about a contact, a company or a deal."""

    id: int
    subject: Annotated[str, Meta(description="contact, company or deal")]
    of: int
    text: str
    author: WrittenBy
    pinned: bool
    created: str
    updated: str
    conversation: Annotated[int | None, Meta(description="the conversation that it comes from")] = None


class CrmNotes(Struct, frozen=True):
    """A page of notes: the pinned ones first, then the newest; without a cursor there are no more."""

    notes: list[CrmNote]
    cursor: str | None


class CrmNoteCount(Struct, frozen=True):
    """How many notes there are."""

    count: int


@verb(CRM_READ)
async def list_notes(hub: Hub, actor: Actor, of: CrmNotesOf) -> CrmNotes:
    """Return the notes about a contact, a company or a deal, pinned ones first. Raises NotFound, InvalidPayload."""
    id = await _there(hub, actor.scope, of.subject, of.of)
    about = Eq("about", f"{of.subject}:{id}")
    page = await page_of(hub, actor.scope, CRM_NOTES, about, "-place", of.limit, of.cursor)
    return CrmNotes([shown_note(each) for each in page.items], page.cursor)


@verb(CRM_READ)
async def count_notes(hub: Hub, actor: Actor, of: CrmNotesOf) -> CrmNoteCount:
    """Return how many notes there are about a contact, a company or a deal. Raises NotFound."""
    id = await _there(hub, actor.scope, of.subject, of.of)
    return CrmNoteCount(await hub.store.count(actor.scope, CRM_NOTES, Eq("about", f"{of.subject}:{id}"), scan=True))


@verb(CRM_READ)
async def get_note(hub: Hub, actor: Actor, which: CrmNoteRef) -> CrmNote:
    """Return a note. Raises NotFound."""
    return shown_note(await stored(hub, actor.scope, CRM_NOTES, which.note, "note"))


@verb(CRM_WRITE)
async def create_note(hub: Hub, actor: Actor, new: NewCrmNote) -> CrmNote:
    """Write a note about a contact, a company or a deal. Raises NotFound, TextEmpty, TextTooLong."""
    return _told(hub, actor, CrmNoteAdded, await insert_note(hub, actor, new))


async def insert_note(hub: Hub, actor: Actor, new: NewCrmNote, arrival: Arrival | None = None) -> Document:
    """Write a note, or one that was elsewhere; return it. Raises NotFound, TextEmpty, TextTooLong, Taken."""
    text = _checked(new.text)
    of = await _there(hub, actor.scope, new.subject, new.of)
    conversation = await check_conversation(hub, actor, new.conversation)
    past = arrival.past if arrival else None
    id, now = await hub.ids.next("crm_note"), (past and past.created) or hub.clock.now()
    by = (past and past.author) or author_record(actor)
    note: Document = {
        "id": id, "about": f"{new.subject}:{of}", "text": text, "author": by, "pinned": new.pinned,
        "place": id + new.pinned * _PINNED, "created": now, "updated": (past and past.updated) or now, "revision": 1,
    }  # fmt: skip
    if conversation:
        note["conversation"] = conversation
    batch = Batch(Scope(actor.scope.app))
    if arrival:
        arrival.claim(batch, id)
    batch.insert(CRM_NOTES, note)
    await _into_timeline(hub, batch, by, note, "added", now)
    await hub.follow_up(batch, CrmNoteAdded, {"note": id})
    if (await hub.commit(batch)).existing:
        raise Taken
    return note


@verb(CRM_WRITE)
async def change_note(hub: Hub, actor: Actor, change: CrmNoteChange) -> CrmNote:
    """Change the text of a note, pin it or unpin it. Raises NotFound, TextEmpty, TextTooLong."""

    async def turn(note: Document, batch: Batch) -> Document:
        fields: Document = {}
        if change.text is not UNSET and change.text != note["text"]:
            fields["text"] = _checked(change.text)
        if change.pinned is not UNSET and change.pinned != note["pinned"]:
            fields |= {"pinned": change.pinned, "place": note["id"] + change.pinned * _PINNED}
        return fields

    after = await change_record(hub, actor.scope, CRM_NOTES, change.note, "note", turn)
    return _told(hub, actor, CrmNoteChanged, after)


@verb(CRM_WRITE)
async def delete_note(hub: Hub, actor: Actor, which: CrmNoteRef) -> None:
    """Delete a note. Raises NotFound."""

    async def turn(note: Document, batch: Batch) -> Document:
        await _into_timeline(hub, batch, author_record(actor), note, "deleted", hub.clock.now())
        return {}

    _told(hub, actor, CrmNoteDeleted, await delete_record(hub, actor.scope, CRM_NOTES, which.note, "note", turn))


def shown_note(note: Document) -> CrmNote:
    """Return a note as agents see it."""
    subject, _, of = note["about"].partition(":")
    return CrmNote(
        note["id"], subject, int(of), note["text"], WrittenBy(**note["author"]), note["pinned"], rfc3339(note["created"]),
        rfc3339(note["updated"]), note.get("conversation"),
    )  # fmt: skip


def _told(hub: Hub, actor: Actor, kind: type[Event], note: Document) -> CrmNote:
    shown = shown_note(note)
    hub.publish(kind(app=actor.scope.app, note=shown))  # type: ignore[call-arg]
    return shown


def _checked(text: str) -> str:
    if not text.strip():
        raise TextEmpty("A note has a text.")
    if len(text) > LONGEST:
        raise TextTooLong
    return check_text(text, "text")


async def _there(hub: Hub, scope: Scope, subject: NoteSubject, id: int) -> int:
    """Return the id of what a note is about: of a merged contact that of the one it is now. Raises NotFound."""
    if subject == "contact":
        return (await standing_contacts(hub, scope, [id]))[0]
    if subject == "company":
        await check_company(hub, scope, id)
    else:
        await stored(hub, scope, DEALS, id, "deal")
    return id


async def _into_timeline(hub: Hub, batch: Batch, by: Document, note: Document, word: str, at: int) -> None:
    """Put a line into the timelines, without the text: that goes with the note."""
    subject, _, of = note["about"].partition(":")
    whom = {subject: int(of)}
    if subject == "deal":
        deal = await hub.store.get(batch.scope, DEALS, int(of)) or {}
        whom = {each: deal[each] for each in ("contact", "company") if deal.get(each) is not None}
    for each, id in whom.items():
        facts = {"note": note["id"]} | ({"deal": int(of)} if subject == "deal" else {})
        if note.get("conversation") and word == "added":
            facts["conversation"] = note["conversation"]
        await remember(hub, batch, by, each, id, "note", word, at=at, **facts)  # type: ignore[arg-type]
