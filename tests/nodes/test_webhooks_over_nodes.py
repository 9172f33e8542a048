"""Programs are told once and in order, whichever node things happen on (U11, X5)."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from tests.nodes.test_merges_over_nodes import call
from tests.support.house import eventually
from tests.support.receiver import open_receiver

pytestmark = pytest.mark.annex("U11", "X5")


async def test_a_webhook_of_one_node_is_told_what_happens_on_both_in_order_and_once(open_nodes: Any) -> None:
    nodes = await open_nodes(fetch_allow="127.0.0.1")
    await eventually(lambda: nodes.healthy)
    async with open_receiver() as receiver:
        token = await nodes.one.token()
        await call(nodes.two, token, "deals", name="before")  # both nodes have asked what the webhooks want
        await call(nodes.one, token, "webhooks", url=receiver.url, kinds=["deal.created"])
        names = [f"Deal {number}" for number in range(12)]
        for number, name in enumerate(names):
            await call(nodes.both[number % 2], token, "deals", name=name)
            await eventually(lambda number=number: len(receiver.got) == number + 1)
        assert [body["data"]["deal"]["name"] for body in receiver.bodies] == names
        assert len(set(receiver.ids)) == len(names)


async def test_a_contact_made_on_one_node_and_changed_on_the_other_is_told_as_changed(open_nodes: Any) -> None:
    nodes = await open_nodes(fetch_allow="127.0.0.1")
    await eventually(lambda: nodes.healthy)
    async with open_receiver() as receiver:
        token = await nodes.one.token()
        await call(nodes.two, token, "deals", name="before")
        await call(nodes.one, token, "webhooks", url=receiver.url, kinds=["contact.created", "contact.changed"])
        made = await call(nodes.one, token, "contacts", attributes={"email": "vera@shop.example"})
        await eventually(lambda: receiver.kinds == ["contact.created"])
        await _patch(nodes.two, token, f"contacts/{made['id']}", {"attributes": {"first_name": "Vera"}})
        await eventually(lambda: receiver.kinds == ["contact.created", "contact.changed"])
        assert receiver.bodies[1]["data"]["contact"]["first_name"] == "Vera"


async def _patch(node: Any, token: str, path: str, body: Any) -> None:
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as api,
        api.patch(f"{node.house.url}/api/app/{path}", json=body) as answer,
    ):
        assert answer.status == 200, await answer.text()
