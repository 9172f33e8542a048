"""Sign-in and sign-out of agents. Errors are problem documents (RFC 9457)."""

from __future__ import annotations

from typing import Any

import limits
import limits.aio
import msgspec
from aiohttp import web

from hub.accounts import sign_in as accounts
from hub.core.errors import HubError, InvalidPayload, RateLimited, TokenInvalid, WrongSignIn
from hub.core.hub import Hub
from hub.doors.errors import as_hub_error
from hub.doors.keys import HUB
from hub.doors.peers import peer_of


class FailedSignIns:
    """Counts failures per address and minute, so that passwords can't be guessed in bulk."""

    def __init__(self, hub: Hub) -> None:
        self._window = limits.aio.strategies.MovingWindowRateLimiter(limits.aio.storage.MemoryStorage())
        self._rule = limits.RateLimitItemPerMinute(hub.settings.sign_in_tries)

    async def check(self, address: str) -> None:
        """Raise RateLimited for an address that failed too often."""
        if not await self._window.test(self._rule, address):
            raise RateLimited("Too many failed sign-ins. Wait a minute and try again.")

    async def count(self, address: str) -> None:
        """Note a failure."""
        await self._window.hit(self._rule, address)


async def sign_in(request: web.Request) -> web.Response:
    """Answer with a token, or with the applications to choose from."""
    hub = request.app[HUB]
    try:
        given = await _body(request)
        address = _address(hub, request)
        await hub.part(FailedSignIns).check(address)
        try:
            result = await accounts.sign_in(hub, given)
        except WrongSignIn:
            await hub.part(FailedSignIns).count(address)
            raise
    except Exception as error:
        return problem(as_hub_error(hub, error, "sign in"))
    body: Any = {"applications": result} if isinstance(result, list) else result
    return web.Response(
        body=msgspec.json.encode(body), content_type="application/json", headers={"Cache-Control": "no-store"}
    )


async def sign_out(request: web.Request) -> web.Response:
    """End the session of the bearer token."""
    hub = request.app[HUB]
    word, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        if word.lower() != "bearer":
            raise TokenInvalid
        await accounts.sign_out(hub, token.strip())
    except Exception as error:
        return problem(as_hub_error(hub, error, "sign out"))
    return web.Response(status=204)


async def _body(request: web.Request) -> accounts.SignIn:
    try:
        return msgspec.json.decode(await request.read(), type=accounts.SignIn)
    except msgspec.ValidationError:
        raise
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise InvalidPayload("The body is not JSON.") from None


def _address(hub: Hub, request: web.Request) -> str:
    environ = {
        "REMOTE_ADDR": request.remote or "",
        "HTTP_X_FORWARDED_FOR": request.headers.get("X-Forwarded-For", ""),
    }
    return peer_of(hub.settings, environ)


def problem(error: HubError) -> web.Response:
    """Return an error of the catalogue as a problem document."""
    body = {
        "type": f"about:blank#{error.code}", "title": error.sentence, "status": error.status, "detail": error.message,
        "code": error.code, "retryable": error.retryable,
    }  # fmt: skip
    return web.Response(
        body=msgspec.json.encode(body), status=error.status, content_type="application/problem+json",
        headers={"Retry-After": "30"} if error.status == 429 else {},
    )  # fmt: skip
