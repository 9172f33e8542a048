"""Saved views, changes of everybody who matches, the page of tags and lists, and the timeline."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import Api, go
from tests.panel.test_accessible import check
from tests.support.people import settled

FREE = {"type": "attribute", "attribute": "plan", "op": "equals", "value": "free"}


def rows(page: Page) -> Any:
    return page.locator("a[data-person]")


def views(page: Page) -> Any:
    return page.get_by_role("list", name="Saved views").get_by_role("link")


async def menu(page: Page, item: str) -> None:
    await page.get_by_role("button", name="View", exact=True).click()
    await page.get_by_role("menuitem", name=item).click()


@pytest.mark.annex("U2", "X8")
async def test_a_view_is_saved_shared_changed_moved_deleted_and_brought_back(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    for number in range(4):
        await api.contact(first_name="Person", last_name=f"{number}", plan="free" if number % 2 else "pro")
    ada, ben = await panel(), await panel("ben@acme.example")
    await go(ben, "/people")
    await expect(rows(ben)).to_have_count(4)
    await go(ada, "/people?where=" + '{"all":[{"type":"attribute","attribute":"plan","op":"equals","value":"free"}]}')
    await expect(rows(ada)).to_have_count(2)
    await menu(ada, "Save as a new view…")
    await ada.keyboard.type("Free plan")
    await ada.keyboard.press("Enter")
    await expect(views(ada)).to_have_text(["Free plan"])
    await expect(ada.get_by_role("heading", name=re.compile("^Free plan 2 people"))).to_be_visible()
    await expect(views(ben)).to_have_count(0)  # nobody else's business

    await menu(ada, "Share with the team")
    await expect(views(ben)).to_have_text(["Free plan"])
    await views(ben).click()
    await expect(rows(ben)).to_have_count(2)
    await ada.get_by_label("Search people").fill("Person 3")
    await expect(rows(ada)).to_have_text(["Person 3"])
    await ada.reload()  # what is not saved stands in the address
    await expect(rows(ada)).to_have_text(["Person 3"])
    await ada.get_by_role("button", name="Save changes", exact=True).click()
    await expect(rows(ben)).to_have_text(["Person 3"])  # whoever looks at it follows
    await menu(ada, "Rename…")
    await ada.get_by_role("textbox", name="Name of the view").fill("Third")
    await ada.keyboard.press("Enter")
    await expect(views(ben)).to_have_text(["Third"])
    await expect(ben.get_by_role("heading", name=re.compile("^Third"))).to_be_visible()

    await ada.get_by_role("button", name="Clear the search").click()
    await expect(rows(ada)).to_have_count(2)
    await menu(ada, "Discard changes")
    await expect(rows(ada)).to_have_text(["Person 3"])
    await api("POST", "views", name="Everything", shared=True)
    await expect(views(ada)).to_have_text(["Third", "Everything"])
    await menu(ada, "Move down")
    await expect(views(ben)).to_have_text(["Everything", "Third"])

    await menu(ada, "Delete view")
    await expect(views(ben)).to_have_text(["Everything"])
    await ada.get_by_role("button", name="Undo").click()
    await expect(views(ben)).to_have_text(["Everything", "Third"])


@pytest.mark.annex("U2")
async def test_columns_of_a_view_are_its_own_and_those_without_one_follow_the_agent(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    await api.contact(first_name="Vera", city="Łódź")
    view = await api("POST", "views", name="Cities", columns=["city"])
    page = await panel(at=f"/people?view={view['id']}")
    await expect(page.get_by_role("columnheader")).to_have_text(["", "Name", "City"])
    await page.keyboard.press("c")
    await page.get_by_role("dialog", name="Columns").get_by_label("E-mail", exact=True).check()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("columnheader")).to_have_text(["", "Name", "City", "E-mail"])
    await page.get_by_role("button", name="Save changes", exact=True).click()
    await expect(page.get_by_role("button", name="Save changes", exact=True)).to_have_count(0)
    assert (await api("GET", "views"))["views"][0]["columns"] == ["city", "email"]
    await api("PUT", "views/columns", columns=["score"])
    elsewhere = await panel(at="/people")
    await expect(elsewhere.get_by_role("columnheader")).to_have_text(["", "Name", "Score"])


@pytest.mark.annex("U2", "U6", "U7")
async def test_all_that_match_are_changed_beyond_what_is_loaded_and_it_is_undone(
    acme: Any, house: Any, panel: OpenPanel, api: Api
) -> None:
    await api.crowd(230)
    await api.contact(first_name="Walt")
    page, ben = await panel(), await panel("ben@acme.example")
    await go(ben, "/people")
    await go(page, "/people?q=person")
    await expect(page.get_by_role("heading", name=re.compile("230 people"))).to_be_visible()
    await page.get_by_label("Select everybody who is loaded").click()
    await page.get_by_role("button", name="Select all that match: 230 people").click()
    await expect(page.get_by_role("toolbar")).to_contain_text("All that match: 230 people")
    await page.get_by_role("button", name="Add a tag").click()
    await page.get_by_role("menuitem", name="New tag…").click()
    await page.get_by_label("Name of the tag").fill("crowd")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("“crowd” added to 230 people")).to_be_visible(timeout=15_000)
    assert [each["count"] for each in await api("GET", "tags")] == [230]
    await expect(ben.get_by_role("row").filter(has_text="Person 229")).to_contain_text("crowd")  # live, without asking
    await page.get_by_role("button", name="Undo").click()
    await expect(ben.get_by_role("row").filter(has_text="Person 229")).not_to_contain_text("crowd", timeout=15_000)
    await settled(house)
    assert [each["count"] for each in await api("GET", "tags")] == [0]

    await page.get_by_role("button", name="Set an attribute").click()
    dialog = page.get_by_role("dialog", name="Set an attribute")
    await dialog.get_by_label("Attribute").select_option("city")
    await dialog.get_by_label("Value").fill("Łódź")
    await dialog.get_by_role("button", name="Set", exact=True).click()
    await expect(page.get_by_text("“City” set for 230 people")).to_be_visible(timeout=15_000)
    found = await api("POST", "contacts/find", search="person", limit=1)
    assert found["contacts"][0]["city"] == "Łódź"


@pytest.mark.annex("U6", "U7", "X8")
async def test_tags_are_made_renamed_merged_and_deleted_on_their_page(
    acme: Any, house: Any, panel: OpenPanel, api: Api
) -> None:
    vera, walt = [await api.contact(first_name=name) for name in ("Vera", "Walt")]
    await api("POST", f"contacts/{vera}/tags", tag="VIP")
    await api("POST", f"contacts/{walt}/tags", tag="v.i.p.")
    await api("POST", "segments", name="Guests", where={"type": "tag", "tag": "v.i.p."})
    page, ben = await panel(), await panel("ben@acme.example")
    await go(ben, f"/person/{walt}")
    await go(page, "/settings/labels")
    tags = page.get_by_role("list", name="Tags")
    await expect(tags.get_by_role("listitem")).to_have_text(
        [re.compile("v.i.p..*1 person.*1 segment"), re.compile("VIP.*1 person")]
    )
    await page.get_by_role("button", name="New tag").click()
    await page.get_by_role("textbox", name="Name").fill("lead")
    await page.keyboard.press("Enter")
    await expect(tags.get_by_role("listitem")).to_have_count(3)
    await tags.get_by_role("button", name="Rename lead").click()
    await page.get_by_role("textbox", name="Name").fill("VIP")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Another one has this name already.")).to_be_visible()

    for name in ("VIP", "v.i.p."):
        await tags.get_by_role("checkbox", name=f"Select {name}", exact=True).check()
    await page.get_by_role("button", name="Merge 2").click()
    dialog = page.get_by_role("dialog", name="Merge into one")
    await dialog.get_by_role("radio", name="VIP", exact=True).check()
    await expect(dialog.get_by_role("button", name="Merge")).to_be_disabled()
    await dialog.get_by_label("Type “VIP” to merge").fill("VIP")
    await page.keyboard.press("Enter")
    await expect(tags.get_by_role("listitem")).to_have_count(2)
    merged = re.compile("VIP2 people · in 1 segment")
    await expect(tags.get_by_role("listitem").filter(has_text="VIP")).to_have_text(merged)
    await expect(ben.get_by_role("button", name="Remove VIP")).to_be_visible()
    assert (await api("GET", "segments"))["segments"][0]["where"] == {"all": [{"type": "tag", "tag": "VIP"}]}

    await tags.get_by_role("button", name="Delete VIP").click()
    await expect(tags.get_by_role("listitem")).to_have_count(1)
    await expect(ben.get_by_role("button", name="Remove VIP")).to_have_count(0)
    await page.get_by_role("button", name="Undo").click()
    await expect(ben.get_by_role("button", name="Remove VIP")).to_be_visible()
    await settled(house)
    assert (await api("GET", f"contacts/{walt}"))["tags"] == ["VIP"]


@pytest.mark.annex("U10")
async def test_a_timeline_goes_to_a_day_tells_of_talks_and_grows_while_one_looks(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    guest = await acme.visitor()
    vera = guest.session["contact"]["id"]
    for month, name in ((3, "spring"), (7, "summer")):
        await api("POST", f"contacts/{vera}/events", name=name, at=1_767_225_600_000 + month * 30 * 86_400_000)
    conversation = (await guest.says("Hello"))["conversation"]
    page = await panel()
    polls: list[str] = []
    await go(page, f"/person/{vera}")
    entries = page.get_by_role("list", name="Timeline").locator("[data-kind]")
    await expect(entries.filter(has_text="Conversation begun")).to_have_count(1)
    await expect(entries.filter(has_text="spring")).to_have_count(1)
    await page.wait_for_timeout(2_000)  # what changed just before one looked is told once
    page.on("request", lambda request: polls.append(request.url))
    await page.wait_for_timeout(4_500)  # longer than the panel once waited between two looks
    assert [url for url in polls if "timeline" in url] == []
    await api("POST", f"contacts/{vera}/tags", tag="live")
    await expect(entries.filter(has_text="Tag “live” added")).to_have_count(1)
    ada = await acme.agent()
    await ada.call("conversation.close", conversation=conversation)
    await expect(entries.filter(has_text="Conversation closed")).to_have_count(1)

    await page.get_by_role("button", name="Conversations", exact=True).click()
    await expect(entries).to_have_count(2)
    await page.get_by_role("button", name="Everything", exact=True).click()
    await page.get_by_label("Up to the day").fill("2026-05-01")
    await expect(entries).to_have_count(1)
    await expect(entries).to_contain_text("spring")
    await page.get_by_label("Up to the day").fill("2025-01-01")
    await expect(page.get_by_text("Nothing happened on or before this day")).to_be_visible()
    await page.get_by_role("button", name="Back to now").click()
    await expect(entries.filter(has_text="Tag “live” added")).to_have_count(1)


@pytest.mark.annex("X8")
async def test_a_refusal_is_said_in_the_language_of_the_agent(acme: Any, panel: OpenPanel, api: Api) -> None:
    for name in ("złoty", "srebrny"):
        await api("POST", "tags", name=name)
    page = await panel(locale="pl-PL", at="/settings/labels")
    await page.get_by_role("button", name="Zmień nazwę: srebrny").click()
    await page.get_by_role("textbox", name="Nazwa").fill("Złoty")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Ta nazwa jest już zajęta.")).to_be_visible()


async def test_what_globex_does_shows_in_no_panel_of_acme(acme: Any, globex: Any, panel: OpenPanel, api: Api) -> None:
    import aiohttp

    await api("POST", "views", name="Ours", shared=True)
    page = await panel(at="/people")
    headers = {"Authorization": f"Bearer {await globex.token()}"}
    async with aiohttp.ClientSession(acme.house.url, headers=headers) as http:
        for path, body in (("views", {"name": "Theirs", "shared": True}), ("tags", {"name": "theirs"})):
            assert (await http.post(f"/api/app/{path}", json=body)).status == 201
    await api("POST", "views", name="Ours too", shared=True)
    await expect(views(page)).to_have_text(["Ours", "Ours too"])
    assert [each["name"] for each in await api("GET", "tags")] == []


@pytest.mark.annex("X8")
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
async def test_views_bulk_and_labels_can_be_read(
    acme: Any, panel: OpenPanel, api: Api, scheme: str, width: int
) -> None:
    await api.crowd(3)
    for name in ("one", "other"):
        await api("POST", "tags", name=name)
    view = await api("POST", "views", name="A view with a name that is rather long", shared=True)
    page = await panel(
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
        has_touch=width < 500,
        at=f"/people?view={view['id']}&sort=id",
    )
    await expect(rows(page)).to_have_count(3)
    await check(page, "view")
    await page.get_by_role("button", name="View", exact=True).click()
    await expect(page.get_by_role("menu")).to_be_visible()
    await check(page, "menu of the view")
    await page.get_by_role("menuitem", name="Save as a new view…").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await check(page, "save")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await rows(page).first.focus()
    await page.keyboard.press("x")
    await check(page, "selection")
    await page.get_by_role("button", name="Set an attribute").click()
    await page.get_by_role("dialog").get_by_label("Attribute").select_option("city")
    await check(page, "set an attribute")
    await go(page, "/settings/labels")
    for box in range(2):
        await page.get_by_role("checkbox").nth(box).check()
    await check(page, "tags and lists")
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.get_by_role("button", name="Merge 2").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await check(page, "merge")
