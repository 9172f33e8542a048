"""/demo/: a small plain shop of three pages with the real snippet, so that the product can be tried at once."""

from __future__ import annotations

import json
from pathlib import Path

from aiohttp import web

from hub.accounts.applications import application
from hub.core.installation import installation_facts
from hub.doors.keys import HUB
from hub.doors.web.assets import send

_FOLDER = Path(__file__).parent / "demo"
_PAGES = {"": "index.html", "tea": "tea.html", "contact": "contact.html"}


def add_routes(app: web.Application) -> None:
    """Serve the shop."""
    app.router.add_get("/demo", _to_demo)
    app.router.add_get("/demo/shop.css", _style)
    app.router.add_get("/demo/switchboard-sw.js", _worker)
    app.router.add_get("/demo/{page:[a-z]*}", _page)


async def _to_demo(request: web.Request) -> web.Response:
    raise web.HTTPMovedPermanently("/demo/")


async def _style(request: web.Request) -> web.Response:
    return send(request, _FOLDER, "shop.css", "no-cache")


async def _worker(request: web.Request) -> web.Response:
    """The file that a website needs for push messages to its visitors."""
    text = f"importScripts({json.dumps(_origin(request) + '/push-worker.js')})\n"
    return web.Response(text=text, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


async def _page(request: web.Request) -> web.Response:
    name = _PAGES.get(request.match_info["page"])
    demo = (await installation_facts(request.app[HUB].store))["demo"]
    if name is None or demo is None:
        raise web.HTTPNotFound(text="There is no such page in the demo shop.\n")
    key = (await application(request.app[HUB], demo)).key
    html = (_FOLDER / name).read_text("utf-8").replace("{{SNIPPET}}", _snippet(key, _origin(request)))
    return web.Response(text=html, content_type="text/html", headers={"Cache-Control": "no-cache"})


def _origin(request: web.Request) -> str:
    """Return how browsers reach this server; behind a proxy only the setting knows."""
    return request.app[HUB].settings.public_url.rstrip("/") or f"{request.scheme}://{request.host}"


def _snippet(key: str, origin: str) -> str:
    """Return what a website's owner copies from the panel."""
    settings = json.dumps({"apiKey": key, "pushWorker": "/demo/switchboard-sw.js"})
    return (
        f'<script data-cfasync="false" type="text/javascript">window.civchat = {settings};</script>\n'
        f'  <script data-cfasync="false" type="text/javascript" src="{origin}/widget.js" async></script>'
    )
