"""Bad input ends the session it came from, at once and with a reason, and nobody else notices."""

import asyncio
import logging

import aiohttp
import pytest

from .conftest import Hall, Resources, soon

pytestmark = pytest.mark.annex("H1")

ONE_ATTACHMENT = '451-["x",{"_placeholder":true,"num":0}]'

# What is sent after joining "/", and the close code that it earns.
BAD = {
    "a letter": (["x"], 1002),
    "an empty frame": ([""], 1002),
    "an empty message": (["4"], 1002),
    "a word": (["4abc"], 1002),
    "an unknown packet type": (["49"], 1002),
    "an open packet": (["0"], 1002),
    "a ping": (["2"], 1002),
    "brackets in place of a packet": (["4" + "[" * 10_000], 1002),
    "deep nesting": (["42" + "[" * 10_000], 1008),
    "deep nesting that is closed": (['42["x",' + "[" * 40 + "]" * 40 + "]"], 1008),
    "deep objects": (['42["x",' + '{"a":' * 10_000], 1008),
    "an id of 99 digits": (["42" + "9" * 99 + '["x"]'], 1008),
    "an id that is not a number": (['42abc["x"]'], 1007),
    "billions of attachments": (['459999999999-["x"]'], 1008),
    "five attachments": (['455-["x"]'], 1008),
    "attachments without a count": (['45["x"]'], 1002),
    "attachments on a plain event": (['421-["x"]'], 1002),
    "a text frame while an attachment is pending": ([ONE_ATTACHMENT, '42["y"]'], 1003),
    "an attachment that was not announced": ([b"\x01"], 1003),
    "a placeholder out of range": (['451-["x",{"_placeholder":true,"num":1}]', b"\x01"], 1002),
    "a negative placeholder": (['451-["x",{"_placeholder":true,"num":-1}]', b"\x01"], 1002),
    "a placeholder that is not a number": (['451-["x",{"_placeholder":true,"num":"0"}]', b"\x01"], 1002),
    "an event without data": (["42"], 1002),
    "an event with an object": (["42{}"], 1002),
    "an event with null": (["42null"], 1002),
    "an event with an empty array": (["42[]"], 1002),
    "an event without a name": (["42[1]"], 1002),
    "an event with a name too long": (['42["' + "n" * 65 + '"]'], 1008),
    "a reserved name": (['42["connect"]'], 1002),
    "another reserved name": (['42["disconnect","x"]'], 1002),
    "broken JSON": (['42["x"'], 1007),
    "NaN": (['42["x",NaN]'], 1007),
    "a number too large": (['42["x",1e999]'], 1007),
    "an integer of 5,000 digits": (['42["x",' + "1" * 5000 + "]"], 1007),
    "an ack without an id": (['43["x"]'], 1002),
    "an ack with an object": (["431{}"], 1002),
    "a connect error": (['44{"message":"x"}'], 1002),
    "a connect with a list": (["40/agent,[]"], 1002),
    "a connect with a string": (['40/agent,"token"'], 1002),
    "a disconnect with data": (['41{"why":1}'], 1002),
    "a namespace too long": (["40/" + "n" * 100 + ","], 1008),
    "a namespace with a control character": (["40/a\x00b,"], 1002),
    "an event for a namespace not joined": (['42/agent,["x"]'], 1008),
    "a second connect": (["40"], 1008),
    "a frame over the limit": (['42["x","' + "y" * 70_000 + '"]'], 1009),
    "a binary frame over the limit": ([ONE_ATTACHMENT, b"y" * 70_000], 1009),
}


@pytest.mark.parametrize(("frames", "code"), BAD.values(), ids=BAD.keys())
async def test_bad_input_ends_its_session(hall: Hall, caplog, frames: list[str | bytes], code: int) -> None:
    vera = await hall.raw()
    resources = Resources()
    mallory = await hall.raw()
    await hall.sio.enter_room(mallory.sid, "room")
    with caplog.at_level(logging.INFO):
        await mallory.send(*frames)
        closed = await mallory.closed()
    assert closed[0] == code
    assert closed[1], "the close frame says why"
    assert hall.sessions == 1
    await soon(lambda: [sid for sid, _ in hall.left] == [mallory.sid])
    assert list(hall.rooms) == ["/"] and list(hall.rooms["/"]) == [None]
    assert list(hall.rooms["/"][None]) == [vera.sid]
    assert hall.sio._binary_packet == {}
    await mallory.ws.close()
    await resources.back()
    await vera.send('421["echo","fine"]')
    assert await vera.text() == '431["fine"]'
    assert not [record for record in caplog.records if record.exc_info], "no traceback for what a client sends"
    assert hall.heard == [("echo", "fine")]
    assert hall.sio.counters.malformed == 1


@pytest.mark.parametrize("frame", ["x", "", '42["x"]', "4" + "[" * 10_000, b"\x01", ONE_ATTACHMENT, '431["x"]'])
async def test_bad_input_before_connecting_ends_its_session(hall: Hall, frame: str | bytes) -> None:
    mallory = await hall.raw(join=None)
    await mallory.send(frame)
    assert (await mallory.closed())[0] in (1002, 1003, 1008)
    assert hall.sessions == 0 and hall.rooms == {} and hall.sio.environ == {} and hall.left == []


RAW_FRAMES = {
    "invalid UTF-8": (bytes([0x81, 0x82, 0, 0, 0, 0]) + b"\xff\xfe", 1007),
    "reserved bits": (bytes([0xC1, 0x81, 0, 0, 0, 0]) + b"2", 1002),
    "an unknown opcode": (bytes([0x83, 0x81, 0, 0, 0, 0]) + b"2", 1002),
    "a fragmented ping": (bytes([0x09, 0x81, 0, 0, 0, 0]) + b"2", 1002),
    "a continuation of nothing": (bytes([0x80, 0x81, 0, 0, 0, 0]) + b"2", 1002),
    "an announced exabyte": (bytes([0x81, 0xFF]) + b"\x0f" + b"\xff" * 7 + bytes(4), 1009),
    "an invalid close code": (bytes([0x88, 0x82, 0, 0, 0, 0]) + (1).to_bytes(2), 1002),
}


@pytest.mark.parametrize(("data", "code"), RAW_FRAMES.values(), ids=RAW_FRAMES.keys())
async def test_a_broken_websocket_frame_ends_its_session(hall: Hall, data: bytes, code: int) -> None:
    resources = Resources()
    mallory = await hall.raw()
    mallory.ws._writer.transport.write(data + b"\x8a\x80\x00\x00\x00\x00" * 200)  # and pongs behind it
    closed = await mallory.closed()
    assert closed[0] == code and closed[1]
    await soon(lambda: hall.sessions == 0 and len(hall.left) == 1 and hall.rooms == {})
    await mallory.ws.close()
    await resources.back()


BAD_POSTS = {
    "a letter": b"x",
    "nothing": b"",
    "an empty packet between two": b'42["x"]\x1e\x1e42["y"]',
    "an event with an object": b"42{}",
    "binary that is not base64": b"b!!!",
    "binary that was not announced": b"bAQID",
    "invalid UTF-8": b"4\xff\xfe",
    "more than the limit": b'42["x","' + b"y" * 70_000 + b'"]',
    "a probe": b"2probe",
}


@pytest.mark.parametrize("body", BAD_POSTS.values(), ids=BAD_POSTS.keys())
async def test_a_bad_post_is_answered_with_the_reason_and_ends_its_session(hall: Hall, caplog, body: bytes) -> None:
    sid = await hall.open_polling()
    parked = asyncio.create_task(hall.poll(sid))
    await asyncio.sleep(0.02)
    status, text = await hall.post(sid, body)
    assert status == (413 if len(body) > 65536 else 400) and '"message":"' in text
    assert (await parked)[1].endswith("1"), "the waiting poll hears that it is over"
    assert (await hall.poll(sid))[0] == 400
    assert hall.sessions == 0 and hall.rooms == {} and len(hall.left) == 1
    assert not [record for record in caplog.records if record.exc_info]


async def test_two_posts_at_once_end_the_session(hall: Hall) -> None:
    async def slow(sid: str) -> None:
        await asyncio.sleep(0.1)

    hall.sio.on("slow", slow)
    sid = await hall.open_polling()
    first = asyncio.create_task(hall.post(sid, '42["slow"]'))
    await asyncio.sleep(0.03)
    assert (await hall.post(sid, '42["echo"]'))[0] == 400
    await first
    assert hall.sessions == 0 and hall.heard == []


async def test_a_hundred_attackers_leave_one_line_in_the_log(hall: Hall, caplog) -> None:
    vera = await hall.raw()
    resources = Resources()
    attackers = await asyncio.gather(*(hall.raw() for _ in range(100)))
    with caplog.at_level(logging.INFO):
        await asyncio.gather(*(mallory.send("42{}") for mallory in attackers))
        await asyncio.gather(*(mallory.closed() for mallory in attackers))
    assert len([record for record in caplog.records if record.name.startswith("hub.")]) == 1
    assert hall.sio.counters.malformed == 100
    await soon(lambda: len(hall.left) == 100 and hall.sessions == 1)
    await resources.back()
    await vera.send('421["echo",1]')
    assert await vera.text() == "431[1]"


async def test_a_flood_of_tiny_frames_does_not_starve_the_others(hall: Hall) -> None:
    vera, mallory = await hall.raw(), await hall.raw()
    mallory.ws._writer.transport.write(bytes([0x81, 0x81, 0, 0, 0, 0, 0x36]) * 100_000)  # "6", a noop
    longest = 0.0
    loop = asyncio.get_running_loop()
    for n in range(20):
        started = loop.time()
        await vera.send(f'42{n}["echo"]')
        await vera.text()
        longest = max(longest, loop.time() - started)
    assert longest < 1.0
    assert hall.sessions == 2
    flooding = hall.sio.eio.sockets[mallory.hello["sid"]]
    assert flooding.behind
    await hall.sio.eio.disconnect(mallory.hello["sid"])
    assert not flooding.behind, "nothing of a closed session is looked at any more"


async def test_unknown_namespaces_leave_nothing_behind(hall: Hall) -> None:
    mallory = await hall.raw(join=None)
    for n in range(500):
        await mallory.send(f"40/n{n},")
    for n in range(500):
        assert await mallory.text() == f'44/n{n},{{"message":"Invalid namespace"}}'
    assert hall.rooms == {} and hall.sio.manager._sids == {}


async def test_an_event_named_like_the_catch_all_is_just_an_event(hall: Hall) -> None:
    vera = await hall.raw()
    await vera.send('421["*","admin.delete"]', '422["echo",1]')
    assert [await vera.text(), await vera.text()] == ["431[]", "432[1]"]
    assert hall.heard[0] == ("*", "admin.delete")


async def test_odd_but_honest_text_gets_through(hall: Hall) -> None:
    vera = await hall.raw()
    for text in ('"a\\u0000b"', '"\\u202eright to left\\u200b"', '{"__proto__":1,"constructor":2}', "1" * 100):
        await vera.send(f'421["echo",{text}]')
        answer = await vera.text()
        assert answer.startswith("431[") and answer != "431[]"
    await vera.send('421["echo","[[[[{{{{"]', '422["lone","\\ud83d"]')
    assert [await vera.text(), await vera.text()] == ['431["[[[[{{{{"]', "432[]"]
    assert hall.heard[-1] == ("lone", "\ud83d"), "half an emoji is for the application to refuse"


async def test_a_client_that_never_reads_its_close_frame_is_dropped(hall: Hall) -> None:
    resources = Resources()
    reader, writer = await asyncio.open_connection("127.0.0.1", hall.port)
    writer.write(
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    await reader.readuntil(b'"maxPayload"')
    writer.write(bytes([0x81, 0x81, 0, 0, 0, 0]) + b"x")
    await soon(lambda: hall.sessions == 0)
    assert await asyncio.wait_for(reader.read(), 4) != b"", "closed by the server, though nobody answered"
    writer.close()
    await resources.back()


async def test_the_upgrade_of_a_session_cannot_be_stolen_or_doubled(hall: Hall) -> None:
    sid = await hall.open_polling()
    url = f"/socket.io/?EIO=4&transport=websocket&sid={sid}"
    first = await hall.http.ws_connect(url)
    second = await hall.http.ws_connect(url)
    assert (await second.receive(timeout=2)).type is aiohttp.WSMsgType.CLOSE
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await hall.http.ws_connect(url.replace("EIO=4", "EIO=3"))
    await first.close()
    assert hall.sessions == 1
