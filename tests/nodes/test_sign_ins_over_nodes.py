"""Whoever is signed out, or is no agent any more, is cut on every node within five seconds, with Redis or without."""

from __future__ import annotations

import asyncio
import time
import urllib.request
from typing import Any

import pytest

from hub.accounts.collections import AGENTS
from storage.engine import INSTALLATION, Batch
from tests.support.house import eventually

pytestmark = pytest.mark.annex("H2", "X5")


async def signs_out(company: Any, client: Any) -> None:
    """Sign the agent out over REST on one node."""
    request = urllib.request.Request(
        f"{company.house.url}/api/app/sign-out",
        method="POST",
        headers={"Authorization": f"Bearer {client.auth['token']}"},
    )
    await asyncio.to_thread(urllib.request.urlopen, request)


async def has_looked(nodes: Any) -> None:
    """Wait until the second node hears the first, and has looked into the store: its next look is seconds away."""
    await eventually(lambda: nodes.healthy)
    sign_ins = nodes.two.house.live._sign_ins
    await eventually(lambda: sign_ins._checked > 0)


async def is_cut(client: Any, since: float) -> None:
    await asyncio.wait_for(client.disconnected.wait(), 5 - (time.monotonic() - since))


async def test_signing_out_cuts_the_sockets_on_all_nodes_at_once_and_no_others(nodes):
    ada, ben = await nodes.two.agent(), await nodes.two.agent("ben@acme.example")
    await eventually(lambda: nodes.healthy)
    began = time.monotonic()
    await signs_out(nodes.one, ada)
    await asyncio.wait_for(ada.disconnected.wait(), 1.0)
    assert time.monotonic() - began < 1.5
    assert not ben.disconnected.is_set() and (await ben.ack("conversation.list", {}))["ok"]


@pytest.mark.parametrize("way", ["is killed", "hangs"])
async def test_signing_out_while_redis_is_away_cuts_them_all_the_same(nodes, redis, way):
    ada, ben = await nodes.two.agent(), await nodes.two.agent("ben@acme.example")
    await has_looked(nodes)
    asleep = None
    if way == "is killed":
        redis.kill()
        await eventually(lambda: not nodes.two.house.hub.bus.healthy)
    else:
        asleep = asyncio.create_task(redis.command("DEBUG", "SLEEP", "6"))
        await asyncio.sleep(0.1)
    began = time.monotonic()
    await signs_out(nodes.one, ada)
    await is_cut(ada, began)
    assert not ben.disconnected.is_set()
    if asleep:
        asleep.cancel()


async def test_an_agent_who_is_gone_is_cut_though_nobody_announced_it(nodes, redis):
    ada, ben = await nodes.two.agent(), await nodes.two.agent("ben@acme.example")
    await has_looked(nodes)
    redis.kill()
    await eventually(lambda: not nodes.two.house.hub.bus.healthy)
    batch = Batch(INSTALLATION)
    batch.delete(AGENTS, ada.session["agent"]["id"])
    began = time.monotonic()
    await nodes.one.house.hub.commit(batch)
    await is_cut(ada, began)
    assert not ben.disconnected.is_set()


async def test_a_word_that_was_lost_is_made_up_for_when_the_node_hears_again(nodes, redis):
    ada = await nodes.two.agent()
    await has_looked(nodes)
    bus = nodes.two.house.hub.bus
    handlers, bus._handlers = bus._handlers, {}
    await signs_out(nodes.one, ada)
    bus._handlers = handlers
    await redis.command("CLIENT", "KILL", "TYPE", "pubsub")
    await asyncio.wait_for(ada.disconnected.wait(), 2.5)
