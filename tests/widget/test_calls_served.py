"""Calls of visitors whose sound passes through the server: recorded ones, and messages spoken where nobody is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.live.test_availability import ask
from tests.support.house import open_house
from tests.support.speaking import hears
from tests.widget.conftest import OpenSite, open_chat
from tests.widget.test_calls import ADAS, VERAS, Ada, ada, agents_page, browser, button, visit

pytestmark = pytest.mark.annex("H5", "P7")
__all__ = ["ada", "agents_page", "browser"]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Any]:
    """A hub whose media workers take calls on a busy machine, too."""
    async with open_house(tmp_path / "data", presence_grace=0.2, media_cpu=1000.0, media_lag=5000.0) as house:
        yield house


async def test_a_call_goes_through_the_server_from_the_moment_on_that_it_is_recorded(ada: Ada, site: OpenSite) -> None:
    vera = await open_chat(await visit(site))
    await button(vera, "Call us").click()
    await button(vera, "Allow the microphone").click()
    call = await ada.rung()
    await ada.takes(call)
    await asyncio.gather(hears(vera, ADAS), hears(ada.page, VERAS))
    straight = await vera.evaluate("() => window.links.length")
    await ada.does("call.record", call=call, state="on")
    await expect(vera.get_by_text("This call is recorded.")).to_be_visible()
    await expect(button(vera, "Camera")).to_have_count(0)
    await vera.wait_for_function(
        "(straight) => window.links.length > straight && window.links.at(-1).connectionState === 'connected'",
        arg=straight,
    )
    await asyncio.gather(hears(vera, ADAS), hears(ada.page, VERAS))
    await button(vera, "Hang up").click()
    await ada.until("(call) => call.state === 'ended'")


async def test_whoever_calls_when_nobody_is_there_speaks_a_message(acme, ada: Ada, site: OpenSite) -> None:
    colleague = await acme.agent()
    await ask(colleague, "PUT", "call-rules", on=True, message=True)
    await ask(colleague, "PUT", "me/availability", state="away")
    vera = await open_chat(await visit(site))
    await button(vera, "Call us").click()
    await button(vera, "Allow the microphone").click()
    await expect(vera.get_by_text("Speak after the tone")).to_be_visible(timeout=20_000)
    await vera.wait_for_function("() => window.links.at(-1)?.connectionState === 'connected'")
    await button(vera, "Done").click()
    await expect(vera.get_by_text("Thank you. We have your message.")).to_be_visible()
    missed: list[Any] = []

    async def find() -> None:
        missed[:] = (await ask(colleague, "GET", "calls"))["calls"]

    await find()
    assert [each["reason"] for each in missed] == ["message"]
