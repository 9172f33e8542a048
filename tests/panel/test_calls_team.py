"""Colleagues in a call: one is asked before it is handed over, one listens, and whoever talks goes on in another window."""

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
from tests.panel.test_calls import ADA, BEN, bar, card, desk, hears
from tests.support.axe import serious
from tests.support.house import open_house
from tests.support.tones import PATIENCE

__all__ = ["desk"]
pytestmark = pytest.mark.annex("P4")
TONES = (ADA, BEN, VERA)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Any]:
    """A house whose media workers take calls on a busy machine, too."""
    async with open_house(tmp_path / "house", presence_grace=0.2, media_cpu=1000.0, media_lag=5000.0) as house:
        yield house


async def test_ada_asks_ben_first_and_hands_the_call_over(acme: Any, desk: Any, api: Any) -> None:
    await api("PUT", "call-rules", on=True, record="all", announce=False)
    vera, ada, ben = Device(await acme.visitor(), VERA), await desk(), await desk("ben@acme.example", BEN)
    call = (await starts(vera.who, vera.leg))["call"]["id"]
    await expect(card(ada)).to_be_visible()
    await ada.keyboard.press("Control+j")
    await expect(bar(ada)).to_contain_text("Recorded", timeout=30_000)  # a worker begins
    said = {page: page.locator("[data-calls-said]") for page in (ada, ben)}
    await expect(said[ada]).to_have_text(re.compile(r"\. Recorded"))
    await vera.offers(call)
    await vera.peer.ear.hears(ADA, of=TONES)
    await bar(ada).get_by_role("button", name="Pause the recording").click()
    await expect(said[ada]).to_have_text(re.compile(r"Talking\. Recording paused"))
    await bar(ada).get_by_role("button", name="Go on recording").click()
    await expect(said[ada]).to_have_text(re.compile(r"Talking\. Recorded"))
    await bar(ada).get_by_role("button", name="Hand over").click()
    dialog = ada.get_by_role("dialog", name="Hand over")
    await expect(dialog).to_be_visible()
    assert await serious(ada) == []
    await dialog.get_by_role("button", name="Ask first: Ben").press("Enter")
    await expect(dialog).to_have_count(0)
    await expect(bar(ada)).to_contain_text("Ben’s devices ring")
    await expect(said[ada]).to_have_text(re.compile("Ben’s devices ring"))
    await expect(card(ben)).to_contain_text("Ada wants to ask you something")
    await ben.keyboard.press("Control+j")
    await expect(bar(ben)).to_contain_text("Ada asks you")
    await expect(bar(ada)).to_contain_text("You talk with Ben")
    await expect(said[ada]).to_have_text(re.compile("You talk with Ben"))
    await expect(said[ben]).to_have_text(re.compile("Ada asks you"))
    await hears(ada, BEN)
    # Ben's page is loaded anew: he is still asked.
    await ben.reload()
    await expect(bar(ben)).to_contain_text("Ada asks you", timeout=15_000)
    await hears(ada, BEN)
    await hears(ben, ADA)
    await vera.peer.ear.hears(of=TONES)
    await ada.set_viewport_size({"width": 390, "height": 800})
    await expect(bar(ada).get_by_role("button", name="Hang up")).to_be_in_viewport(ratio=1)
    await bar(ada).get_by_role("button", name="Hand over to Ben").click()
    await expect(bar(ada)).to_have_count(0)
    await hears(ben, VERA)
    await vera.peer.ear.hears(BEN, of=TONES)
    await expect(bar(ben)).to_contain_text("Talking")
    await vera.who.call("call.hangup", call=call)
    await vera.peer.close()


async def test_ada_listens_to_ben_who_goes_on_in_another_window(acme: Any, desk: Any, api: Any) -> None:
    await api("PUT", "call-rules", on=True)
    await api("PUT", "me/availability", state="away")
    ben, ada = await desk("ben@acme.example", BEN), await desk()
    vera = Device(await acme.visitor(), VERA)
    call = (await starts(vera.who, vera.leg))["call"]["id"]
    await expect(card(ben)).to_be_visible()
    await ben.keyboard.press("Control+j")
    await expect(bar(ben)).to_be_visible()

    await go(ada, f"/calls/{call}")
    await ada.get_by_role("button", name="Listen").press("Enter")
    moved = await vera.who.hears("call.changed", within=PATIENCE, id=call, route="server")
    assert moved["via"] == 1
    await vera.offers(call)
    await expect(ada.get_by_role("region", name="Listening").get_by_role("status")).to_have_text("You are listening")
    await vera.peer.ear.hears(BEN, of=TONES)
    await hears(ben, VERA)
    await expect(ada.get_by_text("Ada listened in")).to_be_visible()

    second = await ben.context.new_page()
    await second.goto(f"{acme.house.url}/panel/")
    elsewhere = second.get_by_role("region", name=re.compile("on another device$"))
    await elsewhere.get_by_role("button", name="Take it here").press("Enter")
    await expect(bar(second)).to_be_visible()
    await expect(bar(ben)).to_have_count(0)
    await hears(second, VERA)
    await vera.peer.ear.hears(BEN, of=TONES)
    await vera.who.call("call.hangup", call=call)
    await expect(ada.get_by_role("region", name="Listening")).to_have_count(0, timeout=15_000)
    await vera.peer.close()
