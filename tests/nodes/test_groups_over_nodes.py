"""Groups and rules that were made on one node route what begins on another."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from typing import Any

import pytest

from hub.chat.collections import CONVERSATIONS
from storage.engine import Scope
from tests.support.house import eventually

pytestmark = [pytest.mark.annex("C8"), pytest.mark.annex("X5")]
PRO = {"type": "attribute", "attribute": "plan", "op": "equals", "value": "pro"}


async def call(company: Any, token: str, method: str, path: str, body: Any = None) -> Any:
    """Ask the panel's API of one node."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{company.house.url}/api/app/{path}", data, headers, method=method)
    return json.loads(await asyncio.to_thread(lambda: urllib.request.urlopen(request).read()) or b"null")


async def test_a_conversation_on_one_node_goes_to_the_group_that_the_other_one_made(nodes):
    ada, ben = await nodes.one.agent(), await nodes.two.agent("ben@acme.example")
    vera, walt = await nodes.two.visitor(), await nodes.two.visitor()
    token, own = ada.auth["token"], ada.session["agent"]["id"]
    await eventually(lambda: nodes.healthy)
    early = (await walt.says("Before there were groups"))["conversation"]
    sales = (await call(nodes.one, token, "POST", "groups", {"name": "Sales", "agents": [own]}))["id"]
    await ben.hears("groups", groups=[{"id": sales, "name": "Sales", "agents": [own]}])
    pros = (await call(nodes.one, token, "POST", "segments", {"name": "Pros", "where": PRO}))["id"]
    rules = {"rules": [{"segment": pros, "group": sales}]}
    await call(nodes.one, token, "PUT", "group-rules", rules)
    for somebody in (vera, walt):
        await somebody.call("contact.update", attributes={"plan": "pro"})
        await ben.hears("segment", contact=somebody.session["contact"]["id"], segment=pros, inside=True, within=15.0)
    begun = (await vera.says("Hello"))["conversation"]
    stored = await nodes.two.house.hub.store.get(Scope(nodes.two.id), CONVERSATIONS, begun)
    assert stored["group"] == sales
    await ada.hears("conversation", id=begun, group=sales)
    for agent in (ada, ben):
        await agent.hears("conversation", id=early, group=sales, within=30.0)
    await call(nodes.two, ben.auth["token"], "GET", "groups")
    await call(nodes.one, token, "DELETE", f"groups/{sales}")
    for agent in (ada, ben):
        await agent.hears("groups", groups=[], within=15.0)
        await agent.hears("conversation", id=begun, group=None, within=30.0)
