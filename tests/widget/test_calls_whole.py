"""Vera in the chat and Ada in the panel: two real browsers, and what was recorded of what each of them heard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.calls.test_recording import heard_in, kept, sound
from tests.live.test_availability import ask
from tests.panel.conftest import api
from tests.panel.test_calls import ADA, bar, card, desk
from tests.panel.test_calls import hears as hears_in_panel
from tests.support.house import open_house
from tests.support.speaking import hears
from tests.support.turn import SECRET, Turn
from tests.widget.conftest import OpenSite, open_chat
from tests.widget.test_calls import VERAS, browser, button, visit
from tests.widget.test_calls_relayed import RELAY_ONLY, WAYS, turn

pytestmark = pytest.mark.annex("H5", "P4", "P7")
__all__ = ["api", "browser", "desk", "turn"]


@pytest.fixture
async def house(tmp_path: Path, turn: Turn) -> AsyncIterator[Any]:
    """A hub that knows of a TURN server, and whose media workers take calls on a busy machine, too."""
    at_ease = {"media_cpu": 1000.0, "media_lag": 5000.0}
    async with open_house(
        tmp_path / "data", presence_grace=0.2, turn_urls=turn.urls, turn_secret=SECRET, **at_ease
    ) as house:
        yield house


async def recorded(acme: Any, desk: Any, site: OpenSite, relayed: bool) -> tuple[Page, dict[str, set[float]]]:
    """Vera calls, Ada takes it, both talk for a while; return Vera's page and who is heard in each part of the recording."""
    rules = await acme.agent()
    await ask(rules, "PUT", "call-rules", on=True, record="all", announce=False)
    ada, vera = await desk(), await open_chat(await visit(site))
    if relayed:
        await vera.evaluate(RELAY_ONLY)
    await button(vera, "Call us").click()
    await button(vera, "Allow the microphone").click()
    await expect(card(ada)).to_be_visible(timeout=20_000)
    await ada.keyboard.press("Control+j")
    await expect(bar(ada)).to_contain_text("Recorded", timeout=30_000)  # a worker begins
    await asyncio.gather(hears(vera, ADA), hears_in_panel(ada, VERAS))
    await expect(vera.get_by_text("This call is recorded.")).to_be_visible()
    ways = await vera.evaluate(WAYS)
    assert (ways[0] == "relay") == relayed
    await ada.wait_for_timeout(2_000)  # of talk
    await button(vera, "Hang up").click()
    (call,) = (await ask(rules, "GET", "calls"))["calls"]
    (recording,) = await kept(rules, call["id"])
    parts = {part: await sound(acme, url) for part, url in recording["urls"].items()}
    return vera, {part: heard_in(pcm[-60_000:-12_000], (VERAS, ADA)) for part, pcm in parts.items()}


async def test_what_two_browsers_say_is_recorded_apart_and_together(acme: Any, desk: Any, site: OpenSite) -> None:
    _, heard = await recorded(acme, desk, site, relayed=False)
    assert heard == {"mixed": {VERAS, ADA}, "contact": {VERAS}, "agent": {ADA}}


async def test_the_same_where_vera_reaches_the_media_worker_through_the_relay_alone(
    acme: Any, desk: Any, site: OpenSite
) -> None:
    _, heard = await recorded(acme, desk, site, relayed=True)
    assert heard == {"mixed": {VERAS, ADA}, "contact": {VERAS}, "agent": {ADA}}
