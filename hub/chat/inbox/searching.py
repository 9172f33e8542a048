"""Finds conversations by what was said in them, in messages and notes, and by who the contact is."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_READ, CONVERSATIONS_MANAGE
from hub.chat.collections import CONVERSATIONS, SAID
from hub.chat.conversations import present
from hub.chat.inbox.asking import InboxQuestion, check_question, conditions, in_segments
from hub.chat.inbox.indexing import entry_id
from hub.chat.records import Author, Conversation
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.managing import FindContacts, find_contacts
from storage.engine import Document, Sort
from storage.filters import In, all_of, predicate

_PAGE = 30
_PART, _LOOKED_AT = 200, 2_000
"""Hits that are read at once, and at most for one page: where few of them fit the conditions, a page comes short."""
_PEOPLE = 20

Moment = Annotated[int, Meta(ge=0, le=2**53)]


class SearchConversations(Struct, frozen=True, forbid_unknown_fields=True):
    """Words, each of which a word of the message begins with; which conversations; said from and to (UTC milliseconds)."""

    text: Annotated[str, Meta(min_length=1, max_length=200)]
    where: InboxQuestion = InboxQuestion()
    said_from: Moment | None = None
    said_to: Moment | None = None
    below: Annotated[int, Meta(ge=1, le=2**53)] | None = None


class FoundMessage(Struct, frozen=True):
    """A conversation, and the newest of its messages or notes that matches; none where it is the contact that does."""

    conversation: Conversation
    kind: Literal["message", "note", "contact"]
    position: int | None
    text: str
    author: Author | None
    at: str | None


class FoundMessages(Struct, frozen=True):
    """What was found, newest first, each conversation once; `below` asks for what is behind."""

    found: list[FoundMessage]
    below: int | None


@verb(CONVERSATIONS_MANAGE)
async def search_conversations(hub: Hub, actor: Actor, asked: SearchConversations) -> FoundMessages:
    """Find conversations by words that were said in them, or by their contacts. Raises NotFound, InvalidPayload."""
    text = check_text(asked.text, "text").strip()
    await check_question(hub, actor, asked.where)
    holds = predicate(all_of(*await conditions(hub, actor, asked.where)), CONVERSATIONS.folded)
    found: dict[int, tuple[Document, Document | None]] = {}
    if asked.below is None and asked.said_from is None and asked.said_to is None:
        theirs = await in_segments(hub, actor.scope, asked.where, await _of_people(hub, actor, text))
        found = {each["id"]: (each, None) for each in theirs if holds(each)}
    below, looked_at = _start(asked), 0
    while len(found) < _PAGE and looked_at < _LOOKED_AT:
        hits = await hub.store.search(actor.scope, SAID, text, limit=_PART, below=below)
        talks = await hub.store.get_many(actor.scope, CONVERSATIONS, {each["conversation"] for each in hits})
        known = {each["id"]: each for each in await in_segments(hub, actor.scope, asked.where, list(talks.values()))}
        for hit in hits:
            below = hit["id"]
            document = known.get(hit["conversation"])
            before = found.get(hit["conversation"])
            if document is None or (before is not None and before[1] is not None) or not _said_then(asked, hit):
                continue
            if holds(document):
                found[document["id"]] = (document, hit)
            if len(found) >= _PAGE:
                break
        looked_at += len(hits)
        too_old = asked.said_from is not None and bool(hits) and hits[-1]["at"] < asked.said_from
        if (len(hits) < _PART or too_old) and len(found) < _PAGE:
            below = None
            break
    shown = await present(hub, actor, [document for document, _ in found.values()])
    pairs = zip(shown, (hit for _, hit in found.values()), strict=True)
    return FoundMessages([_found(conversation, hit) for conversation, hit in pairs], below)


def _start(asked: SearchConversations) -> int | None:
    """Return below which entry the search begins: they are in the order of time."""
    if asked.said_to is None:
        return asked.below
    return min(entry_id(asked.said_to, 0), asked.below or 2**53)


def _said_then(asked: SearchConversations, hit: Document) -> bool:
    since, until = asked.said_from, asked.said_to
    return (since is None or hit["at"] >= since) and (until is None or hit["at"] < until)


async def _of_people(hub: Hub, actor: Actor, text: str) -> list[Document]:
    """Return the newest conversations of contacts whose name or address begins like this."""
    if CONTACTS_READ not in actor.grants:
        return []
    people = await find_contacts(hub, actor, FindContacts(search=text, limit=_PEOPLE))
    ids = tuple(each.id for each in people.contacts)
    if not ids:
        return []
    sort = Sort(descending=True)
    return (await hub.store.find(actor.scope, CONVERSATIONS, In("contact", ids), sort=sort, limit=_PEOPLE)).items


def _found(conversation: Conversation, hit: Document | None) -> FoundMessage:
    if hit is None:
        return FoundMessage(conversation, "contact", None, "", None, None)
    author = Author(**hit["author"])
    return FoundMessage(conversation, hit["kind"], hit["position"], hit["text"], author, rfc3339(hit["at"]))
