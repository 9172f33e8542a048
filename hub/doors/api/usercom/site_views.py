"""Page views that a client reports in a user's name."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.doors.api.compat import FieldErrors, compatible, milliseconds
from hub.doors.api.usercom import bodies, users
from hub.doors.api.usercom.shown import moment
from hub.doors.api.usercom.versions import version_of
from hub.people.tracking import ingesting

_LONGEST = 2048


@compatible(201)
async def create(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Keep that a user opened a page; it counts a moment later."""
    body = await bodies.read_object(request)
    url = _address(body)
    at = _at(body.get("timestamp"), hub.clock.now())
    user = await _user(hub, actor, request, body)
    page = {"url": url, "contact": user, "at": at, "title": _text(body, "title"), "referrer": _text(body, "referrer")}
    taken = await ingesting.ingest(hub, actor, ingesting.Incoming(pages=[page]))
    if taken.refused:
        raise FieldErrors(timestamp=taken.refused[0].error)
    return {
        "client_user": body.get("client_user"), "client": user, "page_domain": body.get("page_domain"),
        "page_path": body.get("page_path"), "timestamp": moment(at),
    }  # fmt: skip


async def _user(hub: Hub, actor: Actor, request: web.Request, body: dict[str, Any]) -> int:
    """Return whose view it is: the one with this key, else whom the body names as events do. Raises FieldErrors."""
    key = body.get("client_user")
    try:
        if key in (None, ""):
            return await users.named_in(hub, actor, body, version_of(request))
        if isinstance(key, str):
            return await users.id_by(hub, actor, "key", key)
    except NotFound:
        pass
    except FieldErrors:
        raise FieldErrors(client_user="This field is required.") from None
    raise FieldErrors(client_user=f'Invalid key "{str(key)[:64]}" - object does not exist.')


def _address(body: dict[str, Any]) -> str:
    """Return the address of the page: the domain with the path behind it. Raises FieldErrors."""
    domain, path = _text(body, "page_domain"), _text(body, "page_path")
    if not domain:
        raise FieldErrors(page_domain="This field is required.")
    whole = domain if "://" in domain else f"https://{domain}"
    url = whole.rstrip("/") + ("/" + path.lstrip("/") if path else "/")
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good:
        raise FieldErrors(page_domain="Enter a valid URL.")
    if len(url) > _LONGEST:
        raise FieldErrors(page_path=f"Ensure this field has no more than {_LONGEST} characters.")
    return url


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise FieldErrors(**{name: "Not a valid string."})
    return value.strip()


def _at(value: Any, now: int) -> int:
    """Return a time in UTC milliseconds: ISO 8601, or UNIX seconds as events have them."""
    if value in (None, ""):
        return now
    if isinstance(value, str) and not value.isdecimal():
        return milliseconds(value, "timestamp")
    return bodies.whole(value, "timestamp") * 1000
