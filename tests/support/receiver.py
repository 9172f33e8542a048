"""A program that is told what happens: a real HTTP server, whose signatures are checked by the specification's own library."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web


class Receiver:
    """What arrived at `/`, in order. `answers` are the next statuses; then all is well. `hold` makes it slow."""

    def __init__(self) -> None:
        self.url = ""
        self.got: list[tuple[dict[str, str], str]] = []
        self.answers: list[int | web.Response] = []
        self.hold: Any = None

    @property
    def bodies(self) -> list[Any]:
        """What was received, read as JSON."""
        return [json.loads(body) for _, body in self.got]

    @property
    def kinds(self) -> list[str]:
        """The kinds of what was received in the standard form."""
        return [body["type"] for body in self.bodies]

    @property
    def ids(self) -> list[str]:
        """The `webhook-id` of each request."""
        return [headers["webhook-id"] for headers, _ in self.got]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Take one delivery."""
        body = await request.text()
        self.got.append(({name.lower(): value for name, value in request.headers.items()}, body))
        if self.hold is not None:
            await self.hold.wait()
        answer = self.answers.pop(0) if self.answers else 204
        return answer if isinstance(answer, web.Response) else web.Response(status=answer, text="said the receiver")


@contextlib.asynccontextmanager
async def open_receiver() -> AsyncIterator[Receiver]:
    """Yield a receiver that listens on a port of this machine."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/hook"  # type: ignore[union-attr]
    try:
        yield receiver
    finally:
        if receiver.hold is not None:
            receiver.hold.set()
        await runner.cleanup()
