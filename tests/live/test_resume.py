"""Catching up after a disconnect: the rest of each stream and the state now, or the word to reload (X1)."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.annex("X1")


@pytest.fixture
async def talk(acme):
    """Ada and Vera with a conversation of five messages and two notes."""
    ada, vera = await acme.agent(), await acme.visitor()
    conversation = (await vera.says("1"))["conversation"]
    for number in range(2, 6):
        await (ada if number % 2 else vera).says(str(number), conversation)
    for number in (1, 2):
        await ada.call("note.add", client_id=f"n{number}", conversation=conversation, text=f"Note {number}")
    return ada, vera, conversation


async def stream(client, conversation: int, **held):
    return (await client.call("resume", streams={str(conversation): held}))["streams"][str(conversation)]


async def test_the_rest_comes_oldest_first_with_the_state_of_now(talk, acme):
    ada, vera, conversation = talk
    await ada.call("conversation.assign", conversation=conversation, agent=ada.session["agent"]["id"])
    rest = await stream(vera, conversation, position=3)
    assert [message["text"] for message in rest["messages"]] == ["4", "5"]
    assert rest["position"] == 5 and rest["conversation"]["assignee"]["name"] == "Ada"
    assert "notes" not in rest


async def test_a_client_that_has_everything_still_gets_the_state(talk):
    ada, vera, conversation = talk
    await ada.call("conversation.close", conversation=conversation)
    nothing = await stream(vera, conversation, position=6)
    assert nothing["messages"] == [] and nothing["conversation"]["status"] == "closed"


async def test_an_agent_gets_the_rest_of_the_notes(talk):
    ada, _, conversation = talk
    rest = await stream(ada, conversation, position=5, notes=1)
    assert rest["messages"] == [] and [note["text"] for note in rest["notes"]] == ["Note 2"]
    assert "notes" not in await stream(ada, conversation, position=5)


async def test_several_conversations_are_resumed_in_one_call(talk, acme):
    ada, _vera, conversation = talk
    walt = await acme.visitor()
    other = (await walt.says("Good day"))["conversation"]
    held = {str(conversation): {"position": 4}, str(other): {"position": 0}}
    streams = (await ada.call("resume", streams=held))["streams"]
    assert [message["text"] for message in streams[str(conversation)]["messages"]] == ["5"]
    assert [message["text"] for message in streams[str(other)]["messages"]] == ["Good day"]


async def test_who_is_too_far_behind_is_told_to_reload(talk, house):
    _, vera, conversation = talk
    assert house.hub.settings.resume_limit == 500
    for number in range(6, 502):
        await vera.says(str(number), conversation)
    assert len((await stream(vera, conversation, position=1))["messages"]) == 500
    assert await stream(vera, conversation, position=0) == {"reload": True}


async def test_who_holds_more_than_there_is_is_told_to_reload(talk):
    ada, vera, conversation = talk
    assert await stream(vera, conversation, position=6) == {"reload": True}
    assert await stream(ada, conversation, position=5, notes=3) == {"reload": True}


async def test_unknown_and_foreign_conversations_look_the_same(talk, acme, globex):
    _, _, conversation = talk
    walt, gus = await acme.visitor(), await globex.agent()
    for who in (walt, gus):
        assert await stream(who, conversation, position=0) == await stream(who, 999_999, position=0) == {"reload": True}


@pytest.mark.parametrize("key", ["abc", "-1", "1.5", "", " 1", "１", "9" * 30])
async def test_a_key_that_is_no_id_is_refused(talk, key):
    _, vera, _ = talk
    assert await vera.refused("resume", streams={key: {"position": 0}}) == "invalid_payload"
