"""Changing and deleting what one has said, for a while. Everybody sees that it was so; agents see what it said before."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from hub.accounts.grants import CONVERSATIONS_MANAGE, CONVERSATIONS_REPLY
from hub.chat.announce import announce_message, announce_state
from hub.chat.attachments import forget_attachments
from hub.chat.collections import CONVERSATIONS, EDITS, MESSAGES
from hub.chat.conversations import Id, get_conversation
from hub.chat.edited import amended, stands_in
from hub.chat.messages import check_message
from hub.chat.present import PREVIEW, author_of, message_of
from hub.chat.records import Message
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import Conflict, Forbidden, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import Batch, Collection, Document, Duplicate, GuardFailed, Missing, Result
from storage.filters import Eq

MOST = 20
"""Times that one message can be changed: what it said before is kept each time."""
_MINUTE = 60_000


class EditMessage(Struct, frozen=True, forbid_unknown_fields=True):
    """What a message is to say from now on."""

    conversation: Id
    message: Id
    text: str


class MessageRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which message of which conversation."""

    conversation: Id
    message: Id


class EarlierText(Struct, frozen=True):
    """What a message said until a moment."""

    text: str
    until: str


class MessageHistory(Struct, frozen=True):
    """What a message or a note said before, the oldest first."""

    texts: list[EarlierText]


@verb(CONVERSATIONS_REPLY)
async def edit_message(hub: Hub, actor: Actor, given: EditMessage) -> Message:
    """Let one's own message say something else; everybody sees that it was changed. Returns the record of the change.

    Raises NotFound, TextEmpty, TextTooLong, and Forbidden for what somebody else wrote, after the time for it, and for
    what was changed too often.
    """
    check_message(hub, given.text, "edit", False)
    return await _change(hub, actor, given.conversation, given.message, "edit", given.text)


@verb(CONVERSATIONS_REPLY)
async def delete_message(hub: Hub, actor: Actor, which: MessageRef) -> Message:
    """Take back one's own message, with its files; that there was one stays seen. Returns the record of it.

    Raises NotFound, and Forbidden for what somebody else wrote or after the time for it.
    """
    return await _change(hub, actor, which.conversation, which.message, "delete", "")


@verb(CONVERSATIONS_MANAGE)
async def message_history(hub: Hub, actor: Actor, which: MessageRef) -> MessageHistory:
    """Return what a message said before it was changed or deleted. Raises NotFound."""
    await get_conversation(hub, actor, which.conversation)
    edit = await hub.store.get(actor.scope, EDITS, which.message)
    if edit is None or edit["conversation"] != which.conversation:
        raise NotFound
    return history_of(edit)


def history_of(edit: Document) -> MessageHistory:
    """Return what stands in an edit of before."""
    return MessageHistory([EarlierText(each["text"], rfc3339(each["until"])) for each in edit["history"]])


async def _change(
    hub: Hub, actor: Actor, conversation: int, id: int, kind: Literal["edit", "delete"], text: str
) -> Message:
    record = await hub.store.record(actor.scope, MESSAGES, id)
    for _ in range(5):
        document = await get_conversation(hub, actor, conversation)
        if record is None or record["kind"] != "text" or not await stands_in(hub, actor.scope, conversation, record):
            raise NotFound("There is no message by that id in this conversation.")
        check_change(hub, actor, record)
        before = await hub.store.get(actor.scope, EDITS, id)
        if before is not None and before["deleted"]:
            if kind == "edit":
                raise NotFound("This message was deleted.")
            return _shown(hub, actor, conversation, record, before)
        said = record["text"] if before is None else before["text"]
        if kind == "edit" and said == text:
            return _shown(hub, actor, conversation, record, before)
        if kind == "edit":
            check_times(before)
        message = await _commit(hub, actor, document, record, before, kind, text)
        if message is not None:
            return message
    raise Conflict


def check_change(hub: Hub, actor: Actor, record: Document) -> None:
    """Raise Forbidden for what somebody else said, or longer ago; InvalidPayload for what asks for an answer."""
    author, own = record["author"], author_of(actor)
    by_contact = actor.kind == "contact"
    # A contact sees no conversation but its own, so what a contact wrote there it wrote itself, as whom it was then known.
    if author["kind"] != own["kind"] or (not by_contact and author["id"] != own["id"]):
        raise Forbidden("Only whoever wrote a message changes it.", reason="not_yours")
    if record.get("form") or record.get("automatic"):
        raise InvalidPayload("What asks for an answer is not changed any more.", reason="asks")
    minutes = hub.settings.contact_edit_minutes if by_contact else hub.settings.edit_minutes
    if hub.clock.now() - record["at"] > minutes * _MINUTE:
        raise Forbidden(f"A message can be changed for {minutes} minutes.", reason="too_late", minutes=minutes)


def put_edit(
    batch: Batch, edits: Collection, conversation: int, record: Document, before: Document | None, now: Document
) -> Document:
    """Put into the batch what a message or a note says from now on, unless another window was quicker; return all of it."""
    said = {"text": (before or record)["text"], "until": now["edited"]}
    edit = {"conversation": conversation, **now, "history": [*(before["history"] if before else ()), said]}
    if before is None:
        batch.insert(edits, {"id": record["id"], **edit})
    else:
        batch.guard(edits, record["id"], Eq("edited", before["edited"]))
        batch.patch(edits, record["id"], set=edit)
    return edit


def check_times(before: Document | None) -> None:
    """Raise Forbidden for what was changed as often as it may be."""
    if before is not None and len(before["history"]) >= MOST:
        raise Forbidden(f"It can be changed {MOST} times. Say the rest anew.", reason="too_many", most=MOST)


async def _commit(
    hub: Hub, actor: Actor, document: Document, record: Document, before: Document | None, kind: str, text: str
) -> Message | None:
    """Keep the change and tell everybody; None where something else was quicker."""
    now, deleted = hub.clock.now(), kind == "delete"
    batch = Batch(actor.scope)
    edit = put_edit(batch, EDITS, document["id"], record, before, {"text": text, "edited": now, "deleted": deleted})
    change: Document = {
        "id": await hub.ids.next("message"), "client_id": None, "kind": kind, "text": "", "attachments": [],
        "author": author_of(actor), "at": now, "of": record["id"],
    }  # fmt: skip
    position = batch.append(MESSAGES, document["id"], change)
    changed = _last_words(batch, document, record, text, deleted, position, now)
    if deleted:
        await forget_attachments(hub, batch, record["attachments"])
    try:
        outcome = await hub.commit(batch)
    except (GuardFailed, Duplicate):
        return None
    except Missing:
        raise NotFound from None
    message = _shown(hub, actor, document["id"], change | {"position": outcome[position]}, edit)
    announce_message(hub, actor.scope, document["contact"], document["browser"], message)
    announce_state(hub, actor.scope, outcome[changed])
    return message


def _last_words(
    batch: Batch, document: Document, record: Document, text: str, deleted: bool, position: Result, now: int
) -> Result:
    """Let the last words of the conversation be the newest ones where they are what was changed."""
    changes: Document = {"position": position, "touched": now}
    last = document.get("last")
    if last and (last["at"], last["author"]) == (record["at"], record["author"]):
        # What is said meanwhile would be the last words: then it is tried again.
        batch.guard(CONVERSATIONS, document["id"], Eq("position", document["position"]))
        changes["last"] = last | {"text": text[:PREVIEW], "kind": "delete" if deleted else "text"}
    return batch.patch(CONVERSATIONS, document["id"], set=changes, inc={"revision": 1})


def _shown(hub: Hub, actor: Actor, conversation: int, record: Document, edit: Document | None) -> Message:
    return message_of(hub, actor.scope.app, conversation, amended(record, edit) if edit else record)
