"""One decision for many conversations: begun, followed, stopped and taken back."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from hub.accounts.applications import member
from hub.accounts.grants import CONVERSATIONS_MANAGE
from hub.chat.collections import CONVERSATIONS, INBOX_OPERATIONS
from hub.chat.events import InboxOperationMoved
from hub.chat.inbox.asking import InboxQuestion, check_question
from hub.chat.inbox.labels import expect_label
from hub.chat.inbox.views import question_of, view_of
from hub.chat.inbox.working import DO, FORGET, KEPT, UNDO, InboxOperation, operation_of
from hub.chat.records import PRIORITIES
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Document, GuardFailed, Sort
from storage.filters import Eq, one_of

MOST = 1_000
"""Conversations that are named one by one; more are found by a view or by conditions."""

Id = Annotated[int, Meta(ge=1, le=2**53)]
Deed = Literal["close", "reopen", "pending", "snooze", "assign", "group", "priority", "label", "unlabel"]


class ChangeConversations(Struct, frozen=True, forbid_unknown_fields=True):
    """What to do, with which: those that are named, or all that a view or conditions find.

    `to` is the agent or the group (null for none), the label, the priority from 1 (low) to 4 (urgent; null for none), or
    the time until which they sleep in UTC milliseconds.
    """

    deed: Deed
    to: Annotated[int, Meta(ge=1, le=2**53)] | None = None
    conversations: Annotated[list[Id], Meta(min_length=1, max_length=MOST)] | None = None
    view: Id | None = None
    where: InboxQuestion | None = None


class InboxOperationRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which operation."""

    operation: Id


@verb(CONVERSATIONS_MANAGE)
async def change_conversations(hub: Hub, actor: Actor, given: ChangeConversations) -> InboxOperation:
    """Begin to do something with many conversations. Raises InvalidPayload, NotFound."""
    await _check_deed(hub, actor, given)
    which = await _which(hub, actor, given)
    newest = (await hub.store.find(actor.scope, CONVERSATIONS, sort=Sort(descending=True), limit=1)).items
    document: Document = {
        "id": await hub.ids.next("inbox_operation"), "deed": given.deed, "to": given.to, "status": "running",
        "progress": 0.0, "changed": 0, "at": hub.clock.now(), "after": 0, "last": newest[0]["id"] if newest else 0,
        "by": {"kind": actor.kind, "id": actor.id, "name": actor.name}, **which,
    }  # fmt: skip
    batch = Batch(actor.scope)
    batch.insert(INBOX_OPERATIONS, document)
    await hub.jobs.add(batch, DO, {"operation": document["id"]})
    await hub.jobs.add(batch, FORGET, {"operation": document["id"]}, after=KEPT)
    await hub.commit(batch)
    return operation_of(document)


@verb(CONVERSATIONS_MANAGE)
async def get_inbox_operation(hub: Hub, actor: Actor, which: InboxOperationRef) -> InboxOperation:
    """Return how far an operation is. Raises NotFound."""
    return operation_of(await _stored(hub, actor, which.operation))


@verb(CONVERSATIONS_MANAGE)
async def cancel_inbox_operation(hub: Hub, actor: Actor, which: InboxOperationRef) -> InboxOperation:
    """Stop an operation where it is; what it did can still be taken back. Raises NotFound; InvalidPayload for an ended one."""
    document = await _stored(hub, actor, which.operation)
    batch = Batch(actor.scope)
    batch.guard(INBOX_OPERATIONS, document["id"], Eq("status", "running"))
    changed = batch.patch(INBOX_OPERATIONS, document["id"], set={"status": "cancelled"})
    try:
        return _told(hub, actor, (await hub.commit(batch))[changed])
    except GuardFailed:
        raise InvalidPayload("This operation has ended already.", reason="operation_ended") from None


@verb(CONVERSATIONS_MANAGE)
async def undo_inbox_operation(hub: Hub, actor: Actor, which: InboxOperationRef) -> InboxOperation:
    """Take an operation back from what it changed and nobody changed since. Raises NotFound; InvalidPayload for one taken back."""
    document = await _stored(hub, actor, which.operation)
    batch = Batch(actor.scope)
    batch.guard(INBOX_OPERATIONS, document["id"], one_of("status", ("running", "done", "cancelled")))
    changed = batch.patch(
        INBOX_OPERATIONS, document["id"], set={"status": "undoing", "progress": 0.0, "undone": hub.clock.now()}
    )
    await hub.jobs.add(batch, UNDO, {"operation": document["id"], "after": 0})
    try:
        return _told(hub, actor, (await hub.commit(batch))[changed])
    except GuardFailed:
        raise InvalidPayload("This operation has been taken back already.", reason="operation_undone") from None


async def _check_deed(hub: Hub, actor: Actor, given: ChangeConversations) -> None:
    to = given.to
    if given.deed in ("snooze", "label", "unlabel") and to is None:
        raise InvalidPayload("`to` is missing.")
    if given.deed == "snooze" and (to or 0) <= hub.clock.now():
        raise InvalidPayload("Conversations can only be put aside until a time to come.", reason="snooze_past")
    if given.deed in ("label", "unlabel"):
        await expect_label(hub, actor.scope, to or 0)
    if given.deed == "assign" and to is not None and await member(hub, actor.scope.app, to) is None:
        raise NotFound("There is no agent by that id.")
    if given.deed == "group" and to is not None and to not in (await vocabulary(hub, actor.scope)).groups:
        raise NotFound("There is no group by that id.")
    if given.deed == "priority" and to is not None and to > len(PRIORITIES):
        raise InvalidPayload("A priority is 1 to 4, or null.")


async def _which(hub: Hub, actor: Actor, given: ChangeConversations) -> Document:
    """Return which conversations it is about, as the operation keeps it."""
    if sum(each is not None for each in (given.conversations, given.view, given.where)) != 1:
        raise InvalidPayload("Say which conversations: `conversations`, `view` or `where`, one of them.")
    if given.conversations is not None:
        known = await hub.store.get_many(actor.scope, CONVERSATIONS, given.conversations)
        if len(known) != len(set(given.conversations)):
            raise NotFound
        return {"conversations": sorted(known)}
    if given.view is not None:
        return {"where": msgspec.to_builtins(question_of(await view_of(hub, actor, given.view)))}
    assert given.where is not None
    await check_question(hub, actor, given.where)
    return {"where": msgspec.to_builtins(given.where)}


async def _stored(hub: Hub, actor: Actor, id: int) -> Document:
    document = await hub.store.get(actor.scope, INBOX_OPERATIONS, id)
    if document is None:
        raise NotFound
    return document


def _told(hub: Hub, actor: Actor, document: Document) -> InboxOperation:
    hub.publish(InboxOperationMoved(app=actor.scope.app, operation=document))
    return operation_of(document)
