"""Which group of agents a conversation is for. A group routes and hides nothing: every agent still sees it under all.

A new conversation takes the group of its contact, in the batch that begins it (`messages`). While it waits, it follows
the contact into another group; no longer once an agent is in charge, or somebody moved it by hand.
"""

from __future__ import annotations

import time
from typing import Any

from msgspec import Struct

from hub.accounts.grants import CONVERSATIONS_MANAGE
from hub.accounts.groups import expect_group
from hub.chat.announce import announce_state
from hub.chat.collections import CONVERSATIONS
from hub.chat.conversations import Id, present, standing_conversation
from hub.chat.notices import tell_whom_it_waits_for
from hub.chat.records import Conversation
from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.core.kept import STALE
from hub.core.verb import verb
from hub.people.grouping.belonging import groups_of_contacts
from storage.engine import Batch, Document, GuardFailed, Scope, Sort
from storage.filters import Eq, Filter, Gt, Ne, all_of

FOLLOW = "groups.follow"
FOLLOW_ALL = "groups.follow_all"
RELEASE = "groups.release"
_MOST = 500
_CHUNK = 200
_TURN = 20.0
_WAITS = all_of(Ne("status", "closed"), Eq("assignee", None), Ne("moved", True))
"""Nobody is in charge, and no agent said whose it is: it goes where its contact goes."""


class GroupConversation(Struct, frozen=True, forbid_unknown_fields=True):
    """Which group a conversation is for; null for none."""

    conversation: Id
    group: Id | None


@verb(CONVERSATIONS_MANAGE)
async def group_conversation(hub: Hub, actor: Actor, given: GroupConversation) -> Conversation:
    """Move a conversation to a group, or to none; there it stays. Raises NotFound for one of another application."""
    id = (await standing_conversation(hub, actor, given.conversation))["id"]
    batch = Batch(actor.scope)
    if given.group is not None:
        expect_group(batch, actor.scope.app, given.group)
    batch.guard(CONVERSATIONS, id)
    changed = _move(hub, batch, id, given.group, moved=True)
    await tell_whom_it_waits_for(hub, batch, id)
    try:
        document = (await hub.commit(batch))[changed]
    except GuardFailed:
        raise NotFound("There is no group by that id.") from None
    announce_state(hub, actor.scope, document)
    (state,) = await present(hub, actor, [document])
    return state


async def follow_contact(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Let the waiting conversations of a contact follow it into its group (a job)."""
    mine = Eq("contact", payload["contact"])
    page = await hub.store.find(scope, CONVERSATIONS, mine, sort=Sort(descending=True), limit=_MOST)
    await let_follow(hub, scope, page.items)


async def follow_all(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Let all waiting conversations of an application follow their contacts (a job that goes on where it stopped)."""
    after: int | None = payload.get("after", 0)
    until = time.monotonic() + _TURN
    while after is not None and time.monotonic() < until:
        behind = all_of(Gt("id", after), _WAITS)
        page = await hub.store.find(scope, CONVERSATIONS, behind, limit=_CHUNK, scan=True)
        await let_follow(hub, scope, page.items)
        after = page.items[-1]["id"] if len(page.items) == _CHUNK else None
    if after is not None:
        batch = Batch(scope)
        await hub.jobs.add(batch, FOLLOW_ALL, {"after": after})
        await hub.commit(batch)


async def let_follow(hub: Hub, scope: Scope, documents: list[Document]) -> None:
    """Move those of some conversations that wait to the groups of their contacts.

    A contact that no rule concerns any more leaves its conversations where they are: nobody should lose sight of them.
    """
    waiting = [each for each in documents if waits(each)]
    if not waiting:
        return
    groups = await groups_of_contacts(hub, scope, {each["contact"] for each in waiting})
    for document in waiting:
        group = groups.get(document["contact"])
        if group is not None and group != document.get("group"):
            await _try(hub, scope, document["id"], group, all_of(_WAITS, Eq("contact", document["contact"])))


def waits(conversation: Document) -> bool:
    """Tell whether a conversation follows its contact."""
    return (
        conversation["status"] not in ("closed", "merged")
        and conversation["assignee"] is None
        and not conversation.get("moved")
    )


async def release_group(hub: Hub, _: Scope, payload: dict[str, Any]) -> None:
    """Make the conversations of a deleted group no group's (a job)."""
    scope, its = Scope(payload["app"]), Eq("group", payload["group"])
    while documents := (await hub.store.find(scope, CONVERSATIONS, its, sort=Sort("status"), limit=_CHUNK)).items:
        for document in documents:
            await _try(hub, scope, document["id"], None, its)
        await let_follow(hub, scope, [{**document, "group": None, "moved": False} for document in documents])
    if not hub.bus.alone and not payload.get("again"):
        # A node that did not know yet may begin a conversation for it meanwhile.
        batch = Batch(scope)
        await hub.jobs.add(batch, RELEASE, {**payload, "again": True}, after=int(STALE * 1000))
        await hub.commit(batch)


async def _try(hub: Hub, scope: Scope, id: int, group: int | None, when: Filter) -> None:
    batch = Batch(scope)
    batch.guard(CONVERSATIONS, id, when)
    changed = _move(hub, batch, id, group, moved=False)
    try:
        announce_state(hub, scope, (await hub.commit(batch))[changed])
    except GuardFailed:
        pass  # somebody took or moved it meanwhile


def _move(hub: Hub, batch: Batch, id: int, group: int | None, *, moved: bool) -> Any:
    changes = {"group": group, "moved": moved, "touched": hub.clock.now()}
    return batch.patch(CONVERSATIONS, id, set=changes, inc={"revision": 1})
