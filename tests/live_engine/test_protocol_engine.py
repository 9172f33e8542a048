"""Engine.IO, version 4: what its document promises, sentence by sentence, with an application that only echoes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from hub.doors.live.engine import EngineServer

from .conftest import soon
from .lines import WAYS, Ended, PollingLine, SocketLine, open_line

pytestmark = pytest.mark.annex("H1")

BOTH_WAYS = pytest.mark.parametrize("way", WAYS)
PATH = "/engine.io/?EIO=4&transport="


class Echo:
    """An engine that sends back what it hears."""

    def __init__(self, **options: Any) -> None:
        self.eio = EngineServer(async_mode="aiohttp", cors_allowed_origins="*", **options)
        self.left: list[str] = []
        self.eio.on("message", self.eio.send)
        self.eio.on("disconnect", lambda sid, reason: self.left.append(reason))

    async def start(self) -> None:
        app = web.Application()
        self.eio.attach(app)
        self.runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        self.http = aiohttp.ClientSession(f"http://127.0.0.1:{self.port}")

    async def line(self, way: str) -> Any:
        return await open_line(self.http, way, "/engine.io/")

    async def stop(self) -> None:
        await self.http.close()
        await self.eio.shutdown()
        await self.runner.cleanup()


@pytest.fixture
async def echoes() -> AsyncIterator[Callable[..., Any]]:
    """Echoing engines with options of the test's own."""
    running: list[Echo] = []

    async def open_one(**options: Any) -> Echo:
        echo = Echo(**options)
        await echo.start()
        running.append(echo)
        return echo

    yield open_one
    for echo in running:
        await echo.stop()


# --- handshake


@BOTH_WAYS
@pytest.mark.parametrize(
    ("options", "figures"),
    [
        ({"ping_interval": 0.3, "ping_timeout": 0.2, "max_http_buffer_size": 1_000_000}, (300, 200, 1_000_000)),
        ({"ping_interval": 0.0015, "ping_timeout": 20}, (2, 20_000, 1_000_000)),
        ({"ping_interval": (25, 5)}, (30_000, 20_000, 1_000_000)),
        ({}, (25_000, 20_000, 1_000_000)),
    ],
)
async def test_the_open_packet_tells_the_figures_in_milliseconds(echoes, way: str, options: Any, figures: Any) -> None:
    hello = (await (await echoes(**options)).line(way)).hello
    assert set(hello) == {"sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"}
    assert (hello["pingInterval"], hello["pingTimeout"], hello["maxPayload"]) == figures
    assert hello["upgrades"] == (["websocket"] if way == "polling" else [])
    assert len(hello["sid"]) >= 20


async def test_only_offered_transports_are_served(echoes) -> None:
    echo = await echoes(transports=["websocket"])
    async with echo.http.get(PATH + "polling") as answer:
        assert answer.status == 400 and (await answer.json())["message"] == "Transport unknown"
    assert (await echo.line("websocket")).hello["upgrades"] == []
    echo = await echoes(allow_upgrades=False)
    assert (await echo.line("polling")).hello["upgrades"] == []


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("EIO=4", 0, "Transport unknown"),
        ("EIO=4&transport=abc", 0, "Transport unknown"),
        ("transport=polling", 5, "Unsupported protocol version"),
        ("EIO=abc&transport=polling", 5, "Unsupported protocol version"),
        ("EIO=3&transport=polling", 5, "Unsupported protocol version"),
        ("EIO=4&transport=polling&sid=abc", 1, "Session ID unknown"),
        ("EIO=4&transport=websocket", 3, "Bad request"),
    ],
)
async def test_a_wrong_request_is_refused_in_words(echoes, query: str, code: int, message: str) -> None:
    echo = await echoes()
    async with echo.http.get(f"/engine.io/?{query}") as answer:
        assert answer.status == 400
        assert await answer.json() == {"code": code, "message": message}
    assert not echo.eio.sockets


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_a_session_begins_with_get_only(echoes, method: str) -> None:
    echo = await echoes()
    async with echo.http.request(method, PATH + "polling") as answer:
        assert answer.status == 400 and (await answer.json())["message"] == "Bad handshake method"
    assert not echo.eio.sockets


@pytest.mark.parametrize("changed", ["EIO=3&transport=polling", "transport=polling", "EIO=4&transport=websocket"])
async def test_a_session_keeps_its_version_and_its_transport(echoes, changed: str) -> None:
    echo = await echoes()
    line = await echo.line("polling")
    async with echo.http.get(f"/engine.io/?{changed}&sid={line.hello['sid']}") as answer:
        assert answer.status == 400 and (await answer.json())["code"] == 3
    await line.send("4still here")
    assert await line.text() == "4still here"


@pytest.mark.parametrize("query", ["EIO=4", "EIO=4&transport=abc", "transport=websocket", "EIO=3&transport=websocket"])
async def test_a_wrong_websocket_request_is_refused_before_it_is_one(echoes, query: str) -> None:
    echo = await echoes()
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await echo.http.ws_connect(f"/engine.io/?{query}")
    assert refused.value.status == 400 and not echo.eio.sockets


# --- messages


@BOTH_WAYS
async def test_text_and_binary_go_there_and_back(echoes, way: str) -> None:
    line = await (await echoes()).line(way)
    packets = ["4hello", "4", "4€ and 🙂", b"\x01\x02\x03\x04", b"", "4last"]
    await line.send(*packets)
    assert [await line.next() for _ in packets] == packets
    if isinstance(line, PollingLine):
        assert line.answers == [(200, "ok")]


async def test_a_payload_is_packets_with_a_separator_between_them(echoes) -> None:
    echo = await echoes()
    url = f"{PATH}polling&sid={(await echo.line('polling')).hello['sid']}"
    for body in ("4hello", "4test1\x1e4test2\x1e4test3", "4hello\x1ebAQIDBA=="):
        async with echo.http.post(url, data=body) as answer:
            assert (answer.status, await answer.text()) == (200, "ok")
        async with echo.http.get(url) as answer:
            assert answer.status == 200
            assert answer.headers["Content-Type"] == "text/plain; charset=UTF-8"
            assert await answer.text() == body


@BOTH_WAYS
@pytest.mark.parametrize("packet", ["abc", "", "0", "2", "2probe", "3x", "7", "9"])
async def test_an_invalid_packet_closes_the_session(echoes, way: str, packet: str) -> None:
    echo = await echoes()
    line = await echo.line(way)
    await line.send(packet)
    await line.end()
    assert not echo.eio.sockets and echo.left == ["transport error"]
    if isinstance(line, PollingLine):
        assert line.answers[0][0] == 400


async def test_a_second_poll_closes_the_session_and_the_first_one_hears_so(echoes) -> None:
    echo = await echoes()
    url = f"{PATH}polling&sid={(await echo.line('polling')).hello['sid']}"

    async def poll() -> tuple[int, str]:
        async with echo.http.get(url) as answer:
            return answer.status, await answer.text()

    first = asyncio.create_task(poll())
    await soon(lambda: len(echo.eio.parked))
    assert (await poll())[0] == 400
    assert await first == (200, "1")
    assert (await poll())[0] == 400


@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
async def test_a_post_over_the_limit_is_too_large(echoes, chunked: bool) -> None:
    echo = await echoes(max_http_buffer_size=10_000)
    line = await echo.line("polling")
    body = b"4" + b"x" * 9_999
    url = f"{PATH}polling&sid={line.hello['sid']}"

    async def pieces(data: bytes) -> AsyncIterator[bytes]:
        for start in range(0, len(data), 1000):
            yield data[start : start + 1000]

    async with echo.http.post(url, data=pieces(body) if chunked else body) as answer:
        assert answer.status == 200
    assert len(await line.text()) == 10_000
    async with echo.http.post(url, data=pieces(body + b"x") if chunked else body + b"x") as answer:
        assert answer.status == 413
    await line.end()
    assert not echo.eio.sockets


async def test_a_websocket_message_over_the_limit_closes_the_session(echoes) -> None:
    echo = await echoes(max_http_buffer_size=10_000)
    line = await echo.line("websocket")
    await line.send("4" + "x" * 9_999)
    assert len(await line.text()) == 10_000
    await line.send("4" + "x" * 10_000)
    await line.end()
    assert line.ws.close_code == 1009


# --- heartbeat


@BOTH_WAYS
async def test_pings_come_in_their_interval_and_a_missed_one_closes_the_session(echoes, way: str) -> None:
    echo = await echoes(ping_interval=0.3, ping_timeout=0.2)
    line = await echo.line(way)
    clock = asyncio.get_running_loop().time
    for _ in range(3):
        begun = clock()
        assert await line.receive() == "2"
        assert 0.2 < clock() - begun < 0.5
        await line.send("3")
    assert await line.receive() == "2"
    begun = clock()
    with pytest.raises(Ended):
        await line.receive()
    assert 0.1 < clock() - begun < 0.45
    assert echo.left == ["ping timeout"] and not echo.eio.sockets


async def test_a_client_that_never_polls_misses_its_ping(echoes) -> None:
    echo = await echoes(ping_interval=0.3, ping_timeout=0.2)
    line = await echo.line("polling")
    await soon(lambda: echo.left == ["ping timeout"], within=0.8)
    with pytest.raises(Ended):
        await line.receive()


# --- close


@BOTH_WAYS
async def test_a_client_may_close_the_session(echoes, way: str) -> None:
    echo = await echoes()
    line = await echo.line(way)
    if isinstance(line, PollingLine):
        parked = asyncio.create_task(line.receive())
        await soon(lambda: len(echo.eio.parked))
        await line.send("1")
        assert await parked == "6" and line.answers == [(200, "ok")]
    else:
        await line.send("1")
    await line.end()
    assert echo.left == ["client disconnect"] and not echo.eio.sockets


@BOTH_WAYS
async def test_the_server_may_close_the_session(echoes, way: str) -> None:
    echo = await echoes()
    line = await echo.line(way)
    await echo.eio.disconnect(line.hello["sid"])
    await line.end()
    assert echo.left == ["server disconnect"]


# --- upgrade


async def upgrading(echo: Echo) -> tuple[PollingLine, SocketLine]:
    """A session on polling whose WebSocket has been probed."""
    polling = await echo.line("polling")
    ws = SocketLine(await echo.http.ws_connect(f"{PATH}websocket&sid={polling.hello['sid']}"))
    await ws.send("2probe")
    assert await ws.receive() == "3probe"
    return polling, ws


async def test_after_the_probe_polls_end_with_a_noop_and_after_the_upgrade_the_message_comes_first(echoes) -> None:
    echo = await echoes()
    polling, ws = await upgrading(echo)
    assert await polling.receive() == "6"
    await ws.send("5", "4hello")
    assert await ws.receive() == "4hello"
    with pytest.raises(Ended):
        await polling.receive()
    await ws.send("4again")
    assert await ws.receive() == "4again"


async def test_a_poll_that_waits_during_the_probe_is_let_go(echoes) -> None:
    echo = await echoes()
    polling = await echo.line("polling")
    parked = asyncio.create_task(polling.receive())
    await soon(lambda: len(echo.eio.parked))
    ws = SocketLine(await echo.http.ws_connect(f"{PATH}websocket&sid={polling.hello['sid']}"))
    await ws.send("2probe")
    assert await parked == "6"
    assert await ws.receive() == "3probe"


async def test_messages_posted_before_and_during_the_upgrade_come_once_and_in_order(echoes) -> None:
    echo = await echoes()
    polling = await echo.line("polling")
    await polling.send("4one", "4two")
    ws = SocketLine(await echo.http.ws_connect(f"{PATH}websocket&sid={polling.hello['sid']}"))
    await ws.send("2probe")
    assert await ws.receive() == "3probe"
    await polling.send("4three")
    await ws.send("5", "4four")
    assert [await ws.receive() for _ in range(4)] == ["4one", "4two", "4three", "4four"]


async def test_probe_and_upgrade_may_come_in_one_go(echoes) -> None:
    echo = await echoes()
    polling = await echo.line("polling")
    ws = SocketLine(await echo.http.ws_connect(f"{PATH}websocket&sid={polling.hello['sid']}"))
    await ws.send("2probe", "5", "4hello")
    assert [await ws.receive(), await ws.receive()] == ["3probe", "4hello"]


@pytest.mark.parametrize("when", ["while the first is probed", "after the upgrade"])
async def test_a_second_websocket_of_a_session_is_closed_and_the_first_one_stays(echoes, when: str) -> None:
    echo = await echoes()
    polling, ws = await upgrading(echo)
    if when == "after the upgrade":
        await ws.send("5", "4hello")
        assert await ws.receive() == "4hello"
    second = await echo.http.ws_connect(f"{PATH}websocket&sid={polling.hello['sid']}")
    assert (await second.receive(timeout=2)).type is aiohttp.WSMsgType.CLOSE
    if when != "after the upgrade":
        await ws.send("5")
    await ws.send("4still here")
    assert await ws.receive() == "4still here"
    assert len(echo.eio.sockets) == 1


async def test_a_websocket_for_an_unknown_session_is_refused(echoes) -> None:
    echo = await echoes()
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await echo.http.ws_connect(f"{PATH}websocket&sid=unknown")
    assert refused.value.status == 400


async def test_the_heartbeat_goes_on_over_the_new_transport(echoes) -> None:
    echo = await echoes(ping_interval=0.2, ping_timeout=0.2)
    _, ws = await upgrading(echo)
    await ws.send("5")
    for _ in range(2):
        assert await ws.receive() == "2"
        await ws.send("3")
    with pytest.raises(Ended):
        while await ws.receive() == "2":
            pass
    assert echo.left == ["ping timeout"]
