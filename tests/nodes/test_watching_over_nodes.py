"""A panel hears of the contact that it shows, also when another node changes it."""

from __future__ import annotations

import pytest

from tests.nodes.test_merges_over_nodes import call
from tests.support.house import eventually

pytestmark = pytest.mark.annex("U10", "X5")


async def test_a_tag_that_one_node_gives_is_told_on_the_other(nodes):
    ada, ben = await nodes.one.agent(), await nodes.two.agent()
    await eventually(lambda: nodes.healthy)
    vera = (await call(nodes.one, ada.auth["token"], "contacts", attributes={"first_name": "Vera"}))["id"]
    await ben.call("contact.watch", contacts=[vera])
    ben.forget()
    await call(nodes.one, ada.auth["token"], f"contacts/{vera}/tags", tag="vip")
    await ben.hears("contact", id=vera, tags=["vip"])
    assert [each for each in ada.events("contact") if each["tags"]] == []


async def test_views_and_tags_that_change_on_one_node_are_told_on_the_other(nodes):
    ada, ben = await nodes.one.agent(), await nodes.two.agent()
    await eventually(lambda: nodes.healthy)
    await call(nodes.one, ada.auth["token"], "views", name="Ours", shared=True)
    await call(nodes.one, ada.auth["token"], "tags", name="vip")
    await ben.hears("views")
    await ben.hears("labels")
