"""Vera on the website, and Ada who watches her become somebody in the people area."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

pytestmark = pytest.mark.annex("U1", "U2", "U5", "U8", "U10")


async def test_a_visitor_is_seen_tracked_and_put_into_a_segment_while_ada_looks(acme: Any) -> None:
    ada = await acme.ada()
    page = ada.page
    await page.goto(f"{acme.url}/panel/segments/new")
    await ada.is_connected()
    await page.get_by_role("textbox", name="Name").fill("Readers")
    await page.get_by_role("button", name="Add a condition").click()
    await page.get_by_role("menuitem", name="Page visited", exact=True).click()
    await page.get_by_label("Address of the page").fill("*")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page).to_have_url(re.compile(r"/segments/\d+$"))
    readers = page.get_by_role("region", name="Views").get_by_role("link", name=re.compile("^Readers"))
    await expect(readers).to_have_text("Readers0")

    vera = await acme.vera()
    await expect(readers).to_have_text("Readers1")
    await readers.click()
    people = page.locator("a[data-person]")
    await expect(people).to_have_count(1)
    await people.first.press("Enter")
    beside = page.get_by_role("complementary", name="Person")
    await expect(beside.get_by_text("Online", exact=True)).to_be_visible()
    entries = beside.get_by_role("list", name="Timeline").locator("[data-kind]")
    await expect(entries.filter(has_text="Entered “Readers”")).to_have_count(1)

    await vera.page.evaluate("userengage('event.purchase', { amount: 99 })")
    await vera.opens_chat()
    await vera.writes("Hello, is the Assam back?")
    await expect(beside.get_by_role("link", name=re.compile("is the Assam back"))).to_be_visible()
    await expect(entries.filter(has_text="purchase")).to_have_count(1)

    await beside.get_by_role("button", name="Readers in it, why?").click()
    await expect(beside.get_by_role("list", name="Why: Readers")).to_contain_text("Visited “*”: at least once")
    await beside.get_by_role("button", name="Add a tag").click()
    await beside.get_by_role("combobox", name="Add a tag").fill("curious")
    await page.keyboard.press("Enter")
    await expect(entries.filter(has_text="Tag “curious” added")).to_have_count(1)
