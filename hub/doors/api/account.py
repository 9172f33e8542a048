"""Sign-in and sign-out of agents. Errors are problem documents (RFC 9457)."""

from __future__ import annotations

import math
from typing import Any

import msgspec
from aiohttp import web
from msgspec import Struct

from hub.accounts import agents
from hub.accounts import sign_in as accounts
from hub.accounts.guessing import Guesses
from hub.accounts.sessions import Visit
from hub.core.actor import Actor
from hub.core.deeds import ADDRESS
from hub.core.errors import HubError, InvalidPayload, NotFound, TokenInvalid
from hub.core.hub import Hub
from hub.doors.errors import as_hub_error
from hub.doors.keys import HUB
from hub.doors.peers import peer_of
from hub.people.tracking.browsers import browser_facts


class Applications(Struct, frozen=True):
    """The applications that a person may sign in to: the call is made again with the `id` of one of them."""

    applications: list[accounts.Choice]


async def sign_in(request: web.Request) -> web.Response:
    """Answer with a token, or with the applications to choose from."""
    hub = request.app[HUB]
    try:
        given = await body_of(request, accounts.SignIn)
        async with hub.part(Guesses).from_address(address_of(hub, request)):
            result = await accounts.sign_in(hub, given, visit_of(hub, request))
    except Exception as error:
        return problem(as_hub_error(hub, error, "sign in"))
    return entered(result)


def entered(result: accounts.Entered) -> web.Response:
    """Return the answer of whatever lets somebody in: a token, or what is still to be said."""
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
    ADDRESS.set(address_of(hub, request))
    return (await accounts.session_of(hub, _token(request))).actor


def _token(request: web.Request) -> str:
    word, _, token = request.headers.get("Authorization", "").partition(" ")
    if word.lower() != "bearer":
        raise TokenInvalid
    return token.strip()


async def body_of(request: web.Request, type: Any) -> Any:
    """Return the body as a struct. Raises InvalidPayload, and msgspec's errors."""
    try:
        return msgspec.json.decode(await request.read(), type=type)
    except msgspec.ValidationError:
        raise
    except web.HTTPRequestEntityTooLarge:
        raise InvalidPayload("The body is larger than 1 MB.") from None
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise InvalidPayload("The body is not JSON.") from None


def address_of(hub: Hub, request: web.Request) -> str:
    """Return the address that a call comes from, as far as it can be believed."""
    environ = {
        "REMOTE_ADDR": request.remote or "",
        "HTTP_X_FORWARDED_FOR": request.headers.get("X-Forwarded-For", ""),
    }
    return peer_of(hub.settings, environ)


def visit_of(hub: Hub, request: web.Request) -> Visit:
    """Return from where somebody signs in."""
    facts = browser_facts(request.headers.get("User-Agent", ""))
    device = " · ".join(facts[name] for name in ("browser", "os") if name in facts)
    return Visit(device, address_of(hub, request))


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
