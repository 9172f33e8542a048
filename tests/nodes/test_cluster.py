"""Three real nodes, both official clients in both transports, a recorder as the judge, and nodes and Redis that die."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.nodes.recorder import Recorder
from tests.support.house import eventually

pytestmark = [pytest.mark.annex("X1", "X5", "H6")]


@pytest.fixture
async def cluster(start_cluster: Any) -> Any:
    return await start_cluster(3)


@pytest.fixture
async def recorder(cluster: Any) -> AsyncIterator[Recorder]:
    """Everybody is there: six clients on three nodes."""
    judge = Recorder(cluster.urls, cluster.made, await cluster.token())
    await judge.begins()
    judge.joins("Vera", "visitor", 0, ["websocket"])
    judge.joins("Ada", "agent", 1, ["polling"])
    judge.joins("Ben", "agent", 2, ["polling", "websocket"])
    await judge.joins_in_javascript("JsVera", "visitor", 1, ["websocket"])
    await judge.joins_in_javascript("JsAda", "agent", 0, ["polling"])
    await judge.joins_in_javascript("JsBen", "agent", 2, ["polling", "websocket"])
    try:
        await judge.all_are_here()
        yield judge
    finally:
        await judge.go_home()


async def test_a_node_is_killed_again_and_again_while_everybody_talks(cluster, recorder):
    for server in cluster.servers[:2]:
        async with recorder.talking():
            server.kill()
            await asyncio.sleep(0.5)
        await recorder.judges()
        await cluster.counts(2, "hub_nodes_lost_total", 1 + cluster.servers.index(server))
        await asyncio.to_thread(server.start)
    assert sum(one.reconnects for one in recorder.everybody) >= 4, "nobody was on the nodes that died"


async def test_redis_restarts_is_cut_and_sleeps_while_everybody_talks(cluster, recorder, redis):
    arrivals = {one.name: one.reconnects for one in recorder.everybody}
    async with recorder.talking():
        redis.kill()
        await asyncio.sleep(1.0)
        assert "redis: away" in await cluster.ready(0), "and yet it is ready, for its own people"
        assert await cluster.figure(0, "hub_bus_up") == 0
        redis.start()
        await asyncio.sleep(0.7)
        await redis.command("CLIENT", "KILL", "TYPE", "pubsub")
        await redis.command("CLIENT", "KILL", "TYPE", "normal")
        await redis.command("DEBUG", "SLEEP", "1")
    await recorder.judges()
    assert {one.name: one.reconnects for one in recorder.everybody} == arrivals, "no client noticed anything"
    assert await cluster.ready(0) == "ready\nredis: up, other nodes: 2\n"
    assert await cluster.figure(0, "hub_bus_up") == 1
    assert await cluster.figure(0, "hub_catch_ups_total") >= 1


async def test_a_node_stands_still_while_everybody_talks(cluster, recorder):
    async with recorder.talking():
        cluster.servers[1].process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(4.0)
        cluster.servers[1].process.send_signal(signal.SIGCONT)
    await recorder.judges()
    assert [one.reconnects for one in recorder.everybody if one.name == "Vera"] == [0]


async def test_what_a_killed_node_committed_last_is_shown_elsewhere_within_seconds(cluster, recorder):
    """Everybody falls silent with the node: nothing that comes later shows the gap."""
    witness = next(one for one in recorder.everybody if one.name == "Ben")
    victim = next(one for one in recorder.everybody if one.name == "Vera")
    for number in range(200):
        victim.say(f"last-{number}", f"Vera's last words {number}")
    await eventually(lambda: len(victim.acked) > 50)
    cluster.servers[0].kill()
    acked = max(message["position"] for message in victim.acked.values())
    await eventually(lambda: witness.position >= acked, 6.0)
    recorder.said += 200
    await recorder.judges()
