"""The list of who is on the website now: live, narrowed, on the map, by keyboard; and writing to somebody of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import Api, go

pytestmark = pytest.mark.annex("H3")

CUPS = {"url": "https://shop.example/cups?utm_source=letter", "title": "Cups", "referrer": ""}
PLATES = {"url": "https://shop.example/plates", "title": "Plates", "referrer": "https://search.example/"}


async def test_ada_sees_who_is_there_narrows_the_list_looks_at_the_map_and_writes_to_walt(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    page = await panel()
    await page.keyboard.press("g")
    await page.keyboard.press("v")
    await expect(page.get_by_text("Nobody is on the website right now")).to_be_visible()
    vera = await acme.visitor(page=CUPS, browser={"time_zone": "Europe/Warsaw"})
    await vera.call("contact.update", name="Vera Novak", email="vera@tea.example")
    walt = await acme.visitor(page=PLATES, browser={"time_zone": "Asia/Kolkata"})
    people = page.get_by_role("list", name="Visitors")
    rows = people.get_by_role("listitem")
    await expect(rows).to_have_count(2)
    await expect(page.get_by_role("heading", level=1)).to_contain_text("2 people")
    veras = rows.filter(has_text="Vera Novak")
    await expect(veras).to_contain_text(re.compile("vera@tea.example.*Cups.*/cups.*letter.*1 visit.*probably Poland"))
    await expect(rows.filter(has_text="Plates")).to_contain_text(
        re.compile("Anonymous.*search.example.*probably India")
    )

    # Where she goes and what she asks shows by itself.
    await vera.call("page", url="https://shop.example/teapots", title="Teapots", referrer=CUPS["url"])
    await expect(veras).to_contain_text(re.compile("Teapots.*2 pages"))
    talk = (await vera.says("Hello"))["conversation"]
    await expect(veras.get_by_role("link", name="Is waiting")).to_have_attribute("href", f"/panel/inbox/open/{talk}")

    # The list is narrowed by words, page, and who they are.
    await page.get_by_label("Who", exact=True).select_option("Anonymous")
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text("Plates")
    await page.get_by_label("Who", exact=True).select_option("Anybody")
    await page.get_by_label("Page", exact=True).select_option("Teapots (1)")
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text("Vera Novak")
    await page.get_by_label("Page", exact=True).select_option("Any page")

    # On the map by keyboard: a place leads to its people.
    await page.get_by_role("heading", level=1).click()
    await page.keyboard.press("m")
    world = page.get_by_role("group", name="Map of the visitors")
    india = world.get_by_role("button", name="probably India: 1 visitor")
    await india.focus()
    await page.keyboard.press("Enter")
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text("Plates")

    # Ada writes to Walt, who hears it at once, and is in the conversation.
    await rows.get_by_role("button", name=re.compile("^Write to ")).click()
    await page.keyboard.type("May I help with the plates?")
    await page.get_by_label("How it shows itself").select_option("As a pop-up in the middle")
    await page.keyboard.press("Tab")
    await page.get_by_role("button", name="Send the message").click()
    heard = await walt.hears("message")
    assert (heard["text"], heard["size"]) == ("May I help with the plates?", "popup")
    await expect(page).to_have_url(re.compile(rf"/inbox/open/{heard['conversation']}$"))

    # From a profile it goes the same way.
    await go(page, f"/person/{walt.session['contact']['id']}")
    await page.get_by_role("button", name=re.compile("^Write to ")).click()
    await expect(page.get_by_role("dialog")).to_be_visible()


async def test_the_list_stays_quick_with_hundreds_and_reads_out_how_many_there_are(acme: Any, panel: OpenPanel) -> None:
    for number in range(60):
        await acme.visitor(
            page={"url": f"https://shop.example/{number % 3}", "title": f"Page {number % 3}", "referrer": ""}
        )
    page = await panel(at="/visitors")
    rows = page.get_by_role("list", name="Visitors").get_by_role("listitem")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("60 people")
    assert await rows.count() < 45, "only what is on the screen is drawn"
    await expect(rows.first).to_have_attribute("aria-setsize", "60")
