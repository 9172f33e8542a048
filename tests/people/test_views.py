"""Views of the people table: kept on the server, one's own or the team's, in an order, and seen live."""

from __future__ import annotations

import pytest

from tests.people.conftest import Panel, Refused, house_on
from tests.support.people import settled

pytestmark = pytest.mark.annex("U2")
PRO = {"type": "attribute", "attribute": "plan", "op": "equals", "value": "pro"}


@pytest.fixture(params=["sqlite", "mongo"])
async def house(request, tmp_path):
    """A hub on each engine."""
    async with house_on(request, tmp_path) as house:
        yield house


@pytest.fixture
async def ben(acme):
    """Ben of Acme at the panel's API."""
    import aiohttp

    headers = {"Authorization": f"Bearer {await acme.token('ben@acme.example')}"}
    async with aiohttp.ClientSession(acme.house.url, headers=headers) as http:
        yield Panel(http)


async def names(who: Panel) -> list[str]:
    return [each["name"] for each in (await who("GET", "views"))["views"]]


async def test_a_view_keeps_what_the_table_shows(panel):
    await panel.contact(plan="pro")
    made = await panel("POST", "views", name=" Pros ", where={"all": [PRO]}, search="ver", sort="-id",
                       columns=["email", "own.plan"])  # fmt: skip
    assert (made["name"], made["where"], made["search"], made["sort"], made["columns"]) == (
        "Pros", {"all": [PRO]}, "ver", "-id", ["email", "own.plan"],
    )  # fmt: skip
    assert (made["shared"], made["own"], made["by"]) == (False, True, "Ada")
    changed = await panel("PATCH", f"views/{made['id']}", name="Paying", where=None, columns=None)
    assert (changed["name"], changed["where"], changed["search"], changed["columns"]) == ("Paying", None, "ver", None)
    assert (await panel("GET", "views"))["views"] == [changed]


async def test_a_private_view_is_its_agents_and_a_shared_one_the_teams(panel, ben, globex_panel):
    own = await panel("POST", "views", name="Mine")
    team = await panel("POST", "views", name="Ours", shared=True)
    assert await names(panel) == ["Mine", "Ours"] and await names(ben) == ["Ours"]
    assert await names(globex_panel) == []
    assert (await ben("PATCH", f"views/{team['id']}", name="Everybody's"))["own"] is False
    for who, id in ((ben, own["id"]), (globex_panel, own["id"]), (globex_panel, team["id"])):
        for method, path in (("PATCH", ""), ("DELETE", ""), ("POST", "/restore")):
            with pytest.raises(Refused) as refused:
                await who(method, f"views/{id}{path}", **({"name": "x"} if method == "PATCH" else {}))
            assert refused.value.status == 404
    await panel("PATCH", f"views/{own['id']}", shared=True)
    assert await names(ben) == ["Mine", "Everybody's"]
    await ben("PATCH", f"views/{own['id']}", shared=False)  # whoever takes it from the team keeps it
    assert await names(panel) == ["Everybody's"] and await names(ben) == ["Mine", "Everybody's"]


async def test_the_order_of_shared_views_is_everybodys(panel, ben):
    ids = {name: (await panel("POST", "views", name=name, shared=name != "C"))["id"] for name in "ABCD"}
    ordered = await panel("PUT", "views/order", views=[ids["D"], ids["C"], ids["A"], 999])
    assert [each["name"] for each in ordered["views"]] == ["D", "C", "A", "B"]
    assert await names(ben) == ["D", "A", "B"]
    await ben("PUT", "views/order", views=[ids["B"], ids["C"]])
    assert await names(ben) == ["B", "D", "A"]


async def test_a_deleted_view_comes_back_where_it_stood(house, panel, ben):
    ids = [(await panel("POST", "views", name=name, shared=True))["id"] for name in "ABC"]
    await panel("DELETE", f"views/{ids[1]}")
    assert await names(ben) == ["A", "C"]
    await panel("POST", f"views/{ids[1]}/restore")
    assert await names(ben) == ["A", "B", "C"]
    with pytest.raises(Refused) as refused:
        await panel("POST", f"views/{ids[1]}/restore")
    assert refused.value.status == 404


async def test_columns_without_a_view_follow_the_agent_into_any_browser(panel, ben):
    assert (await panel("GET", "views"))["columns"] is None
    await panel("PUT", "views/columns", columns=["tags", "email"])
    assert (await panel("GET", "views"))["columns"] == ["tags", "email"]
    assert (await ben("GET", "views"))["columns"] is None


async def test_open_panels_of_the_team_are_told_and_nobody_else(acme, globex, panel):
    ben, gus, vera = await acme.agent("ben@acme.example"), await globex.agent(), await acme.visitor()
    made = await panel("POST", "views", name="Ours", shared=True)
    await ben.hears("views")
    ben.forget()
    await panel("DELETE", f"views/{made['id']}")
    await ben.hears("views")
    assert gus.events("views") == vera.events("views") == []


async def test_the_views_of_a_removed_agent_go_and_those_of_the_team_stay(house, acme, panel, ben):
    await ben("POST", "views", name="Ben's")
    await ben("POST", "views", name="Ours", shared=True)
    agents = (await panel("GET", "agents"))["agents"]
    await panel("DELETE", f"agents/{next(each['id'] for each in agents if each['name'] == 'Ben')}")
    await settled(house)
    from hub.people.collections import VIEWS
    from storage.engine import Scope

    stored = (await house.hub.store.find(Scope(acme.id), VIEWS)).items
    assert [each["name"] for each in stored] == ["Ours"]


@pytest.mark.parametrize("body", [
    {"name": ""}, {"name": "x" * 65}, {"name": "x", "where": {"type": "nothing"}}, {"name": "x", "sort": "name"},
    {"name": "x", "search": "y" * 201}, {"name": "x", "columns": ["a"] * 101}, {"name": "x", "columns": [""]},
    {"name": "x", "where": {"type": "tag", "tag": "nobody has it"}}, {"name": "x\0"},
])  # fmt: skip
async def test_what_is_no_view_is_refused(panel, body):
    with pytest.raises(Refused) as refused:
        await panel("POST", "views", **body)
    assert refused.value.status == 400
    assert await names(panel) == []


async def test_a_renamed_tag_is_renamed_in_views(panel):
    vera = await panel.contact(first_name="Vera")
    vip = (await panel("POST", f"contacts/{vera}/tags", tag="vip"))["tag"]["id"]
    await panel("POST", "views", name="Guests", where={"any": [{"all": [{"type": "tag", "tag": "VIP"}]}]})
    await panel("PATCH", f"tags/{vip}", name="guest")
    assert (await panel("GET", "views"))["views"][0]["where"] == {"any": [{"all": [{"type": "tag", "tag": "guest"}]}]}
