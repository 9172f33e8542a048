"""The menu of the chat: a visitor takes the conversation along, where the application allows it."""

from __future__ import annotations

import os

import pytest
from playwright.async_api import expect

from tests.live.test_availability import ask as rest
from tests.support.axe import serious
from tests.widget.conftest import OpenSite, open_chat, write

pytestmark = pytest.mark.annex("C2")
PICTURES = os.environ.get("PICTURES")


async def test_a_visitor_downloads_the_conversation_from_the_menu_by_keyboard(acme, site: OpenSite) -> None:
    ada = await acme.agent()
    page = await open_chat(await site())
    await write(page, "Is there tea?")
    await ada.hears("message", text="Is there tea?")
    await expect(page.get_by_role("button", name="More")).to_have_count(0)
    await rest(ada, "PUT", "transcripts", on=True)
    await page.reload()
    more = page.get_by_role("button", name="More")
    await more.focus()
    await page.keyboard.press("Enter")
    item = page.get_by_role("menuitem", name="Download the conversation")
    await expect(item).to_be_focused()
    await expect(page.get_by_role("menuitem")).to_have_count(1)  # no address, no mail
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/widget-menu.png")
    assert [line for line in await serious(page) if "switchboard-chat" in line] == []
    async with page.context.expect_event("response", lambda answer: "/transcript?" in answer.url) as coming:
        await page.keyboard.press("Enter")
    file = await coming.value
    assert file.status == 200 and file.headers["content-disposition"].endswith('.html"')
    await expect(page.get_by_text("The download begins.")).to_be_visible()
    await more.focus()
    await page.get_by_role("menuitem").focus()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("menu")).to_have_count(0)
    await expect(more).to_be_focused()
    await expect(page.locator(".window")).to_be_visible()
