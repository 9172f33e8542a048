"""Ada's browser: the panel of a running hub in the system's Chromium."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser, Page, expect

from hub.doors.web import assets
from tests.panel.people import Api
from tests.support.house import PASSWORD

ROOT = Path(__file__).parents[2]
PANEL = ROOT / "panel"
LOCALES = ROOT / "widget" / "shared" / "locales"

NETWORK = re.compile(r"net::ERR_|WebSocket connection to|status of (400|401|403|404|409|422|50\d)")


PAIRS = [("light", 1280), ("dark", 390)]
"""Themes and widths in which screens are looked at: each once, and the dark ones in Polish. axe sees the other two pairs."""


async def until(page: Page, holds: str, within: float = 5.0) -> None:
    """Wait until a JavaScript function returns something true. (Playwright's own way needs eval, which our policy forbids.)"""
    for _ in range(int(within / 0.05)):
        if await page.evaluate(holds):
            return
        await page.wait_for_timeout(50)
    raise AssertionError(f"it did not become true in time: {holds}")


PRIVATE = re.compile(
    "does not support the Push API in incognito mode|Service Worker registration blocked by Playwright|"
    r"does not match the recipient window's origin \('null'\)"
)
"""What Chromium says of itself: the windows of tests are private ones, and axe knocks at frames that have no origin."""


def service_workers(request: pytest.FixtureRequest) -> str:
    """Return whether the windows of a test keep service workers: the panel's fetches the whole app, and few tests need it."""
    return "allow" if request.node.get_closest_marker("service_worker") else "block"


@pytest.fixture(scope="session")
def shortened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built panel, whose service worker keeps what the first page names and not all four hundred files."""
    copy = tmp_path_factory.mktemp("panel") / "dist"
    shutil.copytree(assets._PANEL, copy)
    files = re.findall(r"assets/[\w.-]+", (copy / "index.html").read_text())
    whole = (copy / "sw.js").read_text()
    short, found = re.subn(r"const FILES = \[.*?\]", f"const FILES = {json.dumps(files)}", whole, count=1)
    assert files and found
    (copy / "sw.js").write_text(short)
    return copy


@pytest.fixture
def short_worker(shortened: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of what the service worker does besides keeping files: it is there as soon as it has a few."""
    monkeypatch.setattr(assets, "_PANEL", shortened)


USUAL = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", "reduced_motion": "reduce"}
"""What windows have in common. Nothing moves in them, which saves a tenth; where keys meet what is still moving, it does."""

MOVING = {"reduced_motion": "no-preference"}

OpenPanel = Callable[..., Awaitable[Page]]


@pytest.fixture
async def panel(acme: Any, browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[OpenPanel]:
    """Return a function that opens the panel in a new window, signed in as Ada unless told otherwise.

    With an address she signs in there, which costs half of going there afterwards: that loads the panel a second time.
    Whatever the console complains about, a breach of the content security policy too, fails the test.
    """
    complaints: list[str] = []
    usual = USUAL | {"service_workers": service_workers(request)}

    async def open_panel(email: str | None = "ada@acme.example", at: str = "/", **window: Any) -> Page:
        context = await browser.new_context(**(usual | window))
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: line.type in ("error", "warning") and complaints.append(line.text))
        await page.goto(f"{acme.house.url}/panel{at}")
        if email:
            await page.locator("input[type=email]").fill(email)
            await page.locator("input[type=password]").fill(PASSWORD)
            await page.keyboard.press("Enter")
            await expect(page.locator('[data-phase="online"]')).to_be_attached()
        return page

    yield open_panel
    assert [text for text in complaints if not NETWORK.search(text) and not PRIVATE.search(text)] == []


@pytest.fixture
async def api(acme: Any) -> AsyncIterator[Api]:
    """What Ada may ask of the panel's API."""
    headers = {"Authorization": f"Bearer {await acme.token()}"}
    async with aiohttp.ClientSession(acme.house.url, headers=headers) as http:
        yield Api(http)
