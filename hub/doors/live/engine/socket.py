"""One Engine.IO session, whatever carries it."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, Protocol

from engineio import packet as stock

from .faults import GOING_AWAY, INTERNAL_ERROR, NORMAL, PROTOCOL_ERROR, Malformed
from .frames import CLOSE, NOOP, Outgoing
from .polling import Outbox

if TYPE_CHECKING:
    from .engine import EngineServer


class Link(Protocol):
    """What carries a session: a WebSocket or long-polling."""

    def push(self, out: Outgoing, volatile: bool = False) -> None:
        """Send, or keep until it can be sent, or cut the session that does not read."""

    def end(self, code: int, text: str, last: Outgoing | None) -> None:
        """Say goodbye with a code and a reason, and close."""

    def abort(self) -> None:
        """Close without another word."""

    def hold(self) -> None:
        """Stop reading from the client."""

    def go_on(self) -> None:
        """Read from the client again."""


class EngineSocket:
    """A session: it stays the same object when the client moves from polling to a WebSocket.

    Takes the place of engineio.async_socket.AsyncSocket of 4.15.1, which has a queue, a writer task, a ping task and
    a read task for each connection. It keeps the names that python-engineio's server and its users look at.
    """

    __slots__ = (
        "behind",
        "busy",
        "closed",
        "connected",
        "held",
        "left",
        "link",
        "push",
        "remote",
        "server",
        "session",
        "sid",
        "task",
        "upgrading",
        "weight",
    )

    def __init__(self, server: EngineServer, sid: str, remote: str) -> None:
        self.server = server
        self.sid = sid
        self.remote = remote
        self.session: dict[str, Any] = {}
        self.connected = False  # the client knows its session id
        self.upgrading = False
        self.left: tuple[str, ...] = ()  # namespaces from which the server removed it; its packets may still come
        self.closed = False
        self.behind: deque[Any] | None = None  # packets that wait for the one that is being handled
        self.weight = 0  # characters in them
        self.held = False  # so many that nothing more is read
        self.busy = False  # a handler of this session is running
        self.task: asyncio.Task[Any] | None = None  # the one that runs it
        self.carry(Outbox(self))

    def carry(self, link: Link) -> None:
        """From now on this link carries the session."""
        self.link = link
        self.push = link.push

    @property
    def upgraded(self) -> bool:
        """Whether the session lives on a WebSocket."""
        return not isinstance(self.link, Outbox)

    @property
    def closing(self) -> bool:
        """Kept for python-engineio's users; closing takes no time here."""
        return self.closed

    async def send(self, pkt: stock.Packet) -> None:
        """Send a packet object of python-engineio."""
        encoded = pkt.encode()
        self.push(Outgoing(encoded.encode()) if isinstance(encoded, str) else Outgoing(None, (encoded,)))

    async def handle(self, data: str | bytes | None) -> None:
        """Handle one packet of a WebSocket, or its loss (None), whatever comes of it."""
        server = self.server
        if data is None:
            await self.close(reason=server.reason.TRANSPORT_CLOSE)
        elif not self.closed:
            self.busy = True
            try:
                await self.receive(data)
            except Malformed as fault:
                self.malformed(fault)
            except Exception:
                server.counters.handler_errors += 1
                server.quiet.exception("packet", "handling a packet failed")
                self.kill(server.reason.TRANSPORT_ERROR, INTERNAL_ERROR, "internal error")
            finally:
                self.busy = False

    def hold(self) -> None:
        """Stop reading from the client until it was handled what came."""
        self.link.hold()

    def go_on(self) -> None:
        """Read from the client again."""
        self.link.go_on()

    async def receive(self, data: str | bytes) -> None:
        """Handle one Engine.IO packet to its end; raises Malformed."""
        server = self.server
        server.counters.packets_in += 1
        if type(data) is not str:
            await server.deliver(self, data)
        elif data[:1] == "4":
            await server.deliver(self, data[1:])
        elif data == "3":
            server.pong(self)
        elif data[:1] == "1":
            await self.close(reason=server.reason.CLIENT_DISCONNECT)
        elif data not in ("5", "6"):  # nothing to upgrade, nothing to do: harmless
            raise Malformed("not an Engine.IO packet" if data else "an empty packet")

    async def close(
        self, wait: bool = True, abort: bool = False, reason: str | None = None, code: int = NORMAL, text: str = ""
    ) -> None:
        """Close the session and return when its disconnect handlers have run."""
        reason = reason or self.server.reason.SERVER_DISCONNECT
        if self._detach(reason, code, text, abort):
            await self.server.tell_disconnect(self, reason)

    def kill(self, reason: str, code: int = GOING_AWAY, text: str = "", abort: bool = False) -> None:
        """Close the session now, from code that cannot wait; the disconnect handlers run in a task."""
        if self._detach(reason, code, text or reason, abort):
            self.server.spawn(self.server.tell_disconnect(self, reason))

    def malformed(self, fault: Malformed) -> None:
        """Close the session of a client that broke the protocol, saying how."""
        if self.closed:
            return
        server = self.server
        server.counters.malformed += 1
        server.quiet.warning("malformed", "closed a session from %s: %s", self.remote, fault.reason)
        self.kill(server.reason.TRANSPORT_ERROR, fault.code or PROTOCOL_ERROR, fault.reason)

    def _detach(self, reason: str, code: int, text: str, abort: bool) -> bool:
        if self.closed:
            return False
        self.closed = True
        self.push = _nowhere
        if self.behind:
            self.behind.clear()
        server = self.server
        server.forget(self)
        if abort:
            self.link.abort()
        else:
            # A client that said goodbye itself gets its parked poll back empty; others are told.
            said_goodbye = reason == server.reason.CLIENT_DISCONNECT
            self.link.end(code, text, NOOP if said_goodbye else CLOSE)
            if reason == server.reason.SERVER_DISCONNECT:
                server.keep_last_words(self)
        return True


def _nowhere(out: Outgoing, volatile: bool = False) -> None:
    """Where packets for a closed session go."""
