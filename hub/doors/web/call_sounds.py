"""What calls play, to be listened to: the sounds that come along for everybody, those of applications by signed addresses."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from hub.calls.sounds import KINDS, file_name, sound_url_holds
from hub.doors.keys import HUB

_OURS = Path(__file__).parents[3] / "media" / "sounds"
_INERT = {
    "Content-Type": "audio/ogg",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def add_routes(app: web.Application) -> None:
    """Serve /call-sounds/."""
    app.router.add_get(rf"/call-sounds/{{kind:{'|'.join(KINDS)}}}.ogg", _get_ours)
    app.router.add_get(r"/call-sounds/{app:\d{1,12}}/{file:\d{1,15}}.ogg", _get)


async def _get_ours(request: web.Request) -> web.StreamResponse:
    path = _OURS / f"{request.match_info['kind']}.ogg"
    return web.FileResponse(path, headers=_INERT | {"Cache-Control": "public, max-age=3600"})


async def _get(request: web.Request) -> web.StreamResponse:
    hub = request.app[HUB]
    app, file = int(request.match_info["app"]), int(request.match_info["file"])
    expires = request.query.get("e", "")
    number = int(expires) if expires.isascii() and expires.isdecimal() and len(expires) < 16 else 0
    if not sound_url_holds(hub, app, file, number, request.query.get("s", "")):
        return web.Response(status=404, text="This link has expired. Open the settings of calls again.")
    path = hub.files.path(file_name(app, file))
    if path is None:
        return web.Response(status=404, text="This sound is gone.")
    return web.FileResponse(path, headers=_INERT | {"Cache-Control": "private, no-store"})
