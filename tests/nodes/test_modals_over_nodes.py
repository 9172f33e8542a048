"""A pop-up is shown to whoever is here, on whichever node their socket is."""

from __future__ import annotations

import pytest

from hub.chat.presence import Presence
from tests.nodes.test_merges_over_nodes import call
from tests.support.house import eventually
from tests.support.modals import SALE

pytestmark = pytest.mark.annex("H4", "X5")


async def test_one_showing_reaches_the_visitors_of_both_nodes_and_each_once(nodes):
    ada = await nodes.one.agent()
    vera, walt = await nodes.one.visitor(), await nodes.two.visitor()
    await eventually(lambda: nodes.healthy)
    here = nodes.one.house.hub.part(Presence)
    await eventually(lambda: len(here.contacts(nodes.one.id)) == 2)
    token = ada.auth["token"]
    modal = await call(nodes.one, token, "modals", name="Sale", blocks=[SALE], on=True)
    assert await call(nodes.one, token, f"modals/{modal['id']}/show") == {"count": 2, "online": 2}
    for who in (vera, walt):
        assert (await who.hears("modal", id=modal["id"]))["blocks"][0]["text"] == SALE["text"]
    only = walt.session["contact"]["id"]
    assert (await call(nodes.one, token, f"modals/{modal['id']}/show/{only}"))["count"] == 1
    await eventually(lambda: len(walt.events("modal")) == 2)
    assert len(vera.events("modal")) == 1
    # What is switched on by one node, visitors of the other one are told when they ask.
    assert [each["modal"] for each in (await walt.call("modal.list"))["modals"]] == [modal["id"]]
