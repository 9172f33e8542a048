"""The search finds what was said and leads to it, by keyboard; filters narrow it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import Api
from tests.panel.test_accessible import check

pytestmark = pytest.mark.annex("C2")


async def test_a_message_of_long_ago_is_found_and_led_to(acme: Any, panel: OpenPanel, api: Api) -> None:
    bug = (await api("POST", "conversation-labels", name="Bug report"))["id"]
    vera, walt = await acme.visitor(), await acme.visitor()
    first = (await vera.says("The turquoise teapot arrived broken"))["conversation"]
    for number in range(130):
        await vera.says(f"Line {number}", first)
    other = (await walt.says("I like turquoise too"))["conversation"]
    await api("POST", f"conversations/{other}/labels", add=[bug])
    page = await panel()
    keys = page.keyboard
    await expect(page.locator("a[data-row]")).to_have_count(2)
    box = page.get_by_role("combobox", name="Search in conversations")
    options = page.get_by_role("option")
    for _ in range(40):  # the index follows a second behind
        await keys.press("/")
        await box.fill("turquo")
        await page.wait_for_timeout(300)
        if await options.count() == 2:
            break
        await keys.press("Escape")
        await expect(box).to_have_count(0)
    await expect(options).to_have_count(2)
    await expect(options.locator("mark").first).to_have_text("turquoise")
    await check(page, "the search")
    await box.fill('turquo label:"Bug rep"')
    await expect(options).to_have_count(1)
    await expect(options).to_contain_text("I like turquoise too")
    await box.fill("teapot status:open")
    await expect(options).to_have_count(1)
    await keys.press("Enter")
    await expect(page).to_have_url(re.compile(f"/inbox/open/{first}$"))
    message = page.get_by_text("The turquoise teapot arrived broken", exact=True)
    await expect(message).to_be_in_viewport()
    await expect(page.locator("[data-led]")).to_have_count(1)

    # Filters alone list what fits, on a phone too.
    phone = await panel(locale="pl-PL", viewport={"width": 390, "height": 844}, color_scheme="dark")
    await phone.get_by_role("button", name="Szukaj").click()
    await phone.get_by_role("combobox", name="Szukaj w rozmowach").fill("label:bug")
    await expect(phone.get_by_role("option")).to_have_count(1)
    await check(phone, "the search on a phone")
