"""Whatever happens to Redis: people of one node go on at once, the others catch up, nobody starts anything again."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hub.doors.web.node_figures import bus_line
from tests.nodes.recorder import Recorder
from tests.support.house import eventually

pytestmark = pytest.mark.annex("X1", "X5", "H6")


async def shuts_down_and_starts_again(redis: Any) -> None:
    redis.shut_down()
    await asyncio.sleep(1.0)
    redis.start()


async def is_killed_and_starts_again(redis: Any) -> None:
    redis.kill()
    await asyncio.sleep(1.0)
    redis.start()


async def cuts_those_who_hear(redis: Any) -> None:
    for _ in range(3):
        await redis.command("CLIENT", "KILL", "TYPE", "pubsub")
        await asyncio.sleep(0.3)


async def cuts_those_who_speak(redis: Any) -> None:
    for _ in range(3):
        await redis.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        await asyncio.sleep(0.3)


async def sleeps(redis: Any) -> None:
    await redis.command("DEBUG", "SLEEP", "3")


async def overruns_their_buffers(redis: Any) -> None:
    await redis.command("CONFIG", "SET", "client-output-buffer-limit", "pubsub 32kb 16kb 1")
    for _ in range(3):
        for channel in await redis.command("PUBSUB", "SHARDCHANNELS"):
            await redis.command("SPUBLISH", channel, b"x" * 100_000)
        await asyncio.sleep(0.3)


FAULTS = (
    shuts_down_and_starts_again,
    is_killed_and_starts_again,
    cuts_those_who_hear,
    cuts_those_who_speak,
    sleeps,
    overruns_their_buffers,
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
async def test_redis(fault: Any, recorder: Recorder, nodes: Any, redis: Any) -> None:
    recorder.joins("Vera", "visitor", 0, ["websocket"])
    recorder.joins("Tab", "visitor", 1, ["polling"])
    recorder.joins("Ada", "agent", 1, ["websocket"])
    recorder.joins("Ben", "agent", 0, ["polling", "websocket"])
    await recorder.all_are_here()
    before = [company.house.hub.bus.figures.connections for company in nodes.both]
    async with recorder.talking():
        await fault(redis)
    await eventually(lambda: nodes.healthy)
    await recorder.judges()
    reconnects = sum(one.reconnects for one in recorder.everybody)
    assert reconnects == 0, "no client notices what happens to Redis"
    if fault is not sleeps:
        after = [company.house.hub.bus.figures.connections for company in nodes.both]
        assert all(a > b for a, b in zip(after, before, strict=True)), "nothing was cut, so nothing was proved"


async def test_people_of_one_node_talk_on_while_redis_is_away_and_operators_can_see_it(recorder, nodes, redis):
    vera = recorder.joins("Vera", "visitor", 0, ["websocket"])
    ben = recorder.joins("Ben", "agent", 0, ["polling"])
    ada = recorder.joins("Ada", "agent", 1, ["websocket"])
    await recorder.all_are_here()
    hub = nodes.one.house.hub
    await eventually(lambda: bus_line(hub) == "redis: up, other nodes: 1\n")
    redis.kill()
    await eventually(lambda: not nodes.healthy)
    assert bus_line(hub).startswith("redis: away for ")
    recorder.everybody = [vera, ben]
    await recorder.talk(1.0)
    await eventually(lambda: vera.position == ben.position == recorder.said + 1)
    assert ada.position == 1, "without Redis the other node can't know yet"
    await asyncio.sleep(1.0)
    redis.start()
    recorder.everybody = [vera, ben, ada]
    await recorder.judges()
    await eventually(lambda: nodes.healthy and bus_line(hub) == "redis: up, other nodes: 1\n")
