"""Carries bytes between nodes. At most once: whatever must not be lost stands in the store.

`MemoryBus` for one node, `RedisBus` for many. A publisher never hears itself: it has delivered locally already.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Protocol

Handler = Callable[[bytes], None]
Healed = Callable[[float], None]


class Bus(Protocol):
    """Channels of bytes. Handlers are called on the event loop, in the order of one publisher."""

    @property
    def healthy(self) -> bool:
        """Whether other nodes can be told and heard."""

    async def open(self) -> None:
        """Connect, and stay connected: a lost connection heals by itself, and `on_heal` handlers are called then."""

    async def close(self) -> None:
        """Let go."""

    def publish(self, channel: str, body: bytes) -> None:
        """Send to the other nodes that subscribe to the channel. Never blocks; drops what it can't send."""

    def subscribe(self, channel: str, handler: Handler) -> Callable[[], None]:
        """Call the handler for what other nodes publish; return the undo."""

    def on_heal(self, handler: Healed) -> None:
        """Call the handler when the connection stands, with the seconds it was away: what was said then was missed."""


class MemoryBus:
    """The bus of a single node: nobody else is there."""

    healthy = True

    async def open(self) -> None:
        pass

    async def close(self) -> None:
        pass

    def publish(self, channel: str, body: bytes) -> None:
        pass

    def subscribe(self, channel: str, handler: Handler) -> Callable[[], None]:
        return lambda: None

    def on_heal(self, handler: Healed) -> None:
        pass


_PAUSE = 0.5
"""Seconds between tries to connect."""
_PATIENCE = 15
"""Seconds of silence, with pings in between, after which a connection counts as dead."""
_OUTBOX = 10_000
"""Frames kept for Redis while it is slow. Beyond that, dropping is better than memory without end: clients resume."""
_LARGEST = 256 * 1024
"""Redis cuts subscribers whose output buffer overflows; one giant frame must not do that to all nodes."""


class RedisBus:
    """Sharded pub/sub of Redis 7: a node hears only the channels that it subscribed to.

    Publisher and subscriber are two connections with a task each, so neither replaces the other's when it breaks.
    """

    def __init__(self, url: str, node: str, log: Any) -> None:
        self._url, self._node, self._log = url, node.encode(), log
        self._handlers: dict[str, list[Handler]] = {}
        self._heal: list[Healed] = []
        self._lost_at: float | None = None
        self._outbox: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue(_OUTBOX)
        self._changed = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._sending = self._receiving = False
        self.dropped = 0

    @property
    def healthy(self) -> bool:
        """Whether both connections stand."""
        return self._sending and self._receiving

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._keep(work)) for work in (self._send, self._receive)]

    async def close(self) -> None:
        pending = set(self._tasks)
        while pending:  # a client may lose a cancellation that comes just as its own time-out does
            for task in pending:
                task.cancel()
            _, pending = await asyncio.wait(pending, timeout=0.5)

    def publish(self, channel: str, body: bytes) -> None:
        if len(body) > _LARGEST:
            self.dropped += 1
            return
        try:
            self._outbox.put_nowait((channel, self._node + b"\n" + body))
        except asyncio.QueueFull:
            self.dropped += 1

    def subscribe(self, channel: str, handler: Handler) -> Callable[[], None]:
        self._handlers.setdefault(channel, []).append(handler)
        self._changed.set()

        def undo() -> None:
            self._handlers[channel].remove(handler)
            if not self._handlers[channel]:
                del self._handlers[channel]
                self._changed.set()

        return undo

    def on_heal(self, handler: Healed) -> None:
        self._heal.append(handler)

    def _client(self) -> Any:
        from redis.asyncio import Redis  # 46 MB and 240 ms that a single node does not need

        return Redis.from_url(self._url, socket_connect_timeout=3, socket_keepalive=True)

    async def _keep(self, work: Callable[[Any], Any]) -> None:
        """Run one side for ever: a new connection whenever the old one broke."""
        while True:
            client = self._client()
            try:
                await work(client)
            except asyncio.CancelledError:
                raise
            except Exception as error:  # whatever breaks a connection must not end the task
                if self.healthy:
                    self._log.warning("redis is away; this node works alone until it is back", error=repr(error))
                self._lost_at = self._lost_at or time.monotonic()
                if work == self._send:
                    self._sending = False
                else:
                    self._receiving = False
                await asyncio.sleep(_PAUSE)
            finally:
                await client.aclose()

    async def _send(self, client: Any) -> None:
        await client.ping()
        self._sending = True
        while True:
            frames = [await self._outbox.get()]
            while not self._outbox.empty() and len(frames) < 500:
                frames.append(self._outbox.get_nowait())
            pipeline = client.pipeline(transaction=False)
            for channel, body in frames:
                pipeline.execute_command("SPUBLISH", channel, body)
            await pipeline.execute()

    async def _receive(self, client: Any) -> None:
        pubsub = client.pubsub()
        try:
            held = self._wanted()
            await pubsub.ssubscribe(*held)
            await pubsub.get_message(timeout=_PATIENCE)  # connected, as the answer to the subscription says
            self._receiving = True
            lost_at, self._lost_at = self._lost_at, None
            for heal in self._heal:
                heal(time.monotonic() - lost_at if lost_at else 0.0)
            aligning = asyncio.create_task(self._align(pubsub, held))
            try:
                await self._listen(pubsub)
            finally:
                aligning.cancel()
        finally:
            await pubsub.aclose()

    async def _listen(self, pubsub: Any) -> None:
        """Hear what comes. A connection that says nothing, not even to a ping, is dead: TCP alone would not tell."""
        silent = 0
        while True:
            message = await pubsub.get_message(timeout=1.0)
            if message is None:
                silent += 1
                if silent > _PATIENCE:
                    raise ConnectionError("redis does not answer")
                if silent % 5 == 0:
                    await pubsub.ping()
                continue
            silent = 0
            if message["type"] == "smessage":
                self._hear(message["channel"].decode(), message["data"])

    async def _align(self, pubsub: Any, held: set[str]) -> None:
        """Subscribe and unsubscribe as handlers come and go; writing beside the task that reads is safe."""
        while True:
            self._changed.clear()
            wanted = self._wanted()
            if wanted - held:
                await pubsub.ssubscribe(*(wanted - held))
            if held - wanted:
                await pubsub.sunsubscribe(*(held - wanted))
            held = wanted
            await self._changed.wait()

    def _wanted(self) -> set[str]:
        # A channel of the node's own keeps the connection a subscriber's while there are no handlers yet.
        return {*self._handlers, f"hub:node:{self._node.decode()}"}

    def _hear(self, channel: str, data: bytes) -> None:
        node, _, body = data.partition(b"\n")
        if node == self._node:
            return
        for handler in list(self._handlers.get(channel, ())):
            try:
                handler(body)
            except Exception as error:
                self._log.error("a bus handler failed", channel=channel, exc_info=error)
