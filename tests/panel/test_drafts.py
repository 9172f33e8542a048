"""Half-written replies and notes on an agent's devices: begun on one, gone on with on the other."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import Api, go

pytestmark = pytest.mark.annex("C2")


async def kept(api: Api, page: Page, text: list[str]) -> None:
    """Wait until the server keeps these drafts of Ada."""
    found: list[str] = []
    for _ in range(200):
        found = [each["text"] for each in (await api("GET", "me/drafts"))["drafts"]]
        if found == text:
            return
        await page.wait_for_timeout(50)
    assert found == text


async def test_a_reply_begun_on_the_desktop_is_finished_on_the_phone(acme: Any, panel: OpenPanel, api: Api) -> None:
    vera = await acme.visitor()
    conversation = (await vera.says("Which size?"))["conversation"]
    desktop = await panel(at=f"/inbox/open/{conversation}")
    await desktop.locator("textarea").press_sequentially("Medium fits")
    await kept(api, desktop, ["Medium fits"])
    phone = await panel(viewport={"width": 390, "height": 800}, has_touch=True, at="/inbox/open")
    await expect(phone.get_by_label("Draft")).to_be_visible()
    await go(phone, f"/inbox/open/{conversation}")
    field = phone.locator("textarea")
    await expect(field).to_have_value("Medium fits")
    await field.press("End")
    await phone.keyboard.type(" most people")
    await kept(api, phone, ["Medium fits most people"])
    await desktop.evaluate("() => dispatchEvent(new Event('focus'))")
    await expect(desktop.locator("textarea")).to_have_value("Medium fits most people")
    await desktop.locator("textarea").press("Enter")
    assert (await vera.hears("message", text="Medium fits most people"))["conversation"] == conversation
    await kept(api, desktop, [])
    await phone.evaluate("() => dispatchEvent(new Event('focus'))")
    await expect(field).to_have_value("")


async def test_of_two_drafts_the_newer_stands_and_the_other_is_not_lost(acme: Any, panel: OpenPanel, api: Api) -> None:
    vera = await acme.visitor()
    conversation = (await vera.says("Which size?"))["conversation"]
    desktop = await panel(at=f"/inbox/open/{conversation}")
    await desktop.route("**/draft", lambda route: route.abort())  # the train is in a tunnel
    await desktop.locator("textarea").press_sequentially("Written on a train")
    await expect(desktop.locator("textarea")).to_have_value("Written on a train")
    await api("PUT", f"conversations/{conversation}/draft", kind="message", text="Written at home", written=2**52)
    await desktop.unroute("**/draft")
    await desktop.evaluate("() => dispatchEvent(new Event('focus'))")
    await expect(desktop.locator("textarea")).to_have_value("Written at home")
    bar = desktop.get_by_role("status").filter(has_text="Written on a train")
    await expect(bar).to_be_visible()
    await bar.get_by_role("button", name="Bring it back").click()
    await expect(desktop.locator("textarea")).to_have_value("Written at home\nWritten on a train")
    await expect(bar).to_have_count(0)
    await kept(api, desktop, ["Written at home\nWritten on a train"])
