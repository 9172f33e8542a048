"""What was committed is shown on every node, also when nobody announced it, or nobody heard the announcement."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from hub.core.nodes import Nodes as OtherNodes
from storage import bus as bus_module
from storage.engine import Unavailable
from tests.support.house import eventually

pytestmark = pytest.mark.annex("X1", "X5", "H6")


@contextlib.asynccontextmanager
async def deaf(company: Any, other: Any) -> AsyncIterator[None]:
    """Let a node hear nothing of what the other says meanwhile, as if its connection lost it."""
    bus, over = company.house.hub.bus, asyncio.Event()
    handlers = bus._handlers
    bus._handlers = {channel: [] for channel in handlers}
    bus._handlers["nodes"] = [lambda body: over.set() if body == b"over" else None]
    try:
        yield
        other.house.hub.bus.publish("nodes", b"over")
        await asyncio.wait_for(over.wait(), 5)
    finally:
        bus._handlers = handlers


async def reconnects(company: Any, redis: Any) -> None:
    """Cut those who hear, and wait until the node hears again."""
    before = company.house.live.delivery.catch_up.runs
    await redis.command("CLIENT", "KILL", "TYPE", "pubsub")
    await eventually(lambda: company.house.live.delivery.catch_up.runs > before)


async def test_the_last_words_before_a_silence_are_shown_though_their_announcement_was_lost(nodes, redis):
    vera, ada = await nodes.one.visitor(), await nodes.two.agent()
    first = await vera.says("Hello?")
    await ada.hears("message", text="Hello?")
    async with deaf(nodes.two, nodes.one):
        await vera.says("Anybody?", first["conversation"])
        await vera.says("Bye.", first["conversation"])
        await nodes.one.house.hub.store.ping()
        assert len(ada.events("message")) == 1
    await reconnects(nodes.two, redis)
    await ada.hears("message", text="Bye.")
    assert [message["text"] for message in ada.events("message")] == ["Hello?", "Anybody?", "Bye."]


async def test_who_is_in_charge_what_was_noted_and_what_was_read_is_told_again_though_nobody_wrote(nodes, redis):
    vera = await nodes.one.visitor()
    ada, ben = await nodes.one.agent(), await nodes.two.agent("ben@acme.example")
    first = await vera.says("Hello?")
    await ben.hears("message", text="Hello?")
    quiet = (await (await nodes.one.visitor()).says("I am Walt."))["conversation"]
    await ben.hears("message", text="I am Walt.")
    # A while ago, so that the last message is not what the reading finds.
    await _grow_old(nodes.one.house.hub, 60_000)
    me = ada.session["agent"]["id"]
    async with deaf(nodes.two, nodes.one):
        await ada.call("conversation.assign", conversation=first["conversation"], agent=me)
        await ada.call("note.add", conversation=first["conversation"], text="A good customer.", client_id="n1")
        await ada.call("conversation.read", conversation=quiet, position=1)
    ben.forget()
    await reconnects(nodes.two, redis)
    state = await ben.hears("conversation", id=first["conversation"])
    assert state["assignee"]["id"] == me
    await ben.hears("note", text="A good customer.")
    state = await ben.hears("conversation", id=quiet)
    assert state["read"]["agent"] == 1
    assert ben.events("message") == [], "what happened before is not shown again"


async def _grow_old(hub: Any, milliseconds: int) -> None:
    """Make all conversations look as if their last message was some time ago."""
    from hub.chat.collections import CONVERSATIONS
    from storage.engine import Batch, Scope

    async for chunk in hub.store.export(Scope(1), CONVERSATIONS):
        for document in chunk:
            batch = Batch(Scope(1))
            batch.patch(CONVERSATIONS, document["id"], set={"updated": document["updated"] - milliseconds})
            await hub.commit(batch)


async def test_what_a_node_committed_and_did_not_live_to_announce_is_shown_within_seconds(nodes):
    vera, ada = await nodes.one.visitor(), await nodes.two.agent()
    first = await vera.says("Hello?")
    await ada.hears("message", text="Hello?")
    hub = nodes.one.house.hub
    await eventually(lambda: nodes.two.house.hub.part(OtherNodes).others == [hub.node])
    hub.publish = lambda event: None  # it dies right after the commit …
    await vera.says("I am about to be lost", first["conversation"])
    await hub.bus.close()  # … and nothing of it is heard any more
    await ada.hears("message", text="I am about to be lost", within=6.0)
    assert nodes.two.house.hub.part(OtherNodes).lost == 1
    assert nodes.two.house.hub.part(OtherNodes).others == []


async def test_a_conversation_in_which_a_node_died_while_writing_is_free_again_within_seconds(nodes, monkeypatch):
    """MongoDB itself keeps the transaction of a client that is gone for a minute, and nobody can write meanwhile."""
    vera, ada = await nodes.one.visitor(), await nodes.two.agent()
    first = await vera.says("Hello?")
    one = nodes.one.house.hub
    stuck, writer = asyncio.Event(), one.store._writer
    one.store._client._topology._session_pool.clear()  # what it writes in is new: no beat has named it

    async def dies(*arguments: Any) -> None:
        stuck.set()
        await asyncio.sleep(60)

    monkeypatch.setattr(writer, "_hold", dies)
    lost = asyncio.create_task(vera.says("I am being written", first["conversation"]))
    await asyncio.wait_for(stuck.wait(), 5)
    await one.bus.close()  # as if it were killed: no further beat names what is stuck
    try:
        sent = await ada.says("Are you still there?", first["conversation"])  # waits for ten seconds, not for sixty
        assert sent["position"] == 2
    finally:
        lost.cancel()
        await asyncio.gather(lost, return_exceptions=True)


async def test_a_node_that_says_goodbye_is_not_searched_for(nodes):
    one, two = nodes.one.house.hub, nodes.two.house.hub
    await nodes.two.agent()
    await eventually(lambda: two.part(OtherNodes).others == [one.node])
    runs = nodes.two.house.live.delivery.catch_up.runs
    one.part(OtherNodes).part()
    await one.bus.close()
    await eventually(lambda: two.part(OtherNodes).others == [])
    assert (two.part(OtherNodes).lost, nodes.two.house.live.delivery.catch_up.runs) == (0, runs)


async def test_a_node_whose_words_had_to_be_dropped_lets_the_others_read_them(nodes):
    vera, ada = await nodes.one.visitor(), await nodes.two.agent()
    first = await vera.says("Hello?")
    await ada.hears("message", text="Hello?")
    bus = nodes.one.house.hub.bus
    bus._outbox.size += 10**9  # the line is full
    await vera.says("Nobody is told of this", first["conversation"])
    assert bus.figures.dropped_full > 0
    bus._outbox.size -= 10**9
    await ada.hears("message", text="Nobody is told of this")


async def test_a_message_too_large_for_the_bus_is_read_from_the_store(nodes, monkeypatch):
    monkeypatch.setattr("hub.doors.live.parcels.LARGEST", 6000)
    monkeypatch.setattr(bus_module, "LARGEST", 6000)
    vera, ada = await nodes.one.visitor(), await nodes.two.agent()
    await eventually(lambda: nodes.healthy)
    sent = await vera.says("ä" * 4000)
    heard = await ada.hears("message", position=1)
    assert heard == sent
    await vera.says("short", sent["conversation"])
    await ada.hears("message", text="short")
    assert nodes.two.house.live.delivery.filled == 1


async def test_a_slow_look_for_one_conversation_does_not_hold_up_the_others(nodes, monkeypatch):
    vera, walt, ada = await nodes.one.visitor(), await nodes.one.visitor(), await nodes.two.agent()
    veras, walts = (await vera.says("I am Vera."))["conversation"], (await walt.says("I am Walt."))["conversation"]
    await ada.hears("message", text="I am Vera.")
    await ada.hears("message", text="I am Walt.")
    store, may_answer, asked = nodes.two.house.hub.store, asyncio.Event(), asyncio.Event()
    read = store.read

    async def slow_read(scope: Any, stream: Any, key: int, **more: Any) -> Any:
        asked.set()
        await may_answer.wait()
        return await read(scope, stream, key, **more)

    monkeypatch.setattr(store, "read", slow_read)
    async with deaf(nodes.two, nodes.one):
        await vera.says("This one is lost on the way.", veras)
    await vera.says("And this makes the gap known.", veras)
    await asyncio.wait_for(asked.wait(), 5)
    for number in range(20):
        await walt.says(f"{number}", walts)
    await ada.hears("message", text="19")
    assert [m["position"] for m in ada.events("message") if m["conversation"] == veras] == [1]
    await vera.says("Later still.", veras)
    may_answer.set()
    await ada.hears("message", text="Later still.")
    assert [m["position"] for m in ada.events("message") if m["conversation"] == veras] == [1, 2, 3, 4]


async def test_a_catch_up_waits_for_a_store_that_is_away(nodes, redis, monkeypatch):
    vera, ada = await nodes.one.visitor(), await nodes.two.agent()
    first = await vera.says("Hello?")
    await ada.hears("message", text="Hello?")
    store = nodes.two.house.hub.store
    find, refused = store.find, []

    async def no_answer(*arguments: Any, **more: Any) -> Any:
        refused.append(1)
        raise Unavailable("the store is away")

    async with deaf(nodes.two, nodes.one):
        await vera.says("Anybody?", first["conversation"])
    monkeypatch.setattr(store, "find", no_answer)
    await reconnects(nodes.two, redis)
    await eventually(lambda: refused)
    monkeypatch.setattr(store, "find", find)
    await ada.hears("message", text="Anybody?")


@pytest.mark.annex("X1")
async def test_a_parcel_that_does_not_fit_harms_nobody_even_with_a_true_seal(nodes):
    import msgspec

    from hub.doors.live.parcels import Parcel, channel_of

    ada, walt = await nodes.two.agent(), await nodes.two.visitor()
    first = await walt.says("Hello?")
    await ada.hears("message", text="Hello?")
    app, bus = nodes.one.id, nodes.one.house.hub.bus
    frame = nodes.one.house.live.sockets.encode("message", {"text": "forged"}, "/agent").frame
    good = Parcel(app, "agent", [f"{app}:team"], False, "", first["conversation"], 0, frame)
    bad = [
        msgspec.structs.replace(good, app=app + 1, rooms=[f"{app + 1}:team"]),
        msgspec.structs.replace(good, rooms=["2:team"]),
        msgspec.structs.replace(good, face="visitor"),
        msgspec.structs.replace(good, frame=frame[:-1]),
        msgspec.structs.replace(good, frame=b""),
        msgspec.structs.replace(good, position=5),
        msgspec.structs.replace(good, stream="messages"),
        msgspec.structs.replace(good, frame=b"\x81\x02ab"),
    ]
    bodies = [msgspec.msgpack.encode(parcel) for parcel in bad]
    bodies += [b"", b"\xc1", b"x" * 1000, msgspec.msgpack.encode({"app": app}), msgspec.msgpack.encode(list(range(9)))]
    for body in bodies:
        bus.publish(channel_of(app), body)
    for channel in ("nodes", "presence", "control"):
        for body in (b"", b"\xc1", b"-", msgspec.msgpack.encode(["x", "what?"])):
            bus.publish(channel, body)
    rejected = nodes.two.house.hub.bus.figures
    await eventually(lambda: rejected.rejected == len(bodies) + 12)
    await walt.says("Still here?", first["conversation"])
    await ada.hears("message", text="Still here?")
    await eventually(lambda: len(ada.events("message")) == len(walt.events("message")) == 2)
    assert nodes.two.house.log.tracebacks == []
