"""Pop-ups and automatic messages in the panel: made beside their picture, shown live, and messages in three sizes."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import Api, go
from tests.panel.test_accessible import check
from tests.support.modals import BUTTON, SALE, make_message, make_modal


@pytest.mark.annex("H4", "X8")
async def test_what_is_not_saved_is_there_again_after_a_step_back(acme: Any, panel: OpenPanel) -> None:
    page = await panel(at="/modals")
    await page.get_by_role("link", name="Make the first pop-up").click()
    await page.get_by_label("Name, for your team").fill("Summer")
    await page.get_by_role("listitem", name="Heading 1").get_by_label("Words").fill("Summer sale")
    await page.go_back()
    await expect(page.get_by_text("No pop-ups yet")).to_be_visible()
    await page.go_forward()
    await expect(page.get_by_text("Your changes from before are here again.")).to_be_visible()
    await expect(page.get_by_role("listitem", name="Heading 1").get_by_label("Words")).to_have_value("Summer sale")
    await page.get_by_role("link", name="Inbox", exact=True).first.click()
    question = page.get_by_role("dialog", name="Leave without saving?")
    await question.get_by_role("button", name="Leave", exact=True).click()
    await expect(page).to_have_url(re.compile("/inbox"))
    await page.go_back()
    await expect(page.get_by_label("Name, for your team")).to_have_value("")
    await page.get_by_label("Name, for your team").fill("Winter")
    await page.reload()
    await page.get_by_role("button", name="Discard them").click()
    await expect(page.get_by_label("Name, for your team")).to_have_value("")


@pytest.mark.annex("H4")
async def test_a_pop_up_is_made_beside_its_picture_and_shown_to_all_who_are_here(
    acme: Any, api: Api, panel: OpenPanel
) -> None:
    vera = await acme.visitor()
    page = await panel(at="/modals")
    await expect(page.get_by_text("No pop-ups yet")).to_be_visible()
    await page.get_by_role("link", name="Make the first pop-up").click()
    await page.get_by_label("Name, for your team").fill("Summer")
    heading = page.get_by_role("listitem", name="Heading 1")
    await heading.get_by_label("Words").fill("Summer sale")
    preview = page.frame_locator("iframe[title=Preview]")
    await expect(preview.locator("section.modal.center h2")).to_have_text("Summer sale")
    await page.get_by_role("group", name="Place").get_by_role("button", name="Corner").click()
    await expect(preview.locator("section.modal.corner h2")).to_have_text("Summer sale")
    await page.get_by_label("How often", exact=True).select_option(label="Once a visit")
    await page.get_by_label("Only on these pages").fill("*/pricing*, */tea*")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page).to_have_url(re.compile(r"/modals/\d+$"))
    (made,) = await api("GET", "modals")
    assert (made["layout"], made["rules"]["often"], made["on"]) == ("corner", "session", False)
    assert made["rules"]["urls"] == ["*/pricing*", "*/tea*"]

    await vera.call("page", url="https://shop.example/tea")
    await page.get_by_role("button", name="Show it to all who are here now…").click()
    question = page.get_by_role("dialog", name="Show “Summer” now?")
    await expect(question).to_contain_text("1 person who is meant sees it at once.")
    await question.get_by_role("button", name="Show to 1 visitor now").click()
    shown = await vera.hears("modal", id=made["id"])
    assert shown["blocks"][0]["text"]["en"] == "Summer sale"
    await expect(page.get_by_text("Shown to 1 visitor")).to_be_visible()


@pytest.mark.annex("H4", "C1")
async def test_all_of_them_stand_in_a_list_with_their_figures_and_nothing_serious_is_found(
    acme: Any, api: Api, panel: OpenPanel
) -> None:
    modal = await make_modal(acme, SALE, BUTTON, on=False)
    await make_message(acme, "Can I help?", name="Helping hand", on=True)
    vera = await acme.visitor()
    for did in ("seen", "clicked"):
        await vera.call("modal.tell", modal=modal["id"], did=did)
    page = await panel(at="/modals")
    row = page.get_by_role("listitem").filter(has_text="Sale")
    await expect(row).to_contain_text("100%", timeout=10_000)
    await check(page, "list")
    await row.get_by_role("switch").click()
    await expect(row.get_by_role("switch")).to_be_checked()
    await row.get_by_role("button", name="Duplicate Sale").click()
    await expect(page.get_by_role("heading", name="Sale (copy)")).to_be_visible()
    await check(page, "editor")
    assert {(each["name"], each["on"]) for each in await api("GET", "modals")} == {
        ("Sale", True), ("Sale (copy)", False), ("Helping hand", True),
    }  # fmt: skip
    await go(page, "/segments/new")
    await page.get_by_role("button", name="Add a condition").click()
    await page.get_by_role("menuitem", name="Pop-up").click()
    await page.get_by_label("Pop-up", exact=True).last.select_option(label=f"Sale · #{modal['id']}")
    await expect(page.get_by_text(f"Saw a pop-up #{modal['id']}").first).to_be_visible()
    await go(page, "/modals?kind=message")
    await page.get_by_role("link", name="Helping hand").click()
    preview = page.frame_locator("iframe[title=Preview]")
    await expect(preview.locator(".card p")).to_have_text("Can I help?")
    await page.get_by_role("button", name="In the middle").click()
    await expect(preview.locator(".popup p")).to_have_text("Can I help?")
    await page.get_by_role("button", name="Delete").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(page.get_by_text("No automatic messages yet")).to_be_visible()


@pytest.mark.annex("C10", "H4")
async def test_an_agent_chooses_size_and_buttons_and_shows_a_pop_up_from_the_conversation(
    acme: Any, api: Api, panel: OpenPanel
) -> None:
    modal = await make_modal(acme, SALE, on=False)
    vera = await acme.visitor()
    told = await vera.says("Hello")
    page = await panel(at=f"/inbox/open/{told['conversation']}")
    await page.get_by_role("textbox", name=re.compile("^Reply")).fill("Shall I?")
    await page.get_by_role("button", name="Size and buttons").click()
    box = page.get_by_role("dialog", name="Size and buttons")
    await box.get_by_role("button", name="In the middle").click()
    await box.get_by_role("button", name="Add a button").click()
    await box.get_by_label("On the button").fill("Yes")
    await box.get_by_label("Address, or the answer that it sends").fill("Yes, please")
    await check(page, "size")
    await box.get_by_label("Show a pop-up").select_option(label="Sale")
    assert (await vera.hears("modal"))["id"] == modal["id"]
    # Whoever looks at another conversation meanwhile finds all of it again.
    await page.keyboard.press("Escape")
    other = (await (await acme.visitor()).says("And me?"))["conversation"]
    await page.locator(f'a[data-row="{other}"]').click()
    await expect(page.get_by_role("textbox", name=re.compile("^Reply"))).to_have_value("")
    await page.locator(f'a[data-row="{told["conversation"]}"]').click()
    await expect(page.get_by_role("textbox", name=re.compile("^Reply"))).to_have_value("Shall I?")
    await page.get_by_role("button", name="Send", exact=True).click()
    heard = await vera.hears("message", text="Shall I?")
    await expect(page.locator("main").get_by_text("In the middle", exact=True)).to_be_visible()
    assert heard["size"] == "popup" and heard["buttons"] == [{"label": "Yes", "url": "", "reply": "Yes, please"}]
    await page.get_by_role("textbox", name=re.compile("^Reply")).fill("And this")
    await page.get_by_role("button", name="Send", exact=True).click()
    assert "size" not in await vera.hears("message", text="And this"), "chosen for one message"


@pytest.mark.annex("H4", "X8")
async def test_pop_ups_have_an_icon_keys_and_commands_and_on_a_phone_a_place_among_people(
    acme: Any, panel: OpenPanel
) -> None:
    page = await panel()
    await page.keyboard.press("g")
    await page.keyboard.press("m")
    await expect(page).to_have_url(re.compile("/modals$"))
    rail = page.get_by_role("navigation", name="Main")
    await expect(rail.get_by_role("link", name="On the site")).to_have_attribute("aria-current", "page")
    await expect(rail.get_by_role("link", name="People")).not_to_have_attribute("aria-current", "page")
    kinds = page.get_by_role("region", name="On the site")
    await kinds.get_by_role("link", name="Automatic messages").click()
    await expect(page.get_by_text("No automatic messages yet")).to_be_visible()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("Make a pop-up")
    await expect(page.get_by_role("option", name="Make a pop-up")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("/modals/new"))
    await expect(kinds.get_by_role("link", name="Pop-ups")).to_have_attribute("aria-current", "page")
    await check(page, "the editor beside its kinds")
    phone = await panel(viewport={"width": 390, "height": 844})
    await phone.get_by_role("navigation", name="Main").get_by_role("link", name="People").click()
    await phone.get_by_role("link", name="On the site").click()
    await expect(phone.get_by_text("No pop-ups yet")).to_be_visible()
    await expect(phone.get_by_role("navigation", name="Main").get_by_role("link", name="People")).to_have_attribute(
        "aria-current", "page"
    )
    await phone.get_by_role("button", name="Automatic messages").click()
    await expect(phone.get_by_text("No automatic messages yet")).to_be_visible()
    await check(phone, "on a phone")
    for each, name in ((page, "wide"), (phone, "phone")):
        if folder := os.environ.get("SCREENSHOTS"):
            await each.screenshot(path=f"{folder}/modals-{name}.png")
