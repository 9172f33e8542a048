"""Engine.IO and Socket.IO on the wire, by hand, as their documents and Node's server have it."""

import asyncio
import gzip
import time

import aiohttp
import msgspec
import pytest
from aiohttp import web

from hub.doors.live.engine import EngineServer

from .conftest import Hall, soon

pytestmark = pytest.mark.annex("H1")

POLLING = "/socket.io/?EIO=4&transport=polling"
WEBSOCKET = "/socket.io/?EIO=4&transport=websocket"


async def test_the_handshake_tells_its_figures_also_below_a_second(open_hall) -> None:
    hall = await open_hall(ping_interval=0.3, ping_timeout=0.2, max_http_buffer_size=65536)
    async with hall.http.get(POLLING) as answer:
        assert answer.status == 200
        hello = msgspec.json.decode((await answer.text())[1:])
    assert hello.pop("sid")
    figures = {"pingInterval": 300, "pingTimeout": 200, "maxPayload": 65536}
    assert hello == {"upgrades": ["websocket"], **figures}
    raw = await hall.raw(join=None)
    assert raw.hello | figures == raw.hello and raw.hello["upgrades"] == []


@pytest.mark.parametrize(
    ("method", "query", "code"),
    [
        ("GET", "EIO=4", 0),
        ("GET", "EIO=4&transport=tobi", 0),
        ("GET", "EIO=4&transport=constructor", 0),
        ("GET", "transport=polling", 5),
        ("GET", "EIO=3&transport=polling", 5),
        ("GET", "EIO=abc&transport=polling", 5),
        ("GET", "EIO=4&transport=polling&sid=unknown", 1),
        ("GET", "EIO=4&transport=polling&sid=__proto__", 1),
        ("GET", "EIO=3&transport=polling&sid=unknown", 1),
        ("POST", "transport=polling", 2),
        ("POST", "EIO=4&transport=polling&sid=", 2),
        ("POST", "EIO=4&transport=polling", 2),
        ("PUT", "EIO=4&transport=polling", 2),
        ("GET", "EIO=4&transport=websocket", 3),
        ("GET", "EIO=4&transport=polling&j=0", 3),
    ],
)
async def test_a_wrong_request_is_told_what_is_wrong(hall: Hall, method: str, query: str, code: int) -> None:
    async with hall.http.request(method, f"/socket.io/?{query}") as answer:
        assert answer.status == 400
        assert (await answer.json())["code"] == code
    assert hall.sessions == 0


@pytest.mark.parametrize("query", ["EIO=abc&transport=websocket", "EIO=4&transport=tobi", "EIO=4&transport=polling"])
async def test_a_wrong_websocket_request_opens_no_session(hall: Hall, query: str) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await hall.http.ws_connect(f"/socket.io/?{query}")
    assert refused.value.status == 400
    assert hall.sessions == 0


async def test_an_incomplete_websocket_handshake_opens_no_session(hall: Hall) -> None:
    async with hall.http.get(WEBSOCKET, headers={"Upgrade": "websocket", "Connection": "upgrade"}) as answer:
        assert answer.status == 400
    await soon(lambda: hall.sessions == 0)


async def test_several_packets_travel_in_one_payload(hall: Hall) -> None:
    sid = await hall.open_polling()
    assert await hall.post(sid, '421["echo",1]\x1e422["echo",2]') == (200, "ok")
    assert await hall.poll(sid) == (200, "431[1]\x1e432[2]")


async def test_a_poll_gets_no_more_packets_than_python_clients_take(hall: Hall) -> None:
    sid = await hall.open_polling()
    for n in range(40):
        await hall.sio.emit("n", n)
    sizes = [(await hall.poll(sid))[1].count("\x1e") + 1 for _ in range(3)]
    assert sizes == [16, 16, 8]


async def test_a_large_poll_is_compressed(hall: Hall) -> None:
    sid = await hall.open_polling()
    await hall.sio.emit("long", "x" * 5000)
    async with hall.http.get(f"{POLLING}&sid={sid}", headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len(gzip.compress(await answer.read())) < 500


async def test_two_polls_at_once_end_the_session(hall: Hall) -> None:
    sid = await hall.open_polling()
    first = asyncio.create_task(hall.poll(sid))
    await asyncio.sleep(0.02)
    assert (await hall.poll(sid))[0] == 400
    assert await first == (200, "1")
    assert hall.sessions == 0 and hall.rooms == {}
    assert hall.left


async def test_an_abandoned_poll_ends_the_session(hall: Hall) -> None:
    sid = await hall.open_polling()
    first = asyncio.create_task(hall.poll(sid))
    await asyncio.sleep(0.02)
    first.cancel()
    await asyncio.sleep(0.02)
    assert (await hall.poll(sid))[0] == 400
    assert hall.sessions == 0


async def test_an_abandoned_poll_is_noticed_without_another_one(hall: Hall) -> None:
    sid = await hall.open_polling()
    first = asyncio.create_task(hall.poll(sid))
    await asyncio.sleep(0.02)
    first.cancel()
    await soon(lambda: hall.sessions == 0 and [reason for _, reason in hall.left] == ["transport close"])


async def test_a_client_that_says_goodbye_by_post_gets_its_poll_back(hall: Hall) -> None:
    sid = await hall.open_polling()
    parked = asyncio.create_task(hall.poll(sid))
    await asyncio.sleep(0.02)
    assert await hall.post(sid, "1") == (200, "ok")
    assert await parked == (200, "6")
    assert (await hall.poll(sid))[0] == 400
    assert [reason for _, reason in hall.left] == ["client disconnect"]


async def test_the_probe_and_the_upgrade(hall: Hall) -> None:
    sid = await hall.open_polling()
    parked = asyncio.create_task(hall.poll(sid))
    await asyncio.sleep(0.02)
    ws = await hall.http.ws_connect(f"{WEBSOCKET}&sid={sid}")
    await ws.send_str("2probe")
    assert await ws.receive_str(timeout=2) == "3probe"
    assert await parked == (200, "6")
    await hall.sio.emit("while upgrading")
    await ws.send_str("5")
    assert await ws.receive_str(timeout=2) == '42["while upgrading"]', "a message comes first, not a noop"
    await ws.send_str('427["echo","x"]')
    assert await ws.receive_str(timeout=2) == '437["x"]'

    assert (await hall.poll(sid))[0] == 400, "polling is over"
    second = await hall.http.ws_connect(f"{WEBSOCKET}&sid={sid}")
    assert (await second.receive(timeout=2)).type is aiohttp.WSMsgType.CLOSE, "opened and closed, as Node does"
    await ws.send_str('428["echo","still here"]')
    assert await ws.receive_str(timeout=2) == '438["still here"]'
    await ws.close()
    await soon(lambda: hall.sessions == 0)


@pytest.mark.parametrize("wrong", ["5", "2", '42["x"]', "x", b"2probe"])
async def test_a_failed_probe_leaves_the_session_on_polling(hall: Hall, wrong: str | bytes) -> None:
    sid = await hall.open_polling()
    ws = await hall.http.ws_connect(f"{WEBSOCKET}&sid={sid}")
    await (ws.send_str(wrong) if isinstance(wrong, str) else ws.send_bytes(wrong))
    assert (await ws.receive(timeout=2)).type is aiohttp.WSMsgType.CLOSE
    assert await hall.post(sid, '421["echo",1]') == (200, "ok")
    assert await hall.poll(sid) == (200, "431[1]")


async def test_pings_go_out_and_a_missing_pong_ends_the_session(open_hall) -> None:
    hall = await open_hall(ping_interval=0.3, ping_timeout=0.2)
    raw = await hall.raw()
    for _ in range(3):
        assert await raw.text() == "2"
        await raw.send("3")
    assert hall.sessions == 1
    started = time.monotonic()
    code, reason = await raw.closed()
    assert 0.35 < time.monotonic() - started < 0.7
    assert reason == "ping timeout" and code == 1001
    await soon(lambda: hall.left and hall.left[0][1] == "ping timeout")


async def test_pings_reach_polling_clients_too(open_hall) -> None:
    hall = await open_hall(ping_interval=0.3, ping_timeout=0.2)
    sid = await hall.open_polling()
    for _ in range(3):
        assert await hall.poll(sid) == (200, "2")
        assert await hall.post(sid, "3") == (200, "ok")
    await asyncio.sleep(0.51)
    assert (await hall.poll(sid))[0] == 400


async def test_a_pong_behind_a_slow_handler_is_not_late(open_hall) -> None:
    hall = await open_hall(ping_interval=0.1, ping_timeout=0.3)

    async def slow(sid: str) -> str:
        await asyncio.sleep(0.9)
        return "done"

    hall.sio.on("slow", slow)
    vera = await hall.person()
    walt = await hall.person("polling")
    assert await asyncio.gather(vera.call("slow"), walt.call("slow")) == ["done", "done"]


async def test_one_timer_serves_all_sockets(open_hall) -> None:
    hall = await open_hall(ping_interval=0.2, ping_timeout=0.2)
    crowd = [await hall.raw() for _ in range(20)]
    tasks = len(asyncio.all_tasks())
    for raw in crowd:
        assert await raw.text() == "2"
        await raw.send("3")
    assert len(asyncio.all_tasks()) <= tasks
    assert len({id(hall.sio.eio._wheel)}) == 1 and len(hall.sio.eio._resting) + len(hall.sio.eio._pinged) == 20


async def test_compression_is_never_agreed_on(hall: Hall) -> None:
    raw = await hall.raw(compress=15)
    assert raw.ws.compress == 0


@pytest.mark.parametrize("size", [0, 125, 126, 65535, 65536, 200_000])
async def test_frames_of_every_length_arrive_whole(hall: Hall, size: int) -> None:
    raw = await hall.raw()
    await hall.sio.emit("x", "é" * (size // 2))
    assert await raw.text() == '42["x","' + "é" * (size // 2) + '"]'
    await hall.sio.emit("x", b"\x01" * size)
    assert await raw.text() == '451-["x",{"_placeholder":true,"num":0}]'
    assert await raw.ws.receive_bytes(timeout=2) == b"\x01" * size


async def test_answers_of_one_tick_are_joined_in_one_write(hall: Hall) -> None:
    raw = await hall.raw()
    socket = next(iter(hall.sio.eio.sockets.values()))
    written = []
    transport = socket.link._transport

    class Counting:
        def write(self, data: bytes) -> None:
            written.append(data)
            transport.write(data)

        def __getattr__(self, name: str):
            return getattr(transport, name)

    socket.link._transport = Counting()
    frames = b"".join(_masked(f'42{n}["echo",{n}]') for n in range(1, 31))
    raw.ws._writer.transport.write(frames)
    assert [await raw.text() for _ in range(30)] == [f"43{n}[{n}]" for n in range(1, 31)]
    assert len(written) <= 3


def _masked(text: str) -> bytes:
    data = text.encode()
    assert len(data) < 126
    return bytes([0x81, 0x80 | len(data), 0, 0, 0, 0]) + data


async def test_websocket_pings_are_answered(hall: Hall) -> None:
    raw = await hall.raw()
    raw.ws._autoping = False
    await raw.ws.ping(b"abc")
    pong = await raw.ws.receive(timeout=2)
    assert pong.type is aiohttp.WSMsgType.PONG and pong.data == b"abc"


async def test_a_fragmented_message_is_put_together(hall: Hall) -> None:
    raw = await hall.raw()
    text = b'421["echo","in pieces"]'
    for opcode, part in ((0x01, text[:5]), (0x00, text[5:10]), (0x80, text[10:])):
        raw.ws._writer.transport.write(bytes([opcode, 0x80 | len(part), 0, 0, 0, 0]) + part)
    assert await raw.text() == '431["in pieces"]'


async def test_leaving_a_namespace_leaves_the_others(hall: Hall) -> None:
    raw = await hall.raw()
    await raw.send("40/agent,")
    assert (await raw.text()).startswith("40/agent,{")
    await raw.send("41/agent,", '421["echo",1]')
    assert await raw.text() == "431[1]"
    assert list(hall.rooms) == ["/"]
    assert [reason for _, reason in hall.left] == ["client disconnect"]


async def test_foreign_origins_are_refused_when_a_list_is_given(open_hall) -> None:
    hall = await open_hall(cors_allowed_origins=["https://good.example"])
    for origin, status in (("https://good.example", 200), ("https://good.example.evil.example", 400), ("null", 400)):
        async with hall.http.get(POLLING, headers={"Origin": origin}) as answer:
            assert answer.status == status
            assert ("Access-Control-Allow-Origin" in answer.headers) == (status == 200)
    assert hall.sessions == 1


async def test_every_origin_is_allowed_with_a_star_and_never_with_credentials(hall: Hall) -> None:
    headers = {"Origin": "https://shop.example", "Access-Control-Request-Headers": "content-type"}
    async with hall.http.options(POLLING, headers=headers) as answer:
        assert answer.status == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"
        assert "Access-Control-Allow-Credentials" not in answer.headers


async def test_the_engine_alone_echoes_text_and_binary() -> None:
    eio = EngineServer(cors_allowed_origins="*")

    async def echo(sid: str, data: object) -> None:
        await eio.send(sid, data)

    eio.on("message", echo)
    app = web.Application()
    eio.attach(app)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
        ws = await http.ws_connect("/engine.io/?EIO=4&transport=websocket")
        assert (await ws.receive_str()).startswith("0{")
        await ws.send_str("4hello")
        assert await ws.receive_str(timeout=2) == "4hello"
        await ws.send_bytes(b"\x01\x02")
        assert await ws.receive_bytes(timeout=2) == b"\x01\x02"
        await ws.send_str('4{"a": [1]}')
        assert await ws.receive_str(timeout=2) == '4{"a":[1]}'
        async with http.get("/engine.io/?EIO=4&transport=polling") as answer:
            sid = msgspec.json.decode((await answer.text())[1:])["sid"]
        url = f"/engine.io/?EIO=4&transport=polling&sid={sid}"
        await (await http.post(url, data="4one\x1ebAQI=\x1e4€")).read()
        assert await (await http.get(url)).text() == "4one\x1ebAQI=\x1e4€"
        await (await http.post(url, data="abc")).read()
        assert (await http.get(url)).status == 400
        assert len(eio.sockets) == 1
        await eio.shutdown()
    await runner.cleanup()
