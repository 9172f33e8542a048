"""The page of webhooks: one is made, its secret shown once, tried, looked at, sent again, switched off and deleted (U11)."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect
from standardwebhooks.webhooks import Webhook

from tests.panel.conftest import OpenPanel, until
from tests.panel.people import Api
from tests.panel.test_accessible import FAINT, NAMELESS, UNTITLED
from tests.support.house import House, eventually, open_house
from tests.support.receiver import Receiver, open_receiver

pytestmark = pytest.mark.annex("U11")


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with open_receiver() as receiver:
        yield receiver


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path / "data", presence_grace=0.2, fetch_allow="127.0.0.1") as house:
        yield house


async def test_a_webhook_is_made_by_keyboard_tried_looked_at_and_sent_again(
    acme: Any, panel: OpenPanel, receiver: Receiver
) -> None:
    page = await panel(at="/settings/webhooks")
    await expect(page.get_by_text("No program is told anything yet.")).to_be_visible()
    await page.get_by_role("button", name="New webhook").focus()
    await page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name="New webhook")
    await expect(form.get_by_label("Address")).to_be_focused()
    await form.get_by_label("Address").fill("http://10.0.0.1/hook")
    await page.keyboard.press("Enter")
    await expect(form.get_by_role("alert")).to_contain_text("on the public internet")
    await form.get_by_label("Address").fill(receiver.url)
    await form.get_by_label("Name").fill("Warehouse")
    await form.get_by_label("Only of").check()
    await expect(form.get_by_role("button", name="Make it")).to_be_disabled()
    await form.get_by_label("message.sent").check()
    await form.get_by_label("deal.created").focus()
    await page.keyboard.press("Space")
    await form.get_by_role("button", name="Make it").click()

    shown = page.get_by_role("dialog", name="The secret")
    secret = (await shown.get_by_test_id("secret").inner_text()).strip()
    await page.keyboard.press("Escape")
    await expect(shown).to_be_visible()
    await shown.get_by_role("button", name="I have stored it").click()
    assert secret not in await page.content()
    row = page.get_by_role("list", name="Webhooks").get_by_role("listitem")
    await expect(row).to_contain_text("2 kinds")

    await page.get_by_role("button", name="Deliveries of Warehouse").click()
    receiver.answers = [410]
    await page.get_by_role("button", name="Send a test").click()
    await eventually(lambda: len(receiver.got) == 1)
    headers, body = receiver.got[0]
    assert Webhook(secret).verify(body, headers)
    log = page.get_by_role("list", name="Deliveries").get_by_role("listitem")
    await expect(log).to_contain_text("Given up")
    await log.get_by_text("The answer").click()
    await expect(log).to_contain_text("said the receiver")
    await page.get_by_role("button", name="All webhooks").click()
    await expect(row).to_contain_text("the receiver said that it is gone", timeout=15_000)
    await row.get_by_role("button", name="Switch on").click()
    await expect(row).to_contain_text("On")
    await page.get_by_role("button", name="Deliveries of Warehouse").click()
    await page.get_by_role("button", name="Send failed ones again").click()
    await expect(log).to_contain_text("Delivered")
    assert receiver.ids[0] == receiver.ids[1]
    await log.get_by_role("button", name="Send again").click()
    await eventually(lambda: len(receiver.got) == 3)
    await page.get_by_role("button", name="All webhooks").click()

    await row.get_by_role("button", name="New secret").click()
    await page.get_by_role("dialog").get_by_role("button", name="New secret").click()
    fresh = (await shown.get_by_test_id("secret").inner_text()).strip()
    assert fresh.startswith("whsec_") and fresh != secret
    await shown.get_by_role("button", name="I have stored it").click()
    await expect(row).to_contain_text("The old secret signs too until")
    await row.get_by_role("button", name="Delete").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(page.get_by_text("No program is told anything yet.")).to_be_visible()


async def test_a_webhook_has_headers_of_its_own(acme: Any, panel: OpenPanel, api: Api, receiver: Receiver) -> None:
    hook = await api("POST", "webhooks", url=receiver.url, kinds=["*"], name="Warehouse", headers={"X-Old": "1"})
    page = await panel(at="/settings/webhooks")
    row = page.get_by_role("list", name="Webhooks").get_by_role("listitem")
    await row.get_by_role("button", name="Edit Warehouse").click()
    form = page.get_by_role("dialog", name="Edit Warehouse")
    await expect(form.get_by_label("Name of header 1")).to_have_value("X-Old")
    await form.get_by_role("button", name="Remove header 1").press("Enter")
    await expect(form.get_by_role("button", name="Add a header")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(form.get_by_label("Name of header 1")).to_be_focused()
    await page.keyboard.type("Content-Length")
    await page.keyboard.press("Tab")
    await page.keyboard.type("zebra")
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_role("alert")).to_contain_text("Content-Length")
    await form.get_by_label("Name of header 1").fill("X-Api-Key")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_have_count(0)
    await api("POST", f"webhooks/{hook['webhook']['id']}/test", **{})
    await eventually(lambda: len(receiver.got) == 1)
    headers, _ = receiver.got[0]
    assert headers["x-api-key"] == "zebra" and "x-old" not in headers


async def test_an_agent_who_owns_nothing_is_told_so(acme: Any, panel: OpenPanel) -> None:
    page = await panel("ben@acme.example", at="/settings/webhooks")
    await expect(page.get_by_text("Only owners see and make webhooks.")).to_be_visible()


@pytest.mark.parametrize(
    "window", [{}, {"viewport": {"width": 390, "height": 844}, "locale": "pl-PL", "color_scheme": "dark"}]
)
async def test_the_page_its_form_and_its_log_can_be_read_and_do_not_scroll_sideways(
    acme: Any, panel: OpenPanel, api: Api, receiver: Receiver, window: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    hook = await api("POST", "webhooks", url=receiver.url, kinds=["*"], name="Warehouse")
    await api("POST", "webhooks", url=receiver.url, kinds=["deal.created"], name="Accounting with a rather long name")
    receiver.answers = [500]
    await api("POST", f"webhooks/{hook['webhook']['id']}/test", **{})
    await eventually(lambda: len(receiver.got) == 1)
    page = await panel(**window, at="/settings/webhooks")

    async def check(name: str) -> None:
        await until(page, "() => document.getAnimations().length === 0")
        if folder := os.environ.get("SCREENS"):
            await page.screenshot(path=f"{folder}/hooks-{name}-{request.node.callspec.indices['window']}.png")
        assert await page.evaluate(FAINT) == []
        assert await page.evaluate(NAMELESS) == []
        assert await page.evaluate(UNTITLED) == []
        assert await page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0

    await expect(page.get_by_role("listitem").filter(has_text="Warehouse").first).to_be_visible()
    await check("list")
    await page.get_by_role("button", name=re.compile("^(New webhook|Nowy webhook)$")).click()
    await page.get_by_label(re.compile("^(Only of|Tylko o wybranych)$")).check()
    await page.get_by_role("button", name=re.compile("^(Add a header|Dodaj nagłówek)$")).click()
    await check("form")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name=re.compile("^(Deliveries of|Zgłoszenia:) Warehouse")).click()
    await expect(page.get_by_text("webhook.test").first).to_be_visible()
    await page.locator("details summary").first.click()
    await check("log")
