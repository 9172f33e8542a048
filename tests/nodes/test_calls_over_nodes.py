"""A node is killed in the states of a call: the call goes on where its people come back, and ends once where they do not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.calls.test_recording import ADA, CARA, VERA, Device, hears_music
from tests.live.test_availability import ask
from tests.live.test_calls import agent_id
from tests.support.cast import Agent, Visitor
from tests.support.house import PASSWORD
from tests.support.tones import PATIENCE

pytestmark = [pytest.mark.annex("H5", "P4", "P7"), pytest.mark.timeout(240)]
LOST = 40.0
"""Seconds within which a device that is gone is noticed: fifteen without a sign of life, and a busy machine."""


async def comes(cluster: Any, node: int, token: str | None = None) -> Any:
    """Somebody comes to a node: an agent with a token, or else a visitor."""
    if token:
        return await Agent(cluster.urls[node], token).connect()
    return await Visitor(cluster.urls[node], cluster.made["widget_key"]).connect()


async def colleague(cluster: Any, ada: Any) -> str:
    """Ada invites Ben, who takes the invitation up; return his token."""
    made = await ask(ada, "POST", "invitations", email="ben@acme.example", mail=False)
    await ask(ada, "POST", "join", token=made["link"].partition("#")[2], name="Ben", password=PASSWORD)
    return await cluster.token("ben@acme.example")


async def ended(agent: Any, call: int) -> Any:
    """Return the call as the log has it, when it is over."""
    async with asyncio.timeout(LOST):
        while (found := await ask(agent, "GET", f"calls/{call}"))["state"] != "ended":
            await asyncio.sleep(0.2)
    return found


async def test_calls_outlive_the_nodes_that_their_people_and_their_media_workers_are_on(start_cluster: Any):
    cluster = await start_cluster(2, media_lag=5000, media_cpu=1000)
    token = await cluster.token()
    desk = await comes(cluster, 1, token)
    await ask(desk, "PUT", "call-rules", on=True, record="all", announce=False)

    # While it rings: the caller's node dies, and nobody comes back.
    walt = await comes(cluster, 0)
    rings = (await walt.call("call.start", client_id="w", leg="walts-leg"))["call"]["id"]
    await desk.hears("call.ringing", within=PATIENCE, id=rings)
    cluster.servers[0].kill()
    over = await ended(desk, rings)
    assert (over["reason"], [each["what"] for each in over["history"]]) == ("lost", ["began", "ended"])
    assert (await desk.hears("call.ended", within=PATIENCE, id=rings))["reason"] == "lost"
    await asyncio.to_thread(cluster.servers[0].start)

    # While they talk: the node of the agent and of the media worker dies, and the agent comes back on the other one.
    ada = Device(await comes(cluster, 0, token), ADA)
    vera = Device(await comes(cluster, 1), VERA)
    call = (await vera.who.call("call.start", client_id="v", leg=vera.leg))["call"]["id"]
    await ada.who.hears("call.ringing", within=PATIENCE, id=call)
    await ada.who.call("call.accept", call=call, leg=ada.leg)
    await asyncio.gather(ada.offers(call), vera.offers(call))
    await vera.hears(ADA)
    await ada.hears(VERA)
    await asyncio.sleep(3)  # of talk that the killed worker records
    cluster.servers[0].kill()
    ada.who = await comes(cluster, 1, token)
    back = await ada.who.call("call.rejoin", call=call, leg=ada.leg)
    assert back["call"]["state"] == "talking"
    moved = await vera.who.hears("call.changed", within=PATIENCE, id=call, via=2)
    assert (moved["route"], moved["recording"]) == ("server", "on")
    await asyncio.gather(ada.anew(call), vera.anew(call))
    await vera.hears(ADA)
    await ada.hears(VERA)
    await vera.who.call("call.hangup", call=call)
    over = await ended(desk, call)
    assert (over["reason"], [each["what"] for each in over["history"]]) == (
        "hung_up", ["began", "accepted", "recorded", "ended"],
    )  # fmt: skip

    # What the killed worker had recorded is kept by the next one on its machine.
    await asyncio.to_thread(cluster.servers[0].start)
    async with asyncio.timeout(60):
        while [each["state"] for each in await ask(desk, "GET", f"calls/{call}/recordings")] != ["kept", "kept"]:
            await asyncio.sleep(0.2)
    first, second = await ask(desk, "GET", f"calls/{call}/recordings")
    assert first["seconds"] > 1 and second["seconds"] > 0
    for somebody in (vera, ada):
        await somebody.peer.close()
        await somebody.who.leave()
    await desk.leave()


async def test_a_node_that_is_killed_while_somebody_waits_or_leaves_a_message_is_followed_by_another(
    start_cluster: Any,
):
    cluster = await start_cluster(2, media_lag=5000, media_cpu=1000)
    token = await cluster.token()
    desk = await comes(cluster, 1, token)
    await ask(desk, "PUT", "call-rules", on=True, record="all", announce=False, message=True, music=True)

    # While a message is left: nobody is free, and the caller's node dies with the media worker.
    await ask(desk, "PUT", "me/availability", state="away")
    walt = Device(await comes(cluster, 0), VERA)
    walts = walt.who.token
    call = (await walt.who.call("call.start", client_id="w", leg=walt.leg))["call"]
    assert call["state"] == "message"
    await walt.offers(call["id"])
    await asyncio.sleep(4)  # of speech
    cluster.servers[0].kill()
    walt.who = await Visitor(cluster.urls[1], cluster.made["widget_key"], walts).connect()
    assert [(each["id"], each["state"]) for each in walt.who.session["calls"]] == [(call["id"], "message")]
    await walt.who.call("call.rejoin", call=call["id"], leg=walt.leg)
    async with asyncio.timeout(LOST):
        while (await ask(desk, "GET", f"calls/{call['id']}"))["via"] == call["via"]:
            await asyncio.sleep(0.2)
    await walt.anew(call["id"])
    await asyncio.sleep(2)
    await walt.who.call("call.hangup", call=call["id"])
    over = await ended(desk, call["id"])
    assert (over["reason"], [each["what"] for each in over["history"]]) == ("message", ["began", "message", "ended"])
    await walt.peer.close()
    await asyncio.to_thread(cluster.servers[0].start)
    await ask(desk, "PUT", "me/availability", state="available")

    # While Vera waits and hears music: the node of the agent dies, and she waits on.
    ada, vera = Device(await comes(cluster, 0, token), ADA), Device(await comes(cluster, 1), VERA)
    call = (await vera.who.call("call.start", client_id="v", leg=vera.leg))["call"]["id"]
    await ada.who.hears("call.ringing", within=PATIENCE, id=call)
    await ada.who.call("call.accept", call=call, leg=ada.leg)
    await asyncio.gather(ada.offers(call), vera.offers(call))
    await vera.hears(ADA)
    await ada.who.call("call.hold", call=call)
    cluster.servers[0].kill()
    ada.who = await comes(cluster, 1, token)
    back = await ada.who.call("call.rejoin", call=call, leg=ada.leg)
    assert (back["call"]["state"], back["call"]["held"]) == ("talking", ["agent"])
    await vera.who.hears("call.changed", within=PATIENCE, id=call, via=2)
    await asyncio.gather(ada.anew(call), vera.anew(call))
    await vera.hears()
    await ada.who.call("call.resume", call=call)
    await vera.hears(ADA)
    await ada.hears(VERA)
    await vera.who.call("call.hangup", call=call)
    over = await ended(desk, call)
    assert (over["reason"], [each["what"] for each in over["history"]]) == (
        "hung_up", ["began", "accepted", "recorded", "held", "resumed", "ended"],
    )  # fmt: skip
    for somebody in (vera, ada):
        await somebody.peer.close()
        await somebody.who.leave()
    await desk.leave()


async def test_a_node_that_is_killed_while_a_colleague_is_asked_lets_the_agents_talk_on_and_vera_wait(
    start_cluster: Any,
):
    cluster = await start_cluster(2, media_lag=5000, media_cpu=1000)
    token = await cluster.token()
    ada, vera = Device(await comes(cluster, 0, token), ADA), Device(await comes(cluster, 1), VERA)
    await ask(ada.who, "PUT", "call-rules", on=True, announce=False)
    ben = Device(await comes(cluster, 1, await colleague(cluster, ada.who)), CARA)
    bens = agent_id(ben.who)
    call = (await vera.who.call("call.start", client_id="v", leg=vera.leg))["call"]["id"]
    await ada.who.hears("call.ringing", within=PATIENCE, id=call)
    await ada.who.call("call.accept", call=call, leg=ada.leg)
    await ada.who.call("call.consult", call=call, agent=bens)
    await ben.who.hears("call.changed", within=PATIENCE, id=call)
    await ben.who.call("call.accept", call=call, leg=ben.leg)
    await asyncio.gather(vera.offers(call), ada.offers(call), ben.offers(call))
    await ada.hears(CARA)

    # The node of whoever asks dies, and with it the worker that all three are connected to.
    cluster.servers[0].kill()
    ada.who = await comes(cluster, 1, token)
    back = await ada.who.call("call.rejoin", call=call, leg=ada.leg)
    assert (back["call"]["state"], back["call"]["consult"]["id"]) == ("talking", bens)
    await vera.who.hears("call.changed", within=PATIENCE, id=call, via=2)
    await asyncio.gather(vera.anew(call), ada.anew(call), ben.anew(call))
    await ada.hears(CARA)
    await ben.hears(ADA)
    await hears_music(vera)
    await ada.who.call("call.transfer", call=call, agent=bens, consulted=True)
    await vera.hears(CARA)
    await ben.hears(VERA)
    await vera.who.call("call.hangup", call=call)
    over = await ended(ada.who, call)
    assert (over["reason"], [each["what"] for each in over["history"]]) == (
        "hung_up", ["began", "accepted", "consulted", "consult_taken", "handed", "ended"],
    )  # fmt: skip
    for somebody in (vera, ada, ben):
        await somebody.peer.close()
        await somebody.who.leave()
