"""The HTTP side of the Engine.IO server: handshakes, polls, posts and upgrades, and what is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import engineio
from aiohttp import web
from engineio import packet as stock

from . import json
from .counters import Counters
from .faults import POLICY_VIOLATION, SERVICE_RESTART, TOO_BIG, Malformed
from .frames import OPEN, Outgoing
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
Elsewhere = Callable[[web.Request, str], Awaitable[web.StreamResponse | None]]


class Requests(engineio.AsyncServer):
    """What EngineServer does with a request."""

    counters: Counters
    draining: bool
    elsewhere: Elsewhere | None
    link_class: type[WebSocketLink]
    sockets: dict[str, EngineSocket]
    _last_words: dict[str, Outbox]

    def _welcome(self, socket: EngineSocket) -> None:
        raise NotImplementedError

    def forget(self, socket: EngineSocket) -> None:
        """Drop a closed session from everything that lists it."""
        raise NotImplementedError

    def attach(self, app: web.Application, engineio_path: str = "engine.io") -> None:
        """Serve this engine under a path of an aiohttp application; what is still open at its cleanup is closed."""
        # All methods, since a wrong one has to be answered in the protocol's way.
        app.router.add_route("*", f"/{engineio_path.strip('/')}/", self.handle_request)
        app.on_cleanup.append(self._clean_up)

    async def _clean_up(self, app: web.Application) -> None:
        await self.shutdown()

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
        transport, sid = query.get("transport", ""), query.get("sid", "")
        if transport not in self.transports:
            return self._answer(environ, 400, self._refusal(UNKNOWN_TRANSPORT))
        if sid and sid not in self.sockets and sid not in self._last_words:
            answer = None if self.elsewhere is None else await self.elsewhere(request, sid)
            return self._answer(environ, 400, self._refusal(UNKNOWN_SESSION)) if answer is None else answer
        if not sid and request.method != "GET":
            return self._answer(environ, 400, self._refusal(BAD_METHOD))
        upgrade = request.headers.get("Upgrade", "").lower() == "websocket"
        if upgrade != (transport == "websocket") or "j" in query:
            return self._answer(environ, 400, self._refusal(BAD_REQUEST))
        if query.get("EIO") != "4":
            # A session that changes its version is another fault than a client that begins with an old one.
            return self._answer(environ, 400, self._refusal(BAD_REQUEST if sid else BAD_VERSION))
        if sid:
            return await self._visit(request, environ, sid, upgrade)
        return await self._handshake(request, environ, transport)

    async def _handshake(self, request: web.Request, environ: dict[str, Any], transport: str) -> web.StreamResponse:
        if self.draining:
            return self._answer(environ, 503, self._refusal((4, "The server is restarting")), {"Retry-After": "1"})
        socket = EngineSocket(self, self.generate_id(), environ["REMOTE_ADDR"])
        self.sockets[socket.sid] = socket
        self.counters.connections += 1
        self.counters.connections_total += 1
        socket.push(self._open_packet(socket.sid, transport))
        verdict = await self._trigger_event("connect", socket.sid, environ, run_async=False)
        if verdict is not None and verdict is not True:
            self.forget(socket)
            return self._answer(environ, 401, stock.Packet.json.dumps(verdict or "Unauthorized"))
        if transport == "websocket":
            return await self._start_on_websocket(request, environ, socket)
        self._welcome(socket)
        assert isinstance(socket.link, Outbox)
        return self._answer(environ, 200, socket.link.take(), self._cookie(socket.sid))

    async def _start_on_websocket(
        self, request: web.Request, environ: dict[str, Any], socket: EngineSocket
    ) -> web.StreamResponse:
        link = self.link_class(self)
        try:
            response = await link.accept(request)
        except (web.HTTPException, ConnectionError):
            await socket.close(reason=self.reason.TRANSPORT_ERROR, abort=True)
            return self._answer(environ, 400, self._refusal(BAD_REQUEST))
        if socket.closed:  # while the answer was on its way
            link.end(SERVICE_RESTART, "closed")
        else:
            link.attach(socket)
            self._welcome(socket)
        await link.ended()
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
        if upgrade and socket.connected and (socket.upgraded or socket.upgrading):
            return await self._turn_away(request, environ)
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
            status = 413 if fault.code == TOO_BIG else 400
            return self._answer(environ, status, self._refusal((BAD_REQUEST[0], fault.reason)))
        return self._answer(environ, 400, self._refusal(BAD_METHOD))

    async def _upgrade(self, request: web.Request, environ: dict[str, Any], socket: EngineSocket) -> web.StreamResponse:
        if not self.allow_upgrades or request.method != "GET":
            return self._answer(environ, 400, self._refusal(BAD_REQUEST))
        socket.upgrading = True
        link = self.link_class(self)
        try:
            response = await link.accept(request)
            upgraded = await link.take_over(socket)
        except (web.HTTPException, ConnectionError):
            return self._answer(environ, 400, self._refusal(BAD_REQUEST))
        finally:
            socket.upgrading = False
        if upgraded:
            link.attach(socket)
        else:
            link.end(POLICY_VIOLATION, "the session is over")
        await link.ended()
        return response

    async def _turn_away(self, request: web.Request, environ: dict[str, Any]) -> web.StreamResponse:
        # Node opens such a WebSocket and closes it at once, and that is what clients expect: a refused handshake is
        # an error to them, a closed WebSocket an end.
        link = self.link_class(self)
        try:
            response = await link.accept(request)
        except (web.HTTPException, ConnectionError):
            return self._answer(environ, 400, self._refusal(BAD_REQUEST))
        link.end(POLICY_VIOLATION, "this session has its WebSocket already")
        await link.ended()
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
