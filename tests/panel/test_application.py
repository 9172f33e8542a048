"""The application's own page in the settings, and the order to delete it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import Api, go
from tests.support.house import PASSWORD

pytestmark = pytest.mark.annex("S3")


async def test_an_owner_sets_up_the_application_and_orders_its_end_and_any_owner_keeps_it(
    acme: Any,
    panel: OpenPanel,
    api: Api,
) -> None:
    page, ben = await panel(), await panel("ben@acme.example")
    await go(page, "/settings/application")
    await page.get_by_label("Name", exact=True).fill("Acme Teas")
    await page.get_by_label("Time zone").select_option("Europe/Warsaw")
    await page.get_by_role("button", name="Save").first.click()
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    kept = await api("GET", "application")
    assert (kept["name"], kept["zone"]) == ("Acme Teas", "Europe/Warsaw")

    await expect(page.get_by_text("Every website may show this chat")).to_be_visible()
    await page.get_by_label("Add a website").fill("shop.example")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("“shop.example” is no website’s address")).to_be_visible()
    await page.get_by_label("Add a website").fill("https://Shop.example/tea?x=1")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("listitem").filter(has_text="https://shop.example")).to_be_visible()
    await expect(page.get_by_text("Every website may show this chat")).to_have_count(0)

    await page.get_by_role("button", name="Make a new one: Identity secret").click()
    await page.get_by_role("dialog").get_by_role("button", name="Make a new one").click()
    secret = await page.get_by_role("dialog").locator("code").inner_text()
    assert (await api("GET", "application"))["secret"] == secret[-4:]
    await page.get_by_role("dialog").get_by_role("button", name="Close").last.click()

    await page.get_by_role("button", name="Delete Acme Teas…").click()
    dialog = page.get_by_role("dialog")
    order = dialog.get_by_role("button", name="Delete the application")
    await dialog.get_by_label("Type the name of the application").fill("Acme")
    await dialog.get_by_label("Your password").fill("not hers")
    await expect(order).to_be_disabled()
    await dialog.get_by_label("Type the name of the application").fill("Acme Teas")
    await order.click()
    await expect(dialog.get_by_text("That is not your current password.")).to_be_visible()
    await dialog.get_by_label("Your password").fill(PASSWORD)
    await order.click()
    for each in (page, ben):
        await expect(each.get_by_role("alert").filter(has_text="Acme Teas will be deleted on")).to_be_visible()
    await expect(ben.get_by_role("button", name="Keep the application")).to_have_count(0)
    await page.get_by_role("alert").get_by_role("button", name="Keep the application").click()
    for each in (page, ben):
        await expect(each.get_by_role("alert").filter(has_text="will be deleted")).to_have_count(0)
    assert (await api("GET", "application"))["deletion"] is None
