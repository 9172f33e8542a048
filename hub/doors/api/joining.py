"""Calls of people who have no token yet: they take up an invitation, or have forgotten their password."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from hub.accounts import joining, passkeys, profile, sign_in, sso
from hub.accounts.guessing import Guesses
from hub.accounts.sessions import Visit
from hub.core.hub import Hub
from hub.doors.api.account import address_of, body_of, entered, problem, visit_of
from hub.doors.errors import as_hub_error
from hub.doors.keys import HUB

Call = Callable[[Hub, Any, Visit], Awaitable[Any]]


async def _guarded(request: web.Request, type: Any, doing: str, call: Call) -> Any:
    """Return what a call gives, its failures counted like wrong passwords; or the problem as a response."""
    hub = request.app[HUB]
    try:
        given = await body_of(request, type)
        visit = visit_of(hub, request)
        async with hub.part(Guesses).from_address(visit.address):
            return await call(hub, given, visit)
    except Exception as error:
        return problem(as_hub_error(hub, error, doing))


async def second(request: web.Request) -> web.Response:
    """Let somebody in whose password was right, with a code."""
    result = await _guarded(request, sign_in.SecondGiven, "second step", sign_in.second_step)
    return result if isinstance(result, web.Response) else entered(result)


async def ask_for_passkey(request: web.Request) -> web.Response:
    """Answer with what the browser is asked to sign in with a passkey."""
    asked = await _guarded(
        request, passkeys.PasskeyAsked, "passkey", lambda hub, given, _: passkeys.ask_for_passkey(hub, given)
    )
    if isinstance(asked, web.Response):
        return asked
    return web.Response(
        body=msgspec.json.encode(asked), content_type="application/json", headers={"Cache-Control": "no-store"}
    )


async def with_passkey(request: web.Request) -> web.Response:
    """Let in whom a passkey belongs to."""
    result = await _guarded(request, passkeys.PasskeyGiven, "passkey", passkeys.enter_with_passkey)
    return result if isinstance(result, web.Response) else entered(result)


async def begin_sso(request: web.Request) -> web.Response:
    """Answer with where to send the browser."""
    begun = await _guarded(request, sso.SsoBegin, "single sign-on", lambda hub, given, _: sso.begin_sso(hub, given))
    if isinstance(begun, web.Response):
        return begun
    return web.Response(
        body=msgspec.json.encode(begun), content_type="application/json", headers={"Cache-Control": "no-store"}
    )


async def finish_sso(request: web.Request) -> web.Response:
    """Let in whom the provider names."""
    result = await _guarded(request, sso.SsoFinish, "single sign-on", sso.finish_sso)
    return result if isinstance(result, web.Response) else entered(result)


async def look(request: web.Request) -> web.Response:
    """Answer with what an invitation's link leads to."""
    found = await _guarded(
        request,
        joining.InvitationLink,
        "look at an invitation",
        lambda hub, given, _: joining.look_at_invitation(hub, given),
    )
    if isinstance(found, web.Response):
        return found
    return web.Response(body=msgspec.json.encode(found), content_type="application/json")


async def join(request: web.Request) -> web.Response:
    """Take an invitation up; answer as a sign-in does."""
    result = await _guarded(request, joining.Joining, "join", joining.join)
    return result if isinstance(result, web.Response) else entered(result)


async def forgot(request: web.Request) -> web.Response:
    """Answer the same whoever is named: if somebody signs in with the address, they get a mail."""
    hub = request.app[HUB]
    try:
        given = await body_of(request, profile.Forgotten)
        await hub.part(Guesses).spend(address_of(hub, request))
        await profile.forgot(hub, given)
    except Exception as error:
        return problem(as_hub_error(hub, error, "forgotten password"))
    return web.Response(status=204)


async def reset(request: web.Request) -> web.Response:
    """Set the password of whom the link of a mail belongs to."""
    refused = await _guarded(
        request, profile.NewPassword, "new password", lambda hub, given, _: profile.choose_password(hub, given)
    )
    return refused if isinstance(refused, web.Response) else web.Response(status=204)
