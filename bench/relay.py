"""Our side of the race between two nodes: SocketServer and the product's bus, without a store between them.

As in hub/doors/live/delivery.py: a packet is encoded once, shown to this node's sockets, and its frame travels to the
other nodes, which write it as it is. A channel carries 1/64 of all rooms, and a node hears those that its sockets need.
"""

from __future__ import annotations

import asyncio
import logging
import zlib
from typing import Any

import msgspec

from hub.doors.live.engine import SocketServer
from hub.doors.live.engine.frames import Outgoing
from storage.redis_bus import RedisBus

_PARTITIONS = 64


class _Log:
    """The bus logs with facts beside the sentence; here they become one line."""

    def __getattr__(self, level: str) -> Any:
        return lambda event, **facts: getattr(logging.getLogger("bench"), level)("%s %s", event, facts)


class Relay:
    """Tells rooms on all nodes."""

    def __init__(self, sockets: SocketServer, bus: RedisBus) -> None:
        self._sockets, self._bus = sockets, bus
        self._held: set[str] = set()
        self._queue: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()
        self._pack = msgspec.msgpack.Encoder().encode
        self._unpack = msgspec.msgpack.Decoder(tuple[str, bytes]).decode

    @classmethod
    async def open(cls, sockets: SocketServer, redis: str, node: str) -> Relay:
        """Return a relay that is connected."""
        bus = RedisBus(redis, node, _Log())
        await bus.open(b"the secret of the benchmark's installation")
        relay = cls(sockets, bus)
        relay._task = asyncio.get_running_loop().create_task(relay._run())  # type: ignore[attr-defined]
        while not bus.healthy:
            await asyncio.sleep(0.05)
        return relay

    async def hold(self, room: str) -> None:
        """Hear what other nodes tell a room."""
        channel = _channel(room)
        if channel not in self._held:
            self._held.add(channel)
            self._bus.subscribe(channel, self._hear)
            await self._bus.heard(channel, within=5)

    async def tell(self, event: str, payload: Any, room: str) -> None:
        """Tell a room here, and the other nodes."""
        out = self._sockets.encode(event, payload)
        await self._sockets.send_encoded(out, room)
        self._bus.publish(_channel(room), self._pack((room, out.frame)))

    def _hear(self, body: bytes) -> None:
        self._queue.put_nowait(self._unpack(body))

    async def _run(self) -> None:
        """Show what other nodes tell, one after the other."""
        while True:
            room, frame = await self._queue.get()
            await self._sockets.send_encoded(Outgoing.from_frame(frame), room)


def _channel(room: str) -> str:
    return f"hub:{zlib.crc32(room.encode()) % _PARTITIONS}"
