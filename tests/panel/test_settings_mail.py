"""Settings → E-mail: what goes out to whoever is away, and what the page says without a sender."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.panel.conftest import PAIRS, OpenPanel
from tests.panel.people import Api
from tests.panel.test_accessible import check

pytestmark = pytest.mark.annex("C4", "E4")


async def test_an_owner_says_by_keyboard_when_unread_messages_are_mailed(acme: Any, panel: OpenPanel, api: Api) -> None:
    page = await panel(at="/settings/mail")
    delay = page.get_by_label("Seconds until an unread message is mailed")
    await expect(delay).to_have_value("60")
    save = page.get_by_role("button", name="Save")
    await expect(save).to_be_disabled()
    await delay.fill("90000")
    await expect(page.get_by_role("alert")).to_have_text("Seconds are a whole number from 0 to 86,400.")
    await delay.fill("120")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("It holds from the next message on")).to_be_visible()
    kept = {"mail": True, "push": True, "both": False, "delay": 120, "earlier": 0, "usual": 60}
    assert await api("GET", "away") == kept
    box = page.get_by_role("checkbox", name=re.compile("^Send unread messages by e-mail"))
    await box.focus()
    await page.keyboard.press("Space")
    await expect(delay).to_have_count(0)
    async with page.expect_response(lambda answer: answer.url.endswith("/away") and answer.request.method == "PUT"):
        await save.click()
    await expect(save).to_be_disabled()
    assert (await api("GET", "away"))["mail"] is False


async def test_without_a_mail_server_the_page_says_so_and_what_to_do(acme: Any, panel: OpenPanel) -> None:
    page = await panel(at="/settings/mail")
    await expect(page.get_by_text("No mail can leave yet.")).to_be_visible()
    await expect(page.get_by_text("HUB_SMTP_URL")).to_be_visible()
    await expect(page.get_by_role("button", name="Add a sender")).to_be_visible()


async def test_who_is_no_owner_is_told_whom_to_ask(acme: Any, panel: OpenPanel) -> None:
    page = await panel("ben@acme.example", at="/settings/mail")
    await expect(page.get_by_role("status").filter(has_text="Only owners")).to_be_visible()
    await expect(page.get_by_role("button", name="Add a sender")).to_have_count(0)


@pytest.mark.parametrize(("scheme", "width"), PAIRS)
async def test_the_page_can_be_read(acme: Any, panel: OpenPanel, scheme: str, width: int) -> None:
    locale = "pl-PL" if scheme == "dark" else "en-GB"
    page = await panel(
        color_scheme=scheme,
        locale=locale,
        viewport={"width": width, "height": 800},
        has_touch=width < 500,
        at="/settings/mail",
    )
    await expect(page.get_by_text(re.compile("No mail can leave yet|Na razie żaden e-mail"))).to_be_visible()
    await check(page, "e-mail")
