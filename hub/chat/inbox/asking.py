"""Which conversations a question finds, in which order, and how many: for views, for search and for many at once.

Every question names statuses, so an index always serves it. Where a condition that has an index of its own finds few
(a label, a priority, those who wait), those few are read and sorted here; else the index of the order is walked, and
where many match, what fills a page comes soon.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta, Struct

from hub.chat.collections import CONVERSATIONS
from hub.chat.inbox.labels import expect_label
from hub.chat.records import PRIORITIES, Came, Priority, Status
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.people.events import SegmentEntered, SegmentLeft
from hub.people.grouping.belonging import members_of, segments_of_contacts
from hub.people.vocabulary import vocabulary
from storage.engine import Document, Page, Scope, Sort
from storage.filters import Eq, Filter, Gt, Gte, In, Lt, all_of

FEW = 1_000
"""So many are read and sorted, and counted one by one; above it a count says only that there are more."""
_WALKED = 20
"""Pages that are read at most to fill one, where a segment is asked for: its members stand with the contacts."""
_FRESH = 3.0
_KEPT = 10_000

Id = Annotated[int, Meta(ge=1, le=2**53)]
Moment = Annotated[int, Meta(ge=0, le=2**53)]
Order = Literal["newest", "waiting", "priority", "due"]
_SORTS: dict[Order, Sort] = {
    "newest": Sort("updated", descending=True),
    "waiting": Sort("waits", descending=True),  # stored below zero: the oldest first
    "priority": Sort("rank", descending=True),
    "due": Sort("sla_due", descending=True),  # below zero too: what is due first, and last where nothing is promised
}
_ALL: list[Status] = list(get_args(Status))


class InboxQuestion(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which conversations. No status means any; `priority` "none" is without one; one of the labels suffices, and so does one
    of the `segments` of the contact. `channel` is by which way the conversation came.

    `unread` has messages that no agent has read, `waiting` a contact whom no agent has answered. Times are UTC
    milliseconds, from inclusive, to exclusive.
    """

    status: Annotated[list[Status], Meta(max_length=4)] = []
    assignee: Annotated[str, Meta(pattern="^(me|none)$")] | Id | None = None
    group: Annotated[str, Meta(pattern="^(mine|none)$")] | Id | None = None
    priority: Annotated[list[Priority | Literal["none"]], Meta(max_length=5)] = []
    labels: Annotated[list[Id], Meta(max_length=20)] = []
    segments: Annotated[list[Id], Meta(max_length=20)] = []
    channel: Annotated[list[Came], Meta(max_length=3)] = []
    unread: bool = False
    waiting: bool = False
    created_from: Moment | None = None
    created_to: Moment | None = None
    updated_from: Moment | None = None
    updated_to: Moment | None = None


class Counted(Struct, frozen=True):
    """How many; `more` says that there are more than were counted."""

    count: int
    more: bool = False


async def check_question(hub: Hub, actor: Actor, question: InboxQuestion) -> None:
    """Raise NotFound where a question names a label, a segment or a group that the application does not have."""
    for label in question.labels:
        await expect_label(hub, actor.scope, label)
    if isinstance(question.group, int) and question.group not in (await vocabulary(hub, actor.scope)).groups:
        raise NotFound("There is no group by that id.")
    for segment in question.segments:
        known = (await vocabulary(hub, actor.scope)).segments.get(segment)
        if known is None or known["subject"] != "contact":
            raise NotFound(f"There is no segment {segment} of contacts. It may have been deleted: choose another one.")


async def conditions(hub: Hub, actor: Actor, question: InboxQuestion) -> list[Filter]:
    """Return a question as conditions for the store, the statuses first; segments are asked of the contacts (`in_segments`)."""
    found: list[Filter] = [In("status", tuple(question.status or _ALL))]
    if question.assignee is not None:
        who = question.assignee
        found.append(Eq("assignee", {"me": actor.id, "none": None}[who] if isinstance(who, str) else who))
    if question.group == "mine":
        groups = (await vocabulary(hub, actor.scope)).groups.values()
        found.append(In("group", tuple(each.id for each in groups if actor.id in each.agents)))
    elif question.group is not None:
        found.append(Eq("group", None if question.group == "none" else question.group))
    if question.priority:
        found.append(
            In("rank", tuple(None if each == "none" else PRIORITIES.index(each) + 1 for each in question.priority))
        )
    if question.labels:
        found.append(In("labels", tuple(question.labels)))
    if question.channel:
        found.append(In("channel", tuple(None if each == "chat" else each for each in question.channel)))
    if question.unread:
        found.append(Gt("unread.agent", 0))
    if question.waiting:
        found.append(Lt("waits", 0))
    for field in ("created", "updated"):
        since, until = getattr(question, f"{field}_from"), getattr(question, f"{field}_to")
        found += [Gte(field, since)] if since is not None else []
        found += [Lt(field, until)] if until is not None else []
    return found


async def in_segments(hub: Hub, scope: Scope, question: InboxQuestion, found: list[Document]) -> list[Document]:
    """Return those of conversations whose contact is in one of the question's segments now; all where it asks for none."""
    if not question.segments or not found:
        return found
    asked = frozenset(question.segments)
    theirs = await segments_of_contacts(hub, scope, {each["contact"] for each in found})
    return [each for each in found if not asked.isdisjoint(theirs.get(each["contact"], ()))]


async def ask(
    hub: Hub, actor: Actor, question: InboxQuestion, order: Order, cursor: str | None, limit: int = 50
) -> Page:
    """Return a page of what a question finds. Raises InvalidPayload for a cursor that was not made here.

    Where it asks for a large segment a page may be a little longer, and comes short where few fit.
    """
    filters, sort = await conditions(hub, actor, question), _SORTS[order]
    few = await _few(hub, actor, question, filters)
    try:
        if few is not None:
            return _page(few, sort, cursor, limit)
        found: list[Document] = []
        for _ in range(_WALKED):
            page = await hub.store.find(
                actor.scope, CONVERSATIONS, all_of(*filters), sort=sort, limit=limit, cursor=cursor
            )
            found += await in_segments(hub, actor.scope, question, page.items)
            cursor = page.cursor
            if cursor is None or not question.segments or len(found) >= limit:
                break
        return Page(found, cursor)
    except ValueError:
        raise InvalidPayload("`cursor` is none that an earlier page gave.") from None


async def count(hub: Hub, actor: Actor, question: InboxQuestion) -> Counted:
    """Return how many a question finds, at most some seconds old."""
    tally = hub.part(Tally)
    key = (actor.scope.app, actor.id, msgspec.json.encode(question))
    if (known := tally.get(key)) is None:
        known = tally.keep(key, await _count(hub, actor, question))
    return known


async def _count(hub: Hub, actor: Actor, question: InboxQuestion) -> Counted:
    filters = await conditions(hub, actor, question)
    alone = not question.segments
    if (alone and len(filters) == 1) or (
        alone and (len(filters) == 2 and (question.assignee or question.group) and question.group != "mine")
    ):
        return Counted(await hub.store.count(actor.scope, CONVERSATIONS, all_of(*filters)))  # keys of one index alone
    few = await _few(hub, actor, question, filters)
    if few is None:
        sort = _SORTS["newest"]
        page = await hub.store.find(actor.scope, CONVERSATIONS, all_of(*filters), sort=sort, limit=FEW)
        inside = await in_segments(hub, actor.scope, question, page.items)
        return Counted(len(inside), more=page.cursor is not None)
    return Counted(len(few))


async def _few(hub: Hub, actor: Actor, question: InboxQuestion, filters: list[Filter]) -> list[Document] | None:
    """Return all that match, where a condition with an index of its own finds few; None where none does."""
    status, by = filters[0], {each.field: each for each in filters if isinstance(each, (In, Lt))}
    ways: list[tuple[Filter, Sort]] = []
    if question.labels:
        ways.append((by["labels"], Sort("id")))
    if question.priority:
        ways.append((all_of(status, by["rank"]), Sort("rank")))
    if question.waiting:
        ways.append((all_of(status, by["waits"]), Sort("waits")))
    for narrow, sort in ways:
        if await hub.store.count(actor.scope, CONVERSATIONS, narrow) <= FEW:
            page = await hub.store.find(actor.scope, CONVERSATIONS, all_of(*filters), sort=sort, limit=FEW)
            return await in_segments(hub, actor.scope, question, page.items)
    return await _of_members(hub, actor, question, filters)


async def _of_members(hub: Hub, actor: Actor, question: InboxQuestion, filters: list[Filter]) -> list[Document] | None:
    """Return all that match of a small segment's contacts; None where they are many, or talk much."""
    members = await members_of(hub, actor.scope, question.segments, FEW) if question.segments else None
    if members is None:
        return None
    page = await hub.store.find(
        actor.scope, CONVERSATIONS, all_of(In("contact", tuple(members)), *filters), sort=Sort("id"), limit=FEW
    )
    return page.items if page.cursor is None else None


def _page(found: list[Document], sort: Sort, cursor: str | None, limit: int) -> Page:
    """Cut a page out of all that match, behind the place that a cursor names."""

    def place(document: Document) -> tuple[int, int, int]:
        value = document.get(sort.field)
        return (0, 0, document["id"]) if value is None else (1, value, document["id"])

    ordered = sorted(found, key=place, reverse=True)
    if cursor is not None:
        try:
            after = tuple(int(part) for part in cursor.removeprefix("few:").split(":"))
        except ValueError:
            # The page before was walked: meanwhile so many were closed that few are left. From the start, then.
            after = (2, 0, 0)
        ordered = [each for each in ordered if place(each) < after]
    items = ordered[:limit]
    rest = len(ordered) > limit
    return Page(items, "few:" + ":".join(map(str, place(items[-1]))) if rest else None)


class Tally:
    """Counts of the last seconds, so that a team that looks at the same views lets them be counted once."""

    def __init__(self, hub: Hub) -> None:
        self._known: dict[Any, tuple[float, Counted]] = {}
        for event in (SegmentEntered, SegmentLeft):
            hub.listen(event, self._moved)

    def _moved(self, event: SegmentEntered | SegmentLeft) -> None:
        """Whoever asks because a contact has entered or left a segment is not told what was before."""
        for key in [key for key in self._known if key[0] == event.app and b'"segments"' in key[2]]:
            del self._known[key]

    def get(self, key: Any, now: Callable[[], float] = time.monotonic) -> Counted | None:
        """Return a count that is fresh."""
        known = self._known.get(key)
        return known[1] if known is not None and known[0] > now() else None

    def keep(self, key: Any, counted: Counted, now: Callable[[], float] = time.monotonic) -> Counted:
        """Keep a count for some seconds."""
        if len(self._known) >= _KEPT:
            self._known.clear()
        self._known[key] = (now() + _FRESH, counted)
        return counted
