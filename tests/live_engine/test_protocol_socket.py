"""Socket.IO, version 5: what its document promises, sentence by sentence, over both transports.

The application has two namespaces, answers a connect with what it was given to sign in with, sends messages back and
acknowledges with the arguments.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web
from socketio.exceptions import ConnectionRefusedError

from hub.doors.live.engine import SocketServer

from .conftest import soon
from .lines import WAYS, Ended, Line, PollingLine, open_line

pytestmark = pytest.mark.annex("H1")

BOTH_WAYS = pytest.mark.parametrize("way", WAYS)
BOTH_NAMESPACES = pytest.mark.parametrize("at", ["", "/custom,"], ids=["main namespace", "custom namespace"])


class Hostess:
    """The application and its server."""

    def __init__(self, **options: Any) -> None:
        self.sio = SocketServer(async_mode="aiohttp", cors_allowed_origins="*", **options)
        self.left: list[tuple[str, str]] = []
        for namespace in ("/", "/custom"):
            self._furnish(namespace)

    def _furnish(self, namespace: str) -> None:
        @self.sio.on("connect", namespace=namespace)
        async def connect(sid: str, environ: dict[str, Any], auth: Any) -> None:
            if auth and "refuse" in auth:
                raise ConnectionRefusedError(*auth["refuse"])
            if auth and "break" in auth:
                raise RuntimeError("the handler is broken")
            await self.sio.emit("auth", auth or {}, to=sid, namespace=namespace)

        @self.sio.on("message", namespace=namespace)
        async def message(sid: str, *args: Any) -> None:
            await self.sio.emit("message-back", args, to=sid, namespace=namespace)

        @self.sio.on("message-with-ack", namespace=namespace)
        def message_with_ack(sid: str, *args: Any) -> Any:
            return args

        @self.sio.on("disconnect", namespace=namespace)
        def disconnect(sid: str, reason: str) -> None:
            self.left.append((namespace, reason))

    async def start(self) -> None:
        app = web.Application()
        self.sio.attach(app)
        self.runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        self.http = aiohttp.ClientSession(f"http://127.0.0.1:{self.port}")

    async def line(self, way: str) -> Line:
        return await open_line(self.http, way)

    async def guest(self, way: str, at: str = "") -> Line:
        """Somebody who has joined a namespace and heard the application's answer."""
        line = await self.line(way)
        await join(line, at)
        return line

    async def stop(self) -> None:
        await self.http.close()
        await self.sio.shutdown()
        await self.runner.cleanup()


async def join(line: Line, at: str = "", auth: str = "") -> str:
    """Join a namespace and return the client's id there."""
    await line.send(f"40{at}{auth}")
    answer = await line.text()
    assert answer.startswith(f"40{at}{{"), answer
    sid = msgspec.json.decode(answer[2 + len(at) :])
    assert list(sid) == ["sid"] and isinstance(sid["sid"], str)
    assert await line.text() == f'42{at}["auth",{auth or "{}"}]'
    return sid["sid"]


@pytest.fixture
async def hostess() -> AsyncIterator[Hostess]:
    """The application on a server with its defaults."""
    hostess = Hostess()
    await hostess.start()
    yield hostess
    await hostess.stop()


@pytest.fixture
async def hostesses() -> AsyncIterator[Callable[..., Any]]:
    """The application on servers with options of the test's own."""
    running: list[Hostess] = []

    async def open_one(**options: Any) -> Hostess:
        hostess = Hostess(**options)
        await hostess.start()
        running.append(hostess)
        return hostess

    yield open_one
    for hostess in running:
        await hostess.stop()


# --- connect


@BOTH_WAYS
@BOTH_NAMESPACES
@pytest.mark.parametrize("auth", ["", "{}", '{"token":"123"}'])
async def test_a_client_joins_a_namespace_and_hears_its_id_first(hostess: Hostess, way, at: str, auth: str) -> None:
    await join(await hostess.line(way), at, auth)


@BOTH_WAYS
@pytest.mark.parametrize("name", ["/custom", "/custom,", "/custom?token=abc,", "/custom?a=b"])
async def test_a_namespace_may_be_named_with_a_query_and_without_a_comma(hostess: Hostess, way: str, name: str) -> None:
    line = await hostess.line(way)
    await line.send("40" + name)
    assert (await line.text()).startswith('40/custom,{"sid":')


@BOTH_WAYS
async def test_two_namespaces_share_a_line_under_ids_of_their_own(hostess: Hostess, way: str) -> None:
    line = await hostess.line(way)
    assert await join(line) != await join(line, "/custom,")
    await line.send('42["message","a"]', '42/custom,["message","b"]')
    assert await line.text() == '42["message-back","a"]'
    assert await line.text() == '42/custom,["message-back","b"]'


@BOTH_WAYS
@pytest.mark.parametrize("name", ["/random", "/random,", "/random?x=1,", '/random,{"token":"123"}'])
async def test_an_unknown_namespace_is_refused_and_another_one_may_be_joined(hostess, way: str, name: str) -> None:
    line = await hostess.line(way)
    await line.send("40" + name)
    assert await line.text() == '44/random,{"message":"Invalid namespace"}'
    await join(line)


@BOTH_WAYS
@BOTH_NAMESPACES
@pytest.mark.parametrize(
    ("auth", "told"),
    [
        ('{"refuse":["no"]}', '{"message":"no"}'),
        ('{"refuse":["no",{"code":7}]}', '{"message":"no","data":{"code":7}}'),
        ('{"refuse":["no","a","b"]}', '{"message":"no","data":["a","b"]}'),
        ('{"break":true}', '{"message":"Internal server error"}'),
    ],
)
async def test_a_refused_client_hears_a_message(hostess: Hostess, way: str, at: str, auth: str, told: str) -> None:
    line = await hostess.line(way)
    await line.send(f"40{at}{auth}")
    assert await line.text() == f"44{at}{told}"
    assert hostess.sio.manager.rooms == {} and hostess.left == []
    await join(line, at, '{"token":"right"}')


@BOTH_WAYS
async def test_a_line_that_joins_nothing_is_closed_in_time(hostesses, way: str) -> None:
    hostess = await hostesses(connect_timeout=0.2)
    silent, refused, guest = [await hostess.line(way) for _ in range(3)]
    await refused.send("40/random,")
    await join(guest)
    for line in (silent, refused):
        await line.end()
    await guest.send('421["message-with-ack","still here"]')
    assert await guest.text() == '431["still here"]'


@BOTH_WAYS
@pytest.mark.parametrize(
    "packet",
    [
        "4abc",
        "4",
        "49",
        "4-1",
        '40"token"',
        '40["token"]',
        "40true",
        "40{",
        '40/custom,"token"',
        '42["message","too early"]',
        '42/custom,["message","too early"]',
        "431[]",
        '44{"message":"no"}',
        '451-["message",{"_placeholder":true,"num":0}]',
        b"\x01",
    ],
)
async def test_an_invalid_first_packet_closes_the_line(hostess: Hostess, way: str, packet: str | bytes) -> None:
    line = await hostess.line(way)
    await line.send(packet)
    await line.end()
    assert not hostess.sio.eio.sockets and hostess.sio.manager.rooms == {} and hostess.left == []


@BOTH_WAYS
@BOTH_NAMESPACES
async def test_joining_twice_closes_the_line(hostess: Hostess, way: str, at: str) -> None:
    line = await hostess.guest(way, at)
    await line.send(f"40{at}")
    await line.end()
    assert not hostess.sio.eio.sockets and len(hostess.left) == 1


async def test_the_answer_to_a_connect_travels_in_a_segment_of_its_own(hostess: Hostess) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", hostess.port)
    writer.write(
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    await reader.readuntil(b'"maxPayload":1000000}')
    writer.write(bytes([0x81, 0x82, 0, 0, 0, 0]) + b"40")
    first = await reader.read(65536)
    assert b'40{"sid":' in first and b"auth" not in first
    assert b'42["auth",{}]' in await asyncio.wait_for(reader.read(65536), 1)
    writer.transport.abort()


@pytest.mark.parametrize("waiting", ["a little", "much"])
async def test_what_waits_behind_a_connect_comes_in_order_once_the_client_talks(hostess, waiting: str) -> None:
    count = 5 if waiting == "a little" else 500
    line = await hostess.line("websocket")
    await line.send("40")
    sid = msgspec.json.decode((await line.text())[2:])["sid"]
    for n in range(count):
        await hostess.sio.emit("n", [n, "x" * 100], to=sid)
    await line.send('42["message","me"]')
    told = [await line.text() for _ in range(count + 2)]
    assert told[0] == '42["auth",{}]' and told[-1] == '42["message-back","me"]'
    assert [msgspec.json.decode(text[2:])[1][0] for text in told[1:-1]] == list(range(count))


# --- events


@BOTH_WAYS
@BOTH_NAMESPACES
@pytest.mark.parametrize("args", ['1,"2",{"3":[true]}', "null", '"€ 🙂 \\u0000"', "[[[]]]", "1e3", "{}"])
async def test_an_event_takes_any_arguments(hostess: Hostess, way: str, at: str, args: str) -> None:
    line = await hostess.guest(way, at)
    await line.send(f'42{at}["message",{args}]')
    answer = await line.text()
    head, _, body = answer.partition("[")
    assert head == f"42{at}"
    assert msgspec.json.decode("[" + body) == msgspec.json.decode(f'["message-back",{args}]')


@BOTH_WAYS
@BOTH_NAMESPACES
@pytest.mark.parametrize("number", [0, 1, 456, 9_999_999_999])
async def test_an_event_with_an_id_is_acknowledged_with_it(hostess: Hostess, way: str, at: str, number: int) -> None:
    line = await hostess.guest(way, at)
    await line.send(f'42{at}{number}["message-with-ack",1,"2",{{"3":[false]}}]')
    assert await line.text() == f'43{at}{number}[1,"2",{{"3":[false]}}]'
    await line.send(f'42{at}{number}["message-with-ack"]')
    assert await line.text() == f"43{at}{number}[]"


PLACES = '{"_placeholder":true,"num":0},{"a":[{"_placeholder":true,"num":1}]}'


@BOTH_WAYS
@BOTH_NAMESPACES
async def test_binary_travels_behind_its_event_and_its_ack(hostess: Hostess, way: str, at: str) -> None:
    line = await hostess.guest(way, at)
    blobs = [b"\x01\x02\x03", b"\x04\x05\x06"]
    await line.send(f'452-{at}["message",{PLACES}]', *blobs)
    assert [await line.next() for _ in range(3)] == [f'452-{at}["message-back",{PLACES}]', *blobs]
    await line.send(f'452-{at}789["message-with-ack",{PLACES}]', *blobs)
    assert [await line.next() for _ in range(3)] == [f"462-{at}789[{PLACES}]", *blobs]


@BOTH_WAYS
async def test_a_client_acknowledges_the_servers_events(hostess: Hostess, way: str) -> None:
    line = await hostess.line(way)
    sid = await join(line, "/custom,")
    for packets, answer in (
        (["43/custom,{}[]"], None),
        (['43/custom,{}["yes"]'], "yes"),
        (['43/custom,{}["yes",2]'], ("yes", 2)),
        (['461-/custom,{}[{{"_placeholder":true,"num":0}}]', b"\x01"], b"\x01"),
    ):
        asked = asyncio.create_task(hostess.sio.call("question", "why", to=sid, namespace="/custom", timeout=3))
        question = await line.text()
        number = question.removeprefix("42/custom,").removesuffix('["question","why"]')
        assert number.isdecimal()
        await line.send(*(p.format(number) if isinstance(p, str) else p for p in packets))
        assert await asked == answer
    await line.send("43/custom,12345[]", '42/custom,1["message-with-ack","an answer to nothing is ignored"]')
    assert "ignored" in await line.text()


@BOTH_WAYS
@BOTH_NAMESPACES
@pytest.mark.parametrize(
    "body",
    ["", "{}", "[]", "null", '"message"', "1", "[{}]", "[null]", '["message"', "abc", 'abc["message-with-ack"]']
    + [f'["{name}"]' for name in ("connect", "connect_error", "disconnect", "disconnecting", "newListener")],
)
async def test_an_invalid_event_closes_the_line(hostess: Hostess, way: str, at: str, body: str) -> None:
    line = await hostess.guest(way, at)
    await line.send(f"42{at}{body}")
    await line.end()
    await soon(lambda: hostess.left)
    assert hostess.left == [(at.strip(",") or "/", "transport error")]
    assert not hostess.sio.eio.sockets and hostess.sio.manager.rooms == {}


@BOTH_WAYS
@pytest.mark.parametrize(
    "packets",
    [
        ["4abc"],
        ["43[1]"],
        ["431{}"],
        ["431"],
        ['44{"message":"no"}'],
        ["46"],
        ["47"],
        ['41{"why":1}'],
        ['45-["message"]'],
        ['451["message"]'],
        ['451-["message",{"_placeholder":true,"num":0}]', '42["message"]'],
        ['451-["message",{"_placeholder":true,"num":7}]', b"\x01"],
        [b"\x01"],
        ['42/random,["message"]'],
    ],
    ids=str,
)
async def test_an_invalid_packet_closes_the_line(hostess: Hostess, way: str, packets: list[str | bytes]) -> None:
    line = await hostess.guest(way)
    await line.send(*packets)
    await line.end()
    await soon(lambda: hostess.left == [("/", "transport error")])
    assert not hostess.sio.eio.sockets


# --- disconnect


@BOTH_WAYS
async def test_leaving_the_main_namespace_leaves_the_line_open(hostesses, way: str) -> None:
    hostess = await hostesses(ping_interval=0.2, ping_timeout=0.2)
    line = await hostess.guest(way)
    await line.send("41")
    await soon(lambda: hostess.left == [("/", "client disconnect")])
    assert await line.receive() == "2"
    await line.send("3")
    await join(line)


@BOTH_WAYS
async def test_leaving_a_custom_namespace_leaves_the_main_one(hostess: Hostess, way: str) -> None:
    line = await hostess.guest(way)
    await join(line, "/custom,")
    await line.send("41/custom,", '42["message","message to main namespace"]')
    assert await line.text() == '42["message-back","message to main namespace"]'
    assert hostess.left == [("/custom", "client disconnect")]
    await line.send('42/custom,["message","from outside"]')
    await line.end()


@BOTH_WAYS
@BOTH_NAMESPACES
async def test_a_client_that_the_server_removes_hears_so_and_is_closed(hostess: Hostess, way: str, at: str) -> None:
    line = await hostess.line(way)
    sid = await join(line, at)
    await hostess.sio.disconnect(sid, namespace=at.strip(",") or "/")
    assert await line.text() == f"41{at}"
    with pytest.raises(Ended):
        await line.next()
    assert [reason for _, reason in hostess.left] == ["server disconnect"]


@BOTH_WAYS
@pytest.mark.parametrize("how", ["says goodbye", "hangs up"])
async def test_a_closed_line_leaves_all_its_namespaces(hostess: Hostess, way: str, how: str) -> None:
    line = await hostess.guest(way)
    await join(line, "/custom,")
    await (line.send("1") if how == "says goodbye" else line.hang_up())
    await soon(lambda: len(hostess.left) == 2)
    reason = "client disconnect" if how == "says goodbye" else "transport close"
    assert sorted(hostess.left) == [("/", reason), ("/custom", reason)]
    assert hostess.sio.manager.rooms == {} and hostess.sio.environ == {}


async def test_a_post_of_socketio_packets_is_answered_ok(hostess: Hostess) -> None:
    line = await hostess.guest("polling")
    assert isinstance(line, PollingLine)
    await line.send('42["message","a"]', '42["message","b"]')
    assert line.answers == [(200, "ok")] * 2
    assert [await line.text(), await line.text()] == ['42["message-back","a"]', '42["message-back","b"]']
