"""A real server on a free port, and the people who call it."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
import socketio
from aiohttp import web

from hub.doors.live import engine
from tests.support.peers import Redis


class Hall:
    """A running server with the small application that the tests talk to."""

    def __init__(self, server: Any = engine.SocketServer, **options: Any) -> None:
        options.setdefault("cors_allowed_origins", "*")
        self.sio = server(**options)
        self.came: list[str] = []
        self.left: list[tuple[str, str]] = []
        self.heard: list[Any] = []
        self.environs: list[dict[str, Any]] = []
        for namespace in ("/", "/agent"):
            self.sio.on("connect", self._connect, namespace=namespace)
            self.sio.on("disconnect", self._disconnect, namespace=namespace)
            self.sio.on("*", self._event, namespace=namespace)

    async def _connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        self.environs.append(environ)
        self.came.append(sid)

    async def _disconnect(self, sid: str, reason: str) -> None:
        self.left.append((sid, reason))

    async def _event(self, event: str, sid: str, *args: Any) -> Any:
        self.heard.append((event, *args))
        if event == "echo":
            return args
        if event == "fail":
            raise RuntimeError("the handler is broken")
        return None

    async def start(self) -> None:
        app = web.Application()
        self.sio.attach(app)
        self.runner = web.AppRunner(app, shutdown_timeout=1, access_log=None)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        self.url = f"http://127.0.0.1:{self.port}"
        self.http = aiohttp.ClientSession(self.url, connector=aiohttp.TCPConnector(limit=0, force_close=True))
        self.people: list[socketio.AsyncClient] = []

    async def stop(self) -> None:
        for person in self.people:
            await person.disconnect()
        await self.sio.shutdown()
        await self.http.close()
        await self.runner.cleanup()

    @property
    def sessions(self) -> int:
        return len(self.sio.eio.sockets)

    @property
    def rooms(self) -> dict[str, dict[Any, Any]]:
        return self.sio.manager.rooms

    async def person(self, *transports: str, auth: Any = None, namespaces: list[str] | None = None) -> Person:
        """Somebody with python-socketio's client."""
        client = Person(self)
        self.people.append(client)
        await client.connect(
            self.url, transports=list(transports) or ["websocket"], auth=auth, namespaces=namespaces or ["/"]
        )
        return client

    async def raw(self, join: str | None = "40", **kwargs: Any) -> Raw:
        """Somebody who writes frames by hand."""
        raw = Raw(await self.http.ws_connect("/socket.io/?EIO=4&transport=websocket", max_msg_size=0, **kwargs))
        raw.hello = msgspec.json.decode((await raw.text())[1:])
        if join is not None:
            await raw.send(join)
            answer = await raw.text()
            assert answer.startswith(join), answer
            raw.sid = msgspec.json.decode(answer[answer.index("{") :])["sid"]
        return raw

    async def poll(self, sid: str) -> tuple[int, str]:
        async with self.http.get(f"/socket.io/?EIO=4&transport=polling&sid={sid}") as answer:
            return answer.status, await answer.text()

    async def post(self, sid: str, body: str | bytes) -> tuple[int, str]:
        async with self.http.post(f"/socket.io/?EIO=4&transport=polling&sid={sid}", data=body) as answer:
            return answer.status, await answer.text()

    async def open_polling(self, join: str | None = "40") -> str:
        async with self.http.get("/socket.io/?EIO=4&transport=polling") as answer:
            sid = msgspec.json.decode((await answer.text())[1:])["sid"]
        if join is not None:
            assert (await self.post(sid, join))[0] == 200
            assert (await self.poll(sid))[1].startswith(join)
        return sid


class Person(socketio.AsyncClient):
    """Remembers what was said to them."""

    def __init__(self, hall: Hall) -> None:
        super().__init__(reconnection=False)
        self.hall = hall
        self.told: list[Any] = []
        for namespace in ("/", "/agent"):
            self.on("*", self._told, namespace=namespace)

    async def _told(self, event: str, *args: Any) -> None:
        self.told.append((event, *args))


class Raw:
    """A WebSocket and what came over it."""

    hello: dict[str, Any]
    sid: str

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws

    async def send(self, *frames: str | bytes) -> None:
        for frame in frames:
            await (self.ws.send_str(frame) if isinstance(frame, str) else self.ws.send_bytes(frame))

    async def text(self) -> str:
        message = await self.ws.receive(timeout=5)
        assert message.type is aiohttp.WSMsgType.TEXT, message
        return message.data

    async def closed(self) -> tuple[int | None, str]:
        """Read on until the server closes; the code and the reason."""
        while True:
            message = await self.ws.receive(timeout=5)
            if message.type is aiohttp.WSMsgType.CLOSE:
                return self.ws.close_code, message.extra or ""
            if message.type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR):
                return self.ws.close_code, ""


@asynccontextmanager
async def sleeper(hall: Hall) -> AsyncIterator[tuple[asyncio.StreamReader, Callable[[], None]]]:
    """A client on "/" that does not read until it is told to."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.setblocking(False)
    await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", hall.port))
    reader, writer = await asyncio.open_connection(sock=raw, limit=2**24)
    writer.write(
        b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        + bytes([0x81, 0x82, 0, 0, 0, 0])
        + b"40"
    )
    await reader.readuntil(b"40{")
    writer.transport.pause_reading()
    try:
        yield reader, writer.transport.resume_reading
    finally:
        writer.transport.abort()


async def soon(condition: Callable[[], Any], within: float = 3.0) -> None:
    """Wait until something is so."""
    give_up = time.monotonic() + within
    while time.monotonic() < give_up:
        if condition():
            return
        await asyncio.sleep(0.01)
    assert condition()


class Resources:
    """How many tasks and file descriptors there are, now and at the beginning."""

    _made = 0

    def __init__(self) -> None:
        # What is there now is looked through once, and not at each of the many looks that follow. All that was ever
        # frozen, with thousands of collected tests, is so only now and then: that alone takes more than a second.
        if Resources._made % 25 == 24:
            gc.unfreeze()
        Resources._made += 1
        gc.collect()
        gc.freeze()
        self.tasks, self.files = self.now()

    def now(self) -> tuple[int, int]:
        return len(asyncio.all_tasks()), len(os.listdir("/proc/self/fd"))

    async def back(self, within: float = 4.0) -> None:
        """Wait until there are no more than at the beginning."""

        def are_back() -> bool:
            tasks, files = self.now()
            return tasks <= self.tasks and files <= self.files

        def are_back_without_garbage() -> bool:
            gc.collect()
            return are_back()

        if not are_back():
            await soon(are_back_without_garbage, within)


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    """A server as the hub runs it, with a limit of 64 KB."""
    hall = Hall(max_http_buffer_size=65536)
    await hall.start()
    yield hall
    await hall.stop()


@pytest.fixture
async def open_hall() -> AsyncIterator[Callable[..., Any]]:
    """Servers with options of the test's own."""
    halls: list[Hall] = []

    async def open_one(**options: Any) -> Hall:
        hall = Hall(**options)
        await hall.start()
        halls.append(hall)
        return hall

    yield open_one
    for hall in halls:
        await hall.stop()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    """A redis-server of the test's own."""
    server = Redis(tmp_path / "redis").start()
    yield server
    server.kill()
