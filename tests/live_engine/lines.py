"""Clients that write packets by hand over either transport, with one interface, so that a test says what is promised once."""

from __future__ import annotations

import asyncio
from base64 import b64decode, b64encode
from collections import deque
from typing import Any

import aiohttp
import msgspec

WAYS = ["websocket", "polling"]


class Ended(Exception):
    """The server has closed the session."""


class Line:
    """A session of Engine.IO: packets go out and come in, whatever carries them. Pings are answered on the way."""

    hello: dict[str, Any]
    ponging = True

    async def send(self, *packets: str | bytes) -> None:
        """Send packets in this order."""
        raise NotImplementedError

    async def receive(self) -> str | bytes:
        """The next packet, pings included; raises Ended."""
        raise NotImplementedError

    async def next(self) -> str | bytes:
        """The next packet that is not a ping; raises Ended."""
        while True:
            packet = await self.receive()
            if packet != "2":
                return packet
            if self.ponging:
                await self.send("3")

    async def text(self) -> str:
        """The next packet, which is text."""
        packet = await self.next()
        assert isinstance(packet, str), packet
        return packet

    async def end(self) -> None:
        """Return when the server has closed the session; what it says before is passed over."""
        try:
            async with asyncio.timeout(5):
                while True:
                    await self.next()
        except Ended:
            return

    async def hang_up(self) -> None:
        """Leave without a word."""
        raise NotImplementedError


class SocketLine(Line):
    """Over a WebSocket."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws

    async def send(self, *packets: str | bytes) -> None:
        for packet in packets:
            try:
                await (self.ws.send_str(packet) if isinstance(packet, str) else self.ws.send_bytes(packet))
            except (ConnectionError, aiohttp.ClientError):
                return  # the server has closed, which the test will find

    async def receive(self) -> str | bytes:
        message = await self.ws.receive(timeout=5)
        if message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
            return message.data
        raise Ended

    async def hang_up(self) -> None:
        self.ws._response.connection.transport.abort()  # type: ignore[union-attr]


class PollingLine(Line):
    """Over long-polling."""

    def __init__(self, http: aiohttp.ClientSession, path: str) -> None:
        self._http, self._path = http, path
        self._come: deque[str | bytes] = deque()
        self.answers: list[tuple[int, str]] = []  # to the posts

    async def open(self) -> PollingLine:
        async with self._http.get(self._path) as answer:
            assert answer.status == 200
            self.hello = msgspec.json.decode((await answer.text())[1:])
        self._path += f"&sid={self.hello['sid']}"
        return self

    async def send(self, *packets: str | bytes) -> None:
        body = "\x1e".join(part if isinstance(part, str) else "b" + b64encode(part).decode() for part in packets)
        async with self._http.post(self._path, data=body.encode()) as answer:
            self.answers.append((answer.status, await answer.text()))

    async def receive(self) -> str | bytes:
        while not self._come:
            async with self._http.get(self._path, timeout=aiohttp.ClientTimeout(5)) as answer:
                body = await answer.text()
                if answer.status != 200:
                    raise Ended
                for part in body.split("\x1e"):
                    self._come.append(b64decode(part[1:]) if part[:1] == "b" else part)
        packet = self._come.popleft()
        if packet == "1":
            raise Ended
        return packet

    async def hang_up(self) -> None:
        poll = asyncio.create_task(self.receive())
        await asyncio.sleep(0.05)
        poll.cancel()


async def open_line(http: aiohttp.ClientSession, way: str, path: str = "/socket.io/") -> Line:
    """Open a session by one of the two ways."""
    url = f"{path}?EIO=4&transport={way}"
    if way == "polling":
        return await PollingLine(http, url).open()
    line = SocketLine(await http.ws_connect(url, max_msg_size=0))
    line.hello = msgspec.json.decode((await line.text())[1:])
    return line
