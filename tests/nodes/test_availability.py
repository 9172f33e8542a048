"""How much of each month each service was there, and that the operator sees it (L1)."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.request
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hub.core import availability
from hub.core.availability import Availability, Month, months, note
from hub.doors.cli.availability_table import availability_table
from server import COLLECTIONS, STREAMS
from storage.engine import Engine
from storage.mongo import MongoEngine
from storage.sqlite import SqliteEngine
from tests.support.commands import apart, command
from tests.support.house import ServerProcess, eventually, open_house, run_init

pytestmark = pytest.mark.annex("L1")

SERVICES = {"chat", "api", "pages", "store"}
MOST = 12_500


def at(moment: str) -> int:
    """Milliseconds of a moment in UTC."""
    return int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.fixture(params=["sqlite", "mongo"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Engine]:
    made: Engine = SqliteEngine(tmp_path) if request.param == "sqlite" else MongoEngine(
        request.getfixturevalue("mongo_url")
    )  # fmt: skip
    await made.open(COLLECTIONS, STREAMS)
    yield made
    await made.close()


async def test_a_service_that_is_seen_again_and_again_was_never_down(store):
    begin = at("2026-11-10T12:00:00")
    for moment in range(begin, begin + 60_001, 5_000):
        await note(store, "chat", moment, MOST)
    assert await months(store, begin + 62_000) == [Month("chat", "2026-11", 60_000, 0, 0, 0)]


async def test_what_nobody_saw_was_downtime_in_the_months_in_which_it_lay(store):
    await note(store, "chat", at("2026-10-31T23:59:00"), MOST)
    await note(store, "chat", at("2026-10-31T23:59:10"), MOST)
    await note(store, "chat", at("2026-12-01T00:00:30"), MOST)
    await note(store, "chat", at("2026-12-01T00:00:35"), MOST)
    whole = 30 * 24 * 3_600_000
    assert await months(store, at("2026-12-01T00:00:36")) == [
        Month("chat", "2026-12", 35_000, 30_000, 1, 30_000),
        Month("chat", "2026-11", whole, whole, 1, whole),
        Month("chat", "2026-10", 60_000, 50_000, 1, 50_000),
    ]


async def test_two_nodes_that_come_back_at_the_same_moment_count_an_outage_once(store):
    begin = at("2026-11-10T12:00:00")
    await note(store, "chat", begin, MOST)
    await asyncio.gather(*(note(store, "chat", begin + 60_000 + node, MOST) for node in range(4)))
    (month,) = await months(store, begin + 60_010)
    assert month.outages == 1 and 60_000 <= month.down <= 60_003


async def test_services_are_counted_each_for_itself(store):
    begin = at("2026-11-10T12:00:00")
    for service in ("chat", "api"):
        await note(store, service, begin, MOST)
    await note(store, "api", begin + 10_000, MOST)
    await note(store, "api", begin + 20_000, MOST)
    await note(store, "chat", begin + 20_000, MOST)
    assert [(each.service, each.down) for each in await months(store, begin + 21_000)] == [("api", 0), ("chat", 20_000)]


async def test_what_is_down_now_is_told_before_it_is_back(store):
    await note(store, "chat", at("2026-11-30T23:59:00"), MOST)
    december, november = await months(store, at("2026-12-01T00:02:00"))
    assert december == Month("chat", "2026-12", 120_000, 120_000, 1, 120_000)
    assert november == Month("chat", "2026-11", 60_000, 60_000, 1, 60_000)


def test_the_table_marks_what_is_below_the_goal_and_never_rounds_up_to_all_of_it():
    thirty_days = 30 * 24 * 3_600_000
    good = Month("api", "2026-11", thirty_days, 8 * 60_000, 2, 5 * 60_000)
    bad = Month("chat", "2026-11", thirty_days, 9 * 60_000, 1, 9 * 60_000)
    nearly = Month("store", "2026-11", thirty_days, 1_000, 1, 1_000)
    _, first, second, third = availability_table([good, bad, nearly]).splitlines()
    assert "99.981 %" in first and "8.0 min" in first and "below" not in first
    assert "99.979 %" in second and second.endswith("below 99.98%")
    assert "99.999 %" in third
    assert "Nothing was measured yet" in availability_table([])


async def test_a_service_that_stops_answering_is_down_until_it_answers(tmp_path, monkeypatch):
    monkeypatch.setattr(availability, "EVERY", 0.05)
    works = True

    async def probe() -> None:
        if not works:
            raise ConnectionError("no answer")

    async with open_house(tmp_path / "data") as house:
        watching = house.hub.part(Availability)
        watching.watch("calls", probe)
        task = house.hub.spawn("availability", watching.run())
        await asyncio.sleep(0.3)
        works = False
        await asyncio.sleep(0.5)
        works = True
        await asyncio.sleep(0.3)
        (month,) = watching.months
        assert month.outages == 1 and 400 < month.down < 700 and month.measured > 900
        warned = [facts for level, event, facts in house.log.lines if event == "a service does not answer"]
        assert [facts["service"] for facts in warned] == ["calls"]
        task.cancel()


async def test_a_store_that_hangs_does_not_hold_up_the_stop_of_the_process(tmp_path, monkeypatch):
    async with open_house(tmp_path / "data") as house:
        watching = house.hub.part(Availability)
        for service in ("calls", "mail", "push"):
            watching.watch(service, house.hub.store.ping)
        task = house.hub.spawn("availability", watching.run())
        await eventually(lambda: len(watching.months) == 3)
        monkeypatch.setattr(availability, "note", lambda *_: asyncio.sleep(3600))
        await asyncio.wait_for(watching.part(), 5)
        task.cancel()


def measured(data: Path, run: Any = command) -> dict[str, Any]:
    """What the command line tells of a data folder, by service."""
    done = run("availability", "--data", data, "--json")
    assert done.returncode == 0, done.stderr
    return {each["service"]: each for each in json.loads(done.stdout)}


def test_the_time_between_a_killed_server_and_the_next_one_is_downtime_of_each_of_its_services(tmp_path):
    data = tmp_path / "data"
    run_init(data)
    with ServerProcess(data) as server:
        began = time.monotonic()
        while set(measured(data)) != SERVICES:
            assert time.monotonic() < began + 15
            time.sleep(0.1)
        server.kill()
        killed = time.monotonic()
        assert all(each["outages"] == 0 for each in measured(data).values()), "it reads a store without a server, too"
        time.sleep(2)
        server.start()
        while not all(each["outages"] for each in measured(data).values()):
            assert time.monotonic() < killed + 20
            time.sleep(0.1)
        most = time.monotonic() - began
        for each in measured(data, apart).values():
            assert each["outages"] == 1 and 2 <= each["down"] / 1000 <= most
        while "hub_downtime_seconds{" not in (page := figures(server.url)):
            assert time.monotonic() < killed + 30
        assert all(f'service="{name}"' in page for name in SERVICES)


def figures(url: str) -> str:
    """The page for Prometheus."""
    with urllib.request.urlopen(f"{url}/metrics") as response:
        return response.read().decode()
