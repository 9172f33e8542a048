"""What is done to everybody who matches: by conditions, words, a view; with its progress, stopped, and taken back."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from hub.people.operations import working
from storage.sqlite import SqliteEngine
from tests.people.conftest import Refused, house_on
from tests.support.house import ServerProcess, run_init
from tests.support.people import settled

pytestmark = pytest.mark.annex("U2", "U6", "U7")
FREE = {"type": "attribute", "attribute": "plan", "op": "equals", "value": "free"}


@pytest.fixture(params=["sqlite", "mongo"])
async def house(request, tmp_path, monkeypatch):
    """A hub on each engine. Where a contact costs much, few are several parts of an operation, too."""
    if request.param == "mongo":
        monkeypatch.setattr(working, "_PART", 25)
    async with house_on(request, tmp_path) as house:
        yield house


def embedded(house) -> bool:
    """Whether the store is the one of which many contacts ask little."""
    return isinstance(house.hub.store, SqliteEngine)


async def done(house, panel, id: int, status: str = "done") -> dict:
    await settled(house)
    operation = await panel("GET", f"operations/{id}")
    assert operation["status"] == status
    return operation


async def test_everybody_who_is_found_by_words_is_tagged_also_beyond_a_page(house, panel):
    many = 240 if embedded(house) else 60
    people = [await panel.contact(first_name="Vera" if number % 2 else "Walt") for number in range(many)]
    begun = await panel("POST", "operations", tag="found", search="ver")
    assert (await done(house, panel, begun["id"]))["changed"] == many // 2
    assert [each["count"] for each in await panel("GET", "tags")] == [many // 2]
    assert (await panel("GET", f"contacts/{people[1]}"))["tags"] == ["found"]


async def test_words_and_conditions_together_find_who_fulfils_both(house, panel):
    for number in range(6):
        await panel.contact(first_name="Vera" if number < 4 else "Walt", plan="free" if number % 2 else "pro")
    begun = await panel("POST", "operations", tag="both", search="vera", where={"all": [FREE]})
    assert (await done(house, panel, begun["id"]))["changed"] == 2


async def test_a_condition_that_nobody_counted_yet_is_asked_of_each(house, panel):
    people = [await panel.contact() for _ in range(3)]
    for number, times in zip(people, (1, 3, 0), strict=True):
        for _ in range(times):
            await panel("POST", f"contacts/{number}/events", name="buy", data={"amount": 200})
    often = {
        "type": "event",
        "event": "buy",
        "at_least": 2,
        "where": [{"property": "amount", "op": "gt", "value": 100}],
    }
    begun = await panel("POST", "operations", tag="buyer", where=often)
    assert (await done(house, panel, begun["id"]))["changed"] == 1
    assert (await panel("GET", f"contacts/{people[1]}"))["tags"] == ["buyer"]


async def test_a_value_is_set_for_all_of_a_view_although_they_match_no_more_and_taken_back(house, panel):
    many = 130 if embedded(house) else 40
    people = [await panel.contact(plan="free", seats=number) for number in range(many)]
    other = await panel.contact(plan="pro")
    view = await panel("POST", "views", name="Free", where={"all": [FREE]})
    begun = await panel("POST", "operations", attribute="plan", value="trial", view=view["id"])
    assert (begun["kind"], begun["name"], begun["value"]) == ("attribute", "plan", "trial")
    assert (await done(house, panel, begun["id"]))["changed"] == many
    assert (await panel("GET", f"contacts/{people[-1]}"))["attributes"]["plan"] == "trial"
    assert (await panel("GET", f"contacts/{other}"))["attributes"]["plan"] == "pro"
    await panel("PATCH", f"contacts/{people[0]}", attributes={"plan": "gold"})  # changed since: stays so
    await panel("POST", f"operations/{begun['id']}/undo")
    await done(house, panel, begun["id"], "undone")
    plans = [
        (await panel("GET", f"contacts/{id}"))["attributes"]["plan"]
        for id in (people[0], people[many // 2], people[-1])
    ]
    assert plans == ["gold", "free", "free"]


async def test_whoever_comes_after_it_began_is_not_meant(house, panel):
    for _ in range(3):
        await panel.contact()
    begun = await panel("POST", "operations", tag="first", where={"all": []})
    late = await panel.contact()
    assert (await done(house, panel, begun["id"]))["changed"] == 3
    assert (await panel("GET", f"contacts/{late}"))["tags"] == []


async def test_it_is_stopped_where_it_is_and_what_was_done_is_taken_back(house, panel):
    many = 900 if embedded(house) else 120
    await asyncio.gather(*(panel.contact() for _ in range(many)))
    begun = await panel("POST", "operations", tag="some", where={"all": []})
    stopped = await panel("POST", f"operations/{begun['id']}/cancel")
    assert stopped["status"] == "cancelled"
    operation = await done(house, panel, begun["id"], "cancelled")
    assert operation["changed"] == (await panel("GET", "tags"))[0]["count"] < many
    with pytest.raises(Refused, match="ended already"):
        await panel("POST", f"operations/{begun['id']}/cancel")
    await panel("POST", f"operations/{begun['id']}/undo")
    await done(house, panel, begun["id"], "undone")
    assert (await panel("GET", "tags"))[0]["count"] == 0


async def test_its_progress_is_told_to_the_team_and_to_nobody_else(house, acme, globex, panel):
    ben, gus, vera = await acme.agent("ben@acme.example"), await globex.agent(), await acme.visitor()
    many = 150 if embedded(house) else 30
    for _ in range(many):
        await panel.contact()
    begun = await panel("POST", "operations", tag="seen", where={"all": []})
    told = await ben.hears("operation", within=20, id=begun["id"], status="done")
    assert (told["changed"], told["progress"], told["by"]) == (many + 1, 1.0, "Ada")
    assert ben.events("operation")[0]["status"] == "running"
    assert gus.events("operation") == vera.events("operation") == []
    assert [each["id"] for each in await panel("GET", "operations")] == [begun["id"]]


async def test_another_tenant_sees_and_stops_nothing(house, panel, globex_panel):
    begun = await panel("POST", "operations", tag="ours", contacts=[await panel.contact()])
    for method, path in (("GET", ""), ("POST", "/cancel"), ("POST", "/undo")):
        with pytest.raises(Refused) as refused:
            await globex_panel(method, f"operations/{begun['id']}{path}")
        assert refused.value.status == 404
    assert await globex_panel("GET", "operations") == []


WRONG = [
    ({"attribute": "email", "value": "a@b.example", "search": "x"}, "different for everybody"),
    ({"attribute": "nothing", "value": 1, "search": "x"}, "no attribute"),
    ({"attribute": "score", "search": "x"}, "value"), ({"attribute": "last_seen", "value": 1, "search": "x"}, "can't be set"),
    ({"attribute": "score", "value": "many", "search": "x"}, "score"), ({"tag": "x", "view": 99}, "404"),
    ({"tag": "x", "search": "a", "contacts": [1]}, "which contacts"), ({"tag": "x", "search": "  "}, "which contacts"),
]  # fmt: skip


async def test_what_can_t_be_done_is_refused(house, panel):
    for body, words in WRONG:
        with pytest.raises(Refused, match=words):
            await panel("POST", "operations", **body)
        assert await panel("GET", "operations") == [], body


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
async def test_search_goes_on_page_by_page_newest_first_and_with_conditions(house, panel):
    people = [await panel.contact(first_name="Vera", plan="free" if number % 3 else "pro") for number in range(700)]
    found, cursor, where = [], None, {"where": {"all": [FREE]}}
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = await panel("POST", "contacts/find", search="ver", limit=150, **where, **more)
        found += [each["id"] for each in page["contacts"]]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert found == [id for number, id in enumerate(people) if number % 3][::-1]
    counted = await panel("POST", "segments/preview", search="ver", **where)
    assert (counted["count"], counted["exact"]) == (len(found), True)
    for wrong in ("below:x", "2", "below:" + "9" * 40):
        with pytest.raises(Refused, match="another list"):
            await panel("POST", "contacts/find", search="ver", cursor=wrong)


async def test_it_is_whole_after_kill_9(tmp_path):
    key = run_init(tmp_path / "data")["api_key"]
    server = ServerProcess(tmp_path / "data")

    async def call(method: str, path: str, **body):
        async with (
            aiohttp.ClientSession(server.url, headers={"Authorization": f"Token {key}"}) as http,
            http.request(method, f"/api/app/{path}", json=body or None) as response,
        ):
            assert response.status < 300, await response.text()
            return await response.json()

    with server:
        async with aiohttp.ClientSession(server.url, headers={"Authorization": f"Token {key}"}) as http:
            rows = "".join(f"p{number}@acme.example,free\n" for number in range(3000))
            async with http.post("/api/app/imports?name=p.csv", data=f"email,plan\n{rows}".encode()) as response:
                made = (await response.json())["id"]
        await call("POST", f"imports/{made}/start", match="auto")
        async with asyncio.timeout(60):
            while (await call("GET", f"imports/{made}"))["state"] != "done":
                await asyncio.sleep(0.1)
        begun = await call("POST", "operations", attribute="plan", value="pro", where=FREE)
        async with asyncio.timeout(20):
            while not (await call("GET", f"operations/{begun['id']}"))["changed"]:
                await asyncio.sleep(0.005)
        server.kill()
        server.start()
        async with asyncio.timeout(60):
            while (operation := await call("GET", f"operations/{begun['id']}"))["status"] != "done":
                await asyncio.sleep(0.1)
        assert operation["changed"] == 3000
        await call("POST", f"operations/{begun['id']}/undo")
        async with asyncio.timeout(60):
            while (await call("GET", f"operations/{begun['id']}"))["status"] != "undone":
                await asyncio.sleep(0.1)
        assert (await call("POST", "segments/preview", where=FREE))["count"] == 3000
