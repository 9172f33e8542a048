"""The widget's sound: after the visitor has spoken, and never where they have turned it off."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.widget.conftest import OpenSite, open_chat, write

pytestmark = pytest.mark.annex("C2")

LISTENING = """
window.rung = 0
const make = AudioContext.prototype.createOscillator
AudioContext.prototype.createOscillator = function () { window.rung++; return make.call(this) }
"""


async def until_rung(page: Page, tones: int) -> None:
    for _ in range(200):
        if await page.evaluate("() => window.rung") >= tones:
            break
        await page.wait_for_timeout(50)
    assert await page.evaluate("() => window.rung") == tones


async def test_a_visitor_turns_the_sound_off_and_it_stays_off(acme: Any, site: OpenSite) -> None:
    page, ada = await site(), await acme.agent()
    await page.add_init_script(LISTENING)
    await page.reload()
    await open_chat(page)
    await write(page, "Hello")
    conversation = (await ada.hears("message"))["conversation"]
    await page.keyboard.press("Escape")
    await ada.says("Good morning", conversation)
    await until_rung(page, 2)
    await open_chat(page)
    await page.get_by_role("button", name="Turn sound off").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Turn sound on")).to_be_focused()
    await page.keyboard.press("Escape")
    await page.reload()
    await page.locator(".launcher").wait_for()
    await ada.says("How can I help?", conversation)
    await expect(page.locator(".badge")).to_have_text("1")
    await open_chat(page)
    await page.get_by_role("button", name="Turn sound on").click()
    await page.keyboard.press("Escape")
    await ada.says("Are you still there?", conversation)
    await until_rung(page, 2)
