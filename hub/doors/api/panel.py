"""Our own API, under /api/app: a row of the table is a verb, its input comes from the path, the query and the body."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from hub.accounts import sign_in as accounts
from hub.accounts.applications import actor_of_api_key
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, TokenInvalid
from hub.core.hub import Hub
from hub.core.verb import Verb
from hub.doors.api.account import problem
from hub.doors.errors import as_hub_error
from hub.doors.keys import HUB

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def answering(verb: Verb, status: int = 200) -> Handler:
    """Return the handler that calls a verb for an agent's bearer token or an API key."""

    async def handler(request: web.Request) -> web.StreamResponse:
        hub = request.app[HUB]
        try:
            actor = await actor_of(hub, request)
            input = [] if verb.input is None else [await input_of(request, verb.input)]
            result = await verb.call(hub, actor, *input)
        except Exception as error:
            if isinstance(error, ConnectionResetError) and request.transport is None:
                return web.Response(status=499)  # whoever asked has gone, as a search does while one types on
            return problem(as_hub_error(hub, error, f"{request.method} {request.path}"))
        if result is None:
            return web.Response(status=204)
        return web.Response(
            body=msgspec.json.encode(result), status=status, content_type="application/json",
            headers={"Cache-Control": "no-store"},
        )  # fmt: skip

    return handler


async def actor_of(hub: Hub, request: web.Request) -> Actor:
    """Return who asks: an agent by a bearer token, or an API key. Raises TokenInvalid."""
    word, _, token = request.headers.get("Authorization", "").partition(" ")
    if word.lower() == "token":
        return await actor_of_api_key(hub, token.strip())
    if word.lower() != "bearer":
        raise TokenInvalid
    return (await accounts.session_of(hub, token.strip())).actor


async def input_of(request: web.Request, type: Any) -> Any:
    """Return the verb's input: fields of the path before those of the body, and those before the query."""
    path = {name: text for name, text in request.match_info.items() if name != "slash"}
    given = {**_loose(dict(request.query), type), **await _body(request), **_loose(path, type)}
    return msgspec.convert(given, type)


def _loose(texts: dict[str, str], type: Any) -> dict[str, Any]:
    """Return fields from text: `5` where a number is wanted, `a,b` where a list is."""
    wanted = {field.name: field.type for field in msgspec.structs.fields(type)}
    found: dict[str, Any] = {}
    for name, text in texts.items():
        if name not in wanted:
            found[name] = text  # refused by the struct, by its name
            continue
        schema = msgspec.json.schema(wanted[name])
        is_list = schema.get("type") == "array" or any(
            each.get("type") == "array" for each in schema.get("anyOf", ()) if isinstance(each, dict)
        )
        found[name] = msgspec.convert(text.split(",") if is_list else text, wanted[name], strict=False)
    return found


async def _body(request: web.Request) -> dict[str, Any]:
    if not request.can_read_body:
        return {}
    try:
        given = msgspec.json.decode(await request.read() or b"{}")
    except web.HTTPRequestEntityTooLarge:
        raise InvalidPayload("The body is larger than 1 MB.") from None
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise InvalidPayload("The body is not JSON.") from None
    if not isinstance(given, dict):
        raise InvalidPayload("The body is a JSON object.")
    return given
