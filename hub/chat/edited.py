"""Messages and notes as they are now: with the newest text where it was changed, and without one where it was deleted.

A stream only grows, so a change is a record of its own (kind `edit` or `delete`), and what the message says now stands in
EDITS under the message's id, for notes in NOTE_EDITS. Whoever reads a stream lets the records pass through here: a page,
a resume, a letter.
"""

from __future__ import annotations

from collections.abc import Sequence

from hub.chat.collections import CONVERSATIONS, EDITS, MESSAGES, NOTE_EDITS
from hub.core.errors import NotFound
from hub.core.hub import Hub
from storage.engine import Document, Scope, Stream

QUOTED = 200
"""Letters of a message that stand above its answer."""


async def as_now(hub: Hub, scope: Scope, records: Sequence[Document]) -> list[Document]:
    """Return records of messages with what they say now. One read, of nothing but the few that were changed."""
    named = {
        id for each in records for id in (each["id"], each.get("of"), (each.get("reply_to") or {}).get("id")) if id
    }
    edits = await hub.store.get_many(scope, EDITS, named) if named else {}
    return [_now(each, edits) for each in records] if edits else list(records)


def _now(record: Document, edits: dict[int, Document]) -> Document:
    edit = edits.get(record.get("of") or record["id"])
    if edit is not None:
        record = amended(record, edit)
    quote = record.get("reply_to")
    if quote is not None and (edit := edits.get(quote["id"])):
        text = "" if edit["deleted"] else edit["text"][:QUOTED]
        record = record | {"reply_to": quote | {"text": text, "deleted": bool(edit["deleted"])}}
    return record


def amended(record: Document, edit: Document) -> Document:
    """Return a record with what stands in its edit."""
    if edit["deleted"]:
        bare = {name: value for name, value in record.items() if name not in ("form", "buttons", "picture", "reply_to")}
        return bare | {"text": "", "attachments": [], "deleted": True}
    return record | {"text": edit["text"], "edited": edit["edited"]}


async def notes_as_now(hub: Hub, scope: Scope, records: Sequence[Document]) -> list[Document]:
    """Return records of notes with what they say now. One read, of nothing but the few that were changed."""
    named = {id for each in records for id in (each["id"], each.get("of")) if id}
    edits = await hub.store.get_many(scope, NOTE_EDITS, named) if named else {}
    return [note_amended(each, edits.get(each.get("of") or each["id"])) for each in records]


def note_amended(record: Document, edit: Document | None) -> Document:
    """Return a record of a note with what stands in its edit."""
    if edit is None:
        return record
    if edit["deleted"]:
        return record | {"text": "", "mentions": [], "deleted": True}
    return record | {"text": edit["text"], "mentions": edit["mentions"], "edited": edit["edited"]}


async def quoted(hub: Hub, scope: Scope, conversation: int, id: int) -> Document:
    """Return what is kept of a message with its answer. Raises NotFound for one of another conversation."""
    record = await hub.store.record(scope, MESSAGES, id)
    if record is None or record["kind"] != "text" or not await _stands_in_any(hub, scope, conversation, record):
        raise NotFound("There is no message by that id in this conversation.")
    (now,) = await as_now(hub, scope, [record])
    text = now["text"] or ", ".join(file["name"] for file in now["attachments"])
    return {"id": id, "position": record["position"], "author": record["author"], "text": text[:QUOTED]}


async def _stands_in_any(hub: Hub, scope: Scope, conversation: int, record: Document) -> bool:
    """Tell whether a message is one of this conversation, or of one that has become a part of it."""
    if await stands_in(hub, scope, conversation, record):
        return True
    whole = await hub.store.get(scope, CONVERSATIONS, conversation) or {}
    return any([await stands_in(hub, scope, each["conversation"], record) for each in whole.get("merged") or ()])


async def stands_in(hub: Hub, scope: Scope, conversation: int, record: Document, stream: Stream = MESSAGES) -> bool:
    """Tell whether a record is one of this conversation: records know their place, not their stream."""
    found = await hub.store.read(scope, stream, conversation, after=record["position"] - 1, limit=1)
    return bool(found) and bool(found[0]["id"] == record["id"])
