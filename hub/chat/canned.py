"""Canned answers: written once, found by their shortcut while one writes, filled in for the contact who reads them."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.grants import CONVERSATIONS_MANAGE
from hub.chat.attachments import forget_attachments, take_attachments
from hub.chat.belonging import For, changeable, checked_for, seen, visible
from hub.chat.collections import ATTACHMENTS, CANNED
from hub.chat.conversations import Id
from hub.chat.filling import filled
from hub.chat.links import attachment_of
from hub.chat.records import Attachment
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.rendering import fill
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.defining import at_most, checked_name
from hub.people.speaking import Language
from hub.people.vocabulary import everything
from storage.engine import Batch, Document, Missing, Scope
from storage.filters import fold

MOST = 5_000
"""Answers of one application, whosoever they are."""
LONGEST = 10_000
FILES = 10
"""Files of one answer: as many as a message takes."""
Texts = dict[Language, str]
Shortcut = Annotated[str, Meta(max_length=32)]
Files = Annotated[list[Id], Meta(max_length=FILES)]
"""Attachments that whoever names them has uploaded, or that the answer has already."""


class NewCannedAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """A canned answer to be made. Its text may have variables; `texts` are translations, for contacts of that language."""

    title: str
    text: str
    shortcut: Shortcut = ""
    texts: Texts = {}
    whose: For = msgspec.field(default="me", name="for")
    group: Id | None = None
    attachments: Files = []


class CannedAnswerChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a canned answer; what is absent stays as it is. `for` and `group` go together."""

    answer: Id
    title: str | UnsetType = UNSET
    text: str | UnsetType = UNSET
    shortcut: Shortcut | UnsetType = UNSET
    texts: Texts | UnsetType = UNSET
    whose: For | UnsetType = msgspec.field(default=UNSET, name="for")
    group: Id | UnsetType | None = UNSET
    attachments: Files | UnsetType = UNSET


class CannedAnswerRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which canned answer."""

    answer: Id


class FillAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """Which canned answer, and for which conversation it is filled in."""

    answer: Id
    conversation: Id


class CannedAnswer(Struct, frozen=True):
    """A canned answer as agents see it. `offered`: it is one's own, one's group's or everybody's; `used`: how often."""

    id: int
    title: str
    text: str
    shortcut: str
    texts: Texts
    whose: For = msgspec.field(name="for")
    group: int | None
    attachments: list[Attachment]
    own: bool
    offered: bool
    by: str
    used: int
    used_at: str | None
    updated: str


class CannedAnswers(Struct, frozen=True):
    """What somebody may use or change, most used first."""

    answers: list[CannedAnswer]


class FilledAnswer(Struct, frozen=True):
    """An answer as it can be sent; `missing` are the names that have no value and still stand in it."""

    text: str
    missing: list[str]


@verb(CONVERSATIONS_MANAGE)
async def list_canned(hub: Hub, actor: Actor) -> CannedAnswers:
    """Return one's own answers, those of one's groups and everybody's, most used first."""
    found = await visible(hub, actor, CANNED)
    found.sort(key=lambda each: (-each[0]["used"], fold(each[0]["title"]), each[0]["id"]))
    return CannedAnswers([_shown(hub, actor, document, offered) for document, offered in found])


@verb(CONVERSATIONS_MANAGE)
async def create_canned(hub: Hub, actor: Actor, new: NewCannedAnswer) -> CannedAnswer:
    """Make a canned answer.

    Raises InvalidPayload, AttachmentMissing, NotFound for a group of others, Forbidden for a shared one.
    """
    at_most(len(await everything(hub, actor.scope, CANNED)), MOST, "canned answers")
    document = await document_of(hub, actor, new)
    batch = Batch(Scope(actor.scope.app))
    document["attachments"] = await _files(hub, actor, batch, document, new.attachments)
    batch.insert(CANNED, document)
    await hub.commit(batch)
    return _shown(hub, actor, document, True)


@verb(CONVERSATIONS_MANAGE)
async def change_canned(hub: Hub, actor: Actor, change: CannedAnswerChange) -> CannedAnswer:
    """Change a canned answer. Raises NotFound, InvalidPayload, AttachmentMissing, Forbidden for a shared one."""
    document = await changeable(hub, actor, CANNED, change.answer)
    changes: Document = {"updated": hub.clock.now()}
    if change.title is not UNSET:
        changes["title"] = checked_name(change.title, 120)
    if change.text is not UNSET:
        changes["text"] = checked_text(change.text)
    if change.shortcut is not UNSET:
        changes["shortcut"] = checked_shortcut(change.shortcut)
    if change.texts is not UNSET:
        changes["texts"] = checked_texts(change.texts)
    if change.whose is not UNSET:
        group = None if change.group is UNSET else change.group
        changes |= await checked_for(hub, actor, change.whose, group)
        if change.whose == "me":  # whoever takes it from the team keeps it
            changes |= {"owner": actor.who, "by": actor.name}
    batch = Batch(Scope(actor.scope.app))
    if change.attachments is not UNSET:
        changes["attachments"] = await _files(hub, actor, batch, document, change.attachments)
    changed = batch.patch(CANNED, document["id"], set=changes)
    try:
        return _shown(hub, actor, (await hub.commit(batch))[changed], True)
    except Missing:
        raise NotFound from None


@verb(CONVERSATIONS_MANAGE)
async def delete_canned(hub: Hub, actor: Actor, which: CannedAnswerRef) -> None:
    """Delete a canned answer, with its files. Raises NotFound, Forbidden for a shared one."""
    document = await changeable(hub, actor, CANNED, which.answer)
    batch = Batch(Scope(actor.scope.app))
    await forget_attachments(hub, batch, document.get("attachments") or ())
    batch.delete(CANNED, document["id"])
    await hub.commit(batch)


@verb(CONVERSATIONS_MANAGE)
async def fill_canned(hub: Hub, actor: Actor, given: FillAnswer) -> FilledAnswer:
    """Return a canned answer filled in for a conversation, and count that it was used. Raises NotFound, InvalidPayload."""
    document = await seen(hub, actor, CANNED, given.answer)
    text, missing = await filled(hub, actor, given.conversation, document["texts"], document["text"])
    batch = Batch(Scope(actor.scope.app))
    batch.patch(CANNED, document["id"], set={"used_at": hub.clock.now()}, inc={"used": 1})
    try:
        await hub.commit(batch)
    except Missing:
        pass  # deleted at this very moment: its text is as good as before
    return FilledAnswer(text, missing)


async def document_of(hub: Hub, actor: Actor, new: NewCannedAnswer) -> Document:
    """Return what is stored of a new answer. Raises InvalidPayload, NotFound, Forbidden."""
    return {
        "id": await hub.ids.next("canned"), "owner": actor.who, "by": actor.name, "title": checked_name(new.title, 120),
        "text": checked_text(new.text), "shortcut": checked_shortcut(new.shortcut), "texts": checked_texts(new.texts),
        **await checked_for(hub, actor, new.whose, new.group), "used": 0, "used_at": None, "updated": hub.clock.now(),
    }  # fmt: skip


def checked_text(text: str) -> str:
    """Return a text that can be filled in. Raises InvalidPayload."""
    text = check_text(text, "text").strip()
    if not 1 <= len(text) <= LONGEST:
        raise InvalidPayload(f"A text has 1 to {LONGEST:,} characters.", reason="answer_length", most=LONGEST)
    fill(text, {})
    return text


def checked_texts(texts: Texts) -> Texts:
    """Return translations without empty ones. Raises InvalidPayload."""
    return {language: checked_text(text) for language, text in texts.items() if text.strip()}


def checked_shortcut(shortcut: str) -> str:
    """Return a shortcut as it is typed behind the slash. Raises InvalidPayload."""
    shortcut = check_text(shortcut, "shortcut").strip().lstrip("/")
    if any(sign.isspace() for sign in shortcut):
        raise InvalidPayload("A shortcut is one word.", reason="shortcut_spaces")
    return shortcut


async def _files(hub: Hub, actor: Actor, batch: Batch, answer: Document, ids: list[int]) -> list[Document]:
    """Return the files that an answer has from now on, those that it had in their places; what it loses is erased."""
    had = {file["id"]: file for file in answer.get("attachments") or ()}
    taken = await take_attachments(hub, actor, [id for id in ids if id not in had], own=True)
    fresh = {file["id"]: file for file in taken}
    for id in fresh:
        batch.patch(ATTACHMENTS, id, set={"canned": answer["id"]})
    await forget_attachments(hub, batch, [file for id, file in had.items() if id not in ids])
    return [{**had, **fresh}[id] for id in dict.fromkeys(ids)]


def _shown(hub: Hub, actor: Actor, document: Document, offered: bool) -> CannedAnswer:
    at = document["used_at"]
    return CannedAnswer(
        id=document["id"], title=document["title"], text=document["text"], shortcut=document["shortcut"],
        texts=document["texts"], whose=document["for"], group=document["group"],
        attachments=[attachment_of(hub, actor.scope.app, file) for file in document.get("attachments") or ()],
        own=document["owner"] == actor.who,
        offered=offered, by=document["by"], used=document["used"], used_at=None if at is None else rfc3339(at),
        updated=rfc3339(document["updated"]),
    )  # fmt: skip
