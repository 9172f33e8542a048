"""Takes a conversation out: an agent with all that is theirs to see, a visitor what they said and were told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from msgspec import Meta, Struct

from hub.accounts.applications import application, check_email
from hub.accounts.grants import CONTACTS_EXPORT, CONVERSATIONS_READ
from hub.accounts.system import system_of
from hub.chat.collections import CONVERSATIONS
from hub.chat.conversations import Id, get_conversation
from hub.chat.events import TranscriptOrdered
from hub.chat.states import ConversationRef
from hub.chat.transcripts.writing import TYPES, Format, Language, Written, written
from hub.core.actor import Actor
from hub.core.errors import Forbidden, InvalidPayload, NotFound, RateLimited
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.contacts import get_contact
from hub.people.editing import name_of
from hub.people.reachability import may_mail
from hub.people.speaking import language_of
from storage.engine import Batch, Document, Scope

PATH = "/transcript"
_GOOD_FOR = 3_600_000
_PAUSE = 60_000
"""Milliseconds between two mails of one conversation that its visitor asks for."""


class TranscriptOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Which conversation, as what, in which language; `notes` for the team's own eyes."""

    conversation: Id
    format: Format = "text"
    language: Language = "en"
    notes: bool = False


class Transcript(Struct, frozen=True):
    """A file that is written while it is read."""

    name: str
    type: str
    pieces: AsyncIterator[str]


class TranscriptLink(Struct, frozen=True):
    """Where a visitor's browser finds the file, for an hour."""

    url: str


class MailTranscript(Struct, frozen=True, forbid_unknown_fields=True):
    """To whom a conversation is mailed, without notes: to its contact, or to another address."""

    conversation: Id
    to: Annotated[str, Meta(max_length=254)] | None = None
    language: Language = "en"


class MailedTranscript(Struct, frozen=True):
    """The address to which it goes."""

    to: str


class LinkedTranscript(Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in a visitor's address: application, conversation, until when, and the signature."""

    a: int
    c: int
    e: int
    k: str
    l: Language = "en"  # noqa: E741


@verb(CONTACTS_EXPORT)
async def export_transcript(hub: Hub, actor: Actor, asked: TranscriptOf) -> Transcript:
    """Return a conversation as a file, written while it is read. Raises NotFound."""
    document = await get_conversation(hub, actor, asked.conversation)
    return await _file(hub, actor.scope, document, asked, parts=True)


async def _file(hub: Hub, scope: Scope, document: Document, asked: TranscriptOf, *, parts: bool = False) -> Transcript:
    scope = Scope(scope.app)
    contact = await get_contact(hub, scope, document["contact"])
    given = Written(document, name_of(contact), asked.format, asked.language, asked.notes, parts=parts)
    type, ending = TYPES[asked.format]
    return Transcript(f"conversation-{document['id']}.{ending}", type, written(hub, scope, given))


@verb(CONTACTS_EXPORT)
async def mail_transcript(hub: Hub, actor: Actor, given: MailTranscript) -> MailedTranscript:
    """Mail a conversation, without its notes. Raises NotFound, and InvalidPayload where there is no address."""
    document = await get_conversation(hub, actor, given.conversation)
    contact = await get_contact(hub, actor.scope, document["contact"])
    to = check_email(given.to) if given.to else (contact.get("email") if may_mail(contact) else None)
    if not to:
        raise InvalidPayload("The contact has no address that mail reaches. Say to whom it goes.", reason="no_address")
    await _order(hub, actor, document, to, given.language)
    return MailedTranscript(to)


async def _order(hub: Hub, actor: Actor, document: Document, to: str, language: str) -> None:
    now = hub.clock.now()
    batch = Batch(actor.scope)
    if actor.kind == "contact":
        batch.patch(CONVERSATIONS, document["id"], set={"transcript_at": now})
    facts = {
        "conversation": document["id"], "contact": document["contact"], "to": to, "language": language,
        "through": document["position"], "at": now, "by": {"kind": actor.kind, "id": actor.id, "name": actor.name},
        "parts": actor.kind != "contact",
    }  # fmt: skip
    await hub.follow_up(batch, TranscriptOrdered, facts)
    await hub.commit(batch)


@verb(CONVERSATIONS_READ)
async def link_transcript(hub: Hub, actor: Actor, asked: ConversationRef) -> TranscriptLink:
    """Return where a visitor's browser finds a conversation as a page. Raises NotFound; Forbidden where that is off."""
    document = await get_conversation(hub, actor, asked.conversation)
    await _expect_allowed(hub, actor)
    expires = hub.clock.now() + _GOOD_FOR
    signature = hub.signer.sign("transcript", actor.scope.app, document["id"], expires)
    return TranscriptLink(f"{PATH}?a={actor.scope.app}&c={document['id']}&e={expires}&k={signature}")


async def linked_transcript(hub: Hub, link: LinkedTranscript) -> Transcript:
    """Return the page that a visitor's address leads to. Raises NotFound for one that we never made, or that is over."""
    holds = hub.signer.holds(link.k, "transcript", link.a, link.c, link.e)
    if not holds or link.e <= hub.clock.now() or not (await application(hub, link.a)).transcripts:
        raise NotFound
    system = system_of(Scope(link.a))
    document = await get_conversation(hub, system, link.c)
    return await _file(hub, system.scope, document, TranscriptOf(link.c, "html", link.l))


@verb(CONVERSATIONS_READ)
async def mail_own_transcript(hub: Hub, actor: Actor, asked: ConversationRef) -> MailedTranscript:
    """Mail a conversation to its contact, who asks for it. Raises NotFound, Forbidden, InvalidPayload, RateLimited."""
    document = await get_conversation(hub, actor, asked.conversation)
    await _expect_allowed(hub, actor)
    contact = await get_contact(hub, actor.scope, document["contact"])
    if document.get("claimed") or not may_mail(contact):  # whoever only claims to be somebody mails nobody
        raise InvalidPayload("There is no address to mail it to.", reason="no_address")
    wait = (document.get("transcript_at") or 0) + _PAUSE - hub.clock.now()
    if wait > 0:
        raise RateLimited("It was mailed just now. Wait a minute.", retry_after=wait / 1000)
    app = await application(hub, actor.scope.app)
    await _order(hub, actor, document, contact["email"], language_of(contact, app.locale))
    return MailedTranscript(contact["email"])


async def _expect_allowed(hub: Hub, actor: Actor) -> None:
    if actor.kind == "contact" and not (await application(hub, actor.scope.app)).transcripts:
        raise Forbidden("Conversations are not handed out here.")


async def transcript_of(
    hub: Hub,
    scope: Scope,
    conversation: int,
    format: Format,
    language: Language,
    after: int,
    through: int,
    *,
    parts: bool,
) -> str | None:
    """Return what was said in a conversation between two positions, without notes; None where it was erased."""
    document = await hub.store.get(scope, CONVERSATIONS, conversation)
    if document is None:
        return None
    contact = await get_contact(hub, scope, document["contact"])
    given = Written(document | {"position": through}, name_of(contact), format, language, after=after, parts=parts)
    return "".join([piece async for piece in written(hub, scope, given)])
