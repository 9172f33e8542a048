"""From what is stored to what is shown."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from hub.chat.links import attachment_of
from hub.chat.presence import Presence
from hub.chat.records import (
    PRIORITIES,
    Assignee,
    Author,
    Conversation,
    ConversationContact,
    MergedPart,
    Message,
    MessageButton,
    Note,
    Positions,
    Preview,
    Promise,
    Quote,
    Rating,
)
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.hub import Hub
from hub.people.editing import name_of
from hub.people.names import friendly_name
from storage.engine import Document

PREVIEW = 140
"""Letters that lists show of the last words."""


def author_of(actor: Actor) -> Document:
    """Return the author as it is stored with a message: with the name of this moment."""
    kind = "system" if actor.kind == "key" else actor.kind
    return {"kind": kind, "id": actor.id, "name": actor.name}


async def event_record(hub: Hub, actor: Actor, word: str) -> Document:
    """Return a record that says what happened to a conversation, for the stream that the contact sees."""
    return {
        "id": await hub.ids.next("message"), "client_id": None, "kind": "event", "text": word, "attachments": [],
        "author": author_of(actor), "at": hub.clock.now(),
    }  # fmt: skip


def message_of(hub: Hub, app: int, conversation: int, record: Document) -> Message:
    """Return a stored message as it is shown, its attachments with fresh addresses."""
    return Message(
        id=record["id"], conversation=conversation, position=record["position"], client_id=record["client_id"],
        kind=record["kind"], text=record["text"],
        attachments=[attachment_of(hub, app, file) for file in record["attachments"]],
        author=Author(**record["author"]), at=rfc3339(record["at"]), size=record.get("size") or UNSET,
        form=record.get("form") or UNSET, picture=record.get("picture") or UNSET,
        buttons=[MessageButton(**each) for each in record["buttons"]] if record.get("buttons") else UNSET,
        of=record.get("of") or UNSET, edited=rfc3339(record["edited"]) if record.get("edited") else UNSET,
        deleted=record.get("deleted") or UNSET, reply_to=_quote(record.get("reply_to")),
    )  # fmt: skip


def _quote(quote: Document | None) -> Quote | UnsetType:
    return Quote(**quote | {"author": Author(**quote["author"])}) if quote else UNSET


def note_of(conversation: int, record: Document) -> Note:
    """Return a stored note as it is shown."""
    return Note(
        id=record["id"], conversation=conversation, position=record["position"], client_id=record["client_id"],
        text=record["text"], author=Author(**record["author"]), at=rfc3339(record["at"]),
        mentions=record.get("mentions") or UNSET, kind=record.get("kind") or UNSET, of=record.get("of") or UNSET,
        edited=rfc3339(record["edited"]) if record.get("edited") else UNSET, deleted=record.get("deleted") or UNSET,
    )  # fmt: skip


def conversation_of(hub: Hub, app: int, document: Document, contact: Document | None, for_agent: bool) -> Conversation:
    """Return the state of a conversation as agents or as its contact see it."""
    side = "agent" if for_agent else "contact"
    last = document.get("last")
    assignee = document.get("assignee")
    return Conversation(
        id=document["id"], status="closed" if document["status"] == "merged" else document["status"],
        assignee=Assignee(assignee, document["assignee_name"]) if assignee is not None else None,
        contact=_contact(hub, app, document, contact, for_agent),
        position=document["position"], read=Positions(**document["read"]), delivered=Positions(**document["delivered"]),
        unread=document["unread"][side],
        last=Preview(last["text"], last["kind"], Author(**last["author"]), rfc3339(last["at"])) if last else None,
        revision=document["revision"], created_at=rfc3339(document["created"]), updated_at=rfc3339(document["updated"]),
        rating=rating_of(document.get("rating")) or UNSET,
        **(_for_agents(document) if for_agent else {}),
    )  # fmt: skip


def _for_agents(document: Document) -> dict[str, Any]:
    rank, waits = document.get("rank"), document.get("waits")
    until = document.get("snoozed_until") if document["status"] == "snoozed" else None
    return {
        "notes": document.get("notes", 0), "group": document.get("group"), "labels": document.get("labels", []),
        "priority": PRIORITIES[rank - 1] if rank else None,
        "snoozed_until": rfc3339(until) if until is not None else None,
        # Stored below zero, so that the oldest is the largest: the only one that a batch can keep without reading.
        "sla": promise_of(document.get("sla")),
        **_merged(document),
        "waiting_since": rfc3339(-waits) if waits is not None else None, "channel": document.get("channel") or "chat",
    }  # fmt: skip


def rating_of(rating: Document | None) -> Rating | None:
    """Return what was asked about a conversation, and what was answered, as it is shown."""
    if rating is None:
        return None
    answered = rating["answered"]
    return Rating(
        rating["id"], rfc3339(rating["asked"]), rating["score"], rating["comment"],
        None if answered is None else rfc3339(answered),
    )  # fmt: skip


def _merged(document: Document) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if parts := document.get("merged"):
        found["merged"] = [
            MergedPart(each["conversation"], Author(**each["by"]), rfc3339(each["at"]), each["position"], each["notes"])
            for each in parts
        ]
    if document.get("merged_into"):
        found["merged_into"] = document["merged_into"]
    return found


def promise_of(sla: Document | None) -> Promise | None:
    """Return what a conversation shows of its promised times: the one that is due first."""
    if sla is None:
        return None
    timers = sla["timers"]
    running = {kind: each for kind, each in timers.items() if each["done"] is None}
    kind = min(running, key=lambda one: running[one]["due"], default=None)
    broken = [one for one, each in timers.items() if each["broken"]]
    if kind is None:
        return Promise(sla["policy"], None, None, None, None, broken)
    timer = running[kind]
    left = timer.get("left") if sla["paused"] else None
    return Promise(sla["policy"], kind, rfc3339(timer["due"]), rfc3339(timer["warn"]), left, broken)


def _contact(hub: Hub, app: int, document: Document, contact: Document | None, for_agent: bool) -> ConversationContact:
    id = document["contact"]
    if contact is None or (document.get("claimed") and not for_agent):
        # Whoever only claims to be a known contact is told nothing that the company knows about it.
        return ConversationContact(id, friendly_name(id), None)
    online = hub.part(Presence).online(app, "contact", id) if for_agent else UNSET
    segments = list(contact.get("segments") or ()) if for_agent else UNSET
    return ConversationContact(id, name_of(contact), contact.get("email"), online, segments)
