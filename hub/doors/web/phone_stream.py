"""The sound of a phone call over a provider: its WebSocket on one side, the media worker of the call on the other.

What comes is passed on as text, whatever it is: the worker knows the dialects. When a worker dies the provider's stream stays,
and goes on with the call's next worker, which is told how the stream began.
"""

from __future__ import annotations

import asyncio
import contextlib
import json

import aiohttp
from aiohttp import WSMsgType, web

from hub.calls.legs import EVERY
from hub.calls.media.control import Control
from hub.calls.phone import streams
from hub.core.errors import HubError
from hub.core.hub import Hub
from hub.doors.keys import HUB
from storage.engine import Document, Scope, StorageError

_PATH = r"/phone/stream/{app:\d{1,15}}/{call:\d{1,15}}/{leg:phone-[0-9a-f]{16}}/{signature:[A-Za-z0-9_-]{16,64}}"
_LARGEST = 64 * 1024
_FIRST = ("connected", "start")
_AGAIN = 0.5
"""Seconds between two looks for the call's next worker."""


def add_routes(app: web.Application) -> None:
    """Serve /phone/stream/."""
    app.router.add_get(_PATH, _stream)


async def _stream(request: web.Request) -> web.StreamResponse:
    hub, place = request.app[HUB], request.match_info
    scope, id, leg = Scope(int(place["app"])), int(place["call"]), place["leg"]
    try:
        call = await streams.stream_comes(hub, scope, id, leg, place["signature"])
    except HubError as error:
        return web.Response(text=error.message, status=error.status, content_type="text/plain")
    socket = web.WebSocketResponse(max_msg_size=_LARGEST, heartbeat=20)
    await socket.prepare(request)
    async with aiohttp.ClientSession() as http:
        await _Relay(hub, scope, call, leg, socket, http).run()
    return socket


class _Relay:
    def __init__(
        self,
        hub: Hub,
        scope: Scope,
        call: Document,
        leg: str,
        socket: web.WebSocketResponse,
        http: aiohttp.ClientSession,
    ) -> None:
        self._hub, self._scope, self._call, self._leg = hub, scope, int(call["id"]), leg
        self._known: Document | None = call
        self._socket, self._http = socket, http
        self._worker: aiohttp.ClientWebSocketResponse | None = None
        self._first: list[str] = []
        """How the stream began, for a worker that comes later."""

    async def run(self) -> None:
        """Pass on until the provider's side or the call has ended."""
        provider = asyncio.ensure_future(self._from_provider())
        try:
            while (call := await self._look()) is not None and not provider.done():
                with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
                    await self._through(call["room"], provider)
                await asyncio.sleep(0 if provider.done() else _AGAIN)
        finally:
            provider.cancel()
            await self._socket.close()
            if self._known is not None:
                await streams.stream_ends(self._hub, self._scope, self._call)

    async def _through(self, room: Document, provider: asyncio.Future[None]) -> None:
        """Pass on between the provider and one worker, until one of them, or the call, ends."""
        url = f"{room['url']}/rooms/{room['room']}/legs/{self._leg}/stream"
        headers = {"Authorization": f"Bearer {self._hub.part(Control).token}"}
        async with self._http.ws_connect(
            url, params={"side": "contact"}, headers=headers, max_msg_size=_LARGEST
        ) as worker:
            for text in self._first:
                await worker.send_str(text)
            self._worker = worker
            ends = [asyncio.ensure_future(self._from_worker(worker)), asyncio.ensure_future(self._while_it_goes_on())]
            try:
                await asyncio.wait([*ends, provider], return_when=asyncio.FIRST_COMPLETED)
            finally:
                self._worker = None
                for each in ends:
                    each.cancel()
                await asyncio.gather(*ends, return_exceptions=True)

    async def _from_provider(self) -> None:
        async for message in self._socket:
            if message.type != WSMsgType.TEXT:
                return
            if len(self._first) < len(_FIRST):
                self._note_first(message.data)
            if self._worker is not None and not self._worker.closed:
                with contextlib.suppress(ConnectionError, aiohttp.ClientError):
                    await self._worker.send_str(message.data)

    def _note_first(self, text: str) -> None:
        with contextlib.suppress(ValueError, AttributeError, TypeError):
            if json.loads(text).get("event") in _FIRST:
                self._first.append(text)

    async def _from_worker(self, worker: aiohttp.ClientWebSocketResponse) -> None:
        async for message in worker:
            if message.type != WSMsgType.TEXT:
                return
            await self._socket.send_str(message.data)

    async def _while_it_goes_on(self) -> None:
        """Return when the call has ended; say meanwhile that the phone is there."""
        while True:
            if await self._look() is None:
                return
            await asyncio.sleep(EVERY)

    async def _look(self) -> Document | None:
        """Return the call, None where it has ended; as it was where the store is away."""
        try:
            self._known = await streams.stream_goes_on(self._hub, self._scope, self._call, self._leg)
        except StorageError as error:
            self._hub.log.warning("a phone call waits for the store", call=self._call, error=str(error))
        return self._known
