"""A session on a WebSocket of aiohttp 3.14.5: frames go straight to the transport, in and out.

This file alone touches what aiohttp does not document: the data queue and the parser behind WebSocketResponse, and
the `_paused` flag of its protocol. Another WebSocket core would be another file like it.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket as os_socket
from typing import TYPE_CHECKING, Any

from aiohttp import web
from aiohttp._websocket.reader import WebSocketDataQueue
from aiohttp.http import WebSocketError, WebSocketReader, WSMsgType
from aiohttp.streams import EofStream

from .faults import GOING_AWAY, NORMAL, PROTOCOL_ERROR, Malformed
from .frames import PROBE_ANSWER, Outgoing, close_frame, pong_frame

if TYPE_CHECKING:
    from .engine import EngineServer
    from .socket import EngineSocket

# So many frames of one client are handled before other clients get their turn.
_TURN = 64

# So many packets of one client are held back at most, so that backpressure sees a flood within one turn.
_MOST_HELD = 64

_PROBE_PATIENCE = 10.0  # seconds for both steps of an upgrade, as in Node

TEXT, BINARY = WSMsgType.TEXT, WSMsgType.BINARY


class Inbox(WebSocketDataQueue):
    """Frames that arrived and were not handled yet; pongs are taken at the door.

    A pong must count at once: behind a slow handler it would look late, and the client would be cut for our delay.
    """

    _link: WebSocketLink

    def feed_data(self, data: Any, size: int) -> None:
        """Called by the parser for each whole message."""
        if data[1] == "3" and data[0] is TEXT and self._link.socket is not None:
            server = self._link.server
            server.counters.packets_in += 1
            server.pong(self._link.socket)
        else:
            super().feed_data(data, size)

    def feed_eof(self) -> None:
        """Called when the connection is gone."""
        self._link.lost()
        super().feed_eof()


class Upgrade(web.WebSocketResponse):
    """The answer that turns a request into a WebSocket, with our inbox behind the parser."""

    def __init__(self, link: WebSocketLink, max_size: int) -> None:
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
        self._link.made(request._protocol, inbox)
        request.protocol.set_parser(self._parser)
        request.protocol.keep_alive(False)

    async def write_eof(self) -> None:  # type: ignore[override]
        """Nothing: the link has closed what there was to close."""
        self._eof_sent = True


class WebSocketLink:
    """Carries a session over a WebSocket."""

    __slots__ = (
        "_gone",
        "_heard_close",
        "_held",
        "_inbox",
        "_loop",
        "_protocol",
        "_said_close",
        "_transport",
        "server",
        "socket",
    )

    def __init__(self, server: EngineServer) -> None:
        self.server = server
        self.socket: EngineSocket | None = None
        self._held: list[bytes] = []
        self._said_close = False
        self._heard_close = False
        self._gone: asyncio.Future[None] | None = None

    async def accept(self, request: web.Request) -> Upgrade:
        """Answer the upgrade request; raises web.HTTPException for one that is not valid."""
        response = Upgrade(self, self.server.max_http_buffer_size)
        await response.prepare(request)
        return response

    def made(self, protocol: Any, inbox: Inbox) -> None:
        """The WebSocket stands."""
        self._protocol = protocol
        self._transport = protocol.transport
        self._inbox = inbox
        self._loop = asyncio.get_running_loop()
        self._transport.set_write_buffer_limits(high=self.server.volatile_limit)
        raw = self._transport.get_extra_info("socket")
        if raw is not None and hasattr(os_socket, "TCP_USER_TIMEOUT"):
            # Else the kernel keeps trying for a quarter of an hour to reach a client that left the network.
            with contextlib.suppress(OSError):
                patience = int(self.server.patience * 1000)
                raw.setsockopt(os_socket.IPPROTO_TCP, os_socket.TCP_USER_TIMEOUT, patience)

    def lost(self) -> None:
        """The connection is gone; what was received before is still handled, in order."""
        self._said_close = True
        if self.socket is not None:
            self.socket.push = _lost
        if self._gone is not None and not self._gone.done():
            self._gone.set_result(None)

    # --- out

    def push(self, out: Outgoing, volatile: bool = False) -> None:
        """Send a packet, together with what else this client is sent in this turn of the loop."""
        if self._protocol._paused and not self._has_room(out, volatile):
            return
        frame = out.frame
        server, held = self.server, self._held
        server.counters.packets_out += out.count
        server.counters.bytes_out += len(frame)
        if not held:
            server.tick.add(self)
        held.append(frame)
        if len(held) >= _MOST_HELD:
            self.flush()

    def _has_room(self, out: Outgoing, volatile: bool) -> bool:
        self.flush()
        waiting = self._transport.get_write_buffer_size()
        server = self.server
        if volatile and waiting > server.volatile_limit:
            server.counters.volatile_dropped += 1
            return False
        if waiting + len(out.frame) > server.max_unsent and self.socket is not None:
            server.cut_slow(self.socket)
            return False
        return True

    def flush(self) -> None:
        """Write what was held back for the end of the turn."""
        held = self._held
        if held:
            frames = held[0] if len(held) == 1 else b"".join(held)
            held.clear()
            if not self._said_close:
                self._transport.write(frames)

    def end(self, code: int, text: str, last: Outgoing | None = None) -> None:
        """Send a close frame, and give the client two seconds to answer it."""
        self.flush()
        if not self._said_close:
            self._said_close = True
            self._transport.write(close_frame(code, text))
            self.server.lingering.add(self)

    def abort(self) -> None:
        """Drop the connection and what waits in it."""
        self._said_close = True
        self._held.clear()
        self._transport.abort()

    # --- in

    async def run(self, socket: EngineSocket) -> None:
        """Handle the session's frames one after the other until it ends."""
        gone = self.server.reason.TRANSPORT_CLOSE
        try:
            with contextlib.suppress(EofStream):
                await self._pump(socket)
            await socket.close(reason=gone)
        except Malformed as fault:
            socket.malformed(fault)
        except WebSocketError as fault:
            socket.malformed(Malformed(str(fault), fault.code))
        finally:
            socket.kill(gone)  # if this task was cancelled: the disconnect handlers run in another one
            socket.task = None
            await self.finish()

    async def _pump(self, socket: EngineSocket) -> None:
        waiting, read = self._inbox._buffer, self._inbox.read
        socket.task = asyncio.current_task()
        handled = 0
        while not socket.closed:
            message = await read()
            if socket.closed:  # while we waited
                self._heard_close = message[0] is WSMsgType.CLOSE
                return
            kind = message[0]
            if kind is TEXT or kind is BINARY:
                socket.busy = True
                await socket.receive(message[1])
                socket.busy = False
            elif kind is WSMsgType.PING:
                # One who pings and does not read gets no answer: nothing else bounds what would wait for it.
                if not self._said_close and not self._protocol._paused:
                    self._transport.write(pong_frame(message[1]))
            elif kind is WSMsgType.CLOSE:
                self._heard_close = True
                self.end(message[1] or NORMAL, "")
                return
            handled += 1
            if handled % _TURN == 0 and waiting:
                await asyncio.sleep(0)

    async def finish(self) -> None:
        """Wait until the client has closed as well, at most for the two seconds of `end`."""
        if not self._heard_close:
            await self._linger()
        self.server.lingering.remove(self)

    async def _linger(self) -> None:
        # A connection closed with unread data in it is reset, and the reset would overtake our close frame. So read
        # on until the client has closed as well; the server's wheel aborts the connection if that takes too long.
        with contextlib.suppress(EofStream, WebSocketError):
            while self._transport is not None and not self._transport.is_closing():
                message = await self._inbox.read()
                if message[0] is WSMsgType.CLOSE:
                    return
        if not self._transport.is_closing() and self._inbox.exception() is not None:
            # After a fault the parser takes nothing in any more, not even the client's close frame.
            self._gone = self._loop.create_future()
            with contextlib.suppress(OSError, NotImplementedError):
                self._transport.write_eof()
            await self._gone

    # --- from polling to this

    async def take_over(self, socket: EngineSocket) -> bool:
        """Go through the upgrade of a session that lives on polling; tells whether it succeeded."""
        try:
            async with asyncio.timeout(_PROBE_PATIENCE):
                if await self._text() != "2probe":
                    raise Malformed("an upgrade must begin with a probe")
                if not self._said_close:
                    self._transport.write(PROBE_ANSWER)
                socket.link.release()  # type: ignore[attr-defined]
                if await self._text() != "5":
                    raise Malformed("an upgrade must follow the probe")
        except (Malformed, WebSocketError) as fault:
            self.end(getattr(fault, "code", PROTOCOL_ERROR), str(fault))
            return False
        except (TimeoutError, EofStream):
            self.end(GOING_AWAY, "upgrade not finished")
            return False
        return not socket.closed

    async def _text(self) -> str:
        message = await self._inbox.read()
        if message[0] is not TEXT:
            self._heard_close = message[0] is WSMsgType.CLOSE
            raise EofStream
        return message[1]

    def attach(self, socket: EngineSocket) -> None:
        """Carry the session from now on, beginning with what waited."""
        outbox = socket.link
        self.socket = socket
        socket.carry(self)
        for out in outbox.take_all():  # type: ignore[attr-defined]
            self.push(out)
        outbox.release()  # type: ignore[attr-defined]


def _lost(out: Outgoing, volatile: bool = False) -> None:
    """Where packets go between the loss of a connection and the end of its session."""
