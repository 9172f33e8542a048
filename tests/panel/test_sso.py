"""Ada names a provider, and Ben and Caro come by it: to the provider's page, and back into the panel."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import Api, go
from tests.panel.test_accessible import FAINT, NAMELESS
from tests.support.house import House, free_port, open_house
from tests.support.provider import Provider, open_provider

pytestmark = pytest.mark.annex("S2")
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "locale": "pl-PL", "color_scheme": "dark"}
ONLINE = '[data-phase="online"]'


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """A provider."""
    with open_provider() as provider:
        yield provider


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A hub that knows its own address: the provider sends browsers back to it."""
    port = free_port()
    more = {"port": port, "public_url": f"http://127.0.0.1:{port}"}
    async with open_house(tmp_path / "data", fetch_allow="localhost,127.0.0.1,::1", **more) as house:
        yield house


async def at_provider(page: Page, email: str) -> None:
    """Sign in on the provider's own page, and come back into the panel."""
    await expect(page).to_have_url(re.compile("/oauth2/authorize"), timeout=30_000)
    await page.locator("input[name=sub]").fill(email)
    await page.locator("input[name=sub]").press("Enter")
    await expect(page.locator(ONLINE)).to_be_attached(timeout=30_000)


async def test_ada_sets_single_sign_on_up_and_ben_and_caro_come_by_it(
    acme: Any, panel: OpenPanel, provider: Provider
) -> None:
    ada = await panel(at="/settings/security")
    form = ada.get_by_role("region", name="Single sign-on")
    await form.get_by_label("Agents may sign in by single sign-on").check()
    await form.get_by_label("Issuer").fill(f"{provider.url}/nowhere")
    await form.get_by_label("Client id").fill("acme")
    await form.get_by_label("Client secret").fill("Acme's secret")
    await form.get_by_label("Make an agent of whoever the provider names").check()
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_role("alert")).to_be_visible()
    await form.get_by_label("Issuer").fill(provider.url)
    await form.get_by_role("button", name="Save").click()
    address = await form.get_by_label("Agents begin here").input_value()
    await expect(form.get_by_text("One is kept.")).to_be_visible()

    ben = await panel(None)
    await ben.goto(address)
    await at_provider(ben, "ben@acme.example")
    await expect(ben.get_by_role("button", name="Ben: menu")).to_be_visible()
    assert "code=" not in ben.url and "state=" not in ben.url
    await go(ben, "/settings/profile")
    here = ben.get_by_role("list", name="Signed in").get_by_role("listitem").filter(has_text="Here")
    await expect(here).to_contain_text("with single sign-on")

    await ben.get_by_role("button", name="Ben: menu").click()
    await ben.get_by_role("menuitem", name="Sign out").click()
    again = ben.get_by_role("link", name="Sign in by single sign-on")
    await expect(again).to_be_visible()
    assert await ben.evaluate(FAINT) == [] and await ben.evaluate(NAMELESS) == []
    await again.focus()
    await ben.keyboard.press("Enter")
    await at_provider(ben, "ben@acme.example")

    caro = await panel(None, **PHONE)
    await caro.goto(address)
    await at_provider(caro, "caro@acme.example")
    await go(ada, "/settings/agents")
    await expect(ada.get_by_role("list", name="Agents").get_by_role("listitem").filter(has_text="caro")).to_have_count(
        1
    )


async def test_whoever_comes_back_from_a_provider_without_having_begun_is_told(acme: Any, panel: OpenPanel) -> None:
    stranger = await panel(None)
    await stranger.goto(f"{acme.house.url}/panel/sso?code=stolen&state=1.2.3")
    await expect(stranger.get_by_role("alert")).to_contain_text("Begin again")
    await expect(stranger.get_by_role("link", name="To the sign-in")).to_be_visible()


async def test_who_may_less_than_an_owner_sees_the_provider_and_changes_nothing(
    acme: Any,
    panel: OpenPanel,
    api: Api,
) -> None:
    role = await api("POST", "roles", name="Safety", permissions=["security.manage"])
    team = (await api("GET", "agents"))["agents"]
    ben = next(each["id"] for each in team if each["name"] == "Ben")
    await api("PATCH", f"agents/{ben}", role=role["id"])
    page = await panel("ben@acme.example", at="/settings/security")
    form = page.get_by_role("region", name="Single sign-on")
    await expect(form.get_by_text("Only who may do all that an owner may")).to_be_visible()
    await expect(form.get_by_label("Issuer")).to_be_disabled()
    await expect(form.get_by_role("button", name="Save")).to_be_disabled()
