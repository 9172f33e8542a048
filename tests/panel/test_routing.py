"""Routing, availability, hours and response times in the panel: set by people, followed by what happens to conversations."""

from __future__ import annotations

import asyncio
import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.journey.test_screens import FOLDER, SIZES, Album
from tests.live.test_notices import MovedClock
from tests.panel.conftest import OpenPanel
from tests.panel.people import Api, go
from tests.panel.test_promises import QUICK, later
from tests.support.axe import serious

pytestmark = pytest.mark.annex("C5", "C8", "X8")
ALL = list(itertools.product(SIZES, ("light", "dark"), ("en", "pl")))
WAYS = ALL if FOLDER else [("wide", "light", "en"), ("phone", "dark", "pl")]
BEN = "ben@acme.example"
SHOPS = {"all": [{"type": "attribute", "attribute": "email", "op": "contains", "value": "@shop.example"}]}
WEEK = {"days": [0, 1, 2, 3, 4], "begins": "09:00", "ends": "17:00"}
NIGHT = {
    "zone": "Europe/Warsaw", "week": [WEEK, {"days": [5], "begins": "10:00", "ends": "14:00"}],
    "holidays": [{"date": "2026-12-25", "name": "Christmas", "yearly": True}],
}  # fmt: skip


async def test_a_group_has_hours_of_its_own_until_it_has_not(acme: Any, panel: OpenPanel, api: Api) -> None:
    group = (await api("POST", "groups", name="Sales", agents=[1]))["id"]
    page = await panel(timezone_id="Europe/Warsaw", at="/settings/hours")
    groups = page.get_by_role("list", name="Hours of single groups")
    await expect(groups).to_contain_text("The hours above")
    await groups.get_by_role("link", name="Change the hours of Sales").click()
    await expect(page.get_by_role("heading", name="Opening hours: Sales")).to_be_visible()
    await page.get_by_role("checkbox", name=re.compile("^Hours of its own")).check()
    await page.get_by_label("Time zone").select_option("Asia/Tokyo")
    await page.get_by_role("checkbox", name="Saturday").focus()
    await page.keyboard.press("Space")
    for day, name in (("2027-12-25", "Christmas"), ("2027-12-25", "Twice")):
        await page.get_by_role("button", name="Add a holiday").click()
        await page.get_by_label("Day", exact=True).last.fill(day)
        await page.get_by_label("Name, as New Year").last.fill(name)
    save = page.get_by_role("button", name="Save")
    await expect(page.get_by_role("alert")).to_have_text("Two holidays have the same day. Remove one.")
    await expect(save).to_be_disabled()
    await page.get_by_role("button", name="Remove Twice").click()
    await page.get_by_role("checkbox", name="Every year").check()
    await save.click()
    await expect(page.get_by_text("Saved. It counts from now on.")).to_be_visible()
    assert (await api("GET", "hours/groups"))["groups"] == [{
        "group": group,
        "hours": {
            "zone": "Asia/Tokyo", "week": [{"days": [0, 1, 2, 3, 4, 5], "begins": "09:00", "ends": "17:00"}],
            "holidays": [{"date": "2027-12-25", "name": "Christmas", "yearly": True}],
        },
    }]  # fmt: skip
    await page.get_by_role("link", name="All opening hours").click()
    await expect(groups).to_contain_text("Mon–Sat 09:00–17:00 · Tokyo · 1 holiday")
    await groups.get_by_role("link", name="Change the hours of Sales").click()
    await page.get_by_role("checkbox", name=re.compile("^Hours of its own")).uncheck()
    await save.click()
    await page.get_by_role("link", name="All opening hours").click()
    await expect(groups).to_contain_text("The hours above")
    assert (await api("GET", "hours/groups"))["groups"] == []


async def test_segments_belong_to_agents_in_the_order_that_an_owner_gives_them(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    shops, towns = [(await api("POST", "segments", name=name, where=SHOPS))["id"] for name in ("Shops", "Towns")]
    ben = (await acme.agent(BEN)).session["agent"]["id"]
    page = await panel(at="/settings/routing")
    add = page.get_by_label("Give a segment to an agent…")
    await add.select_option("Shops")
    await add.select_option("Towns")
    await expect(add).to_have_count(0)
    await page.get_by_label("Agent for Towns").select_option("Ben")
    up = page.get_by_role("button", name="Move Towns up")
    await up.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Move Towns down")).to_be_focused()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved. It counts from now on")).to_be_visible()
    me = 1
    assert (await api("GET", "routing"))["persons"] == [
        {"segment": towns, "agent": ben}, {"segment": shops, "agent": me}
    ]  # fmt: skip
    await page.get_by_role("button", name="Remove the rule for Towns").click()
    await page.get_by_role("button", name="Save").click()
    async with asyncio.timeout(10):  # the button rests while it saves, too
        while [each["segment"] for each in (await api("GET", "routing"))["persons"]] != [shops]:
            await asyncio.sleep(0.05)


async def test_who_may_not_manage_sees_the_rules_and_changes_nothing(acme: Any, panel: OpenPanel, api: Api) -> None:
    group = (await api("POST", "groups", name="Sales", agents=[1]))["id"]
    shops = (await api("POST", "segments", name="Shops", where=SHOPS))["id"]
    await api("PUT", "routing", persons=[{"segment": shops, "agent": 1}])
    page = await panel(BEN, at="/settings/routing")
    await expect(page.get_by_label("Agent for Shops")).to_be_disabled()
    await expect(page.get_by_label("State of Ada")).to_have_count(0)
    await go(page, f"/settings/hours?group={group}")
    await expect(page.get_by_role("button", name="Save")).to_have_count(0)


async def test_ada_goes_away_and_ben_gets_what_she_leaves_waiting(acme: Any, panel: OpenPanel, api: Api) -> None:
    await api("PUT", "routing", usual={"method": "least_busy"}, grace=1)
    ada, ben = await panel(), await panel(BEN)
    await go(ada, "/settings/routing")
    await ada.get_by_label("State of Ben").select_option("Busy")
    await expect(ben.locator("[data-state='busy']").first).to_be_attached()
    vera = await acme.visitor()
    talk = (await vera.says("Is there tea?"))["conversation"]
    await go(ada, "/inbox/mine")
    await expect(ada.locator(f"[data-row='{talk}']")).to_be_visible(timeout=20_000)
    for page, state in ((ben, "Be available"), (ada, "Be away")):
        await page.keyboard.press("Control+k")
        await page.keyboard.type(state)
        await expect(page.get_by_role("option", name=state)).to_be_visible()
        await page.keyboard.press("Enter")
    await go(ben, "/inbox/mine")
    await expect(ben.locator(f"[data-row='{talk}']")).to_be_visible(timeout=40_000)
    await expect(ada.locator(f"[data-row='{talk}']")).to_have_count(0)
    assert not [each for each in vera.events("message") if each["author"]["kind"] != "contact"], (
        "nothing is said to her"
    )


async def test_an_agent_sets_weekly_hours_and_colleagues_see_what_follows(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    acme.house.hub.clock = MovedClock()
    acme.house.hub.clock.move_to("12:00")
    ben, ada = await panel(BEN, timezone_id="Asia/Tokyo"), await panel()
    await go(ada, "/settings/routing")
    await expect(ada.get_by_label("State of Ben")).to_have_value("available")
    await go(ben, "/settings/availability")
    await ben.get_by_role("checkbox", name=re.compile("^Follow my hours")).check()
    times = ben.get_by_role("group", name="Working time 1")
    for day in ("Saturday", "Sunday"):
        await times.get_by_role("button", name=day).click()
    await times.get_by_label(re.compile("until")).fill("11:00")
    await ben.get_by_role("button", name="Save").click()
    await expect(ben.get_by_role("button", name="Save")).to_be_disabled()
    await ada.reload()
    await expect(ada.get_by_label("State of Ben")).to_have_value("away")


@pytest.mark.parametrize("way", WAYS, ids="-".join)
async def test_every_page_of_promises_and_routing_fits_can_be_read_and_passes_axe(
    acme: Any, panel: OpenPanel, api: Api, way: tuple[str, str, str]
) -> None:
    acme.house.hub.clock = MovedClock()
    group = (await api("POST", "groups", name="Sales", agents=[1]))["id"]
    await api("POST", "groups", name="Customer care", agents=[])
    shops = (await api("POST", "segments", name="Shops", where=SHOPS))["id"]
    ben = (await acme.agent(BEN)).session["agent"]["id"]
    await api("PUT", f"hours/groups/{group}", hours=NIGHT)
    hours = await api("GET", "hours")
    await api("PUT", "hours", **(hours | {"on": True, "zone": "Europe/Warsaw"}))
    rule = {"method": "round_robin", "last_first": True, "overflow": {"group": group, "after": 10}}
    persons, groups = [{"segment": shops, "agent": ben}], [{"group": group, "rule": {"method": "least_busy"}}]
    await api("PUT", "routing", usual=rule, groups=groups, persons=persons, capacities=[{"agent": ben, "most": 3}])
    vip = QUICK | {"name": "Shops", "next": 5, "resolution": 480, "segments": [shops], "groups": [group]}
    await api("PUT", "sla", policies=[vip, QUICK])
    size, scheme, language = way
    width, height = SIZES[size]
    album = Album(way)
    page = await panel(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce",
        locale={"en": "en-GB", "pl": "pl-PL"}[language], has_touch=width < 500,
    )  # fmt: skip
    found: dict[str, Any] = {}

    async def look(screen: str) -> None:
        await expect(page.locator("[class*=mantine-Skeleton-root], [data-late]")).to_have_count(0)
        await album.look(page, screen)
        found[screen] = await serious(page)
        if FOLDER:
            await page.evaluate(
                "document.querySelectorAll('main, [class*=scroll]').forEach((one) => one.scrollTo(0, 1e6))"
            )
            await page.screenshot(path=Path(FOLDER) / f"{screen}-{'-'.join(way)}-end.png")

    for path in ("hours", f"hours?group={group}", "routing", "response-times", "availability", "notices"):
        await go(page, f"/settings/{path}")
        await expect(
            page.get_by_role("button", name={"en": "Save", "pl": "Zapisz"}[language], exact=True)
        ).to_be_visible()
        await look(path.replace("?group=", "-of-"))
    vera = await acme.visitor()
    await go(page, "/inbox/open")
    talk = (await vera.says("Is there tea?"))["conversation"]
    await expect(page.locator(f"[data-row='{talk}']")).to_be_visible()
    await expect(page.locator(f"[data-row='{talk}'] [data-state='running']")).to_be_visible()
    later(acme, 8.1)
    await expect(page.get_by_role("alert").first).to_be_visible(timeout=20_000)
    await look("warned")
    later(acme, 2)
    await expect(page.locator("[role=alert] [class*=told]")).to_have_count(1)
    await expect(
        page.get_by_role("alert").filter(has_text={"en": "is late", "pl": "po terminie"}[language])
    ).to_be_visible(timeout=20_000)
    await look("late")
    # What stands for the time of the opening is shown on purpose where it is written.
    assert [fault for fault in album.faults if "{opening}" not in fault] == []
    assert {screen: faults for screen, faults in found.items() if faults} == {}
