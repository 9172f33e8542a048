"""People come into the team, set up their phone, and see where they are signed in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

from hub.accounts import totp
from tests.panel.conftest import OpenPanel
from tests.panel.people import Api, go
from tests.panel.test_accessible import FAINT, NAMELESS
from tests.support.house import PASSWORD

pytestmark = pytest.mark.annex("S1", "S2")
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "locale": "pl-PL", "color_scheme": "dark"}
NEW = "seven green bottles"


async def test_ada_invites_caro_who_comes_by_the_link_and_sets_up_her_phone(acme: Any, panel: OpenPanel) -> None:
    ada = await panel(at="/settings/agents")
    await ada.get_by_role("button", name="Invite").click()
    form = ada.get_by_role("dialog", name="Invite")
    await form.get_by_label("E-mail address").fill("caro@acme.example")
    await form.get_by_label("Role").select_option("Admin")
    await expect(form.get_by_text("There is no mail server")).to_be_visible()
    await form.get_by_role("button", name="Make the link").click()
    link = await ada.get_by_test_id("secret").inner_text()
    await ada.get_by_role("dialog", name="Invitation").get_by_role("button", name="Close").first.click()
    invited = ada.get_by_role("list", name="Open invitations").get_by_role("listitem")
    await expect(invited.filter(has_text="caro@acme.example").filter(has_text="Admin")).to_have_count(1)

    caro = await panel(None)
    await caro.goto(link)
    await expect(caro.get_by_role("heading", name="Join Acme")).to_be_visible()
    assert await caro.evaluate(FAINT) == [] and await caro.evaluate(NAMELESS) == []
    await caro.get_by_label("Your name").fill("Caro")
    await caro.locator("input[type=password]").fill("password123")
    await caro.get_by_role("button", name="Join").click()
    await expect(caro.get_by_role("alert")).to_contain_text("guessed quickly")
    await caro.locator("input[type=password]").fill(NEW)
    await caro.get_by_role("button", name="Join").click()
    await expect(caro.locator('[data-phase="online"]')).to_be_attached()
    await expect(caro).to_have_url(re.compile("/panel/inbox/open$"))
    await go(ada, "/settings/agents")
    await expect(
        ada.get_by_role("list", name="Agents").get_by_role("listitem").filter(has_text="Caro")
    ).to_contain_text("Admin")
    await caro.goto(link)
    await expect(caro.get_by_role("heading", name="This invitation doesn’t work")).to_be_visible()

    await go(caro, "/settings/profile")
    await caro.get_by_role("button", name="Set up a phone").click()
    await caro.get_by_role("dialog").get_by_label("Current password").fill(NEW)
    await caro.get_by_role("button", name="Go on").click()
    await expect(caro.get_by_role("img", name="QR code of the secret")).to_be_visible()
    secret = await caro.get_by_test_id("secret").inner_text()

    def code(steps: int = 0) -> str:
        return totp.code_at(secret, acme.house.hub.clock.now() // 1000 // totp.STEP + steps)

    await caro.get_by_label("The code that it shows").fill(code(-1))
    await caro.get_by_role("button", name="Turn on").click()
    codes = caro.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    await expect(codes).to_have_count(10)
    await caro.get_by_role("button", name="I have put them away").click()
    await expect(caro.get_by_text("10 recovery codes are left.")).to_be_visible()
    await expect(
        caro.get_by_role("list", name="Signed in").get_by_role("listitem").filter(has_text="by invitation")
    ).to_contain_text("Here")

    phone = await panel(None, **PHONE)
    await phone.locator("input[type=email]").fill("caro@acme.example")
    await phone.locator("input[type=password]").fill(NEW)
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_role("heading", name="Jeszcze jeden krok")).to_be_visible()
    await phone.get_by_label("Kod").fill("000000")
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_role("alert")).to_contain_text("błędny")
    assert await phone.evaluate(FAINT) == []
    await phone.get_by_label("Kod").fill(code())
    await phone.keyboard.press("Enter")
    await expect(phone.locator('[data-phase="online"]')).to_be_attached()
    await go(phone, "/settings/profile")
    await expect(phone.get_by_role("list", name="Sesje").get_by_role("listitem")).to_have_count(2)
    assert await phone.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    await phone.get_by_role("button", name="Wyloguj wszędzie indziej").click()
    await expect(caro.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_who_has_to_set_up_a_second_factor_does_it_first_and_then_works(acme: Any, panel: OpenPanel) -> None:
    from hub.accounts.access import access_changed
    from hub.accounts.collections import APPLICATIONS
    from storage.engine import INSTALLATION, Batch

    ben = await panel("ben@acme.example")
    await expect(ben.get_by_role("navigation", name="Main")).to_be_visible()
    batch = Batch(INSTALLATION)  # the rule itself is tested over REST
    batch.patch(APPLICATIONS, acme.id, set={"second": True})
    await acme.house.hub.commit(batch)
    access_changed(acme.house.hub, acme.id)
    await expect(ben.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    await ben.get_by_role("button", name="Set up a phone").click()
    await ben.get_by_role("dialog").get_by_label("Current password").fill(PASSWORD)
    await ben.get_by_role("button", name="Go on").click()
    secret = await ben.get_by_test_id("secret").inner_text()
    await ben.get_by_label("The code that it shows").fill(
        totp.code_at(secret, acme.house.hub.clock.now() // 1000 // totp.STEP)
    )
    await ben.get_by_role("button", name="Turn on").click()
    await ben.get_by_role("button", name="I have put them away").click()
    await ben.get_by_role("button", name="On to the inbox").click()
    await expect(ben.get_by_role("navigation", name="Main")).to_be_visible()


async def test_the_audit_log_says_who_did_what_and_is_filtered(acme: Any, panel: OpenPanel, api: Api) -> None:
    await api("POST", "roles", name="Marketing", permissions=["contacts.read"])
    await api("POST", "groups", name="Sales")
    page = await panel(**PHONE, at="/settings/audit")
    rows = page.get_by_role("list", name="Dziennik zmian").get_by_role("listitem")
    await expect(rows.filter(has_text="Ada · Role: utworzono")).to_have_count(1)
    await expect(rows.filter(has_text="Logowanie: zalogowano").first).to_be_visible()
    await page.get_by_label("Co", exact=True).select_option("Grupy")
    await expect(rows).to_have_count(1)
    await rows.get_by_text("Przed i po").click()
    await expect(rows.get_by_text("Sales")).to_be_visible()
    assert await page.evaluate(FAINT) == [] and await page.evaluate(NAMELESS) == []
    assert await page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Pobierz CSV").click()
    assert "create_group" in (await (await download.value).path()).read_text("utf-8-sig")
    await page.get_by_label("Od", exact=True).fill("2020-01-01")
    await page.get_by_label("Do", exact=True).fill("2020-01-02")
    await expect(page.get_by_text("Niczego takiego nie było.")).to_be_visible()
