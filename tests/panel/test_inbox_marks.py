"""Snoozed, waiting, urgent, labelled: decided by keyboard, seen in the list by everybody, taken back for ten seconds."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.panel.conftest import OpenPanel, until
from tests.panel.people import Api
from tests.panel.test_accessible import check
from tests.panel.test_inbox import view

pytestmark = pytest.mark.annex("C2")


async def opened(page: Page, conversation: int) -> None:
    await page.locator(f'a[data-row="{conversation}"]').click()
    await expect(page.get_by_role("button", name="Close the conversation")).to_be_visible()


async def test_a_conversation_is_put_aside_and_taken_up_by_keyboard_alone(acme: Any, panel: OpenPanel) -> None:
    vera = await acme.visitor()
    talk = (await vera.says("Where is my parcel?"))["conversation"]
    page = await panel()
    await opened(page, talk)
    keys = page.keyboard
    await keys.press("z")
    await expect(page.get_by_role("combobox", name="Until when?")).to_be_focused()
    await keys.type("tom")
    await keys.press("Enter")
    await expect(page.get_by_role("button", name=re.compile("^Snoozed until .*09:00"))).to_be_visible()
    await expect(view(page, "Snoozed")).to_have_text(re.compile("1$"))
    await expect(view(page, "Open")).to_have_text("Open")
    await page.get_by_role("button", name="Undo").press("Enter")
    await expect(view(page, "Open")).to_have_text(re.compile("1$"))

    await page.locator("body").press("w")
    await expect(view(page, "Waiting")).to_have_text(re.compile("1$"))
    await vera.says("Here is its number", talk)
    await expect(view(page, "Open")).to_have_text(re.compile("1$"))

    # A time of one's own; one that has passed is refused before it is sent.
    await keys.press("z")
    await page.get_by_role("combobox", name="Until when?").fill("Pick")
    await keys.press("Enter")
    when = page.get_by_label("Date and time")
    await when.fill("2020-01-01T10:00")
    await expect(page.get_by_text("This time has passed.")).to_be_visible()
    await when.fill("2038-01-01T10:00")
    await when.press("Enter")
    await expect(page.get_by_role("button", name=re.compile("^Snoozed until .*1 Jan.*10:00"))).to_be_visible()
    await expect(page.get_by_role("button", name="More to do with it")).to_be_visible()
    await page.get_by_role("button", name="More to do with it").click()
    await page.get_by_role("menuitem", name="Take up now").click()
    await expect(view(page, "Open")).to_have_text(re.compile("1$"))


async def test_labels_and_priority_show_in_the_list_of_a_colleague(acme: Any, panel: OpenPanel) -> None:
    talk = (await (await acme.visitor()).says("My shop is down"))["conversation"]
    page, bens = await panel(), await panel("ben@acme.example", locale="pl-PL", viewport={"width": 390, "height": 844})
    await opened(page, talk)
    keys = page.keyboard
    await keys.press("l")
    await keys.type("Bug")
    await keys.press("Enter")
    await expect(page.get_by_role("option", name="Bug")).to_have_attribute("aria-selected", "true")
    await keys.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await keys.press("u")
    await keys.type("urg")
    await keys.press("Enter")
    row = bens.locator("a[data-row]")
    await expect(row).to_contain_text("Bug")
    await expect(row.get_by_label("Priorytet: Pilny")).to_be_visible()
    await check(bens, "the list with marks")
    await row.click()
    await bens.get_by_role("button", name="Priorytet: Pilny. Zmień").click()
    await bens.get_by_role("option", name="Bez priorytetu").click()
    await expect(page.get_by_role("button", name="Priority: Urgent. Change")).to_have_count(0)

    # Without a network it waits in its place, and is done when the network is back.
    await page.context.set_offline(True)
    await expect(page.get_by_text("No connection.")).to_be_visible()
    await keys.press("u")
    await keys.type("high")
    await keys.press("Enter")
    await expect(page.get_by_text("New priority")).to_be_visible()
    await page.context.set_offline(False)
    await expect(bens.get_by_role("button", name="Priorytet: Wysoki. Zmień")).to_be_visible(timeout=15_000)


async def test_labels_are_kept_in_the_settings(acme: Any, panel: OpenPanel, api: Api) -> None:
    talk = (await (await acme.visitor()).says("Broken"))["conversation"]
    for name in ("Bug", "Fault"):
        await api("POST", "conversation-labels", name=name)
    (_, fault) = [each["id"] for each in (await api("GET", "conversation-labels"))["labels"]]
    await api("POST", f"conversations/{talk}/labels", add=[fault])
    page = await panel(at="/settings/conversation-labels")
    listed = page.get_by_role("list", name="Labels of conversations").get_by_role("listitem")
    await expect(listed.filter(has_text="Fault")).to_contain_text("1 conversation")
    await page.get_by_role("button", name="Merge Fault into another").click()
    await page.get_by_role("button", name="Merge", exact=True).click()
    await expect(listed).to_have_count(1)
    await expect(listed).to_contain_text("1 conversation")
    await page.get_by_role("button", name="Change Bug").click()
    await page.get_by_label("Name").fill("Trouble")
    await page.get_by_text("Green").click()
    await page.get_by_role("button", name="Save").click()
    await expect(listed).to_contain_text("Trouble")
    await check(page, "the labels in the settings")
    await page.get_by_role("button", name="Delete Trouble").click()
    await expect(page.get_by_text("1 conversation loses it.")).to_be_visible()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(page.get_by_text("No labels yet.")).to_be_visible()


async def test_a_long_list_has_only_the_rows_that_are_seen(acme: Any, panel: OpenPanel) -> None:
    for number in range(60):
        await (await acme.visitor()).says(f"Number {number}")
    page = await panel(viewport={"width": 1280, "height": 600})
    await expect(page.locator("a[data-row]").first).to_contain_text("Number 59")
    assert await page.locator("a[data-row]").count() < 40
    for _ in range(50):
        await page.keyboard.press("j")
    await expect(page.locator("a[data-row]:focus")).to_contain_text("Number 10")
    await expect(page.locator('[aria-setsize="60"]').first).to_be_visible()  # the next page came by itself
    await expect(page.get_by_role("button", name="Show more")).to_have_count(0)
    for _ in range(10):
        await page.keyboard.press("j")
    await expect(page.locator("a[data-row]:focus")).to_contain_text("Number 0")
    await until(page, "() => document.querySelectorAll('a[data-row]').length < 40")
    await expect(page.locator("a[data-row]:focus").locator("xpath=..")).to_have_attribute("aria-posinset", "60")
