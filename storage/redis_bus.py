"""The bus of many nodes: sharded pub/sub of Redis 7, so that a node hears only the channels that it subscribed to.

Two connections with a task each, one that sends and one that hears, so that neither replaces the other's when it breaks.
Once a second the bus says a word to itself through both: that alone proves that it works (TCP tells of a dead peer after
minutes, and a connection may stand while Redis has stopped).
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from storage.bus import LARGEST, Figures, Handler, Missed
from storage.bus_seal import Rejected, Repeated, Sealer
from storage.engine import Unavailable
from storage.redis_outbox import MOST, Frame, Outbox

_ECHO = 1.0
"""Seconds between the words that the bus says to itself."""
_LATE = 2.5
"""Seconds without such a word after which the bus counts as away."""
_PATIENCE = 5.0
"""Seconds of silence after which a connection is given up for a new one."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
"""Seconds between tries to connect: at once after a cut, and not in a hurry while Redis is down."""
_QUIET = 60.0
"""Seconds between two lines of the log about the same trouble: whoever floods Redis must not flood the log too."""
_FLUSH = 1.0


class RedisBus:
    """Nodes tell each other through Redis. What waits is sent again after a break; receivers drop what they had."""

    alone = False

    def __init__(self, url: str, node: str, log: Any) -> None:
        self.figures = Figures()
        self._url, self._node, self._log = url, node, log
        self._own = f"node:{node}"
        self._sealer = Sealer(b"", node)
        self._handlers: dict[str, list[Handler]] = {}
        self._heal: list[Missed] = []
        self._drop: list[Missed] = []
        self._outbox = Outbox()
        self._changed = asyncio.Event()
        self._standing: set[str] = set()
        self._waiting: dict[str, list[asyncio.Future[None]]] = {}
        self._sending = self._receiving = False
        self._proven = self._steady_since = time.monotonic()
        self._healing = True
        self._dropped_at: float | None = None
        self._quiet_until: dict[str, float] = {}
        self._tasks: list[asyncio.Task[None]] = []

    # ── how it is ────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def healthy(self) -> bool:
        """Whether both connections stand, and the last word to itself is young."""
        return self._sending and self._receiving and not self._healing and self.away < _LATE

    @property
    def away(self) -> float:
        """Seconds since the last word to itself was heard."""
        return time.monotonic() - self._proven

    @property
    def steady_since(self) -> float:
        """Since when no word to itself was late."""
        return self._steady_since if self.healthy else time.monotonic()

    @property
    def waiting(self) -> int:
        """How many bodies wait to be sent."""
        return len(self._outbox)

    @property
    def channels(self) -> int:
        """How many channels are heard, the node's own among them."""
        return len(self._standing)

    # ── for the hub ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def open(self, secret: bytes) -> None:
        """Begin to connect; return at once, for Redis may be away. Raises Unavailable for an address that is none."""
        from redis.asyncio import ConnectionPool  # 46 MB and 240 ms that a single node does not need
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff

        self._sealer = Sealer(secret, self._node)
        # No time limit of its own: it would cost a task for each write. `_side` and the echo watch over both sides.
        try:
            self._pool = ConnectionPool.from_url(
                self._url, protocol=2, socket_timeout=None, retry=Retry(NoBackoff(), 0), client_name="switchboard"
            )
            self._pool.make_connection()
        except (ValueError, TypeError) as error:
            raise Unavailable(f"The address of Redis can't be used: {error}") from None
        loop = asyncio.get_running_loop()
        self._proven = self._steady_since = time.monotonic()
        self._tasks = [
            loop.create_task(self._side("sending", self._send)),
            loop.create_task(self._side("hearing", self._receive)),
            loop.create_task(self._echo()),
        ]

    async def close(self) -> None:
        """Send what waits, if Redis takes it within a second, and let go."""
        deadline = time.monotonic() + _FLUSH
        while self.waiting and self._sending and time.monotonic() < deadline:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.005)
        pending = set(self._tasks)
        while pending:  # a client may lose a cancellation that comes just as its own time-out does
            for task in pending:
                task.cancel()
            _, pending = await asyncio.wait(pending, timeout=0.5)

    def publish(self, channel: str, body: bytes, *, keep: bool = True) -> None:
        """Put a body into the line; it leaves with all that is there when Redis has taken what went before."""
        if len(body) > LARGEST:
            self.figures.dropped_large += 1
            self._dropped("a message between nodes is too large", size=len(body))
        elif not keep and not self._sending:
            return
        elif not self._outbox.has_room_for(body):
            self.figures.dropped_full += 1
            self._dropped("too much waits for redis; other nodes will read from the store")
        else:
            self._outbox.put(Frame(self._sealer.name(channel), self._sealer.seal(channel, body), keep))

    def subscribe(self, channel: str, handler: Handler) -> Callable[[], None]:
        """Call the handler for what other nodes publish; return the undo."""
        self._handlers.setdefault(channel, []).append(handler)
        self._changed.set()

        def undo() -> None:
            self._handlers[channel].remove(handler)
            if not self._handlers[channel]:
                del self._handlers[channel]
                self._changed.set()

        return undo

    async def heard(self, channel: str, within: float) -> bool:
        """Wait until Redis has confirmed the subscription; not while it is away, for then the heal covers it."""
        if channel in self._standing:
            return True
        if not self._receiving:
            return False
        confirmed = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(channel, []).append(confirmed)
        try:
            async with asyncio.timeout(within):
                await confirmed
        except (TimeoutError, ConnectionError):
            return False
        return True

    def on_heal(self, handler: Missed) -> None:
        """Call the handler at the first word to itself that comes over a new connection."""
        self._heal.append(handler)

    def on_drop(self, handler: Missed) -> None:
        """Call the handler when Redis takes bodies again after some were dropped."""
        self._drop.append(handler)

    # ── both connections ─────────────────────────────────────────────────────────────────────────────────────────────

    async def _side(self, name: str, work: Callable[[Any], Awaitable[None]]) -> None:
        """Run one side for ever: a new connection whenever the old one broke."""
        pause = _FIRST_PAUSE
        while True:
            connection, since = self._pool.make_connection(), time.monotonic()
            try:
                async with asyncio.timeout(_PATIENCE):
                    await connection.connect()
                self.figures.connections += 1
                await work(connection)
            except asyncio.CancelledError:
                raise
            except Exception as error:  # whatever breaks a connection must not end the task
                if self.healthy:
                    self._log.warning(
                        "redis is away; this node works alone until it is back", side=name, error=repr(error)
                    )
                else:
                    self._quietly("redis is still away", side=name, error=repr(error))
            finally:
                with contextlib.suppress(Exception):
                    await connection.disconnect(nowait=True)
                self._broke(name)
            pause = _FIRST_PAUSE if time.monotonic() - since > _PATIENCE else min(pause * 2, _LONGEST_PAUSE)
            await asyncio.sleep(pause)

    def _broke(self, name: str) -> None:
        if name == "sending":
            self._sending = False
            self._outbox.broke()
        else:
            self._receiving, self._healing = False, True
            self._standing.clear()
            for futures in self._waiting.values():
                for future in futures:
                    if not future.done():
                        future.set_exception(ConnectionError("redis is away"))
            self._waiting.clear()

    async def _echo(self) -> None:
        while True:
            self._say_to_itself()
            await asyncio.sleep(_ECHO)

    def _say_to_itself(self) -> None:
        self.publish(self._own, b"", keep=False)

    def _prove(self) -> None:
        """Note that a word to itself has made its way through both connections."""
        away, self._proven = self.away, time.monotonic()
        if self._healing:
            self._healing = False
            self._steady_since = self._proven
            self._log.info("redis is there; this node hears the others", away=round(away, 1))
            self._tell(self._heal, away)
        elif away >= _LATE:  # Redis or this process slept, and nothing was lost
            self._steady_since = self._proven

    def _tell(self, handlers: list[Missed], seconds: float) -> None:
        for handler in handlers:
            try:
                handler(seconds)
            except Exception as error:
                self._log.error("a listener of the bus failed", exc_info=error)

    # ── sending ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _send(self, connection: Any) -> None:
        self.figures.resent += len(self._outbox.flight)
        self._sending = True
        self._say_to_itself()
        while True:
            flight = await self._outbox.take()
            async with asyncio.timeout(_PATIENCE):
                commands = [("SPUBLISH", frame.name, frame.envelope) for frame in flight]
                await connection.send_packed_command(connection.pack_commands(commands), check_health=False)
                refused = 0
                for _ in commands:
                    refused += not await _took(connection)
            self._outbox.landed()
            self.figures.sent += len(commands) - refused
            if refused:
                self.figures.dropped_refused += refused
                self._dropped("redis refuses to publish; does its user have the right to?")
                await asyncio.sleep(_LONGEST_PAUSE)
            elif self._dropped_at is not None and self._outbox.size < MOST / 2:
                since, self._dropped_at = self._dropped_at, None
                self._tell(self._drop, time.monotonic() - since)

    def _dropped(self, why: str, **facts: Any) -> None:
        if self._dropped_at is None:
            self._dropped_at = time.monotonic()
        self._quietly(why, **facts)

    # ── hearing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _receive(self, connection: Any) -> None:
        held = self._wanted()
        await _say(connection, "SSUBSCRIBE", held)
        self._receiving = True
        aligning = asyncio.create_task(self._align(connection, held))
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_PATIENCE) as patience:
                while True:
                    kind, name, data = await connection.read_response(timeout=math.inf, disconnect_on_error=False)
                    patience.reschedule(loop.time() + _PATIENCE)
                    channel = self._sealer.channel(name.decode())
                    if kind == b"smessage":
                        self._hear(channel, data)
                    elif kind == b"ssubscribe":
                        self._confirm(channel)
                    else:
                        self._standing.discard(channel)
        finally:
            aligning.cancel()

    async def _align(self, connection: Any, held: set[str]) -> None:
        """Subscribe and unsubscribe as handlers come and go; writing beside the task that reads is safe."""
        while True:
            self._changed.clear()
            wanted = self._wanted()
            await _say(connection, "SSUBSCRIBE", wanted - held)
            await _say(connection, "SUNSUBSCRIBE", held - wanted)
            held = wanted
            await self._changed.wait()

    def _wanted(self) -> set[str]:
        return {self._sealer.name(channel) for channel in (*self._handlers, self._own)}

    def _confirm(self, channel: str) -> None:
        self._standing.add(channel)
        if channel == self._own:
            self._say_to_itself()  # the sooner it is heard, the sooner all is well
        for future in self._waiting.pop(channel, ()):
            if not future.done():
                future.set_result(None)

    def _hear(self, channel: str, envelope: bytes) -> None:
        try:
            node, body = self._sealer.open(channel, envelope)
        except Rejected as error:
            self._reject(channel, error)
            return
        except Repeated:
            self.figures.repeated += 1
            return
        if node == self._node:
            if channel == self._own:
                self._prove()
            return
        self.figures.heard += 1
        for handler in list(self._handlers.get(channel, ())):
            try:
                handler(body)
            except (ValueError, msgspec.MsgspecError) as error:
                self._reject(channel, error)
            except Exception as error:
                self._log.error("a bus handler failed", channel=channel, exc_info=error)

    def _reject(self, channel: str, error: Exception) -> None:
        self.figures.rejected += 1
        self._quietly("a message from redis is none of ours and was dropped", channel=channel, error=str(error))

    def _quietly(self, event: str, **facts: Any) -> None:
        now = time.monotonic()
        if now >= self._quiet_until.get(event, 0.0):
            self._quiet_until[event] = now + _QUIET
            self._log.warning(event, **facts)


async def _took(connection: Any) -> bool:
    """Read the answer to one command; False where Redis refused it."""
    from redis.exceptions import ResponseError

    try:
        await connection.read_response(timeout=math.inf, disconnect_on_error=False)
    except ResponseError:
        return False
    return True


async def _say(connection: Any, command: str, names: set[str]) -> None:
    if names:
        packed = connection.pack_commands([(command, *sorted(names))])
        await connection.send_packed_command(packed, check_health=False)
