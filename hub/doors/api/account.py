"""Sign-in and sign-out of agents. Errors are problem documents (RFC 9457)."""

from __future__ import annotations

import contextlib
import math
from collections import Counter
from collections.abc import AsyncIterator

import limits
import limits.aio
import msgspec
from aiohttp import web
from msgspec import Struct

from hub.accounts import agents
from hub.accounts import sign_in as accounts
from hub.core.actor import Actor
from hub.core.errors import HubError, InvalidPayload, NotFound, RateLimited, TokenInvalid, WrongSignIn
from hub.core.hub import Hub
from hub.doors.errors import as_hub_error
from hub.doors.keys import HUB
from hub.doors.peers import peer_of


class Applications(Struct, frozen=True):
    """The applications that a person may sign in to: the call is made again with the `id` of one of them."""

    applications: list[accounts.Choice]


class FailedSignIns:
    """Counts failures per address and minute, so that passwords can't be guessed in bulk."""

    def __init__(self, hub: Hub) -> None:
        self._window = limits.aio.strategies.MovingWindowRateLimiter(limits.aio.storage.MemoryStorage())
        self._rule = limits.RateLimitItemPerMinute(hub.settings.sign_in_tries)
        self._trying: Counter[str] = Counter()

    @contextlib.asynccontextmanager
    async def guess(self, address: str) -> AsyncIterator[None]:
        """Let one try through and count it if it fails. Raises RateLimited for an address that failed too often.

        Tries that are under way count as failures until they end, so a hundred at once are no way around the limit.
        """
        self._trying[address] += 1
        try:
            if not await self._window.test(self._rule, address, cost=self._trying[address]):
                raise RateLimited("Too many failed sign-ins. Wait a minute and try again.")
            yield
        except WrongSignIn:
            await self._window.hit(self._rule, address)
            raise
        finally:
            self._trying[address] -= 1
            if not self._trying[address]:
                del self._trying[address]


async def sign_in(request: web.Request) -> web.Response:
    """Answer with a token, or with the applications to choose from."""
    hub = request.app[HUB]
    try:
        given = await _body(request)
        async with hub.part(FailedSignIns).guess(_address(hub, request)):
            result = await accounts.sign_in(hub, given)
    except Exception as error:
        return problem(as_hub_error(hub, error, "sign in"))
    body = Applications(result) if isinstance(result, list) else result
    return web.Response(
        body=msgspec.json.encode(body), content_type="application/json", headers={"Cache-Control": "no-store"}
    )


async def sign_out(request: web.Request) -> web.Response:
    """End the session of the bearer token."""
    hub = request.app[HUB]
    try:
        await accounts.sign_out(hub, _token(request))
    except Exception as error:
        return problem(as_hub_error(hub, error, "sign out"))
    return web.Response(status=204)


async def list_agents(request: web.Request) -> web.Response:
    """Answer with the agents of the application that the token is bound to."""
    hub = request.app[HUB]
    try:
        team = await agents.list_agents(hub, await _actor(hub, request))
    except Exception as error:
        return problem(as_hub_error(hub, error, "list agents"))
    return web.Response(body=msgspec.json.encode(team), content_type="application/json")


async def remove_agent(request: web.Request) -> web.Response:
    """Take an agent out of the application that the token is bound to."""
    hub = request.app[HUB]
    try:
        actor = await _actor(hub, request)
        id = request.match_info["id"]
        if not (id.isascii() and id.isdecimal() and 0 < int(id[:20]) < 2**63):
            raise NotFound("There is no agent by that id.")
        await agents.remove_agent(hub, actor, agents.AgentRef(int(id)))
    except Exception as error:
        return problem(as_hub_error(hub, error, "remove an agent"))
    return web.Response(status=204)


async def _actor(hub: Hub, request: web.Request) -> Actor:
    return (await accounts.session_of(hub, _token(request))).actor


def _token(request: web.Request) -> str:
    word, _, token = request.headers.get("Authorization", "").partition(" ")
    if word.lower() != "bearer":
        raise TokenInvalid
    return token.strip()


async def _body(request: web.Request) -> accounts.SignIn:
    try:
        return msgspec.json.decode(await request.read(), type=accounts.SignIn)
    except msgspec.ValidationError:
        raise
    except web.HTTPRequestEntityTooLarge:
        raise InvalidPayload("The body is larger than 1 MB.") from None
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
        "code": error.code, "retryable": error.retryable, **({"details": error.details} if error.details else {}),
    }  # fmt: skip
    return web.Response(
        body=msgspec.json.encode(body), status=error.status, content_type="application/problem+json",
        headers={"Retry-After": str(math.ceil(getattr(error, "retry_after", None) or 30))} if error.status == 429 else {},
    )  # fmt: skip
