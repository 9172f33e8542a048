"""Changing, deleting and answering messages: in time, by whoever wrote them, and the same for everybody who looks later."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from hub.chat.collections import EDITS
from storage.engine import Scope

pytestmark = pytest.mark.annex("C2")


async def talk(acme):
    vera, ada = await acme.visitor(), await acme.agent()
    conversation = (await vera.says("My card is 1234"))["conversation"]
    return vera, ada, conversation


async def test_a_changed_message_is_the_same_for_who_hears_it_who_pages_and_who_resumes(acme):
    vera, ada, conversation = await talk(acme)
    ben = await acme.agent("ben@acme.example")
    said = (await ada.call("message.send", client_id="a1", conversation=conversation, text="We open at 9"))["message"]
    held = said["position"]
    change = (await ada.call("message.edit", conversation=conversation, message=said["id"], text="We open at 8"))[
        "message"
    ]
    assert (change["kind"], change["of"], change["text"], change["position"]) == ("edit", said["id"], "We open at 8", 3)
    for who in (vera, ben):
        heard = await who.hears("message", kind="edit")
        assert (heard["of"], heard["text"]) == (said["id"], "We open at 8")
        state = await who.hears("conversation", revision=2)
        assert (state["last"]["text"], state["position"]) == ("We open at 8", 3)
    for who in (vera, ben):
        opened = await who.call("conversation.open", conversation=conversation)
        assert [each["text"] for each in opened["messages"]] == ["My card is 1234", "We open at 8", "We open at 8"]
        assert opened["messages"][1]["edited"] and "edited" not in opened["messages"][0]
        # A page that ends before the record of the change has the newest text, too.
        page = await who.call("conversation.open", conversation=conversation, after=1, limit=1)
        assert [each["text"] for each in page["messages"]] == ["We open at 8"]
    resumed = (await vera.call("resume", streams={str(conversation): {"position": held}}))["streams"][str(conversation)]
    assert [(each["kind"], each["of"], each["text"]) for each in resumed["messages"]] == [
        ("edit", said["id"], "We open at 8")
    ]
    # The same text again is nothing new.
    await ada.call("message.edit", conversation=conversation, message=said["id"], text="We open at 8")
    assert (await ada.call("conversation.open", conversation=conversation))["position"] == 3


async def test_a_message_that_is_sent_once_more_is_answered_as_it_is_now(acme):
    _, ada, conversation = await talk(acme)
    first = {"client_id": "a1", "conversation": conversation, "text": "We open at 9"}
    said = (await ada.call("message.send", **first))["message"]
    await ada.call("message.edit", conversation=conversation, message=said["id"], text="We open at 8")
    again = (await ada.call("message.send", **first))["message"]
    assert (again["id"], again["position"], again["text"], bool(again["edited"])) == (
        said["id"],
        2,
        "We open at 8",
        True,
    )
    await ada.call("message.delete", conversation=conversation, message=said["id"])
    again = (await ada.call("message.send", **first))["message"]
    assert (again["id"], again["text"], again["deleted"]) == (said["id"], "", True)


async def test_what_was_deleted_is_nowhere_any_more_but_in_the_history_for_agents(house, acme):
    vera, ada, conversation = await talk(acme)
    data = b"secret file"
    begun = await vera.call("attachment.start", name="a.txt", size=len(data), type="text/plain")
    async with aiohttp.ClientSession(house.url) as http:
        async with http.put(begun["url"], data=data) as answer:
            assert answer.status < 300
        sent = (await vera.call("message.send", client_id="v2", text="my secret", conversation=conversation,
                                attachments=[begun["id"]]))["message"]  # fmt: skip
        url = sent["attachments"][0]["url"]
        async with http.get(url) as answer:
            assert await answer.read() == data
        await vera.call("message.edit", conversation=conversation, message=sent["id"], text="my other secret")
        await vera.call(
            "message.send", client_id="v3", text="Answering it", conversation=conversation, reply_to=sent["id"]
        )
        await vera.call("message.delete", conversation=conversation, message=sent["id"])
        for _ in range(100):
            async with http.get(url) as answer:
                if answer.status == 404:
                    break
            await asyncio.sleep(0.05)
        else:
            raise AssertionError("the file of a deleted message is still there")
    for who in (vera, ada):
        opened = await who.call("conversation.open", conversation=conversation)
        assert "secret" not in repr(opened)
        gone = next(each for each in opened["messages"] if each["id"] == sent["id"])
        assert (gone["deleted"], gone["text"], gone["attachments"]) == (True, "", [])
        quote = next(each for each in opened["messages"] if each.get("reply_to"))["reply_to"]
        assert (quote["id"], quote["text"], quote["deleted"]) == (sent["id"], "", True)
    headers = {"Authorization": f"Bearer {await acme.token()}"}
    async with aiohttp.ClientSession(house.url, headers=headers) as http:
        async with http.get(f"/api/app/conversations/{conversation}/messages/{sent['id']}/history") as answer:
            assert [each["text"] for each in (await answer.json())["texts"]] == ["my secret", "my other secret"]
        # Deleting twice is the same as once; what is deleted is not changed any more.
        assert (await vera.ack("message.delete", {"conversation": conversation, "message": sent["id"]}))["ok"]
        assert (
            await vera.refused("message.edit", conversation=conversation, message=sent["id"], text="x") == "not_found"
        )
        contact = vera.session["contact"]["id"]
        async with http.post(f"/api/app/contacts/{contact}/erase", json={}) as answer:
            assert answer.status < 300, await answer.text()
    for _ in range(200):
        if await house.hub.store.count(Scope(acme.id), EDITS) == 0:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("what an erased contact had written is still kept")


async def test_a_message_is_changed_twenty_times_and_what_it_said_before_does_not_grow_for_ever(acme):
    vera, _, conversation = await talk(acme)
    said = await vera.says("Number 0", conversation)
    ref = {"conversation": conversation, "message": said["id"]}
    for number in range(1, 21):
        await vera.call("message.edit", **ref, text=f"Number {number}")
    refused = await vera.ack("message.edit", ref | {"text": "Number 21"})
    assert refused["error"]["code"] == "forbidden"
    assert refused["error"]["details"] == {"reason": "too_many", "most": 20}
    assert (await vera.ack("message.edit", ref | {"text": "Number 20"}))["ok"], "the same text again is nothing new"
    page = await vera.call("conversation.open", conversation=conversation, after=1, limit=1)
    assert page["messages"][0]["text"] == "Number 20", "and nothing is lost"
    assert (await vera.ack("message.delete", ref))["ok"], "taking back is never too late for that"


async def test_only_whoever_wrote_it_changes_it_and_only_for_a_while(house, acme, monkeypatch):
    vera, ada, conversation = await talk(acme)
    ben, walt = await acme.agent("ben@acme.example"), await acme.visitor()
    first = (await vera.call("conversation.open", conversation=conversation))["messages"][0]
    said = (await ada.call("message.send", client_id="a1", conversation=conversation, text="Hi"))["message"]
    for who, message in ((ada, first), (ben, said), (vera, said)):
        body = {"conversation": conversation, "message": message["id"]}
        assert await who.refused("message.edit", text="x", **body) == "forbidden"
        assert await who.refused("message.delete", **body) == "forbidden"
    assert await walt.refused("message.edit", conversation=conversation, message=first["id"], text="x") == "not_found"
    other = (await walt.says("Other"))["conversation"]
    assert await walt.refused("message.edit", conversation=other, message=first["id"], text="x") == "not_found"
    now = house.hub.clock.now()
    monkeypatch.setattr(house.hub.clock, "now", lambda: now + 6 * 60_000)
    late = await vera.ack("message.edit", {"conversation": conversation, "message": first["id"], "text": "x"})
    assert late["error"]["details"] == {"reason": "too_late", "minutes": 5}
    await ada.call("message.edit", conversation=conversation, message=said["id"], text="Hello")
    monkeypatch.setattr(house.hub.clock, "now", lambda: now + 16 * 60_000)
    late = await ada.ack("message.delete", {"conversation": conversation, "message": said["id"]})
    assert late["error"]["details"] == {"reason": "too_late", "minutes": 15}


async def test_an_answer_names_what_it_answers_and_nothing_of_another_conversation(acme):
    vera, ada, conversation = await talk(acme)
    walt = await acme.visitor()
    other = await walt.says("Secret of Walt")
    first = (await vera.call("conversation.open", conversation=conversation))["messages"][0]
    sent = await ada.call("message.send", client_id="a1", conversation=conversation, text="Yes", reply_to=first["id"])
    heard = await vera.hears("message", client_id="a1")
    assert heard["reply_to"] == sent["message"]["reply_to"]
    assert heard["reply_to"] == {
        "id": first["id"], "position": 1, "author": first["author"], "text": "My card is 1234",
    }  # fmt: skip
    body = {"client_id": "v9", "conversation": conversation, "text": "x", "reply_to": other["id"]}
    assert await vera.refused("message.send", **body) == "not_found"
    # Sent once more with the same client id, it is the same message.
    again = await ada.call("message.send", client_id="a1", conversation=conversation, text="Yes", reply_to=first["id"])
    assert again["message"]["id"] == sent["message"]["id"]
    # The quote follows what it quotes.
    await vera.call("message.edit", conversation=conversation, message=first["id"], text="My card is …")
    opened = await ada.call("conversation.open", conversation=conversation)
    assert opened["messages"][1]["reply_to"]["text"] == "My card is …"
