"""Recordings of calls, out by signed addresses. A player may ask for any part of one."""

from __future__ import annotations

from aiohttp import web

from hub.calls.recordings import PARTS, file_name, recording_url_holds
from hub.doors.keys import HUB

_HEADERS = {
    "Content-Type": "audio/ogg",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}


def add_routes(app: web.Application) -> None:
    """Serve /recordings/."""
    app.router.add_get(rf"/recordings/{{app:\d{{1,12}}}}/{{id:\d{{1,15}}}}/{{part:{'|'.join(PARTS)}}}.ogg", _get)


async def _get(request: web.Request) -> web.StreamResponse:
    hub, asked = request.app[HUB], request.match_info
    app, id, part = int(asked["app"]), int(asked["id"]), asked["part"]
    expires = request.query.get("e", "")
    number = int(expires) if expires.isascii() and expires.isdecimal() and len(expires) < 16 else 0
    if not recording_url_holds(hub, app, id, part, number, request.query.get("s", "")):
        return web.Response(status=404, text="This link has expired. Open the call again.")
    path = hub.files.path(file_name(app, id, part))
    if path is None:
        return web.Response(status=404, text="This recording is gone.")
    return web.FileResponse(
        path, headers=_HEADERS | {"Content-Disposition": f'inline; filename="call-{id}-{part}.ogg"'}
    )
