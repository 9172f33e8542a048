"""Who is writing, who has received and who has read (H3)."""

from __future__ import annotations

import asyncio

import pytest

pytestmark = pytest.mark.annex("H3")


@pytest.fixture
async def talk(acme):
    """Ada, Ben and Vera; Vera wrote three messages, Ada answered once."""
    ada, ben, vera = await acme.agent("ada@acme.example"), await acme.agent("ben@acme.example"), await acme.visitor()
    conversation = (await vera.says("One"))["conversation"]
    await vera.says("Two")
    await vera.says("Three")
    await ada.says("Yes?", conversation)
    return ada, ben, vera, conversation


async def state(client, conversation: int):
    return (await client.call("conversation.open", conversation=conversation))["conversation"]


async def test_typing_is_shown_to_the_other_side_and_not_to_oneself(talk, acme):
    ada, ben, vera, conversation = talk
    walt = await acme.visitor()
    contact, agent = vera.session["contact"], ada.session["agent"]
    await vera.call("typing", conversation=conversation, on=True)
    heard = await ada.hears("typing", on=True)
    assert heard == {
        "conversation": conversation,
        "by": {"kind": "contact", "id": contact["id"], "name": contact["name"]},
        "on": True,
    }
    assert await ben.hears("typing", on=True) == heard
    await ada.call("typing", conversation=conversation, on=True)
    await ada.call("typing", conversation=conversation, on=False)
    assert (await vera.hears("typing", on=True))["by"] == {"kind": "agent", "id": agent["id"], "name": "Ada"}
    await vera.hears("typing", on=False)
    assert [event["by"]["kind"] for event in vera.events("typing")] == ["agent", "agent"]
    await walt.says("Something of my own")
    await walt.hears("message")
    assert walt.events("typing") == []


async def test_both_sides_count_the_other_sides_unread_texts(talk):
    ada, _, vera, conversation = talk
    assert (await state(ada, conversation))["unread"] == 3
    assert (await state(vera, conversation))["unread"] == 1


async def test_reading_tells_everybody_and_counts_down_by_what_was_read(talk):
    ada, ben, vera, conversation = talk
    await ada.call("conversation.read", conversation=conversation, position=2)
    by = {"kind": "agent", "id": ada.session["agent"]["id"]}
    for who in (ben, vera):
        assert await who.hears("receipt", read=2) == {"conversation": conversation, "by": by, "read": 2}
    after = await state(ada, conversation)
    assert (after["unread"], after["read"]) == (1, {"contact": 0, "agent": 2})
    await vera.call("conversation.read", conversation=conversation, position=4)
    assert (await ada.hears("receipt", read=4))["by"]["kind"] == "contact"
    assert (await state(vera, conversation))["unread"] == 0


async def test_delivered_is_told_and_kept_apart_from_read(talk):
    ada, _, vera, conversation = talk
    await vera.call("conversation.delivered", conversation=conversation, position=4)
    receipt = await ada.hears("receipt", delivered=4)
    assert "read" not in receipt
    after = await state(ada, conversation)
    assert (after["delivered"]["contact"], after["read"]["contact"]) == (4, 0)


async def test_a_receipt_never_goes_back_nor_beyond_the_last_message(talk):
    ada, _, vera, conversation = talk
    await ada.call("conversation.delivered", conversation=conversation, position=3)
    await ada.call("conversation.delivered", conversation=conversation, position=2)
    assert (await state(ada, conversation))["delivered"]["agent"] == 3
    await ada.call("conversation.read", conversation=conversation, position=999)
    await ada.hears("receipt", read=4)
    await ada.call("conversation.read", conversation=conversation, position=1)
    after = await state(ada, conversation)
    assert (after["read"]["agent"], after["delivered"]["agent"], after["unread"]) == (4, 4, 0)
    await vera.says("More")
    assert (await state(ada, conversation))["unread"] == 1


async def test_two_tabs_that_read_at_once_count_each_message_once(talk, acme):
    ada, ben, vera, conversation = talk
    second = await acme.agent("ada@acme.example")
    readers = (ada, ben, second)
    reads = [
        who.call("conversation.read", conversation=conversation, position=at) for at in (1, 2, 3) for who in readers
    ]
    await asyncio.gather(*reads)
    assert (await state(ada, conversation))["unread"] == 0
    assert (await state(ada, conversation))["read"]["agent"] == 3
    await vera.says("Four")
    assert (await state(ada, conversation))["unread"] == 1


async def test_tabs_that_receive_at_once_keep_the_furthest_position(talk, acme):
    _, _, vera, conversation = talk
    tabs = [vera, *[await acme.visitor(vera.token) for _ in range(3)]]
    for round in range(5):
        last = (await vera.says(f"Round {round}"))["position"]
        positions = [last - 3, last - 2, last - 1, last]
        await asyncio.gather(
            *[
                tab.call("conversation.delivered", conversation=conversation, position=at)
                for tab, at in zip(tabs, positions, strict=True)
            ]
        )
        assert (await state(vera, conversation))["delivered"]["contact"] == last


async def test_unread_counts_stay_right_while_one_side_writes_and_the_other_reads(talk):
    ada, _, vera, conversation = talk

    async def write():
        for number in range(40):
            await vera.says(f"Message {number}")

    async def read():
        for _ in range(40):
            await ada.call("conversation.read", conversation=conversation, position=10_000)

    await asyncio.gather(write(), read())
    before = await state(ada, conversation)
    unread = [m for m in (await ada.call("conversation.open", conversation=conversation))["messages"]
              if m["position"] > before["read"]["agent"] and m["author"]["kind"] == "contact"]  # fmt: skip
    assert before["unread"] == len(unread)
    await ada.call("conversation.read", conversation=conversation, position=10_000)
    assert (await state(ada, conversation))["unread"] == 0


async def test_events_in_the_stream_are_not_unread_texts(talk):
    ada, _, vera, conversation = talk
    await vera.call("conversation.read", conversation=conversation, position=4)
    await ada.call("conversation.close", conversation=conversation)
    await ada.call("conversation.reopen", conversation=conversation)
    assert (await state(vera, conversation))["unread"] == 0


async def test_what_was_read_was_delivered(acme):
    vera, ada = await acme.visitor(), await acme.agent()
    message = await vera.says("Hello?")
    await ada.call("conversation.read", conversation=message["conversation"], position=1)
    state = (await ada.call("conversation.open", conversation=message["conversation"]))["conversation"]
    assert state["read"]["agent"] == state["delivered"]["agent"] == 1
