"""A conversation by SMS in the panel: it shows that it is one, answers go by text, and what became of them stands below."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from hub.people.collections import CONTACTS
from storage.engine import Scope
from storage.filters import Eq
from tests.calls.conftest import Owner
from tests.calls.test_texts import WALT, Phone, phone_at
from tests.panel.conftest import PAIRS, OpenPanel
from tests.panel.people import go
from tests.panel.test_accessible import check
from tests.support.carriers import Carriers, running_carriers
from tests.support.house import House, eventually, open_house

pytestmark = pytest.mark.annex("P6")


@pytest.fixture
async def carriers() -> AsyncIterator[Carriers]:
    async with running_carriers() as carriers:
        yield carriers


@pytest.fixture
async def house(tmp_path: Path, carriers: Carriers) -> AsyncIterator[House]:
    quick = {"presence_grace": 0.1, "offline_delay": 0.3}
    async with open_house(tmp_path / "data", **quick, **carriers.settings) as house:
        carriers.hub = house.url
        yield house


@pytest.fixture
async def phone(acme: Any, carriers: Carriers) -> Phone:
    return await phone_at(Owner(acme), carriers, "twilio")


def talk(page: Page) -> Any:
    return page.get_by_role("region", name="Messages")


async def test_a_text_is_answered_by_text_and_its_fate_stands_below_it(
    acme: Any, panel: OpenPanel, phone: Phone
) -> None:
    page = await panel(at="/inbox/open")
    await phone.writes("Is there tea?")
    row = page.get_by_role("listitem").filter(has_text="Is there tea?")
    await expect(row.get_by_role("img", name="Came by SMS")).to_be_visible()
    await row.get_by_role("link").first.click()
    field = page.get_by_role("textbox", name="by SMS")
    await field.fill("Yes, black and green")
    await page.keyboard.press("Enter")
    await expect(talk(page)).to_contain_text("Sent as a text message at")
    assert phone.got == [(phone.number, WALT, "Yes, black and green")]
    await phone.reports(phone.names[0], "delivered")
    await expect(talk(page)).to_contain_text("Delivered as a text message at")
    await field.fill("Come by")
    await page.keyboard.press("Enter")
    await eventually(lambda: len(phone.got) == 2, 10)
    await phone.reports(phone.names[1], "undelivered", "30003")
    await expect(talk(page)).to_contain_text(
        "Not delivered as a text message: the phone is switched off or out of reach"
    )
    await talk(page).get_by_role("button", name="Send now").press("Enter")
    await eventually(lambda: len(phone.got) == 3, 10)

    await expect(page.get_by_text("1970")).to_have_count(0)  # Walt was never on the website
    await phone.writes("STOP")
    await expect(talk(page)).to_contain_text("This person wants no more texts")
    (contact,) = (await acme.house.hub.store.find(Scope(acme.id), CONTACTS, Eq("phone_number", WALT))).items
    await go(page, f"/people/{contact['id']}")
    history = page.get_by_role("list", name="Timeline")
    for line in ("Text message “Come by” sent", "A text message did not arrive", "wants no more text messages (STOP)"):
        await expect(history).to_contain_text(line)


@pytest.mark.parametrize(("scheme", "width"), PAIRS)
async def test_it_can_be_read(acme: Any, panel: OpenPanel, phone: Phone, scheme: str, width: int) -> None:
    locale = "pl-PL" if scheme == "dark" else "en-GB"
    page = await panel(
        color_scheme=scheme, locale=locale, viewport={"width": width, "height": 800}, has_touch=width < 500
    )
    ada = await acme.agent()
    await phone.writes("Is there tea?")
    conversation = (await ada.hears("message"))["conversation"]
    await ada.says("Yes", conversation)
    await ada.hears("delivery", state="sent")
    await phone.reports(phone.names[0], "undelivered", "30003")
    await ada.hears("delivery", state="failed")
    await go(page, f"/inbox/open/{conversation}")
    sign = {"en-GB": "the phone is switched off", "pl-PL": "telefon jest wyłączony"}[locale]
    await expect(page.get_by_text(sign)).to_be_visible()
    await check(page, "text")
