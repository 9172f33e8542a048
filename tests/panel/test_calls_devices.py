"""With what one speaks, hears and is rung: chosen before the first call, and changed in the middle of one."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.panel.conftest import until
from tests.panel.people import go
from tests.panel.test_calls import ADA, VERA, bar, callers, card, desk, from_palette, hears
from tests.support.axe import serious

__all__ = ["callers", "desk"]
pytestmark = pytest.mark.annex("P4")

SPEAKS_WITH = "() => window.links.at(-1).getSenders().find(({ track }) => track?.kind === 'audio').track.label"
SINK = "() => document.querySelector('[data-call-sound]').sinkId"

AT_ONCE = """
() => {
  window.AudioContext = class extends OfflineAudioContext {
    constructor() {
      super({ length: 300 * 8000, sampleRate: 8000 })
      window.whole = this
    }
    createMediaStreamDestination() { return Object.assign(this.destination, { stream: new MediaStream() }) }
    async close() {}
  }
}
"""
"""Five minutes of sound are computed at once, and not played."""
RINGS = """
async () => {
  const wave = (await window.whole.startRendering()).getChannelData(0)
  const loud = (at) => Math.max(...wave.subarray(at * 8000, (at + 0.5) * 8000))
  return [...Array(75).keys()].map((ring) => [loud(ring * 4 + 0.2), loud(ring * 4 + 2.5)])
}
"""
"""How loud each ring of five minutes is, and the pause behind it."""


async def choose(page: Page, device: str, name: str) -> str:
    """Choose one of the devices in the dialog; return its id."""
    field = page.get_by_role("dialog").get_by_role("combobox", name=device)
    await expect(field.get_by_role("option", name=name)).to_be_attached()
    await field.select_option(label=name)
    return await field.input_value()


async def level(page: Page, name: str) -> float:
    """Return how loud a meter says that it is, 0 to 1."""
    bar = page.get_by_role("img", name=name).locator("span")
    return float(await bar.evaluate("(bar) => bar.style.getPropertyValue('--level') || 0"))


async def shows(page: Page, name: str, loud: bool) -> None:
    """Wait until a meter shows a voice, or silence."""
    for _ in range(100):
        if ((found := await level(page, name)) > 0.3) == loud:
            return
        await page.wait_for_timeout(100)
    raise AssertionError(f"the meter stands at {found}")


async def test_ada_chooses_her_devices_before_her_first_call_and_other_ones_in_the_middle_of_it(
    desk: Any, callers: Any
) -> None:
    vera, ada = await callers(), await desk()
    await go(ada, "/calls")
    await ada.get_by_role("button", name="Microphone and sound").click()
    dialog = ada.get_by_role("dialog", name="Microphone and sound")
    await shows(ada, "How loud you are", True)
    await choose(ada, "Microphone", "Fake Audio Input 2")
    speaker = await choose(ada, "Calls are heard on", "Fake Audio Output 1")
    await shows(ada, "How loud you are", True)
    assert await serious(ada) == []
    await dialog.get_by_role("button", name="Done").click()
    await until(ada, "() => window.lent.every(({ readyState }) => readyState === 'ended')")

    await vera.calls()
    await expect(card(ada)).to_be_visible()
    await ada.keyboard.press("Control+j")
    await hears(ada, VERA)
    assert await ada.evaluate(SINK) == speaker
    assert await ada.evaluate(SPEAKS_WITH) == "Fake Audio Input 2"

    await bar(ada).get_by_role("button", name="Microphone and sound").click()
    asked = await ada.evaluate("() => window.asked")
    other = await choose(ada, "Calls are heard on", "Fake Audio Output 2")
    await until(ada, f"() => ({SINK})() === '{other}'")
    assert other != speaker and await ada.evaluate("() => window.asked") == asked, (
        "the microphone is none of its business"
    )
    await choose(ada, "Microphone", "Fake Audio Input 1")
    await until(ada, f"() => ({SPEAKS_WITH})() === 'Fake Audio Input 1'")
    await dialog.get_by_role("button", name="Done").click()
    await vera.hears_tone(ADA)
    await hears(ada, VERA)

    meters = ("How loud you are", re.compile("^How loud (?!you)"))
    for meter in meters:
        await shows(ada, meter, True)  # type: ignore[arg-type]
    await ada.keyboard.press("Control+d")
    await shows(ada, "How loud you are", False)
    await shows(ada, meters[1], True)  # type: ignore[arg-type]

    # Another window of this browser chooses for this one, too.
    second = await ada.context.new_page()
    await second.goto(ada.url)
    await expect(second.locator('[data-phase="online"]')).to_be_attached()
    await from_palette(second, "Microphone and sound")
    await choose(second, "Calls are heard on", "Fake Audio Output 1")
    # This browser names devices anew for each window, so that Ada's falls back to the system's own.
    await until(ada, f"() => ({SINK})() === ''")
    await second.close()


async def test_it_rings_for_as_long_as_the_rules_let_it_ring(desk: Any, callers: Any) -> None:
    await callers()
    ada = await desk()
    await go(ada, "/calls")
    await ada.get_by_role("button", name="Microphone and sound").click()
    await shows(ada, "How loud you are", True)
    await ada.evaluate(AT_ONCE)
    await ada.get_by_role("button", name="Try the ringing").click()
    rings = await ada.evaluate(RINGS)
    assert len(rings) == 75 and all(ring > 0.1 and pause < 0.001 for ring, pause in rings), rings
