"""After any disconnect a client has every message exactly once, in order, or is told to reload (X1)."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from hub.calls.events import CallWaysChanged
from hub.doors.live import wire
from hub.support.events import FirstHourChanged
from tests.support.cast import Agent, Visitor
from tests.support.house import ServerProcess, eventually, run_init, sign_in
from tests.support.talker import Talker, judge

pytestmark = pytest.mark.annex("X1", "H2")


async def whole_stream(client, conversation: int):
    """Return a conversation's messages as the store has them, read page by page."""
    stored = []
    while True:
        page = await client.call("conversation.open", conversation=conversation, after=len(stored))
        stored += page["messages"]
        if len(stored) >= page["position"] or not page["messages"]:
            return stored


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_message_arrives_once_and_in_order_while_connections_are_cut_at_random(acme, house, seed):
    dice = random.Random(seed)
    watcher = await acme.agent("ben@acme.example")
    first = await acme.visitor()
    conversation = (await first.says("Hello"))["conversation"]
    token, agent_token = first.token, await acme.token()
    vera = Talker(lambda: Visitor(house.url, acme.key, token).connect(), conversation)
    tab = Talker(lambda: Visitor(house.url, acme.key, token).connect(), conversation)
    ada = Talker(lambda: Agent(house.url, agent_token).connect(), conversation)
    talkers = (vera, tab, ada)
    for talker in talkers:
        talker.start()
    for number in range(60):
        vera.say(f"v{number}", f"Vera {number}")
        tab.say(f"t{number}", f"Tab {number}")
        ada.say(f"a{number}", f"Ada {number}")
        await asyncio.sleep(dice.uniform(0, 0.03))
        if number % 4 == 0:
            victim = dice.choice(talkers)
            if victim.client and dice.random() < 0.5:
                victim.client.cut()  # the network breaks
            elif sids := [sid for sid, session in house.live.sessions.items() if session.actor.name != "Ben"]:
                sid = dice.choice(sids)  # the server, or a proxy before it, breaks
                await house.live.sockets.close_transport(sid, f"/{house.live.sessions[sid].face}")
    await eventually(lambda: not any(talker.outbox for talker in talkers), 20)
    await eventually(lambda: all(talker.position == 181 for talker in talkers), 10)
    for talker in talkers:
        await talker.stop()
    assert sum(talker.reconnects for talker in talkers) >= 5, "nothing was cut, so nothing was proved"
    stored = await whole_stream(watcher, conversation)
    judge(stored, *talkers)
    assert watcher.events("message") == stored


async def test_a_server_killed_again_and_again_loses_doubles_and_reorders_nothing(tmp_path):
    made = run_init(tmp_path / "data")
    server = ServerProcess(tmp_path / "data", "--presence-grace", "0.2").start()
    try:
        agent_token = (await asyncio.to_thread(sign_in, server.url))["token"]
        first = await Visitor(server.url, made["widget_key"]).connect()
        conversation = (await first.says("Hello"))["conversation"]
        token = first.token
        await first.leave()
        vera = Talker(lambda: Visitor(server.url, made["widget_key"], token).connect(), conversation)
        ada = Talker(lambda: Agent(server.url, agent_token).connect(), conversation)
        vera.start(), ada.start()
        spoken = 0
        for kill in range(3):
            acked = len(vera.acked) + len(ada.acked)
            for _ in range(40):
                spoken += 1
                vera.say(f"v{spoken}", f"Vera {spoken}")
                ada.say(f"a{spoken}", f"Ada {spoken}")
            # in the middle of it, with messages on the way in both directions
            await eventually(lambda seen=acked: len(vera.acked) + len(ada.acked) >= seen + 15, 20)
            await asyncio.to_thread(server.kill)
            assert vera.outbox or ada.outbox, f"everything was acknowledged before kill {kill}"
            await asyncio.to_thread(server.start)
        await eventually(lambda: not vera.outbox and not ada.outbox, 30)
        await eventually(lambda: vera.position == ada.position == 2 * spoken + 1, 10)
        await vera.stop(), await ada.stop()
        assert vera.reconnects >= 3 and ada.reconnects >= 3
        judge_by = await Visitor(server.url, made["widget_key"], token).connect()
        judge(await whole_stream(judge_by, conversation), vera, ada)
        await judge_by.leave()
        assert "Traceback" not in server.log()
    finally:
        server.stop()


async def test_an_event_that_can_t_be_told_ends_in_the_log_and_all_others_are_told(acme, monkeypatch):
    async def fails(*_: Any) -> Any:
        raise KeyError("state")

    ada = await acme.agent()
    monkeypatch.setitem(wire.EVENTS, CallWaysChanged, ("call.ways", fails))
    acme.house.hub.publish(CallWaysChanged(app=acme.id))
    acme.house.hub.publish(FirstHourChanged(app=acme.id))
    await ada.hears("first.hour")
    lines = acme.house.log.lines
    (facts,) = [facts for _, event, facts in lines if event == "an event did not reach its sockets"]
    assert facts["told"] == "CallWaysChanged" and isinstance(facts["exc_info"], KeyError)
    lines.clear()  # a house whose log has a traceback fails
