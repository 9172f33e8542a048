"""Push messages on other people's websites: the worker that shows them, and where browsers report what became of one."""

from __future__ import annotations

from typing import cast

from aiohttp import web

from hub.chat.seen import Deed
from hub.doors.errors import as_hub_error
from hub.doors.keys import HUB
from hub.doors.web.assets import WIDGET, send
from hub.outreach.push.reported import report

_ANY_SITE = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "no-store",
}
_PATH = r"/push/{app:\d{1,12}}/{delivery:\d{1,15}}/{signature:[A-Za-z0-9_-]{1,64}}/{deed:displayed|clicked|dismissed}"


def add_routes(app: web.Application) -> None:
    """Serve /push-worker.js, and /push/ for reports."""
    app.router.add_get("/push-worker.js", _worker)
    app.router.add_post(_PATH, _report)


async def _worker(request: web.Request) -> web.StreamResponse:
    """The script that a website's own worker imports: as small and as old as a browser's update of workers allows."""
    return send(request, WIDGET, "push-worker.js", "no-cache", any_site=True)


async def _report(request: web.Request) -> web.Response:
    hub, given = request.app[HUB], request.match_info
    try:
        await report(hub, int(given["app"]), int(given["delivery"]), given["signature"], cast(Deed, given["deed"]))
    except Exception as error:
        return web.Response(status=as_hub_error(hub, error, "push").status, headers=_ANY_SITE)
    return web.Response(status=204, headers=_ANY_SITE)
