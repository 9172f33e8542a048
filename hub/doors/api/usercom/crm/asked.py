"""What a query asks for: places and people that an index has, the rest as conditions, and the page of what was found."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.doors.api.compat import FieldErrors, next_page
from hub.doors.api.usercom.lookups import conditions_of
from hub.doors.api.usercom.shown import page
from hub.people.standard import Subject
from hub.people.vocabulary import vocabulary

PAGE = 100
Reads = dict[str, tuple[str, Callable[[Any, str], Any]]]
"""What a query calls it → our name, and what reads its value."""


async def found_by(hub: Hub, actor: Actor, request: web.Request, subject: Subject, reads: Reads) -> dict[str, Any]:
    """Return what to find, for the struct of a verb that finds. Raises FieldErrors for what can't be asked."""
    asked: dict[str, Any] = {}
    for name, (ours, read) in reads.items():
        if name in request.query:
            asked[ours] = read(request.query[name].strip("/"), name)
    where = conditions_of(request, await vocabulary(hub, actor.scope), subject, reads)
    cursor = request.query.get("cursor", "").strip("/") or None
    return asked | {"where": where, "sort": "id", "limit": PAGE, "cursor": cursor}


async def page_of(
    hub: Hub,
    request: web.Request,
    find: Callable[[], Awaitable[tuple[list[Any], str | None]]],
    count: Callable[[], Awaitable[int]],
) -> dict[str, Any]:
    """Return the envelope of a page. Raises NotFound for a cursor of another list, FieldErrors for other refusals."""
    try:
        results, cursor = await find()
    except InvalidPayload as error:
        if "cursor" in error.message:
            raise NotFound from None
        raise FieldErrors(non_field_errors=error.message) from None
    whole = cursor is None and "cursor" not in request.query
    return page(results, len(results) if whole else await count(), next_page(hub, request, cursor))


def wants_many(request: web.Request) -> bool:
    """Tell whether an array is asked for, with `many=true`."""
    return request.query.get("many", "").strip("/").lower() == "true"


def own_asked(request: web.Request, *names: str) -> str | None:
    """Return the client's own id that a search is for, or None."""
    return next((request.query[name].removesuffix("/") for name in names if request.query.get(name)), None)


async def bare(request: web.Request, get: Callable[[], Awaitable[dict[str, Any]]]) -> Any:
    """Return what a search by an own id finds: the object or 404, and with `many=true` an array."""
    try:
        found = await get()
    except (NotFound, InvalidPayload):
        if wants_many(request):
            return []
        raise NotFound from None
    return [found] if wants_many(request) else found
