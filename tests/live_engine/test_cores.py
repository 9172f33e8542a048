"""What carries the WebSockets: picows, aiohttp where picows has no wheel, and either of them through TLS."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from hub.doors.live.engine import SocketServer
from hub.doors.live.engine.websocket_aiohttp import AiohttpLink
from hub.doors.live.engine.websocket_picows import PicowsLink

from .conftest import Hall, Resources, soon
from .test_abuse import RAW_FRAMES
from .test_backpressure import sleeper

pytestmark = pytest.mark.annex("H1")

CORES = [PicowsLink, AiohttpLink]


@pytest.fixture(params=CORES, ids=lambda core: core.__name__)
async def hall_on(request, open_hall) -> Hall:
    hall = await open_hall(max_unsent=300_000)
    hall.sio.eio.link_class = request.param
    return hall


@pytest.mark.parametrize("way", [["websocket"], ["polling", "websocket"]], ids="+".join)
async def test_vera_talks_and_leaves_on_either_core(hall_on: Hall, way: list[str]) -> None:
    vera = await hall_on.person(*way)
    session = next(iter(hall_on.sio.eio.sockets.values()))
    assert type(session.link) is hall_on.sio.eio.link_class and vera.transport() == "websocket"
    assert await vera.call("echo", {"text": "Zażółć 🙂", "file": b"\x00\xff"}) == {
        "text": "Zażółć 🙂",
        "file": b"\x00\xff",
    }
    for number in range(200):
        await vera.emit("count", number)
        await hall_on.sio.emit("message", number)
    await soon(lambda: len(vera.told) == 200)
    await soon(lambda: hall_on.heard[1:] == [("count", number) for number in range(200)])
    assert vera.told == [("message", number) for number in range(200)]
    await vera.disconnect()
    await soon(lambda: hall_on.sessions == 0 and len(hall_on.left) == 1)


@pytest.mark.parametrize(("data", "code"), RAW_FRAMES.values(), ids=RAW_FRAMES.keys())
async def test_either_core_ends_the_session_of_a_broken_frame_and_no_other(
    hall_on: Hall, data: bytes, code: int
) -> None:
    vera = await hall_on.person()
    resources = Resources()
    mallory = await hall_on.raw()
    mallory.ws._writer.transport.write(data)  # type: ignore[union-attr]
    assert (await mallory.closed())[0] == code
    await soon(lambda: hall_on.sessions == 1)
    assert await vera.call("echo", 1) == 1
    await mallory.ws.close()
    await resources.back()


async def test_either_core_cuts_a_client_that_does_not_read_and_tells_it_why(hall_on: Hall) -> None:
    async with sleeper(hall_on) as (reader, wake):
        for _ in range(2000):
            await hall_on.sio.emit("message", "x" * 10_000)
            await asyncio.sleep(0)
            if not hall_on.sessions:
                break
        assert hall_on.sio.counters.slow_consumers == 1
        wake()
        heard = await reader.read(-1)
    assert heard.endswith(b"too slow: reconnect") and (1013).to_bytes(2) + b"too slow" in heard


async def test_a_message_in_pieces_arrives_whole(hall: Hall) -> None:
    vera = await hall.raw()

    def piece(first: int, text: bytes) -> bytes:
        return bytes([first, 0x80 | len(text), 0, 0, 0, 0]) + text

    write = vera.ws._writer.transport.write  # type: ignore[union-attr]
    letters = "zażółć".encode()
    write(piece(0x01, b'42["echo","' + letters[:3]))  # cut in the middle of a letter
    write(piece(0x89, b"a WebSocket ping between the pieces"))
    write(piece(0x00, letters[3:]))
    write(piece(0x80, b'"]'))
    await soon(lambda: hall.heard == [("echo", "zażółć")])
    assert hall.sessions == 1


async def test_pieces_that_grow_beyond_the_limit_end_their_session(open_hall) -> None:
    hall = await open_hall(max_http_buffer_size=1000)
    mallory = await hall.raw()
    write = mallory.ws._writer.transport.write  # type: ignore[union-attr]
    write(bytes([0x01, 0x80 | 100, 0, 0, 0, 0]) + b"4" * 100)
    for _ in range(20):
        write(bytes([0x00, 0x80 | 100, 0, 0, 0, 0]) + b"x" * 100)
    assert (await mallory.closed())[0] == 1009


async def test_a_client_that_does_not_mask_its_frames_is_refused(hall: Hall) -> None:
    mallory = await hall.raw()
    mallory.ws._writer.transport.write(b"\x81\x0242")  # type: ignore[union-attr]
    assert (await mallory.closed())[0] == 1002


async def test_frames_that_come_with_the_upgrade_request_are_handled(hall: Hall) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", hall.port)
    writer.write(
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        + bytes([0x81, 0x82, 0, 0, 0, 0]) + b"40"
        + b"".join(bytes([0x81, 0xFE]) + (5000).to_bytes(2) + bytes(4) + b'42["long","' + b"x" * 4987 + b'"]' for _ in "123")
    )  # fmt: skip
    await soon(lambda: [event for event, *_ in hall.heard] == ["long"] * 3)
    assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in await reader.readuntil(b"\r\n\r\n"), "the accept value of RFC 6455, 1.3"
    writer.close()


@pytest.mark.parametrize(
    "header",
    ["Sec-WebSocket-Version: 8", "Sec-WebSocket-Key: short", "Connection: keep-alive"],
)
async def test_an_upgrade_request_that_is_none_is_answered_400(hall: Hall, header: str) -> None:
    headers = {
        "Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }  # fmt: skip
    name, _, value = header.partition(": ")
    headers[name] = value
    lines = "".join(f"{key}: {text}\r\n" for key, text in headers.items())
    reader, writer = await asyncio.open_connection("127.0.0.1", hall.port)
    writer.write(
        f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n{lines}\r\n".encode()
    )
    assert b" 400 " in await asyncio.wait_for(reader.readline(), 3)
    writer.close()
    await soon(lambda: hall.sessions == 0)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", file, "-out", f"{file}.crt"],
        capture_output=True,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    file.write_text(file.read_text() + Path(f"{file}.crt").read_text())
    return file


@pytest.mark.parametrize("core", CORES, ids=lambda core: core.__name__)
async def test_frames_go_through_tls(certificate: Path, core: type) -> None:
    sio = SocketServer(cors_allowed_origins="*")
    sio.eio.link_class = core
    sio.on("echo", lambda sid, data: data)
    app = web.Application()
    sio.attach(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(certificate)
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=ours)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    theirs = ssl.create_default_context(cafile=str(certificate) + ".crt")
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=theirs)) as http:
        url = f"https://localhost:{port}/socket.io/?EIO=4&transport=websocket"
        async with http.ws_connect(url) as ws:
            assert (await ws.receive_str()).startswith("0{")
            await ws.send_str("40")
            assert (await ws.receive_str()).startswith("40{")
            await ws.send_str('421["echo","' + "x" * 100_000 + '"]')
            assert (await ws.receive_str()) == '431["' + "x" * 100_000 + '"]'
    await sio.shutdown()
    await runner.cleanup()
