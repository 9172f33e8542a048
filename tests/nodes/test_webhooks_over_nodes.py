"""Programs are told once and in order, whichever node things happen on (U11, X5)."""

from __future__ import annotations

from typing import Any

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
