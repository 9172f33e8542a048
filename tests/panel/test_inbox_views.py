"""Saved views: made by an agent, shared with the team, counted and filled while things happen."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import Api
from tests.panel.test_accessible import check
from tests.panel.test_inbox import view

pytestmark = pytest.mark.annex("C2")


async def test_a_view_is_made_shared_and_filled_by_itself(acme: Any, panel: OpenPanel, api: Api) -> None:
    bug = (await api("POST", "conversation-labels", name="Bug"))["id"]
    vera, walt = await acme.visitor(), await acme.visitor()
    first = (await vera.says("The shop is broken"))["conversation"]
    other = (await walt.says("It is slow"))["conversation"]
    await api("PUT", f"conversations/{first}/priority", priority="high")
    page = await panel()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("new view")
    await expect(page.get_by_role("option", name="New view")).to_be_visible()
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_text("Give the view a name.")).to_be_visible()
    await dialog.get_by_label("Name").fill("Bugs that wait")
    await dialog.get_by_text("Bug", exact=True).click()
    await dialog.get_by_text("Waiting for us").click()
    await dialog.get_by_label("Order").select_option("Most urgent first")
    await check(page, "the form of a view")
    await dialog.get_by_label("Name").press("Enter")
    await expect(page).to_have_url(re.compile(r"/inbox/view-\d+$"))
    await expect(page.get_by_text("This view finds nothing")).to_be_visible()

    for talk in (first, other):
        await api("POST", f"conversations/{talk}/labels", add=[bug])
    rows = page.locator("a[data-row]")
    await expect(rows).to_have_count(2)
    await expect(rows.first).to_contain_text("The shop is broken")  # the more urgent one, though it is older
    await expect(view(page, "Bugs that wait")).to_have_text(re.compile("2$"))
    await api("PUT", f"conversations/{other}/priority", priority="urgent")
    await expect(rows.first).to_contain_text("It is slow")
    await api("POST", f"conversations/{other}/messages", client_id="a1", text="We look into it")
    await expect(rows).to_have_count(1)
    await expect(view(page, "Bugs that wait")).to_have_text(re.compile("1$"))

    # The team's from now on: Ben finds it, counted, on his phone too.
    bens = await panel("ben@acme.example", locale="pl-PL", viewport={"width": 390, "height": 844})
    await expect(bens.get_by_text("Bugs that wait")).to_have_count(0)
    await page.get_by_role("button", name="Change the view Bugs that wait").focus()
    await page.keyboard.press("Enter")
    await dialog.get_by_text("For the whole team").click()
    await dialog.get_by_role("button", name="Save").click()
    link = bens.get_by_role("link", name=re.compile("Bugs that wait"))
    await expect(link).to_have_text(re.compile("1$"))
    await link.click()
    await expect(bens.locator("a[data-row]")).to_have_count(1)
    await check(bens, "a saved view on a phone")

    # Deleted, and taken back; whoever looks at it is led to another.
    await page.get_by_role("button", name="Change the view Bugs that wait").press("Enter")
    await dialog.get_by_role("button", name="Delete").click()
    await expect(bens).to_have_url(re.compile("/inbox/open$"))
    await page.get_by_role("button", name="Undo").click()
    await expect(link).to_be_visible()


async def test_a_view_over_a_segment_shows_whoever_enters_and_loses_whoever_leaves_at_once(
    acme: Any,
    panel: OpenPanel,
    api: Api,
) -> None:
    where = {"all": [{"type": "attribute", "attribute": "email", "op": "contains", "value": "@shop.example"}]}
    await api("POST", "segments", name="Shops", where=where)
    vera, walt = await acme.visitor(), await acme.visitor()
    talk = (await vera.says("Is there tea?"))["conversation"]
    await walt.says("Hello")
    person = vera.session["contact"]["id"]
    page = await panel()
    await page.get_by_role("button", name="New view").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Name").fill("Shops first")
    await dialog.get_by_label("Add a segment").select_option("Shops")
    await dialog.get_by_role("group", name="Came by").get_by_label("Chat").check()
    await check(page, "the form of a view with segments")
    if folder := os.environ.get("SCREENSHOTS"):
        await page.screenshot(path=f"{folder}/view-form.png")
    await dialog.get_by_label("Name").press("Enter")
    await expect(page.get_by_text("This view finds nothing")).to_be_visible()
    rows = page.locator("a[data-row]")
    for address, count in (("vera@shop.example", 1), ("vera@home.example", 0), ("vera@shop.example", 1)):
        await api("PATCH", f"contacts/{person}", attributes={"email": address})
        await expect(rows).to_have_count(count)
        await expect(view(page, "Shops first")).to_have_text(re.compile("1$" if count else "Shops first$"))
    await expect(rows).to_have_attribute("data-row", str(talk))
    await page.reload()
    await expect(rows).to_have_count(1)
