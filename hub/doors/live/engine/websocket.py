"""A session on a WebSocket, whatever reads its frames: what goes out, in which order things are handled, how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import socket as os_socket
from os import write
from typing import TYPE_CHECKING, Any

from .faults import GOING_AWAY, NORMAL, PROTOCOL_ERROR, Malformed
from .frames import PROBE_ANSWER, Outgoing, close_frame, pong_frame

if TYPE_CHECKING:
    from aiohttp import web

    from .engine import EngineServer
    from .socket import EngineSocket

# So many packets of one client are held back at most, so that backpressure sees a flood within one turn.
_MOST_HELD = 64

_PROBE_PATIENCE = 10.0  # seconds for both steps of an upgrade, as in Node


class Left(Exception):
    """The client has gone while something was expected from it."""


class WebSocketLink:
    """Carries a session over a WebSocket. A subclass per WebSocket core calls `made`, `heard` and the others below."""

    if not TYPE_CHECKING:
        __slots__ = ()  # a class with slots of its own could not be mixed into picows' listener

    SLOTS = (
        "_descriptor",
        "_direct",
        "_gone",
        "_held",
        "_letters",
        "_over",
        "_paused",
        "_said_close",
        "_transport",
        "_unsent",
        "_wait",
        "_waiter",
        "server",
        "socket",
    )
    """For the subclasses."""

    server: EngineServer
    socket: EngineSocket | None
    _transport: Any

    def __init__(self, server: EngineServer) -> None:
        self.server = server
        self.socket = None
        self._wait = server.tick.add
        self._direct = False  # whether nothing can wait in the transport
        self._held: bytes | list[bytes] | None = None
        self._paused = False
        self._said_close = False
        self._over = False
        self._letters: list[str | bytes | Malformed] | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._gone: asyncio.Future[None] | None = None

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """Answer the upgrade request; raises web.HTTPException for one that is not valid, ConnectionError if too late."""
        raise NotImplementedError

    def made(self, transport: Any) -> None:
        """The WebSocket stands."""
        self._transport = transport
        self._unsent = transport.get_write_buffer_size
        transport.set_write_buffer_limits(high=self.server.volatile_limit)
        raw = transport.get_extra_info("socket")
        # Through TLS, and where there is no descriptor, everything goes through the transport.
        self._descriptor = -1
        if raw is not None:
            if transport.get_extra_info("ssl_object") is None:
                self._descriptor = raw.fileno()
            if hasattr(os_socket, "TCP_USER_TIMEOUT"):
                # Else the kernel keeps trying for a quarter of an hour to reach a client that left the network.
                with contextlib.suppress(OSError):
                    patience = int(self.server.patience * 1000)
                    raw.setsockopt(os_socket.IPPROTO_TCP, os_socket.TCP_USER_TIMEOUT, patience)

    async def ended(self) -> None:
        """Return when the connection is gone."""
        if not self._over:
            self._gone = asyncio.get_running_loop().create_future()
            await self._gone

    # --- out

    def push(self, out: Outgoing, volatile: bool = False) -> None:
        """Send a packet, together with what else this client is sent in this turn of the loop."""
        if self._paused and not self._has_room(out, volatile):
            return
        held = self._held
        if held is None:
            self._held = out.frame
            self._wait(self)
        elif isinstance(held, bytes):
            self._held = [held, out.frame]
        else:
            held.append(out.frame)
            if len(held) > _MOST_HELD:
                self.flush()

    def _has_room(self, out: Outgoing, volatile: bool) -> bool:
        self.flush()
        waiting = self._unsent()
        server = self.server
        if volatile and waiting > server.volatile_limit:
            server.counters.volatile_dropped += 1
            return False
        if waiting + len(out.frame) > server.max_unsent and self.socket is not None:
            server.cut_slow(self.socket)
            return False
        return True

    def flush(self) -> None:
        """Write what was held back, before the turn ends."""
        self.server.tick.write((self,))

    def _write(self, data: bytes) -> None:
        # Straight to the socket while nothing waits before it: a transport takes as long again as the system call.
        if self._descriptor >= 0 and not self._unsent():
            try:
                data = data[write(self._descriptor, data) :]
            except OSError:
                pass
            if not data:
                self._direct = True
                return
        self._direct = False
        self._transport.write(data)

    def end(self, code: int, text: str, last: Outgoing | None = None) -> None:
        """Send a close frame, and give the client two seconds to answer it."""
        self.flush()
        if not self._said_close:
            self._write(close_frame(code, text))
            self.silence()
            self.server.lingering.add(self)

    def abort(self) -> None:
        """Drop the connection and what waits in it."""
        self.silence()
        self._transport.abort()

    def silence(self) -> None:
        """Write nothing any more: the close frame was the last."""
        self._said_close = True
        self._direct = False
        self._held = None

    # --- in: what a core calls

    def heard(self, data: str | bytes) -> None:
        """A whole message has come."""
        socket = self.socket
        if socket is None:
            self._post(data)
        elif data == "3":
            # A pong counts at once: behind a slow handler it would look late, and the client be cut for our delay.
            self.server.counters.packets_in += 1
            self.server.pong(socket)
        elif not socket.closed:
            self.server.runners.hand(socket, data)

    def pinged(self, payload: bytes) -> None:
        """A WebSocket ping has come (not Engine.IO's)."""
        # One who pings and does not read gets no answer: nothing else bounds what would wait for it.
        if not self._said_close and not self._paused:
            self._write(pong_frame(payload))

    def heard_close(self, code: int) -> None:
        """The client's close frame has come: it is answered, unless it is an answer itself, and that was all."""
        if not self._said_close:
            self.flush()
            self._write(close_frame(code or NORMAL, ""))
            self.silence()
        self._transport.close()

    def broke(self, fault: Malformed) -> None:
        """A frame has come that the WebSocket protocol does not allow."""
        if self.socket is None:
            self._post(fault)
        else:
            self.socket.malformed(fault)

    def lost(self) -> None:
        """The connection is gone; what came before is still handled, in order."""
        self._over = True
        self.silence()
        self._descriptor = -1
        self.server.lingering.remove(self)
        socket = self.socket
        if socket is not None and not socket.closed:
            socket.push = _lost
            self.server.runners.hand(socket, None)
        for waiter in (self._waiter, self._gone):
            if waiter is not None and not waiter.done():
                waiter.set_result(None)

    def hold(self) -> None:
        """Stop reading: too much waits already."""
        if not self._transport.is_closing():
            self._transport.pause_reading()

    def go_on(self) -> None:
        """Read again."""
        if not self._transport.is_closing():
            self._transport.resume_reading()

    # --- from polling to this

    async def take_over(self, socket: EngineSocket) -> bool:
        """Go through the upgrade of a session that lives on polling; tells whether it succeeded."""
        try:
            async with asyncio.timeout(_PROBE_PATIENCE):
                if await self._letter() != "2probe":
                    raise Malformed("an upgrade must begin with a probe")
                if not self._said_close:
                    self._write(PROBE_ANSWER)
                socket.link.release()  # type: ignore[attr-defined]
                if await self._letter() != "5":
                    raise Malformed("an upgrade must follow the probe")
        except Malformed as fault:
            self.end(fault.code or PROTOCOL_ERROR, fault.reason)
            return False
        except (TimeoutError, Left):
            self.end(GOING_AWAY, "upgrade not finished")
            return False
        return not socket.closed

    def _post(self, letter: str | bytes | Malformed) -> None:
        if self._letters is None:
            self._letters = []
        if len(self._letters) < _MOST_HELD:
            self._letters.append(letter)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def _letter(self) -> str | bytes:
        """The next message of a client whose session is not here yet."""
        while not self._letters:
            if self._over:
                raise Left
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        letter = self._letters.pop(0)
        if isinstance(letter, Malformed):
            raise letter
        return letter

    def attach(self, socket: EngineSocket) -> None:
        """Carry the session from now on, beginning with what waited."""
        outbox = socket.link
        self.socket = socket
        socket.carry(self)
        for out in outbox.take_all():  # type: ignore[attr-defined]
            self.push(out)
        outbox.release()  # type: ignore[attr-defined]
        letters, self._letters = self._letters, None
        for letter in letters or ():
            if isinstance(letter, Malformed):
                self.broke(letter)
            else:
                self.heard(letter)
        if self._over:  # the client left while it was let in
            self.lost()


def _lost(out: Outgoing, volatile: bool = False) -> None:
    """Where packets go between the loss of a connection and the end of its session."""
