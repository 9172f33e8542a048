"""Many are enriched one after the other: how far it is, at rest, gone on with, killed, and stopped at the quota."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from hub.people.collections import ENRICHMENT_RUNS
from hub.people.enriching import many
from storage.engine import Scope
from tests.people.conftest import Panel, Refused
from tests.people.enriching.conftest import forward, forward_until, only_sqlite
from tests.people.test_killed import Api
from tests.support.fullcontact import KEY, FullContactImitation
from tests.support.house import ServerProcess, eventually, run_init
from tests.support.people import settled

pytestmark = pytest.mark.annex("U4")


async def crowd(panel: Panel, fullcontact: FullContactImitation, size: int, known: int | None = None) -> list[int]:
    """Make contacts, the first of whom the provider knows."""
    people = [await panel.contact(email=f"p{number:03}@shop.example", plan="pro") for number in range(size)]
    for number in range(size if known is None else known):
        fullcontact.knows(f"p{number:03}@shop.example")
    return people


async def ended(panel: Panel, run: int, *states: str) -> dict[str, Any]:
    for _ in range(1_000):
        shown = await panel("GET", f"enrichment/runs/{run}")
        if shown["state"] in (states or ("done",)):
            return dict(shown)
        await asyncio.sleep(0.02)
    raise AssertionError(f"the run is {shown}")


async def test_a_segment_is_enriched_with_counts_of_what_came_of_it(house, ready, globex_panel, fullcontact):
    people = await crowd(ready, fullcontact, 12, known=7)
    outside = await ready.contact(email="outside@shop.example", plan="free")
    nobody = await ready.contact(plan="pro")
    pros = await ready.segment("Pros", {"type": "attribute", "attribute": "plan", "op": "equals", "value": "pro"})
    await settled(house)
    await ready("POST", f"contacts/{people[0]}/enrich")
    fullcontact.slow = 0.05
    run = await ready("POST", "enrichment/runs", segment=pros)
    assert (run["state"], run["total"]) == ("running", 13)
    done = await ended(ready, run["id"])
    assert {name: done[name] for name in ("found", "none", "waiting", "skipped", "failed", "done")} == {
        "found": 6, "none": 5, "waiting": 0, "skipped": 2, "failed": 0, "done": 13,
    }  # fmt: skip
    assert done["finished_at"] and done["by"] == "Ada" and (await ready("GET", "enrichment/runs"))[0] == done
    profile = await ready("GET", f"contacts/{people[6]}/profile")
    assert profile["values"]["job_title"] == "Senior Tea Manager"
    entry = (await ready("GET", f"contacts/{people[6]}/timeline?kinds=history"))["entries"]
    assert any(each["kind"] == "enrichment" and each["data"]["by"]["name"] == "Ada" for each in entry)
    for each in (outside, nobody):
        assert (await ready("GET", f"contacts/{each}/profile"))["enriched"]["status"] is None
    assert await globex_panel("GET", "enrichment/runs") == []
    for path in (f"enrichment/runs/{run['id']}",):
        with pytest.raises(Refused) as refused:
            await globex_panel("GET", path)
        assert refused.value.status == 404
    again = await ended(ready, (await ready("POST", "enrichment/runs", contacts=people))["id"])
    assert (again["skipped"], again["found"], len(fullcontact.asked)) == (12, 0, 12)
    forced = await ended(ready, (await ready("POST", "enrichment/runs", contacts=people, force=True))["id"])
    assert (forced["found"], forced["none"], len(fullcontact.asked)) == (7, 5, 24)
    assert 2 <= fullcontact.most_at_once <= 5


async def test_a_run_rests_goes_on_and_is_ended_for_good(house, ready, fullcontact):
    people = await crowd(ready, fullcontact, 30)
    fullcontact.slow = 0.1
    run = (await ready("POST", "enrichment/runs", where={"all": []}))["id"]
    await eventually(lambda: len(fullcontact.asked) >= 5)
    assert (await ready("POST", f"enrichment/runs/{run}/pause"))["state"] == "paused"
    await settled(house)
    asked = len(fullcontact.asked)
    await asyncio.sleep(0.3)
    assert len(fullcontact.asked) == asked < 30
    with pytest.raises(Refused, match="paused"):
        await ready("POST", f"enrichment/runs/{run}/pause")
    await ready("POST", f"enrichment/runs/{run}/resume")
    done = await ended(ready, run)
    assert done["found"] == len(set(fullcontact.emails())) == len(fullcontact.emails()) == len(people)
    other = (await ready("POST", "enrichment/runs", where={"all": []}, force=True))["id"]
    await eventually(lambda: len(fullcontact.asked) > 31)
    assert (await ready("POST", f"enrichment/runs/{other}/cancel"))["state"] == "cancelled"
    await settled(house)
    assert len(fullcontact.asked) < 60
    for what in ("resume", "pause", "cancel"):
        with pytest.raises(Refused, match="cancelled"):
            await ready("POST", f"enrichment/runs/{other}/{what}")


async def test_a_run_stops_at_the_quota_and_goes_on_when_there_is_more(ready, fullcontact):
    await crowd(ready, fullcontact, 12)
    await ready("PATCH", "enrichment", quota=7)
    run = (await ready("POST", "enrichment/runs", where={"all": []}))["id"]
    stopped = await ended(ready, run, "stopped")
    assert "quota" in stopped["problem"] and len(fullcontact.asked) == 7 == (await ready("GET", "enrichment"))["used"]
    await ready("PATCH", "enrichment", quota=100)
    await ready("POST", f"enrichment/runs/{run}/resume")
    done = await ended(ready, run)
    assert (done["found"], done["problem"], len(fullcontact.asked)) == (12, None, 12)


async def test_a_run_waits_when_it_asks_too_much_and_stops_where_the_key_is_refused(house, ready, fullcontact):
    await crowd(ready, fullcontact, 8)
    fullcontact.will(429, Retry_After="600")
    run = (await ready("POST", "enrichment/runs", where={"all": []}))["id"]
    await eventually(lambda: len(fullcontact.asked) >= 5 and fullcontact.at_once == 0)
    asked = len(fullcontact.asked)
    await asyncio.sleep(0.3)
    assert len(fullcontact.asked) == asked and (await ready("GET", f"enrichment/runs/{run}"))["state"] == "running"
    await forward_until(house, lambda: len(fullcontact.asked) > asked, 300)
    assert (await ended(ready, run))["found"] == 8
    fullcontact.always = lambda body: (403, {"message": "used up"}, {})
    run = (await ready("POST", "enrichment/runs", where={"all": []}, force=True))["id"]
    assert "used up" in (await ended(ready, run, "stopped"))["problem"]


@only_sqlite
async def test_a_run_gives_up_where_the_provider_is_down_and_passes_by_what_it_can_t_use(house, ready, fullcontact):
    await crowd(ready, fullcontact, 3)
    fullcontact.always = lambda body: (422, {}, {}) if body["email"].startswith("p001") else None
    done = await ended(ready, (await ready("POST", "enrichment/runs", where={"all": []}))["id"])
    assert (done["found"], done["failed"]) == (2, 1)
    fullcontact.always = lambda body: (503, {}, {})
    run = (await ready("POST", "enrichment/runs", where={"all": []}, force=True))["id"]
    for _ in range(6):
        forward(house, 3_600)
        await asyncio.sleep(1.2)
        if (await ready("GET", f"enrichment/runs/{run}"))["state"] == "stopped":
            return
    raise AssertionError("it went on for ever")


@only_sqlite
async def test_companies_are_enriched_in_a_run_too(ready, fullcontact):
    fullcontact.knows_company("mostow.example")
    await ready("POST", "companies", attributes={"name": "mostow.example"})
    await ready("POST", "companies", attributes={"name": "Nobody"})
    done = await ended(ready, (await ready("POST", "enrichment/runs", subject="company", where={"all": []}))["id"])
    assert (done["total"], done["found"], done["skipped"]) == (2, 1, 1)


@only_sqlite
async def test_who_is_erased_is_taken_out_of_a_run_that_named_them(house, acme, ready, fullcontact):
    people = await crowd(ready, fullcontact, 3)
    fullcontact.will(429, Retry_After="600", times=5)
    run = (await ready("POST", "enrichment/runs", contacts=people))["id"]
    await eventually(lambda: len(fullcontact.asked) == 3)
    await ready("POST", f"contacts/{people[1]}/erase")
    document: Any = None
    for _ in range(500):
        document = await house.hub.store.get(Scope(acme.id), ENRICHMENT_RUNS, run)
        if people[1] not in document["contacts"]:
            break
        await asyncio.sleep(0.02)
    assert document["contacts"] == [people[0], people[2]]
    await ready("POST", f"enrichment/runs/{run}/cancel")
    assert (await house.hub.store.get(Scope(acme.id), ENRICHMENT_RUNS, run))["contacts"] is None


@pytest.mark.parametrize(("body", "status"), [
    ({}, 400), ({"segment": 99}, 404), ({"where": {"type": "nothing"}}, 400), ({"contacts": []}, 400),
    ({"contacts": [1], "where": {"all": []}}, 400), ({"subject": "company", "contacts": [1]}, 400), ({"subject": "deal"}, 400),
])  # fmt: skip
@only_sqlite
async def test_what_is_no_run_is_refused(ready, body, status):
    with pytest.raises(Refused) as refused:
        await ready("POST", "enrichment/runs", **body)
    assert refused.value.status == status


@only_sqlite
async def test_no_run_begins_where_it_is_switched_off(panel):
    with pytest.raises(Refused, match="not switched on"):
        await panel("POST", "enrichment/runs", where={"all": []})


async def test_a_run_is_whole_after_kill_9_and_asks_hardly_anybody_twice(tmp_path: Path, fullcontact) -> None:
    key = run_init(tmp_path / "data")["api_key"]
    options = {"HUB_FULLCONTACT_URL": fullcontact.url, "HUB_FETCH_ALLOW": "127.0.0.1"}
    server = ServerProcess(tmp_path / "data", environment=options)
    fullcontact.slow = 0.05
    with server:
        async with Api(server.url, key) as api:
            await api("PATCH", "app/enrichment", key=KEY, quota=1_000)
            for number in range(60):
                fullcontact.knows(f"p{number:03}@shop.example")
                await api("POST", "app/contacts", attributes={"email": f"p{number:03}@shop.example"})
            run = (await api("POST", "app/enrichment/runs", where={"all": []}))["id"]
        await eventually(lambda: len(fullcontact.asked) >= 12)
        server.kill()
        assert len(fullcontact.asked) < 60
        server.start()
        async with Api(server.url, key) as api:
            async with asyncio.timeout(60):  # those who were being asked for are held for half a minute
                while (done := await api("GET", f"app/enrichment/runs/{run}"))["state"] == "running":
                    await asyncio.sleep(0.1)
            assert (done["state"], done["found"], done["done"]) == ("done", 60, 60)
            setting = await api("GET", "app/enrichment")
            asked = fullcontact.emails()
            assert set(asked) == {f"p{number:03}@shop.example" for number in range(60)}
            # A place that was taken by who was killed stays taken: what was found may have been counted there too.
            assert len(asked) <= setting["used"] == setting["asked"] <= 60 + many._AT_ONCE
            key_of = KEY
        server.stop()
    assert key_of not in server.log()
