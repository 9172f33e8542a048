"""The page of API keys: one is made, shown once, used, and taken away."""

from __future__ import annotations

import asyncio
import os
import re
import urllib.error
import urllib.request
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.panel.conftest import OpenPanel, until
from tests.panel.test_accessible import FAINT, NAMELESS, UNTITLED

pytestmark = pytest.mark.annex("U11")


async def status(page: Page, url: str, key: str) -> int:
    """Return how a call under the key is answered."""

    def ask() -> int:
        request = urllib.request.Request(f"{url}/api/public/users/", headers={"Authorization": f"Token {key}"})
        try:
            with urllib.request.urlopen(request) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code

    return await asyncio.to_thread(ask)


async def test_a_key_is_made_by_keyboard_shown_once_used_and_revoked(acme: Any, panel: OpenPanel) -> None:
    page = await panel(at="/settings/keys")
    rows = page.get_by_role("list", name="API keys").get_by_role("listitem")
    await expect(rows).to_have_count(2)
    await expect(rows.filter(has_text="…" + acme.api_key[-4:])).to_contain_text("Never used")

    await page.get_by_role("button", name="New key").focus()
    await page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name="New key")
    await expect(form.get_by_label("Name")).to_be_focused()
    await page.keyboard.type("Online shop")
    await expect(form.get_by_role("button", name="Make key")).to_be_disabled()
    await form.get_by_label("See contacts and companies").focus()
    await page.keyboard.press("Space")
    await form.get_by_label("How long does it work?").select_option("30")
    await form.get_by_label("Name").focus()
    await page.keyboard.press("Enter")

    shown = page.get_by_role("dialog", name="Copy the key now")
    secret = (await shown.get_by_test_id("secret").inner_text()).strip()
    assert re.fullmatch("[A-Za-z0-9]{64}", secret)
    await page.keyboard.press("Escape")
    await expect(shown).to_be_visible()
    await shown.get_by_role("button", name="I’ve stored it").click()
    await expect(shown).to_have_count(0)
    row = rows.filter(has_text="Online shop")
    await expect(row).to_contain_text("1\u00a0permission")
    await expect(row).to_contain_text("Works until")
    assert secret not in await page.content()
    assert await status(page, acme.house.url, secret) == 200

    await row.get_by_role("button", name="Revoke Online shop").click()
    asked = page.get_by_role("dialog", name="Revoke “Online shop”?")
    await expect(asked.get_by_role("button", name="Cancel")).to_be_focused()
    await asked.get_by_role("button", name="Revoke").click()
    await expect(rows).to_have_count(2)
    assert await status(page, acme.house.url, secret) == 401


async def test_who_is_no_owner_is_told_whom_to_ask(acme: Any, panel: OpenPanel) -> None:
    page = await panel("ben@acme.example", at="/settings/keys")
    await expect(page.get_by_text("Ask an owner of this application")).to_be_visible()
    await expect(page.get_by_role("button", name="New key")).to_have_count(0)


@pytest.mark.parametrize(
    "window", [{}, {"viewport": {"width": 390, "height": 844}, "locale": "pl-PL", "color_scheme": "dark"}]
)
async def test_the_page_and_its_dialogs_can_be_read_and_do_not_scroll_sideways(
    acme: Any, panel: OpenPanel, window: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    page = await panel(**window, at="/settings/keys")

    async def check(name: str) -> None:
        assert await page.evaluate(FAINT) == []
        assert await page.evaluate(NAMELESS) == []
        assert await page.evaluate(UNTITLED) == []
        assert await page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
        if folder := os.environ.get("SCREENS"):
            await page.screenshot(path=f"{folder}/keys-{name}-{request.node.callspec.indices['window']}.png")

    await expect(page.get_by_role("listitem").filter(has_text="Made by init").first).to_be_visible()
    await check("list")
    await page.get_by_role("button", name=re.compile("^(New key|Nowy klucz)$")).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox").fill("Sklep")
    await dialog.get_by_role("checkbox").first.check()
    await until(page, "() => document.getAnimations().length === 0")
    await check("form")
    await dialog.get_by_role("button", name=re.compile("^(Make key|Utwórz klucz)$")).click()
    await expect(page.get_by_test_id("secret")).to_be_visible()
    await until(page, "() => document.getAnimations().length === 0")
    await check("secret")
    await page.get_by_role("button", name=re.compile("stored it|Klucz zapisany")).click()
    await page.get_by_role("listitem").filter(has_text="Sklep").get_by_role("button").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await until(page, "() => document.getAnimations().length === 0")
    await check("revoke")
