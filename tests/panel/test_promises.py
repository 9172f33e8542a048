"""Promised times in the panel: policies by segment, what is due first, and who is told before it is too late."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.live.test_notices import MovedClock
from tests.panel.conftest import OpenPanel
from tests.panel.people import Api
from tests.panel.test_accessible import check

pytestmark = pytest.mark.annex("C5")
MINUTE = 60_000
QUICK = {"id": 0, "name": "Quick", "first": 10, "business": False}


def later(acme: Any, minutes: float) -> None:
    """Let it be so many minutes later for the hub, and whatever is due then be done."""
    acme.house.hub.clock.ahead += int(minutes * MINUTE)
    for lane in acme.house.hub.jobs._lanes:
        lane.wake.set()


async def test_a_warning_and_a_breach_are_seen_by_whoever_is_in_charge_and_go_with_the_answer(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    acme.house.hub.clock = MovedClock()
    await api("PUT", "sla", policies=[QUICK])
    ada, ben = await panel(), await panel("ben@acme.example")
    vera = await acme.visitor()
    name = vera.session["contact"]["name"]
    talk = (await vera.says("Is there tea?"))["conversation"]
    row = ada.locator(f"[data-row='{talk}']")
    await expect(row.get_by_text("10m left")).to_be_visible()
    helper = await acme.agent()
    await helper.call("conversation.assign", conversation=talk, agent=helper.session["agent"]["id"])
    await helper.leave()
    await expect(row).to_contain_text("Assigned to")
    later(acme, 8.1)
    told = ada.get_by_role("alert").filter(has_text="left for the first answer to")
    await expect(told).to_contain_text(name, timeout=20_000)
    await check(ada, "a warning")
    later(acme, 2)
    late = ada.get_by_role("alert").filter(has_text=f"The first answer to {name} is late")
    await expect(late).to_be_visible(timeout=20_000)
    await expect(told).to_have_count(0)
    assert await ben.get_by_role("alert").count() == 0, "it is Ada's conversation"
    await late.get_by_role("button", name="Open").click()
    await expect(ada).to_have_url(re.compile(f"/inbox/open/{talk}$"))
    await expect(late).to_have_count(0)


async def test_an_answer_takes_the_notice_away(acme: Any, panel: OpenPanel, api: Api) -> None:
    acme.house.hub.clock = MovedClock()
    await api("PUT", "sla", policies=[QUICK])
    ada, vera = await panel(), await acme.visitor()
    talk = (await vera.says("Is there tea?"))["conversation"]
    await expect(ada.locator(f"[data-row='{talk}']").get_by_text("10m left")).to_be_visible()
    later(acme, 10.1)
    late = ada.get_by_role("alert").filter(has_text="is late")
    await expect(late).to_be_visible(timeout=20_000)
    ben = await acme.agent("ben@acme.example")
    await ben.says("There is", talk)
    await expect(late).to_have_count(0)


async def test_a_policy_is_for_segments_that_are_chosen_by_name(acme: Any, panel: OpenPanel, api: Api) -> None:
    where = {"all": [{"type": "attribute", "attribute": "email", "op": "contains", "value": "@shop.example"}]}
    shops = (await api("POST", "segments", name="Shops", where=where))["id"]
    page = await panel(at="/settings/response-times")
    await page.get_by_role("button", name="Add a policy").click()
    policy = page.get_by_role("region", name="Policy 1")
    await policy.get_by_label("Name of the policy").fill("For shops")
    policy = page.get_by_role("region", name="For shops")
    await policy.get_by_label("Add a segment").select_option("Shops")
    await check(page, "a policy for a segment")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved. Running times")).to_be_visible()
    assert (await api("GET", "sla"))["policies"][0]["segments"] == [shops]
    await page.reload()
    segments = policy.get_by_role("group", name="Only for people of these segments")
    await segments.get_by_role("button", name="Remove Shops").click()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved. Running times")).to_be_visible()
    assert (await api("GET", "sla"))["policies"][0]["segments"] == []


async def test_what_is_due_first_stands_first(acme: Any, panel: OpenPanel, api: Api) -> None:
    urgent = {"id": 0, "name": "Urgent", "first": 5, "business": False, "priorities": ["urgent"]}
    await api("PUT", "sla", policies=[urgent, QUICK | {"priorities": ["normal"]}])
    vera, walt, wanda = await acme.visitor(), await acme.visitor(), await acme.visitor()
    slow, quick, none = [(await each.says("Hello"))["conversation"] for each in (vera, walt, wanda)]
    await api("PUT", f"conversations/{slow}/priority", priority="normal")
    page = await panel()
    await page.get_by_role("button", name="New view").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Name").fill("What is due")
    await dialog.get_by_label("Order").select_option("Due soonest first")
    await dialog.get_by_label("Name").press("Enter")
    rows = page.locator("[data-row]")
    await expect(page).to_have_url(re.compile(r"/inbox/view-\d+$"))

    async def order(*talks: int) -> None:
        for place, talk in enumerate(talks):
            await expect(rows.nth(place)).to_have_attribute("data-row", str(talk))

    await order(slow, none, quick)
    await api("PUT", f"conversations/{quick}/priority", priority="urgent")
    await order(quick, slow, none)
    await page.reload()
    await order(quick, slow, none)
