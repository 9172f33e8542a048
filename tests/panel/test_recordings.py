"""Recordings in the panel: Ada's browser talks through a media worker, pauses it, and hears afterwards what was said."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.calls.test_recording import VERA, Device
from tests.live.test_calls import starts
from tests.panel.people import go
from tests.panel.test_calls import ADA, bar, card, desk, hears
from tests.support.axe import serious
from tests.support.house import open_house

__all__ = ["desk"]
pytestmark = pytest.mark.annex("P7", "P4")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Any]:
    """A house whose media workers take calls on a busy machine, too."""
    async with open_house(tmp_path / "house", presence_grace=0.2, media_cpu=1000.0, media_lag=5000.0) as house:
        yield house


async def test_ada_pauses_a_recording_and_hears_afterwards_what_was_said(acme: Any, desk: Any, api: Any) -> None:
    await api("PUT", "call-rules", on=True, record="all", announce=False)
    vera, ada = Device(await acme.visitor(), VERA), await desk()
    call = (await starts(vera.who, vera.leg))["call"]["id"]
    await expect(card(ada)).to_be_visible()
    await ada.keyboard.press("Control+j")
    await expect(bar(ada)).to_contain_text("Recorded", timeout=30_000)  # a worker begins
    await vera.offers(call)
    await vera.peer.ear.hears(ADA, of=(ADA, VERA))
    await hears(ada, VERA)
    await bar(ada).get_by_role("button", name="Pause the recording").click()
    await expect(bar(ada)).to_contain_text("Recording paused")
    await bar(ada).get_by_role("button", name="Go on recording").click()
    await expect(bar(ada)).not_to_contain_text("paused")
    await ada.wait_for_timeout(1_500)  # of talk
    await vera.who.call("call.hangup", call=call)
    await vera.peer.close()

    contact = (await api("GET", f"calls/{call}"))["contact"]["id"]
    await api("PATCH", f"calls/{call}", note="Two teapots, on Friday")
    await go(ada, f"/person/{contact}")
    entry = ada.get_by_role("list", name="Timeline").get_by_role("listitem").filter(has_text="Called us")
    await expect(entry).to_contain_text("Two teapots, on Friday")
    await entry.get_by_text("Recording", exact=True).click()
    await expect(entry.get_by_role("group", name="Player")).to_be_visible(timeout=30_000)
    await entry.get_by_role("button", name="Play").press("Enter")
    await expect(entry.get_by_role("slider")).not_to_have_value("0", timeout=10_000)
    assert await serious(ada) == []
    await go(ada, f"/calls/{call}")
    player = ada.get_by_role("group", name="Player")
    await expect(player).to_be_visible(timeout=30_000)
    assert await serious(ada) == []
    place = player.get_by_role("slider", name="Place in the recording")
    await expect(place).to_have_attribute("aria-valuetext", re.compile(r"^0:00 of 0:0\d"))
    await player.get_by_role("button", name="Play").press("Enter")
    await expect(place).not_to_have_value("0", timeout=10_000)
    await expect(player.get_by_role("button", name="Play")).to_be_visible(timeout=20_000)  # it came to its end
    await player.get_by_role("combobox", name="Who is heard").select_option("contact")
    assert "/contact.ogg?" in (await player.locator("audio").get_attribute("src") or "")
    await place.focus()
    for _ in range(3):
        await ada.keyboard.press("ArrowRight")
    assert float(await place.input_value()) > 0
    await ada.get_by_role("button", name="Delete the recording").click()
    await ada.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(player).to_have_count(0)
    await expect(ada.get_by_role("heading", name="History")).to_be_visible()
