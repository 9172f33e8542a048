"""Pages by number, as clients of the old API ask for them: `?page=3` is the page that `next` leads to from the second.

Lists are read by cursors. Where each numbered page begins is remembered, so whoever reads one page after the other
reads each once; a page out of the blue is found by reading those before it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec
from aiohttp import web

from hub.core.actor import Actor
from hub.core.hub import Hub

Body = Callable[[Hub, Actor, web.Request], Awaitable[Any]]
_REMEMBERED = 10_000


class InvalidPage(Exception):
    """There is no page of this number."""


class Numbered:
    """Where the pages of lists begin, by their numbers; those that were asked for lately."""

    def __init__(self, hub: Hub) -> None:
        self._cursors: OrderedDict[tuple[str, int], str] = OrderedDict()

    def keep(self, pages: str, number: int, cursor: str) -> None:
        """Remember where a page of a list begins."""
        self._cursors[pages, number] = cursor
        self._cursors.move_to_end((pages, number))
        while len(self._cursors) > _REMEMBERED:
            self._cursors.popitem(last=False)

    def nearest(self, pages: str, number: int) -> tuple[int, str | None]:
        """Return the page that is known and nearest before a number, or the first, with its cursor."""
        for known in range(number, max(1, number - _REMEMBERED), -1):
            if (pages, known) in self._cursors:
                return known, self._cursors[pages, known]
        return 1, None


def asks_by_number(request: web.Request) -> bool:
    """Whether a call wants a page by its number."""
    if request.method not in ("GET", "HEAD") or not request.query_string:
        return False
    return "page" in request.query and "cursor" not in request.query


async def page_by_number(hub: Hub, actor: Actor, request: web.Request, body: Body) -> Any:
    """Return what the call's body answers for that page, leading on by numbers. Raises InvalidPage."""
    wanted = _number(request.query["page"])
    query = [(name, value) for name, value in request.query.items() if name != "page"]
    pages = f"{actor.scope.app} {request.path}?{urlencode(sorted(query))}"
    known = hub.part(Numbered)
    number, cursor = known.nearest(pages, wanted)
    while True:
        ask = [*query, ("cursor", cursor)] if cursor else query
        shown = await body(hub, actor, request.clone(rel_url=request.rel_url.with_query(ask)))
        if not isinstance(shown, dict | msgspec.Struct):
            return shown
        page = shown if isinstance(shown, dict) else msgspec.to_builtins(shown)
        if "next" not in page:
            return shown
        cursor = _cursor_in(page["next"])
        if cursor is not None:
            known.keep(pages, number + 1, cursor)
        if number == wanted:
            around = {"next": number + 1 if cursor else 0, "previous": number - 1}
            return page | {name: _address(hub, request, query, to) if to else None for name, to in around.items()}
        if cursor is None:
            raise InvalidPage
        number += 1


def _number(text: str) -> int:
    text = text.strip("/")
    if not (text.isascii() and text.isdecimal() and 0 < len(text) < 7 and int(text) >= 1):
        raise InvalidPage
    return int(text)


def _cursor_in(address: str | None) -> str | None:
    found = parse_qs(urlsplit(address or "").query).get("cursor")
    return found[0] if found else None


def _address(hub: Hub, request: web.Request, query: list[tuple[str, str]], number: int) -> str:
    return f"{address_of(hub, request)}?{urlencode([*query, ('page', str(number))])}"


def address_of(hub: Hub, request: web.Request) -> str:
    """Return the absolute address of a call, as its client reaches it, without its query."""
    base = hub.settings.public_url.rstrip("/") or f"{request.scheme}://{request.host}"
    return f"{base}{request.path}"
