"""Conversations with their messages: asked for one by one, for the list has only their number."""

from __future__ import annotations

from typing import Any

from hub.chat.bringing import PastConversation, PastMessage, bring_conversation
from hub.core.errors import InvalidPayload
from hub.core.markup import plain_text
from hub.core.text import check_data
from hub.moving.moving import Moving
from hub.moving.source import NotOffered
from hub.moving.values import Item, first, id_of, moment, text
from hub.people.records import RecordRef, read_record
from storage.engine import Document

_SOURCES = {"1": "chat", "2": "email", "3": "api", "4": "sms", "5": "slack"}


async def take_conversations(moving: Moving, items: list[Item]) -> None:
    """Take a page of conversations."""
    known = await moving.here("contact", {_contact_of(item) for item in items})

    async def take(item: Item) -> None:
        contact = known.get(_contact_of(item))
        if contact is None:
            moving.leave("conversations", id_of(item), "Its user did not come in.")
            return
        try:
            found = await moving.account.get(f"/conversations/{id_of(item)}/")
        except NotOffered as error:
            moving.leave("conversations", id_of(item), f"Its messages are not offered ({error.status}).")
            return
        whole = found.get("results") if isinstance(found, dict) and isinstance(found.get("results"), dict) else found
        await _take_one(moving, whole if isinstance(whole, dict) else item, contact)

    await moving.each("conversations", items, take)


def _contact_of(item: Item) -> str:
    user = item.get("user")
    return id_of(user) if isinstance(user, dict) else str(user or "")


async def _take_one(moving: Moving, whole: Item, contact: int) -> None:
    listed = whole.get("messages")
    given = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    for each in given:
        if _is_agent(each):
            moving.words.saw_agent(each.get("user"))
    if moving.order.since and all(moving.is_old(moment(each.get("timestamp"))) for each in given):
        return
    record = await read_record(moving.hub, moving.actor, RecordRef(contact))
    messages = []
    for each in given:
        message = await _message(moving, whole, each, record.document)
        if message is not None:
            messages.append(message)
    begun = min((each.past.created for each in messages if each.past.created), default=None)
    agent = await moving.words.agent(whole.get("agent"))
    status = "open" if whole.get("active") is True else "closed"
    past = moving.past(whole, at=begun or moment(whole.get("created_at")))
    done = await bring_conversation(
        moving.hub, moving.actor,
        PastConversation(past, contact, status, messages, agent),  # type: ignore[arg-type]
    )  # fmt: skip
    moving.count("conversations", whole, done.brought.outcome)


def _is_agent(message: Item) -> bool:
    """Whether an agent wrote it: messages of users have the user's key."""
    user = message.get("user")
    return isinstance(user, dict) and not user.get("key") and not user.get("user_key")


async def _message(moving: Moving, whole: Item, item: Item, contact: Document) -> PastMessage | None:
    content = plain_text(text(first(item, "content", "text")) or "")
    files = item.get("attachments")
    named = [text(first(each, "name", "file_name", "url")) for each in files or () if isinstance(each, dict)]
    if named:
        moving.tell("conversations", id_of(whole), "Files in messages stay there; their names came in.")
        content = "\n".join(filter(None, (content, *(f"[{name}]" for name in named))))
    if not content.strip() or not id_of(item):
        moving.tell("conversations", id_of(whole), "A message without a text was left out.")
        return None
    author = await _author(moving, item, contact)
    source = item.get("source")
    word = _SOURCES.get(str(source), str(source or "chat"))
    past = moving.past(item, at=moment(item.get("timestamp")), author=author)
    return PastMessage(past, content, word if word in _SOURCES.values() else "chat", _context(item))


async def _author(moving: Moving, item: Item, contact: Document) -> Document:
    user: Any = item.get("user")
    if not _is_agent(item):
        name = text(user.get("name")) if isinstance(user, dict) else None
        return {"kind": "contact", "id": contact["id"], "name": name or text(contact.get("email")) or ""}
    if not first(user, "id", "email"):  # the company itself, over its API
        return {"kind": "system", "id": 0, "name": text(user.get("name")) or ""}
    return await moving.words.author(user) or {"kind": "system", "id": 0, "name": ""}


def _context(item: Item) -> dict[str, Any]:
    given = item.get("source_context")
    try:
        return dict(check_data(given, "source_context")) if isinstance(given, dict) else {}
    except InvalidPayload:
        return {}
