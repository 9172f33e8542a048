"""What workers of one port hand to each other: connections of sessions that are not theirs, and figures.

The kernel gives a new connection to any worker. A client of long-polling has a session with one of them, whose id its
session id begins with, so the others pass that request on: not as a proxy, which would stay in the middle for as long
as a WebSocket lives, but the open connection itself, over the owner's Unix socket, with what was read from it already.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from hub.core.hub import Hub
from hub.doors.live.engine.handover import HandedOver, take_connection
from hub.doors.workers.seat import Seat

_ID = re.compile(r"\d\d[0-9a-f]{6}")
_LENGTH = 8
_SIZE = struct.Struct(">I")
_TAKEN = b"\x06"
_PATIENCE = 5.0
"""Seconds for another worker to answer; one that does not is as good as gone."""
_NOT_PASSED_ON = {b"content-length", b"transfer-encoding", b"content-encoding", b"expect"}
"""Headers about how the body came: it is read here, and goes on whole."""


class Neighbours:
    """The other workers, as one of them sees them. `figures` says what this one counts."""

    def __init__(self, hub: Hub, seat: Seat) -> None:
        self._hub, self._folder, self.id = hub, Path(seat.folder), seat.id
        self._server: web.Server | None = None
        self._listener: socket.socket | None = None
        self.figures: Callable[[], bytes] = bytes

    # ── to others ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def give(self, request: web.Request, sid: str) -> web.StreamResponse | None:
        """Hand a request with its connection to the worker that holds the session; None where there is none."""
        link = await self._dial(sid[:_LENGTH])
        if link is None:
            return None
        with link:
            limits = self._hub.settings
            try:
                body = await _body(request, limits.frame_limit, limits.ping_interval + limits.ping_timeout)
                transport, tail = take_connection(request)
            except ConnectionError:  # the client has left
                return HandedOver()
            except (TimeoutError, web.RequestPayloadError):  # or never came to the end of what it had to say
                return web.Response(status=400)
            transport.set_protocol(asyncio.Protocol())
            transport.pause_reading()  # what comes now is for the other worker to read
            try:
                await _pass(link, transport, _as_bytes(request, body) + tail)
            except (OSError, TimeoutError) as error:
                self._hub.log.warning("a connection could not be passed on", worker=sid[:2], error=repr(error))
            finally:
                transport.abort()  # lets go of our descriptor; the connection lives on where it was taken
        return HandedOver()

    async def ask_figures(self) -> dict[str, bytes]:
        """Return what each worker counts, by its number; one that does not answer is left out."""
        others = [path.stem for path in self._folder.glob("*.sock") if path.stem != self.id]
        answers = await asyncio.gather(*(self._ask(id) for id in others))
        told = {id: answer for id, answer in zip(others, answers, strict=True) if answer} | {self.id: self.figures()}
        # A worker that is being replaced serves beside its successor for a while. One of them counts: us, if we are it.
        return {str(int(id[:2])): told[id] for id in sorted(told, key=lambda id: id == self.id)}

    async def _ask(self, id: str) -> bytes:
        link = await self._dial(id)
        if link is None:
            return b""
        loop, answer = asyncio.get_running_loop(), b""
        with link, contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await loop.sock_sendall(link, _SIZE.pack(0))
                while part := await loop.sock_recv(link, 65536):
                    answer += part
                return answer
        return b""

    async def _dial(self, id: str) -> socket.socket | None:
        if id == self.id or not _ID.fullmatch(id):  # a client chooses what stands there
            return None
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.setblocking(False)
        try:
            async with asyncio.timeout(_PATIENCE):
                await asyncio.get_running_loop().sock_connect(link, str(self._folder / f"{id}.sock"))
        except (OSError, TimeoutError):  # that worker has ended, and its sessions with it
            link.close()
            return None
        return link

    # ── from others ──────────────────────────────────────────────────────────────────────────────────────────────────

    def open(self, server: web.Server) -> None:
        """Take what others pass on; `server` goes on with it."""
        self._server = server
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.setblocking(False)
        self._listener.bind(str(self._folder / f"{self.id}.sock"))
        self._listener.listen(128)
        asyncio.get_running_loop().add_reader(self._listener.fileno(), self._accept)

    def close(self) -> None:
        """Take nothing more."""
        if self._listener is not None:
            asyncio.get_running_loop().remove_reader(self._listener.fileno())
            self._listener.close()
            (self._folder / f"{self.id}.sock").unlink(missing_ok=True)

    def _accept(self) -> None:
        assert self._listener
        with contextlib.suppress(OSError):
            link, _ = self._listener.accept()
            link.setblocking(False)
            if self._hub.spawn("neighbour", self._serve(link)) is None:
                link.close()

    async def _serve(self, link: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with link, contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                raw, connection = await _receive(link)
                if connection is None:
                    await loop.sock_sendall(link, self.figures())
                else:
                    server = self._server
                    assert server
                    await loop.connect_accepted_socket(lambda: _Arrival(server, raw), connection)
                    await loop.sock_sendall(link, _TAKEN)


class _Arrival(asyncio.Protocol):
    """A connection that comes with bytes which were read before; aiohttp goes on with it as with any other."""

    def __init__(self, server: web.Server, raw: bytes) -> None:
        self._server, self._raw = server, raw

    def connection_made(self, transport: Any) -> None:
        protocol = self._server()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        protocol.data_received(self._raw)


async def _pass(link: socket.socket, transport: asyncio.Transport, raw: bytes) -> None:
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(_PATIENCE):
        # Four bytes always fit, so this does not block; the kernel has its own copy of the descriptor from here on.
        socket.send_fds(link, [_SIZE.pack(len(raw))], [transport.get_extra_info("socket").fileno()])
        await loop.sock_sendall(link, raw)
        if await loop.sock_recv(link, 1) != _TAKEN:
            raise ConnectionError("the other worker did not take it")


async def _receive(link: socket.socket) -> tuple[bytes, socket.socket | None]:
    """Return the bytes and the connection that came with them; without a connection it is a question."""
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    loop.add_reader(link.fileno(), readable.set)
    try:
        await readable.wait()
    finally:
        loop.remove_reader(link.fileno())
    data, descriptors, _, _ = socket.recv_fds(link, 65536, 1)
    connection = socket.socket(fileno=descriptors[0]) if descriptors else None
    try:
        if connection is not None:
            connection.setblocking(False)
        while len(data) < _SIZE.size or len(data) < _SIZE.size + _SIZE.unpack_from(data)[0]:
            part = await loop.sock_recv(link, 65536)
            if not part:
                raise ConnectionError("the other worker stopped in the middle")
            data += part
    except BaseException:
        if connection is not None:
            connection.close()
        raise
    return data[_SIZE.size :], connection


async def _body(request: web.Request, limit: int, patience: float) -> bytes:
    """Return the body, of one that is too large the first byte too many: then the session's worker refuses it."""
    body = bytearray()
    async with asyncio.timeout(patience):
        async for part in request.content.iter_chunked(65536):
            body += part
            if len(body) > limit:
                break
    return bytes(body[: limit + 1])


def _as_bytes(request: web.Request, body: bytes) -> bytes:
    """Return the request as it would come over the wire."""
    version = f"HTTP/{request.version.major}.{request.version.minor}"
    lines = [f"{request.method} {request.raw_path} {version}".encode("utf-8", "surrogateescape")]
    lines += [name + b": " + value for name, value in request.raw_headers if name.lower() not in _NOT_PASSED_ON]
    if body or request.method == "POST":
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body
