"""WebSockets by picows 2.3.1, a core in Cython, on connections that aiohttp has accepted.

No object of asyncio and no Python code stand between the system call and a whole frame. This file alone touches what
picows does not document: WSProtocol's constructor, and that its logger hears why it ends a connection.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from aiohttp import web
from picows import WSAutoPingStrategy, WSListener, WSMsgType
from picows.picows import WSProtocol  # type: ignore[attr-defined]

from .faults import INVALID_PAYLOAD, PROTOCOL_ERROR, TOO_BIG, Malformed
from .handover import HandedOver, take_connection
from .websocket import WebSocketLink

if TYPE_CHECKING:
    from .engine import EngineServer

TEXT, BINARY, PING, CLOSE = WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.PING, WSMsgType.CLOSE
CONTINUATION = WSMsgType.CONTINUATION

_HEAD = (
    b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: %s\r\n\r\n"
)


class PicowsLink(WebSocketLink, WSListener):
    """A link that is picows' listener, and its logger."""

    __slots__ = (*WebSocketLink.SLOTS, "_kind", "_parts", "_size")

    def __init__(self, server: EngineServer) -> None:
        super().__init__(server)
        self._parts: list[bytes] | None = None  # of a message that comes in several frames
        self._kind: Any = None
        self._size = 0

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """Hand the connection over to picows, which answers 101. Raises web.HTTPException and ConnectionError."""
        key = _key(request)
        limit = self.server.max_http_buffer_size
        transport, tail = take_connection(request)
        # host, path, client?, listener, logger, end on exception, handshake time-out, pings (none of WebSocket's own),
        # pongs (ours know of backpressure), largest frame, headers, read buffer
        protocol = WSProtocol(
            None, None, False, lambda _: self, self, False, None,
            False, None, None, WSAutoPingStrategy.PING_WHEN_IDLE,
            False, limit, None, 2048,
        )  # fmt: skip
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        self.made(transport)
        _feed(protocol, _HEAD % key)
        _feed(protocol, tail)
        return HandedOver()

    async def ended(self) -> None:
        """At once: the request handler is not needed any more."""

    # --- from picows

    def on_ws_frame(self, transport: Any, frame: Any) -> None:
        """One frame; a message may come in several."""
        kind = frame.msg_type
        try:
            if frame.rsv1 or frame.rsv2 or frame.rsv3:
                raise Malformed("a reserved bit is set and no extension was agreed on")
            if kind is TEXT and frame.fin and self._parts is None:
                self.heard(frame.get_payload_as_utf8_text())
            elif kind is PING:
                self.pinged(frame.get_payload_as_bytes())
            elif kind is CLOSE:
                self.heard_close(int(frame.get_close_code()) if frame.payload_size else 0)
            elif kind in (TEXT, BINARY, CONTINUATION):
                self._assemble(kind, frame)
        except UnicodeDecodeError:
            self.broke(Malformed("a text that is not UTF-8", INVALID_PAYLOAD))
        except Malformed as fault:
            self.broke(fault)

    def _assemble(self, kind: Any, frame: Any) -> None:
        parts = self._parts
        if (parts is None) is (kind is CONTINUATION):
            raise Malformed("a continuation of nothing" if parts is None else "a message within a message")
        if parts is None:
            parts, self._kind, self._size = [], kind, 0
        parts.append(frame.get_payload_as_bytes())
        self._size += frame.payload_size
        if self._size > self.server.max_http_buffer_size:
            raise Malformed("the message is too large", TOO_BIG)
        if not frame.fin:
            self._parts = parts
            return
        self._parts = None
        whole = b"".join(parts)
        self.heard(whole.decode() if self._kind is TEXT else whole)

    def on_ws_connected(self, transport: Any) -> None:
        """Nothing: `accept` goes on by itself."""

    def on_ws_disconnected(self, transport: Any) -> None:
        """The connection is gone."""
        self.lost()

    def pause_writing(self) -> None:
        """More waits in the transport than may."""
        self._paused = True

    def resume_writing(self) -> None:
        """The transport has room again."""
        self._paused = False

    # --- as picows' logger

    def isEnabledFor(self, level: int) -> bool:
        """No line of picows is written; this one object hears them instead of a logger for each connection."""
        return False

    def debug(self, *args: Any) -> None:
        """Nothing."""

    info = warning = log = debug

    def error(self, message: str, *args: Any) -> None:
        """A frame could not be parsed: picows sends its own close frame and ends the connection."""
        code, reason = PROTOCOL_ERROR, "a frame that is not one"
        if args and isinstance(args[0], tuple) and len(args[0]) == 2:
            code, reason = int(args[0][0]), str(args[0][1])
        self.flush()
        if not self._said_close:
            self.silence()
            self.server.lingering.add(self)
        self.broke(Malformed(reason, code))

    exception = error


def _key(request: web.Request) -> bytes:
    """The client's key; raises web.HTTPBadRequest for an upgrade request that is not one (RFC 6455, section 4.2.1)."""
    headers = request.headers
    key = headers.get("Sec-WebSocket-Key", "")
    try:
        fits = len(base64.b64decode(key, validate=True)) == 16
    except (binascii.Error, ValueError):
        fits = False
    wants = "upgrade" in headers.get("Connection", "").lower()
    if not (fits and wants and request.method == "GET" and headers.get("Sec-WebSocket-Version") == "13"):
        raise web.HTTPBadRequest
    return key.encode()


def _feed(protocol: Any, data: bytes) -> None:
    while data:
        room = protocol.get_buffer(-1)
        count = min(len(room), len(data))
        room[:count] = data[:count]
        data = data[count:]
        protocol.buffer_updated(count)
