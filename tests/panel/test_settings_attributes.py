"""Attributes in the settings: listed, made with a type and choices, renamed, and deleted with what uses them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import Api

pytestmark = pytest.mark.annex("U11")


async def test_attributes_of_each_kind_are_made_with_a_type_and_choices_and_changed(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    page = await panel(at="/settings/attributes")
    standard = page.get_by_role("list", name="Standard")
    await expect(standard.get_by_role("listitem").filter(has_text="first_name")).to_contain_text(
        "First nameText · first_name"
    )
    await page.get_by_role("button", name="Deals", exact=True).click()
    await expect(page).to_have_url(re.compile("of=deal$"))
    await expect(standard).to_contain_text("Expected close")
    await expect(page.get_by_text("None yet. One is also made by itself")).to_be_visible()

    await page.get_by_role("button", name="New attribute").click()
    form = page.get_by_role("dialog", name="New attribute of deals")
    await expect(form.get_by_label("Name")).to_be_focused()
    await form.get_by_label("Name").fill("Value")
    await page.keyboard.press("Enter")
    await expect(form.get_by_role("alert")).to_contain_text("There is an attribute called “Value” already.")
    await form.get_by_label("Name").fill("Size")
    await form.get_by_label("Type").select_option("fixed")
    await expect(form.get_by_role("button", name="Make it")).to_be_disabled()
    await form.get_by_label("Choices, one on each line").fill("S\nM\n\nL")
    await form.get_by_label("Several can hold at once").check()
    await form.get_by_role("button", name="Make it").click()
    own = page.get_by_role("list", name="Your own").get_by_role("listitem")
    await expect(own).to_contain_text("One of several choices · several at once · S, M, L")

    await own.get_by_role("button", name="Edit Size").click()
    form = page.get_by_role("dialog", name="Edit Size")
    await expect(form.get_by_label("Type")).to_be_disabled()
    await form.get_by_label("Name").fill("Sizes")
    await form.get_by_label("Choices, one on each line").fill("S\nL\nXL")
    await expect(form.get_by_role("status")).to_contain_text("No longer a choice: M.")
    await form.get_by_role("button", name="Save").click()
    await expect(own).to_contain_text("Sizes")
    found = [each for each in await api("GET", "attributes?subject=deal") if each["id"]]
    assert [(each["name"], each["type"], each["choices"], each["multiple"]) for each in found] == [
        ("Sizes", "fixed", ["S", "L", "XL"], True)
    ]
    for kind in ("People", "Companies", "Activities", "Products"):
        await page.get_by_role("button", name=kind, exact=True).click()
        await expect(own).to_have_count(0)
        await expect(standard.get_by_role("listitem").first).to_be_visible()


async def test_whoever_deletes_an_attribute_is_told_what_uses_it(acme: Any, panel: OpenPanel, api: Api) -> None:
    for name in ("Plan", "Colour"):
        await api("POST", "attributes", name=name, type="string")
    where = {"any": [{"all": [{"type": "attribute", "attribute": "plan", "op": "equals", "value": "gold"}]}]}
    await api("POST", "segments", name="Golden ones", where=where)
    await api("POST", "views", name="By plan", columns=["email", "own.plan"])
    await api("POST", "forms", name="Which plan?", fields=[
        {"key": "plan", "kind": "text", "label": {"en": "Plan"}, "attribute": "plan"},
    ])  # fmt: skip
    page = await panel(at="/settings/attributes")
    await page.get_by_role("button", name="Delete Colour").click()
    dialog = page.get_by_role("dialog", name="Delete the attribute “Colour”?")
    await expect(dialog).to_contain_text("No segment, form or shared view uses it.")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Delete Plan").click()
    dialog = page.get_by_role("dialog", name="Delete the attribute “Plan”?")
    for kind, name in (("Segments", "Golden ones"), ("Forms", "Which plan?"), ("Views", "By plan")):
        await expect(dialog).to_contain_text(f"{kind}{name}")
    await expect(dialog).to_contain_text("A segment that asks for it has nobody in it from then on")
    await expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    await dialog.get_by_role("button", name="Delete", exact=True).click()
    own = page.get_by_role("list", name="Your own").get_by_role("listitem")
    await expect(own).to_have_count(1)
    await expect(own).to_contain_text("Colour")
