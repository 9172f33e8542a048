"""An agent who is removed on one node is out on all of them, and the agent's conversations are nobody's everywhere."""

from __future__ import annotations

import asyncio
import time
import urllib.request
from typing import Any

import pytest

from tests.support.house import eventually

pytestmark = pytest.mark.annex("S2", "X5")
BEN = "ben@acme.example"


async def remove(company: Any, token: str, agent: int) -> None:
    """Remove an agent over REST on one node."""
    request = urllib.request.Request(
        f"{company.house.url}/api/app/agents/{agent}", method="DELETE", headers={"Authorization": f"Bearer {token}"}
    )
    await asyncio.to_thread(urllib.request.urlopen, request)


async def test_a_removed_agent_is_out_on_all_nodes_at_once(nodes):
    ada, vera = await nodes.two.agent(), await nodes.one.visitor()
    here, there = await nodes.one.agent(BEN), await nodes.two.agent(BEN)
    ben = there.session["agent"]["id"]
    conversation = (await vera.says("Hello"))["conversation"]
    await there.call("conversation.assign", conversation=conversation, agent=ben)
    await vera.hears("conversation", id=conversation, assignee={"id": ben, "name": "Ben"})
    await eventually(lambda: nodes.healthy)
    ada.forget(), vera.forget()

    await remove(nodes.one, ada.auth["token"], ben)
    await asyncio.wait_for(asyncio.gather(here.disconnected.wait(), there.disconnected.wait()), 1.5)
    await ada.hears("conversation", id=conversation, assignee=None)
    await vera.hears("conversation", id=conversation, assignee=None)
    assert (await ada.ack("conversation.list", {}))["ok"] and not ada.disconnected.is_set()


async def test_while_redis_is_away_it_takes_five_seconds_at_most(nodes, redis):
    ada, ben = await nodes.two.agent(), await nodes.two.agent(BEN)
    await eventually(lambda: nodes.healthy)
    redis.kill()
    await eventually(lambda: not nodes.two.house.hub.bus.healthy)
    began = time.monotonic()
    await remove(nodes.one, ada.auth["token"], ben.session["agent"]["id"])
    await asyncio.wait_for(ben.disconnected.wait(), 5 - (time.monotonic() - began))
    assert not ada.disconnected.is_set()
