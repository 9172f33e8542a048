"""Somebody's website: a shop of three pages on an origin of its own, with the snippet that its owner copied."""

from __future__ import annotations

import itertools
import json
from typing import Any

from aiohttp import web
from msgspec import Struct

PAGES = {"": "Shop", "tea": "Green tea", "contact": "Contact"}


class Shop(Struct, frozen=True):
    """One website: whose widget it shows, in which language, and under which content security policy."""

    hub: str
    key: str
    lang: str = "en"
    policy: str | None = None
    options: dict[str, Any] = {}


class Websites:
    """A server of shops, each in a folder of its own. `open` gives the address of a shop's first page."""

    def __init__(self) -> None:
        self._shops: dict[str, Shop] = {}
        self._numbers = itertools.count(1)
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get(r"/{shop:\d+}/snippet.js", self._snippet)
        app.router.add_get(r"/{shop:\d+}/shop.css", self._style)
        app.router.add_get(r"/{shop:\d+}/{page:[a-z]*}", self._page)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]

    async def stop(self) -> None:
        assert self._runner
        await self._runner.cleanup()

    def open(self, shop: Shop) -> str:
        """Begin to serve a shop. Its host is `localhost` where the hub's is 127.0.0.1: another site for the browser."""
        name = str(next(self._numbers))
        self._shops[name] = shop
        return f"http://localhost:{self.port}/{name}/"

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    async def _page(self, request: web.Request) -> web.Response:
        shop, page = self._shops[request.match_info["shop"]], request.match_info["page"]
        if page not in PAGES:
            raise web.HTTPNotFound
        links = " ".join(f'<a href="./{path}">{title}</a>' for path, title in PAGES.items())
        html = f"""<!doctype html><html lang="{shop.lang}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{PAGES[page]} – Leaf &amp; Co</title><link rel="icon" href="data:,"><link rel="stylesheet" href="shop.css">
<nav>{links}</nav><main><h1>{PAGES[page]}</h1><p>Loose tea from small gardens.</p>
<label>Find a tea <input name="q"></label></main>
<script src="snippet.js"></script><script src="{shop.hub}/widget.js" async></script></html>"""
        headers = {"Content-Security-Policy": shop.policy} if shop.policy else {}
        return web.Response(text=html, content_type="text/html", headers=headers)

    async def _snippet(self, request: web.Request) -> web.Response:
        shop = self._shops[request.match_info["shop"]]
        settings = json.dumps({"apiKey": shop.key} | shop.options)
        return web.Response(text=f"window.civchat = {settings};", content_type="text/javascript")

    async def _style(self, request: web.Request) -> web.Response:
        return web.Response(text="body { font-family: sans-serif; margin: 2rem }", content_type="text/css")
