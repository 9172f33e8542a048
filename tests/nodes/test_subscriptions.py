"""A node hears about the applications of its sockets and no others, and from the moment that a socket relies on it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hub.doors.live import holding
from storage import redis_bus
from tests.support.cast import ConnectRefused
from tests.support.house import eventually

pytestmark = pytest.mark.annex("H6", "X1")


async def subscribers(nodes: Any, redis: Any) -> int:
    """Return how many nodes hear the channel of Acme."""
    name = nodes.one.house.hub.bus._sealer.name(f"events:{nodes.one.id % 64}")
    return (await redis.command("PUBSUB", "SHARDNUMSUB", name))[1]


async def becomes(number: int, nodes: Any, redis: Any) -> None:
    for _ in range(200):
        if await subscribers(nodes, redis) == number:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{await subscribers(nodes, redis)} nodes subscribe, not {number}")


async def test_a_node_hears_of_an_application_while_a_socket_of_it_is_there_and_a_while_longer(
    nodes, redis, monkeypatch
):
    monkeypatch.setattr(holding, "LINGER", 0.3)
    assert await subscribers(nodes, redis) == 0
    vera = await nodes.one.visitor()
    assert await subscribers(nodes, redis) == 1, "the greeting comes when the subscription stands"
    await nodes.two.agent()
    walt = await nodes.two.visitor()
    assert await subscribers(nodes, redis) == 2
    await vera.leave()
    assert await subscribers(nodes, redis) == 2, "not at once: it may be a reload"
    await becomes(1, nodes, redis)
    await walt.leave()
    await asyncio.sleep(0.5)
    assert await subscribers(nodes, redis) == 1, "an agent is still there"
    again = await nodes.one.visitor()
    assert await subscribers(nodes, redis) == 2
    await again.leave()
    await nodes.one.visitor()
    await asyncio.sleep(0.5)
    assert await subscribers(nodes, redis) == 2, "whoever comes within the time keeps the channel"


async def test_a_refused_socket_leaves_no_subscription(nodes, redis, monkeypatch):
    monkeypatch.setattr(holding, "LINGER", 0.1)

    async def fails(*arguments: Any) -> None:
        raise RuntimeError("no greeting")

    monkeypatch.setattr("hub.doors.live.door.greet", fails)
    with pytest.raises(ConnectRefused):
        await nodes.one.visitor()
    await becomes(0, nodes, redis)
    assert nodes.one.house.live.delivery.holding.apps == []


async def test_what_happens_while_nobody_is_there_is_no_gap_when_somebody_comes(nodes, monkeypatch, redis):
    monkeypatch.setattr(holding, "LINGER", 0.1)
    vera, ada = await nodes.one.visitor(), await nodes.two.agent()
    conversation = (await vera.says("1"))["conversation"]
    await ada.hears("message", text="1")
    await ada.leave()
    await becomes(1, nodes, redis)
    await vera.says("2", conversation)
    await vera.says("3", conversation)
    ben = await nodes.two.agent("ben@acme.example")
    await vera.says("4", conversation)
    await ben.hears("message", text="4")
    assert [message["position"] for message in ben.events("message")] == [4]


def slow_subscriptions(monkeypatch: Any, seconds: float) -> None:
    """Let Redis learn late of every new subscription."""
    say = redis_bus._say

    async def late(connection: Any, command: str, names: set[str]) -> None:
        if names and command == "SSUBSCRIBE":
            await asyncio.sleep(seconds)
        await say(connection, command, names)

    monkeypatch.setattr(redis_bus, "_say", late)


async def test_a_greeting_is_read_when_the_subscription_stands_so_that_nothing_falls_between(nodes, monkeypatch):
    walt = await nodes.one.visitor()
    sent = await walt.says("before")
    slow_subscriptions(monkeypatch, 0.6)
    coming = asyncio.create_task(nodes.two.visitor(walt.token))
    await eventually(lambda: nodes.two.house.live.delivery.holding.apps)
    await walt.says("meanwhile", sent["conversation"])
    tab = await coming
    (state,) = tab.session["conversations"]
    assert state["position"] == 2 or tab.events("message"), "it came too late for one and too early for the other"


async def test_a_subscription_that_takes_too_long_does_not_keep_the_socket_waiting_and_what_was_missed_follows(
    nodes, monkeypatch
):
    monkeypatch.setattr(holding, "_CONFIRMED_WITHIN", 0.2)
    walt = await nodes.one.visitor()
    sent = await walt.says("before")
    slow_subscriptions(monkeypatch, 1.5)
    began = asyncio.get_running_loop().time()
    tab = await nodes.two.visitor(walt.token)
    assert asyncio.get_running_loop().time() - began < 1.2
    await walt.says("meanwhile", sent["conversation"])
    assert tab.events("message") == []
    await tab.hears("message", text="meanwhile")


async def test_a_socket_comes_in_at_once_while_redis_is_away(nodes, redis):
    redis.kill()
    await eventually(lambda: not nodes.one.house.hub.bus.healthy)
    began = asyncio.get_running_loop().time()
    vera = await nodes.one.visitor()
    await vera.says("Hello?")
    assert asyncio.get_running_loop().time() - began < 1.0
