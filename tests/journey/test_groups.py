"""Ada makes a group and a rule; a visitor of the segment writes, and it shows in her group's view."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

pytestmark = pytest.mark.annex("C8")


async def test_a_visitor_of_a_segment_finds_the_group_that_ada_made_for_it(acme: Any) -> None:
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

    await page.get_by_role("link", name="Settings").click()
    await page.get_by_role("link", name="Groups").click()
    await page.get_by_role("button", name="Add a group").click()
    await page.get_by_role("textbox", name="Name").fill("Sales")
    await page.get_by_role("checkbox", name="Ada").check()
    await page.get_by_role("button", name="Save").click()
    await page.get_by_label("Add a rule for a segment…").select_option("Readers")
    await expect(page.get_by_label("Group for Readers")).to_have_value(re.compile(r"\d"))

    await page.get_by_role("link", name=re.compile("^Inbox")).click()
    views = page.get_by_role("region", name="Views")
    await views.get_by_role("link", name=re.compile("^My groups")).click()
    await expect(page.get_by_text("Nothing waits for this group")).to_be_visible()
    vera = await acme.vera()
    await vera.opens_chat()
    await vera.writes("Is the Assam back?")
    await expect(views.get_by_role("link", name=re.compile("^My groups"))).to_have_text("My groups1")
    await expect(views.get_by_role("link", name=re.compile("^Sales"))).to_have_text("Sales1")
    await expect(ada.rows).to_contain_text("For the group Sales")
    await ada.rows.click()
    await ada.writes("It is.")
    await vera.sees("It is.")
