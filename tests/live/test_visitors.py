"""Who is on the website now, as agents see it; and a conversation that they begin with somebody of them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.people.conftest import Panel, panel_of

pytestmark = pytest.mark.annex("H3")

CUPS = {
    "url": "https://shop.example/cups?utm_source=letter&utm_campaign=spring#top",
    "title": "Cups",
    "referrer": "https://search.example/?q=cups",
}
PLATES = {"url": "https://shop.example/plates", "title": "Plates", "referrer": ""}


@pytest.fixture
async def api(acme):
    panel: Panel = await panel_of(acme)
    yield panel
    await panel._http.close()


async def _sees(api: Panel, holds: Any, **asked: Any) -> dict[str, Any]:
    """Ask until the list is as expected; return it."""
    found: dict[str, Any] = {}
    for _ in range(100):
        found = await api("POST", "visitors/find", limit=100, **asked)
        if holds(found):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(found)


async def test_the_list_says_who_is_where_from_where_and_in_talk_with_whom(acme, globex, api):
    vera = await acme.visitor(page=CUPS, browser={"time_zone": "Europe/Warsaw"})
    walt = await acme.visitor(page=PLATES, browser={"time_zone": "Asia/Calcutta"})
    await globex.visitor(page=PLATES)
    who = vera.session["contact"]["id"]
    await vera.call("contact.update", email="vera@tea.example", name="Vera")
    talk = (await vera.says("Hello"))["conversation"]
    ada = await acme.agent()
    await ada.call("conversation.assign", conversation=talk, agent=ada.session["agent"]["id"])
    found = await _sees(api, lambda found: any(each["talk"] and each["talk"]["name"] for each in found["visitors"]))
    assert (found["total"], found["found"]) == (2, 2)
    first = next(each for each in found["visitors"] if each["id"] == who)
    assert (first["name"], first["known"], first["title"], first["pages"], first["visits"]) == (
        "Vera",
        True,
        "Cups",
        1,
        1,
    )
    assert (first["referrer"], first["campaign"]) == ("search.example", "letter / spring")
    assert first["talk"] == {"conversation": talk, "assignee": ada.session["agent"]["id"], "name": "Ada"}
    assert (first["country"], first["estimated"]) == ("PL", True)
    other = next(each for each in found["visitors"] if each["id"] != who)
    assert (other["country"], other["known"], other["talk"]) == ("IN", False, None)
    assert {each["url"]: each["count"] for each in found["pages"]} == {
        "https://shop.example/cups": 1,
        "https://shop.example/plates": 1,
    }
    assert found["countries"] == {"PL": 1, "IN": 1}
    places = {each["country"]: (each["latitude"], each["longitude"], each["estimated"]) for each in found["places"]}
    assert places["PL"] == (52.25, 21.0, True)
    # Where somebody goes, the list follows; who leaves is gone from it.
    await walt.call("page", **CUPS)
    await _sees(
        api,
        lambda found: [(each["url"], each["count"]) for each in found["pages"]] == [("https://shop.example/cups", 2)],
    )
    await walt.leave()
    await _sees(api, lambda found: found["total"] == 1)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"page": "https://shop.example/cups?other=1"}, {"Vera"}),
        ({"country": "IN"}, {"Walt"}),
        ({"known": True}, {"Vera"}),
        ({"known": False}, {"Walt"}),
        ({"search": "plates"}, {"Walt"}),
        ({"search": "vera CUPS"}, {"Vera"}),
        ({"search": "nobody"}, set()),
    ],
    ids=["page", "country", "known", "unknown", "page-words", "name-words", "nobody"],
)
async def test_the_list_is_narrowed_and_the_counts_follow(acme, api, asked, expected):
    vera = await acme.visitor(page=CUPS, browser={"time_zone": "Europe/Warsaw"})
    walt = await acme.visitor(page=PLATES, browser={"time_zone": "Asia/Kolkata"})
    await vera.call("contact.update", email="vera@tea.example", name="Vera")
    names = {vera.session["contact"]["id"]: "Vera", walt.session["contact"]["id"]: "Walt"}
    await _sees(api, lambda found: sum(each["known"] for each in found["visitors"]) == 1 and len(found["pages"]) == 2)
    found = await api("POST", "visitors/find", **asked)
    assert {names[each["id"]] for each in found["visitors"]} == expected
    assert (found["total"], found["found"]) == (2, len(expected)) and sum(found["countries"].values()) == len(expected)


@pytest.mark.annex("C2")
async def test_ada_begins_a_conversation_with_vera_who_hears_it_at_once_and_others_do_not(acme, api):
    vera, walt = await acme.visitor(page=CUPS), await acme.visitor(page=PLATES)
    who = vera.session["contact"]["id"]
    sent = await api(
        "POST", f"contacts/{who}/conversations", client_id="a1", text="May I help with the cups?", size="bubble"
    )
    heard = await vera.hears("message")
    assert (heard["text"], heard["size"], heard["author"]["name"]) == ("May I help with the cups?", "bubble", "Ada")
    again = await api(
        "POST", f"contacts/{who}/conversations", client_id="a1", text="May I help with the cups?", size="bubble"
    )
    assert again["id"] == sent["id"] and len(vera.events("message")) == 1
    assert walt.events("message") == []
    answer = await vera.says("Yes please", sent["conversation"])
    assert answer["conversation"] == sent["conversation"]
