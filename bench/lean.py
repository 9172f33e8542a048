"""A Socket.IO client that costs next to nothing, so that the load generator does not slow down what it measures."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

OnPacket = Callable[["LeanSocket", bytes], None]


class LeanSocket(asyncio.Protocol):
    """One WebSocket in one namespace. Packets that are not pings go to `on_packet` as bytes of the text frame.

    It is `ready` when the server has answered the CONNECT packet, or in a namespace of the hub with the `session`.
    """

    def __init__(self, host: str, namespace: str, auth: dict[str, Any]) -> None:
        self._host, self._auth = host, auth
        self._namespace = b"" if namespace == "/" else f"{namespace},".encode()
        self._greeting = b"40" if namespace == "/" else f'42{namespace},["session",'.encode()
        self._rest = b""
        self._upgraded = False
        self.transport: Any = None
        self.on_packet: OnPacket = _ignore
        self.on_lost: Callable[[LeanSocket], None] = lambda socket: None
        self.ready: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {self._host}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        if self._rest:
            data = self._rest + data
        if not self._upgraded:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                self._rest = data
                return
            assert data.startswith(b"HTTP/1.1 101"), data[:200]
            data = data[end + 4 :]
            self._upgraded = True
        self._rest = self._read_frames(data)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ready.done():
            self.ready.set_exception(ConnectionError("the server closed the connection"))
        else:
            self.on_lost(self)

    def _read_frames(self, data: bytes) -> bytes:
        """Handle the whole frames, and return what is left."""
        start, end = 0, len(data)
        while end - start >= 2:
            length, head = data[start + 1], 2
            if length == 126:
                if end - start < 4:
                    break
                length, head = int.from_bytes(data[start + 2 : start + 4], "big"), 4
            elif length == 127:
                if end - start < 10:
                    break
                length, head = int.from_bytes(data[start + 2 : start + 10], "big"), 10
            if end - start < head + length:
                break
            kind, packet = data[start], data[start + head : start + head + length]
            start += head + length
            if kind == 0x81:
                self._packet(packet)
            elif kind == 0x88:
                self.transport.close()
        return data[start:]

    def _packet(self, packet: bytes) -> None:
        if packet == b"2":
            self.send(b"3")
        elif packet[:1] == b"0":
            self.send(b"40" + self._namespace + json.dumps(self._auth).encode())
        elif not self.ready.done():
            if packet.startswith(self._greeting):
                text = packet[len(self._greeting) :]
                self.ready.set_result(json.loads(text.removesuffix(b"]")))
            elif packet.startswith(b"44"):
                self.ready.set_exception(ConnectionError(packet.decode()))
        else:
            self.on_packet(self, packet)

    def send(self, text: bytes) -> None:
        """Send one text frame. The mask is zero, which masks nothing and is allowed."""
        length = len(text)
        if length < 126:
            head = bytes((0x81, 0x80 | length))
        elif length < 65536:
            head = bytes((0x81, 0xFE)) + length.to_bytes(2, "big")
        else:
            head = bytes((0x81, 0xFF)) + length.to_bytes(8, "big")
        self.transport.write(head + b"\0\0\0\0" + text)


async def connect(port: int, namespace: str, auth: dict[str, Any]) -> tuple[LeanSocket, dict[str, Any]]:
    """Return a connected socket and what it was greeted with. Raises OSError where it is refused or cut."""
    loop = asyncio.get_running_loop()
    _, socket = await loop.create_connection(
        lambda: LeanSocket(f"127.0.0.1:{port}", namespace, auth), "127.0.0.1", port
    )
    return socket, await asyncio.wait_for(socket.ready, 30)


async def connect_all(port: int, auths: list[dict[str, Any]], at_once: int = 50) -> list[LeanSocket]:
    """Return a socket in the main namespace for each auth object, connected some at a time."""
    turn = asyncio.Semaphore(at_once)

    async def one(auth: dict[str, Any]) -> LeanSocket:
        async with turn:
            return (await connect(port, "/", auth))[0]

    return await asyncio.gather(*map(one, auths))


class Caller:
    """A connected socket that waits for the answers to its events."""

    def __init__(self, socket: LeanSocket, namespace: str = "/") -> None:
        self.socket = socket
        self._prefix = "" if namespace == "/" else f"{namespace},"
        self._event = f"42{self._prefix}".encode()
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._last = 0
        self.on_event: Callable[[str, Any], None] = lambda name, payload: None
        socket.on_packet = self._hears

    def tell(self, event: str, *args: Any) -> None:
        """Emit an event."""
        self.socket.send(f"42{self._prefix}{json.dumps([event, *args])}".encode())

    async def ask(self, event: str, *args: Any) -> Any:
        """Emit an event and return the first value of its acknowledgement."""
        self._last += 1
        answer = self._answers[self._last] = asyncio.get_running_loop().create_future()
        self.socket.send(f"42{self._prefix}{self._last}{json.dumps([event, *args])}".encode())
        async with asyncio.timeout(120):  # `wait_for` of Python 3.11 swallows a cancellation that comes with the answer
            return await answer

    def _hears(self, socket: LeanSocket, packet: bytes) -> None:
        head = f"43{self._prefix}".encode()
        if packet.startswith(head):
            number, _, body = packet[len(head) :].partition(b"[")
            answer = self._answers.pop(int(number))
            if not answer.done():
                answer.set_result(json.loads(b"[" + body)[0])
        elif packet.startswith(self._event):
            name, *args = json.loads(packet[len(self._event) :])
            self.on_event(name, *args[:1])


def _ignore(socket: LeanSocket, packet: bytes) -> None:
    pass
