"""Segments in the panel: built from sentences, counted while they are written, saved, watched, deleted."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from hub.people.conditions.base import CONDITIONS
from hub.people.conditions.tree import read_tree
from tests.panel.conftest import OpenPanel
from tests.panel.people import Api, go
from tests.panel.test_accessible import check
from tests.support.people import settled

pytestmark = pytest.mark.annex("U5", "X2")

EVERY = {
    "attribute": {"type": "attribute", "attribute": "plan", "op": "equals", "value": "pro"},
    "event": {"type": "event", "event": "purchase", "at_least": 3, "within_days": 30,
              "where": [{"property": "amount", "op": "gt", "value": 100}]},
    "page": {"type": "page", "url": "/pricing*", "last_within_days": 7},
    "email": {"type": "email", "did": "opened", "at_least": 2},
    "form": {"type": "form", "never": True},
    "modal": {"type": "modal", "did": "clicked", "at_most": 5},
    "answered": {"type": "answered", "first_before_days": 1},
    "wrote": {"type": "wrote"},
    "conversation": {"type": "conversation", "state": "closed"},
    "waiting": {"type": "waiting"},
    "tag": {"type": "tag", "tag": "vip"},
    "list": {"type": "list", "list": 0},
    "segment": {"type": "segment", "segment": 0},
    "company": {"type": "company"},
    "group": {"type": "group", "group": None},
    "device": {"type": "device", "what": "language", "is_one_of": ["pl"]},
    "place": {"type": "place", "what": "country", "is_one_of": ["PL", "DE"]},
    "presence": {"type": "presence"},
}  # fmt: skip
ENGLISH = {
    "attribute": "plan is pro",
    "event": "Event “purchase” where amount is more than 100: at least 3 times, in the last 30 days",
    "page": "Visited “/pricing*”: at least once, the last time less than 7 days ago",
    "email": "Opened an e-mail: at least 2 times",
    "form": "Submitted a form: never",
    "modal": "Clicked in a pop-up: at most 5 times",
    "answered": "We answered: at least once, the first time more than 1 day ago",
    "wrote": "Wrote to us: at least once",
    "conversation": "has only closed conversations",
    "waiting": "waits for an answer",
    "tag": "has the tag “vip”",
    "list": "is on the list “Newsletter”",
    "segment": "is in the segment “Base”",
    "company": "belongs to a company",
    "group": "belongs to no group of agents",
    "device": "Language is Polish",
    "place": "Country is Poland or Germany",
    "presence": "is online now",
}
POLISH = {
    "attribute": "plan: pro",
    "event": "Zdarzenie „purchase” (amount: powyżej 100): co najmniej 3 razy, w ciągu ostatnich 30 dni",
    "page": "Wizyta na „/pricing*”: co najmniej raz, ostatnio mniej niż 7 dni temu",
    "email": "Otwarty e-mail: co najmniej 2 razy",
    "form": "Wysłany formularz: ani razu",
    "modal": "Kliknięcie w okienku: co najwyżej 5 razy",
    "answered": "Odpowiedź zespołu: co najmniej raz, pierwszy raz ponad 1 dzień temu",
    "wrote": "Wiadomość od tej osoby: co najmniej raz",
    "conversation": "ma tylko zamknięte rozmowy",
    "waiting": "czeka na odpowiedź",
    "tag": "ma tag „vip”",
    "list": "jest na liście „Newsletter”",
    "segment": "należy do segmentu „Base”",
    "company": "należy do jakiejś firmy",
    "group": "nie należy do żadnej grupy agentów",
    "device": "Język: polski",
    "place": "Kraj: Polska lub Niemcy",
    "presence": "jest teraz online",
}


async def acme_knows_things(api: Api) -> dict[str, dict[str, Any]]:
    """Make what the conditions speak of; return them with the ids that they have here."""
    vera = await api.contact(first_name="Vera", plan="pro", seats=5)
    await api("POST", f"contacts/{vera}/events", name="purchase", data={"amount": 120})
    await api("POST", f"contacts/{vera}/tags", tag="vip")
    newsletter = (await api("POST", "lists", name="Newsletter"))["id"]
    base = (await api("POST", "segments", name="Base", where={"all": [EVERY["tag"]]}))["id"]
    return EVERY | {"list": {"type": "list", "list": newsletter}, "segment": {"type": "segment", "segment": base}}


async def new_condition(page: Page, kind: str) -> None:
    """Add a condition at the end, by keys: a menu finds its items by their first letters."""
    await page.get_by_role("button", name="Add a condition").last.focus()
    await page.keyboard.press("Enter")
    item = page.get_by_role("menuitem", name=kind, exact=True)
    await expect(item).to_be_visible()
    for _ in range(20):
        if await item.evaluate("item => item === document.activeElement"):
            break
        await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")


@pytest.mark.parametrize(("locale", "sentences"), [("en-GB", ENGLISH), ("pl-PL", POLISH)])
async def test_every_type_of_condition_reads_as_a_sentence_and_can_be_opened(
    acme: Any, panel: OpenPanel, api: Api, locale: str, sentences: dict[str, str]
) -> None:
    assert {name for name, _ in CONDITIONS} == set(sentences), "a condition without a sentence"
    known = await acme_knows_things(api)
    made = await api("POST", "segments", name="All of them", where={"any": list(known.values())})
    page = await panel(locale=locale, at=f"/segments/{made['id']}")
    lines = page.locator("button[aria-expanded][class*=_sentence_]")
    await expect(lines).to_have_count(len(sentences))
    await expect(lines).to_have_text([sentences[kind] for kind in known])
    for index in range(len(sentences)):
        await lines.nth(index).click()
        await expect(lines.nth(index)).to_have_attribute("aria-expanded", "true")
    # Opening and closing changes nothing of what is written.
    await expect(page.get_by_role("button", name=re.compile("^(Save|Zapisz)$"))).to_be_disabled()


async def test_a_segment_with_nested_groups_is_built_with_the_keyboard_alone(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    for name, plan, amount in (("Vera", "pro", 120), ("Walt", "pro", 20), ("Zoe", "free", 300), ("Gina", "pro", 0)):
        contact = await api.contact(first_name=name, plan=plan)
        if amount:
            await api("POST", f"contacts/{contact}/events", name="purchase", data={"amount": amount})
        if name == "Gina":
            await api("POST", f"contacts/{contact}/tags", tag="vip")
    page = await panel()
    await page.keyboard.press("g")
    await page.keyboard.press("s")
    await expect(page.get_by_text("No segments yet")).to_be_visible()
    await page.keyboard.press("n")
    await expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    await page.keyboard.type("Pro, and buying or dear")

    await new_condition(page, "Attribute")
    await expect(page.get_by_label("Attribute")).to_be_focused()
    await page.keyboard.type("plan")
    await page.get_by_label("Value").focus()
    await page.keyboard.type("pro")
    now = page.get_by_role("region", name="Right now")
    await expect(now).to_contain_text("3 people")
    await expect(now).to_contain_text("75%")

    await page.get_by_role("button", name="Add a group").focus()
    await page.keyboard.press("Enter")
    group = page.get_by_role("group", name="At least one of these holds")
    await group.get_by_role("button", name="Add a condition").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("menuitem", name="Event", exact=True).press("Enter")
    await expect(page.get_by_role("combobox", name="Event")).to_be_focused()
    await page.keyboard.type("purchase")
    await page.get_by_role("button", name="Look at its data").press("Enter")
    await page.keyboard.type("amount")
    await page.get_by_label("How it compares").last.select_option("gt")
    await page.get_by_role("textbox", name="Value").last.focus()
    await page.keyboard.type("100")
    await expect(now).to_contain_text("1 person")
    await expect(now).to_contain_text("Vera")
    await group.get_by_role("button", name="Add a condition").press("Enter")
    await page.get_by_role("menuitem", name="Tag", exact=True).press("Enter")
    await page.get_by_label("Tag", exact=True).select_option("vip")
    await expect(now).to_contain_text("2 people")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_text("Saved: Pro, and buying or dear")).to_be_visible()

    saved = (await api("GET", "segments"))["segments"][0]
    assert saved["where"] == {
        "all": [
            {"type": "attribute", "attribute": "plan", "op": "equals", "value": "pro"},
            {"any": [
                {"type": "event", "event": "purchase", "where": [{"property": "amount", "op": "gt", "value": 100}]},
                {"type": "tag", "tag": "vip"},
            ]},
        ]
    }  # fmt: skip
    await settled(acme.house)
    view = page.get_by_role("region", name="Views").get_by_role("link", name=re.compile("^Pro, and"))
    await expect(view).to_have_text(re.compile("2$"))
    # Live: whoever comes to fit is counted without a reload.
    zoe = next(one for one in (await api("GET", "contacts?search=Zoe"))["contacts"])["id"]
    await api("PATCH", f"contacts/{zoe}", attributes={"plan": "pro"})
    await expect(view).to_have_text(re.compile("3$"))


async def test_what_is_not_finished_is_not_saved_and_a_taken_name_is_told(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    await acme_knows_things(api)
    page = await panel(at="/segments/new")
    save = page.get_by_role("button", name="Save", exact=True)
    await expect(save).to_be_disabled()
    await page.get_by_role("textbox", name="Name").fill("base")
    await new_condition(page, "Page visited")
    await expect(save).to_be_disabled()
    await page.get_by_label("Address of the page").fill("/pricing*")
    await page.get_by_label("How often").select_option("at_least")
    await page.get_by_label("How many times").fill("4")
    await page.get_by_label("When").select_option("within_days")
    await page.get_by_label("Number of days").fill("14")
    line = "Visited “/pricing*”: at least 4 times, in the last 14 days"
    await expect(page.get_by_role("button", name=line, exact=True)).to_be_visible()
    await save.click()
    await expect(page.get_by_role("alert")).to_contain_text("Another segment has this name")
    await page.get_by_role("textbox", name="Name").fill("Interested")
    await save.click()
    await expect(page).to_have_url(re.compile(r"/segments/\d+$"))
    saved = next(one for one in (await api("GET", "segments"))["segments"] if one["name"] == "Interested")
    assert saved["where"] == {"all": [{"type": "page", "url": "/pricing*", "at_least": 4, "within_days": 14}]}
    read_tree(saved["where"])


async def test_a_segment_is_renamed_keeps_its_size_history_and_is_deleted_by_its_name(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    await acme_knows_things(api)
    await settled(acme.house)
    page = await panel(at="/segments")
    await page.get_by_role("list", name="Of people").get_by_role("link", name=re.compile("^Base")).click()
    await expect(page.get_by_role("region", name="Size")).to_contain_text("1 person")
    name = page.get_by_role("textbox", name="Name")
    await name.fill("Dear ones")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("heading", name="Dear ones")).to_be_visible()
    await page.get_by_role("button", name="Delete the segment").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("button", name="Delete the segment")).to_be_disabled()
    await dialog.get_by_role("textbox").fill("Dear ones")
    await dialog.get_by_role("button", name="Delete the segment").click()
    await expect(page.get_by_text("No segments yet")).to_be_visible()
    assert (await api("GET", "segments"))["segments"] == []


async def test_the_size_of_a_segment_is_drawn_by_day(acme: Any, panel: OpenPanel, api: Api) -> None:
    from hub.people.collections import SIZES
    from storage.engine import Batch, Scope

    await acme_knows_things(api)
    await settled(acme.house)
    segment = (await api("GET", "segments"))["segments"][0]["id"]
    batch = Batch(Scope(acme.id))
    for day, size in (("2026-01-05", 4), ("2026-01-06", 9)):
        batch.append(SIZES, segment, {"id": await acme.house.hub.ids.next("size"), "day": day, "size": size, "at": 1})
    await acme.house.hub.commit(batch)
    page = await panel(at=f"/segments/{segment}")
    chart = page.get_by_role("region", name="Size").get_by_role("img")
    await expect(chart).to_have_accessible_name("3 fewer than on 5 Jan")
    points = str(await chart.locator("polyline").get_attribute("points")).split()
    assert len(points) == 3 and points[0].startswith("0.00,") and points[-1].startswith("100.00,")
    await page.get_by_text("As a table").click()
    await expect(page.get_by_role("row").nth(1)).to_have_text(re.compile("6 Jan.*9"))


@pytest.mark.annex("U2", "U5", "U10")
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
async def test_every_screen_of_people_can_be_read(
    acme: Any, panel: OpenPanel, api: Api, scheme: str, width: int
) -> None:
    known = await acme_knows_things(api)
    visitor = await acme.visitor()
    await visitor.says("Is the Assam back?")
    await visitor.call("page", url="https://shop.example/assam", title="Assam", referrer="")
    await visitor.call("event", name="purchase", data={"amount": 9})
    vera = visitor.session["contact"]["id"]
    await api("POST", f"contacts/{vera}/tags", tag="vip")
    where = {"all": [known["attribute"], {"none": [known["event"], known["place"]]}]}
    segment = (await api("POST", "segments", name="A long name of a segment of people", where=where))["id"]
    await settled(acme.house)
    locale = "pl-PL" if scheme == "dark" else "en-GB"
    page = await panel(
        color_scheme=scheme,
        locale=locale,
        viewport={"width": width, "height": 800},
        has_touch=width < 500,
        at="/people",
    )
    await expect(page.locator("a[data-person]")).to_have_count(2)
    await check(page, "table")
    await page.locator("a[data-person]").first.focus()
    await page.keyboard.press("x")
    await expect(page.get_by_role("toolbar")).to_be_visible()
    await check(page, "selection")
    await page.get_by_role("toolbar").get_by_role("button", name=re.compile("^(Add a tag|Dodaj tag)$")).click()
    await expect(page.get_by_role("menu")).to_be_visible()
    await check(page, "tags of the selection")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("toolbar")).to_have_count(0)
    await page.keyboard.press("c")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await check(page, "columns")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.keyboard.press("f")
    await check(page, "filter")
    await go(page, f"/people/{vera}")
    await expect(page.locator("[data-kind=event]")).to_be_visible()
    await check(page, "beside")
    await go(page, f"/person/{vera}")
    await expect(page.locator("[data-kind=event]")).to_be_visible()
    await page.locator("button[aria-expanded][class*=_why_]").first.click()
    await page.get_by_role("button", name=re.compile(r"^(Show|Pokaż) \d+ ")).click()
    await page.locator("button[class*=_value_]").first.click()
    await check(page, "profile")
    await go(page, "/segments")
    await expect(page.locator("main a[class*=_row_]")).to_have_count(2)
    await check(page, "segments")
    await go(page, f"/segments/{segment}")
    lines = page.locator("button[aria-expanded][class*=_sentence_]")
    await expect(lines).to_have_count(3)
    for index in range(3):
        await lines.nth(index).click()
        await check(page, f"condition {index}")
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.get_by_role("button", name=re.compile("^(Delete|Usuń) (the )?segment$")).click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await check(page, "delete")
