"""Settings → E-mail: senders are added, tried, signed with, mended and deleted (E4)."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from hub.outreach.mail.mail import MailLater
from hub.outreach.mail.sending import send_mail
from tests.mail.conftest import a_mail, sender
from tests.panel.conftest import PAIRS, OpenPanel, until
from tests.panel.people import Api
from tests.panel.test_accessible import check
from tests.support.house import House, open_house
from tests.support.wayward import Wayward
from tests.support.zone import Zone

pytestmark = pytest.mark.annex("E4")


@pytest.fixture
def zone() -> Iterator[Zone]:
    zone = Zone()
    zone.start()
    yield zone
    zone.stop()


@pytest.fixture
async def server() -> AsyncIterator[Wayward]:
    server = Wayward()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def house(tmp_path: Path, zone: Zone) -> AsyncIterator[House]:
    settings = {"presence_grace": 0.2, "fetch_allow": "127.0.0.1", "dns_server": f"127.0.0.1:{zone.port}"}
    async with open_house(tmp_path / "data", **settings) as house:
        yield house


@pytest.mark.whole_browser  # which has a clipboard
async def test_a_sender_is_added_by_keyboard_tried_and_signed_with(
    acme: Any, panel: OpenPanel, api: Api, server: Wayward, zone: Zone
) -> None:
    page = await panel(at="/settings/mail")
    await page.get_by_role("button", name="Add a sender").focus()
    await page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name="Add a sender")
    await expect(form.get_by_label("From address")).to_be_focused()
    await page.keyboard.type("hello@shop.example")
    await form.get_by_label("Mail server").fill("https://127.0.0.1")
    await form.get_by_label("Encryption").select_option("tls")
    await expect(form.get_by_label("Port number")).to_have_value("465")
    await form.get_by_label("Encryption").select_option("none")
    await form.get_by_label("Port number").fill(str(server.port))
    await form.get_by_label("User").fill("hub")
    await expect(form.get_by_text("for everybody to read")).to_be_visible()
    await form.get_by_label("Password", exact=True).fill("secret")
    await page.keyboard.press("Enter")
    await expect(form.get_by_role("alert")).to_contain_text("without https://")
    await form.get_by_label("Mail server").fill("127.0.0.1")
    await page.keyboard.press("Enter")

    tried = page.get_by_role("dialog", name="Check “hello@shop.example”")
    await expect(tried.get_by_label("Send the test mail to")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(tried.get_by_role("status")).to_contain_text("A mail is on its way to ada@acme.example.")
    assert len(server.raw) == 1
    await expect(tried.get_by_text("User and password are right.")).to_be_visible()
    await expect(tried.get_by_text("v=DMARC1; p=none; rua=mailto:hello@shop.example")).to_be_visible()
    await page.keyboard.press("Escape")

    await page.get_by_role("button", name="Signature (DKIM) of “hello@shop.example”").click()
    signs = page.get_by_role("dialog", name="Signature (DKIM)")
    (known,) = (await api("GET", "mail/senders"))["senders"]
    await expect(signs.get_by_text(known["records"][0]["value"])).to_be_visible()
    await signs.get_by_role("button", name="Copy the value of the record").click()
    await expect(signs.get_by_text("Copied")).to_be_visible()
    await signs.get_by_role("button", name="Sign mails").click()
    await expect(signs.get_by_role("status")).to_contain_text("Mails are signed.")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("listitem").filter(has_text="hello@shop.example")).to_contain_text("signed (DKIM)")
    assert (await api("GET", "mail/senders"))["senders"][0]["sign"] is True


async def test_the_step_that_fails_is_shown_with_what_to_do(acme: Any, panel: OpenPanel, server: Wayward) -> None:
    await sender(acme, server.port, user="hub", password="wrong")
    server.always["AUTH"] = "535 5.7.8 wrong password"
    page = await panel(at="/settings/mail")
    await page.get_by_role("button", name="Check “hello@acme.example”").click()
    tried = page.get_by_role("dialog")
    await tried.get_by_role("button", name="Send a test mail").click()
    await expect(tried.get_by_text("The server answers.")).to_be_visible()
    await expect(tried.get_by_text("The mail server refused the user or the password.")).to_be_visible()
    await expect(tried.get_by_role("alert")).to_contain_text("a password made for programs")
    await expect(tried.get_by_role("alert")).to_contain_text("535 5.7.8 wrong password")


async def test_a_sender_that_is_paused_says_why_and_is_mended(
    acme: Any, panel: OpenPanel, house: House, server: Wayward
) -> None:
    await sender(acme, server.port, user="hub", password="wrong")
    server.always["AUTH"] = "535 wrong password"
    with pytest.raises(MailLater):
        await send_mail(house.hub, acme.id, a_mail())
    page = await panel(at="/settings/mail")
    row = page.get_by_role("listitem").filter(has_text="hello@acme.example")
    await expect(row).to_contain_text("refused the user or the password; mails wait")
    del server.always["AUTH"]
    await row.get_by_role("button", name="Edit “hello@acme.example”").click()
    form = page.get_by_role("dialog")
    await expect(form.get_by_label("Password", exact=True)).to_have_value("")
    await form.get_by_label("Mail server").fill("mail.acme.example")
    await expect(form.get_by_text("Give it again for the new server.")).to_be_visible()
    await expect(form.get_by_role("button", name="Save")).to_be_disabled()
    await form.get_by_label("Mail server").fill("127.0.0.1")
    await form.get_by_label("Password", exact=True).fill("right")
    await page.keyboard.press("Enter")
    await expect(form).to_have_count(0)
    await expect(row).not_to_contain_text("mails wait")


async def test_another_sender_becomes_the_default_and_one_is_deleted(
    acme: Any, panel: OpenPanel, api: Api, server: Wayward
) -> None:
    await sender(acme, server.port, name="Shop")
    await sender(acme, server.port, name="Newsletter", address="news@acme.example")
    page = await panel(at="/settings/mail")
    await page.get_by_role("button", name="Make “Newsletter” the default").click()
    await expect(page.get_by_role("listitem").filter(has_text="Newsletter")).to_contain_text("Default")
    await page.get_by_role("button", name="Delete “Shop”").click()
    sure = page.get_by_role("dialog", name="Delete “Shop”?")
    await expect(sure.get_by_role("button", name="Cancel")).to_be_focused()
    await sure.get_by_role("button", name="Delete").click()
    await expect(page.get_by_role("listitem").filter(has_text="Shop")).to_have_count(0)
    assert [each["name"] for each in (await api("GET", "mail/senders"))["senders"]] == ["Newsletter"]


async def picture(page: Page, name: str) -> None:
    """Keep what the screen shows, for people to look at."""
    if folder := os.environ.get("PICTURES"):
        await page.screenshot(path=f"{folder}/{name}.png")


@pytest.mark.parametrize(("scheme", "width"), PAIRS)
async def test_every_screen_of_it_can_be_read(
    acme: Any, panel: OpenPanel, house: House, server: Wayward, scheme: str, width: int
) -> None:
    await sender(acme, server.port, name="Shop", from_name="Acme", dkim=["rsa", "ed25519"], rate=60)
    paused = await sender(acme, server.port, address="news@acme.example", user="hub", password="x", dkim=["rsa"])
    server.always["AUTH"] = "535 5.7.8 wrong password"
    with pytest.raises(MailLater):
        await send_mail(house.hub, acme.id, a_mail(), paused["id"])
    window = {"viewport": {"width": width, "height": 900}, "has_touch": width < 500}
    page = await panel(
        color_scheme=scheme, locale="pl-PL" if scheme == "dark" else "en-GB", **window, at="/settings/mail"
    )
    name = f"{scheme}-{width}"
    await expect(page.get_by_role("listitem").filter(has_text="news@acme.example")).to_be_visible()
    await check(page, "senders")
    await picture(page, f"list-{name}")
    for button, which in (
        ("^Check|^Sprawdź", 0),
        ("^Check|^Sprawdź", 1),
        ("^Signature|^Podpis", 0),
        ("^Edit|^Edytuj", 1),
        ("^Delete|^Usuń", 0),
    ):
        await page.get_by_role("button", name=re.compile(button)).nth(which).click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        if "Check" in button:
            await page.get_by_role("button", name=re.compile("Send a test mail|Wyślij próbny")).click()
            await expect(page.get_by_text(re.compile("What DNS says|Co DNS mówi"))).to_be_visible()
        await until(page, "() => !document.getAnimations().length")
        await check(page, button)
        await picture(page, f"{button[1:5]}{which}-{name}")
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
