"""Long-polling: packets wait in an outbox until the client asks for them."""

from __future__ import annotations

import asyncio
import binascii
from base64 import b64decode
from collections import deque
from typing import TYPE_CHECKING

from aiohttp import web

from .faults import INVALID_PAYLOAD, TOO_BIG, Malformed
from .frames import NOOP, SEPARATOR, Outgoing

if TYPE_CHECKING:
    from .socket import EngineSocket

# python-engineio's client refuses a payload with more packets than this (payload.Payload.max_decode_packets).
_PACKETS_PER_POLL = 16

# So many packets of one POST are handled before other clients get their turn.
_TURN = 64


class Overlap(Malformed):
    """Two requests of one kind at the same time, which Engine.IO forbids."""


class Outbox:
    """What a session has to say while no WebSocket carries it."""

    __slots__ = ("_posting", "_queue", "_request", "_size", "_socket", "_waiter")

    _direct = False  # nothing can be written to it at once

    def __init__(self, socket: EngineSocket) -> None:
        self._socket = socket
        self._queue: deque[Outgoing] = deque()
        self._size = 0
        self._request: web.Request | None = None  # the poll that is waiting
        self._waiter: asyncio.Future[None] | None = None
        self._posting = False

    def push(self, out: Outgoing, volatile: bool = False) -> None:
        """Keep a packet for the next poll; cut the session when too much waits."""
        server = self._socket.server
        if volatile and self._size > server.volatile_limit:
            server.counters.volatile_dropped += 1
            return
        size = len(out.payload)
        if self._size and self._size + size > server.max_unsent:
            server.cut_slow(self._socket)
            return
        self._queue.append(out)
        self._size += size
        self.release()

    def release(self) -> None:
        """Let the waiting poll go, with what there is."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def take_all(self) -> list[Outgoing]:
        """Empty the outbox, for a WebSocket that takes over."""
        packets = list(self._queue)
        self._queue.clear()
        self._size = 0
        return packets

    def take(self) -> str:
        """The payload of one poll."""
        queue, count = self._queue, 0
        parts: list[str] = []
        while queue and (not parts or count + queue[0].count <= _PACKETS_PER_POLL):
            out = queue.popleft()
            count += out.count
            parts.append(out.payload)
            self._size -= len(out.payload)
        counters = self._socket.server.counters
        counters.packets_out += count
        payload = SEPARATOR.join(parts) if parts else NOOP.payload
        counters.bytes_out += len(payload)
        return payload

    @property
    def poller_left(self) -> bool:
        """Whether the client of the waiting poll has closed its connection."""
        return self._request is not None and self._request.transport is None

    async def poll(self, request: web.Request) -> str:
        """Wait until there is something to say, and return it as a payload."""
        socket = self._socket
        if self._request is not None:
            # Node closes the session as well, also when the first poll was abandoned: its packets may be lost.
            socket.kill(socket.server.reason.TRANSPORT_ERROR)
            raise Overlap("two polls at the same time")
        if not self._queue and not socket.upgrading and not socket.closed:
            self._request = request
            self._waiter = asyncio.get_running_loop().create_future()
            socket.server.parked.add(socket)
            try:
                await self._waiter
            finally:
                socket.server.parked.remove(socket)
                self._request = self._waiter = None
        if request.transport is None:
            # The client left while we waited. Handing out packets now would lose them in silence.
            socket.kill(socket.server.reason.TRANSPORT_CLOSE)
        return self.take()

    async def post(self, request: web.Request) -> None:
        """Handle the packets of a POST in order, each to its end; raises Malformed."""
        socket = self._socket
        if self._posting:
            raise Overlap("two posts at the same time")
        self._posting = True
        try:
            packets = _packets(await _body(request, socket.server.max_http_buffer_size, socket.server.patience))
            for number, data in enumerate(packets, 1):
                if socket.closed:
                    return
                socket.busy, socket.task = True, asyncio.current_task()
                try:
                    await socket.receive(data)
                finally:
                    socket.busy, socket.task = False, None
                if number % _TURN == 0:
                    await asyncio.sleep(0)
        finally:
            self._posting = False

    def end(self, code: int, text: str, last: Outgoing | None) -> None:
        """Give the waiting poll what is left and the last word."""
        if last is not None:
            self._queue.append(last)
        self.release()

    def hold(self) -> None:
        """Nothing: a POST is handled before the next one may come."""

    def go_on(self) -> None:
        """Nothing."""

    @property
    def unheard(self) -> bool:
        """Whether something is left to say and nobody is here to take it."""
        return bool(self._queue) and self._request is None

    def abort(self) -> None:
        """Let the waiting poll go with nothing but the news that it is over."""
        self._queue.clear()
        self.release()


async def _body(request: web.Request, limit: int, patience: float) -> str:
    if (request.content_length or 0) > limit:
        raise Malformed("the request is too large", TOO_BIG)
    body = bytearray()
    try:
        async with asyncio.timeout(patience):
            async for chunk in request.content.iter_chunked(65536):
                body += chunk
                if len(body) > limit:
                    raise Malformed("the request is too large", TOO_BIG)
        return body.decode()
    except UnicodeDecodeError:
        raise Malformed("the request is not UTF-8", INVALID_PAYLOAD) from None
    except (TimeoutError, web.HTTPException, OSError):
        raise Malformed("the request did not arrive") from None


def _packets(body: str) -> list[str | bytes]:
    return [_binary(part) if part[:1] == "b" else part for part in body.split(SEPARATOR)]


def _binary(part: str) -> bytes:
    try:
        return b64decode(part[1:], validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("a binary packet that is not base64", INVALID_PAYLOAD) from None
