"""A telephone calls, and the keys that Ada presses in the panel are heard by it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import expect

from tests.calls.test_phone_lines import HUM, a_line, dials, house, phone
from tests.panel.test_calls import ADA, bar, card, desk, hears
from tests.support.axe import serious

__all__ = ["desk", "house", "phone"]
pytestmark = pytest.mark.annex("P4", "P5")


async def test_keys_that_ada_presses_reach_the_telephone(acme: Any, desk: Any, api: Any, phone: Any) -> None:
    await api("PUT", "call-rules", on=True)
    ada = await desk()
    await dials(acme, phone, await a_line(await acme.agent(), phone))
    await expect(card(ada)).to_be_visible(timeout=20_000)
    await ada.keyboard.press("Control+j")
    await hears(ada, HUM)
    await phone.hears(ADA, of=(HUM,))
    await bar(ada).get_by_role("button", name="Keypad").click()
    pad = ada.get_by_role("group", name="Keypad")
    await expect(pad.get_by_role("button", name="1")).to_be_focused()
    assert await serious(ada) == []
    for pressed in ("4", "#"):
        await pad.get_by_role("button", name=pressed).click()
        await phone.tells("CALL_DTMF_START", param=pressed)
    # By the keyboard, too.
    await ada.keyboard.press("9")
    await phone.tells("CALL_DTMF_START", param="9")
    await asyncio.sleep(0.5)
    assert [each["param"] for each in phone.says if each.get("type") == "CALL_DTMF_START"] == ["4", "#", "9"]
    await ada.keyboard.press("Escape")
    await expect(pad).to_have_count(0)
    await ada.keyboard.press("Control+e")
    await phone.tells("CALL_CLOSED")
