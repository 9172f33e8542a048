"""Conversations: which one a message belongs to, their state, and who is in charge."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.applications import member
from hub.accounts.grants import CONVERSATIONS_MANAGE, CONVERSATIONS_READ
from hub.chat.collections import CONVERSATIONS, MESSAGES, NOTES
from hub.chat.events import ConversationChanged, MessageSent
from hub.chat.present import conversation_of, event_record, message_of, note_of
from hub.chat.records import Conversation, Message, Note, Status
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.collections import CONTACTS
from storage.engine import Batch, Document, GuardFailed, Missing, Scope, Sort
from storage.filters import EVERYTHING, All, Eq, Filter, In, Ne

WAKE = "conversations.wake"
PAGE = 50
MOST = 100
Position = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Id = Annotated[int, Meta(ge=1, le=2**53)]


class ConversationRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which conversation."""

    conversation: Id


class OpenConversation(Struct, frozen=True, forbid_unknown_fields=True):
    """Which messages of a conversation: those behind a position, oldest first."""

    conversation: Id
    after: Position = 0
    limit: Annotated[int, Meta(ge=1, le=MOST)] = MOST


class ListConversations(Struct, frozen=True, forbid_unknown_fields=True):
    """Which conversations; `assignee` is "me", "none" or the id of an agent."""

    status: Status | None = None
    assignee: Annotated[str, Meta(pattern="^(me|none)$")] | Id | None = None
    cursor: str | None = None


class AssignConversation(Struct, frozen=True, forbid_unknown_fields=True):
    """Who takes charge; null for nobody."""

    conversation: Id
    agent: Id | None


class SnoozeConversation(Struct, frozen=True, forbid_unknown_fields=True):
    """Until when to put a conversation aside, in UTC milliseconds."""

    conversation: Id
    until: int


class OpenedConversation(Struct, frozen=True):
    """A conversation and some of its messages; `position` is the last of the stream."""

    conversation: Conversation
    messages: list[Message]
    position: int
    notes: list[Note] | UnsetType = UNSET


class FindConversations(Struct, frozen=True):
    """Which conversations the API lists."""

    contact: int | None = None
    only_open: bool = False
    cursor: str | None = None


class FoundConversations(Struct, frozen=True):
    """A page of them, and how many there are in all."""

    conversations: list[Conversation]
    cursor: str | None
    count: int


class Counts(Struct, frozen=True):
    """How many conversations each view of the inbox holds."""

    open: int
    mine: int
    unassigned: int
    closed: int


class ListedConversations(Struct, frozen=True):
    """A page of the inbox, newest activity first."""

    conversations: list[Conversation]
    cursor: str | None
    counts: Counts


def may_see(actor: Actor, document: Document) -> bool:
    """Contacts see their own conversations; an unsigned one those that its browser began. Everybody else sees all."""
    if actor.kind != "contact":
        return True
    if actor.scope.browser is not None:
        return document["browser"] == actor.scope.browser
    return document["contact"] == actor.scope.contact


async def get_conversation(hub: Hub, actor: Actor, id: int) -> Document:
    """Return the stored conversation. Raises NotFound, also for one that the actor may not see."""
    document = await hub.store.get(actor.scope, CONVERSATIONS, id)
    if document is None or not may_see(actor, document):
        raise NotFound
    return document


async def present(hub: Hub, actor: Actor, documents: list[Document]) -> list[Conversation]:
    """Return conversations as the actor's side sees them, with their contacts, in one read."""
    contacts = await hub.store.get_many(actor.scope, CONTACTS, {document["contact"] for document in documents})
    return [
        conversation_of(hub, actor.scope.app, document, contacts.get(document["contact"]), actor.kind != "contact")
        for document in documents
    ]


@verb(CONVERSATIONS_READ)
async def open_conversation(hub: Hub, actor: Actor, asked: OpenConversation) -> OpenedConversation:
    """Return a conversation with messages behind a position, and for agents its newest notes. Raises NotFound."""
    document = await get_conversation(hub, actor, asked.conversation)
    records = await hub.store.read(actor.scope, MESSAGES, document["id"], after=asked.after, limit=asked.limit)
    notes: Any = UNSET
    if actor.kind != "contact":
        newest = await hub.store.read(actor.scope, NOTES, document["id"], limit=MOST, newest=True)
        notes = [note_of(document["id"], record) for record in newest]
    messages = [message_of(hub, actor.scope.app, document["id"], record) for record in records]
    (conversation,) = await present(hub, actor, [document])
    # A message may have been committed between the two reads: never announce less than what is shown.
    position = max(document["position"], records[-1]["position"] if records else 0)
    return OpenedConversation(conversation, messages, position, notes)


@verb(CONVERSATIONS_READ)
async def own_conversations(hub: Hub, actor: Actor) -> list[Conversation]:
    """Return the newest fifty conversations that a contact may see."""
    if actor.scope.browser is not None:
        filter: Filter = Eq("browser", actor.scope.browser)
    else:
        filter = Eq("contact", actor.scope.contact)
    page = await hub.store.find(actor.scope, CONVERSATIONS, filter, sort=Sort(descending=True), limit=PAGE)
    return await present(hub, actor, page.items)


@verb(CONVERSATIONS_MANAGE)
async def list_conversations(hub: Hub, actor: Actor, asked: ListConversations) -> ListedConversations:
    """Return a page of conversations, newest activity first, and the counts of the inbox's views.

    Raises InvalidPayload for a cursor that was not made here.
    """
    filters: list[Filter] = []
    if asked.assignee is not None:
        who = (
            {"me": actor.id, "none": None}.get(asked.assignee, asked.assignee)
            if isinstance(asked.assignee, str)
            else asked.assignee
        )
        filters.append(Eq("assignee", who))
    if asked.status is not None:
        filters.append(Eq("status", asked.status))
    try:
        page = await hub.store.find(
            actor.scope, CONVERSATIONS, _all(filters), sort=Sort("updated", descending=True), limit=PAGE, cursor=asked.cursor,
        )  # fmt: skip
    except ValueError:
        raise InvalidPayload("`cursor` is none that an earlier page gave.") from None
    return ListedConversations(await present(hub, actor, page.items), page.cursor, await count_views(hub, actor))


async def count_views(hub: Hub, actor: Actor) -> Counts:
    """Return how many conversations are open, open and mine, open and nobody's, and closed."""
    is_open = Eq("status", "open")
    filters = (
        is_open,
        All((Eq("assignee", actor.id), is_open)),
        All((Eq("assignee", None), is_open)),
        Eq("status", "closed"),
    )
    return Counts(*[await hub.store.count(actor.scope, CONVERSATIONS, filter) for filter in filters])


@verb(CONVERSATIONS_MANAGE)
async def conversations_of_contact(hub: Hub, actor: Actor, contact: int) -> list[Conversation]:
    """Return the newest fifty conversations of a contact."""
    page = await hub.store.find(
        actor.scope, CONVERSATIONS, Eq("contact", contact), sort=Sort(descending=True), limit=PAGE
    )
    return await present(hub, actor, page.items)


@verb(CONVERSATIONS_MANAGE)
async def find_conversations(hub: Hub, actor: Actor, asked: FindConversations) -> FoundConversations:
    """Return a page of all conversations, newest activity first, or of one contact's, newest first; and their number.

    Raises ValueError for a cursor that was not made here.
    """
    filters: list[Filter] = []
    if asked.contact is not None:
        filters.append(Eq("contact", asked.contact))
    if asked.only_open:
        filters.append(In("status", ("open", "pending", "snoozed")))
    filter = _all(filters)
    sort = Sort("updated" if asked.contact is None else "id", descending=True)
    page = await hub.store.find(actor.scope, CONVERSATIONS, filter, sort=sort, limit=MOST, cursor=asked.cursor)
    count = await hub.store.count(actor.scope, CONVERSATIONS, filter)
    return FoundConversations(await present(hub, actor, page.items), page.cursor, count)


@verb(CONVERSATIONS_MANAGE)
async def assign_conversation(hub: Hub, actor: Actor, given: AssignConversation) -> Conversation:
    """Put an agent in charge, or nobody. Raises NotFound for a conversation or an agent of another application."""
    await get_conversation(hub, actor, given.conversation)
    name = None
    if given.agent is not None:
        agent = await member(hub, actor.scope.app, given.agent)
        if agent is None:
            raise NotFound("There is no agent by that id.")
        name = agent.name
    batch = Batch(actor.scope)
    changed = batch.patch(
        CONVERSATIONS, given.conversation, set={"assignee": given.agent, "assignee_name": name}, inc={"revision": 1}
    )
    return await _announce(hub, actor, (await hub.commit(batch))[changed])


@verb(CONVERSATIONS_MANAGE)
async def close_conversation(hub: Hub, actor: Actor, given: ConversationRef) -> Conversation:
    """Close a conversation; one that is closed stays so. Raises NotFound."""
    return await _turn(hub, actor, given.conversation, "closed", Ne("status", "closed"))


@verb(CONVERSATIONS_MANAGE)
async def snooze_conversation(hub: Hub, actor: Actor, given: SnoozeConversation) -> Conversation:
    """Put a conversation aside until a time; then it opens by itself, as it does when the contact writes.

    Raises NotFound; InvalidPayload for a time that has passed.
    """
    wait = given.until - hub.clock.now()
    if wait <= 0:
        raise InvalidPayload("The conversation can only be put aside until a time to come.")
    await get_conversation(hub, actor, given.conversation)
    batch = Batch(actor.scope)
    changed = batch.patch(
        CONVERSATIONS, given.conversation, set={"status": "snoozed", "snoozed_until": given.until}, inc={"revision": 1}
    )
    await hub.jobs.add(batch, WAKE, {"conversation": given.conversation, "until": given.until}, after=wait)
    return await _announce(hub, actor, (await hub.commit(batch))[changed])


async def wake_conversation(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Open a snoozed conversation whose time has come (a job), unless it was snoozed anew or opened meanwhile."""
    batch = Batch(scope)
    still = All((Eq("status", "snoozed"), Eq("snoozed_until", payload["until"])))
    batch.guard(CONVERSATIONS, payload["conversation"], still)
    changed = batch.patch(
        CONVERSATIONS, payload["conversation"], set={"status": "open", "updated": hub.clock.now()}, inc={"revision": 1}
    )
    try:
        announce(hub, scope, (await hub.commit(batch))[changed])
    except GuardFailed:
        pass


@verb(CONVERSATIONS_MANAGE)
async def reopen_conversation(hub: Hub, actor: Actor, given: ConversationRef) -> Conversation:
    """Open a conversation again; one that is open stays so. Raises NotFound."""
    return await _turn(hub, actor, given.conversation, "reopened", Ne("status", "open"))


async def _turn(hub: Hub, actor: Actor, id: int, word: str, when: Filter) -> Conversation:
    document = await get_conversation(hub, actor, id)
    record = await event_record(hub, actor, word)
    batch = Batch(actor.scope)
    batch.guard(CONVERSATIONS, id, when)
    position = batch.append(MESSAGES, id, record)
    status = "closed" if word == "closed" else "open"
    changed = batch.patch(
        CONVERSATIONS, id, set={"status": status, "updated": record["at"], "position": position}, inc={"revision": 1}
    )
    try:
        outcome = await hub.commit(batch)
    except GuardFailed:  # it is so already
        (state,) = await present(hub, actor, [await get_conversation(hub, actor, id)])
        return state
    except Missing:
        raise NotFound from None
    message = message_of(hub, actor.scope.app, id, record | {"position": outcome[position]})
    hub.publish(
        MessageSent(
            app=actor.scope.app,
            conversation=id,
            contact=document["contact"],
            browser=document["browser"],
            message=message,
        )
    )
    return await _announce(hub, actor, outcome[changed])


async def _announce(hub: Hub, actor: Actor, document: Document) -> Conversation:
    announce(hub, actor.scope, document)
    (state,) = await present(hub, actor, [document])
    return state


def announce(hub: Hub, scope: Scope, document: Document) -> None:
    """Tell everybody in a conversation what its state is now."""
    hub.publish(
        ConversationChanged(
            app=scope.app,
            conversation=document["id"],
            contact=document["contact"],
            browser=document["browser"],
            document=document,
        )
    )


def _all(filters: list[Filter]) -> Filter:
    return All(tuple(filters)) if filters else EVERYTHING
