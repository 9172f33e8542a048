"""Promised times: how soon conversations are answered and solved, told before they are over and when they are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from hub.accounts.opening import Holiday, HoursRule
from hub.chat import sla
from hub.chat.collections import CONVERSATIONS, SLA_TALLIES
from hub.chat.sla import LOOK
from hub.chat.sla_policies import SlaPolicy
from hub.chat.sla_timers import advance, due, wakes
from hub.core.collections import JOBS
from hub.core.weeks import Stretch
from storage.engine import INSTALLATION, Scope
from storage.filters import Eq
from tests.conftest import Company
from tests.live.test_availability import ask
from tests.support.house import open_house

pytestmark = pytest.mark.annex("C8", "X6")
MINUTE = 60_000
OFFICE = HoursRule(on=True, zone="UTC", week=(Stretch((0, 1, 2, 3, 4), "09:00", "17:00"),))
ALWAYS = HoursRule()


def at(moment: str) -> int:
    return int(datetime.fromisoformat(f"{moment}+00:00").timestamp() * 1000)


def talk(asked: int | None, **more: Any) -> dict[str, Any]:
    waits = None if asked is None else -asked
    return {"status": "open", "waits": waits, "created": asked or 0, "updated": asked or 0, "last": None} | more


def test_business_minutes_leave_out_nights_weekends_and_holidays_that_come_every_year():
    friday = at("2026-03-06T16:30")
    assert OFFICE.after(friday, 60 * MINUTE) == at("2026-03-09T09:30")
    assert OFFICE.after(at("2026-03-07T12:00"), MINUTE) == at("2026-03-09T09:01")
    assert OFFICE.between(friday, at("2026-03-09T09:30")) == 60 * MINUTE
    monday_off = HoursRule(True, "UTC", OFFICE.week, (Holiday("2020-03-09", "Day off", yearly=True),))
    assert monday_off.after(friday, 60 * MINUTE) == at("2026-03-10T09:30")
    assert HoursRule().after(friday, 60 * MINUTE) == friday + 60 * MINUTE
    spring = HoursRule(on=True, zone="Europe/Warsaw", week=(Stretch((6,), "00:00", "06:00"),))
    begins = spring.opens(at("2026-03-28T12:00"))
    assert begins and spring.between(begins, begins + 86_400_000) == 5 * 60 * MINUTE, "the night with an hour less"


def test_the_first_answer_is_due_in_time_warned_of_and_broken_once():
    policy, asked = SlaPolicy(1, "P", first=10, business=False), at("2026-03-06T12:00")
    sla, told = advance(talk(asked), policy, ALWAYS, asked)
    assert (due(sla), wakes(sla, asked), told) == (asked + 10 * MINUTE, asked + 8 * MINUTE, [])
    sla, told = advance(talk(asked, sla=sla), policy, ALWAYS, asked + 8 * MINUTE)
    assert [each.what for each in told] == ["warning"] and wakes(sla, asked) == asked + 10 * MINUTE
    again, told = advance(talk(asked, sla=sla), policy, ALWAYS, asked + 9 * MINUTE)
    assert (again, told) == (sla, [])
    sla, told = advance(talk(asked, sla=sla), policy, ALWAYS, asked + 10 * MINUTE)
    assert [each.what for each in told] == ["breach", "missed"] and wakes(sla, asked) is None
    late = talk(None, answered=-(asked + 11 * MINUTE), sla=sla)
    sla, told = advance(late, policy, ALWAYS, asked + 11 * MINUTE)
    assert told == [] and sla["timers"]["first"]["broken"] and due(sla) is None, "counted once"


def test_an_answer_in_time_is_kept_also_where_it_is_noticed_late():
    policy, asked = SlaPolicy(1, "P", first=10, business=False), at("2026-03-06T12:00")
    sla, _ = advance(talk(asked), policy, ALWAYS, asked)
    answered = talk(None, answered=-(asked + 5 * MINUTE), sla=sla)
    sla, told = advance(answered, policy, ALWAYS, asked + 60 * MINUTE)
    assert [each.what for each in told] == ["met"] and not sla["timers"]["first"]["broken"]


def test_each_question_begins_a_next_answer_and_pending_stops_every_time():
    policy, asked = SlaPolicy(1, "P", next=10, resolution=60, business=False), at("2026-03-06T12:00")
    document = talk(asked, answered=-(asked - MINUTE), created=asked)
    sla, _ = advance(document, policy, ALWAYS, asked)
    assert {kind: each["due"] - asked for kind, each in sla["timers"].items()} == {
        "next": 10 * MINUTE,
        "resolution": 60 * MINUTE,
    }
    sla, _ = advance(document | {"sla": sla, "status": "pending"}, policy, ALWAYS, asked + 4 * MINUTE)
    assert due(sla) is wakes(sla, asked) is None
    hour = asked + 64 * MINUTE
    sla, told = advance(document | {"sla": sla, "status": "open"}, policy, ALWAYS, hour)
    assert told == [] and sla["timers"]["next"]["due"] == hour + 6 * MINUTE
    assert sla["timers"]["resolution"]["due"] == hour + 56 * MINUTE
    last = {"author": {"kind": "agent"}, "at": hour + MINUTE}
    sla, told = advance(document | {"sla": sla, "waits": None, "last": last}, policy, ALWAYS, hour + 2 * MINUTE)
    assert [(each.kind, each.what) for each in told] == [("next", "met")]
    closed = document | {"sla": sla, "waits": None, "last": last, "status": "closed", "updated": hour + 57 * MINUTE}
    sla, told = advance(closed, policy, ALWAYS, hour + 57 * MINUTE)
    assert [(each.kind, each.what) for each in told] == [("resolution", "missed")] and due(sla) is None
    fresh, _ = advance(talk(hour * 2, sla=sla), policy, ALWAYS, hour * 2)
    assert fresh["timers"]["resolution"]["due"] == hour * 2 + 60 * MINUTE, "open again is a new promise"


@pytest.mark.parametrize("status", ["closed", "open"], ids=["closed", "and opened again at once"])
def test_a_question_that_is_closed_without_an_answer_is_no_promise_kept(status):
    policy, asked = SlaPolicy(1, "P", next=10, business=False), at("2026-03-06T12:00")
    question = {"author": {"kind": "contact"}, "at": asked}
    document = talk(asked, answered=-(asked - MINUTE), last=question)
    sla, _ = advance(document, policy, ALWAYS, asked)
    left = document | {"waits": None, "status": status, "updated": asked + MINUTE, "sla": sla}
    after, told = advance(left, policy, ALWAYS, asked + 2 * MINUTE)
    assert (told, after["timers"], due(after)) == ([], {}, None), "in time, so nothing was broken either"
    broken, told = advance(document | {"sla": sla}, policy, ALWAYS, asked + 10 * MINUTE)
    assert [each.what for each in told] == ["breach", "missed"]
    after, told = advance(left | {"sla": broken}, policy, ALWAYS, asked + 11 * MINUTE)
    assert told == [] and after["timers"]["next"]["broken"] and due(after) is None, "counted once, and over"


@pytest.fixture(params=["sqlite", "mongo"])
async def acme(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Company]:
    settings = {"mongo_url": request.getfixturevalue("mongo_url")} if request.param == "mongo" else {}
    async with open_house(tmp_path / "data", presence_grace=0.2, **settings) as house:
        company = Company(house, await house.application("Acme", "ada@acme.example", "ben@acme.example"))
        yield company
        await company.go_home()
        assert house.log.tracebacks == []


async def kept(company: Company, conversation: int, holds: Any, within: float = 8.0) -> Any:
    """Wait until what is kept of a conversation is so; return it."""
    until = asyncio.get_running_loop().time() + within
    while True:
        document = await company.house.hub.store.get(Scope(company.id), CONVERSATIONS, conversation)
        if holds(document):
            return document
        assert asyncio.get_running_loop().time() < until, document
        await asyncio.sleep(0.05)


async def counts(company: Company, holds: Any, within: float = 8.0) -> None:
    """Wait until there are so many jobs that look at promises: the one that runs makes the next."""
    until = asyncio.get_running_loop().time() + within
    while not holds(jobs := await company.house.hub.store.count(INSTALLATION, JOBS, Eq("kind", LOOK), scan=True)):
        assert asyncio.get_running_loop().time() < until, jobs
        await asyncio.sleep(0.05)


async def reports(ada: Any, wanted: dict[str, tuple[int, int]], within: float = 8.0) -> None:
    """Wait until the report counts so many promises kept and broken, by kind."""
    until = asyncio.get_running_loop().time() + within
    while True:
        figures = (await ask(ada, "GET", "sla/report"))["figures"]
        if (found := {each["kind"]: (each["met"], each["missed"]) for each in figures}) == wanted:
            return
        assert asyncio.get_running_loop().time() < until, found
        await asyncio.sleep(0.05)


async def test_a_promise_runs_is_shown_to_agents_alone_and_is_counted(acme, monkeypatch):
    ada, vera = await acme.agent(), await acme.visitor()
    plain = {"id": 0, "name": "Quick", "first": 10, "next": 5, "business": False}
    policy = (await ask(ada, "PUT", "sla", policies=[plain]))["policies"][0]["id"]
    begun = (await vera.says("Hello"))["conversation"]
    document = await kept(acme, begun, lambda one: one.get("sla"))
    assert document["sla_due"] == -(document["created"] + 10 * MINUTE), "below zero: what is due first is the largest"
    shown = await ada.hears("conversation", id=begun)
    shown = (await ada.call("conversation.open", conversation=begun))["conversation"]["sla"]
    assert (shown["policy"], shown["kind"], shown["broken"]) == (policy, "first", [])
    assert "sla" not in (await vera.call("conversation.open", conversation=begun))["conversation"]
    for number in range(5):  # one job for the next moment, and none per message
        await vera.says(f"And {number}", begun)
    await kept(acme, begun, lambda one: one["position"] == 6)
    await counts(acme, lambda jobs: jobs == 1)
    await ada.says("Here I am", begun)
    await kept(acme, begun, lambda one: one["sla"]["timers"]["first"]["done"] is not None and one["sla_due"] is None)
    await vera.says("A question", begun)
    await kept(acme, begun, lambda one: "next" in one["sla"]["timers"])
    clock, now = acme.house.hub.clock, acme.house.hub.clock.now
    for minutes, what in ((4, "warning"), (5, "breach")):
        monkeypatch.setattr(clock, "now", lambda minutes=minutes: now() + minutes * MINUTE + 500)
        acme.house.hub.jobs._lanes[0].wake.set()
        told = await ada.hears("sla", conversation=begun, what=what, within=15.0)
        assert told["kind"] == "next"
    assert not vera.events("sla")
    await reports(ada, {"first": (1, 0), "next": (0, 1)})


async def test_the_first_policy_that_fits_counts_and_a_priority_changes_it(acme):
    ada, vera = await acme.agent(), await acme.visitor()
    urgent = {"id": 0, "name": "Urgent", "first": 5, "business": False, "priorities": ["urgent"]}
    usual = {"id": 0, "name": "Usual", "first": 60, "business": False}
    first, second = ((each["id"]) for each in (await ask(ada, "PUT", "sla", policies=[urgent, usual]))["policies"])
    begun = (await vera.says("Hello"))["conversation"]
    document = await kept(acme, begun, lambda one: one.get("sla"))
    assert document["sla"]["policy"] == second and document["sla_due"] == -(document["created"] + 60 * MINUTE)
    await ada.call("conversation.priority", conversation=begun, priority="urgent")
    document = await kept(acme, begun, lambda one: one["sla"]["policy"] == first)
    assert document["sla_due"] == -(document["created"] + 5 * MINUTE)
    await ada.call("conversation.close", conversation=begun)
    await kept(acme, begun, lambda one: one["sla"]["ended"] and one["sla_due"] is None)


async def test_a_promise_is_counted_although_another_node_makes_the_tally_of_the_day_first(acme, monkeypatch):
    ada, vera = await acme.agent(), await acme.visitor()
    await ask(ada, "PUT", "sla", policies=[{"id": 0, "name": "Quick", "first": 10, "business": False}])
    make = sla._make

    async def both(*given: Any) -> Any:
        await make(*given)
        return await make(*given)

    monkeypatch.setattr(sla, "_make", both)
    begun = (await vera.says("Hello"))["conversation"]
    await kept(acme, begun, lambda one: one.get("sla"))
    await ada.says("Here I am", begun)
    await kept(acme, begun, lambda one: one["sla"]["timers"]["first"]["done"] is not None)
    (tally,) = (await acme.house.hub.store.find(Scope(acme.id), SLA_TALLIES)).items
    assert [each["first"] for each in tally["policies"].values()] == [{"met": 1}]
