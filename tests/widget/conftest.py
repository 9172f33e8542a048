"""Vera's browser: somebody's website with the widget of a running hub, in the system's Chromium."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, expect

ROOT = Path(__file__).parents[2]
WIDGET = ROOT / "widget"
LOCALES = WIDGET / "shared" / "locales"

NETWORK = re.compile(r"net::ERR_|WebSocket connection to")
OpenSite = Callable[..., Awaitable[Page]]


def snippet(hub: str, key: str, **options: Any) -> str:
    """Return what a website's owner copies, with the suffix that caching plugins add."""
    settings = json.dumps({"apiKey": key} | options)
    return (
        f'<script data-cfasync="false" type="text/javascript" nonce="n">window.civchat = {settings};</script>'
        f'<script data-cfasync="false" type="text/javascript" src="{hub}/widget.js?2"></script>'
    )


@pytest.fixture
async def site(acme: Any, browser: Browser) -> AsyncIterator[OpenSite]:
    """Return a function that opens a page of a website in a new window. A complaint in its console fails the test."""
    complaints: list[str] = []
    shown: dict[str, Any] = {}

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/switchboard-sw.js" and shown.get("worker"):
            return web.Response(text=shown["worker"], content_type="text/javascript")
        return web.Response(text=shown["html"], content_type="text/html", headers=shown["headers"])

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    listener = web.TCPSite(runner, "127.0.0.1", 0)
    await listener.start()
    # The hub is at 127.0.0.1, so for the browser this is another site.
    address = f"http://localhost:{listener._server.sockets[0].getsockname()[1]}/"  # type: ignore[union-attr]

    async def open_site(
        scripts: str | None = None, *, lang: str = "en", policy: str | None = None, head: str = "",
        options: dict[str, Any] | None = None, worker: str = "", init: str = "", **window: Any,
    ) -> Page:  # fmt: skip
        scripts = snippet(acme.house.url, acme.key, **(options or {})) if scripts is None else scripts
        html = (
            f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>Leaf</title><link rel="icon" href="data:,">'
            f'<meta name="viewport" content="width=device-width">{head}<h1>Leaf</h1>'
            f'<a href="/tea">Tea</a> <input>{scripts}</html>'
        )
        shown.update(html=html, worker=worker, headers={"Content-Security-Policy": policy} if policy else {})
        context = await browser.new_context(
            **({"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", "timezone_id": "Europe/Warsaw"} | window)
        )
        if init:
            await context.add_init_script(init)
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: line.type in ("error", "warning") and complaints.append(line.text))
        await page.goto(address)
        return page

    yield open_site
    await runner.cleanup()
    assert [text for text in complaints if not NETWORK.search(text)] == []


async def open_chat(page: Page) -> Page:
    """Open the chat with the launcher, as a visitor does."""
    await page.locator(".launcher").click()
    await expect(page.locator("textarea")).to_be_focused()
    await expect(page.locator(".team b")).to_have_text("Acme")
    return page


async def write(page: Page, text: str) -> None:
    """Write a message and press Enter."""
    await page.locator("textarea").fill(text)
    await page.locator("textarea").press("Enter")
