"""`python -m bench.engine_server ours|stock [redis URL]`: one of the Python servers that are compared.

Ours runs on asyncio's own loop, as in the product, and the stock one on uvloop, which is good for it. Both have few
events: `tell` a room, `echo`, and `figures` of the server itself. bench/peers/server.mjs is the same in Node.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import time
from typing import Any

import socketio
import uvloop
from aiohttp import web


class Hall:
    """The handlers, on whichever server it is given."""

    def __init__(self, sio: socketio.AsyncServer, relay: Any = None) -> None:
        self.sio, self.relay = sio, relay
        self.told = self.echoed = 0
        self._block = 0.0
        for name in ("connect", "tell", "tell_each", "echo", "figures"):
            sio.on(name, getattr(self, name))

    async def connect(self, sid: str, environ: dict[str, Any], auth: dict[str, Any] | None = None) -> None:
        """Let a client into the rooms that it names."""
        for room in (auth or {}).get("rooms", ()):
            if self.relay:
                await self.relay.hold(room)
            await self.sio.enter_room(sid, room)

    async def tell(self, sid: str, room: str, payload: str) -> None:
        """Tell a room."""
        self.told += 1
        if self.relay:
            await self.relay.tell("news", payload, room)
        else:
            await self.sio.emit("news", payload, room=room)

    async def tell_each(self, sid: str, room: str, payload: str) -> None:
        """Tell everybody in a room, one after the other: what a program does that knows each of them by itself."""
        for client, _ in list(self.sio.manager.get_participants("/", room)):
            await self.sio.emit("news", payload, to=client)

    async def echo(self, sid: str, payload: str) -> str:
        """Acknowledge with what came."""
        self.echoed += 1
        return payload

    async def figures(self, sid: str) -> dict[str, float]:
        """Tell what happened, and the longest time since the last asking in which the loop did not turn."""
        block, self._block = self._block, 0.0
        return {"told": self.told, "echoed": self.echoed, "clients": len(self.sio.eio.sockets), "block_ms": block}

    async def watch(self) -> None:
        """Wake up each millisecond, and remember by how much it was later than that."""
        loop = asyncio.get_running_loop()
        last = time.perf_counter()

        def tick() -> None:
            nonlocal last
            now = time.perf_counter()
            self._block = max(self._block, (now - last) * 1000 - 1)
            last = now
            loop.call_later(0.001, tick)

        tick()


async def build(kind: str, redis: str | None) -> Hall:
    """Return the server, as its documentation tells to make one."""
    if kind == "stock":
        manager = socketio.AsyncRedisManager(redis) if redis else None
        return Hall(socketio.AsyncServer(async_mode="aiohttp", cors_allowed_origins="*", client_manager=manager))
    from hub.doors.live.engine import SocketServer

    sio = SocketServer(cors_allowed_origins="*")
    if not redis:
        return Hall(sio)
    from bench.relay import Relay

    return Hall(sio, await Relay.open(sio, redis, f"node-{os.getpid()}"))


async def main() -> None:
    """Serve until killed."""
    kind, redis = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    hall = await build(kind, redis)
    app = web.Application()
    hall.sio.attach(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
    await site.start()
    await hall.watch()
    if kind == "ours":
        # As the product does at its start (server.py).
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
    print(f"ready {site._server.sockets[0].getsockname()[1]}", flush=True)  # type: ignore[union-attr]
    await asyncio.Event().wait()


if __name__ == "__main__":
    if sys.argv[1] == "ours":
        asyncio.run(main())
    else:
        uvloop.run(main())
