"""Who is there, over nodes: a lease that ends once, that nothing old brings back, and that a move does not interrupt."""

from __future__ import annotations

import asyncio
import signal
import time
from typing import Any

import pytest

from tests.support.cast import Agent, Visitor
from tests.support.house import eventually

pytestmark = pytest.mark.annex("H3", "X5")


def seen(watcher: Any, contact: int) -> list[bool]:
    """Return the comings and goings of a contact that somebody heard."""
    of_contacts = [event for event in watcher.events("presence") if event["kind"] == "contact"]
    return [event["online"] for event in of_contacts if event["id"] == contact]


def contact_of(visitor: Visitor) -> int:
    return visitor.session["contact"]["id"]


async def test_whoever_moves_to_another_node_within_the_grace_time_does_not_flicker(open_nodes):
    nodes = await open_nodes(presence_grace=1.0)
    ada, ben = await nodes.one.agent(), await nodes.two.agent("ben@acme.example")
    vera = await nodes.one.visitor()
    contact = contact_of(vera)
    for watcher in (ada, ben):
        await watcher.hears("presence", id=contact, kind="contact", online=True)
    await vera.leave()
    moved = await nodes.two.visitor(vera.token)
    await asyncio.sleep(1.5)
    assert seen(ada, contact) == seen(ben, contact) == [True]
    await moved.leave()
    for watcher in (ada, ben):
        await watcher.hears("presence", id=contact, kind="contact", online=False)


async def test_a_node_that_drains_hands_its_people_over_without_a_flicker(open_nodes):
    nodes = await open_nodes(presence_grace=1.0)
    ben = await nodes.two.agent("ben@acme.example")
    vera, walt = await nodes.one.visitor(), await nodes.one.visitor()
    for visitor in (vera, walt):
        await ben.hears("presence", kind="contact", id=contact_of(visitor), online=True)
    await nodes.one.house.live.move(0)
    await nodes.one.house.live.close()
    await asyncio.wait_for(vera.disconnected.wait(), 5)
    await asyncio.sleep(0.4)
    await nodes.two.visitor(vera.token)
    await ben.hears("presence", kind="contact", id=contact_of(walt), online=False)  # he did not come back
    await asyncio.sleep(0.3)
    assert (seen(ben, contact_of(vera)), seen(ben, contact_of(walt))) == ([True], [True, False])


async def test_while_redis_is_away_other_nodes_people_stay_as_they_were_and_are_asked_for_afterwards(open_nodes, redis):
    nodes = await open_nodes(presence_lease=1.0)
    ben = await nodes.two.agent("ben@acme.example")
    vera, walt = await nodes.one.visitor(), await nodes.one.visitor()
    for visitor in (vera, walt):
        await ben.hears("presence", kind="contact", id=contact_of(visitor), online=True)
    redis.kill()
    await eventually(lambda: not nodes.healthy)
    await walt.leave()
    await nodes.one.visitor(walt.token)  # comings and goings that nobody is told of …
    newcomer = await nodes.one.visitor()
    passing = await nodes.one.visitor()
    gone = contact_of(passing)
    await passing.leave()
    await asyncio.sleep(2.5)
    assert seen(ben, contact_of(vera)) == seen(ben, contact_of(walt)) == [True], (
        "two leases have passed, and nobody knows"
    )
    redis.start()
    await ben.hears("presence", kind="contact", id=contact_of(newcomer), online=True)  # … are made up for
    await asyncio.sleep(1.5)
    assert seen(ben, contact_of(vera)) == seen(ben, contact_of(walt)) == [True]
    assert seen(ben, gone) == [], "who came and went meanwhile is not brought back for a moment"


async def test_more_people_than_fit_into_one_word_stay_over_many_leases(open_nodes, monkeypatch):
    monkeypatch.setattr("hub.chat.presence._AT_ONCE", 2)
    nodes = await open_nodes(presence_lease=1.0)
    ben = await nodes.two.agent("ben@acme.example")
    contacts = [contact_of(await nodes.one.visitor()) for _ in range(5)]
    await eventually(lambda: all(seen(ben, contact) == [True] for contact in contacts))
    await asyncio.sleep(2.5)
    assert all(seen(ben, contact) == [True] for contact in contacts)
    for client in nodes.one.here[:3]:
        await client.leave()
    await eventually(lambda: [seen(ben, contact)[-1] for contact in contacts] == [False] * 3 + [True] * 2)


async def test_whoever_left_while_redis_was_away_is_gone_when_it_is_back(open_nodes, redis):
    nodes = await open_nodes()
    ben = await nodes.two.agent("ben@acme.example")
    vera = await nodes.one.visitor()
    await ben.hears("presence", kind="contact", id=contact_of(vera), online=True)
    redis.kill()
    await eventually(lambda: not nodes.healthy)
    await vera.leave()
    await asyncio.sleep(0.5)
    redis.start()
    await ben.hears("presence", kind="contact", id=contact_of(vera), online=False, within=3.0)
    assert seen(ben, contact_of(vera)) == [True, False]


async def test_a_killed_nodes_people_go_within_the_lease_and_once_and_one_who_moved_does_not(start_cluster):
    cluster = await start_cluster(3, presence_lease=3.0, presence_grace=0.5)
    watchers = [await Agent(url, await cluster.token()).connect() for url in cluster.urls[1:]]
    people = [await Visitor(cluster.urls[0], cluster.made["widget_key"]).connect() for _ in range(20)]
    contacts = [contact_of(visitor) for visitor in people]
    for watcher in watchers:
        await eventually(lambda w=watcher: all(seen(w, contact) == [True] for contact in contacts))
    cluster.servers[0].kill()
    killed = time.monotonic()
    mover = await Visitor(cluster.urls[1], cluster.made["widget_key"], people[0].token).connect()
    stayed = contacts.pop(0)
    for watcher in watchers:
        await eventually(lambda w=watcher: all(seen(w, contact) == [True, False] for contact in contacts), 6)
    assert time.monotonic() - killed < 3.0 + 1.0
    await asyncio.sleep(1.0)
    for watcher in watchers:
        assert seen(watcher, stayed) == [True], "who moved was there all the time"
        assert all(seen(watcher, contact) == [True, False] for contact in contacts), "once, and no more"
    for client in (*watchers, mover):
        await client.leave()


async def test_a_node_that_stands_still_for_a_moment_makes_nobody_flicker(start_cluster):
    cluster = await start_cluster(2)
    ada = await Agent(cluster.urls[1], await cluster.token()).connect()
    people = [await Visitor(cluster.urls[0], cluster.made["widget_key"]).connect() for _ in range(5)]
    contacts = [contact_of(visitor) for visitor in people]
    await eventually(lambda: all(seen(ada, contact) == [True] for contact in contacts))
    await cluster.counts(1, "hub_other_nodes", 1)
    for server in (cluster.servers[0], cluster.servers[1]):  # the one with the people, and the one that watches
        server.process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(4.0)
        server.process.send_signal(signal.SIGCONT)
    first = await people[0].says("Still here.")
    await ada.hears("message", text="Still here.")
    await asyncio.sleep(1.0)
    assert all(seen(ada, contact) == [True] for contact in contacts), first
    assert await cluster.figure(1, "hub_nodes_lost_total") == 1, (
        "it was counted as lost, which costs a look into the store"
    )
    assert await cluster.figure(1, "hub_other_nodes") == 1, "and it is back"
    for client in (ada, *people):
        await client.leave()


async def test_a_node_that_slept_longer_than_its_lease_brings_back_only_who_is_still_there(start_cluster):
    cluster = await start_cluster(2, presence_lease=2.0, presence_grace=3.0)
    ada = await Agent(cluster.urls[1], await cluster.token()).connect()
    stays, leaves = [await Visitor(cluster.urls[0], cluster.made["widget_key"]).connect() for _ in range(2)]
    for visitor in (stays, leaves):
        await ada.hears("presence", kind="contact", id=contact_of(visitor), online=True)
    cluster.servers[0].process.send_signal(signal.SIGSTOP)
    for visitor in (stays, leaves):
        await ada.hears("presence", kind="contact", id=contact_of(visitor), online=False, within=4.0)
    leaves.cut()
    await asyncio.sleep(0.5)
    cluster.servers[0].process.send_signal(signal.SIGCONT)
    await eventually(lambda: seen(ada, contact_of(stays)) == [True, False, True])
    await asyncio.sleep(1.5)
    assert seen(ada, contact_of(stays)) == [True, False, True]
    assert seen(ada, contact_of(leaves)) == [True, False], "a stale lease brought somebody back"
    for client in (ada, stays):
        await client.leave()
