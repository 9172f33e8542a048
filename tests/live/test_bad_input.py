"""Bad input gets a clear code and a sentence; no traceback, nothing lost, and nobody else notices.

The fixture `house` fails a test whose server logged a traceback.
"""

# ruff: noqa: E501, UP031 - tables of JSON read best one case a line
from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.cast import ConnectRefused

pytestmark = pytest.mark.annex("H1", "X1")
DEEP = "[" * 10_000 + "]" * 10_000
HUGE = "9" * 100


async def refusal(company, **auth: Any) -> dict[str, Any]:
    with pytest.raises(ConnectRefused) as refused:
        await company.visitor(**auth)
    error = refused.value.error
    assert set(error) == {"code", "message", "retryable"} and error["message"].endswith("."), error
    return error


@pytest.fixture
async def bystanders(acme):
    """Ada and Walt, who have to be able to talk as if nothing had happened."""
    ada, walt = await acme.agent(), await acme.visitor()
    conversation = (await walt.says("Hello"))["conversation"]
    yield ada, walt, conversation
    assert not ada.disconnected.is_set() and not walt.disconnected.is_set()
    await ada.says("Still here", conversation)
    await walt.hears("message", text="Still here", position=2)
    await walt.says("So am I", conversation)
    await ada.hears("message", text="So am I", position=3)


@pytest.mark.parametrize(
    ("auth", "code"),
    [
        ({"key": "NOSUCH"}, "unknown_application"),
        ({"key": ""}, "unknown_application"),
        ({"key": "\x00"}, "invalid_payload"),
        ({"key": "\ud800"}, "invalid_payload"),
        ({"key": 5}, "invalid_payload"),
        ({"key": None}, "invalid_payload"),
        ({"colour": "red"}, "invalid_payload"),
        ({"visitor_token": 5}, "invalid_payload"),
        ({"identity": 5}, "invalid_payload"),
        ({"identity": "no token"}, "identity_invalid"),
        ({"identity": {"user_id": []}}, "identity_invalid"),
        ({"identity": {"user_id": "x" * 300}}, "identity_invalid"),
        ({"identity": {"user_id": "\x00"}}, "invalid_payload"),
        ({"identity": {"email": "\ud800"}}, "invalid_payload"),
        ({"identity": {"user_id": 10**100}}, None),
        ({"page": {"url": ""}}, "invalid_payload"),
        ({"page": {"url": "https://a.example/", "title": 5}}, "invalid_payload"),
        ({"page": {"url": "https://a.example/\x00\ud800"}}, None),
        ({"browser": {"language": "\x00"}}, "invalid_payload"),
        ({"browser": {"language": 5, "time_zone": ["x"], "unknown": {}}}, None),
        ({"browser": []}, "invalid_payload"),
    ],
)
async def test_a_bad_connect_auth_is_refused_with_a_code(acme, bystanders, auth, code):
    if code is None:
        assert (await acme.visitor(**auth)).session["conversations"] == []
    else:
        assert (await refusal(acme, **auth))["code"] == code


@pytest.mark.parametrize("auth", [None, [], "key", 5, True, {"key": "NOSUCH"}])
async def test_an_auth_that_is_no_object_does_not_let_anybody_in(acme, house, bystanders, auth):
    raw = await _joined_with(acme, auth)
    assert house.live.numbers() == {"visitor": 1, "agent": 1}
    await raw.leave()


async def _joined_with(acme, auth: Any):
    import aiohttp

    from tests.support.raw import RawSocket

    http = aiohttp.ClientSession()
    ws = await http.ws_connect(f"{acme.house.url}/socket.io/?EIO=4&transport=websocket")
    raw = RawSocket(http, ws, "/visitor")
    await raw.frame()
    await raw.send(f"40/visitor,{json.dumps(auth)}")
    message = await ws.receive(timeout=5)
    assert message.type is aiohttp.WSMsgType.CLOSE or message.data.startswith("44/visitor"), message
    return raw


BAD_COMMANDS: dict[str, tuple[str, str, str]] = {
    "empty text": ("message.send", '{"client_id":"x","text":""}', "text_empty"),
    "only spaces": ("message.send", '{"client_id":"x","text":" \\n\\t "}', "text_empty"),
    "text of 16 KB and one": ("message.send", '{"client_id":"x","text":"%s"}' % ("x" * 16_385), "text_too_long"),
    "long in bytes": ("message.send", '{"client_id":"x","text":"%s"}' % ("😀" * 4_097), "text_too_long"),
    "unknown field": ("message.send", '{"client_id":"x","text":"a","colour":"red"}', "invalid_payload"),
    "text is a number": ("message.send", '{"client_id":"x","text":5}', "invalid_payload"),
    "text is null": ("message.send", '{"client_id":"x","text":null}', "invalid_payload"),
    "text is missing": ("message.send", '{"client_id":"x"}', "invalid_payload"),
    "client id is missing": ("message.send", '{"text":"a"}', "invalid_payload"),
    "client id is empty": ("message.send", '{"client_id":"","text":"a"}', "invalid_payload"),
    "client id is too long": ("message.send", '{"client_id":"%s","text":"a"}' % ("x" * 65), "invalid_payload"),
    "client id with NUL": ("message.send", '{"client_id":"\\u0000","text":"a"}', "invalid_payload"),
    "text with NUL": ("message.send", '{"client_id":"x","text":"a\\u0000b"}', "invalid_payload"),
    "text with half a pair": ("message.send", '{"client_id":"x","text":"a\\ud83db"}', "invalid_payload"),
    "field name with half a pair": ("message.send", '{"client_id":"x","text":"a","\\ud83d":1}', "invalid_payload"),
    "no argument": ("message.send", "", "invalid_payload"),
    "two arguments": ("message.send", '{"client_id":"x","text":"a"},{}', "invalid_payload"),
    "a list": ("message.send", "[1,2]", "invalid_payload"),
    "a text": ("message.send", '"hello"', "invalid_payload"),
    "null": ("message.send", "null", "invalid_payload"),
    "integer of 100 digits": ("message.send", '{"client_id":"x","text":"a","conversation":%s}' % HUGE, "invalid_payload"),
    "the id as text": ("conversation.open", '{"conversation":"1"}', "invalid_payload"),
    "the id as float": ("conversation.open", '{"conversation":1.5}', "invalid_payload"),
    "a negative id": ("conversation.open", '{"conversation":-1}', "invalid_payload"),
    "the id is true": ("conversation.open", '{"conversation":true}', "invalid_payload"),
    "an id beyond 64 bits": ("conversation.open", '{"conversation":%s}' % 2**70, "invalid_payload"),
    "position beyond all": ("conversation.read", '{"conversation":1,"position":%s}' % HUGE, "invalid_payload"),
    "negative limit": ("conversation.open", '{"conversation":1,"limit":-1}', "invalid_payload"),
    "limit over 100": ("conversation.open", '{"conversation":1,"limit":101}', "invalid_payload"),
    "unknown conversation": ("conversation.open", '{"conversation":987654}', "not_found"),
    "send into an unknown conversation": ("message.send", '{"client_id":"x","text":"a","conversation":987654}', "not_found"),
    "eleven attachments": ("message.send", '{"client_id":"x","text":"a","attachments":[1,2,3,4,5,6,7,8,9,10,11]}', "invalid_payload"),
    "attachment nobody has": ("message.send", '{"client_id":"x","text":"a","attachments":[987654]}', "attachment_missing"),
    "size of a bubble nobody knows": ("message.send", '{"client_id":"x","text":"a","size":"huge"}', "invalid_payload"),
    "typing maybe": ("typing", '{"conversation":1,"on":"maybe"}', "invalid_payload"),
    "resume of too many": ("resume", '{"streams":{%s}}' % ",".join(f'"{n}":{{"position":0}}' for n in range(1, 202)), "invalid_payload"),
    "resume of a list": ("resume", '{"streams":[]}', "invalid_payload"),
    "an address that is none": ("contact.update", '{"email":"not an address"}', "invalid_payload"),
    "a name with NUL": ("contact.update", '{"name":"\\u0000"}', "invalid_payload"),
    "an attribute with 100 digits": ("contact.update", '{"attributes":{"a":%s}}' % HUGE, "invalid_payload"),
    "an attribute with half a pair": ("contact.update", '{"attributes":{"a":["\\ud83d"]}}', "invalid_payload"),
    "an attribute without a name": ("contact.update", '{"attributes":{"":1}}', "invalid_payload"),
    "an attribute with a long name": ("contact.update", '{"attributes":{"%s":1}}' % ("a" * 65), "invalid_payload"),
    "a good attribute and a bad one": ("contact.update", '{"attributes":{"good":1,"email":"nobody"}}', "invalid_payload"),
    "an attribute that is too deep": ("contact.update", '{"attributes":{"a":%s}}' % ("[" * 20 + "]" * 20), "invalid_payload"),
    "two hundred and one attributes": ("contact.update", json.dumps({"attributes": {str(n): n for n in range(201)}}), "invalid_payload"),
    "a page without an address": ("page", '{"url":""}', "invalid_payload"),
    "a page with NUL": ("page", '{"url":"\\u0000"}', "invalid_payload"),
    "an empty file": ("attachment.start", '{"name":"a.txt","size":0,"type":"text/plain"}', "invalid_payload"),
    "a file of 100 digits": ("attachment.start", '{"name":"a.txt","size":%s,"type":"text/plain"}' % HUGE, "invalid_payload"),
    "a file that is too large": ("attachment.start", '{"name":"a.txt","size":99999999999,"type":"text/plain"}', "attachment_too_large"),
    "a file of a strange type": ("attachment.start", '{"name":"a","size":1,"type":"\\u0000/\\r\\n"}', "attachment_type_refused"),
    "an agents' command": ("conversation.close", '{"conversation":1}', "unknown_command"),
    "no command at all": ("make.coffee", "{}", "unknown_command"),
    "an event of the server": ("session", "{}", "unknown_command"),
    "the star": ("*", "{}", "unknown_command"),
    "a dunder": ("__class__", "{}", "unknown_command"),
}  # fmt: skip


async def test_bad_commands_of_a_visitor_get_their_codes_and_nothing_is_kept(acme, house, bystanders):
    vera = await acme.raw()
    before = await _kept(house, acme)
    wrong = {}
    for name, (command, body, code) in BAD_COMMANDS.items():
        answer = await vera.command(command, body)
        error = answer.get("error", {})
        if error.get("code") != code or not error["message"].endswith(".") or len(error["message"]) < 10:
            wrong[name] = answer
    assert wrong == {}
    assert await _kept(house, acme) == before
    assert (await vera.command("message.send", '{"client_id":"x","text":"Now well"}'))["ok"]


async def _kept(house, company) -> dict[str, Any]:
    from tests.support.snapshot import everything_of

    kept = await everything_of(house.hub.store, company.id)
    return {name: kept[name] for name in ("conversations", "contacts", "attachments", "jobs")}


BAD_AGENT_COMMANDS: dict[str, tuple[str, str, str]] = {
    "a cursor that was not made here": ("conversation.list", '{"cursor":"hello"}', "invalid_payload"),
    "a cursor with NUL": ("conversation.list", '{"cursor":"\\u0000"}', "invalid_payload"),
    "a status that is none": ("conversation.list", '{"status":"asleep"}', "invalid_payload"),
    "an assignee that is none": ("conversation.list", '{"assignee":"everybody"}', "invalid_payload"),
    "an assignee of 100 digits": ("conversation.list", '{"assignee":%s}' % HUGE, "invalid_payload"),
    "assigned to nobody there": ("conversation.assign", '{"conversation":1,"agent":987654}', "not_found"),
    "assigned to 100 digits": ("conversation.assign", '{"conversation":1,"agent":%s}' % HUGE, "invalid_payload"),
    "moved to no group there": ("conversation.group", '{"conversation":1,"group":987654}', "not_found"),
    "moved to 100 digits": ("conversation.group", '{"conversation":1,"group":%s}' % HUGE, "invalid_payload"),
    "listed by no group": ("conversation.list", '{"group":"\\u0000"}', "invalid_payload"),
    "assigned without an agent": ("conversation.assign", '{"conversation":1}', "invalid_payload"),
    "a contact nobody is": ("contact.open", '{"contact":987654}', "not_found"),
    "a contact of 100 digits": ("contact.open", '{"contact":%s}' % HUGE, "not_found"),
    "a contact beyond 64 bits": ("contact.open", '{"contact":%s}' % 2**70, "not_found"),
    "a contact below 64 bits": ("contact.open", '{"contact":-%s}' % 2**70, "not_found"),
    "a note that is empty": ("note.add", '{"client_id":"x","conversation":1,"text":" "}', "text_empty"),
    "a note that is too long": ("note.add", '{"client_id":"x","conversation":1,"text":"%s"}' % ("x" * 16_385), "text_too_long"),
    "a note with half a pair": ("note.add", '{"client_id":"x","conversation":1,"text":"\\udfff"}', "invalid_payload"),
    "a note to nobody": ("note.add", '{"client_id":"x","conversation":987654,"text":"a"}', "not_found"),
    "a visitors' command": ("page", '{"url":"https://a.example/"}', "unknown_command"),
}  # fmt: skip


async def test_bad_commands_of_an_agent_get_their_codes(acme, bystanders):
    ben = await acme.raw("agent", {"token": await acme.token("ben@acme.example")})
    wrong = {}
    for name, (command, body, code) in BAD_AGENT_COMMANDS.items():
        answer = await ben.command(command, body)
        if answer.get("error", {}).get("code") != code:
            wrong[name] = answer
    assert wrong == {}


@pytest.mark.parametrize("auth", [{}, {"token": 5}, {"token": None}, {"token": "x", "more": 1}, {"key": "ABCDEF"}])
async def test_a_bad_auth_of_an_agent_is_refused(acme, bystanders, auth):
    raw = await acme.raw("agent", auth)
    packet = json.loads(raw.packets[-1].removeprefix("44/agent,"))
    assert packet["data"]["code"] == "invalid_payload" and packet["message"] == packet["data"]["message"]


BAD_FRAMES: dict[str, str | bytes] = {
    "10,000 deep": f'42/visitor,1["message.send",{DEEP}]',
    "10,000 deep, never closed": f'42/visitor,1["message.send",{"[" * 10_000}',
    "10,000 deep objects": '42/visitor,1["message.send",' + '{"a":' * 10_000 + "1" + "}" * 10_000 + "]",
    "10,000 deep auth": f"40/visitor,{DEEP}",
    "over 64 KB": '42/visitor,1["message.send",{"client_id":"x","text":"' + "x" * 66_000 + '"}]',
    "no packet": "hello",
    "nothing": "",
    "an empty message": "4",
    "a number": "42/visitor,5",
    "an event without a name": "42/visitor,[]",
    "an event whose name is no text": "42/visitor,[5]",
    "an object": '42/visitor,{"message.send":1}',
    "broken JSON": '42/visitor,1["message.send",{"text":]',
    "NaN": '42/visitor,1["message.send",{"client_id":"x","text":NaN}]',
    "a packet type that is none": "49/visitor,",
    "another namespace": '42/agent,1["conversation.list",{}]',
    "joined twice": '40/visitor,{"key":"x"}',
    "a connect error": '44/visitor,{"message":"no"}',
    "99 digits of ack id": f'42/visitor,{"9" * 99}["message.send",{{}}]',
    "ten thousand million attachments": '459999999999-/visitor,["message.send",{}]',
    "binary from nowhere": b"\x00\x01\x02",
    "an event named connect": '42/visitor,1["connect",{"HTTP_ORIGIN":"x"},{"key":"x"}]',
    "an event named disconnect": '42/visitor,1["disconnect","why"]',
}


@pytest.mark.parametrize("name", BAD_FRAMES)
async def test_a_bad_frame_ends_that_connection_with_a_reason_and_no_other(acme, house, bystanders, name):
    frame = BAD_FRAMES[name]
    vera = await acme.raw()
    assert (await vera.command("message.send", '{"client_id":"x","text":"Before"}'))["ok"]
    await vera.send(frame)
    code, reason = await vera.closed()
    assert code in (1002, 1003, 1007, 1008, 1009) and reason, (code, reason)
    assert house.live.numbers() == {"visitor": 1, "agent": 1}


@pytest.mark.parametrize("body", ["1e400", "-1e400"])
async def test_a_number_beyond_all_floats_does_no_harm(acme, bystanders, body):
    vera = await acme.raw()
    await vera.send(f'42/visitor,1["contact.update",{{"attributes":{{"a":{body}}}}}]')
    try:
        packet = await vera.until(lambda packet: packet.startswith("43/visitor,1"))
        assert "invalid_payload" in packet
    except AssertionError as closed:
        assert "CLOSE" in str(closed)


@pytest.mark.parametrize("name", ["connect", "disconnect", "connect_error", "*"])
async def test_an_event_with_a_name_of_the_protocol_neither_joins_nor_leaves(acme, house, bystanders, name):
    ada, _, _ = bystanders
    vera = await acme.visitor()
    ada.forget()
    raw = await acme.raw(auth={"key": acme.key, "visitor_token": vera.token})
    await raw.send(f'42/visitor,["{name}",{{"HTTP_ORIGIN":"https://evil.example"}},{{"key":"{acme.key}"}}]')
    await vera.says("Hello")
    await ada.hears("message", text="Hello")
    assert house.live.numbers()["visitor"] in (2, 3)
    await vera.hears("message", text="Hello")
    assert len(vera.events("session")) == 1
    assert [event for event in ada.events("presence") if not event["online"]] == []


async def test_binary_where_text_belongs_is_refused(acme, bystanders):
    vera = await acme.visitor()
    assert await vera.refused("message.send", client_id="x", text=b"hello") == "invalid_payload"
    assert await vera.refused("contact.update", attributes={"a": b"hello"}) == "invalid_payload"
    assert (await vera.says("As text"))["position"] == 1


async def test_over_long_fields_of_a_page_are_cut_and_not_refused(acme):
    ada, vera = await acme.agent(), await acme.visitor()
    await vera.call("page", url="https://a.example/" + "x" * 5000, title="t" * 5000)
    page = await ada.hears("page")
    assert (len(page["url"]), len(page["title"])) == (2048, 300)
