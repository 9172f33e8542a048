"""The Engine.IO server: its sessions, their heartbeat and their ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from . import ids, json
from .counters import Counters
from .faults import POLICY_VIOLATION, SERVICE_RESTART, TRY_AGAIN_LATER, QuietLog
from .frames import PING
from .heartbeat import Wheel
from .polling import Outbox
from .request import environ_of
from .requests import Elsewhere, Requests
from .runners import Runners
from .socket import EngineSocket
from .tick import Tick
from .turns import shorten
from .websocket import WebSocketLink

try:
    from .websocket_picows import PicowsLink as Link
except ImportError:  # no wheel for this machine
    from .websocket_aiohttp import AiohttpLink as Link  # type: ignore[assignment]

# Seconds that disconnect handlers get when everybody is sent away.
_PATIENCE_AT_THE_END = 4.0

# Seconds that a client which is sent away waits for the answer to what it sent.
_PATIENCE_WITH_A_HANDLER = 4.0


class EngineServer(Requests):
    """engineio.AsyncServer 4.15.1 with sockets that need no task, queue or timer of their own.

    Takes the same arguments and has the same methods. In addition:

    :param max_unsent: a client with more unread bytes than this is cut (default 1 MB).
    :param volatile_limit: one with more unread bytes than this gets no volatile packets (default 64 KB).
    :param connect_timeout: with Socket.IO on top, seconds until a session must have joined a namespace.
    :param short_turns: bound how many sockets asyncio's own loop serves before timers and callbacks get their turn.
    :param sid_prefix: what session ids begin with, where several servers share an address.
    :param elsewhere: awaited with each request of a session that is not here, and with its id; it returns the answer,
        or None where nobody knows the session.
    """

    def __init__(
        self,
        *args: Any,
        max_unsent: int = 1024 * 1024,
        volatile_limit: int = 64 * 1024,
        connect_timeout: float = 10.0,
        short_turns: bool = True,
        sid_prefix: str = "",
        elsewhere: Elsewhere | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("cors_credentials", False)
        kwargs.setdefault("async_handlers", False)
        kwargs["monitor_clients"] = False  # the wheel does that
        super().__init__(*args, **kwargs)
        self._async: dict[str, Any] = {**self._async, "translate_request": environ_of}
        self._sid_prefix = sid_prefix
        self.elsewhere = elsewhere
        self.max_unsent: int = max_unsent
        self.volatile_limit: int = volatile_limit
        self.patience: float = self.ping_interval + self.ping_timeout
        self.counters = Counters()
        # Not python-engineio's logger, which it sets to ERROR for the whole process unless it is given one.
        given = kwargs.get("logger", False)
        self.quiet = QuietLog(logging.getLogger("hub.doors.live.engine") if isinstance(given, bool) else given)
        self.draining = False
        self.parse_messages = True  # a Socket.IO server above wants the text as it came
        self._shortened = not short_turns
        self._tasks: set[asyncio.Task[Any]] = set()
        self._last_words: dict[str, Outbox] = {}
        self._wheel = Wheel()
        self.tick = Tick(self.counters)
        self.runners = Runners()
        self.link_class = Link
        tick = min(1.0, self.ping_interval / 10)
        # Half a tick before its time: who counts to the sum of both figures finds a dead session closed, as promised.
        self._resting = self._wheel.wait(self.ping_interval - tick / 2, self._ping, early=tick)
        self._pinged = self._wheel.wait(self.ping_timeout, self._miss_pong)
        self.lingering = self._wheel.wait(2.0, WebSocketLink.abort)
        self._leaving = self._wheel.wait(5.0, self._drop_last_words)
        self.parked = self._wheel.wait(1.0, self._look_after_poll)
        self.newcomers = self._wheel.wait(connect_timeout, self._miss_connect)

    # --- sessions

    def generate_id(self) -> str:
        """Make a session id."""
        return self._sid_prefix + ids.fresh()

    def _welcome(self, socket: EngineSocket) -> None:
        if not self._shortened:
            self._shortened = True
            shorten(asyncio.get_running_loop())
        if not socket.closed:
            socket.connected = True
            self._resting.add(socket)
            if not self.parse_messages:
                self.newcomers.add(socket)

    async def deliver(self, socket: EngineSocket, data: Any) -> None:
        """Hand one message of a client to the application."""
        if self.parse_messages and type(data) is str and not data[:1].isnumeric():
            # As engineio.packet.Packet.decode of 4.15.1: objects and lists arrive parsed, numbers do not.
            try:
                data = json.loads(data)
            except ValueError:
                pass  # plain text
        await self._trigger_event("message", socket.sid, data, run_async=self.async_handlers)

    def forget(self, socket: EngineSocket) -> None:
        """Drop a closed session from everything that lists it."""
        if self.sockets.pop(socket.sid, None) is not None:
            self.counters.connections -= 1
        self._resting.remove(socket)
        self._pinged.remove(socket)
        self.newcomers.remove(socket)
        self.parked.remove(socket)

    async def tell_disconnect(self, socket: EngineSocket, reason: str) -> None:
        """Run the disconnect handlers of a closed session."""
        await self._trigger_event("disconnect", socket.sid, reason, run_async=False)

    def keep_last_words(self, socket: EngineSocket) -> None:
        """Keep what a closed polling session has not heard yet for a few seconds, for its next poll."""
        if isinstance(socket.link, Outbox) and socket.connected and socket.link.unheard:
            self._last_words[socket.sid] = socket.link
            self._leaving.add(socket)

    def _drop_last_words(self, socket: EngineSocket) -> None:
        self._last_words.pop(socket.sid, None)

    def cut_slow(self, socket: EngineSocket) -> None:
        """Cut a client that does not read what it is sent; it may come back."""
        self.counters.slow_consumers += 1
        self.quiet.warning("slow", "cut a session from %s that stopped reading", socket.remote)
        socket.kill(self.reason.TRANSPORT_ERROR, TRY_AGAIN_LATER, "too slow: reconnect")

    async def disconnect(
        self, sid: str | None = None, code: int = 1000, text: str = "disconnected by the server"
    ) -> None:
        """Close one session, or all, with a code and a reason in the WebSocket's close frame."""
        chosen = list(self.sockets.values()) if sid is None else [self.sockets.get(sid)]
        for socket in chosen:
            if socket is not None:
                await socket.close(code=code, text=text)

    async def send_away(
        self,
        sockets: list[EngineSocket],
        over: float = 0.0,
        code: int = SERVICE_RESTART,
        text: str = "server restarting",
    ) -> None:
        """Close sessions, spread over some seconds. One whose packet is being handled gets its answer first."""
        pause = over / max(1, len(sockets))
        for number, socket in enumerate(sockets, 1):
            if not socket.busy:
                socket.kill(self.reason.SERVER_DISCONNECT, code, text)
            if pause or number % 100 == 0:
                await asyncio.sleep(pause)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _PATIENCE_WITH_A_HANDLER
        for socket in sockets:
            while socket.busy and not socket.closed and loop.time() < deadline:  # noqa: ASYNC110 - rare
                await asyncio.sleep(0.005)
            socket.kill(self.reason.SERVER_DISCONNECT, code, text)

    async def drain(self, over: float = 0.0, code: int = SERVICE_RESTART, text: str = "server restarting") -> None:
        """Take no new session and close all there are, spread over some seconds; clients come back elsewhere."""
        self.draining = True
        await self.send_away(list(self.sockets.values()), over, code, text)
        others = self._tasks - {asyncio.current_task()}
        if others:  # the disconnect handlers
            await asyncio.wait(others, timeout=_PATIENCE_AT_THE_END)

    async def shutdown(self) -> None:
        """Close all sessions and stop the timer; call it before the web server stops."""
        await self.drain()
        self._wheel.stop()
        self.runners.stop()

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run a coroutine that nobody waits for, without losing it or its error."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- heartbeat

    def _ping(self, socket: EngineSocket) -> None:
        self._pinged.add(socket)
        socket.push(PING)

    def pong(self, socket: EngineSocket) -> None:
        """The client answered a ping."""
        if self._pinged.remove(socket):
            self._resting.add(socket)

    def _look_after_poll(self, socket: EngineSocket) -> None:
        # aiohttp does not tell a handler that its client has left.
        if isinstance(socket.link, Outbox) and socket.link.poller_left:
            socket.kill(self.reason.TRANSPORT_CLOSE)
        else:
            self.parked.add(socket)

    def _miss_pong(self, socket: EngineSocket) -> None:
        if socket.busy:  # its answer may wait behind the frame that we are at: our delay
            self._pinged.add(socket)
            return
        self.counters.timeouts += 1
        socket.kill(self.reason.PING_TIMEOUT)

    def _miss_connect(self, socket: EngineSocket) -> None:
        if socket.busy:
            self.newcomers.add(socket)
            return
        self.counters.timeouts += 1
        socket.kill(self.reason.TRANSPORT_ERROR, POLICY_VIOLATION, "no namespace was joined in time")
