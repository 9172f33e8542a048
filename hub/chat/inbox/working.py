"""Works through the conversations of an operation, or takes it back: durable jobs in turns of some seconds.

What each was before is kept in the batch that also says how far it is, before any of them is changed. A process that is
killed does a part again: that is the same, for each decision is one that already holds, or none.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any, Literal

import msgspec
from msgspec import Struct

from hub.accounts.grants import CONVERSATIONS_MANAGE
from hub.chat import routing, states
from hub.chat.collections import CHANGED_CONVERSATIONS, CONVERSATIONS, INBOX_OPERATIONS
from hub.chat.events import InboxOperationMoved
from hub.chat.inbox import marking
from hub.chat.inbox.asking import InboxQuestion, conditions, in_segments
from hub.chat.records import PRIORITIES
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import HubError
from hub.core.hub import Hub
from hub.core.jobs import Later
from storage.engine import Batch, Document, GuardFailed, Scope
from storage.filters import Eq, Filter, Gt, Lte, Ne, all_of

DO = "inbox.bulk"
UNDO = "inbox.bulk.undo"
FORGET = "inbox.bulk.forget"
_PART = 100
_AT_ONCE = 20
_TURN = 20.0
_SOON, _PATIENCE = 200, 60_000
"""Milliseconds until it is looked again whether a part is still being done, and after which its process must be dead."""
KEPT = 30 * 86_400_000
"""Milliseconds for which an operation can be looked at and taken back."""
_STATUS = {"close": "closed", "reopen": "open", "pending": "pending", "snooze": "snoozed"}


class InboxOperation(Struct, frozen=True):
    """Something done with many conversations: what, how far it is (0 to 1), how many are changed, what became of it."""

    id: int
    deed: str
    to: int | None
    status: Literal["running", "done", "cancelled", "undoing", "undone"]
    progress: float
    changed: int
    by: str
    at: str


def operation_of(document: Document) -> InboxOperation:
    """Return a stored operation as it is shown."""
    return InboxOperation(
        id=document["id"], deed=document["deed"], to=document["to"], status=document["status"],
        progress=document["progress"], changed=document["changed"], by=document["by"]["name"], at=rfc3339(document["at"]),
    )  # fmt: skip


async def do(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Go on with an operation (a job)."""
    until = time.monotonic() + _TURN
    while (operation := await _running(hub, scope, payload, "running")) is not None:
        if time.monotonic() > until:
            return await _again(hub, scope, DO, payload)
        actor = _actor(scope, operation)
        found, last = await _next(hub, actor, operation)
        todo = [each for each in found if not _is_done(operation, each)]
        ended, after = last is None, operation["last"] if last is None else last
        progress = 1.0 if ended or not operation["last"] else round(after / operation["last"], 4)
        batch = Batch(scope)
        batch.guard(INBOX_OPERATIONS, operation["id"], Eq("status", "running"))
        # A part that a killed process had begun is noted already.
        fresh = [each for each in todo if each["id"] not in operation.get("doing", ())]
        if fresh:
            record = {"id": await hub.ids.next("changed_conversations"), "before": [_before(each) for each in fresh]}
            batch.append(CHANGED_CONVERSATIONS, operation["id"], record)
        changed = batch.patch(
            INBOX_OPERATIONS, operation["id"], set={"doing": [each["id"] for each in todo]}, inc={"changed": len(fresh)}
        )
        try:
            await hub.commit(batch)
        except GuardFailed:
            return
        await _all(hub, actor, [(each["id"], operation["deed"], operation["to"]) for each in todo])
        batch = Batch(scope)
        changed = batch.patch(
            INBOX_OPERATIONS, operation["id"], set={"after": after, "progress": progress, "doing": []}
        )
        hub.publish(InboxOperationMoved(app=scope.app, operation=(await hub.commit(batch))[changed]))
        if ended:
            return await _end(hub, scope, operation, "running", "done")
    await _leave(hub, scope, payload["operation"])


async def _leave(hub: Hub, scope: Scope, id: int) -> None:
    """Note that no part is being done: a process was killed in one, and the operation was stopped before it was done again."""
    batch = Batch(scope)
    batch.guard(INBOX_OPERATIONS, id, Ne("status", "running"))
    batch.patch(INBOX_OPERATIONS, id, set={"doing": []})
    try:
        await hub.commit(batch)
    except GuardFailed:
        pass  # it is gone


async def undo(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Go on with taking an operation back (a job): only what is still as it made it becomes what it was."""
    until, after = time.monotonic() + _TURN, payload["after"]
    while (operation := await _running(hub, scope, payload, "undoing")) is not None:
        if operation.get("doing") and hub.clock.now() < operation["undone"] + _PATIENCE:
            raise Later(_SOON)  # a part is still being done, and what it does now would stay
        if time.monotonic() > until:
            return await _again(hub, scope, UNDO, {**payload, "after": after})
        parts = await hub.store.read(scope, CHANGED_CONVERSATIONS, operation["id"], after=after, limit=1)
        if not parts:
            return await _end(hub, scope, operation, "undoing", "undone")
        before = {each["id"]: each for each in parts[0]["before"]}
        found = await hub.store.get_many(scope, CONVERSATIONS, before)
        ours = [each["id"] for each in found.values() if _is_done(operation, each)]
        await _all(hub, _actor(scope, operation), [(id, *_back(hub, operation, before[id])) for id in ours])
        after = parts[0]["position"]


async def _next(hub: Hub, actor: Actor, operation: Document) -> tuple[list[Document], int | None]:
    """Return the next conversations by id, those of a question as it finds them now; and behind which id it goes on.

    None where these are the last. Of those that are named, some may be gone.
    """
    if "conversations" in operation:
        rest = [id for id in operation["conversations"] if id > operation["after"]]
        part = rest[:_PART]
        known = await hub.store.get_many(actor.scope, CONVERSATIONS, part)
        return [known[id] for id in sorted(known)], part[-1] if len(rest) > _PART else None
    filters: list[Filter] = [Gt("id", operation["after"]), Lte("id", operation["last"])]
    question = msgspec.convert(operation["where"], InboxQuestion)
    # All statuses are no condition; it is ids that this walk follows.
    asked = await conditions(hub, actor, question)
    filters += asked if question.status else asked[1:]
    found = (await hub.store.find(actor.scope, CONVERSATIONS, all_of(*filters), limit=_PART, scan=True)).items
    last = found[-1]["id"] if len(found) == _PART else None
    return await in_segments(hub, actor.scope, question, found), last


def _is_done(operation: Document, one: Document) -> bool:
    """Whether a conversation is what the operation makes of it."""
    deed, to = operation["deed"], operation["to"]
    match deed:
        case "assign":
            return bool(one["assignee"] == to)
        case "group":
            return bool(one.get("group") == to)
        case "priority":
            return bool(one.get("rank") == to)
        case "label":
            return to in one.get("labels", ())
        case "unlabel":
            return to not in one.get("labels", ())
        case "snooze":
            return bool(one["status"] == "snoozed" and one.get("snoozed_until") == to)
    return bool(one["status"] == _STATUS[deed])


def _before(one: Document) -> Document:
    return {
        "id": one["id"], "status": one["status"], "until": one.get("snoozed_until"), "assignee": one["assignee"],
        "group": one.get("group"), "rank": one.get("rank"),
    }  # fmt: skip


def _back(hub: Hub, operation: Document, before: Document) -> tuple[str, int | None]:
    """Return the decision that makes a conversation what it was."""
    match operation["deed"]:
        case "assign":
            return "assign", before["assignee"]
        case "group":
            return "group", before["group"]
        case "priority":
            return "priority", before["rank"]
        case "label":
            return "unlabel", operation["to"]
        case "unlabel":
            return "label", operation["to"]
    if before["status"] == "snoozed" and (before["until"] or 0) > hub.clock.now():
        return "snooze", before["until"]
    return {"closed": "close", "pending": "pending"}.get(before["status"], "reopen"), None


async def _decide(hub: Hub, actor: Actor, id: int, deed: str, to: int | None) -> None:
    """Decide about one conversation. What can't be (it is gone, its label is, its time has come) is left."""
    try:
        match deed:
            case "close":
                await states.close_conversation(hub, actor, states.ConversationRef(id))
            case "reopen":
                await states.reopen_conversation(hub, actor, states.ConversationRef(id))
            case "pending":
                await states.let_pend(hub, actor, states.ConversationRef(id))
            case "snooze":
                await states.snooze_conversation(hub, actor, states.SnoozeConversation(id, to or 0))
            case "assign":
                # Nobody wants to be told of hundreds of them one by one.
                await states.assign_one(hub, actor, states.AssignConversation(id, to), tell=False)
            case "group":
                await routing.group_conversation(hub, actor, routing.GroupConversation(id, to))
            case "priority":
                priority = PRIORITIES[to - 1] if to else None
                await marking.prioritise_conversation(hub, actor, marking.PrioritiseConversation(id, priority))
            case "label":
                await marking.label_conversation(hub, actor, marking.LabelConversation(id, add=[to or 0]))
            case "unlabel":
                await marking.label_conversation(hub, actor, marking.LabelConversation(id, remove=[to or 0]))
    except HubError as error:
        if error.retryable:
            raise  # the store is away: the job tries again


async def _all(hub: Hub, actor: Actor, todo: list[tuple[int, str, int | None]]) -> None:
    """Decide about each, some of them at once: their batches share a flush."""
    for start in range(0, len(todo), _AT_ONCE):
        await asyncio.gather(*(_decide(hub, actor, *each) for each in todo[start : start + _AT_ONCE]))


def _actor(scope: Scope, operation: Document) -> Actor:
    by = operation["by"]
    return Actor(by["kind"], by["id"], by["name"], Scope(scope.app), frozenset({CONVERSATIONS_MANAGE}))


async def _running(hub: Hub, scope: Scope, payload: dict[str, Any], status: str) -> Document | None:
    operation = await hub.store.get(scope, INBOX_OPERATIONS, payload["operation"])
    return operation if operation is not None and operation["status"] == status else None


async def _again(hub: Hub, scope: Scope, kind: str, payload: dict[str, Any]) -> None:
    batch = Batch(scope)
    await hub.jobs.add(batch, kind, payload)
    await hub.commit(batch)


async def _end(hub: Hub, scope: Scope, operation: Document, was: str, now: str) -> None:
    batch = Batch(scope)
    batch.guard(INBOX_OPERATIONS, operation["id"], Eq("status", was))
    changed = batch.patch(INBOX_OPERATIONS, operation["id"], set={"status": now, "progress": 1.0})
    try:
        outcome = await hub.commit(batch)
    except GuardFailed:
        return  # stopped or taken back at the same moment
    hub.publish(InboxOperationMoved(app=scope.app, operation=outcome[changed]))


async def forget(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Erase an operation and what its conversations were before, with all older ones (a job, when nobody asks any more)."""
    while True:
        page = await hub.store.find(scope, INBOX_OPERATIONS, Lte("id", payload["operation"]), limit=20)
        for each in page.items:
            while await hub.store.erase(scope, CHANGED_CONVERSATIONS, each["id"]):
                pass
            batch = Batch(scope)
            batch.delete(INBOX_OPERATIONS, each["id"])
            await hub.commit(batch)
        if page.cursor is None:
            return
