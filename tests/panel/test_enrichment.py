"""Enrichment in the panel: an owner sets it up, an agent asks, and everybody sees which values no person wrote."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import Api, go
from tests.panel.test_accessible import FAINT, NAMELESS
from tests.support.fullcontact import KEY, FullContactImitation, running_fullcontact
from tests.support.house import House, open_house

pytestmark = pytest.mark.annex("U4")


@pytest.fixture
async def fullcontact() -> AsyncIterator[FullContactImitation]:
    async with running_fullcontact() as imitation:
        yield imitation


@pytest.fixture
async def house(tmp_path: Path, fullcontact: FullContactImitation) -> AsyncIterator[House]:
    settings = {"fullcontact_url": fullcontact.url, "fetch_allow": "127.0.0.1"}
    async with open_house(tmp_path / "data", presence_grace=0.2, **settings) as house:
        yield house


async def test_a_key_is_tried_saved_and_shown_by_its_end_alone(acme: Any, panel: OpenPanel, fullcontact: Any) -> None:
    page = await panel(at="/settings/enrichment")
    field = page.get_by_label("Key of FullContact").first
    await field.fill("a wrong key")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("This can’t be a key")).to_be_visible()
    await field.fill("wrong-key-0000")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("does not take this key, so it was not saved")).to_be_visible()
    await field.fill(KEY)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("FullContact takes this key.")).to_be_visible()
    await expect(page.get_by_text("The key ends with …WXYZ")).to_be_visible()
    assert KEY not in await page.content()

    await page.get_by_label("By itself, when a visitor becomes known").click()
    await expect(page.get_by_label("By itself, when a visitor becomes known")).to_be_checked()
    quota = page.get_by_label("Found in one month, at most")
    await quota.fill("25")
    await quota.press("Enter")
    await expect(page.get_by_text("0 of 25 found this month")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("By itself, when a visitor becomes known")).to_be_checked()
    fullcontact.will(403)
    await page.get_by_role("button", name="Try it").click()
    await expect(page.get_by_role("alert")).to_contain_text("does not take this key any more")
    await page.get_by_role("button", name="Remove").click()
    await expect(field).to_be_visible()


async def test_an_agent_enriches_somebody_and_sees_what_is_from_whom(
    acme: Any,
    panel: OpenPanel,
    api: Api,
    fullcontact: Any,
) -> None:
    fullcontact.knows("vera@shop.example")
    vera = await api.contact(email="vera@shop.example", city="Warszawa")
    ben = await panel("ben@acme.example", at=f"/person/{vera}")
    await expect(ben.get_by_text("Warszawa")).to_be_visible()
    await expect(ben.get_by_role("button", name="Enrich")).to_have_count(0)
    await api("PATCH", "enrichment", key=KEY)
    await ben.reload()
    await ben.get_by_role("button", name="Enrich").press("Enter")
    await expect(ben.get_by_text("attributes filled in")).to_be_visible()
    await expect(ben.get_by_role("heading", name="Vera Ross")).to_be_visible()
    title = ben.get_by_role("button", name="Job title: Senior Tea Manager. Edit")
    row = ben.locator("div").filter(has=title).last
    await expect(row).to_contain_text("From FullContact")
    await expect(
        ben.locator("div").filter(has=ben.get_by_role("button", name="City: Warszawa. Edit")).last
    ).not_to_contain_text("FullContact")
    await expect(ben.get_by_role("list", name="Timeline")).to_contain_text(
        "Filled in by FullContact: First name, Last name"
    )

    await title.click()
    await ben.get_by_label("Job title").fill("Head of tea")
    await ben.keyboard.press("Enter")
    mine = ben.get_by_role("button", name="Job title: Head of tea. Edit")
    await expect(mine).to_be_visible()
    await expect(ben.locator("div").filter(has=mine).last).not_to_contain_text("From FullContact")
    await ben.get_by_role("button", name="Enrich again").click()
    await expect(ben.get_by_text("Found, nothing new")).to_be_visible()
    await api("PATCH", "enrichment", quota=1)
    await ben.get_by_role("button", name="Enrich again").click()
    await expect(ben.get_by_text("This month’s limit is reached")).to_be_visible()


async def test_many_are_enriched_from_the_settings_and_stop_at_the_limit(
    acme: Any,
    panel: OpenPanel,
    api: Api,
    fullcontact: Any,
) -> None:
    for number in range(12):
        fullcontact.knows(f"p{number:03}@acme.example")
    await api.crowd(12)
    await api("PATCH", "enrichment", key=KEY, quota=7)
    page = await panel(at="/settings/enrichment")
    await page.get_by_role("button", name="Start").click()
    run = page.get_by_role("list", name="Many at once").get_by_role("listitem")
    await expect(run).to_contain_text("Stopped")
    await expect(run).to_contain_text("This month’s limit is reached")
    await expect(page.get_by_text("7 of 7 found this month")).to_be_visible(timeout=20_000)
    await api("PATCH", "enrichment", quota=50)
    await run.get_by_role("button", name="Go on").click()
    await expect(run).to_contain_text("12 of 12")
    await expect(run).to_contain_text("Done")


async def test_who_is_no_owner_is_told_whom_to_ask(acme: Any, panel: OpenPanel) -> None:
    page = await panel("ben@acme.example", at="/settings/enrichment")
    await expect(page.get_by_text("Only owners set up enrichment")).to_be_visible()


async def _readable(page: Page) -> None:
    assert await page.evaluate(FAINT) == []
    assert await page.evaluate(NAMELESS) == []
    assert await page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.annex("X8")
@pytest.mark.parametrize(
    "window", [{}, {"viewport": {"width": 390, "height": 844}, "locale": "pl-PL", "color_scheme": "dark"}]
)
async def test_it_can_be_read_in_both_languages_and_widths(
    acme: Any,
    panel: OpenPanel,
    api: Api,
    fullcontact: Any,
    window: dict[str, Any],
) -> None:
    page = await panel(**window, at="/settings/enrichment")
    await expect(page.locator("input[type=password]")).to_be_visible()
    await _readable(page)
    fullcontact.knows("vera@shop.example")
    vera = await api.contact(email="vera@shop.example")
    await api("PATCH", "enrichment", key=KEY)
    await api("POST", f"contacts/{vera}/enrich")
    await api("POST", "enrichment/runs", where={"all": []})
    await page.reload()
    await expect(page.locator("progress").first).to_be_visible()
    await _readable(page)
    await go(page, f"/person/{vera}")
    await expect(page.get_by_text("FullContact").first).to_be_visible()
    await _readable(page)
