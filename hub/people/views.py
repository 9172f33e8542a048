"""Views of the people table: a name for a filter, words, an order and columns, one's own or the team's.

What is deleted can be brought back for an hour; then a job forgets it. Without a view each agent has columns of their own.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.grants import CONTACTS_READ, VIEWS_SHARE
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.collections import VIEWS
from hub.people.conditions.base import World
from hub.people.conditions.tree import read_tree, written
from hub.people.defining import at_most, checked_name
from hub.people.events import ViewsChanged
from hub.people.managing import SORTS
from hub.people.vocabulary import everything, vocabulary
from storage.engine import Batch, Document, GuardFailed, Missing, Scope
from storage.filters import Eq

FORGET = "people.views.forget"
LEFT = "people.views.left"
KEPT_FOR = 3_600_000
"""Milliseconds in which a deleted view can be brought back."""
MOST = 500
"""Views of one application, whosoever they are."""

Id = Annotated[int, Meta(ge=1, le=2**53)]
Columns = Annotated[list[Annotated[str, Meta(min_length=1, max_length=128)]], Meta(max_length=100)]
Search = Annotated[str, Meta(max_length=200)]
SortBy = Annotated[str, Meta(pattern=SORTS)]


class NewView(Struct, frozen=True, forbid_unknown_fields=True):
    """A view to be made: `where` is a tree of conditions, `columns` are keys in their order, `shared` is for the team."""

    name: str
    where: dict[str, Any] | None = None
    search: Search = ""
    sort: SortBy = "-last_seen"
    columns: Columns | None = None
    shared: bool = False


class ViewChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a view; what is absent stays as it is."""

    view: Id
    name: str | UnsetType = UNSET
    where: dict[str, Any] | UnsetType | None = UNSET
    search: Search | UnsetType = UNSET
    sort: SortBy | UnsetType = UNSET
    columns: Columns | UnsetType | None = UNSET
    shared: bool | UnsetType = UNSET


class ViewRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which view."""

    view: Id


class ViewOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """Views in the order in which they are to stand."""

    views: Annotated[list[Id], Meta(max_length=MOST)]


class OwnColumns(Struct, frozen=True, forbid_unknown_fields=True):
    """The columns that an agent sees without a view, in their order; null for the usual ones."""

    columns: Columns | None


class View(Struct, frozen=True):
    """A view as agents see it; `own` says that the one who asks made it."""

    id: int
    name: str
    shared: bool
    own: bool
    by: str
    where: dict[str, Any] | None
    search: str
    sort: str
    columns: list[str] | None
    created: str
    updated: str


class Views(Struct, frozen=True):
    """The views that somebody may see, in their order, and the columns of the table without one."""

    views: list[View]
    columns: list[str] | None


@verb(CONTACTS_READ)
async def list_views(hub: Hub, actor: Actor) -> Views:
    """Return one's own views and the team's, in their order."""
    return Views(
        [_shown(actor, each) for each in await _visible(hub, actor)],
        await hub.store.key(actor.scope, "table.columns", actor.who),
    )


@verb(CONTACTS_READ)
async def create_view(hub: Hub, actor: Actor, new: NewView) -> View:
    """Make a view. Raises InvalidPayload, Forbidden for a shared one."""
    if new.shared:
        actor.require(VIEWS_SHARE)
    there = await everything(hub, actor.scope, VIEWS)
    at_most(len(there), MOST, "views")
    now = hub.clock.now()
    document: Document = {
        "id": await hub.ids.next("view"), "owner": actor.who, "by": actor.name, "shared": new.shared,
        "name": checked_name(new.name), "where": await _checked(hub, actor, new.where),
        "search": check_text(new.search, "search").strip(), "sort": new.sort, "columns": new.columns,
        "place": max((each["place"] for each in there), default=0) + 1, "created": now, "updated": now,
    }  # fmt: skip
    batch = Batch(actor.scope)
    batch.insert(VIEWS, document)
    await hub.commit(batch)
    return _told(hub, actor, document)


@verb(CONTACTS_READ)
async def change_view(hub: Hub, actor: Actor, change: ViewChange) -> View:
    """Change a view, or share it. Raises NotFound, InvalidPayload, Forbidden for a shared one."""
    document = await _mine(hub, actor, change.view)
    if change.shared is True:
        actor.require(VIEWS_SHARE)
    changes: Document = {
        name: value for name, value in msgspec.structs.asdict(change).items() if value is not UNSET and name != "view"
    }
    if "name" in changes:
        changes["name"] = checked_name(changes["name"])
    if "where" in changes:
        changes["where"] = await _checked(hub, actor, changes["where"])
    if "search" in changes:
        changes["search"] = check_text(changes["search"], "search").strip()
    if change.shared is False and document["owner"] != actor.who:
        changes |= {"owner": actor.who, "by": actor.name}  # whoever takes it from the team keeps it
    return await _patch(hub, actor, document["id"], {**changes, "updated": hub.clock.now()})


@verb(CONTACTS_READ)
async def delete_view(hub: Hub, actor: Actor, which: ViewRef) -> None:
    """Delete a view; it can be brought back for an hour. Raises NotFound, Forbidden for a shared one."""
    document = await _mine(hub, actor, which.view)
    now = hub.clock.now()
    batch = Batch(actor.scope)
    batch.patch(VIEWS, document["id"], set={"gone": now})
    await hub.jobs.add(batch, FORGET, {"view": document["id"], "gone": now}, after=KEPT_FOR)
    try:
        await hub.commit(batch)
    except Missing:
        raise NotFound from None
    hub.publish(ViewsChanged(app=actor.scope.app))


@verb(CONTACTS_READ)
async def restore_view(hub: Hub, actor: Actor, which: ViewRef) -> View:
    """Bring a deleted view back. Raises NotFound, Forbidden for a shared one."""
    document = await _mine(hub, actor, which.view, gone=True)
    return await _patch(hub, actor, document["id"], {"gone": None})


@verb(CONTACTS_READ)
async def order_views(hub: Hub, actor: Actor, order: ViewOrder) -> Views:
    """Let views stand in this order, the others behind them; the team's stand so for everybody.

    Views that one may not change keep their place. Returns all that one sees.
    """
    there = {each["id"]: each for each in await _visible(hub, actor)}
    named = [id for id in dict.fromkeys(order.views) if id in there]
    batch = Batch(actor.scope)
    for place, id in enumerate([*named, *(id for id in there if id not in named)], 1):
        if there[id]["place"] != place and _may_change(actor, there[id]):
            batch.patch(VIEWS, id, set={"place": place})
    if batch.steps:
        try:
            await hub.commit(batch)
        except Missing:
            raise NotFound from None
        hub.publish(ViewsChanged(app=actor.scope.app))
    views: Views = await list_views(hub, actor)
    return views


@verb(CONTACTS_READ)
async def keep_columns(hub: Hub, actor: Actor, given: OwnColumns) -> OwnColumns:
    """Keep which columns one sees without a view, in whatever browser."""
    batch = Batch(actor.scope)
    batch.hold("table.columns", actor.who, given.columns)
    await hub.commit(batch)
    hub.publish(ViewsChanged(app=actor.scope.app))
    return given


async def view_of(hub: Hub, actor: Actor, id: int) -> Document:
    """Return a stored view that the actor sees. Raises NotFound."""
    for each in await _visible(hub, actor):
        if each["id"] == id:
            return each
    raise NotFound


# ── jobs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def forget_view(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Forget a view that nobody brought back (a job)."""
    batch = Batch(scope)
    batch.guard(VIEWS, payload["view"], Eq("gone", payload["gone"]))
    batch.delete(VIEWS, payload["view"])
    try:
        await hub.commit(batch)
    except GuardFailed:
        return  # brought back, or gone


async def forget_agent(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Forget the views that a removed agent had for itself; what was shared is the team's (a job)."""
    scope, who = Scope(payload["app"]), f"agent {payload['agent']}"
    batch = Batch(scope)
    batch.release("table.columns", who)
    for each in await everything(hub, scope, VIEWS):
        if each["owner"] == who and not each["shared"]:
            batch.delete(VIEWS, each["id"])
    await hub.commit(batch)
    hub.publish(ViewsChanged(app=scope.app))


# ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _visible(hub: Hub, actor: Actor) -> list[Document]:
    found = [
        each
        for each in await everything(hub, actor.scope, VIEWS)
        if not each.get("gone") and (each["shared"] or each["owner"] == actor.who)
    ]
    return sorted(found, key=lambda each: (each["place"], each["id"]))


async def _mine(hub: Hub, actor: Actor, id: int, *, gone: bool = False) -> Document:
    """Return a view that the actor may change. Raises NotFound, also for another one's own; Forbidden."""
    document = await hub.store.get(actor.scope, VIEWS, id)
    if document is None or bool(document.get("gone")) != gone:
        raise NotFound
    if not document["shared"] and document["owner"] != actor.who:
        raise NotFound
    if not _may_change(actor, document):
        actor.require(VIEWS_SHARE)
    return document


def _may_change(actor: Actor, document: Document) -> bool:
    return VIEWS_SHARE in actor.grants if document["shared"] else document["owner"] == actor.who


async def _checked(hub: Hub, actor: Actor, where: dict[str, Any] | None) -> dict[str, Any] | None:
    if where is None:
        return None
    tree = read_tree(where)
    tree.check(World(await vocabulary(hub, actor.scope), hub.clock.now()))
    return written(tree) if tree.parts else None


async def _patch(hub: Hub, actor: Actor, id: int, changes: Document) -> View:
    batch = Batch(actor.scope)
    changed = batch.patch(VIEWS, id, set=changes)
    try:
        outcome = await hub.commit(batch)
    except Missing:
        raise NotFound from None
    return _told(hub, actor, outcome[changed])


def _told(hub: Hub, actor: Actor, document: Document) -> View:
    hub.publish(ViewsChanged(app=actor.scope.app))
    return _shown(actor, document)


def _shown(actor: Actor, document: Document) -> View:
    return View(
        id=document["id"], name=document["name"], shared=document["shared"], own=document["owner"] == actor.who,
        by=document["by"], where=document["where"], search=document["search"], sort=document["sort"],
        columns=document["columns"], created=rfc3339(document["created"]), updated=rfc3339(document["updated"]),
    )  # fmt: skip
