"""Custom events: kept with their data, counted on the contact, in the timeline, one by one or a thousand at once."""

from __future__ import annotations

import asyncio

import pytest

from hub.people.collections import CONTACTS, EVENTS, PAGES
from hub.people.tracking import custom_events, ingesting
from storage.engine import Scope
from tests.people.conftest import Refused
from tests.support.people import settled

pytestmark = pytest.mark.annex("U8")


async def test_a_page_and_an_agent_send_events_and_both_stand_in_the_timeline(acme, panel):
    vera = await acme.visitor()
    contact = vera.session["contact"]["id"]
    await vera.call("event", name="looked", data={"tea": {"kind": "sencha", "grams": [50, 100]}})
    made = await panel("POST", f"contacts/{contact}/events", name="called back", at=1_700_000_000_000)
    assert made["is_new"] is True
    entries = (await panel("GET", f"contacts/{contact}/timeline?kinds=event"))["entries"]
    assert [each["data"]["name"] for each in entries] == ["looked", "called back"]
    assert entries[0]["data"]["data"] == {"tea": {"kind": "sencha", "grams": [50, 100]}}
    assert entries[1]["at"] == "2023-11-14T22:13:20.000Z"
    assert (await panel("POST", f"contacts/{contact}/events", name="looked"))["is_new"] is False


async def test_events_are_counted_with_their_first_and_last_time_whatever_order_they_come_in(house, acme, panel):
    vera = await panel.contact(first_name="Vera")
    for at in (2_000, 1_000, 3_000):
        await panel("POST", f"contacts/{vera}/events", name="buy", at=at)
    document = await house.hub.store.get(Scope(acme.id), CONTACTS, vera)
    (key,) = document["counted"]
    assert document["counts"][key] == {"count": 3, "first": 1_000, "last": 3_000}


@pytest.mark.parametrize(("event", "words"), [
    ({"name": ""}, "name"), ({"name": "x" * 129}, "name"), ({"name": "x", "data": []}, "data"),
    ({"name": "x", "at": -1}, "at"), ({"name": "x", "at": 10**15}, "at"), ({"name": "x", "data": {"a": "\0"}}, "data"),
    ({"name": "x", "data": {"a": "y" * 70_000}}, "64 KB"), ({"name": "x", "more": 1}, "more"), ({}, "name"),
])  # fmt: skip
async def test_a_bad_event_is_refused_and_nothing_is_kept(house, acme, panel, event, words):
    vera = await panel.contact(first_name="Vera")
    with pytest.raises(Refused, match=words) as refused:
        await panel("POST", f"contacts/{vera}/events", **event)
    assert refused.value.status == 400
    assert await house.hub.store.read(Scope(acme.id), EVENTS, vera) == []


async def test_ten_megabytes_of_data_are_refused_before_they_are_read(panel):
    vera = await panel.contact(first_name="Vera")
    with pytest.raises(Refused, match="a call takes 1 MB"):
        await panel("POST", f"contacts/{vera}/events", name="x", data={"a": "y" * 10_000_000})


async def test_an_application_that_makes_up_names_without_end_is_told_so(monkeypatch, panel, globex_panel):
    monkeypatch.setattr(custom_events, "MOST_NAMES", 3)
    vera = await panel.contact(first_name="Vera")
    for number in range(3):
        await panel("POST", f"contacts/{vera}/events", name=f"event {number}")
    with pytest.raises(Refused, match="at most 3 names of events"):
        await panel("POST", f"contacts/{vera}/events", name="event 3")
    await panel("POST", f"contacts/{vera}/events", name="event 2")  # the known ones go on
    walt = await globex_panel.contact(first_name="Walt")
    await globex_panel("POST", f"contacts/{walt}/events", name="event 9")  # and so do other tenants


@pytest.mark.annex("U1", "X2")
async def test_a_thousand_events_and_pages_of_many_contacts_at_once(house, acme, panel):
    people = [await panel.contact(custom_id=f"c-{number}", email=f"c{number}@x.example") for number in range(60)]
    buyers = await panel.segment("Buyers", {"type": "event", "event": "buy", "at_least": 8})
    tea = await panel.segment("Tea", {"type": "page", "url": "/tea*", "at_least": 8})
    await settled(house)
    events = [{"name": "buy", "custom_id": f"c-{number % 60}", "data": {"n": number}} for number in range(480)]
    pages = [{"url": "https://x.example/tea/1", "email": f"C{number % 60}@x.example"} for number in range(480)]
    wrong = [{"name": "buy"}, {"name": "buy", "contact": 999_999}, {"name": "", "contact": people[0]}, {"what": 1}]
    answer = await panel("POST", "events", events=events + wrong, pages=pages)
    assert answer["accepted"] == 960
    assert [(each["list"], each["index"]) for each in answer["refused"]] == [("events", 480 + n) for n in range(4)]
    await settled(house)
    scope = Scope(acme.id)
    for id in people:
        assert (
            len(await house.hub.store.read(scope, EVENTS, id)) == len(await house.hub.store.read(scope, PAGES, id)) == 8
        )
        assert await panel.segments_of(id) == [buyers, tea]
    with pytest.raises(Refused, match="1,000"):
        await panel("POST", "events", events=[{"name": "buy", "contact": people[0]}] * 1001)


async def test_two_calls_about_the_same_contacts_at_once_lose_nothing(house, acme, panel):
    people = [await panel.contact() for _ in range(5)]
    events = [{"name": "buy", "contact": id} for id in people] * 20
    answers = await asyncio.gather(*(panel("POST", "events", events=events) for _ in range(6)))
    assert [answer["accepted"] for answer in answers] == [100] * 6
    await settled(house)
    for id in people:
        document = await house.hub.store.get(Scope(acme.id), CONTACTS, id)
        assert [kept["count"] for kept in document["counts"].values()] == [120]
        assert len(await house.hub.store.read(Scope(acme.id), EVENTS, id, limit=1000)) == 120


async def test_a_job_that_is_begun_again_counts_nothing_twice(house, acme, panel):
    people = [await panel.contact() for _ in range(3)]
    at = house.hub.clock.now()
    deeds = [
        {"contact": id, "event": 1, "record": {"id": 500 + n, "event": 1, "name": "buy", "data": {}, "at": at}}
        for n, id in enumerate(people)
    ]
    await ingesting.count(house.hub, Scope(acme.id), {"deeds": deeds[:2]})  # killed after a part of it
    for _ in range(2):
        await ingesting.count(house.hub, Scope(acme.id), {"deeds": deeds})
    for id in people:
        document = await house.hub.store.get(Scope(acme.id), CONTACTS, id)
        assert document["counts"]["event:1"]["count"] == 1
        assert len(await house.hub.store.read(Scope(acme.id), EVENTS, id)) == 1


async def test_another_tenants_contacts_take_no_events(panel, globex_panel):
    vera = await panel.contact(custom_id="vera")
    answer = await globex_panel(
        "POST", "events", events=[{"name": "buy", "contact": vera}, {"name": "buy", "custom_id": "vera"}]
    )
    assert answer["accepted"] == 0 and len(answer["refused"]) == 2
    assert (await panel("GET", f"contacts/{vera}/timeline"))["entries"] == []
