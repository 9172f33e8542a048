"""Deals in the panel: found, made, moved, won and lost, with their people, products, activities, notes and history."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import Api, go

pytestmark = pytest.mark.annex("R2")


def rows(page: Page) -> Any:
    return page.locator("a[data-person]")


async def deal(api: Api, name: str, **more: Any) -> int:
    return int((await api("POST", "deals", name=name, **more))["id"])


@pytest.mark.annex("R1", "R3")
async def test_a_deal_is_made_moved_planned_lost_and_won_by_keyboard_alone(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    vera = await api.contact(first_name="Vera", last_name="Novak", email="vera@tea.example")
    company = (await api("POST", "companies", attributes={"name": "Tea & Co"}))["id"]
    await api("POST", "loss-reasons", name="Too expensive")
    page = await panel()
    keys = page.keyboard

    async def at(role: Any, name: str, key: str = "Enter") -> None:
        """Put the focus on something that can have it, and press a key there."""
        there = page.get_by_role(role, name=name, exact=True)
        await there.focus()
        await expect(there).to_be_focused()
        await keys.press(key)

    await keys.press("g")
    await keys.press("d")
    await expect(page.get_by_text("No deals yet")).to_be_visible()
    await keys.press("n")
    form = page.get_by_role("dialog", name="New deal")
    await expect(form.get_by_role("textbox", name="Name")).to_be_focused()
    await keys.type("Teapots for spring")
    await keys.press("Tab")
    await keys.type("12 mugs")
    await expect(form.get_by_role("alert")).to_contain_text("A value is a number")
    await form.get_by_label("Value").fill("1250,50")
    await at("button", "Person: choose")
    await keys.type("vera")
    await expect(form.get_by_role("button", name="Choose Vera Novak")).to_be_visible()
    await keys.press("Tab")
    await keys.press("Tab")
    await expect(form.get_by_role("button", name="Choose Vera Novak")).to_be_focused()
    await keys.press("Enter")
    await at("button", "Company: choose")
    await keys.type("tea")
    await expect(form.get_by_role("button", name="Choose Tea & Co")).to_be_visible()
    await at("button", "Choose Tea & Co")
    await at("button", "Make the deal")

    await expect(page.get_by_role("heading", name="Teapots for spring")).to_be_visible()
    await expect(page.locator("header")).to_contain_text("US$1,250.50")
    steps = page.get_by_role("list", name="Stages of Sales")
    await expect(steps.locator("[aria-current=step]")).to_have_text("New")
    await at("button", "Offer sent")
    await expect(steps.locator("[aria-current=step]")).to_have_text("Offer sent")
    history = page.get_by_role("list", name="History").get_by_role("listitem")
    await expect(history).to_have_text([re.compile("New → Offer sent.*Ada"), re.compile(r"Made in New \(Sales\).*Ada")])

    await at("button", "Plan an activity")
    await expect(page.get_by_role("textbox", name="What is to be done")).to_be_focused()
    await keys.type("Call about the glaze")
    await keys.press("Enter")
    activity = page.get_by_role("list", name="Activities").get_by_role("listitem")
    await expect(activity).to_contain_text("Call about the glaze")
    await expect(activity).to_contain_text(re.compile("Call · due .* · Ada"))
    await at("checkbox", "Call about the glaze: done", "Space")
    await expect(activity).to_contain_text(re.compile("done .* · Ada"))

    await page.get_by_role("textbox", name="Write a note for the team").focus()
    await keys.type("They want green ones")
    await keys.press("Control+Enter")
    note = page.get_by_role("list", name="Notes").get_by_role("listitem")
    await expect(note).to_contain_text("They want green ones")
    await at("button", "Pin the note")
    await expect(note).to_contain_text("pinned")

    await at("button", "Add a product")
    await keys.type("Teapot")
    await expect(page.get_by_role("button", name="New product “Teapot”")).to_be_visible()
    await at("button", "New product “Teapot”")
    await expect(page.get_by_role("button", name="Remove Teapot")).to_be_visible()

    await at("button", "Lost")
    dialog = page.get_by_role("dialog", name="“Teapots for spring” was lost")
    await expect(dialog.get_by_label("Reason")).to_be_focused()
    await keys.type("Too")
    await dialog.get_by_label("In your words").fill("by a third")
    await dialog.get_by_role("button", name="Lost").focus()
    await keys.press("Enter")
    await expect(page.get_by_text("Too expensive: by a third")).to_be_visible()
    await at("button", "Open again")
    await expect(page.get_by_role("button", name="Open again")).to_have_count(0)
    await at("button", "Won")
    await expect(history.first).to_contain_text("State: Open → Won")

    found = (await api("GET", "deals"))["deals"][0]
    assert (found["status"], found["value"], found["contact"]["id"], found["company"]["id"]) == (
        "won", "1250.50", vera, company,
    )  # fmt: skip
    assert [each["name"] for each in found["products"]] == ["Teapot"]
    await at("link", "Tea & Co")
    await expect(page.get_by_role("list", name="Deals")).to_contain_text("Teapots for spring")
    await at("link", "Teapots for spring US$1,250.50 · Offer sent")
    await at("link", "Vera Novak")
    await expect(page).to_have_url(re.compile(f"/person/{vera}$"))
    await expect(page.get_by_role("list", name="Timeline")).to_contain_text("Deal “Teapots for spring” won")
    await expect(page.get_by_role("list", name="Deals")).to_contain_text("Won")


async def test_the_list_of_deals_is_searched_narrowed_to_a_pipeline_and_a_state_and_walked(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    service = await api("POST", "pipelines", name="Service", currency="PLN", stages=["Asked", "Paid"])
    first = (await api("GET", "pipelines"))["pipelines"][0]
    await deal(api, "Żółte kubki", value="100")
    lost = await deal(api, "Mugs", value="99.90", currency="EUR")
    await deal(api, "Repair", pipeline=service["id"], value="1234567.89")
    await api("POST", f"deals/{lost}/lose", description="late")
    page = await panel(at="/deals?sort=id")
    await expect(rows(page)).to_have_text(["Żółte kubki", "Mugs", "Repair"])
    await expect(page.get_by_role("heading", name="All deals 3 deals")).to_be_visible()
    mugs = page.get_by_role("row").filter(has_text="Mugs")
    await expect(mugs).to_contain_text("€99.90")
    await expect(mugs).to_contain_text(f"{first['name']} · {first['stages'][0]['name']}")
    await expect(mugs).to_contain_text("Lost")
    await expect(page.get_by_role("row").filter(has_text="Repair")).to_contain_text(
        "PLN 1,234,567.89".replace(" ", "\xa0")
    )

    await page.keyboard.press("/")
    await page.keyboard.type("zolte")
    await expect(rows(page)).to_have_text(["Żółte kubki"])
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await expect(rows(page)).to_have_count(3)
    await page.get_by_label("State").select_option("lost")
    await expect(rows(page)).to_have_text(["Mugs"])
    await expect(page).to_have_url(re.compile("status=lost"))
    await page.get_by_role("list", name="Pipelines").get_by_role("link", name="Service").click()
    await expect(rows(page)).to_have_text(["Repair"])
    await page.get_by_label("State").select_option("won")
    await expect(page.get_by_text("No deal is like that")).to_be_visible()
    await page.get_by_role("button", name="Show all deals").click()
    await expect(rows(page)).to_have_count(3)
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(r"/deal/\d+$"))
    await expect(page.get_by_role("button", name="Edit")).to_be_visible()  # the page itself is there, with its keys
    await page.keyboard.press("Escape")
    await expect(rows(page)).to_have_count(3)


async def test_a_long_list_goes_on_and_what_colleagues_do_shows_by_itself(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    made = [await deal(api, f"Deal {number:03}") for number in range(130)]
    page = await panel(at="/deals?sort=id")
    await expect(page.get_by_role("heading", name="All deals 130 deals")).to_be_visible()
    await rows(page).first.focus()
    await page.keyboard.press("End")
    await expect(page.get_by_role("table")).to_have_attribute("aria-rowcount", "131")
    await page.keyboard.press("End")
    await expect(rows(page).last).to_have_text("Deal 129")
    await api("PATCH", f"deals/{made[-1]}", name="Renamed by Ben")
    await expect(rows(page).last).to_have_text("Renamed by Ben")
    await rows(page).last.click()
    await expect(page.get_by_role("heading", name="Renamed by Ben")).to_be_visible()
    await api("POST", "notes", subject="deal", of=made[-1], text="From elsewhere")
    await expect(page.get_by_role("list", name="Notes")).to_contain_text("From elsewhere")
    await api("POST", "activities", name="From elsewhere too", deal=made[-1], due="2020-01-01T10:00:00Z")
    await expect(page.get_by_role("list", name="Activities")).to_contain_text(re.compile("overdue since .*2020"))
    await api("POST", f"deals/{made[-1]}/win")
    await expect(page.get_by_role("button", name="Open again")).to_be_visible()


async def test_a_deal_is_edited_tagged_shared_and_deleted_with_a_question(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    walt = await api.contact(first_name="Walt", email="walt@x.example")
    await api("POST", "attributes", subject="deal", name="Colour", type="string")
    service = await api("POST", "pipelines", name="Service", stages=["Asked"])
    id = await deal(api, "Mugs", value="5", custom_id="M-1")
    page = await panel(at=f"/deal/{id}")
    await expect(page.get_by_role("heading", name="Mugs")).to_be_visible()
    await page.keyboard.press("e")
    form = page.get_by_role("dialog", name="Edit the deal")
    await form.get_by_label("Name").fill("Mugs and cups")
    await form.get_by_label("Currency").fill("eur")
    await form.get_by_label("Stage").select_option(str(service["stages"][0]["id"]))
    await form.get_by_label("Expected close").fill("2027-03-01")
    await form.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("heading", name="Mugs and cups")).to_be_visible()
    await expect(page.get_by_role("list", name="Stages of Service")).to_be_visible()
    await expect(page.get_by_text("1 Mar 2027")).to_be_visible()
    await page.get_by_role("button", name=re.compile("Show .* empty attribute")).click()
    await page.get_by_role("button", name="Colour: –. Edit").click()
    await page.get_by_role("textbox", name="Colour").fill("green")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Colour: green. Edit")).to_be_visible()
    await page.get_by_role("button", name="Add a tag").click()
    await page.get_by_role("combobox", name="Add a tag").fill("spring")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Remove spring")).to_be_visible()
    await page.get_by_role("button", name="Add a person").click()
    await page.keyboard.type("walt")
    await page.get_by_role("button", name="Choose Walt").click()
    await expect(page.get_by_role("button", name="Remove Walt")).to_be_visible()
    kept = await api("GET", f"deals/{id}")
    assert (kept["currency"], kept["pipeline"], kept["attributes"], kept["tags"]) == (
        "EUR", service["id"], {"colour": "green"}, ["spring"],
    )  # fmt: skip
    assert [each["id"] for each in kept["participants"]] == [walt]

    await page.get_by_role("button", name="Delete the deal").click()
    dialog = page.get_by_role("dialog", name="Delete “Mugs and cups”?")
    await expect(dialog).to_contain_text("Its activities stay, and belong to no deal.")
    await expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    await dialog.get_by_role("button", name="Delete the deal").click()
    await expect(page.get_by_text("No deals yet")).to_be_visible()
    assert (await api("GET", "deals"))["deals"] == []
    await go(page, f"/deal/{id}")
    await expect(page.get_by_role("alert")).to_have_text("There is no such deal. It may have been deleted.")
