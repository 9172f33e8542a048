"""What the team puts on a conversation to find and order it by: a priority, and labels. The contact never sees either."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from hub.accounts.grants import CONVERSATIONS_MANAGE
from hub.chat.announce import announce_state
from hub.chat.collections import CONVERSATIONS
from hub.chat.conversations import Id, present, standing_conversation
from hub.chat.inbox.labels import expect_label
from hub.chat.records import PRIORITIES, Conversation, Priority
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import Batch, Missing, Result

MOST = 20
"""Labels on one conversation."""


class PrioritiseConversation(Struct, frozen=True, forbid_unknown_fields=True):
    """How urgent a conversation is; null for no word of it."""

    conversation: Id
    priority: Priority | None


class LabelConversation(Struct, frozen=True, forbid_unknown_fields=True):
    """Labels to give to a conversation, and to take from it."""

    conversation: Id
    add: Annotated[list[Id], Meta(max_length=MOST)] = []
    remove: Annotated[list[Id], Meta(max_length=MOST)] = []


@verb(CONVERSATIONS_MANAGE)
async def prioritise_conversation(hub: Hub, actor: Actor, given: PrioritiseConversation) -> Conversation:
    """Say how urgent a conversation is. Raises NotFound."""
    id = (await standing_conversation(hub, actor, given.conversation))["id"]
    rank = None if given.priority is None else PRIORITIES.index(given.priority) + 1
    batch = Batch(actor.scope)
    set = {"rank": rank, "touched": hub.clock.now()}
    batch.patch(CONVERSATIONS, id, set=set, inc={"revision": 1})
    return await commit_marks(hub, actor, batch)


@verb(CONVERSATIONS_MANAGE)
async def label_conversation(hub: Hub, actor: Actor, given: LabelConversation) -> Conversation:
    """Give labels to a conversation, or take them. Raises NotFound, also for a label; InvalidPayload for too many."""
    document = await standing_conversation(hub, actor, given.conversation)
    for label in given.add:
        await expect_label(hub, actor.scope, label)
    after = {*document.get("labels", ()), *given.add} - {*given.remove}
    if len(after) > MOST:
        raise InvalidPayload(f"A conversation has at most {MOST} labels.", reason="too_many", most=MOST)
    batch = Batch(actor.scope)
    for label in given.add:
        batch.patch(CONVERSATIONS, document["id"], add={"labels": label})
    for label in given.remove:
        batch.patch(CONVERSATIONS, document["id"], remove={"labels": label})
    batch.patch(CONVERSATIONS, document["id"], set={"touched": hub.clock.now()}, inc={"revision": 1})
    return await commit_marks(hub, actor, batch)


async def commit_marks(hub: Hub, actor: Actor, batch: Batch) -> Conversation:
    """Commit a batch whose last step patches a conversation, and tell everybody. Raises NotFound."""
    try:
        document = (await hub.commit(batch))[Result(len(batch.steps) - 1)]
    except Missing:
        raise NotFound from None
    announce_state(hub, actor.scope, document)
    (state,) = await present(hub, actor, [document])
    return state
