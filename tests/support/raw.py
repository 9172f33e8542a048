"""Somebody who writes frames by hand: what an attacker or a broken client sends, and what an honest one never does."""

from __future__ import annotations

import json
from typing import Any

import aiohttp


class RawSocket:
    """A WebSocket to the live door, joined to one namespace. `packets` lists the Socket.IO packets that came."""

    def __init__(self, http: aiohttp.ClientSession, ws: aiohttp.ClientWebSocketResponse, namespace: str) -> None:
        self._http, self._ws, self.namespace = http, ws, namespace
        self.packets: list[str] = []
        self._last = 0

    @classmethod
    async def open(cls, url: str, namespace: str, auth: Any, *, source: str = "127.0.0.1", **options: Any) -> RawSocket:
        """Connect and join; the first packet of the answer is in `packets`, be it a CONNECT or a refusal.

        `source` is the address to come from; all of 127.0.0.0/8 is this machine.
        """
        http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(local_addr=(source, 0)))
        ws = await http.ws_connect(f"{url}/socket.io/?EIO=4&transport=websocket", max_msg_size=0, **options)
        raw = cls(http, ws, namespace)
        assert (await raw.frame()).startswith("0{")
        await raw.send(f"40{namespace},{json.dumps(auth)}")
        await raw.until(lambda packet: packet.startswith((f"40{namespace}", f"44{namespace}")))
        return raw

    async def send(self, *frames: str | bytes) -> None:
        """Send frames as they are."""
        for frame in frames:
            await (self._ws.send_str(frame) if isinstance(frame, str) else self._ws.send_bytes(frame))

    async def frame(self) -> str:
        """Return the next text frame that is no heartbeat."""
        while True:
            message = await self._ws.receive(timeout=5)
            assert message.type is aiohttp.WSMsgType.TEXT, message
            if message.data != "2":
                self.packets.append(message.data)
                return message.data
            await self._ws.send_str("3")

    async def until(self, wanted: Any) -> str:
        """Read on until a packet is the wanted one; return it."""
        while not wanted(packet := await self.frame()):
            pass
        return packet

    async def command(self, name: str, body: str) -> dict[str, Any]:
        """Emit a command whose arguments are this JSON text; return its ack."""
        self._last += 1
        arguments = f'["{name}",{body}]' if body else f'["{name}"]'
        await self.send(f"42{self.namespace},{self._last}{arguments}")
        head = f"43{self.namespace},{self._last}["
        packet = await self.until(lambda packet: packet.startswith(head))
        return json.loads(packet[len(head) - 1 :])[0]

    async def closed(self) -> tuple[int | None, str]:
        """Read on until the server closes; return the code and the reason."""
        while True:
            message = await self._ws.receive(timeout=5)
            if message.type is aiohttp.WSMsgType.CLOSE:
                return self._ws.close_code, message.extra or ""
            if message.type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.ERROR):
                return self._ws.close_code, ""

    async def leave(self) -> None:
        """Close the socket."""
        await self._ws.close()
        await self._http.close()
