"""What every call of the API has: an id to find it by in the log, and under a key a right to so many calls a second."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Callable

from aiohttp import web

from hub.core.actor import Actor
from hub.core.errors import RateLimited
from hub.core.hub import Hub
from hub.doors.live.buckets import Buckets

_STAMP = web.RequestKey("api_stamp", dict[str, str])
_ID = "X-Request-Id"
_SANE = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")
_LENGTH = 20
_ROUNDING = 1e-3
"""A thousandth of a call, or of a second: sums of floats must not cost the last call of a burst, nor make it one more."""


class KeyLimits:
    """Counts the calls of each REST key on this node.

    Not those of a mobile key: every telephone has the same one, so one of them could lock all the others out.
    """

    def __init__(self, hub: Hub, now: Callable[[], float] | None = None) -> None:
        settings = hub.settings
        self._now = now or asyncio.get_running_loop().time
        self._buckets = Buckets(settings.rate_key, settings.burst_key + _ROUNDING) if settings.rate_key else None
        self._limit = f"{settings.rate_key:g}"

    def take(self, key: int) -> dict[str, str]:
        """Take a call's token; return the headers that tell what is left. Raises RateLimited, with these headers too.

        `Reset` is the seconds until all of it is there again.
        """
        buckets = self._buckets
        if buckets is None:
            return {}
        now = self._now()
        short = buckets.take(key, now)
        busy = buckets.full_at[key] - now
        left = max(0, int((buckets.span - busy) / buckets.step))
        headers = {
            "X-RateLimit-Limit": self._limit, "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": str(math.ceil(busy - _ROUNDING)),
        }  # fmt: skip
        if short:
            raise Throttled(max(1, math.ceil(short - _ROUNDING)), headers)
        return headers


class Throttled(Exception):
    """A key has no call left for so many seconds."""

    def __init__(self, seconds: int, headers: dict[str, str]) -> None:
        super().__init__(seconds)
        self.seconds, self.headers = seconds, headers


def admit(hub: Hub, request: web.Request, actor: Actor) -> None:
    """Count a call of a key. Raises RateLimited; nothing was done then."""
    try:
        headers = hub.part(KeyLimits).take(actor.id)
    except Throttled as error:
        stamp_of(request).update(error.headers)
        raise RateLimited(
            f"Request was throttled. Expected available in {error.seconds} seconds.", error.seconds
        ) from None
    stamp_of(request).update(headers)


def open_call(hub: Hub, request: web.Request) -> None:
    """Give a call its id: the caller's own where it is a plain word, else a new one."""
    given = request.headers.get(_ID, "")
    request[_STAMP] = {_ID: given if _SANE.fullmatch(given) else hub.ids.token(_LENGTH)}


def stamp_of(request: web.BaseRequest) -> dict[str, str]:
    """Return the headers that the answer of a call carries, whatever becomes of it; more may be put in."""
    return request.setdefault(_STAMP, {})


def id_of_call(request: web.BaseRequest) -> str:
    """Return the id of a call, or nothing for what is none of the API."""
    return stamp_of(request).get(_ID, "")


async def stamp(request: web.BaseRequest, response: web.StreamResponse) -> None:
    """Put a call's headers on its answer, just before it goes out."""
    headers = request.get(_STAMP)
    if headers:
        response.headers.update(headers)
