"""Several nodes hand out conversations of one application: each to one agent, also when a node is killed in the middle."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections import Counter
from typing import Any

import pytest

from hub.chat.collections import CONVERSATIONS
from storage.engine import Scope
from tests.support.cast import Agent, Visitor
from tests.support.house import eventually, sign_in

pytestmark = [pytest.mark.annex("C8"), pytest.mark.annex("X5")]


async def put(url: str, token: str, path: str, body: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/api/app/{path}", json.dumps(body).encode(), headers, method="PUT")
    return json.loads(await asyncio.to_thread(lambda: urllib.request.urlopen(request).read()))


async def test_agents_and_visitors_on_two_nodes_find_each_other_once(nodes):
    ada, ben = await nodes.one.agent(), await nodes.two.agent("ben@acme.example")
    await eventually(lambda: nodes.healthy)
    rules = {"usual": {"method": "least_busy"}, "capacity": 5}
    await put(nodes.one.house.url, ada.auth["token"], "routing", rules)
    both = [(nodes.one, nodes.two)[n % 2] for n in range(12)]
    visitors = await asyncio.gather(*(company.visitor() for company in both))
    said = await asyncio.gather(*(each.says("Hello") for each in visitors))
    ids, store = [each["conversation"] for each in said], nodes.one.house.hub.store
    team = {who.session["agent"]["id"] for who in (ada, ben)}

    async def got() -> Counter[Any]:
        documents = await store.get_many(Scope(nodes.one.id), CONVERSATIONS, ids)
        return Counter(each["assignee"] for each in documents.values())

    async with asyncio.timeout(30):
        while (found := await got()) != {**dict.fromkeys(team, 5), None: 2}:
            assert all(found[agent] <= 5 for agent in team), f"nobody gets more than fit: {found}"
            await asyncio.sleep(0.1)
    await eventually(lambda: len({each["id"] for each in ada.events("conversation") if each["assignee"]}) == 10)
    first = {}
    for each in ada.events("conversation"):
        if each["assignee"]:
            assert first.setdefault(each["id"], each["assignee"]["id"]) == each["assignee"]["id"], (
                "never a second agent"
            )


async def test_a_node_that_is_killed_in_the_middle_leaves_nothing_unassigned(start_cluster):
    cluster = await start_cluster(2, presence_lease=2)
    key = cluster.made["widget_key"]
    token = (await asyncio.to_thread(sign_in, cluster.urls[1], "ada@acme.example"))["token"]
    ada = await Agent(cluster.urls[1], token).connect()
    await put(cluster.urls[1], token, "routing", {"usual": {"method": "round_robin"}, "capacity": 100})
    visitors = [await Visitor(cluster.urls[0], key).connect() for _ in range(12)]
    await asyncio.gather(*(each.says("Hello") for each in visitors))
    cluster.servers[0].kill()  # its jobs may be under way, done, or not begun
    async with asyncio.timeout(90):
        while len({each["id"] for each in ada.events("conversation") if each["assignee"]}) < 12:
            await asyncio.sleep(0.2)
    for each in ada.events("conversation"):
        assert each["assignee"] is None or each["assignee"]["id"] == ada.session["agent"]["id"]
    await ada.leave()
