"""Takes a connection out of aiohttp's hands, so that another protocol can go on with it.

This file alone touches what aiohttp 3.14.5 does not document for that: the transport and the unread rest of its
RequestHandler.
"""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web


class HandedOver(web.StreamResponse):
    """What a request handler returns when somebody else has answered: nothing more is written."""

    def __init__(self) -> None:
        super().__init__(status=101)

    async def prepare(self, request: Any) -> None:  # type: ignore[override]
        """Nothing: the answer has gone out."""

    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing: the connection is not aiohttp's any more."""


def take_connection(request: web.Request) -> tuple[asyncio.Transport, bytes]:
    """Return the connection of an upgrade request and the bytes that came behind its head.

    Give it to its new protocol at once, with no await between, and return HandedOver() from the handler. Raises
    ConnectionResetError if the client has left.
    """
    handler: Any = request._protocol
    transport = request.transport
    if handler is None or transport is None or transport.is_closing():
        raise ConnectionResetError("the client has left")
    tail, handler._message_tail = handler._message_tail, b""
    if handler._buffer_paused or handler._reading_paused:
        handler._buffer_paused = handler._reading_paused = False
        transport.resume_reading()
    handler._upgraded = False  # else the rest would be parsed as the next request
    handler.transport = None
    handler._task_handler = None  # else a server that cancels the handlers of lost connections would cancel ours
    handler.connection_lost(None)
    return transport, tail
