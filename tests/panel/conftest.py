"""Ada's browser: the panel of a running hub in the system's Chromium."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.house import PASSWORD

ROOT = Path(__file__).parents[2]
PANEL = ROOT / "panel"
LOCALES = ROOT / "widget" / "shared" / "locales"

NETWORK = re.compile(r"net::ERR_|WebSocket connection to|status of (400|401|403|404|409|422|50\d)")


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


OpenPanel = Callable[..., Awaitable[Page]]


@pytest.fixture
async def panel(acme: Any, browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[OpenPanel]:
    """Return a function that opens the panel in a new window, signed in as Ada unless told otherwise.

    Whatever the console complains about, a breach of the content security policy too, fails the test.
    """
    complaints: list[str] = []
    usual = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", "service_workers": service_workers(request)}

    async def open_panel(email: str | None = "ada@acme.example", **window: Any) -> Page:
        context = await browser.new_context(**(usual | window))
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: line.type in ("error", "warning") and complaints.append(line.text))
        await page.goto(f"{acme.house.url}/panel/")
        if email:
            await page.locator("input[type=email]").fill(email)
            await page.locator("input[type=password]").fill(PASSWORD)
            await page.keyboard.press("Enter")
            await expect(page.locator('[data-phase="online"]')).to_be_attached()
        return page

    yield open_panel
    assert [text for text in complaints if not NETWORK.search(text) and not PRIVATE.search(text)] == []
