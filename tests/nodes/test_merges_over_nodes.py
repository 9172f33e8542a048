"""A contact that is merged on one node is the other contact on all of them."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from typing import Any

import pytest

from tests.support.house import eventually

pytestmark = pytest.mark.annex("U10", "X5")


async def call(company: Any, token: str, path: str, **body: Any) -> Any:
    """POST to the panel's API of one node."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{company.house.url}/api/app/{path}", json.dumps(body).encode(), headers)
    return json.loads(await asyncio.to_thread(lambda: urllib.request.urlopen(request).read()))


async def test_a_socket_on_another_node_goes_on_as_the_parent_and_hears_what_it_is_told(nodes):
    ada, vera, ben = await nodes.one.agent(), await nodes.two.visitor(), await nodes.two.agent("ben@acme.example")
    conversation = (await vera.says("Hello"))["conversation"]
    await ada.says("Yes?", conversation)  # both nodes remember the place
    await eventually(lambda: nodes.healthy)
    parent = (await call(nodes.one, ada.auth["token"], "contacts", attributes={"first_name": "Vera"}))["id"]
    own = vera.session["contact"]["id"]
    merged = await call(nodes.one, ada.auth["token"], f"contacts/{parent}/merge", others=[own])
    assert merged["id"] == parent
    await eventually(lambda: vera.session["contact"]["id"] == parent)
    for agent in (ada, ben):  # whoever looks at the one that has gone
        await agent.hears("replaced", contacts=[own], into=parent)
    assert (await vera.says("Still here", conversation))["author"]["id"] == parent
    await ada.hears("message", text="Still here")
    await ada.says("I see", conversation)
    await vera.hears("message", text="I see")
    await ada.hears("presence", kind="contact", id=parent, online=True)
    assert not vera.disconnected.is_set()


async def test_a_node_that_heard_nothing_while_redis_was_away_finds_out(nodes, redis):
    ada, vera = await nodes.one.agent(), await nodes.two.visitor()
    own = vera.session["contact"]["id"]
    parent = (await call(nodes.one, ada.auth["token"], "contacts", attributes={"first_name": "Vera"}))["id"]
    await eventually(lambda: nodes.healthy)
    redis.kill()
    await eventually(lambda: not nodes.one.house.hub.bus.healthy and not nodes.two.house.hub.bus.healthy)
    await call(nodes.one, ada.auth["token"], f"contacts/{parent}/merge", others=[own])
    assert vera.session["contact"]["id"] == own
    redis.start()
    await eventually(lambda: vera.session["contact"]["id"] == parent, within=15.0)
