"""Changing and taking back notes: in time, by whoever wrote them, the same for everybody in the team who looks later."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from hub.chat.collections import NOTE_EDITS
from storage.engine import Scope

pytestmark = pytest.mark.annex("C2")


async def noted(acme, text="The key is under the mat"):
    vera, ada = await acme.visitor(), await acme.agent()
    conversation = (await vera.says("Hello"))["conversation"]
    note = (await ada.call("note.add", client_id="n1", conversation=conversation, text=text))["note"]
    return vera, ada, conversation, note


async def before(acme, conversation, note):
    """What a note said before, as agents may look it up."""
    headers = {"Authorization": f"Bearer {await acme.token()}"}
    address = f"/api/app/conversations/{conversation}/notes/{note}/history"
    async with aiohttp.ClientSession(acme.house.url, headers=headers) as http, http.get(address) as answer:
        return [each["text"] for each in (await answer.json())["texts"]]


async def test_a_changed_note_is_the_same_for_who_hears_it_who_opens_and_who_resumes(acme):
    vera, ada, conversation, note = await noted(acme)
    ben = await acme.agent("ben@acme.example")
    change = (await ada.call("note.edit", conversation=conversation, note=note["id"], text="The key is with Ben"))[
        "note"
    ]
    assert (change["kind"], change["of"], change["text"], change["position"]) == (
        "edit", note["id"], "The key is with Ben", 2,
    )  # fmt: skip
    assert await ben.hears("note", kind="edit") == change
    opened = await ben.call("conversation.open", conversation=conversation)
    assert [each["text"] for each in opened["notes"]] == ["The key is with Ben", "The key is with Ben"]
    assert opened["notes"][0]["edited"] and opened["conversation"]["notes"] == 2
    resumed = await ben.call("resume", streams={str(conversation): {"position": 1, "notes": 1}})
    assert [(each["kind"], each["text"]) for each in resumed["streams"][str(conversation)]["notes"]] == [
        ("edit", "The key is with Ben")
    ]
    # The same text again is nothing new, and the note sent once more is answered as it is now.
    await ada.call("note.edit", conversation=conversation, note=note["id"], text="The key is with Ben")
    again = await ada.call("note.add", client_id="n1", conversation=conversation, text="The key is under the mat")
    assert (again["note"]["id"], again["note"]["text"]) == (note["id"], "The key is with Ben")
    assert (await ada.call("conversation.open", conversation=conversation))["conversation"]["notes"] == 2
    assert await before(acme, conversation, note["id"]) == ["The key is under the mat"]
    # The visitor is in earshot of the conversation, and out of earshot of its notes.
    await ada.says("One moment", conversation)
    await vera.hears("message", text="One moment")
    assert not vera.events("note")


async def test_what_was_taken_back_is_only_in_its_history(acme):
    _, ada, conversation, note = await noted(acme)
    await ada.call("note.delete", conversation=conversation, note=note["id"])
    opened = await ada.call("conversation.open", conversation=conversation)
    assert [(each["text"], each["deleted"]) for each in opened["notes"]] == [("", True), ("", True)]
    assert await ada.refused("note.edit", conversation=conversation, note=note["id"], text="x") == "not_found"
    assert (await ada.ack("note.delete", {"conversation": conversation, "note": note["id"]}))["ok"], "twice is once"
    assert await before(acme, conversation, note["id"]) == ["The key is under the mat"]


async def test_only_its_author_changes_a_note_and_only_for_a_while(house, acme, monkeypatch):
    vera, ada, conversation, note = await noted(acme)
    ben = await acme.agent("ben@acme.example")
    which = {"conversation": conversation, "note": note["id"]}
    assert await ben.refused("note.edit", **which, text="x") == "forbidden"
    assert await ben.refused("note.delete", **which) == "forbidden"
    assert await vera.refused("note.edit", **which, text="x") == "unknown_command"
    other = (await (await acme.visitor()).says("Good day"))["conversation"]
    assert await ada.refused("note.edit", conversation=other, note=note["id"], text="x") == "not_found"
    assert await ada.refused("note.edit", **which, text="  ") == "text_empty"
    now = house.hub.clock.now()
    monkeypatch.setattr(house.hub.clock, "now", lambda: now + 16 * 60_000)
    assert await ada.refused("note.edit", **which, text="x") == "forbidden"


async def test_erasing_the_contact_erases_what_its_notes_said_before(house, acme):
    vera, ada, conversation, note = await noted(acme)
    await ada.call("note.edit", conversation=conversation, note=note["id"], text="The key is with Ben")
    assert await house.hub.store.count(Scope(acme.id), NOTE_EDITS) == 1
    headers = {"Authorization": f"Bearer {await acme.token()}"}
    address = f"/api/app/contacts/{vera.session['contact']['id']}/erase"
    async with aiohttp.ClientSession(house.url, headers=headers) as http, http.post(address, json={}) as answer:
        assert answer.status < 300, await answer.text()
    async with asyncio.timeout(10):
        while await house.hub.store.count(Scope(acme.id), NOTE_EDITS):
            await asyncio.sleep(0.05)
