"""Forms in the panel: built beside their picture, switched, put on a website, and what people answered."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.panel.conftest import PAIRS, OpenPanel
from tests.panel.people import Api, go
from tests.panel.test_accessible import check
from tests.support.forms import EMAIL, NAME, make_form
from tests.support.forms import Page as Shop

pytestmark = pytest.mark.annex("U12")

CHOICE = {
    "key": "size", "kind": "choice", "label": {"en": "How many are you?", "pl": "Ilu was jest?"},
    "choices": [{"value": "few", "label": {"en": "A few", "pl": "Kilkoro"}}, {"value": "many", "label": {"en": "Many", "pl": "Wielu"}}],
}  # fmt: skip


async def questions(page: Page) -> list[str]:
    return await page.locator("ol > li button[aria-expanded] > span:first-child").all_text_contents()


async def test_a_form_is_built_from_nothing_with_an_attribute_of_its_own(api: Api, panel: OpenPanel) -> None:
    page = await panel(at="/forms")
    await expect(page.get_by_text("No forms yet")).to_be_visible()
    await page.get_by_role("link", name="Make the first form").click()
    await page.get_by_label("Name, for your team").fill("Newsletter")
    await page.get_by_label("Heading").fill("Tea by mail")
    preview = page.get_by_role("group", name="Preview")
    await expect(preview.get_by_role("heading", name="Tea by mail")).to_be_visible()
    await page.get_by_label("Add a question").select_option(label="Number")
    await page.get_by_label("Question", exact=True).fill("Cups a day")
    await expect(preview.get_by_label("Cups a day")).to_be_visible()
    await page.get_by_label("Fills the attribute").select_option(label="New attribute “Cups a day”")
    await expect(page.get_by_label("Fills the attribute")).to_have_value("cups_a_day")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page).to_have_url(re.compile(r"/forms/\d+\?tab=embed$"))
    await expect(page.locator("pre").first).to_have_text(re.compile(r'<div data-switchboard-form="\d+"></div>'))
    (made,) = await api("GET", "forms")
    assert [(field["key"], field["attribute"]) for field in made["fields"]] == [
        ("email", "email"), ("first_name", "first_name"), ("number", "cups_a_day"),
    ]  # fmt: skip
    cups = next(each for each in await api("GET", "attributes") if each["std"] == "cups_a_day")
    assert cups["type"] == "float"


async def test_questions_are_moved_by_keys_and_by_the_pointer(acme: Any, api: Api, panel: OpenPanel) -> None:
    made = await make_form(acme, EMAIL, NAME, CHOICE)
    page = await panel(at=f"/forms/{made['id']}")
    handle = page.get_by_role("button", name="Move “E-mail”")
    await handle.focus()
    await page.keyboard.press("ArrowDown")
    assert await questions(page) == ["First name", "E-mail", "How many are you?"]
    await expect(handle).to_be_focused()
    await expect(page.get_by_text("“E-mail” is now number 2 of 3")).to_be_attached()
    last = page.get_by_role("button", name="Move “How many are you?”")
    await last.hover()
    await page.mouse.down()
    box = await page.get_by_role("button", name="Move “First name”").bounding_box()
    assert box
    await page.mouse.move(box["x"] + 5, box["y"] - 2, steps=8)
    await page.mouse.up()
    assert await questions(page) == ["How many are you?", "First name", "E-mail"]
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("Saved: Newsletter")).to_be_visible()
    assert [field["key"] for field in (await api("GET", f"forms/{made['id']}"))["fields"]] == ["size", "name", "email"]


async def test_texts_are_written_in_both_languages(acme: Any, api: Api, panel: OpenPanel) -> None:
    made = await make_form(acme, EMAIL, CHOICE, title={"en": "Hello"})
    page = await panel(at=f"/forms/{made['id']}")
    await page.get_by_role("group", name="Language of the texts").get_by_role("button", name="PL").click()
    preview = page.get_by_role("group", name="Preview")
    await expect(preview.get_by_label("Kilkoro")).to_be_visible()
    await expect(preview.get_by_role("heading", name="Hello")).to_be_visible()
    await page.get_by_label("Heading").fill("Dzień dobry")
    await expect(preview.get_by_role("heading", name="Dzień dobry")).to_be_visible()
    await page.keyboard.press("Control+s")
    await expect(page.get_by_text("Saved: Newsletter")).to_be_visible()
    assert (await api("GET", f"forms/{made['id']}"))["title"] == {"en": "Hello", "pl": "Dzień dobry"}


async def test_a_form_that_can_not_work_is_not_saved_and_nothing_is_lost(acme: Any, panel: OpenPanel) -> None:
    made = await make_form(acme, NAME)
    page = await panel(at=f"/forms/{made['id']}")
    await page.get_by_label("Ask by mail whether it was them").check()
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("needs a question for the e-mail address")
    await expect(page.get_by_label("Ask by mail whether it was them")).to_be_checked()


async def test_answers_come_while_ada_looks_and_stand_in_the_timeline(acme: Any, api: Api, panel: OpenPanel) -> None:
    made = await make_form(acme, EMAIL, NAME, CHOICE)
    page = await panel(at=f"/forms/{made['id']}?tab=answers")
    await expect(page.get_by_text("Nobody has filled it in yet")).to_be_visible()
    await Shop(acme).post(made["id"], {"email": "vera@example.com", "name": "Vera", "size": "few"})
    row = page.get_by_role("row").filter(has_text="vera@example.com")
    await expect(row).to_contain_text("A few")
    await row.get_by_role("link", name="Vera").click()
    timeline = page.get_by_role("list", name="Timeline")
    await page.get_by_role("group", name="What to show").get_by_role("button", name="Forms").click()
    await expect(timeline.locator("[data-kind=form]")).to_have_count(1)
    await expect(timeline).to_contain_text("Filled in “Newsletter”")
    await Shop(acme).post(made["id"], {"email": "vera@example.com", "size": "many"})
    await expect(timeline.locator("[data-kind=form]")).to_have_count(2)
    await timeline.locator("summary").first.click()
    await expect(timeline.locator("dd").filter(has_text="Many")).to_be_visible()


async def test_the_answers_are_downloaded_as_a_file(acme: Any, panel: OpenPanel) -> None:
    made = await make_form(acme, EMAIL, NAME)
    await Shop(acme).post(made["id"], {"email": "vera@example.com", "name": "Vera"})
    page = await panel(at=f"/forms/{made['id']}?tab=answers")
    await page.get_by_role("button", name="Download the answers").click()
    dialog = page.get_by_role("dialog", name="Download the answers")
    async with page.expect_download() as download:
        await dialog.get_by_role("button", name="Download").click()
    file = await download.value
    assert re.fullmatch(r"Newsletter-\d{4}-\d\d-\d\d\.csv", file.suggested_filename)
    header, line = Path(await file.path()).read_text("utf-8-sig").splitlines()
    assert header.startswith("Number,When,State,Contact,Who,E-mail,Page,") and "vera@example.com" in line
    await expect(dialog).to_have_count(0)


async def test_a_form_is_switched_off_and_deleted(acme: Any, api: Api, panel: OpenPanel) -> None:
    made = await make_form(acme, EMAIL)
    page = await panel(at="/forms")
    switch = page.get_by_role("switch", name="“Newsletter” is on")
    await expect(switch).to_be_checked()
    await switch.press(" ")
    await expect(switch).not_to_be_checked()
    for _ in range(100):
        if not (await api("GET", f"forms/{made['id']}"))["on"]:
            break
        await page.wait_for_timeout(20)
    assert (await Shop(acme).get(made["id"]))[0] == 404
    await page.get_by_role("link", name="Newsletter").click()
    await page.get_by_role("button", name="Delete the form").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete the form").click()
    await expect(page.get_by_text("No forms yet")).to_be_visible()
    assert await api("GET", "forms") == []


@pytest.mark.parametrize(("scheme", "width"), PAIRS)
async def test_the_screens_of_forms_can_be_read(acme: Any, panel: OpenPanel, scheme: str, width: int) -> None:
    locale = "pl-PL" if scheme == "dark" else "en-GB"
    page = await panel(
        color_scheme=scheme, locale=locale, viewport={"width": width, "height": 800}, has_touch=width < 500, at="/forms"
    )
    await expect(page.get_by_text(re.compile("No forms yet|Nie ma jeszcze"))).to_be_visible()
    await check(page, "no forms")
    made = await make_form(acme, EMAIL, NAME, CHOICE, double_opt_in=True, display="popup", title={"en": "Hi"})
    await Shop(acme).post(made["id"], {"email": "vera@example.com", "name": "Vera"})
    await go(page, "/forms")
    await expect(page.get_by_role("switch")).to_be_visible()
    await check(page, "forms")
    for tab in ("build", "answers", "embed"):
        await go(page, f"/forms/{made['id']}?tab={tab}")
        await expect(page.locator("main h2").first).to_have_text("Newsletter")
        if tab == "build":
            await page.locator("ol > li button[aria-expanded]").first.click()
        await check(page, tab)
