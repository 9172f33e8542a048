"""What operators are told about nodes is there: the second line of /readyz, and each figure that the pages name."""

from __future__ import annotations

import asyncio
import re
import urllib.request

import pytest

from tests.support.house import ROOT, eventually

pytestmark = pytest.mark.annex("H6")


async def get(url: str) -> str:
    def ask() -> str:
        with urllib.request.urlopen(url, timeout=5) as response:
            return response.read().decode()

    return await asyncio.to_thread(ask)


async def test_readyz_says_how_it_is_with_redis_and_stays_ready_without_it(nodes, redis):
    url = f"{nodes.one.house.url}/readyz"
    hub = nodes.one.house.hub
    await eventually(lambda: hub.bus.healthy)
    for _ in range(100):
        if await get(url) == "ready\nredis: up, other nodes: 1\n":
            break
        await asyncio.sleep(0.05)
    assert await get(url) == "ready\nredis: up, other nodes: 1\n"
    redis.kill()
    await eventually(lambda: not hub.bus.healthy)
    assert re.fullmatch(r"ready\nredis: away for \d+ s; this node goes on alone .*\n", await get(url))
    assert "hub_bus_up 0.0\n" in await get(f"{nodes.one.house.url}/metrics")
    redis.start()
    await eventually(lambda: hub.bus.healthy)
    assert "hub_bus_up 1.0\n" in await get(f"{nodes.one.house.url}/metrics")


async def test_each_figure_of_the_operators_page_is_served(nodes):
    page = (ROOT / "docs/operations.md").read_text()
    named = set(re.findall(r"`(hub_(?:bus|nodes|other|catch|caught|gaps|conversations)_[a-z_]+)`", page))
    assert len(named) > 12, "the table is not found"
    text = await get(f"{nodes.one.house.url}/metrics")
    served = {line.partition("{")[0].split()[0] for line in text.splitlines() if not line.startswith("#")}
    assert named - served == set()


async def test_a_node_without_redis_says_nothing_of_it(house):
    assert await get(f"{house.url}/readyz") == "ready\n"
