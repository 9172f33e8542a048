"""Companies in the panel: made, found, changed, filled with people, put into segments, deleted."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import Api, go
from tests.support.people import settled

pytestmark = pytest.mark.annex("R3", "X2")


async def company(api: Api, name: str, **more: Any) -> int:
    return int((await api("POST", "companies", attributes={"name": name, **more}))["id"])


def rows(page: Page) -> Any:
    return page.locator("a[data-person]")


async def test_a_company_is_made_described_filled_with_people_and_deleted_by_keys_and_clicks(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    vera = await api.contact(first_name="Vera", last_name="Novak", email="vera@tea.example")
    await api.contact(first_name="Walt", email="walt@tea.example")
    page = await panel()
    await page.keyboard.press("g")
    await page.keyboard.press("c")
    await expect(page.get_by_text("No companies yet")).to_be_visible()
    await page.keyboard.press("n")
    await page.get_by_role("textbox", name="Name").fill("Tea & Co")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Tea & Co")).to_be_visible()

    await page.get_by_role("button", name=re.compile("Show .* empty attributes")).click()
    await page.get_by_role("button", name="City: –. Edit").click()
    await page.get_by_role("textbox", name="City").fill("Łódź")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="City: Łódź. Edit")).to_be_focused()
    await page.get_by_role("button", name="Add a tag").click()
    await page.get_by_role("combobox", name="Add a tag").fill("partner")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Remove partner")).to_be_visible()
    await expect(page.get_by_role("list", name="Timeline")).to_contain_text("Tag “partner” added · Ada")

    await expect(page.get_by_text("Nobody belongs to this company yet.")).to_be_visible()
    await page.get_by_role("button", name="Add a person").click()
    await page.keyboard.type("tea.example")
    await page.get_by_role("button", name="Add Vera Novak").click()
    members = page.get_by_role("list", name="People of the company")
    await expect(members.get_by_role("link")).to_have_text([re.compile("Vera Novak")])
    await expect(page.get_by_role("button", name="Add Vera Novak")).to_have_count(0)
    await page.get_by_role("button", name="Add Walt").click()
    await expect(page.get_by_role("heading", name="2 people")).to_be_visible()
    await page.get_by_role("button", name="Take Walt out of the company").click()
    await expect(members.get_by_role("link")).to_have_count(1)
    await page.get_by_role("button", name="Undo").click()
    await expect(members.get_by_role("link")).to_have_count(2)
    await members.get_by_role("link", name=re.compile("Vera")).click()
    await expect(page).to_have_url(re.compile(f"/person/{vera}$"))
    await page.get_by_role("link", name="Tea & Co").click()

    await page.get_by_role("button", name="Delete the company").click()
    dialog = page.get_by_role("dialog", name="Delete “Tea & Co”?")
    await expect(dialog).to_contain_text("Its 2 people stay, and belong to it no more.")
    await expect(dialog.get_by_role("button", name="Delete the company")).to_be_disabled()
    await dialog.get_by_role("textbox").fill("Tea & Co")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("No companies yet")).to_be_visible()
    await settled(acme.house)
    assert (await api("GET", f"contacts/{vera}"))["companies"] == []


async def test_the_table_of_companies_is_searched_filtered_and_walked(acme: Any, panel: OpenPanel, api: Api) -> None:
    for name, city, seats in (("Żółw i synowie", "Łódź", 5), ("Globe Tea", "Oslo", 50), ("Coffee", "Oslo", 500)):
        await company(api, name, city=city, seats=seats)
    page = await panel(at="/companies?sort=id")
    await expect(rows(page)).to_have_text(["Żółw i synowie", "Globe Tea", "Coffee"])
    await expect(page.get_by_role("heading", name="All companies 3 companies")).to_be_visible()
    await page.keyboard.press("/")
    await page.keyboard.type("zolw")
    await expect(rows(page)).to_have_text(["Żółw i synowie"])
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await expect(rows(page)).to_have_count(3)
    await page.keyboard.press("f")
    await page.get_by_role("button", name="Add a condition").click()
    await expect(page.get_by_role("menuitem")).to_have_text(["Attribute", "Tag", "Segment"])
    await page.get_by_role("menuitem", name="Attribute").click()
    await page.get_by_label("Attribute").select_option(label="seats")
    await page.get_by_label("How it compares").select_option("gte")
    await page.get_by_role("spinbutton", name="Value").fill("50")
    await expect(rows(page)).to_have_text(["Globe Tea", "Coffee"])
    await expect(page.get_by_role("heading", name=re.compile("2 companies"))).to_be_visible()
    await page.get_by_role("button", name="Done").click()
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Coffee")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(rows(page)).to_have_text(["Globe Tea", "Coffee"])
    await page.keyboard.press("n")
    await page.get_by_role("textbox", name="Name").fill("coffee")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("There is a company called “coffee” already.")).to_be_visible()


@pytest.mark.annex("U5")
async def test_a_segment_of_companies_is_built_followed_and_explained(acme: Any, panel: OpenPanel, api: Api) -> None:
    small, _ = await company(api, "Small", seats=5), await company(api, "Large", seats=500)
    page = await panel(at="/companies")
    await page.get_by_role("link", name="New segment").click()
    await expect(page.get_by_role("heading", name="New segment of companies")).to_be_visible()
    await page.get_by_role("textbox", name="Name", exact=True).fill("Large ones")
    await page.get_by_role("button", name="Add a condition").click()
    await page.get_by_role("menuitem", name="Attribute").click()
    await page.get_by_label("Attribute").select_option(label="seats")
    await page.get_by_label("How it compares").select_option("gte")
    await page.get_by_role("spinbutton", name="Value").fill("100")
    await expect(page.get_by_role("region", name="Preview").or_(page.get_by_text("1 company").first)).to_be_visible()
    await expect(page.get_by_text("50% of all companies")).to_be_visible()
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page).to_have_url(re.compile(r"/segments/\d+$"))
    await page.get_by_role("link", name="Show companies").click()
    await expect(rows(page)).to_have_text(["Large"])
    await go(page, f"/company/{small}")
    await page.get_by_label("Why not in another one?").select_option(label="Large ones")
    why = page.get_by_role("list", name="Why: Large ones")
    await expect(why).to_contain_text("seats is at least 100")
    await api("PATCH", f"companies/{small}", attributes={"seats": 1000})
    await expect(page.get_by_role("button", name="Large ones in it, why?")).to_be_visible(timeout=10_000)
    await expect(page.get_by_role("list", name="Timeline")).to_contain_text("Entered “Large ones”")
    await go(page, "/segments")
    await expect(page.get_by_role("list", name="Of companies")).to_contain_text("seats is at least 100")
    await expect(page.get_by_role("list", name="Of people")).to_have_count(0)
    segment = (await api("GET", "segments"))["segments"][0]
    await api("PATCH", f"segments/{segment['id']}", description="x")
