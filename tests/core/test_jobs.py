"""Durable work: what has to happen after a commit happens, also when a node dies in the middle (X5)."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from hub.core import jobs as jobs_module
from hub.core.clock import Clock
from hub.core.collections import DEAD_JOBS, JOBS
from hub.core.event import Event
from hub.core.jobs import TRIES, Lane, Later
from hub.core.settings import Settings
from server import open_hub
from storage.engine import INSTALLATION, Batch, Scope
from tests.support.house import eventually

ACME = Scope(1)


class MovedClock(Clock):
    """A clock that tests move."""

    def __init__(self) -> None:
        self.moved = 0

    def now(self) -> int:
        return super().now() + self.moved


@pytest.fixture
async def hub(tmp_path):
    async with open_hub(Settings(data=str(tmp_path / "data"), log_level="error")) as hub:
        hub.clock = MovedClock()
        yield hub


@contextlib.asynccontextmanager
async def running(hub):
    task = asyncio.create_task(hub.jobs.run())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def add(hub, kind, payload, after=0):
    batch = Batch(ACME)
    await hub.jobs.add(batch, kind, payload, after=after)
    await hub.commit(batch)


async def rows(hub, collection=JOBS):
    return (await hub.store.find(INSTALLATION, collection)).items


async def test_a_job_runs_once_in_the_scope_of_its_batch_and_leaves_no_row(hub):
    done = []

    async def work(hub, scope, payload):
        done.append((scope, payload))

    hub.jobs.register("greet", work)
    async with running(hub):
        await add(hub, "greet", {"name": "Vera"})
        for _ in range(500):
            if not await rows(hub):
                break
            await asyncio.sleep(0.01)
    assert done == [(ACME, {"name": "Vera"})]
    assert await rows(hub) == []


async def test_a_job_for_later_waits_for_its_time(hub):
    done = []

    async def work(hub, scope, payload):
        done.append(payload)

    hub.jobs.register("later", work)
    await add(hub, "later", {}, after=3_600_000)
    async with running(hub):
        await asyncio.sleep(0.2)
        assert not done, "an hour has not passed"
        hub.clock.moved = 3_600_001
        await eventually(lambda: done)


async def test_work_that_can_not_be_done_yet_waits_in_its_own_row_and_takes_nothing_back_that_was_erased(hub):
    seen = []

    async def work(hub, scope, payload):
        seen.append(payload)
        if len(seen) == 1:
            assert await hub.jobs.redact(scope.app, lambda kind, found: found | {"to": ""}) == 1
        if len(seen) <= TRIES + 2:
            raise Later(1_000, tries=len(seen))

    hub.jobs.register("wait", work)
    await add(hub, "wait", {"to": "vera@example.com"})
    async with running(hub):
        for count in range(1, TRIES + 4):
            await eventually(lambda count=count: len(seen) == count)
            while (left := await rows(hub)) and left[0]["owner"]:
                await asyncio.sleep(0.01)
            assert len(left) == (count <= TRIES + 2), "one row until it is done, and waiting is no failure"
            hub.clock.moved += 1_001
    assert seen == [{"to": "vera@example.com"}, *({"to": "", "tries": count} for count in range(1, TRIES + 3))]


async def test_a_lane_that_is_told_to_end_in_the_moment_in_which_it_is_woken_ends(hub):
    lane = Lane(hub, JOBS, 1, hub.jobs._work)
    runs = asyncio.create_task(lane.run())
    await asyncio.sleep(0.1)
    lane.wake.set()
    await asyncio.sleep(0)  # what it waits for has come, and it has not gone on yet
    runs.cancel()
    await asyncio.wait([runs], timeout=3)
    assert runs.cancelled()


async def test_a_job_of_a_node_that_died_is_taken_over_when_its_lease_has_run_out(hub):
    done = []

    async def work(hub, scope, payload):
        done.append(payload)

    hub.jobs.register("fragile", work)
    await add(hub, "fragile", {"n": 1})
    assert len(await hub.jobs.claim()) == 1, "the node that will die has taken it"
    async with running(hub):
        await asyncio.sleep(0.2)
        assert not done, "the lease still runs"
        hub.clock.moved = jobs_module.LEASE_MS + 1
        await eventually(lambda: done)


async def test_a_failing_job_is_tried_again_with_growing_pauses_and_then_kept_with_its_payload_and_error(hub):
    tries = []

    async def work(hub, scope, payload):
        tries.append(hub.clock.now())
        raise RuntimeError("the mail server is away")

    hub.jobs.register("mail", work)
    await add(hub, "mail", {"to": "vera@example.com"})
    for _ in range(jobs_module.TRIES):  # the runner's two steps by hand, so that no time passes between them
        (row,) = await hub.jobs.claim()
        await hub.jobs._work(JOBS, row)
        assert await hub.jobs.claim() == [], "it waits before the next try"
        hub.clock.moved += 4_000_000
    dead = await rows(hub, DEAD_JOBS)
    assert len(tries) == jobs_module.TRIES
    assert await rows(hub) == []
    assert (dead[0]["kind"], dead[0]["payload"]) == ("mail", {"to": "vera@example.com"})
    assert "the mail server is away" in dead[0]["error"]


async def test_what_follows_an_event_is_written_in_its_batch_or_not_at_all(hub):
    class Happened(Event, frozen=True, kw_only=True):
        """Something happened."""

    async def work(hub, scope, payload):
        pass

    hub.jobs.register("react", work)
    hub.subscribe(Happened, "react", 60_000)
    batch = Batch(ACME)
    await hub.follow_up(batch, Happened, {"n": 1})
    assert await rows(hub) == [], "nothing before the commit"
    await hub.commit(batch)
    assert [row["payload"] for row in await rows(hub)] == [{"n": 1}]


async def test_a_job_of_an_unknown_kind_is_refused_when_it_is_made(hub):
    with pytest.raises(LookupError, match="no job named 'nonsense'"):
        await hub.jobs.add(Batch(ACME), "nonsense", {})


async def test_what_a_killed_process_had_begun_is_begun_again_at_the_next_start(hub):
    """On one node a lease of somebody else is one of a dead process: nobody waits for it to run out."""
    done = []

    async def work(hub, scope, payload):
        done.append(payload["n"])

    hub.jobs.register("begun", work)
    await add(hub, "begun", {"n": 1})
    await add(hub, "begun", {"n": 2}, after=30_000)
    now = hub.clock.now()
    assert len(await hub.store.claim_jobs(JOBS, now=now, lease_until=now + 60_000, owner="killed")) == 1
    async with running(hub):
        await eventually(lambda: done == [1], within=3.0)
        while len(left := await rows(hub)) > 1:  # what is done is struck out a moment later
            await asyncio.sleep(0.01)
    assert [row["payload"]["n"] for row in left] == [2], "what was not due waits on"


async def test_what_a_killed_process_of_this_folder_was_at_goes_on_at_the_next_start_and_not_a_minute_later(tmp_path):
    settings = Settings(data=str(tmp_path / "data"), log_level="error")
    async with open_hub(settings) as killed:
        killed.jobs.register("count", lambda hub, scope, payload: asyncio.sleep(0))
        await add(killed, "count", {})
        await add(killed, "count", {"later": True}, after=30_000)
        assert len(await killed.jobs.claim()) == 1
    done = []

    async def work(hub, scope, payload):
        done.append(payload)

    async with open_hub(settings) as next_one:
        next_one.jobs.register("count", work)
        async with running(next_one):
            await eventually(lambda: done)
            left = await rows(next_one)
        assert done == [{}] and [row["payload"] for row in left if row["payload"]] == [{"later": True}]


async def test_a_flood_of_jobs_keeps_no_other_ones_waiting(hub):
    done, running_now, most = [], 0, 0
    let_go = asyncio.Event()

    async def slow(hub, scope, payload):
        nonlocal running_now, most
        running_now += 1
        most = max(most, running_now)
        await let_go.wait()
        running_now -= 1
        done.append(payload["n"])

    async def quick(hub, scope, payload):
        done.append("quick")

    hub.jobs.register("flood", slow, bulk=True)
    hub.jobs.register("quick", quick)
    for number in range(40):
        await add(hub, "flood", {"n": number})
    async with running(hub):
        await eventually(lambda: running_now)
        await add(hub, "quick", {})
        await eventually(lambda: done == ["quick"])
        let_go.set()
        await eventually(lambda: len(done) == 41)
    assert most == 1 and sorted(done[1:]) == list(range(40))


async def test_a_job_for_later_is_done_when_it_is_due_and_not_at_the_next_look_around(hub, monkeypatch):
    monkeypatch.setattr(jobs_module, "_POLL", 60.0)
    done = []

    async def work(hub, scope, payload):
        done.append(payload["n"])
        if payload["n"] == 1 and done.count(1) < 2:
            raise Later(150)

    hub.jobs.register("later", work)
    async with running(hub):
        await asyncio.sleep(0.1)  # until it has looked around, and rests
        for n in (1, 2):
            await add(hub, "later", {"n": n}, after=150)
        await eventually(lambda: sorted(done) == [1, 1, 2], 5)
