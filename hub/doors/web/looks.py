"""How the chat of a website looks, for its pages: small, the same for everybody, and cached, so that it is there at once."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
from aiohttp import web

from hub.accounts.applications import application_of_widget
from hub.chat.widgets.looks import LookList, looks_of
from hub.core.errors import InvalidPayload, UnknownApplication
from hub.core.sharing import Sharing
from hub.doors.keys import HUB
from hub.doors.web.assets import send

_CACHE = "public, max-age=60, stale-while-revalidate=600"
"""A change is seen within a minute; for ten more a page shows what it has, and asks behind it."""


_STATIC = Path(__file__).parent / "static"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox allow-scripts"
)
"""The preview is a page of its own: no cookie, no storage and nothing of the panel is within its reach."""


def add_routes(app: web.Application) -> None:
    """Serve /look/{widget key}, and the page of the designer's preview."""
    app.router.add_get(r"/{name:look\.(?:html|js|css)}", _preview)
    app.router.add_get(r"/look/{key:[A-Za-z0-9]{1,64}}", _get)


async def _preview(request: web.Request) -> web.Response:
    response = send(request, _STATIC, request.match_info["name"], "no-cache", any_site=True)
    response.headers["Content-Security-Policy"] = _POLICY
    return response


async def _get(request: web.Request) -> web.Response:
    hub, key = request.app[HUB], request.match_info["key"]
    try:
        app = await hub.part(Sharing).read(("widget", key), lambda: application_of_widget(hub, key))
        found = await looks_of(hub, app.id)
    except (UnknownApplication, InvalidPayload):
        found = LookList([])  # the connection says what is wrong
    body = msgspec.json.encode(found)
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {
        "Cache-Control": _CACHE, "ETag": etag, "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }  # fmt: skip
    if etag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, content_type="application/json", headers=headers)
