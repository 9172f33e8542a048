"""The Engine.IO server: sessions, their handshake, and the doors they come through."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

import engineio
from aiohttp import web
from engineio import packet as stock

from . import json
from .counters import Counters
from .faults import POLICY_VIOLATION, SERVICE_RESTART, Malformed, QuietLog
from .frames import OPEN, PING, Outgoing
from .heartbeat import Wheel
from .polling import Outbox
from .request import environ_of
from .socket import EngineSocket
from .websocket import WebSocketLink

# The refusals of Node's server, with its codes: clients and tools know them.
UNKNOWN_TRANSPORT = (0, "Transport unknown")
UNKNOWN_SESSION = (1, "Session ID unknown")
BAD_METHOD = (2, "Bad handshake method")
BAD_REQUEST = (3, "Bad request")
BAD_VERSION = (5, "Unsupported protocol version")

Code = tuple[int, str]


class EngineServer(engineio.AsyncServer):
    """engineio.AsyncServer 4.15.1 with sockets that need no task, queue or timer of their own.

    Takes the same arguments and has the same methods. In addition:

    :param max_unsent: a client with more unread bytes than this is cut (default 1 MB).
    :param volatile_limit: one with more unread bytes than this gets no volatile packets (default 64 KB).
    :param connect_timeout: with Socket.IO on top, seconds until a session must have joined a namespace.
    """

    def __init__(
        self,
        *args: Any,
        max_unsent: int = 1024 * 1024,
        volatile_limit: int = 64 * 1024,
        connect_timeout: float = 10.0,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("cors_credentials", False)
        kwargs.setdefault("async_handlers", False)
        kwargs["monitor_clients"] = False  # the wheel does that
        super().__init__(*args, **kwargs)
        self._async: dict[str, Any] = {**self._async, "translate_request": environ_of}
        self.max_unsent: int = max_unsent
        self.volatile_limit: int = volatile_limit
        self.patience: float = self.ping_interval + self.ping_timeout
        self.counters = Counters()
        # Not python-engineio's logger, which it sets to ERROR for the whole process unless it is given one.
        given = kwargs.get("logger", False)
        self.quiet = QuietLog(logging.getLogger("hub.doors.live.engine") if isinstance(given, bool) else given)
        self.draining = False
        self.parse_messages = True  # a Socket.IO server above wants the text as it came
        self._tasks: set[asyncio.Task[Any]] = set()
        self._last_words: dict[str, Outbox] = {}
        self._wheel = Wheel()
        tick = min(1.0, self.ping_interval / 10)
        self._resting = self._wheel.wait(self.ping_interval, self._ping, early=tick)
        self._pinged = self._wheel.wait(self.ping_timeout, self._miss_pong)
        self.lingering = self._wheel.wait(2.0, WebSocketLink.abort)
        self._leaving = self._wheel.wait(5.0, self._drop_last_words)
        self.parked = self._wheel.wait(1.0, self._look_after_poll)
        self.newcomers = self._wheel.wait(connect_timeout, self._miss_connect)

    # --- requests

    def attach(self, app: web.Application, engineio_path: str = "engine.io") -> None:
        """Serve this engine under a path of an aiohttp application."""
        # All methods, since a wrong one has to be answered in the protocol's way.
        app.router.add_route("*", f"/{engineio_path.strip('/')}/", self.handle_request)

    # Replaces AsyncServer.handle_request of 4.15.1, which guesses a missing transport, keeps a session alive after a
    # bad POST, accepts JSONP (its escaping can be broken out of) and says nothing about what was wrong.
    async def handle_request(self, request: web.Request) -> web.StreamResponse:  # type: ignore[override]
        """Answer one HTTP request to the engine's path."""
        environ = environ_of(request)
        if not self._origin_allowed(environ):
            return self._answer(environ, 400, self._refusal((4, "Origin not allowed")))
        if request.method == "OPTIONS":
            return self._answer(environ, 200, "")
        query = request.query
        transport = query.get("transport", "")
        if transport not in self.transports:
            return self._answer(environ, 400, self._refusal(UNKNOWN_TRANSPORT))
        if "j" in query or query.get("EIO", "4") != "4":
            return self._answer(environ, 400, self._refusal(BAD_VERSION if "j" not in query else BAD_REQUEST))
        upgrade = request.headers.get("Upgrade", "").lower() == "websocket"
        if upgrade != (transport == "websocket"):
            return self._answer(environ, 400, self._refusal(BAD_REQUEST))
        sid = query.get("sid")
        if sid is None:
            return await self._handshake(request, environ, transport)
        return await self._visit(request, environ, sid, upgrade)

    async def _handshake(self, request: web.Request, environ: dict[str, Any], transport: str) -> web.StreamResponse:
        if request.method != "GET":
            return self._answer(environ, 400, self._refusal(BAD_METHOD))
        if "EIO" not in request.query:
            return self._answer(environ, 400, self._refusal(BAD_VERSION))
        if self.draining:
            return self._answer(environ, 503, self._refusal((4, "The server is restarting")), {"Retry-After": "1"})
        socket = EngineSocket(self, self.generate_id(), environ["REMOTE_ADDR"])
        self.sockets[socket.sid] = socket
        self.counters.connections += 1
        socket.push(self._open_packet(socket.sid, transport))
        verdict = await self._trigger_event("connect", socket.sid, environ, run_async=False)
        if verdict is not None and verdict is not True:
            self.sockets.pop(socket.sid, None)
            return self._answer(environ, 401, stock.Packet.json.dumps(verdict or "Unauthorized"))
        if transport == "websocket":
            return await self._start_on_websocket(request, environ, socket)
        self._welcome(socket)
        assert isinstance(socket.link, Outbox)
        return self._answer(environ, 200, socket.link.take(), self._cookie(socket.sid))

    async def _start_on_websocket(
        self, request: web.Request, environ: dict[str, Any], socket: EngineSocket
    ) -> web.StreamResponse:
        link = WebSocketLink(self)
        try:
            response = await link.accept(request)
        except (web.HTTPException, ConnectionError):
            await socket.close(reason=self.reason.TRANSPORT_ERROR, abort=True)
            return self._answer(environ, 400, self._refusal(BAD_REQUEST))
        if socket.closed:  # while the answer was on its way
            link.end(SERVICE_RESTART, "closed")
            return response
        link.attach(socket)
        self._welcome(socket)
        await link.run(socket)
        return response

    async def _visit(
        self, request: web.Request, environ: dict[str, Any], sid: str, upgrade: bool
    ) -> web.StreamResponse:
        socket = self.sockets.get(sid)
        if socket is None:
            unheard = self._last_words.pop(sid, None)
            if unheard is not None and request.method == "GET" and not upgrade:
                return self._answer(environ, 200, unheard.take())
            return self._answer(environ, 400, self._refusal(UNKNOWN_SESSION))
        outbox = socket.link
        if not socket.connected or not isinstance(outbox, Outbox):
            return self._answer(environ, 400, self._refusal(BAD_REQUEST))
        try:
            if upgrade:
                return await self._upgrade(request, environ, socket)
            if request.method == "GET":
                return self._answer(environ, 200, await outbox.poll(request))
            if request.method == "POST":
                await outbox.post(request)
                return self._answer(environ, 200, "ok")
        except Malformed as fault:
            socket.malformed(fault)
            return self._answer(environ, 400, self._refusal((BAD_REQUEST[0], fault.reason)))
        return self._answer(environ, 400, self._refusal(BAD_METHOD))

    async def _upgrade(self, request: web.Request, environ: dict[str, Any], socket: EngineSocket) -> web.StreamResponse:
        if socket.upgrading or not self.allow_upgrades or request.method != "GET":
            return self._answer(environ, 400, self._refusal(BAD_REQUEST))
        socket.upgrading = True
        link = WebSocketLink(self)
        try:
            response = await link.accept(request)
            upgraded = await link.take_over(socket)
        except web.HTTPException:
            return self._answer(environ, 400, self._refusal(BAD_REQUEST))
        finally:
            socket.upgrading = False
        if upgraded:
            link.attach(socket)
            await link.run(socket)
        else:
            link.end(POLICY_VIOLATION, "the session is over")
            await link.finish()
        return response

    # --- answers

    def _origin_allowed(self, environ: dict[str, Any]) -> bool:
        origin = environ.get("HTTP_ORIGIN")
        if not origin or self.cors_allowed_origins == []:
            return True
        allowed = self._cors_allowed_origins(environ)
        return allowed is None or origin in allowed

    def _refusal(self, why: Code) -> str:
        return json.dumps({"code": why[0], "message": why[1]})

    def _answer(
        self, environ: dict[str, Any], status: int, text: str, headers: dict[str, str] | None = None
    ) -> web.Response:
        body = text.encode()
        kind = "application/json" if text[:1] == "{" else "text/plain; charset=UTF-8"
        all_headers = dict(self._cors_headers(environ))
        all_headers |= {"Content-Type": kind, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        all_headers |= headers or {}
        takes_gzip = "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
        if takes_gzip and self.http_compression and len(body) >= self.compression_threshold:
            all_headers["Content-Encoding"] = "gzip"
            body = self._gzip(body)
        return web.Response(body=body, status=status, headers=all_headers)

    def _cookie(self, sid: str) -> dict[str, str]:
        if not self.cookie:
            return {}
        cookie = self.cookie
        if not isinstance(cookie, dict):
            cookie = {"name": cookie, "path": "/", "SameSite": "Lax"}
        return {"Set-Cookie": self._generate_sid_cookie(sid, cookie)}

    def _open_packet(self, sid: str, transport: str) -> Outgoing:
        interval = self.ping_interval + self.ping_interval_grace_period
        hello = {
            "sid": sid,
            "upgrades": self._upgrades(sid, transport),
            "pingInterval": round(interval * 1000),  # 4.15.1 rounds to whole seconds, so to 0 below one
            "pingTimeout": round(self.ping_timeout * 1000),
            "maxPayload": self.max_http_buffer_size,
        }
        return Outgoing(OPEN + json.encode(hello))

    # --- sessions

    def _welcome(self, socket: EngineSocket) -> None:
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
        self.sockets.pop(socket.sid, None)
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
        socket.kill(self.reason.TRANSPORT_ERROR, abort=True)

    async def disconnect(
        self, sid: str | None = None, code: int = 1000, text: str = "disconnected by the server"
    ) -> None:
        """Close one session, or all, with a code and a reason in the WebSocket's close frame."""
        chosen = list(self.sockets.values()) if sid is None else [self.sockets.get(sid)]
        for socket in chosen:
            if socket is not None:
                await socket.close(code=code, text=text)

    async def drain(self, over: float = 0.0, code: int = SERVICE_RESTART, text: str = "server restarting") -> None:
        """Take no new session and close all there are, spread over some seconds; clients come back elsewhere."""
        self.draining = True
        sockets = list(self.sockets.values())
        pause = over / max(1, len(sockets))
        for number, socket in enumerate(sockets, 1):
            await socket.close(code=code, text=text)
            if pause or number % 100 == 0:
                await asyncio.sleep(pause)
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    async def shutdown(self) -> None:
        """Close all sessions and stop the timer; call it before the web server stops."""
        await self.drain()
        self._wheel.stop()

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
