"""Agents are available, busy or away: by hand, by their hours, or because nobody touches the panel; visitors see faces only."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.accounts.availability import TURN
from hub.accounts.availability_rules import Availability, state_at
from hub.accounts.collections import AGENTS
from hub.core.collections import JOBS
from hub.core.weeks import Stretch
from storage.engine import INSTALLATION
from storage.filters import Eq
from tests.support.house import House, eventually, open_house

pytestmark = pytest.mark.annex("S2")
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)


@pytest.fixture
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    """A hub on the embedded store, or on the engine that a test asks for."""
    mongo = getattr(request, "param", "sqlite") == "mongo"
    url = request.getfixturevalue("mongo_url") if mongo else ""
    async with open_house(tmp_path / "data", presence_grace=0.2, mongo_url=url) as house:
        yield house
        assert house.log.tracebacks == []


def at(clock: str) -> int:
    return int(datetime.fromisoformat(f"2026-03-02T{clock}+00:00").timestamp() * 1000)  # a Monday


async def ask(who: Any, method: str, path: str, **body: Any) -> Any:
    """Ask the panel's API as an agent."""
    headers = {"Authorization": f"Bearer {who.auth['token']}", "Content-Type": "application/json"}
    data = json.dumps(body).encode() if method != "GET" else None
    request = urllib.request.Request(f"{who.url}/api/app/{path}", data, headers, method=method)
    return json.loads(await asyncio.to_thread(lambda: urllib.request.urlopen(request).read()) or b"null")


def test_by_hand_counts_until_the_next_edge_of_the_hours():
    hours = (Stretch((0, 1, 2, 3, 4), "09:00", "17:00"),)
    none = Availability(scheduled=True, week=hours)
    assert state_at(none, at("08:59")) == ("away", "schedule")
    assert state_at(none, at("09:00")) == ("available", "schedule")
    assert state_at(none, at("17:00")) == ("away", "schedule")
    lunch = Availability(scheduled=True, week=hours, hand="away", at=at("12:00"))
    assert state_at(lunch, at("16:59")) == ("away", "hand")
    assert state_at(lunch, at("17:00")) == ("away", "schedule")
    assert state_at(lunch, at("09:00") + 86_400_000) == ("available", "schedule")
    late = Availability(scheduled=True, week=hours, hand="available", at=at("20:00"))
    assert state_at(late, at("23:00")) == ("available", "hand")
    assert state_at(Availability(hand="busy", at=at("12:00")), at("23:00")) == ("busy", "hand")


def test_nobody_at_the_panel_makes_away_of_available_and_leaves_busy():
    asleep = Availability(idle=5, asleep=True)
    assert state_at(asleep, at("12:00")) == ("away", "idle")
    assert state_at(Availability(idle=5, asleep=True, hand="busy"), at("12:00")) == ("busy", "hand")
    assert state_at(Availability(asleep=True), at("12:00")) == ("available", "hand"), "who does not want it stays"


async def test_colleagues_hear_a_state_and_visitors_only_who_is_there(acme, globex):
    ada, ben = await acme.agent(), await acme.agent("ben@acme.example")
    vera, gus = await acme.visitor(), await globex.agent()
    me = ada.session["agent"]["id"]
    assert all(face["state"] == "available" for face in ben.session["agents"])
    assert all(set(face) == {"id", "name", "online"} for face in vera.session["application"]["agents"])
    await gus.hears("presence", id=gus.session["agent"]["id"], online=True)  # his own coming
    for who in (ben, vera, gus):
        who.forget()
    assert (await ask(ada, "PUT", "me/availability", state="busy"))["state"] == "busy"
    await ben.hears("availability", agent=me, state="busy", why="hand")
    await vera.hears("presence", id=me, online=True)
    await ask(ada, "PUT", "me/availability", state="away")
    await vera.hears("presence", id=me, online=False)
    assert not vera.events("availability"), "why somebody is not there is no visitor's matter"
    assert not gus.heard
    again = await acme.agent()  # another tab of an agent who is away: over reloads it stays so
    assert {face["id"]: face["state"] for face in again.session["agents"]}[me] == "away"
    walt = await acme.visitor()
    assert {face["id"]: face["online"] for face in walt.session["application"]["agents"]}[me] is False
    listed = await ask(ben, "GET", "agents/availability")
    assert {each["agent"]: each["state"] for each in listed["agents"]}[me] == "away"


async def test_an_owner_sends_home_who_forgot_and_an_agent_may_not(acme):
    ada, ben = await acme.agent(), await acme.agent("ben@acme.example")
    his = ben.session["agent"]["id"]
    await ask(ada, "PUT", f"agents/{his}/availability", state="away")
    await ben.hears("availability", agent=his, state="away")
    assert (await ask(ben, "GET", "me/availability"))["state"] == "away"


async def test_hours_turn_the_state_by_themselves_and_everybody_hears_it(acme, monkeypatch):
    ada, ben = await acme.agent(), await acme.agent("ben@acme.example")
    me, clock = ada.session["agent"]["id"], acme.house.hub.clock
    soon = datetime.now(UTC) + timedelta(minutes=30)
    begins = (soon.replace(minute=0) if soon.minute >= 30 else soon).strftime("%H:%M")
    ends = (soon + timedelta(hours=2)).strftime("%H:%M")
    week = [{"days": EVERY_DAY, "begins": (soon + timedelta(hours=1)).strftime("%H:%M"), "ends": ends}]
    set_to = await ask(ada, "PUT", "me/availability/rules", scheduled=True, zone="UTC", week=week, idle=None)
    assert (set_to["state"], set_to["why"]) == ("away", "schedule") and set_to["until"] > clock.now() and begins
    await ben.hears("availability", agent=me, state="away", why="schedule")
    ben.forget()
    ahead, now = set_to["until"] - clock.now() + 1_000, clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + ahead)
    acme.house.hub.jobs._lanes[0].wake.set()
    await ben.hears("availability", agent=me, state="available", why="schedule", within=10.0)


async def test_an_idle_panel_makes_away_and_a_touch_brings_back(acme):
    ada, ben = await acme.agent(), await acme.agent("ben@acme.example")
    me = ada.session["agent"]["id"]
    assert (await ask(ada, "PUT", "me/availability/idle", idle=True))["state"] == "available", "not asked for"
    await ask(ada, "PUT", "me/availability/rules", idle=5)
    await ask(ada, "PUT", "me/availability/idle", idle=True)
    await ben.hears("availability", agent=me, state="away", why="idle")
    await ask(ada, "PUT", "me/availability/idle", idle=False)
    await eventually(lambda: ben.events("availability")[-1]["state"] == "available")


async def test_a_zone_that_is_none_is_refused_and_a_key_is_nobody(acme):
    ada = await acme.agent()
    with pytest.raises(urllib.error.HTTPError) as refused:
        await ask(ada, "PUT", "me/availability/rules", scheduled=True, zone="Europe/Acme")
    assert refused.value.code == 400


@pytest.mark.parametrize("house", ["sqlite", "mongo"], indirect=True)
async def test_of_two_changes_at_once_none_is_lost(acme, house):
    ada = await acme.agent()
    me = ada.session["agent"]["id"]
    week = [{"days": EVERY_DAY, "begins": "09:00", "ends": "17:00"}]
    for minutes in range(1, 11):
        state = "busy" if minutes % 2 else "away"
        await asyncio.gather(
            ask(ada, "PUT", "me/availability/rules", idle=minutes), ask(ada, "PUT", "me/availability", state=state)
        )
        seen = await ask(ada, "GET", "me/availability")
        assert (seen["idle"], seen["state"]) == (minutes, state)
    for _ in range(5):
        zones = ("Europe/Warsaw", "UTC", "Europe/London")
        await asyncio.gather(
            *(ask(ada, "PUT", "me/availability/rules", scheduled=True, zone=zone, week=week) for zone in zones)
        )
        kept = (await house.hub.store.get(INSTALLATION, AGENTS, me))["availability"]
        jobs = (await house.hub.store.find(INSTALLATION, JOBS, Eq("app", 0), limit=500, scan=True)).items
        turns = [job["payload"]["turn"] for job in jobs if job["kind"] == TURN and job["payload"]["agent"] == me]
        assert kept["turn"] in turns and kept["zone"] in zones, "somebody wakes at the edges of the hours that count"
