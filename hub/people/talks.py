"""Conversations in a contact's timeline: that one began, was taken over, ended or went on."""

from __future__ import annotations

from typing import Any, Literal

from hub.core.hub import Hub
from hub.people.collections import TALKS
from hub.people.events import ContactsRewritten
from storage.engine import Batch, Document, Scope

Word = Literal["begun", "assigned", "closed", "reopened", "merged"]


async def talk_record(hub: Hub, word: Word, conversation: int, by: dict[str, Any], at: int, **more: Any) -> Document:
    """Return what the timeline keeps: `by` whom, when (UTC milliseconds), and no word of what was said."""
    facts: Document = {"word": word, "conversation": conversation, "by": by, "at": at}
    return {"id": await hub.ids.next("talk"), "kind": "conversation", **facts, **more}


def put_talk(batch: Batch, contact: int, record: Document) -> None:
    """Add it to the batch that makes it true."""
    batch.append(TALKS, contact, record)


def say_talked(hub: Hub, scope: Scope, contact: int) -> None:
    """Let those who show the contact look at its timeline again."""
    hub.publish(ContactsRewritten(app=scope.app, contacts=(contact,)))
