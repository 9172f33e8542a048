"""Small imitations of Twilio's and Telnyx' APIs on a real socket: no real one can run here.

tests/calls/test_carriers_oracle.py lets the providers' own client libraries talk to them; hooks are signed as those libraries
check them. Hooks are addressed to the hub's public address, as the provider knows it, and delivered to where it listens.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
from aiohttp import web
from nacl.signing import SigningKey
from twilio.request_validator import RequestValidator

from tests.support.telnyx_api import TelnyxApi
from tests.support.twilio_api import TwilioApi

PUBLIC = "https://hub.example"


class Carriers:
    """Both providers, and what they send. `url` is where they are asked."""

    def __init__(self) -> None:
        self.twilio, self.telnyx = TwilioApi(), TelnyxApi()
        self.url = self.hub = ""

    @property
    def settings(self) -> dict[str, Any]:
        """What a hub is told to speak with them."""
        return {
            "twilio_url": self.url, "twilio_prices_url": self.url, "telnyx_url": f"{self.url}/v2",
            "fetch_allow": "127.0.0.1", "public_url": PUBLIC,
        }  # fmt: skip

    async def deliver(self, address: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        """Send a hook that is addressed to the public address; return status and body."""
        parts = urlsplit(address)
        url = self.hub + parts.path + (f"?{parts.query}" if parts.query else "")
        async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
            return answer.status, await answer.text()

    async def twilio_sends(self, address: str, secret: str = "", **fields: str) -> tuple[int, str]:
        """Send a form as Twilio does, signed by its own validator."""
        form = {"AccountSid": self.twilio.sid, "ApiVersion": "2010-04-01", **fields}
        signature = RequestValidator(secret or self.twilio.secret).compute_signature(address, form)
        headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
        return await self.deliver(address, urlencode(form).encode(), headers)

    async def telnyx_sends(
        self,
        address: str,
        kind: str,
        payload: dict[str, Any],
        *,
        id: str = "",
        late: int = 0,
        key: SigningKey | None = None,
    ) -> tuple[int, str]:
        """Send an event as Telnyx does, signed with its key, or with another one."""
        body, headers = self.telnyx.event(kind, payload, id=id, late=late, key=key)
        return await self.deliver(address, body, headers)


@contextlib.asynccontextmanager
async def running_carriers() -> AsyncIterator[Carriers]:
    """Yield both providers on a free port."""
    carriers = Carriers()
    app = web.Application()
    carriers.twilio.add_routes(app)
    carriers.telnyx.add_routes(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    carriers.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[union-attr]
    carriers.telnyx.url = f"{carriers.url}/v2"
    try:
        yield carriers
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def trap() -> AsyncIterator[tuple[str, list[str]]]:
    """Yield the address of a server that nobody may ask, and the list of what it was asked."""
    asked: list[str] = []

    async def note(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(text="you have been had")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", note)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}", asked  # type: ignore[union-attr]
    finally:
        await runner.cleanup()
