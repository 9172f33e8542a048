"""What a call survives in the panel: a hub that refuses for a moment, another way, and whoever hangs up while one writes."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from playwright.async_api import Page, expect

from hub.calls import answering
from hub.core import errors
from tests.panel.people import go
from tests.panel.test_calls import ADA, VERA, bar, callers, card, desk, from_palette, hears
from tests.support.axe import serious
from tests.support.house import eventually, open_house
from tests.support.tones import PATIENCE

__all__ = ["callers", "desk"]
pytestmark = pytest.mark.annex("P4")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Any]:
    """A house whose media workers take calls on a busy machine, too."""
    async with open_house(tmp_path / "house", presence_grace=0.2, media_cpu=1000.0, media_lag=5000.0) as house:
        yield house


class Refusals:
    """The hub refuses agents who come back to their calls, so many times."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left: list[Exception] = []
        get_call = answering.get_call

        async def refuse(hub: Any, actor: Any, id: int) -> Any:
            if actor.kind == "agent" and self.left:
                raise self.left.pop(0)
            return await get_call(hub, actor, id)

        monkeypatch.setattr(answering, "get_call", refuse)


async def takes(page: Page) -> None:
    """Take the call that rings."""
    await expect(card(page)).to_be_visible()
    await page.keyboard.press("Control+j")
    await hears(page, VERA)


async def comes_back(page: Page) -> None:
    """The hub is away for a moment."""
    await page.context.set_offline(True)
    await expect(page.locator('[data-phase="online"]')).to_have_count(0)
    await page.context.set_offline(False)
    await expect(page.locator('[data-phase="online"]')).to_be_attached(timeout=20_000)


async def test_a_hub_that_has_trouble_for_a_moment_ends_no_call(
    desk: Any, callers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = Refusals(monkeypatch)
    vera, ada = await callers(), await desk()
    await vera.calls()
    await takes(ada)
    trouble = [errors.Conflict(), errors.Unavailable(), errors.Internal()]
    refused.left = [*trouble]
    await comes_back(ada)
    await eventually(lambda: not refused.left, 15)
    await ada.wait_for_timeout(500)
    await expect(bar(ada)).to_contain_text("Talking")
    await vera.hears_tone(ADA)

    # After a reload, too.
    refused.left = [*trouble]
    await ada.reload()
    await eventually(lambda: not refused.left, 15)
    await expect(bar(ada)).to_contain_text("Talking", timeout=20_000)
    await hears(ada, VERA)
    await expect(ada.get_by_role("alert")).to_have_count(0)

    # A refusal that stays one is heeded.
    refused.left = [errors.NotFound()]
    await comes_back(ada)
    await expect(bar(ada)).to_have_count(0)


async def test_a_note_that_was_not_saved_is_there_when_the_other_side_hangs_up(
    desk: Any, callers: Any, api: Any
) -> None:
    vera, ada = await callers(), await desk()
    talk = (await vera.client.says("May I call you?"))["conversation"]
    call = await vera.calls(conversation=talk)
    await takes(ada)
    await from_palette(ada, "Write a note")
    field = ada.get_by_role("textbox", name=re.compile("^Note for the team"))
    await expect(field).to_be_focused()
    await ada.keyboard.type("Order 1234")
    await vera.hangs_up()
    over = ada.get_by_role("region", name=re.compile("^After the call"))
    await expect(over).to_contain_text("Not saved yet")
    await expect(field).to_be_focused()
    assert await serious(ada) == []
    await ada.keyboard.type(" is lost")
    await ada.keyboard.press("Control+Enter")
    await expect(field).to_have_count(0)
    await over.get_by_role("radio", name="Sold").check()
    await over.get_by_role("button", name="Save").click()
    await expect(over).to_have_count(0)
    await go(ada, f"/inbox/open/{talk}")
    await expect(ada.get_by_role("region", name="Messages").get_by_text("Order 1234 is lost")).to_have_count(1)
    assert (await api("GET", f"calls/{call}"))["wrap_up"]["code"] == "Sold"


async def test_a_note_outlives_what_is_asked_after_the_call_and_the_next_call(
    desk: Any, callers: Any, api: Any
) -> None:
    vera, ada = await callers(), await desk()
    contact = vera.client.session["contact"]["id"]
    await vera.calls()
    await takes(ada)
    await bar(ada).get_by_role("button", name="Write a note").click()
    await ada.keyboard.type("Likes the blue one")
    await vera.hangs_up()
    await ada.get_by_role("button", name="Skip").click()
    left = ada.get_by_role("region", name=re.compile("^Note on the call with"))
    await expect(left.get_by_role("textbox")).to_have_value("Likes the blue one")
    walt = await callers(520)
    await walt.calls()
    await expect(card(ada)).to_be_visible()
    await ada.keyboard.press("Control+j")
    await hears(ada, 520)
    await left.get_by_role("button", name="Save note").click()
    await expect(left).to_have_count(0)
    await walt.hangs_up()
    await expect(ada.get_by_role("region", name=re.compile("^After the call"))).to_be_visible()
    await expect(left).to_have_count(0)
    notes = await api("GET", f"notes?subject=contact&of={contact}")
    assert [each["text"] for each in notes["notes"]] == ["Likes the blue one"]


async def test_with_another_way_come_new_passwords_of_the_relay(
    acme: Any, desk: Any, callers: Any, api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = acme.house.hub
    given = "() => window.links.map((link) => link.getConfiguration().iceServers[0]?.credential)"

    def keep(secret: str) -> None:
        turn = {"turn_urls": "turn:127.0.0.1:9?transport=tcp", "turn_secret": secret}
        monkeypatch.setattr(hub, "settings", structs.replace(hub.settings, **turn))

    vera, ada = await callers(), await desk()
    await api("PUT", "call-rules", on=True, music=True)
    keep("of the first minute")
    call = await vera.calls()
    await takes(ada)
    (first,) = await ada.evaluate(given)
    keep("of the hour after it")
    await bar(ada).get_by_role("button", name="Hold").click()
    await vera.client.hears("call.changed", within=PATIENCE, id=call, route="server")
    for _ in range(100):
        if len(found := await ada.evaluate(given)) > 1:
            break
        await ada.wait_for_timeout(100)
    assert first and found[0] == first and found[1] and found[1] != first
