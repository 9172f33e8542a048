"""Two nodes behave as one (H6 begun, X5): what happens on one is heard on the other, in order, also after Redis was away."""

from __future__ import annotations

import asyncio
import json
import urllib.request

import pytest

from tests.support.cast import Agent
from tests.support.commands import apart
from tests.support.house import PASSWORD, eventually


@pytest.mark.annex("X5", "H2", "H6")
async def test_vera_on_one_node_and_ada_on_the_other_talk_in_order(nodes):
    vera, ada = await nodes.one.visitor(), await nodes.two.agent()
    first = await vera.says("Hello?")
    await ada.hears("message", text="Hello?")
    for number in range(10):
        await vera.says(f"question {number}", first["conversation"])
        await ada.says(f"answer {number}", first["conversation"])
    await eventually(lambda: len(vera.events("message")) == len(ada.events("message")) == 21)
    assert [m["position"] for m in vera.events("message")] == list(range(1, 22))
    assert vera.events("message") == ada.events("message")


@pytest.mark.annex("X5", "H3")
async def test_presence_and_typing_cross_from_node_to_node(nodes):
    ada = await nodes.two.agent()
    vera = await nodes.one.visitor()
    contact = vera.session["contact"]["id"]
    await ada.hears("presence", kind="contact", id=contact, online=True)
    message = await vera.says("Hello?")
    await ada.call("typing", conversation=message["conversation"], on=True)
    await vera.hears("typing", on=True)
    await vera.leave()
    await ada.hears("presence", kind="contact", id=contact, online=False)


@pytest.mark.annex("H6")
async def test_the_node_that_hears_writes_the_very_frame_to_both_transports_and_encodes_nothing(nodes, monkeypatch):
    vera = await nodes.one.visitor()
    ada = await nodes.two.agent()
    ben = Agent(nodes.two.house.url, await nodes.two.token("ben@acme.example"), transports=["polling"])
    nodes.two.here.append(await ben.connect())

    def refuses(*arguments: object) -> None:
        raise AssertionError("something was encoded anew")

    monkeypatch.setattr(nodes.two.house.live.sockets, "encode", refuses)
    monkeypatch.setattr(nodes.two.house.live.delivery, "_encode", refuses)
    sent = await vera.says("Zażółć gęślą jaźń 🙂 " * 50)
    assert await ada.hears("message", position=1) == await ben.hears("message", position=1) == sent
    await ada.hears("conversation", id=sent["conversation"])
    assert nodes.two.house.log.tracebacks == []


@pytest.mark.annex("X1", "X5")
async def test_messages_sent_while_redis_is_away_are_shown_in_order_when_it_is_back(nodes, redis):
    vera, ada = await nodes.one.visitor(), await nodes.two.agent()
    first = await vera.says("before")
    await ada.hears("message", text="before")
    redis.kill()
    await eventually(lambda: not nodes.one.house.hub.bus.healthy and not nodes.two.house.hub.bus.healthy)
    for number in range(3):
        await vera.says(f"alone {number}", first["conversation"])
    await vera.hears("message", text="alone 2")
    assert len(ada.events("message")) == 1, "without Redis the other node can't know yet"
    walt = await nodes.one.visitor()
    await walt.says("I am new here")
    redis.start()
    await ada.hears("message", text="I am new here")
    await vera.says("after", first["conversation"])
    await eventually(lambda: len(ada.events("message")) == 6)
    from_vera = [m["text"] for m in ada.events("message") if m["conversation"] == first["conversation"]]
    assert from_vera == ["before", "alone 0", "alone 1", "alone 2", "after"]


@pytest.mark.annex("X5")
async def test_signing_out_on_one_node_cuts_the_sockets_on_the_other(nodes):
    ada = await nodes.two.agent()
    token = ada.auth["token"]
    request = urllib.request.Request(
        f"{nodes.one.house.url}/api/app/sign-out", method="POST", headers={"Authorization": f"Bearer {token}"}
    )
    await asyncio.to_thread(urllib.request.urlopen, request)
    await asyncio.wait_for(ada.disconnected.wait(), 5)


@pytest.mark.annex("X5", "H11")
async def test_every_rest_call_of_conversations_answers_over_mongodb_too(nodes):
    vera, ada = await nodes.one.visitor(), await nodes.two.agent()
    sent = await vera.says("Hello?")
    user, conversation = vera.session["contact"]["id"], sent["conversation"]

    def ask(method: str, path: str, body: dict | None = None) -> tuple[int, dict]:
        request = urllib.request.Request(
            f"{nodes.two.house.url}/api/public{path}", method=method, data=json.dumps(body).encode() if body else None,
            headers={"Authorization": f"Token {nodes.one.api_key}", "Content-Type": "application/json"},
        )  # fmt: skip
        with urllib.request.urlopen(request) as response:
            return response.status, json.loads(response.read())

    async def call(method: str, path: str, body: dict | None = None) -> tuple[int, dict]:
        return await asyncio.to_thread(ask, method, path, body)

    status, page = await call("GET", "/conversations/")
    assert (status, page["count"], page["results"][0]["id"]) == (200, 1, conversation)
    status, envelope = await call("GET", f"/conversations/{conversation}/")
    assert [message["content"] for message in envelope["results"]["messages"]] == ["Hello?"]
    body = {"conversation": conversation, "content": "By mail order.", "user": ada.session["agent"]["id"]}
    assert (await call("POST", "/message/", body))[0] == 201
    await vera.hears("message", text="By mail order.")
    body = {"conversation": conversation, "content": "Thanks", "user_id": user, "state": "close"}
    assert (await call("POST", "/message/send_message_as_user/", body))[0] == 201
    await ada.hears("conversation", id=conversation, status="closed")
    assert (await call("POST", f"/users/{user}/conversations/", {"content": "News"}))[0] == 201
    status, page = await call("GET", f"/users/{user}/conversations/?status=true")
    assert (page["count"], page["results"][0]["messages"]) == (1, 1)


async def test_the_command_line_makes_an_application_on_mongodb(nodes, mongo_url, tmp_path):
    words = ("--name", "Globex", "--agent-email", "gus@globex.example", "--agent-password", PASSWORD, "--json")
    done = await asyncio.to_thread(apart, "init", "--mongo", mongo_url, "--data", tmp_path / "cli", *words)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["widget_key"]) == 6
