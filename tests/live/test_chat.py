"""Two people talk (H1, H2)."""

from __future__ import annotations

import asyncio

import pytest

pytestmark = pytest.mark.annex("H1", "H2")


@pytest.mark.annex("C2")
async def test_vera_and_ada_talk_and_each_hears_the_other(acme):
    ada, vera = await acme.agent(), await acme.visitor()
    hello = await vera.says("Hello, do you ship to Oslo?")
    assert hello["position"] == 1
    assert await ada.hears("message", text="Hello, do you ship to Oslo?") == hello
    answer = await ada.says("We do.", hello["conversation"])
    assert await vera.hears("message", text="We do.") == answer
    assert answer["position"] == 2
    assert (hello["author"]["kind"], answer["author"]) == (
        "contact",
        {"kind": "agent", "id": answer["author"]["id"], "name": "Ada"},
    )


async def test_a_message_has_the_fields_of_the_protocol_and_a_time_with_milliseconds(acme):
    vera = await acme.visitor()
    message = await vera.says("Hello", client_id="mine")
    assert set(message) == {
        "id",
        "conversation",
        "position",
        "client_id",
        "kind",
        "text",
        "attachments",
        "author",
        "at",
    }
    assert (message["client_id"], message["kind"], message["attachments"]) == ("mine", "text", [])
    assert message["at"].endswith("Z") and len(message["at"]) == len("2026-11-22T12:00:00.123Z")


async def test_the_sender_hears_its_own_message_after_the_ack_and_so_do_its_other_tabs(acme):
    vera = await acme.visitor()
    tab = await acme.visitor(vera.token)
    message = await vera.says("Hello")
    assert await vera.hears("message") == message
    assert await tab.hears("message") == message


async def test_the_first_message_announces_its_conversation_before_itself(acme):
    ada, vera = await acme.agent(), await acme.visitor()
    message = await vera.says("Hello")
    await ada.hears("message")
    names = [name for name, payload in ada.heard if name in ("conversation", "message")]
    assert names == ["conversation", "message"]
    state = ada.events("conversation")[0]
    assert (state["id"], state["status"], state["position"], state["unread"]) == (message["conversation"], "open", 1, 1)
    assert state["last"]["text"] == "Hello"


async def test_sending_twice_with_one_client_id_is_one_message(acme):
    ada, vera = await acme.agent(), await acme.visitor()
    first = await vera.says("Hello", client_id="once")
    assert await vera.says("Hello", client_id="once") == first
    await vera.says("Then this")
    await ada.hears("message", text="Then this")
    assert [message["text"] for message in ada.events("message")] == ["Hello", "Then this"]


async def test_ten_copies_of_one_message_at_once_from_two_tabs_are_one_message(acme):
    vera = await acme.visitor()
    tab = await acme.visitor(vera.token)
    copies = await asyncio.gather(*[who.says("Hello", client_id="once") for who in (vera, tab) * 5])
    assert {(copy["id"], copy["position"]) for copy in copies} == {(copies[0]["id"], 1)}


async def test_one_client_id_with_another_text_is_refused_for_good(acme):
    vera = await acme.visitor()
    await vera.says("Hello", client_id="once")
    answer = await vera.ack("message.send", {"client_id": "once", "text": "Something else"})
    assert (answer["error"]["code"], answer["error"]["retryable"]) == ("client_id_reused", False)


async def test_two_people_may_use_the_same_client_id(acme):
    ada, vera, walt = await acme.agent(), await acme.visitor(), await acme.visitor()
    first = await vera.says("Hello", client_id="same")
    assert (await walt.says("Good day", client_id="same"))["conversation"] != first["conversation"]
    assert (await ada.says("Hi", first["conversation"], client_id="same"))["position"] == 2


async def test_two_tabs_that_begin_at_once_begin_one_conversation(acme):
    vera = await acme.visitor()
    tabs = [vera, *[await acme.visitor(vera.token) for _ in range(3)]]
    sent = await asyncio.gather(*[tab.says(f"From tab {number}") for number, tab in enumerate(tabs)])
    assert len({message["conversation"] for message in sent}) == 1
    assert sorted(message["position"] for message in sent) == [1, 2, 3, 4]
    again = await acme.visitor(vera.token)
    assert len(again.session["conversations"]) == 1


async def test_a_message_without_a_conversation_goes_to_the_newest_open_one_else_begins_one(acme):
    ada, vera = await acme.agent(), await acme.visitor()
    first = await vera.says("One")
    assert (await vera.says("Two"))["conversation"] == first["conversation"]
    await ada.call("conversation.close", conversation=first["conversation"])
    second = await vera.says("Three")
    assert second["conversation"] != first["conversation"] and second["position"] == 1
    await vera.says("Into the first", first["conversation"])
    assert (await vera.says("Four"))["conversation"] == second["conversation"]


async def test_an_agent_has_to_name_the_conversation(acme):
    ada = await acme.agent()
    assert await ada.refused("message.send", client_id="x", text="To whom?") == "invalid_payload"


async def test_walt_sees_and_hears_nothing_of_vera(acme):
    ada, vera, walt = await acme.agent(), await acme.visitor(), await acme.visitor()
    secret = await vera.says("My order is 1234")
    await ada.says("I see", secret["conversation"])
    assert await walt.refused("conversation.open", conversation=secret["conversation"]) == "not_found"
    assert (
        await walt.refused("message.send", client_id="x", text="Me too", conversation=secret["conversation"])
        == "not_found"
    )
    await walt.says("Something of my own")  # behind Vera's on the same road: had hers come, it would have come before
    await walt.hears("message", text="Something of my own")
    assert await vera.hears("message", text="I see")
    assert len(walt.events("message")) == 1


async def test_a_long_conversation_is_read_page_by_page_without_a_hole(acme):
    ada, vera = await acme.agent(), await acme.visitor()
    conversation = (await vera.says("0"))["conversation"]
    for number in range(1, 130):
        await (vera if number % 3 else ada).says(str(number), conversation)
    first = await ada.call("conversation.open", conversation=conversation)
    assert [message["text"] for message in first["messages"]] == [str(number) for number in range(100)]
    rest = await ada.call("conversation.open", conversation=conversation, after=100)
    assert [message["position"] for message in rest["messages"]] == list(range(101, 131))
    assert rest["position"] == first["position"] == 130
    some = await vera.call("conversation.open", conversation=conversation, after=10, limit=3)
    assert [message["position"] for message in some["messages"]] == [11, 12, 13]
    assert "notes" in first and "notes" not in some


async def test_the_bytes_of_the_longest_text_fit_and_one_more_does_not(acme):
    vera = await acme.visitor()
    assert (await vera.says("ż" * 8192))["text"] == "ż" * 8192
    assert await vera.refused("message.send", client_id="x", text="ż" * 8192 + "!") == "text_too_long"


async def test_what_was_said_is_there_after_a_restart(tmp_path):
    from tests.support.cast import Visitor
    from tests.support.house import open_house

    async with open_house(tmp_path / "data") as house:
        key = (await house.application("Acme"))["widget_key"]
        vera = await Visitor(house.url, key).connect()
        message, token = await vera.says("Hello"), vera.token
        await vera.leave()
    async with open_house(tmp_path / "data") as house:
        vera = await Visitor(house.url, key, token).connect()
        assert [conversation["id"] for conversation in vera.session["conversations"]] == [message["conversation"]]
        opened = await vera.call("conversation.open", conversation=message["conversation"])
        assert opened["messages"] == [message]
        await vera.leave()
