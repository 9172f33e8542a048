"""What agents tell each other beside a conversation never reaches the visitor."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.annex("H2")


async def test_the_team_hears_a_note_and_the_visitor_does_not(acme):
    ada, ben = await acme.agent("ada@acme.example"), await acme.agent("ben@acme.example")
    vera, walt = await acme.visitor(), await acme.visitor()
    signed = await acme.visitor(vera.token)
    conversation = (await vera.says("Hello"))["conversation"]
    # Vera's sockets do hear what happens in this conversation: she is outside of the note, not out of earshot.
    await ada.says("Hello Vera", conversation)
    for outside in (vera, signed):
        await outside.hears("message", text="Hello Vera")
    note = (await ada.call("note.add", client_id="n1", conversation=conversation, text="Careful: a journalist"))["note"]
    assert await ben.hears("note") == note
    assert (note["position"], note["author"]["name"]) == (1, "Ada")
    await ada.says("One moment", conversation)
    await walt.says("Good day")
    for outside in (vera, signed):
        await outside.hears("message", text="One moment")
    opened = await vera.call("conversation.open", conversation=conversation)
    resumed = await vera.call("resume", streams={str(conversation): {"position": 0, "notes": 0}})
    again = await acme.visitor(vera.token)
    for told in (vera.heard, signed.heard, walt.heard, again.heard, opened, resumed):
        assert "journalist" not in json.dumps(told) and '"note' not in json.dumps(told)


async def test_a_note_does_not_touch_what_the_visitor_sees_of_the_conversation(acme):
    ada, vera = await acme.agent(), await acme.visitor()
    conversation = (await vera.says("Hello"))["conversation"]
    before = (await vera.call("conversation.open", conversation=conversation))["conversation"]
    await ada.call("note.add", client_id="n1", conversation=conversation, text="Hm")
    assert (await vera.call("conversation.open", conversation=conversation))["conversation"] == before
    assert (await ada.call("conversation.open", conversation=conversation))["conversation"]["notes"] == 1


async def test_a_visitor_has_no_command_for_notes(acme):
    vera = await acme.visitor()
    conversation = (await vera.says("Hello"))["conversation"]
    assert await vera.refused("note.add", client_id="n", conversation=conversation, text="Mine") == "unknown_command"


async def test_notes_have_positions_of_their_own_and_one_client_id_is_one_note(acme):
    ada, vera = await acme.agent(), await acme.visitor()
    conversation = (await vera.says("Hello"))["conversation"]

    async def add(client_id: str, text: str):
        return (await ada.call("note.add", client_id=client_id, conversation=conversation, text=text))["note"]

    first = await add("a", "One")
    assert await add("a", "One") == first
    assert (await add("b", "Two"))["position"] == 2
    assert await ada.refused("note.add", client_id="a", conversation=conversation, text="Other") == "client_id_reused"
    assert await ada.refused("note.add", client_id="c", conversation=conversation, text="  ") == "text_empty"
    opened = await ada.call("conversation.open", conversation=conversation)
    assert [note["text"] for note in opened["notes"]] == ["One", "Two"]


async def test_a_notes_client_id_used_in_another_conversation_is_refused(acme):
    ada, vera, walt = await acme.agent(), await acme.visitor(), await acme.visitor()
    here, there = (await vera.says("Hello"))["conversation"], (await walt.says("Good day"))["conversation"]
    await ada.call("note.add", client_id="a", conversation=here, text="One")
    assert await ada.refused("note.add", client_id="a", conversation=there, text="One") == "client_id_reused"
