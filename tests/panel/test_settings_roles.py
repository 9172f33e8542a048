"""Roles in the settings: made, given, and felt at once by whoever is signed in."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import Api, go
from tests.panel.test_accessible import FAINT, NAMELESS

pytestmark = pytest.mark.annex("S1", "S2")
BEN = "ben@acme.example"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "locale": "pl-PL", "color_scheme": "dark"}


async def test_ada_makes_a_role_gives_it_to_ben_and_his_panel_follows_while_he_looks(
    acme: Any,
    panel: OpenPanel,
    api: Api,
) -> None:
    await api("POST", "groups", name="Sales")
    ada, ben = await panel(), await panel(BEN)
    await go(ben, "/settings/groups")
    await expect(ben.get_by_role("list", name="Groups of agents")).to_contain_text("Sales")
    await expect(ben.get_by_role("button", name="Change Sales")).to_have_count(0)

    await go(ada, "/settings/roles")
    roles = ada.get_by_role("list", name="Roles").get_by_role("listitem")
    await expect(roles).to_have_count(3)
    await ada.get_by_role("button", name="Add a role").click()
    form = ada.get_by_role("dialog", name="New role")
    await form.get_by_label("Name of the role").fill("Team lead")
    await form.get_by_label("Start from").select_option("Nothing")
    for sentence in ("Read conversations", "Make and change groups, and say which contacts go to them"):
        await form.get_by_label(sentence, exact=True).check()
    await form.get_by_role("button", name="Save").click()
    await expect(roles.filter(has_text="Team lead").filter(has_text="2 permissions")).to_have_count(1)

    await go(ada, "/settings/agents")
    await ada.get_by_role("button", name="Change Ben").click()
    form = ada.get_by_role("dialog", name="Ben")
    await form.get_by_label("Role").select_option("Team lead")
    await form.get_by_label("Sales").check()
    await form.get_by_role("button", name="Save").click()
    row = ada.get_by_role("list", name="Agents").get_by_role("listitem").filter(has_text=BEN)
    await expect(row).to_contain_text("Team lead")
    await expect(row).to_contain_text("Sales")
    await expect(ben.get_by_role("button", name="Change Sales")).to_be_visible()

    await go(ada, "/settings/roles")
    await expect(ada.get_by_role("button", name="Delete Team lead")).to_be_disabled()
    await ada.get_by_role("button", name="View Owner").click()
    assert await ada.get_by_role("dialog").get_by_role("checkbox", disabled=False).count() == 0


async def test_roles_can_be_read_on_a_phone_in_the_dark(acme: Any, panel: OpenPanel) -> None:
    page = await panel(**PHONE, at="/settings/roles")
    await page.get_by_role("button", name="Dodaj rolę").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await page.evaluate(NAMELESS) == []
    await page.get_by_role("dialog").get_by_role("button", name="Anuluj").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert await page.evaluate(FAINT) == []
    assert await page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
