"""A Socket.IO client that costs next to nothing, so that the load generator does not slow down what it measures."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

OnPacket = Callable[["LeanSocket", bytes], None]


class LeanSocket(asyncio.Protocol):
    """One WebSocket in one namespace. Packets that are not pings go to `on_packet` as bytes of the text frame."""

    def __init__(self, host: str, namespace: str, auth: dict[str, Any]) -> None:
        self._host, self._namespace, self._auth = host, namespace, auth
        self._buffer = bytearray()
        self._upgraded = False
        self.transport: Any = None
        self.on_packet: OnPacket = lambda socket, packet: None
        self.ready: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._session_mark = f'42{namespace},["session",'.encode()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {self._host}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._upgraded:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            assert self._buffer.startswith(b"HTTP/1.1 101"), bytes(self._buffer[:200])
            del self._buffer[: end + 4]
            self._upgraded = True
        self._read_frames()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ready.done():
            self.ready.set_exception(ConnectionError("the server closed the connection"))

    def _read_frames(self) -> None:
        buffer, start = self._buffer, 0
        while len(buffer) - start >= 2:
            length, head = buffer[start + 1], 2
            if length == 126:
                if len(buffer) - start < 4:
                    break
                length, head = int.from_bytes(buffer[start + 2 : start + 4], "big"), 4
            elif length == 127:
                if len(buffer) - start < 10:
                    break
                length, head = int.from_bytes(buffer[start + 2 : start + 10], "big"), 10
            if len(buffer) - start < head + length:
                break
            packet = bytes(buffer[start + head : start + head + length])
            start += head + length
            self._packet(packet)
        del buffer[:start]

    def _packet(self, packet: bytes) -> None:
        if packet == b"2":
            self.send(b"3")
        elif packet[:1] == b"0":
            self.send(b"40" + self._namespace.encode() + b"," + json.dumps(self._auth).encode())
        elif not self.ready.done():
            if packet.startswith(self._session_mark):
                self.ready.set_result(json.loads(packet[len(self._session_mark) : -1]))
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
    """Return a connected socket and the `session` that it was greeted with."""
    loop = asyncio.get_running_loop()
    _, socket = await loop.create_connection(
        lambda: LeanSocket(f"127.0.0.1:{port}", namespace, auth), "127.0.0.1", port
    )
    return socket, await asyncio.wait_for(socket.ready, 30)
