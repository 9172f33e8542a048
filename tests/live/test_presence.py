"""Who is there: several tabs, several agents, and reconnects inside the grace time (H3)."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.house import eventually

pytestmark = pytest.mark.annex("H3")
GRACE = 0.2
"""As the fixture `house` sets it."""


def comings(client, kind: str, id: int) -> list[bool]:
    return [event["online"] for event in client.events("presence") if (event["kind"], event["id"]) == (kind, id)]


async def test_agents_hear_a_visitor_come_and_go(acme):
    ada = await acme.agent()
    vera = await acme.visitor()
    id = vera.session["contact"]["id"]
    await ada.hears("presence", kind="contact", id=id, online=True)
    await vera.leave()
    await ada.hears("presence", kind="contact", id=id, online=False)
    assert comings(ada, "contact", id) == [True, False]


async def test_visitors_hear_agents_come_and_go_and_nothing_of_other_visitors(acme):
    vera = await acme.visitor()
    assert vera.session["application"]["online"] is False
    ada = await acme.agent()
    id = ada.session["agent"]["id"]
    await vera.hears("presence", kind="agent", id=id, online=True)
    walt = await acme.visitor()
    assert walt.session["application"]["online"] is True
    assert {agent["name"]: agent["online"] for agent in walt.session["application"]["agents"]} == {
        "Ada": True,
        "Ben": False,
    }
    await ada.hears("presence", kind="contact", id=walt.session["contact"]["id"])
    await ada.leave()
    await vera.hears("presence", kind="agent", id=id, online=False)
    assert {event["kind"] for event in vera.events("presence")} == {"agent"}


async def test_a_second_tab_changes_nothing_and_the_last_one_to_close_counts(acme):
    ada, vera = await acme.agent(), await acme.visitor()
    id = vera.session["contact"]["id"]
    tab = await acme.visitor(vera.token)
    await vera.leave()
    await asyncio.sleep(GRACE * 2)
    assert comings(ada, "contact", id) == [True]
    await tab.leave()
    await ada.hears("presence", id=id, online=False)
    assert comings(ada, "contact", id) == [True, False]


async def test_a_reload_within_the_grace_time_is_not_noticed(acme):
    ada, vera = await acme.agent(), await acme.visitor()
    id = vera.session["contact"]["id"]
    for _ in range(3):
        vera.cut()
        await vera.disconnected.wait()
        vera = await acme.visitor(vera.token)
    await asyncio.sleep(GRACE * 2)
    assert comings(ada, "contact", id) == [True]


async def test_an_agent_with_two_tabs_is_one_agent(acme):
    vera, ada = await acme.visitor(), await acme.agent()
    second = await acme.agent()
    ben = await acme.agent("ben@acme.example")
    id = ada.session["agent"]["id"]
    assert {agent["name"]: agent["online"] for agent in ben.session["agents"]} == {"Ada": True, "Ben": False}
    await ada.leave()
    await asyncio.sleep(GRACE * 2)
    assert comings(vera, "agent", id) == [True]
    await second.leave()
    await vera.hears("presence", id=id, online=False)
    assert comings(vera, "agent", ben.session["agent"]["id"]) == [True]


async def test_the_inbox_shows_whether_a_contact_is_there(acme):
    ada, vera = await acme.agent(), await acme.visitor()
    conversation = (await vera.says("Hello"))["conversation"]

    async def online() -> bool:
        return (await ada.call("conversation.open", conversation=conversation))["conversation"]["contact"]["online"]

    assert await online() is True
    await vera.leave()
    await ada.hears("presence", kind="contact", online=False)
    assert await online() is False
    card = await ada.call("contact.open", contact=vera.session["contact"]["id"])
    assert card["contact"]["online"] is False


async def test_who_left_is_no_longer_counted(acme, house):
    vera, ada = await acme.visitor(), await acme.agent()
    assert house.live.numbers() == {"visitor": 1, "agent": 1}
    await vera.leave()
    ada.cut()
    await eventually(lambda: house.live.numbers() == {"visitor": 0, "agent": 0})
    assert house.live.sessions == {} and not house.live._visitors.of_contact


async def test_typing_ends_with_the_socket_that_typed(acme):
    vera, ada = await acme.visitor(), await acme.agent()
    conversation = (await vera.says("Hello?"))["conversation"]
    await vera.call("typing", conversation=conversation, on=True)
    await ada.hears("typing", conversation=conversation, on=True)
    await vera.leave()
    await ada.hears("typing", conversation=conversation, on=False)
