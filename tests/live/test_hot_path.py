"""What a message costs: one commit, no read, one frame per listener."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

import pytest

from hub.chat.inbox.indexing import Indexing
from tests.support.house import eventually
from tests.support.people import settled

pytestmark = pytest.mark.annex("H2", "X1")


class CountingStore:
    """Stands before the store and counts what it is asked."""

    def __init__(self, store: Any) -> None:
        self._store, self.calls = store, Counter()

    def __getattr__(self, name: str) -> Any:
        if not _by_its_own_clock():
            self.calls[name] += 1
        return getattr(self._store, name)


def _by_its_own_clock() -> bool:
    """Whether it is the watch over sign-ins that asks: it does so now and then, whatever is said."""
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_name == "_watch":
            return True
        frame = frame.f_back
    return False


@pytest.fixture
async def talk(acme, house):
    """Vera in a conversation that Ada, Ben and her second tab hear, everything warm."""
    people = [await acme.agent("ada@acme.example"), await acme.agent("ben@acme.example"), await acme.visitor()]
    people.append(await acme.visitor(people[2].token))
    await acme.visitor()  # Walt, who is not concerned
    conversation = (await people[2].says("Hello"))["conversation"]
    await people[0].says("Hello Vera", conversation)
    await people[2].says("Warm now", conversation)
    for who in people:
        await who.hears("message", text="Warm now")
    store = house.hub.store = CountingStore(house.hub.store)
    yield people, conversation, store
    house.hub.store = store._store


@pytest.mark.parametrize("sender", [0, 2], ids=["agent", "visitor"])
async def test_a_message_in_a_known_conversation_is_one_commit_and_no_read(house, talk, sender):
    people, conversation, store = talk
    await people[sender].says("Who waits for an answer changes with the first", conversation)
    await settled(house)
    store.calls.clear()
    for number in range(20):
        await people[sender].says(f"Message {number}", conversation)
    for who in people:
        await who.hears("message", text="Message 19")
    store.calls.pop("claim_jobs", None)  # the jobs look for work by their own clock
    assert store.calls == {"commit": 20}


async def test_each_listener_gets_one_frame_per_message_and_nobody_else_any(talk, house):
    people, conversation, _ = talk
    counters = house.live.sockets.counters
    for who in people:
        who.forget()
    before = counters.packets_out
    for number in range(20):
        await people[2].says(f"Message {number}", conversation)
    for who in people:
        await who.hears("message", text="Message 19")
    assert counters.packets_out - before == 20 * (len(people) + 1), "a message for each of four sockets, and one ack"
    assert [[name for name, _ in who.heard] for who in people] == [["message"] * 20] * len(people)


async def test_typing_and_a_heartbeat_never_touch_the_store(house, talk):
    people, conversation, store = talk
    await settled(house)
    await eventually(lambda: house.hub.part(Indexing).idle)  # what was said is read once more for the search
    store.calls.clear()
    for _ in range(5):
        await people[2].call("typing", conversation=conversation, on=True)
    await eventually(lambda: len(people[0].events("typing")) == 5)
    store.calls.pop("claim_jobs", None)
    assert store.calls == {}


async def test_people_who_come_and_go_leave_nothing_in_memory(acme, house):
    walt = await acme.visitor()
    await walt.says("Hello")
    await walt.leave()
    await eventually(lambda: not house.live.sessions)

    def sizes() -> tuple[int, ...]:
        live = house.live
        return len(live.sessions), len(live._visitors.of_contact), len(live.sockets.eio.sockets)

    before = sizes()
    for _ in range(20):
        await (await acme.visitor(walt.token)).leave()
    await eventually(lambda: sizes() == before)
