"""An empty inbox leads to the first hour, whose ticks come while one looks."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.panel.conftest import OpenPanel

pytestmark = pytest.mark.annex("X5")


async def test_the_first_hour_is_ticked_live_up_to_the_first_answer(acme: Any, panel: OpenPanel) -> None:
    page = await panel()
    await page.get_by_role("link", name="Open the checklist").click()
    await expect(page.get_by_text("Waiting for the first page that loads it…")).to_be_visible()
    async with page.context.expect_page() as opened:
        await page.get_by_role("link", name="Open the test page").click()
    shop = await opened.value
    await expect(shop.get_by_role("heading", name="Try the chat of Acme")).to_be_visible()
    vera = await acme.visitor()
    conversation = (await vera.says("Hello?"))["conversation"]
    await expect(page.get_by_text("A message arrived. Answer it in the inbox.")).to_be_visible()
    ada = await acme.agent()
    await ada.says("Hello!", conversation)
    await expect(page.locator("[data-step=chat][data-done]")).to_be_visible()
    await page.get_by_role("button", name="Mark as done: Give it your look").click()
    await expect(page.locator("[data-step=look][data-done]")).to_be_visible()
    await page.get_by_role("button", name="Add demo data").click()
    await expect(page.get_by_text("24 people, 6 companies and 8 deals of the demo are here.")).to_be_visible(
        timeout=30_000
    )
    await page.get_by_role("button", name="Remove the demo data").click()
    await expect(page.get_by_role("button", name="Add demo data")).to_be_visible(timeout=30_000)
    await page.get_by_role("button", name="Put the checklist away").click()
    await page.get_by_role("button", name="Show the checklist again").click()
    await expect(page.locator("[data-step=look][data-done]")).to_be_visible()
