"""ETags of single objects: a hash of what would be sent, so it changes exactly when the answer does."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

from aiohttp import web

from hub.core.actor import Actor
from hub.core.errors import Changed
from hub.core.hub import Hub

Answering = Callable[[Hub, Actor, web.Request], Awaitable[web.Response]]


class _Changing:
    """One lock for each address that is being changed under a condition, so that no two callers hold the same one."""

    def __init__(self, hub: Hub) -> None:
        self._locks: WeakValueDictionary[tuple[int, str], asyncio.Lock] = WeakValueDictionary()

    def lock(self, app: int, path: str) -> asyncio.Lock:
        return self._locks.setdefault((app, path.rstrip("/")), asyncio.Lock())


def with_etag(request: web.Request, response: web.Response) -> web.Response:
    """Return the answer with its ETag, or 304 where the caller has it already."""
    etag = _etag(response)
    known = request.headers.get("If-None-Match")
    if known is not None and _names(known, etag, weak=True):
        response = web.Response(status=304, headers={"Vary": response.headers.get("Vary", "Accept")})
    response.headers["ETag"] = etag
    return response


async def when_unchanged(hub: Hub, actor: Actor, request: web.Request, answer: Answering) -> web.Response:
    """Change an object if it still is what `If-Match` names. Raises Changed.

    Callers of one node come one after the other. Between the nodes a moment is left in which two can both succeed.
    """
    wanted, read = request.headers["If-Match"], _reading(request)
    if read is None:
        return await answer(hub, actor, request)
    async with hub.part(_Changing).lock(actor.scope.app, request.path):
        now = await read(hub, actor, request)
        if now.status == 200 and not _names(wanted, _etag(now), weak=False):
            raise Changed
        return await answer(hub, actor, request) if now.status == 200 else now


def _reading(request: web.Request) -> Answering | None:
    """Return what answers a GET of the same address, where that is a single object."""
    for route in request.match_info.route.resource or ():
        if route.method == "GET":
            return getattr(route.handler, "reads_one", None)
    return None


def _etag(response: web.Response) -> str:
    body = response.body
    assert isinstance(body, bytes)
    return f'"{hashlib.blake2s(body, digest_size=12).hexdigest()}"'


def _names(header: str, etag: str, *, weak: bool) -> bool:
    """Tell whether a list of ETags names this one; `*` names any."""
    given = [each.strip() for each in header.split(",")]
    if weak:
        given = [each.removeprefix("W/") for each in given]
    return "*" in given or etag in given
