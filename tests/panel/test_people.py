"""The people area: the table, its filter, keys, columns and bulk changes; and a person's profile."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.panel.conftest import OpenPanel, until
from tests.panel.people import Api, go
from tests.support.people import settled


def rows(page: Page) -> Any:
    return page.locator("a[data-person]")


def row(page: Page, name: str) -> Any:
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


@pytest.mark.annex("U2")
async def test_a_long_table_keeps_few_rows_in_the_page_and_reaches_everybody(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    await api.crowd(250)
    page = await panel()
    await page.keyboard.press("g")
    await page.keyboard.press("p")
    await expect(page.get_by_role("heading", name=re.compile("^Everybody 250 people"))).to_be_visible()
    await page.get_by_label("Order").select_option("id")
    await expect(rows(page).first).to_have_text("Person 000")
    await page.keyboard.press("Tab")
    await rows(page).first.focus()
    for _ in range(6):  # each End reaches what is loaded, and by that loads more
        await page.keyboard.press("End")
        await page.wait_for_timeout(150)
        assert await page.get_by_role("row").count() < 60
        if await page.get_by_role("link", name="Person 249").count():
            break
    await expect(page.get_by_role("link", name="Person 249")).to_be_focused()
    await page.keyboard.press("Home")
    await expect(page.get_by_role("link", name="Person 000")).to_be_focused()
    assert await page.get_by_role("row").count() < 60


@pytest.mark.annex("U2")
async def test_the_table_is_walked_opened_and_marked_by_keys_alone(acme: Any, panel: OpenPanel, api: Api) -> None:
    await api.crowd(5)
    page = await panel()
    await go(page, "/people?sort=id")
    await expect(rows(page)).to_have_count(5)
    for _ in range(3):
        await page.keyboard.press("j")
    await page.keyboard.press("k")
    await expect(page.get_by_role("link", name="Person 001")).to_be_focused()
    await page.keyboard.press("x")
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    await expect(page.get_by_role("toolbar")).to_contain_text("2 selected")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("toolbar")).to_have_count(0)
    await page.keyboard.press("Enter")
    beside = page.get_by_role("complementary", name="Person")
    await expect(beside.get_by_role("heading", name="Person 002")).to_be_visible()
    await page.keyboard.press("j")
    await expect(page.get_by_role("link", name="Person 003")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(beside).to_have_count(0)
    await page.keyboard.press("/")
    await page.keyboard.type("004")
    await expect(rows(page)).to_have_text(["Person 004"])
    await expect(page.get_by_role("heading", name=re.compile("1 person"))).to_be_visible()


@pytest.mark.annex("U2")
async def test_people_are_found_by_name_mail_phone_and_values_of_attributes(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    await api.contact(
        first_name="Żaneta", last_name="Żółw", email="zaneta@globe.example", phone_number="+48 600 700 800"
    )
    await api.contact(first_name="Walt", email="walt@acme.example", plan="platinum")
    page = await panel()
    await go(page, "/people")
    search = page.get_by_role("searchbox")
    for text, name in (("zolw", "Żaneta Żółw"), ("zaneta@", "Żaneta Żółw"), ("600", "Żaneta Żółw"), ("plat", "Walt")):
        await search.fill(text)
        await expect(rows(page)).to_have_text([name])
    await search.fill("nobody at all")
    await expect(page.get_by_text("Nobody is like that")).to_be_visible()
    await page.get_by_role("button", name="Show everybody").click()
    await expect(rows(page)).to_have_count(2)


@pytest.mark.annex("U2", "U5")
async def test_a_filter_is_built_followed_by_the_table_kept_in_the_address_and_becomes_a_segment(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    for name, plan, seats in (("Vera", "pro", 5), ("Walt", "free", 50), ("Zoe", "pro", 50)):
        await api.contact(first_name=name, plan=plan, seats=seats)
    page = await panel()
    await go(page, "/people")
    await expect(rows(page)).to_have_count(3)
    await page.keyboard.press("f")
    await page.get_by_role("button", name="Add a condition").click()
    await page.get_by_role("menuitem", name="Attribute").click()
    await page.get_by_label("Attribute").select_option(label="plan")
    await page.wait_for_timeout(600)  # longer than typing waits: what is not finished is not asked for
    await expect(rows(page)).to_have_count(3)
    await page.get_by_label("Value").fill("pro")
    await expect(rows(page)).to_have_count(2)
    await page.get_by_role("button", name="Add a condition").click()
    await page.get_by_role("menuitem", name="Attribute").click()
    await page.get_by_label("Attribute").select_option(label="seats")
    await page.get_by_label("How it compares").select_option("gt")
    await page.get_by_label("Value").fill("10")
    await expect(rows(page)).to_have_text(["Zoe"])
    await expect(page.get_by_role("heading", name=re.compile("1 person"))).to_be_visible()
    await page.get_by_role("button", name="Done").click()
    await page.reload()
    await expect(page.get_by_role("button", name="plan is pro and seats is more than 10")).to_be_visible()
    await expect(rows(page)).to_have_text(["Zoe"])
    await page.keyboard.press("f")
    await page.get_by_role("link", name="Save as a segment").click()
    await page.get_by_role("textbox", name="Name").fill("Big and pro")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(
        page.get_by_role("region", name="Views").get_by_role("link", name=re.compile("^Big and pro"))
    ).to_be_visible()
    saved = (await api("GET", "segments"))["segments"]
    assert [(one["name"], len(one["where"]["all"])) for one in saved] == [("Big and pro", 2)]
    await settled(acme.house)
    await page.get_by_role("link", name="Show people").click()
    await expect(rows(page)).to_have_text(["Zoe"])
    await expect(page.get_by_role("heading", name=re.compile("^Big and pro"))).to_be_visible()


@pytest.mark.annex("U6", "U7", "U2")
async def test_many_are_tagged_and_listed_at_once_and_it_can_be_undone(acme: Any, panel: OpenPanel, api: Api) -> None:
    vera, walt, zoe = [await api.contact(first_name=name) for name in ("Vera", "Walt", "Zoe")]
    await api("POST", f"contacts/{vera}/tags", tag="vip")
    await api("POST", "lists", name="Newsletter")
    page = await panel()
    await go(page, "/people")
    await page.get_by_label("Select everybody who is loaded").click()
    await expect(page.get_by_role("toolbar")).to_contain_text("3 selected")
    await page.get_by_role("button", name="Add a tag").click()
    await page.get_by_role("menuitem", name="vip").click()
    await expect(page.get_by_text("“vip” added to 2 people")).to_be_visible()  # Vera had it before
    await expect(row(page, "Zoe")).to_contain_text("vip")
    await page.get_by_role("button", name="Undo").click()
    await expect(row(page, "Zoe")).not_to_contain_text("vip")
    await expect(row(page, "Vera")).to_contain_text("vip")
    assert [(await api("GET", f"contacts/{id}"))["tags"] for id in (vera, walt, zoe)] == [["vip"], [], []]

    await page.get_by_role("button", name="Put on a list").click()
    await page.get_by_role("menuitem", name="Newsletter").click()
    await expect(page.get_by_text("3 people put on “Newsletter”")).to_be_visible()
    assert [one["count"] for one in await api("GET", "lists")] == [3]
    await page.get_by_role("button", name="Take from a list").click()
    await page.get_by_role("menuitem", name="Newsletter").click()
    await expect(page.get_by_text("3 people taken from “Newsletter”")).to_be_visible()
    assert [one["count"] for one in await api("GET", "lists")] == [0]

    await page.get_by_role("button", name="Add a tag").click()
    await page.get_by_role("menuitem", name="New tag…").click()
    await page.get_by_label("Name of the tag").fill("fresh")
    await page.keyboard.press("Enter")
    await expect(row(page, "Walt")).to_contain_text("fresh")


@pytest.mark.annex("U2")
async def test_columns_are_chosen_and_ordered_and_stay_so(acme: Any, panel: OpenPanel, api: Api) -> None:
    await api.contact(first_name="Vera", seats=12, city="Łódź")
    page = await panel()
    await go(page, "/people")
    await expect(page.get_by_role("columnheader", name="E-mail")).to_be_visible()
    await page.keyboard.press("c")
    dialog = page.get_by_role("dialog", name="Columns")
    await dialog.get_by_label("E-mail", exact=True).uncheck()
    await dialog.get_by_label("seats").check()
    await dialog.get_by_label("City").check()
    for _ in range(5):
        await dialog.get_by_role("button", name="Move City up").click()
    await page.keyboard.press("Escape")
    await page.reload()
    await expect(page.get_by_role("columnheader")).to_have_text(
        ["", "Name", "City", "Tags", "Country", "Page views", "Last seen", "seats"]
    )
    await expect(page.get_by_role("row").nth(1).get_by_role("cell").nth(2)).to_have_text("Łódź")
    await expect(page.get_by_role("row").nth(1).get_by_role("cell").last).to_have_text("12")


@pytest.mark.annex("U2")
async def test_a_row_follows_what_changes_and_a_phone_shows_cards(acme: Any, panel: OpenPanel, api: Api) -> None:
    vera = await api.contact(first_name="Vera", email="vera@acme.example")
    page = await panel(viewport={"width": 390, "height": 844}, has_touch=True)
    await go(page, "/people")
    await expect(page.get_by_role("columnheader")).to_have_count(0)
    await expect(page.get_by_text("vera@acme.example")).to_be_visible()
    await api("PATCH", f"contacts/{vera}", attributes={"first_name": "Verena"})
    await expect(rows(page)).to_have_text(["Verena"])
    await rows(page).first.tap()
    await expect(page.get_by_role("heading", name="Verena")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.go_back()
    await expect(rows(page)).to_be_visible()


@pytest.mark.annex("U2")
async def test_attributes_are_changed_where_they_stand_by_their_types(acme: Any, panel: OpenPanel, api: Api) -> None:
    await api("POST", "attributes", name="Plan", type="fixed", choices=["free", "pro"])
    await api("POST", "attributes", name="Renewal", type="date")
    await api.contact(first_name="Walt", email="walt@acme.example")
    vera = await api.contact(first_name="Vera", plan="free", seats=3)
    page = await panel()
    await go(page, f"/person/{vera}")
    await page.get_by_role("button", name="seats: 3. Edit").click()
    await page.keyboard.press("Control+a")
    await page.keyboard.type("12")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="seats: 12. Edit")).to_be_focused()
    await page.get_by_role("button", name="Plan: free. Edit").click()
    await page.get_by_label("Plan", exact=True).select_option("pro")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("button", name="Plan: pro. Edit")).to_be_visible()
    await page.get_by_role("button", name=re.compile("Show .* empty attributes")).click()
    await page.get_by_role("button", name="Renewal: –. Edit").click()
    await page.get_by_label("Renewal", exact=True).fill("2026-12-24")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Renewal: 24 Dec 2026. Edit")).to_be_visible()
    await page.get_by_role("button", name="E-mail: –. Edit").click()
    await page.get_by_label("E-mail", exact=True).fill("walt@acme.example")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Somebody else has this address")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="E-mail: –. Edit")).to_be_visible()
    values = (await api("GET", f"contacts/{vera}/profile"))["values"]
    assert (values["seats"], values["plan"], values["renewal"], "email" in values) == (12, ["pro"], "2026-12-24", False)


@pytest.mark.annex("U5", "U6", "U7")
async def test_a_profile_says_why_somebody_is_in_a_segment_or_is_not(acme: Any, panel: OpenPanel, api: Api) -> None:
    vera = await api.contact(first_name="Vera", plan="pro")
    await api("POST", f"contacts/{vera}/tags", tag="churned")
    await api("POST", "lists", name="Newsletter")
    pro = {"type": "attribute", "attribute": "plan", "op": "equals", "value": "pro"}
    await api("POST", "segments", name="Pro", where={"all": [pro]})
    await api("POST", "segments", name="Loyal", where={"all": [pro, {"none": [{"type": "tag", "tag": "churned"}]}]})
    await settled(acme.house)
    page = await panel()
    await go(page, f"/person/{vera}")
    await page.get_by_role("button", name="Pro in it, why?").click()
    await expect(page.get_by_role("list", name="Why: Pro")).to_contain_text("plan is pro")
    await page.get_by_label("Why not in another one?").select_option(label="Loyal")
    why = page.get_by_role("list", name="Why: Loyal")
    await expect(why.get_by_label("No", exact=True)).to_have_count(2)  # the whole, and the group of none
    await expect(why).to_contain_text("None of these holds")
    await page.get_by_role("button", name="Remove churned").click()
    await expect(page.get_by_role("button", name="Loyal in it, why?")).to_be_visible()
    await page.get_by_label("Put on a list").select_option(label="Newsletter")
    await expect(page.get_by_role("button", name="Remove Newsletter")).to_be_visible()
    await page.get_by_role("button", name="Add a tag").click()
    await page.get_by_role("combobox", name="Add a tag").fill("vip")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Remove vip")).to_be_visible()
    assert (await api("GET", f"contacts/{vera}"))["tags"] == ["vip"]


@pytest.mark.annex("U10")
async def test_the_timeline_is_live_filtered_and_endless(acme: Any, panel: OpenPanel, api: Api) -> None:
    visitor = await acme.visitor()
    vera = visitor.session["contact"]["id"]
    for number in range(70):
        await visitor.call("page", url=f"https://shop.example/{number}", title=f"Page {number:02}", referrer="")
    await visitor.call("event", name="purchase", data={"amount": 99})
    page = await panel()
    await go(page, f"/person/{vera}")
    entries = page.get_by_role("list", name="Timeline").locator("[data-kind]")
    await expect(entries.first).to_contain_text("purchase")
    await until(page, "() => document.querySelectorAll('[data-kind]').length >= 50")
    await visitor.call("page", url="https://shop.example/new", title="Brand new", referrer="")
    await expect(entries.first).to_contain_text("Brand new")
    for _ in range(4):
        await entries.last.scroll_into_view_if_needed()
        await page.wait_for_timeout(150)
    await expect(entries).to_have_count(72)
    titles = await entries.locator("[class*=_what_]").all_text_contents()
    assert len(set(titles)) == 72, "nothing stands twice and nothing is missing"
    await page.get_by_role("button", name="Events", exact=True).click()
    await expect(entries).to_have_count(1)
    await entries.first.get_by_text("Details").click()
    await expect(entries.first).to_contain_text('"amount": 99')


@pytest.mark.annex("U2")
async def test_a_person_shows_their_conversations_and_leads_to_the_inbox(acme: Any, panel: OpenPanel, api: Api) -> None:
    visitor = await acme.visitor()
    said = await visitor.says("Is the Assam back?")
    page = await panel()
    await go(page, f"/person/{visitor.session['contact']['id']}")
    await expect(page.get_by_text("Online", exact=True)).to_be_visible()
    await page.get_by_role("link", name=re.compile("Is the Assam back")).click()
    await expect(page).to_have_url(re.compile(f"/inbox/open/{said['conversation']}$"))
