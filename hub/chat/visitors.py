"""Who is on the website now: everybody whom any node has, with where they are, and with whom they talk.

Presence knows who is there, whichever node they are with; what is known of them is read in one call and kept for as long
as somebody looks at the list. So ten thousand visitors cost one read of ten thousand rows, and after that only those who
came, moved or are about to be out of date.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any

from msgspec import Meta, Struct, structs

from hub.accounts.applications import members
from hub.accounts.grants import CONTACTS_READ, CONVERSATIONS_MANAGE
from hub.chat.collections import CONVERSATIONS
from hub.chat.messages import ClientId, NewConversation, begin_conversation
from hub.chat.presence import Presence
from hub.chat.records import Message, Size
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.events import ContactChanged, ContactTouched, PageVisited
from hub.people.online import Present, present_contacts
from storage.engine import Scope
from storage.filters import All, In, Not, one_of

STALE = 15.0
"""Seconds after which a row is read anew: what happens with another node is heard by whom it concerns, and not here."""
_FORGET = 120.0
_TOGETHER, _REFRESHED = 250, 2_000
"""Rows that are read before others have their turn; and those that are read anew in one call, the oldest first."""
_MOST_PAGES, _MOST_PLACES = 50, 500
_TALKS = 100

Id = Annotated[int, Meta(ge=1, le=2**53)]


class VisitorsOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Which of those who are there, and which part of the list. The newest visit comes first.

    search   words of the name, the address, the page or its title
    page     the address of the page that they are on
    country  two letters
    known    true: those with a name or an address; false: those of whom nothing is known
    """

    search: Annotated[str, Meta(max_length=200)] = ""
    page: Annotated[str, Meta(max_length=2048)] | None = None
    country: Annotated[str, Meta(max_length=64)] | None = None
    segment: Id | None = None
    known: bool | None = None
    offset: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    limit: Annotated[int, Meta(ge=1, le=200)] = 100


class VisitorTalk(Struct, frozen=True):
    """The conversation that a visitor is in, and with whom."""

    conversation: int
    assignee: int | None
    name: str | None


class OnlineVisitor(Struct, frozen=True):
    """Somebody on the website: where, since when, from where, and in which conversation."""

    id: int
    name: str
    email: str | None
    known: bool
    url: str
    title: str
    page_since: str | None
    here_since: str | None
    pages: int
    visits: int
    referrer: str
    campaign: str
    country: str | None
    city: str | None
    estimated: bool
    device: str | None
    browser: str | None
    os: str | None
    segments: list[int]
    talk: VisitorTalk | None


class PageCount(Struct, frozen=True):
    """A page and how many are on it."""

    url: str
    title: str
    count: int


class VisitorPlace(Struct, frozen=True):
    """A place on the map and how many are there; without coordinates it is not on the map."""

    country: str | None
    city: str | None
    latitude: float | None
    longitude: float | None
    estimated: bool
    count: int


class Visitors(Struct, frozen=True):
    """A part of the list, with how many are there at all (`total`), how many are found, and where these are."""

    total: int
    found: int
    visitors: list[OnlineVisitor]
    pages: list[PageCount]
    countries: dict[str, int]
    places: list[VisitorPlace]


class NewTalk(Struct, frozen=True, forbid_unknown_fields=True):
    """The first message to somebody who is on the website, or comes back to it."""

    contact: Id
    client_id: ClientId
    text: str
    size: Size | None = None


class Online:
    """The rows of those who are there, for the applications whose list somebody looks at."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._rows: dict[int, dict[int, tuple[float, Present]]] = {}
        self._asked: dict[int, float] = {}
        self._locks: dict[int, asyncio.Lock] = {}
        hub.listen(PageVisited, lambda event: self._moved(event.app, event.page.contact))
        hub.listen(ContactChanged, lambda event: self._moved(event.app, event.contact.id))
        hub.listen(ContactTouched, lambda event: self._moved(event.app, event.contact))

    async def of(self, app: int) -> list[Present]:
        """Return everybody who is there; who asks at the same moment waits for one reading."""
        async with self._locks.setdefault(app, asyncio.Lock()):
            now = time.monotonic()
            self._forget(now)
            self._asked[app] = now
            rows = self._rows.setdefault(app, {})
            here = self._hub.part(Presence).contacts(app)
            for id in rows.keys() - here:
                rows.pop(id, None)
            new = [id for id in here if id not in rows]
            stale = sorted((at, id) for id, (at, _) in rows.items() if now - at > STALE)[:_REFRESHED]
            late = new + [id for _, id in stale]
            for start in range(0, len(late), _TOGETHER):
                found = await present_contacts(self._hub, Scope(app), late[start : start + _TOGETHER])
                rows |= {id: (now, row) for id, row in found.items()}
                await asyncio.sleep(0)
            return [row for _, row in rows.values()]

    def _moved(self, app: int, contact: int) -> None:
        self._rows.get(app, {}).pop(contact, None)

    def _forget(self, now: float) -> None:
        for app in [app for app, asked in self._asked.items() if now - asked > _FORGET]:
            self._asked.pop(app)
            self._rows.pop(app, None)


@verb(CONTACTS_READ)
async def list_visitors(hub: Hub, actor: Actor, asked: VisitorsOf) -> Visitors:
    """Return who is on the website now, the newest visit first, and on which pages and in which countries they are."""
    everybody = await hub.part(Online).of(actor.scope.app)
    found = [each for each in everybody if _holds(asked, each)]
    found.sort(key=lambda each: (-(each.came_at or 0), each.id))
    shown = found[asked.offset : asked.offset + asked.limit]
    talks = await _talks(hub, actor, [each.id for each in shown])
    countries = Counter(each.country for each in found if each.country)
    return Visitors(
        len(everybody), len(found), [_shown(each, talks.get(each.id)) for each in shown], _pages(found),
        dict(countries.most_common()), _places(found),
    )  # fmt: skip


@verb(CONVERSATIONS_MANAGE)
async def start_talk(hub: Hub, actor: Actor, new: NewTalk) -> Message:
    """Begin a conversation with somebody, who sees it at once where they are on the website.

    Raises NotFound, TextEmpty, TextTooLong, ClientIdReused.
    """
    return await begin_conversation(hub, actor, NewConversation(new.contact, new.client_id, new.text, size=new.size))


def _holds(asked: VisitorsOf, row: Present) -> bool:
    if asked.known is not None and row.known is not asked.known:
        return False
    if asked.country is not None and row.country != asked.country:
        return False
    if asked.page is not None and _page(row.url) != _page(asked.page):
        return False
    if asked.segment is not None and asked.segment not in row.segments:
        return False
    words = asked.search.casefold().split()
    text = f"{row.name} {row.email or ''} {row.url} {row.title}".casefold() if words else ""
    return all(word in text for word in words)


def _page(url: str) -> str:
    """Return an address without what differs for each visitor of the page: campaign and place on the page."""
    return url.partition("#")[0].partition("?")[0]


def _pages(found: Iterable[Present]) -> list[PageCount]:
    counts: Counter[str] = Counter()
    titles: dict[str, str] = {}
    for each in found:
        if each.url:
            counts[_page(each.url)] += 1
            titles[_page(each.url)] = each.title
    return [PageCount(url, titles[url], count) for url, count in counts.most_common(_MOST_PAGES)]


def _places(found: Iterable[Present]) -> list[VisitorPlace]:
    counts = Counter((each.country, each.city, each.latitude, each.longitude, each.estimated) for each in found)
    return [VisitorPlace(*place, count) for place, count in counts.most_common(_MOST_PLACES)]


async def _talks(hub: Hub, actor: Actor, contacts: list[int]) -> dict[int, VisitorTalk]:
    """Return the newest conversation that is not closed of each of some contacts."""
    if not contacts:
        return {}
    filter = All((one_of("contact", contacts), Not(In("status", ("closed", "merged")))))
    page: Any = await hub.store.find(actor.scope, CONVERSATIONS, filter, limit=2 * _TALKS, scan=True)
    names = {each.id: each.name for each in await members(hub, actor.scope.app)} if page.items else {}
    newest = sorted(page.items, key=lambda each: int(each["updated"]))
    return {
        each["contact"]: VisitorTalk(each["id"], each.get("assignee"), names.get(each.get("assignee") or 0))
        for each in newest
    }


def _shown(row: Present, talk: VisitorTalk | None) -> OnlineVisitor:
    facts = structs.asdict(row)
    for field in ("page_at", "came_at", "latitude", "longitude", "tags"):
        facts.pop(field)
    return OnlineVisitor(
        **facts | {"segments": list(row.segments)}, talk=talk,
        page_since=None if row.page_at is None else rfc3339(row.page_at),
        here_since=None if row.came_at is None else rfc3339(row.came_at),
    )  # fmt: skip
