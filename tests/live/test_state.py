"""Who is in charge of a conversation, and whether it is open."""

from __future__ import annotations

import asyncio

import pytest

pytestmark = pytest.mark.annex("H1", "H2")


@pytest.fixture
async def talk(acme):
    """Ada, Ben and Vera, and the conversation that Vera began."""
    ada, ben, vera = await acme.agent("ada@acme.example"), await acme.agent("ben@acme.example"), await acme.visitor()
    conversation = (await vera.says("Hello"))["conversation"]
    for who in (ada, ben):
        await who.hears("message")
    return ada, ben, vera, conversation


async def test_everybody_hears_who_is_in_charge(talk):
    ada, ben, vera, conversation = talk
    me = ada.session["agent"]["id"]
    state = (await ada.call("conversation.assign", conversation=conversation, agent=me))["conversation"]
    assert state["assignee"] == {"id": me, "name": "Ada"}
    for who in (ben, vera):
        heard = await who.hears("conversation", revision=state["revision"])
        assert heard["assignee"] == {"id": me, "name": "Ada"}
    nobody = (await ben.call("conversation.assign", conversation=conversation, agent=None))["conversation"]
    assert nobody["assignee"] is None and nobody["revision"] > state["revision"]


async def test_an_agent_who_is_not_there_can_not_be_put_in_charge(talk):
    ada, _, _, conversation = talk
    assert await ada.refused("conversation.assign", conversation=conversation, agent=999) == "not_found"


async def test_closing_and_reopening_are_in_the_stream_that_the_visitor_sees(talk):
    ada, _, vera, conversation = talk
    assert (await ada.call("conversation.close", conversation=conversation))["conversation"]["status"] == "closed"
    event = await vera.hears("message", kind="event")
    assert (event["text"], event["position"], event["author"]["name"]) == ("closed", 2, "Ada")
    assert (await vera.hears("conversation", status="closed"))["position"] == 2
    assert (await ada.call("conversation.reopen", conversation=conversation))["conversation"]["status"] == "open"
    assert (await vera.hears("message", text="reopened"))["position"] == 3


async def test_closing_twice_leaves_one_event(talk):
    ada, ben, vera, conversation = talk
    closings = [who.call("conversation.close", conversation=conversation) for who in (ada, ben, ada)]
    states = await asyncio.gather(*closings)
    assert {state["conversation"]["status"] for state in states} == {"closed"}
    opened = await vera.call("conversation.open", conversation=conversation)
    assert [message["text"] for message in opened["messages"]] == ["Hello", "closed"]


async def test_a_visitors_message_into_a_closed_conversation_reopens_it(talk):
    ada, _, vera, conversation = talk
    await ada.call("conversation.close", conversation=conversation)
    message = await vera.says("One more thing", conversation)
    assert message["position"] == 3
    state = await ada.hears("conversation", status="open", position=3)
    assert state["last"]["text"] == "One more thing"
    await ada.hears("message", text="One more thing")


async def test_an_agents_message_into_a_closed_conversation_leaves_it_closed(talk):
    ada, _, vera, conversation = talk
    await ada.call("conversation.close", conversation=conversation)
    await ada.says("Goodbye", conversation)
    assert (await vera.call("conversation.open", conversation=conversation))["conversation"]["status"] == "closed"


async def test_a_message_sent_again_does_not_reopen_what_was_closed_meanwhile(talk):
    ada, _, vera, conversation = talk
    first = await vera.says("Thanks", conversation, client_id="again")
    await ada.call("conversation.close", conversation=conversation)
    assert await vera.says("Thanks", conversation, client_id="again") == first
    assert (await ada.call("conversation.open", conversation=conversation))["conversation"]["status"] == "closed"


async def test_the_inbox_lists_and_counts_by_status_and_by_who_is_in_charge(talk, acme):
    ada, ben, _vera, conversation = talk
    walt = await acme.visitor()
    other = (await walt.says("Good day"))["conversation"]
    await ada.call("conversation.assign", conversation=conversation, agent=ada.session["agent"]["id"])

    async def ids(who, **asked):
        return [state["id"] for state in (await who.call("conversation.list", **asked))["conversations"]]

    assert await ids(ada, status="open") == [other, conversation]
    assert await ids(ada, assignee="me") == await ids(ben, assignee=ada.session["agent"]["id"]) == [conversation]
    assert await ids(ada, assignee="none", status="open") == [other] and await ids(ben, assignee="me") == []
    await ada.call("conversation.close", conversation=other)
    listed = await ada.call("conversation.list", status="closed")
    assert [state["id"] for state in listed["conversations"]] == [other]
    assert listed["counts"] == {
        "open": 1,
        "mine": 1,
        "unassigned": 0,
        "closed": 1,
        "pending": 0,
        "snoozed": 0,
        "groups": {},
    }
    assert (await ben.call("conversation.list"))["counts"] == {
        "open": 1,
        "mine": 0,
        "unassigned": 0,
        "closed": 1,
        "pending": 0,
        "snoozed": 0,
        "groups": {},
    }


async def test_the_inbox_goes_on_behind_a_page_of_fifty(acme):
    ada = await acme.agent()
    walt = await acme.visitor()
    begun = []
    for number in range(53):
        message = await walt.says(f"Number {number}")
        begun.append(message["conversation"])
        await ada.call("conversation.close", conversation=message["conversation"])
    first = await ada.call("conversation.list", status="closed")
    second = await ada.call("conversation.list", status="closed", cursor=first["cursor"])
    seen = [state["id"] for page in (first, second) for state in page["conversations"]]
    assert len(first["conversations"]) == 50 and second["cursor"] is None
    assert seen == begun[::-1]
