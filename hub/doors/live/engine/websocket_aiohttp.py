"""WebSockets by aiohttp 3.14.5 itself, for machines that picows has no wheel for.

This file alone touches what aiohttp does not document of its WebSockets: the data queue and the parser behind
WebSocketResponse.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from aiohttp import web
from aiohttp._websocket.reader import WebSocketDataQueue
from aiohttp.http import WebSocketError, WebSocketReader, WSMsgType

from .faults import Malformed
from .websocket import WebSocketLink

if TYPE_CHECKING:
    from .engine import EngineServer

TEXT, BINARY = WSMsgType.TEXT, WSMsgType.BINARY


class Inbox(WebSocketDataQueue):
    """Where the parser puts messages: straight into the link's hands."""

    _link: AiohttpLink

    def feed_data(self, data: Any, size: int) -> None:
        """Called by the parser for each whole message."""
        kind = data[0]
        if kind is TEXT or kind is BINARY:
            self._link.heard(data[1])
        elif kind is WSMsgType.PING:
            self._link.pinged(data[1])
        elif kind is WSMsgType.CLOSE:
            self._link.heard_close(data[1])

    def set_exception(self, exc: Any, exc_cause: BaseException = Exception()) -> None:  # noqa: B008
        """Called by the parser for a frame that is wrong: it takes nothing in any more."""
        if isinstance(exc, WebSocketError):
            self._link.broke(Malformed(str(exc), exc.code))
            if self._link.socket is not None:  # else the session has yet to be told, and its close frame to be written
                self._link.half_close()

    def feed_eof(self) -> None:
        """Called when the connection is gone."""
        self._link.lost()


class Upgrade(web.WebSocketResponse):
    """The answer that turns a request into a WebSocket, with our inbox behind the parser."""

    def __init__(self, link: AiohttpLink, max_size: int) -> None:
        # The parser refuses messages of `max_msg_size` bytes and more; compression stays off for good.
        super().__init__(compress=False, autoping=False, autoclose=False, max_msg_size=max_size + 1)
        self._link = link
        self._max_size = max_size

    # Replaces WebSocketResponse._post_start of aiohttp 3.14.5, which would build a queue of its own.
    def _post_start(self, request: Any, protocol: str | None, writer: Any) -> None:
        self._ws_protocol = protocol
        self._writer = writer
        inbox = Inbox(request._protocol, max(self._max_size, 4096), loop=asyncio.get_running_loop())
        inbox._link = self._link
        self._reader = inbox
        # This reference keeps the parser alive: the queue has only a weak one.
        self._parser = WebSocketReader(inbox, self._max_msg_size, compress=False, decode_text=True)
        self._link.protocol = request._protocol
        self._link.made(request._protocol.transport)
        request.protocol.set_parser(self._parser)
        request.protocol.keep_alive(False)

    async def write_eof(self) -> None:  # type: ignore[override]
        """Nothing: the link has closed what there was to close."""
        self._eof_sent = True


class AiohttpLink(WebSocketLink):
    """A link behind aiohttp's parser."""

    __slots__ = (*(slot for slot in WebSocketLink.SLOTS if slot != "_paused"), "protocol")

    protocol: Any

    def __init__(self, server: EngineServer) -> None:
        self.protocol = None
        super().__init__(server)

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """Answer the upgrade request; raises web.HTTPException for one that is not valid."""
        response = Upgrade(self, self.server.max_http_buffer_size)
        await response.prepare(request)
        return response

    @property
    def _paused(self) -> bool:
        return self.protocol is not None and self.protocol._paused

    @_paused.setter
    def _paused(self, value: bool) -> None:
        pass  # aiohttp's protocol knows

    def half_close(self) -> None:
        """Say that nothing more comes, since the client's close frame could not be heard any more."""
        with contextlib.suppress(OSError, NotImplementedError, RuntimeError):
            self._transport.write_eof()
