"""What the panel shows of a call's other side: a network that loses a part of what is said, and a visitor's camera and screen."""

from __future__ import annotations

import asyncio
import random
import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.panel.test_calls import VERA, bar, callers, card, desk, hears
from tests.support.speaking import hears as vera_hears
from tests.widget.conftest import OpenSite, open_chat, site
from tests.widget.test_calls import browser, button, visit

__all__ = ["browser", "callers", "desk", "site"]
pytestmark = pytest.mark.annex("P4", "H5")

FRAMES = "(video) => video.videoWidth > 0 && !video.paused && video.getVideoPlaybackQuality().totalVideoFrames"


def loses(caller: Any, share: float) -> None:
    """Let a share of a caller's packets get lost on the way."""
    (sender,) = caller._peer.getSenders()
    transport, by_chance = sender.transport, random.Random(7)
    send = transport._send_rtp

    async def or_not(data: bytes) -> None:
        if by_chance.random() >= share:
            await send(data)

    transport._send_rtp = or_not


async def test_a_network_that_loses_words_is_shown_and_said(desk: Any, callers: Any) -> None:
    vera, ada = await callers(), await desk()
    said = ada.locator("[data-calls-said]")
    await vera.calls()
    await expect(card(ada)).to_be_visible()
    await ada.keyboard.press("Control+j")
    await hears(ada, VERA)
    loses(vera, 0.3)
    await expect(bar(ada)).to_contain_text("Poor sound", timeout=30_000)
    await expect(said).to_have_text(re.compile(r"Talking\. Poor sound"))
    await bar(ada).get_by_role("button", name="Hold").click()
    await expect(said).to_have_text(re.compile("On hold$"))


async def test_what_a_visitor_shows_is_seen_below_the_bar(desk: Any, api: Any, site: OpenSite) -> None:
    await api("PUT", "call-rules", on=True)
    ada = await desk()
    vera = await open_chat(await visit(site))
    await button(vera, "Call us").click()
    await button(vera, "Allow the microphone").click()
    await expect(card(ada)).to_be_visible()
    await ada.keyboard.press("Control+j")
    await asyncio.gather(hears(ada, VERA), vera_hears(vera, 700))
    camera = ada.get_by_label(re.compile("camera$"))
    screen = ada.get_by_label(re.compile("screen$"))

    async def moves(picture: Any) -> None:
        await expect(picture).to_be_visible(timeout=15_000)
        before = None
        for _ in range(150):
            now = await picture.evaluate(FRAMES)
            if now and before and now > before:
                return
            before = now or before
            await ada.wait_for_timeout(100)
        raise AssertionError(f"the picture stands: {before}")

    await button(vera, "Camera").click()
    await moves(camera)
    await button(vera, "Screen").click()
    await moves(screen)
    await moves(camera)
    for width in (1280, 390):
        await ada.set_viewport_size({"width": width, "height": 800})
        await expect(bar(ada).get_by_role("button", name="Hang up")).to_be_in_viewport(ratio=1)
        await expect(camera).to_be_in_viewport(ratio=0.9)
    await button(vera, "Camera").click()
    await expect(camera).to_have_count(0)
    await moves(screen)
    await button(vera, "Screen").click()
    await expect(screen).to_have_count(0)
    await hears(ada, VERA)
    await button(vera, "Hang up").click()
    await expect(bar(ada)).to_have_count(0)
