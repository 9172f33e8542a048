"""The settings: a list of pages, and what an owner does there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import go
from tests.panel.test_accessible import FAINT, NAMELESS, UNTITLED

BEN = "ben@acme.example"


@pytest.mark.annex("S2")
async def test_an_owner_takes_an_agent_out_by_keyboard_alone(acme: Any, globex: Any, panel: OpenPanel) -> None:
    ben = await acme.agent(BEN)
    page = await panel()
    keys = page.keyboard
    await expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    await keys.press("g")
    await keys.press(",")
    await expect(page).to_have_url(re.compile("/panel/settings/application$"))
    await go(page, "/settings/agents")
    agents = page.get_by_role("list", name="Agents").get_by_role("listitem")
    await expect(agents).to_have_count(2)
    await expect(page.get_by_text("gus@globex.example")).to_have_count(0)

    await page.get_by_role("button", name="Remove Ben").focus()
    await keys.press("Enter")
    asked = page.get_by_role("dialog", name="Remove Ben?")
    await expect(asked.get_by_role("button", name="Cancel")).to_be_focused()
    await keys.press("Escape")
    await expect(asked).to_have_count(0)
    await expect(page.get_by_role("button", name="Remove Ben")).to_be_focused()

    await keys.press("Enter")
    await expect(asked.get_by_role("button", name="Cancel")).to_be_focused()
    await keys.press("Tab")
    await keys.press("Enter")
    await expect(agents).to_have_count(1)
    await expect(page.get_by_text("Ben is out on all devices")).to_be_visible()
    await ben.disconnected.wait()


@pytest.mark.annex("S2")
async def test_the_last_owner_stays_and_reads_why(acme: Any, panel: OpenPanel) -> None:
    page = await panel(at="/settings/agents")
    await page.get_by_role("button", name="Remove Ada").click()
    await page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("the last one stays")


@pytest.mark.annex("S2")
async def test_who_is_no_owner_is_told_whom_to_ask(acme: Any, panel: OpenPanel) -> None:
    page = await panel(BEN, at="/settings/agents")
    await expect(page.get_by_text("Ask an owner of this application")).to_be_visible()


@pytest.mark.annex("X8")
async def test_the_words_of_an_area_come_with_it_in_the_language_that_is_spoken(acme: Any, panel: OpenPanel) -> None:
    page = await panel(at="/settings/agents")
    await expect(page.get_by_role("heading", name="Agents")).to_be_visible()
    await page.get_by_role("button", name="Ada: menu").click()
    await page.get_by_role("menuitemradio", name="Polski").click()
    await expect(page.get_by_role("heading", name="Agenci")).to_be_visible()
    await page.keyboard.press("Escape")
    # An area that was never opened in the other language speaks the new one at once.
    await page.get_by_role("link", name="Osoby").click()
    await expect(page.get_by_role("link", name="Wszyscy")).to_be_visible()


@pytest.mark.annex("X8")
@pytest.mark.parametrize(
    "window", [{}, {"viewport": {"width": 390, "height": 844}, "locale": "pl-PL", "color_scheme": "dark"}]
)
async def test_the_settings_can_be_read_and_do_not_scroll_sideways(
    acme: Any, panel: OpenPanel, window: dict[str, Any]
) -> None:
    page = await panel(**window, at="/settings/agents")
    await expect(page.get_by_role("listitem").filter(has_text=BEN)).to_be_visible()
    assert await page.evaluate(FAINT) == []
    assert await page.evaluate(NAMELESS) == []
    assert await page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    await page.get_by_role("button", name=re.compile("(Remove|Usuń:) Ben$")).click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await page.evaluate(UNTITLED) == []


@pytest.mark.annex("X8")
async def test_the_page_that_is_open_is_seen_in_the_row_of_a_phone(acme: Any, panel: OpenPanel) -> None:
    page = await panel(viewport={"width": 390, "height": 844})
    await page.goto(f"{acme.house.url}/panel/settings/webhooks")
    pages = page.get_by_role("region", name="Settings")
    await expect(pages.get_by_role("link", name="Webhooks")).to_be_in_viewport(ratio=1)
    await page.goto(f"{acme.house.url}/panel/settings/agents")
    await expect(pages.get_by_role("link", name="Agents")).to_be_in_viewport(ratio=1)
    await expect(pages.get_by_role("link", name="Webhooks")).not_to_be_in_viewport()
    await pages.get_by_role("link", name="Privacy").click()
    await expect(pages.get_by_role("link", name="Privacy")).to_be_in_viewport(ratio=1)
