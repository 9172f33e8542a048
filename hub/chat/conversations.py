"""Conversations: which one a message belongs to, their state, and who is in charge."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, get_args

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.grants import CONVERSATIONS_MANAGE, CONVERSATIONS_READ
from hub.chat.collections import CONVERSATIONS, MESSAGES, NOTES
from hub.chat.edited import as_now, notes_as_now
from hub.chat.present import conversation_of, message_of, note_of
from hub.chat.records import Conversation, Message, Note, Status
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.collections import CONTACTS
from hub.people.vocabulary import vocabulary
from storage.engine import Document, Sort
from storage.filters import EVERYTHING, All, Eq, Filter, In

PAGE = 50
MOST = 100
Position = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Id = Annotated[int, Meta(ge=1, le=2**53)]


class OpenConversation(Struct, frozen=True, forbid_unknown_fields=True):
    """Which messages of a conversation: those behind a position, oldest first."""

    conversation: Id
    after: Position = 0
    limit: Annotated[int, Meta(ge=1, le=MOST)] = MOST


class ListConversations(Struct, frozen=True, forbid_unknown_fields=True):
    """Which conversations; `assignee` is "me", "none" or an agent's id, `group` is "mine", "none" or a group's id."""

    status: Status | None = None
    assignee: Annotated[str, Meta(pattern="^(me|none)$")] | Id | None = None
    group: Annotated[str, Meta(pattern="^(mine|none)$")] | Id | None = None
    cursor: str | None = None


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
    """How many conversations each view of the inbox holds; `groups` has the open ones of each group by its id."""

    open: int
    mine: int
    unassigned: int
    closed: int
    groups: dict[int, int] = {}
    pending: int = 0
    snoozed: int = 0


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


async def standing_conversation(hub: Hub, actor: Actor, id: int) -> Document:
    """Return the stored conversation, or the one that it is a part of now. Raises NotFound, also for what is not theirs."""
    document = await get_conversation(hub, actor, id)
    return await get_conversation(hub, actor, document["merged_into"]) if document.get("merged_into") else document


async def present(hub: Hub, actor: Actor, documents: list[Document]) -> list[Conversation]:
    """Return conversations as the actor's side sees them, with their contacts, in one read."""
    contacts = await hub.store.get_many(actor.scope, CONTACTS, {document["contact"] for document in documents})
    for_agent = actor.kind != "contact"
    if not for_agent and actor.scope.browser is None:  # proven by signature: what another browser only claimed is so
        documents = [document | {"claimed": False} for document in documents]
    return [
        conversation_of(hub, actor.scope.app, document, contacts.get(document["contact"]), for_agent)
        for document in documents
    ]


@verb(CONVERSATIONS_READ)
async def open_conversation(hub: Hub, actor: Actor, asked: OpenConversation) -> OpenedConversation:
    """Return a conversation with messages behind a position, and for agents its newest notes. Raises NotFound."""
    id, for_agent = asked.conversation, actor.kind != "contact"
    # Asked for together: whoever opens a conversation waits for it.
    document, records, newest = await asyncio.gather(
        get_conversation(hub, actor, id),
        hub.store.read(actor.scope, MESSAGES, id, after=asked.after, limit=asked.limit),
        hub.store.read(actor.scope, NOTES, id, limit=MOST, newest=True) if for_agent else _nothing(),
    )
    records, newest, (conversation,) = await asyncio.gather(
        as_now(hub, actor.scope, records), notes_as_now(hub, actor.scope, newest), present(hub, actor, [document])
    )
    messages = [message_of(hub, actor.scope.app, id, record) for record in records]
    notes: Any = [note_of(id, record) for record in newest] if for_agent else UNSET
    # A message may have been committed between the two reads: never announce less than what is shown.
    position = max(document["position"], records[-1]["position"] if records else 0)
    return OpenedConversation(conversation, messages, position, notes)


async def _nothing() -> list[Document]:
    return []


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
    if asked.group is not None:
        filters.append(await _of_group(hub, actor, asked.group))
    if asked.status is not None:
        filters.append(Eq("status", asked.status))
    elif asked.group is not None:  # the index of groups has the status before the time
        filters.append(In("status", get_args(Status)))
    try:
        page = await hub.store.find(
            actor.scope, CONVERSATIONS, _all(filters), sort=Sort("updated", descending=True), limit=PAGE, cursor=asked.cursor,
            scan=asked.group == "mine",  # somebody in very many groups
        )  # fmt: skip
    except ValueError:
        raise InvalidPayload("`cursor` is none that an earlier page gave.") from None
    return ListedConversations(await present(hub, actor, page.items), page.cursor, await count_views(hub, actor))


NOTHING_COUNTED = Counts(0, 0, 0, 0, {})
"""What somebody is told who may not read conversations."""


async def count_views(hub: Hub, actor: Actor) -> Counts:
    """Return how many are open, open and mine, open and nobody's, closed, pending, snoozed, and open in each group.

    Each is a walk over the keys of an index; nothing is read of the conversations.
    """
    is_open = Eq("status", "open")
    filters: tuple[Filter, ...] = (
        is_open,
        All((Eq("assignee", actor.id), is_open)),
        All((Eq("assignee", None), is_open)),
        *(Eq("status", each) for each in ("closed", "pending", "snoozed")),
    )
    views = [await hub.store.count(actor.scope, CONVERSATIONS, filter) for filter in filters]
    groups = {
        id: await hub.store.count(actor.scope, CONVERSATIONS, All((Eq("group", id), is_open)))
        for id in (await vocabulary(hub, actor.scope)).groups
    }
    open, mine, unassigned, closed, pending, snoozed = views
    return Counts(open, mine, unassigned, closed, groups, pending, snoozed)


async def _of_group(hub: Hub, actor: Actor, group: str | int) -> Filter:
    if group != "mine":
        return Eq("group", None if group == "none" else group)
    groups = (await vocabulary(hub, actor.scope)).groups.values()
    return In("group", tuple(each.id for each in groups if actor.id in each.agents))


@verb(CONVERSATIONS_MANAGE)
async def conversations_of_contact(hub: Hub, actor: Actor, contact: int) -> list[Conversation]:
    """Return the newest fifty conversations of a contact."""
    page = await hub.store.find(
        actor.scope, CONVERSATIONS, Eq("contact", contact), sort=Sort(descending=True), limit=PAGE
    )
    return await present(hub, actor, [each for each in page.items if each["status"] != "merged"])


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


def _all(filters: list[Filter]) -> Filter:
    return All(tuple(filters)) if filters else EVERYTHING
