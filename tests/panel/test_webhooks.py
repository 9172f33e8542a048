"""The page of webhooks: one is made, its secret shown once, tried, looked at, sent again, switched off and deleted (U11)."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect
from standardwebhooks.webhooks import Webhook

from tests.panel.conftest import OpenPanel
from tests.panel.people import go
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
    page = await panel()
    await go(page, "/settings/webhooks")
    await expect(page.get_by_text("No program is told anything yet.")).to_be_visible()
    await page.get_by_role("button", name="New webhook").focus()
    await page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name="New webhook")
    await expect(form.get_by_label("Address")).to_be_focused()
    await form.get_by_label("Address").fill("http://10.0.0.1/hook")
    await page.keyboard.press("Enter")
    await expect(form.get_by_role("alert")).to_contain_text("not on the public internet")
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


async def test_an_agent_who_owns_nothing_is_told_so(acme: Any, panel: OpenPanel) -> None:
    page = await panel("ben@acme.example")
    await go(page, "/settings/webhooks")
    await expect(page.get_by_text("Only owners see and make webhooks.")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme", "language"), [(1280, "light", "en"), (390, "dark", "pl"), (390, "light", "en"), (1280, "dark", "pl")])
async def test_the_page_is_readable_in_both_languages_and_widths(
    acme: Any, panel: OpenPanel, receiver: Receiver, width: int, scheme: Any, language: str
) -> None:
    page = await panel(width=width, scheme=scheme, locale="pl-PL" if language == "pl" else "en-GB")
    for name, kinds in (("Warehouse", ["*"]), ("Accounting with a rather long name of its own", ["deal.created"])):
        await _call(page, "POST", "webhooks", {"url": receiver.url, "kinds": kinds, "name": name})
    receiver.answers = [500]
    await _call(page, "POST", "webhooks/1/test", {})
    await go(page, "/settings/webhooks")
    await page.wait_for_selector("text=Warehouse")
    await _looked_at(page, f"webhooks-{width}-{scheme}-{language}")
    await page.get_by_role("button", name="Nowy webhook" if language == "pl" else "New webhook").click()
    await page.get_by_label("Tylko o wybranych" if language == "pl" else "Only of").check()
    await _looked_at(page, f"webhooks-form-{width}-{scheme}-{language}")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Warehouse").first.click()
    await page.wait_for_selector("text=webhook.test")
    await page.locator("details").first.click()
    await _looked_at(page, f"webhooks-log-{width}-{scheme}-{language}")


async def _call(page: Any, method: str, path: str, body: Any) -> None:
    token = await page.evaluate("() => Object.values(localStorage).concat(Object.values(sessionStorage)).map((each) => { try { return JSON.parse(each).token } catch { return each } }).find(Boolean)")
    answer = await page.request.fetch(
        f"{page.url.partition('/panel')[0]}/api/app/{path}", method=method, data=body,
        headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip
    assert answer.ok, await answer.text()


async def _looked_at(page: Any, name: str) -> None:
    await page.wait_for_timeout(400)  # what fades in has come
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for check in (FAINT, NAMELESS, UNTITLED):
        assert await page.evaluate(check) == []
    if folder := os.environ.get("SCREENSHOTS"):
        await page.screenshot(path=f"{folder}/{name}.png")
