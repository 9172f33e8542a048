"""The consent mode of an application: what holds on pages that say nothing of consent, and what a page says itself wins."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Page, expect

from tests.widget.conftest import OpenSite
from tests.widget.test_tracking import STORED, contacts, sockets

pytestmark = pytest.mark.annex("U3", "X7")


@pytest.fixture
async def api(acme: Any) -> AsyncIterator[Any]:
    headers = {"Authorization": f"Bearer {await acme.token()}"}
    async with aiohttp.ClientSession(acme.house.url, headers=headers) as http:
        yield http


async def sets(api: Any, mode: str) -> None:
    async with api.put("/api/app/consent-mode", json={"mode": mode}) as response:
        assert response.status == 200 and await response.json() == {"mode": mode}


async def embed(page: Page, acme: Any, options: dict[str, Any], *, late: bool = False) -> None:
    """Put the widget into a page as the panel's snippet does; `late` sets the options behind the script."""
    await page.evaluate(
        """([src, civ, late]) => new Promise((done) => { if (!late) civchat = civ
            document.head.append(Object.assign(document.createElement('script'), { src, onload: () => {
                if (late) civchat = civ
                done()
            } })) })""",
        [f"{acme.house.url}/widget.js?key={acme.key}", {"apiKey": acme.key, **options}, late],
    )


@pytest.mark.parametrize("late", [False, True], ids=["options before the script", "options behind it"])
@pytest.mark.parametrize("mode", ["required", "denied"])
async def test_a_page_that_says_nothing_asks_or_does_not_follow_as_the_application_says(
    acme: Any, site: OpenSite, api: Any, mode: str, late: bool
) -> None:
    await sets(api, mode)
    page = await site("")
    opened = sockets(page)
    await embed(page, acme, {"email": "vera@example.com"}, late=late)
    await expect(page.locator(".launcher")).to_be_visible()
    await page.evaluate("userengage('event.order', {total: 3}); history.pushState({}, '', '/tea')")
    await asyncio.sleep(0.5)  # nothing must happen: there is nothing to wait for
    assert opened == [] and await page.evaluate(STORED) == [] and await contacts(acme) == []
    await page.evaluate("UE.consent(true)")
    await page.wait_for_function("document.cookie.includes('__ca__chat')")
    await page.evaluate("key => { civchat = { apiKey: key, plan: 'gold' } }", acme.key)  # as single-page apps do
    await asyncio.sleep(0.3)
    assert "__ca__chat" in await page.evaluate("document.cookie"), "what the visitor said is not taken back"


async def test_the_page_s_own_word_wins_and_without_a_mode_visitors_are_followed(
    acme: Any, site: OpenSite, api: Any
) -> None:
    await sets(api, "denied")
    page = await site("")
    await embed(page, acme, {"consent": "given"})
    await page.wait_for_function("document.cookie.includes('__ca__chat')")
    await sets(api, "given")
    page = await site("")
    await embed(page, acme, {})
    await page.wait_for_function("document.cookie.includes('__ca__chat')")
    page = await site("")
    opened = sockets(page)
    await embed(page, acme, {"consent": "denied"})
    await expect(page.locator(".launcher")).to_be_visible()
    await asyncio.sleep(0.3)
    assert opened == [] and await page.evaluate(STORED) == []


async def test_the_mode_stands_in_the_file_of_its_own_key_alone_and_owners_set_it(
    acme: Any, globex: Any, api: Any
) -> None:
    async with api.get("/api/app/consent-mode") as response:
        assert await response.json() == {"mode": "given"}
    plain, etag = await _loader(acme, "")
    await sets(api, "required")
    asking, asked = await _loader(acme, f"?key={acme.key}")
    assert plain in asking and asking != plain and asked != etag and len(asking) - len(plain) < 700
    for query in ("", "?2", f"?key={globex.key}", "?key=NOBODY", "?key=" + "x" * 5000, "?key=%00"):
        assert (await _loader(acme, query))[0] == plain, query
    async with api.put("/api/app/consent-mode", json={"mode": "sometimes"}) as response:
        assert response.status == 400
    headers = {"Authorization": f"Bearer {await acme.token('ben@acme.example')}"}
    async with api.put("/api/app/consent-mode", json={"mode": "given"}, headers=headers) as response:
        assert response.status == 403


async def _loader(acme: Any, query: str) -> tuple[str, str]:
    async with aiohttp.ClientSession() as http, http.get(f"{acme.house.url}/widget.js{query}") as response:
        assert response.status == 200
        return await response.text(), response.headers["ETag"]
