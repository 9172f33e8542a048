"""Groups of agents in the panel: made in the settings, seen in the inbox, assigned by keyboard."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.panel.conftest import OpenPanel, until
from tests.panel.people import Api, go
from tests.panel.test_accessible import FAINT, NAMELESS, UNTITLED
from tests.panel.test_inbox import view

pytestmark = pytest.mark.annex("C8")
BEN = "ben@acme.example"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "locale": "pl-PL", "color_scheme": "dark"}


def rules(page: Page) -> Any:
    return page.get_by_role("list", name="Which contacts go to which group").get_by_role("listitem")


async def rules_of(api: Api) -> list[tuple[int, int]]:
    return [(each["segment"], each["group"]) for each in (await api("GET", "group-rules"))["rules"]]


async def kept(api: Api, *expected: tuple[int, int], page: Page) -> None:
    """Wait until the server has these rules."""
    for _ in range(100):
        if await rules_of(api) == list(expected):
            return
        await page.wait_for_timeout(50)
    assert await rules_of(api) == list(expected)


async def segment(api: Api, name: str, plan: str) -> int:
    where = {"type": "attribute", "attribute": "plan", "op": "equals", "value": plan}
    return int((await api("POST", "segments", name=name, where=where))["id"])


async def test_an_owner_makes_a_group_and_orders_its_rules_by_keyboard_alone(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    first, second = await segment(api, "Pros", "pro"), await segment(api, "Trials", "trial")
    page = await panel(at="/settings/groups")
    keys = page.keyboard
    await expect(page.get_by_role("heading", name="No groups yet")).to_be_visible()
    await page.get_by_role("button", name="Add a group").focus()
    await keys.press("Enter")
    await expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    await keys.press("Enter")
    await expect(page.get_by_text("Give the group a name.")).to_be_visible()
    await keys.type("Sales")
    await keys.press("Tab")
    await keys.press("Space")
    await keys.press("Enter")
    groups = page.get_by_role("list", name="Groups of agents").get_by_role("listitem")
    await expect(groups.filter(has_text="Sales").filter(has_text="Ada")).to_have_count(1)
    (sales,) = (each["id"] for each in (await api("GET", "groups"))["groups"])

    add = page.get_by_label("Add a rule for a segment…")
    await add.select_option("Pros")
    await expect(rules(page)).to_have_count(1)
    await kept(api, (first, sales), page=page)
    await add.select_option("Trials")
    await kept(api, (first, sales), (second, sales), page=page)
    await page.get_by_role("button", name="Move Trials up").focus()
    await keys.press("Enter")
    await expect(page.get_by_role("button", name="Move Trials down")).to_be_focused()
    await kept(api, (second, sales), (first, sales), page=page)
    await keys.press("Enter")
    await kept(api, (first, sales), (second, sales), page=page)
    await page.get_by_role("button", name="Remove the rule for Pros").press("Enter")
    await kept(api, (second, sales), page=page)
    await page.get_by_label("Conversations of all other contacts go to").select_option("Sales")
    for _ in range(100):
        if (await api("GET", "group-rules"))["otherwise"] == sales:
            break
        await page.wait_for_timeout(50)
    await page.reload()
    await expect(page.get_by_label("Conversations of all other contacts go to")).to_have_value(str(sales))

    await page.get_by_role("button", name="Change Sales").click()
    await page.get_by_role("textbox", name="Name").fill("Trade")
    await page.get_by_role("checkbox", name="Ben").check()
    await page.get_by_role("button", name="Save").click()
    await expect(groups.filter(has_text="Trade").filter(has_text="Ben")).to_have_count(1)
    await page.get_by_role("button", name="Delete Trade").click()
    await expect(page.get_by_role("dialog").get_by_role("button", name="Cancel")).to_be_focused()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(page.get_by_role("heading", name="No groups yet")).to_be_visible()
    await kept(api, page=page)


async def test_a_segment_that_asks_for_the_group_is_not_offered_as_a_rule(
    acme: Any,
    panel: OpenPanel,
    api: Api,
) -> None:
    sales = (await api("POST", "groups", name="Sales", agents=[]))["id"]
    asks = (await api("POST", "segments", name="Round", where={"type": "group", "group": sales}))["id"]
    await api("POST", "segments", name="Behind it", where={"none": [{"type": "segment", "segment": asks}]})
    await segment(api, "Pros", "pro")
    page = await panel(at="/settings/groups")
    offered = page.get_by_label("Add a rule for a segment…").get_by_role("option")
    await expect(offered).to_have_text(["Add a rule for a segment…", "Pros"])


async def test_who_is_no_owner_sees_groups_and_is_told_whom_to_ask(acme: Any, panel: OpenPanel, api: Api) -> None:
    sales = (await api("POST", "groups", name="Sales", agents=[]))["id"]
    pros = await segment(api, "Pros", "pro")
    await api("PUT", "group-rules", rules=[{"segment": pros, "group": sales}])
    page = await panel(BEN, at="/settings/groups")
    await expect(page.get_by_text("Only owners change groups")).to_be_visible()
    await expect(rules(page).filter(has_text="Pros")).to_have_count(1)
    await expect(page.get_by_role("button", name=re.compile("Add|Delete|Move|Change Sales"))).to_have_count(0)
    await expect(rules(page).get_by_role("combobox").first).to_be_disabled()


async def test_views_rows_and_header_show_groups_and_follow_what_happens(acme: Any, panel: OpenPanel, api: Api) -> None:
    ada, ben = [each["id"] for each in (await api("GET", "agents"))["agents"]]
    vera, socket = await acme.visitor(), await acme.agent(BEN)
    page = await panel()
    await expect(view(page, "My groups")).to_have_count(0)
    sales = (await api("POST", "groups", name="Sales", agents=[ada]))["id"]
    await api("POST", "groups", name="Care", agents=[ben])
    await expect(view(page, "My groups")).to_have_count(1)
    await expect(view(page, "Care")).to_have_count(1)
    begun = (await vera.says("Hello?"))["conversation"]
    await expect(page.locator("a[data-row]")).to_have_count(1)
    await socket.call("conversation.group", conversation=begun, group=sales)
    await expect(view(page, "My groups")).to_have_text("My groups1")
    await expect(view(page, "Sales")).to_have_text("Sales1")
    await expect(page.locator("a[data-row]")).to_contain_text("For the group Sales")
    await view(page, "Sales").click()
    await expect(page.locator("a[data-row]")).to_have_count(1)
    await expect(page.locator("a[data-row]")).not_to_contain_text("For the group")
    await page.locator("a[data-row]").click()
    await expect(page.get_by_role("button", name="For the group Sales, nobody is assigned. Assign")).to_be_visible()
    await api("PATCH", f"groups/{sales}", name="Trade")
    await expect(view(page, "Trade")).to_have_text("Trade1")
    await api("DELETE", f"groups/{sales}")
    await expect(page).to_have_url(re.compile("/inbox/open$"))
    await expect(view(page, "My groups")).to_have_count(0)
    await expect(page.locator("a[data-row]")).to_have_count(1)


async def test_a_group_is_assigned_by_keyboard_and_the_agent_in_charge_stays(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    care = (await api("POST", "groups", name="Care", agents=[]))["id"]
    begun = (await (await acme.visitor()).says("Hello?"))["conversation"]
    ben = await acme.agent(BEN)
    page = await panel(at=f"/inbox/open/{begun}")
    await expect(page.get_by_role("button", name="Nobody is assigned. Assign")).to_be_visible()
    keys = page.keyboard
    await page.get_by_role("region", name="Messages").focus()
    await keys.press("a")
    await expect(page.get_by_role("menu")).to_be_visible()
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await ben.hears("conversation", id=begun, assignee={"id": ben.session["agents"][0]["id"], "name": "Ada"})
    await keys.press("a")
    await expect(page.get_by_role("menu").get_by_role("group", name="For which group?")).to_be_visible()
    await expect(page.locator("[role=menu]:is(:focus, :focus-within)")).to_have_count(1)
    for _ in range(4):
        await keys.press("ArrowDown")
    await expect(page.get_by_role("menuitem", name="Care")).to_be_focused()
    await keys.press("Enter")
    state = await ben.hears("conversation", id=begun, group=care)
    assert state["assignee"]["name"] == "Ada"
    await expect(page.get_by_role("button", name=re.compile("^Assigned to Ada"))).to_be_visible()
    await expect(page.get_by_role("button", name=re.compile("Care"))).to_be_visible()
    await view(page, "Care").click()
    await expect(page.locator("a[data-row]")).to_have_count(1)


async def test_only_the_agents_of_a_group_are_told_of_its_conversations(acme: Any, panel: OpenPanel, api: Api) -> None:
    ada, ben = [each["id"] for each in (await api("GET", "agents"))["agents"]]
    care = (await api("POST", "groups", name="Care", agents=[ben]))["id"]
    empty = (await api("POST", "groups", name="Empty", agents=[]))["id"]
    adas, bens = await panel(), await panel(BEN)
    await api("PUT", "group-rules", rules=[], otherwise=care)
    await (await acme.visitor()).says("For care")
    await until(bens, "() => document.title.startsWith('(1)')")
    await expect(adas.locator("a[data-row]")).to_contain_text("For care")
    assert not (await adas.title()).startswith("("), "she sees it, and is not called"
    await api("PUT", "group-rules", rules=[], otherwise=empty)
    await (await acme.visitor()).says("For nobody in particular")
    await until(adas, "() => document.title.startsWith('(1)')")
    await until(bens, "() => document.title.startsWith('(2)')")
    await api("PUT", f"groups/{care}/agents/{ada}")
    await until(adas, "() => document.title.startsWith('(2)')")


async def test_people_show_and_segments_ask_for_the_group(acme: Any, panel: OpenPanel, api: Api) -> None:
    sales = (await api("POST", "groups", name="Sales", agents=[]))["id"]
    pros = await segment(api, "Pros", "pro")
    await api("PUT", "group-rules", rules=[{"segment": pros, "group": sales}])
    vera = await api.contact(first_name="Vera", plan="pro")
    await api.contact(first_name="Walt", plan="free")
    page = await panel(at=f"/person/{vera}")
    await expect(page.get_by_role("heading", name="Group of agents")).to_be_visible()
    await expect(page.get_by_role("article", name="Vera").get_by_text("Sales", exact=True)).to_be_visible()
    await go(page, "/segments/new")
    await page.get_by_role("textbox", name="Name").fill("Of sales")
    await page.get_by_role("button", name="Add a condition").click()
    await page.get_by_role("menuitem", name="Group of agents").click()
    await page.get_by_label("Group of agents", exact=True).select_option("Sales")
    await expect(page.get_by_text("belongs to the group of agents “Sales”").first).to_be_visible()
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page).to_have_url(re.compile(r"/segments/\d+$"))
    of_sales = page.get_by_role("region", name="Views").get_by_role("link", name=re.compile("^Of sales"))
    await expect(of_sales).to_have_text("Of sales1")


@pytest.mark.parametrize("window", [{}, PHONE])
async def test_groups_can_be_read_and_do_not_scroll_sideways(
    acme: Any,
    panel: OpenPanel,
    api: Api,
    window: dict[str, Any],
) -> None:
    ada, ben = [each["id"] for each in (await api("GET", "agents"))["agents"]]
    page = await panel(**window, at="/settings/groups")
    for look in ("empty", "full"):
        if look == "full":
            sales = (await api("POST", "groups", name="Sprzedaż i obsługa klientów hurtowych", agents=[ada, ben]))["id"]
            await api("POST", "groups", name="Care", agents=[])
            named = "Klienci planu profesjonalnego z dawnej oferty"
            first, second = await segment(api, named, "pro"), await segment(api, "Pros", "x")
            await api("PUT", "group-rules", otherwise=sales,
                      rules=[{"segment": first, "group": sales}, {"segment": second, "group": sales}])  # fmt: skip
            await page.reload()
            await expect(page.get_by_role("combobox")).not_to_have_count(0)
        assert await page.evaluate(FAINT) == []
        assert await page.evaluate(NAMELESS) == []
        assert await page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    await page.get_by_role("button", name=re.compile("(Change|Zmień:) Care")).click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await page.evaluate(UNTITLED) == []
    assert await page.evaluate(NAMELESS) == []
