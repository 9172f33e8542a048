"""The phone in the panel: a provider is connected, a number is bought at the price that is shown, and limits are set."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import go
from tests.panel.test_accessible import FAINT, NAMELESS
from tests.support.axe import serious
from tests.support.carriers import Carriers, running_carriers
from tests.support.house import House, open_house

pytestmark = pytest.mark.annex("P6")


@pytest.fixture
async def carriers() -> AsyncIterator[Carriers]:
    async with running_carriers() as carriers:
        yield carriers


@pytest.fixture
async def house(tmp_path: Path, carriers: Carriers) -> AsyncIterator[House]:
    async with open_house(tmp_path / "data", presence_grace=0.2, **carriers.settings) as house:
        yield house


async def test_an_owner_connects_twilio_buys_a_number_and_says_what_it_does(
    acme: Any, panel: OpenPanel, carriers: Carriers
) -> None:
    page = await panel(at="/settings/phone")
    await page.get_by_label("Account SID").fill(carriers.twilio.sid)
    await page.get_by_role("textbox", name="Auth token of Twilio").fill("a-wrong-token-0123456789")
    await page.get_by_label("Your country").select_option("PL")
    await page.get_by_role("button", name="Try and connect").click()
    await expect(page.get_by_role("alert")).to_contain_text("Twilio refuses the key")
    await page.get_by_role("textbox", name="Auth token of Twilio").fill(carriers.twilio.secret)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Twilio is connected.")).to_be_visible()
    assert carriers.twilio.secret not in await page.content()

    # with the keyboard alone: search, choose, look once more, buy
    await page.get_by_role("button", name="Buy a number").press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_label("Country")).to_be_focused()
    await dialog.get_by_label("Has the digits").fill("0002")
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_role("status")).to_contain_text("1 number")
    offer = dialog.get_by_role("list", name="Numbers that you can buy").get_by_role("listitem")
    await expect(offer).to_contain_text("US$1.15 a month")
    await offer.get_by_role("button", name="Choose +48 221 230 002").press("Enter")
    await expect(page.get_by_role("dialog", name="Buy +48 221 230 002?")).to_contain_text("Twilio charges your account")
    assert carriers.twilio.numbers == {}, "to look costs nothing"
    await dialog.get_by_role("button", name="Back to the list").press("Enter")
    await expect(dialog.get_by_role("button", name="Choose +48 221 230 002")).to_be_focused()
    await page.keyboard.press("Enter")
    await dialog.get_by_label("Name", exact=True).fill("Hotline")
    await dialog.get_by_role("button", name="Buy for US$1.15 a month").press("Enter")
    await expect(page.get_by_text("+48 221 230 002 is yours.")).to_be_visible()
    await expect(dialog).to_have_count(0)
    row = page.get_by_role("list", name="Numbers").get_by_role("listitem")
    await expect(row).to_contain_text("Hotline")
    assert [each["phone_number"] for each in carriers.twilio.numbers.values()] == ["+48221230002"]

    await row.get_by_role("combobox", name="A call to Hotline rings").select_option("voicemail")
    await page.get_by_label("Minutes a day").fill("90")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("0 of 90 minutes and 0 of 500 texts used today")).to_be_visible()
    await page.get_by_label("Texts that go out a day").fill("0")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("0 of 90 minutes and 0 of 0 texts used today")).to_be_visible()
    await page.get_by_role("combobox", name="Allow a country").select_option("DE")
    await expect(page.get_by_role("button", name="Don’t allow Germany any more")).to_be_visible()
    await page.reload()
    await expect(row.get_by_role("combobox")).to_have_value("voicemail")
    await expect(page.get_by_label("Minutes a day")).to_have_value("90")
    await page.get_by_role("button", name="Try it").click()
    await expect(page.get_by_text("US$24.50 is left on the account")).to_be_visible()
    assert await serious(page) == []

    await row.get_by_role("button", name="Give back Hotline").click()
    give = page.get_by_role("dialog").get_by_role("button", name="Give back")
    await expect(give).to_be_disabled()
    await page.get_by_label("Type its last four digits").fill("0002")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("No number yet")).to_be_visible()
    assert carriers.twilio.numbers == {}


@pytest.mark.annex("X8")
async def test_telnyx_on_a_phone_in_polish_and_dark(acme: Any, panel: OpenPanel, carriers: Carriers) -> None:
    page = await panel(viewport={"width": 390, "height": 844}, locale="pl-PL", color_scheme="dark")
    carriers.telnyx.own("+48223334455")
    await go(page, "/settings/phone")
    await page.get_by_label("Telnyx", exact=True).check()
    await page.get_by_role("textbox", name="Klucz API Telnyx").fill(carriers.telnyx.secret)
    await page.get_by_label("Klucz publiczny Telnyx").fill(carriers.telnyx.public)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Połączono z Telnyx.")).to_be_visible()
    await page.get_by_role("button", name="Przejmij numer").click()
    await page.get_by_role("button", name="Przejmij +48 223 334 455").click()
    await expect(page.get_by_text("nie ma numerów, które nie prowadzą jeszcze tutaj")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("list", name="Numery").get_by_role("listitem")).to_contain_text("+48 223 334 455")
    await page.get_by_role("button", name="Kup numer").click()
    await page.get_by_role("dialog").get_by_role("button", name="Szukaj").click()
    await expect(page.get_by_text("2 numery")).to_be_visible()
    assert await page.evaluate(FAINT) == []
    assert await page.evaluate(NAMELESS) == []
    assert await page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    await page.get_by_role("button", name="Wybierz +48 222 220 001").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Sam zakup kosztuje jednorazowo 2,50")


async def test_who_is_no_owner_is_told_whom_to_ask(acme: Any, panel: OpenPanel) -> None:
    page = await panel("ben@acme.example", at="/settings/phone")
    await expect(page.get_by_text("Only owners set up phone numbers")).to_be_visible()


@pytest.mark.annex("P5")
async def test_an_owner_adds_a_trunk_and_calls_a_person_by_telephone(acme: Any, panel: OpenPanel, api: Any) -> None:
    await api("PUT", "call-rules", on=True)
    walt = await api("POST", "contacts", attributes={"name": "Walt", "phone_number": "+48601111222"})
    page = await panel(at="/settings/phone")
    await page.get_by_role("button", name="Add a trunk").press("Enter")
    dialog = page.get_by_role("dialog", name="Add a trunk")
    await expect(dialog.get_by_label("Name")).to_be_focused()
    await dialog.get_by_label("Name").fill("Office")
    await dialog.get_by_label("Server").fill("sip.provider.example")
    await dialog.get_by_label("User").fill("acme")
    await dialog.get_by_role("textbox", name="Password").fill("a-password-of-the-trunk")
    await dialog.get_by_label("Numbers").fill("+48 22 123 45 67")
    await dialog.get_by_label("Your country").select_option("PL")
    await dialog.get_by_label("Minutes a day").fill("500")
    assert await serious(page) == []
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    row = page.get_by_role("list", name="SIP trunks").get_by_role("listitem")
    await expect(row).to_contain_text("sip.provider.example · +48 221 234 567")
    await expect(row).to_contain_text("0 of 500 minutes used today")
    assert "a-password-of-the-trunk" not in await page.content()
    assert await serious(page) == []

    again = await panel()  # a window that comes now knows that phones can be called
    await go(again, f"/person/{walt['id']}")
    await expect(again.get_by_role("button", name="Call Walt by telephone: +48601111222")).to_be_visible()

    await row.get_by_role("button", name="Delete Office").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(row).to_have_count(0)
