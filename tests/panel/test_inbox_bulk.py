"""Many conversations at once: picked by keys and by pointing, decided in one go, taken back in one go."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import Api
from tests.panel.test_accessible import check
from tests.panel.test_inbox import view

pytestmark = pytest.mark.annex("C2")


async def test_picked_ones_and_a_whole_view_are_decided_about_and_taken_back(
    acme: Any,
    panel: OpenPanel,
    api: Api,
) -> None:
    for number in range(55):
        await (await acme.visitor()).says(f"Number {number}")
    page = await panel()
    keys = page.keyboard
    rows = page.locator("a[data-row]")
    await expect(rows.first).to_contain_text("Number 54")
    for key in ("j", "x", "j", "x"):
        await keys.press(key)
    bar = page.get_by_role("region", name="Selected conversations")
    await expect(bar).to_contain_text("2 selected")
    boxes = page.get_by_role("checkbox", name=re.compile("^Select the conversation"))
    await boxes.nth(5).click(modifiers=["Shift"])
    await expect(bar).to_contain_text("6 selected")
    await check(page, "a selection")

    # By keys: a label for the six, then a priority; both go to the selection.
    await keys.press("l")
    await keys.type("Bug")
    await keys.press("Enter")
    await expect(rows.filter(has_text="Bug")).to_have_count(6)
    await keys.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await keys.press("e")
    await expect(page.get_by_text("Closed 6 conversations")).to_be_visible()
    await expect(view(page, "Closed")).to_have_text(re.compile("6$"))
    await expect(bar).to_have_count(0)
    await page.locator(".mantine-Notification-root", has_text="Closed 6").get_by_role("button", name="Undo").click()
    await expect(view(page, "Open")).to_have_text(re.compile("55$"))

    # All of the view, also what is not loaded.
    await rows.first.focus()
    await keys.press("x")
    await bar.get_by_role("button", name=re.compile("^Select all")).click()
    await bar.get_by_role("button", name="Select the whole view").click()
    await expect(bar).to_contain_text("All of this view")
    await bar.get_by_role("button", name="Close", exact=True).click()
    await expect(view(page, "Closed")).to_have_text(re.compile("55$"), timeout=15_000)
    await expect(page.get_by_text("Closed 55 conversations")).to_be_visible()
