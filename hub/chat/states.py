"""What agents decide about a conversation: who is in charge, and whether it is open, put aside or closed."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from hub.accounts.applications import member
from hub.accounts.grants import CONVERSATIONS_MANAGE
from hub.chat.announce import announce_message, announce_state
from hub.chat.collections import CONVERSATIONS, MESSAGES
from hub.chat.conversations import Id, get_conversation, present, standing_conversation
from hub.chat.events import ConversationChanged
from hub.chat.notices import Notices, tell_whom_it_waits_for
from hub.chat.present import author_of, event_record, message_of
from hub.chat.records import Conversation
from hub.core.actor import Actor
from hub.core.errors import Conflict, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.talks import put_talk, say_talked, talk_record
from storage.engine import Batch, Document, GuardFailed, Missing, Scope, Sort
from storage.filters import All, Eq, Filter, In, Not

WAKE = "conversations.wake"
RELEASE = "conversations.release"


class ConversationRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which conversation."""

    conversation: Id


class AssignConversation(Struct, frozen=True, forbid_unknown_fields=True):
    """Who takes charge; null for nobody."""

    conversation: Id
    agent: Id | None


class SnoozeConversation(Struct, frozen=True, forbid_unknown_fields=True):
    """Until when to put a conversation aside, in UTC milliseconds."""

    conversation: Id
    until: int


@verb(CONVERSATIONS_MANAGE)
async def assign_conversation(hub: Hub, actor: Actor, given: AssignConversation) -> Conversation:
    """Put an agent in charge, or nobody. Raises NotFound for a conversation or an agent of another application."""
    return await assign_one(hub, actor, given, tell=True)


async def assign_one(hub: Hub, actor: Actor, given: AssignConversation, *, tell: bool) -> Conversation:
    """Put an agent in charge, or nobody, and tell whom it concerns unless it is one of many. Raises NotFound."""
    document = await standing_conversation(hub, actor, given.conversation)
    given = AssignConversation(document["id"], given.agent)
    name = None
    if given.agent is not None:
        agent = await member(hub, actor.scope.app, given.agent)
        if agent is None:
            raise NotFound("There is no agent by that id.")
        name = agent.name
    batch = Batch(actor.scope)
    changed = batch.patch(
        CONVERSATIONS, given.conversation, set={"assignee": given.agent, "assignee_name": name, "touched": hub.clock.now()},
        inc={"revision": 1},
    )  # fmt: skip
    if given.agent is not None and given.agent != document["assignee"]:
        talk = await talk_record(hub, "assigned", given.conversation, author_of(actor), hub.clock.now(), to=name)
        put_talk(batch, document["contact"], talk)
    if given.agent != document["assignee"]:
        await _follow(hub, batch, "assigned", document)
        if tell:
            await _tell(hub, actor, batch, given)
    outcome = await hub.commit(batch)
    say_talked(hub, actor.scope, document["contact"])
    return await _announce(hub, actor, outcome[changed])


async def _tell(hub: Hub, actor: Actor, batch: Batch, given: AssignConversation) -> None:
    """Let whoever takes charge be told of it, unless they took it themselves; where nobody does, all who may."""
    if given.agent is None:
        await tell_whom_it_waits_for(hub, batch, given.conversation)
    elif actor.kind != "agent" or actor.id != given.agent:
        event = await hub.ids.next("assignment")
        await hub.part(Notices).order_event(batch, given.conversation, "assigned", event, [given.agent], actor.name)


async def release_conversations(hub: Hub, _: Scope, payload: dict[str, Any]) -> None:
    """Make nobody's what a removed agent was in charge of (a job)."""
    scope, mine = Scope(payload["app"]), Eq("assignee", payload["agent"])
    while documents := (await hub.store.find(scope, CONVERSATIONS, mine, sort=Sort("updated"), limit=100)).items:
        for document in documents:
            batch = Batch(scope)
            batch.guard(CONVERSATIONS, document["id"], mine)
            changed = batch.patch(
                CONVERSATIONS, document["id"], set={"assignee": None, "assignee_name": None}, inc={"revision": 1}
            )
            try:
                announce_state(hub, scope, (await hub.commit(batch))[changed])
            except GuardFailed:
                pass  # somebody took it over meanwhile


@verb(CONVERSATIONS_MANAGE)
async def close_conversation(hub: Hub, actor: Actor, given: ConversationRef) -> Conversation:
    """Close a conversation; one that is closed stays so. Raises NotFound."""
    return await _turn(hub, actor, given.conversation, "closed", Not(In("status", ("closed", "merged"))))


@verb(CONVERSATIONS_MANAGE)
async def snooze_conversation(hub: Hub, actor: Actor, given: SnoozeConversation) -> Conversation:
    """Put a conversation aside until a time; then it opens by itself, as it does when the contact writes.

    Raises NotFound; InvalidPayload for a time that has passed.
    """
    if given.until <= hub.clock.now():
        raise InvalidPayload("The conversation can only be put aside until a time to come.", reason="snooze_past")
    return await _put_aside(hub, actor, given.conversation, "snoozed", given.until)


@verb(CONVERSATIONS_MANAGE)
async def let_pend(hub: Hub, actor: Actor, given: ConversationRef) -> Conversation:
    """Put a conversation aside until the contact answers. Raises NotFound."""
    return await _put_aside(hub, actor, given.conversation, "pending", None)


async def _put_aside(
    hub: Hub, actor: Actor, id: int, status: Literal["pending", "snoozed"], until: int | None
) -> Conversation:
    document, now = await standing_conversation(hub, actor, id), hub.clock.now()
    id = document["id"]
    batch = Batch(actor.scope)
    batch.guard(CONVERSATIONS, id, Not(Eq("status", "merged")))
    changed = batch.patch(
        CONVERSATIONS, id, set={"status": status, "snoozed_until": until, "touched": now}, inc={"revision": 1}
    )
    if until is not None:
        await hub.jobs.add(batch, WAKE, {"conversation": id, "until": until}, after=until - now)
    await _follow(hub, batch, status, document)
    try:
        return await _announce(hub, actor, (await hub.commit(batch))[changed])
    except GuardFailed:  # it became a part of another one at this very moment
        raise Conflict from None


async def wake_conversation(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Open a snoozed conversation whose time has come (a job), unless it was snoozed anew or opened meanwhile."""
    batch = Batch(scope)
    still = All((Eq("status", "snoozed"), Eq("snoozed_until", payload["until"])))
    batch.guard(CONVERSATIONS, payload["conversation"], still)
    changed = batch.patch(
        CONVERSATIONS,
        payload["conversation"],
        set={"status": "open", "snoozed_until": None, "updated": hub.clock.now()},
        inc={"revision": 1},
    )
    document = await hub.store.get(scope, CONVERSATIONS, payload["conversation"])
    if document is not None:
        await _follow(hub, batch, "reopened", document)
    try:
        announce_state(hub, scope, (await hub.commit(batch))[changed])
    except GuardFailed:
        pass


@verb(CONVERSATIONS_MANAGE)
async def reopen_conversation(hub: Hub, actor: Actor, given: ConversationRef) -> Conversation:
    """Open a conversation again; one that is open stays so. Raises NotFound."""
    document = await standing_conversation(hub, actor, given.conversation)
    if document["status"] in ("pending", "snoozed"):  # the contact never knew that it was put aside
        return await _take_up(hub, actor, document)
    return await _turn(hub, actor, given.conversation, "reopened", Eq("status", "closed"))


async def _take_up(hub: Hub, actor: Actor, document: Document) -> Conversation:
    batch = Batch(actor.scope)
    batch.guard(CONVERSATIONS, document["id"], Eq("status", document["status"]))
    set = {"status": "open", "snoozed_until": None, "updated": hub.clock.now()}
    changed = batch.patch(CONVERSATIONS, document["id"], set=set, inc={"revision": 1})
    await _follow(hub, batch, "reopened", document)
    try:
        return await _announce(hub, actor, (await hub.commit(batch))[changed])
    except GuardFailed:
        raise Conflict from None


async def _turn(hub: Hub, actor: Actor, id: int, word: Literal["closed", "reopened"], when: Filter) -> Conversation:
    document = await standing_conversation(hub, actor, id)
    id = document["id"]
    record = await event_record(hub, actor, word)
    batch = Batch(actor.scope)
    batch.guard(CONVERSATIONS, id, when)
    position = batch.append(MESSAGES, id, record)
    set = {"status": "open", "updated": record["at"], "position": position}
    if word == "closed":  # nobody waits there any more
        set |= {"status": "closed", "snoozed_until": None, "waits": None, "rating": None}
    changed = batch.patch(CONVERSATIONS, id, set=set, inc={"revision": 1})
    put_talk(batch, document["contact"], await talk_record(hub, word, id, record["author"], record["at"]))
    await _follow(hub, batch, word, document)
    try:
        outcome = await hub.commit(batch)
    except GuardFailed:  # it is so already
        (state,) = await present(hub, actor, [await get_conversation(hub, actor, id)])
        return state
    except Missing:
        raise NotFound from None
    message = message_of(hub, actor.scope.app, id, record | {"position": outcome[position]})
    say_talked(hub, actor.scope, document["contact"])
    announce_message(hub, actor.scope, document["contact"], document["browser"], message)
    return await _announce(hub, actor, outcome[changed])


async def _follow(hub: Hub, batch: Batch, word: str, document: Document) -> None:
    """Put into the batch what follows from the turn that a conversation takes."""
    facts = {"word": word, "conversation": document["id"], "contact": document["contact"]}
    await hub.follow_up(batch, ConversationChanged, facts)


async def _announce(hub: Hub, actor: Actor, document: Document) -> Conversation:
    announce_state(hub, actor.scope, document)
    (state,) = await present(hub, actor, [document])
    return state
