"""The requests that are being answered. A process that stops finishes them and asks for no more on their connections."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

_LIVE = "/socket.io/"
"""Polls are held open on purpose: the live door ends these itself."""


class InFlight:
    """Knows the requests that are being answered, and can make each answer the last one of its connection."""

    def __init__(self) -> None:
        self._requests: dict[int, web.BaseRequest] = {}
        self.last_ones = False

    def watch(self, app: web.Application) -> None:
        """Look after an application, before all that it has itself."""
        app.middlewares.insert(0, self._watched())
        app.on_response_prepare.append(self._say_close)

    def close_idle(self, server: web.Server) -> None:
        """Close the connections that wait for a next request. The others close behind their answer."""
        busy = {request.protocol for request in self._requests.values()}
        for connection in server.connections:
            if connection not in busy:
                connection.close()

    async def answered(self, within: float) -> None:
        """Return when every request has its answer, or when the time is up."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while any(not r.path.startswith(_LIVE) for r in self._requests.values()):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)

    def _watched(self) -> Any:
        @web.middleware
        def watched(
            request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
        ) -> Awaitable[web.StreamResponse]:
            # A WebSocket lasts for hours: it is not to carry an entry and a frame of ours for all that time.
            return handler(request) if "Upgrade" in request.headers else self._answer(request, handler)

        return watched

    async def _answer(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        self._requests[id(request)] = request
        try:
            return await handler(request)
        finally:
            del self._requests[id(request)]

    async def _say_close(self, request: web.Request, response: web.StreamResponse) -> None:
        if self.last_ones and response.status != 101:
            response.headers["Connection"] = "close"
            response.force_close()
