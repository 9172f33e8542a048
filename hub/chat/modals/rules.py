"""When a modal shows itself, to whom, and how often. What the server knows is decided here, the rest in the page."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, convert
from msgspec.structs import replace

from hub.accounts.team import Team
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.people.among import Where, checked_where, holds_for
from hub.people.conditions.page import url_matches
from hub.people.forms.forms import Seconds
from storage.engine import Document, Scope

DAY = 86_400_000
Moment = Annotated[int, Meta(ge=0, le=2**53)]
Glob = Annotated[str, Meta(min_length=1, max_length=500)]
Globs = Annotated[list[Glob], Meta(max_length=20)]
Often = Literal["always", "session", "once", "days", "until_clicked"]


class Rules(Struct, frozen=True, forbid_unknown_fields=True):
    """When something shows itself.

    where           conditions for the contact; everybody without them
    urls, not_urls  globs of the pages on which it may, and on which it may not
    delay           seconds on the page
    scroll          how far the page was scrolled, in percent
    leaving         the pointer leaves the page at the top; whichever of these three comes first, without any at once
    often           how often for one person: always, once a visit, once, once in so many `days`, or once a visit until clicked
    most            at most so many times in all
    visitors        only on a first visit, or only for who comes back
    hours           only while the team is there by its opening hours, or only while it is not
    starts, ends    not before, and not after (UTC milliseconds)
    priority        of several at the same moment the highest shows, and the others wait for another page
    """

    where: Where = None
    urls: Globs = []
    not_urls: Globs = []
    delay: Seconds | None = None
    scroll: Annotated[int, Meta(ge=1, le=100)] | None = None
    leaving: bool = False
    often: Often = "once"
    days: Annotated[int, Meta(ge=1, le=3650)] = 7
    most: Annotated[int, Meta(ge=1, le=1000)] | None = None
    visitors: Literal["any", "first", "returning"] = "any"
    hours: Literal["any", "open", "closed"] = "any"
    starts: Moment | None = None
    ends: Moment | None = None
    priority: Annotated[int, Meta(ge=0, le=100)] = 50


class PageRules(Struct, frozen=True):
    """What of the rules the page decides by itself."""

    urls: list[str]
    not_urls: list[str]
    delay: float | None
    scroll: int | None
    leaving: bool
    often: Often
    visitors: Literal["any", "first", "returning"]
    priority: int


async def checked_rules(hub: Hub, scope: Scope, rules: Rules) -> Rules:
    """Return rules that can be followed. Raises InvalidPayload."""
    where = await checked_where(hub, scope, rules.where)
    for glob in (*rules.urls, *rules.not_urls):
        check_text(glob, "urls")
    if rules.starts is not None and rules.ends is not None and rules.ends <= rules.starts:
        raise InvalidPayload("It ends before it starts.", reason="modal_dates")
    return replace(rules, where=where)


def rules_of(document: Document) -> Rules:
    """Return the rules of a stored modal."""
    return convert(document["rules"], Rules)


def page_rules(rules: Rules) -> PageRules:
    """Return what a page needs to know of the rules; whom they mean is nobody's business there."""
    return PageRules(**{name: getattr(rules, name) for name in PageRules.__struct_fields__})


async def is_due(hub: Hub, scope: Scope, document: Document, contact: Document) -> bool:
    """Tell whether a modal may show itself to a contact now, as far as the server knows."""
    rules = rules_of(document)
    if not in_time(rules, hub.clock.now()) or not may_again(rules, document["id"], contact, hub.clock.now()):
        return False
    if rules.hours != "any":
        is_open = (await hub.part(Team).of(scope.app)).hours.open_at(hub.clock.now())
        if is_open != (rules.hours == "open"):
            return False
    return await holds_for(hub, scope, rules.where, contact)


def in_time(rules: Rules, now: int) -> bool:
    """Tell whether a moment lies between start and end."""
    return (rules.starts is None or now >= rules.starts) and (rules.ends is None or now < rules.ends)


def may_again(rules: Rules, id: int, contact: Document, now: int) -> bool:
    """Tell whether a contact, by what it has seen and clicked, may be shown it once more."""
    counts = contact.get("counts") or {}
    seen: dict[str, Any] = counts.get(f"modal_seen:{id}") or {}
    times = seen.get("count", 0)
    if rules.most is not None and times >= rules.most:
        return False
    if rules.often == "once":
        return not times
    if rules.often == "days":
        return not times or int(seen["last"]) <= now - rules.days * DAY
    return rules.often != "until_clicked" or f"modal_clicked:{id}" not in counts


def on_page(rules: Rules, contact: Document) -> bool:
    """Tell whether the page that a contact is on, as far as is known, is one of those that are meant."""
    url = (contact.get("page") or {}).get("url") or ""
    if any(url_matches(url, glob) for glob in rules.not_urls):
        return False
    return not rules.urls or any(url_matches(url, glob) for glob in rules.urls)
