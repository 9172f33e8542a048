"""Views of the inbox: a name for a question and an order, one's own or the team's, with how many it finds."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.grants import CONVERSATIONS_MANAGE, INBOX_MANAGE
from hub.chat.collections import INBOX_VIEWS
from hub.chat.conversations import ListedConversations as Listed
from hub.chat.conversations import count_views, present
from hub.chat.events import InboxChanged
from hub.chat.inbox.asking import Counted, InboxQuestion, Order, ask, check_question, count
from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.defining import at_most, checked_name
from hub.people.vocabulary import everything
from storage.engine import Batch, Document, Missing

MOST = 500

Id = Annotated[int, Meta(ge=1, le=2**53)]


class NewInboxView(Struct, frozen=True, forbid_unknown_fields=True):
    """A view to be made; `shared` is for the team."""

    name: str
    where: InboxQuestion
    sort: Order = "newest"
    shared: bool = False


class InboxViewChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a view; what is absent stays as it is."""

    view: Id
    name: str | UnsetType = UNSET
    where: InboxQuestion | UnsetType = UNSET
    sort: Order | UnsetType = UNSET
    shared: bool | UnsetType = UNSET


class InboxViewRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which view."""

    view: Id


class ListView(Struct, frozen=True, forbid_unknown_fields=True):
    """Which page of a view."""

    view: Id
    cursor: str | None = None


class FindInInbox(Struct, frozen=True, forbid_unknown_fields=True):
    """Which conversations, without a view, and in which order."""

    where: InboxQuestion
    sort: Order = "newest"
    cursor: str | None = None


class InboxView(Struct, frozen=True):
    """A view as agents see it; `own` says that the one who asks made it."""

    id: int
    name: str
    shared: bool
    own: bool
    by: str
    where: InboxQuestion
    sort: Order


class InboxViews(Struct, frozen=True):
    """The views that somebody may see, by name: one's own and the team's."""

    views: list[InboxView]


class ViewCounts(Struct, frozen=True):
    """How many conversations each view finds, by its id."""

    counts: dict[int, Counted]


@verb(CONVERSATIONS_MANAGE)
async def list_inbox_views(hub: Hub, actor: Actor) -> InboxViews:
    """Return one's own views and the team's, in the order in which they were made."""
    return InboxViews([_shown(actor, each) for each in await _visible(hub, actor)])


@verb(CONVERSATIONS_MANAGE)
async def count_inbox_views(hub: Hub, actor: Actor) -> ViewCounts:
    """Return how many conversations each view finds, at most some seconds old."""
    visible = await _visible(hub, actor)
    return ViewCounts({each["id"]: await count(hub, actor, question_of(each)) for each in visible})


@verb(CONVERSATIONS_MANAGE)
async def create_inbox_view(hub: Hub, actor: Actor, new: NewInboxView) -> InboxView:
    """Make a view. Raises InvalidPayload, NotFound for a label or a group in it, Forbidden for a shared one."""
    if new.shared:
        actor.require(INBOX_MANAGE)
    await check_question(hub, actor, new.where)
    at_most(len(await everything(hub, actor.scope, INBOX_VIEWS)), MOST, "views")
    document: Document = {
        "id": await hub.ids.next("inbox_view"), "owner": actor.who, "by": actor.name, "shared": new.shared,
        "name": checked_name(new.name), "where": msgspec.to_builtins(new.where), "sort": new.sort,
    }  # fmt: skip
    batch = Batch(actor.scope)
    batch.insert(INBOX_VIEWS, document)
    await hub.commit(batch)
    hub.publish(InboxChanged(app=actor.scope.app))
    return _shown(actor, document)


@verb(CONVERSATIONS_MANAGE)
async def change_inbox_view(hub: Hub, actor: Actor, change: InboxViewChange) -> InboxView:
    """Change a view, or share it. Raises NotFound, InvalidPayload, Forbidden for a shared one."""
    document = await _mine(hub, actor, change.view)
    changes: Document = {}
    if change.name is not UNSET:
        changes["name"] = checked_name(change.name)
    if change.where is not UNSET:
        await check_question(hub, actor, change.where)
        changes["where"] = msgspec.to_builtins(change.where)
    if change.sort is not UNSET:
        changes["sort"] = change.sort
    if change.shared is not UNSET and change.shared != document["shared"]:
        actor.require(INBOX_MANAGE)
        # Whoever takes it from the team keeps it.
        changes |= {"shared": change.shared, "owner": actor.who, "by": actor.name}
    batch = Batch(actor.scope)
    changed = batch.patch(INBOX_VIEWS, document["id"], set=changes)
    try:
        outcome = await hub.commit(batch)
    except Missing:
        raise NotFound from None
    hub.publish(InboxChanged(app=actor.scope.app))
    return _shown(actor, outcome[changed])


@verb(CONVERSATIONS_MANAGE)
async def delete_inbox_view(hub: Hub, actor: Actor, which: InboxViewRef) -> None:
    """Delete a view. Raises NotFound, Forbidden for a shared one."""
    document = await _mine(hub, actor, which.view)
    batch = Batch(actor.scope)
    batch.delete(INBOX_VIEWS, document["id"])
    await hub.commit(batch)
    hub.publish(InboxChanged(app=actor.scope.app))


@verb(CONVERSATIONS_MANAGE)
async def list_view(hub: Hub, actor: Actor, asked: ListView) -> Listed:
    """Return a page of what a view finds, and the counts of the usual views. Raises NotFound, InvalidPayload."""
    view = await view_of(hub, actor, asked.view)
    page = await ask(hub, actor, question_of(view), view["sort"], asked.cursor)
    return Listed(await present(hub, actor, page.items), page.cursor, await count_views(hub, actor))


@verb(CONVERSATIONS_MANAGE)
async def find_in_inbox(hub: Hub, actor: Actor, asked: FindInInbox) -> Listed:
    """Return a page of the conversations that conditions find. Raises NotFound, InvalidPayload."""
    await check_question(hub, actor, asked.where)
    page = await ask(hub, actor, asked.where, asked.sort, asked.cursor)
    return Listed(await present(hub, actor, page.items), page.cursor, await count_views(hub, actor))


async def view_of(hub: Hub, actor: Actor, id: int) -> Document:
    """Return a stored view that the actor sees. Raises NotFound."""
    document = await hub.store.get(actor.scope, INBOX_VIEWS, id)
    if document is None or not (document["shared"] or document["owner"] == actor.who):
        raise NotFound("There is no view by that id.")
    return document


def question_of(view: Document) -> InboxQuestion:
    """Return the question of a stored view."""
    return msgspec.convert(view["where"], InboxQuestion)


async def _visible(hub: Hub, actor: Actor) -> list[Document]:
    return [
        each for each in await everything(hub, actor.scope, INBOX_VIEWS) if each["shared"] or each["owner"] == actor.who
    ]


async def _mine(hub: Hub, actor: Actor, id: int) -> Document:
    document = await view_of(hub, actor, id)
    if document["shared"]:
        actor.require(INBOX_MANAGE)
    return document


def _shown(actor: Actor, document: Document) -> InboxView:
    return InboxView(
        id=document["id"], name=document["name"], shared=document["shared"], own=document["owner"] == actor.who,
        by=document["by"], where=question_of(document), sort=document["sort"],
    )  # fmt: skip
