"""Our own API, under /api/app: a row of the table is a verb, its input comes from the path, the query and the body."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache, partial
from typing import Any

import msgspec
from aiohttp import web

from hub.accounts import sign_in as accounts
from hub.accounts.keyring import actor_of_api_key
from hub.core.actor import Actor
from hub.core.deeds import ADDRESS
from hub.core.errors import InvalidPayload, TokenInvalid
from hub.core.hub import Hub
from hub.core.verb import Verb
from hub.doors.api.account import address_of, problem
from hub.doors.api.etags import when_unchanged, with_etag
from hub.doors.api.keyed import admit, id_of_call
from hub.doors.api.once import answered_once, may_repeat
from hub.doors.errors import as_hub_error, has_left
from hub.doors.keys import HUB

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def answering(verb: Verb, status: int = 200, *, single: bool = False, largest: int = 0) -> Handler:
    """Return the handler that calls a verb for an agent's bearer token or an API key.

    A `single` object has an ETag. `largest` is the most bytes that the body may have, where that is more than usual.
    """

    async def answer(hub: Hub, actor: Actor, request: web.Request) -> web.Response:
        try:
            with_body = request.method not in ("GET", "HEAD") and not single
            input = [] if verb.input is None else [await input_of(request, verb.input, with_body=with_body)]
            return _sent(await verb.call(hub, actor, *input), status)
        except Exception as error:
            return refused(hub, request, error)

    async def handler(request: web.Request) -> web.StreamResponse:
        hub = request.app[HUB]
        if largest:
            request = request.clone(client_max_size=largest)
        try:
            actor = await actor_of(hub, request)
            if single:
                response = await answer(hub, actor, request)
                return with_etag(request, response) if response.status == 200 else response
            if request.method in ("PUT", "PATCH", "DELETE") and "If-Match" in request.headers:
                return await when_unchanged(hub, actor, request, answer)
            if may_repeat(actor, request):
                return await answered_once(hub, actor, request, partial(answer, hub, actor, request))
            return await answer(hub, actor, request)
        except Exception as error:
            return refused(hub, request, error)

    if single:
        handler.reads_one = answer  # type: ignore[attr-defined]
    return handler


def _sent(result: Any, status: int) -> web.Response:
    if result is None:
        return web.Response(status=204)
    return web.Response(
        body=msgspec.json.encode(result), status=status, content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )  # fmt: skip


def refused(hub: Hub, request: web.Request, error: Exception) -> web.Response:
    """Return what went wrong with a call as a problem document."""
    if has_left(request, error):
        return web.Response(status=499)  # as a search does while one types on
    return problem(as_hub_error(hub, error, f"{request.method} {request.path}", id_of_call(request)))


async def actor_of(hub: Hub, request: web.Request) -> Actor:
    """Return who asks: an agent by a bearer token, or an API key. Raises TokenInvalid, and RateLimited for a key."""
    ADDRESS.set(address_of(hub, request))
    word, _, token = request.headers.get("Authorization", "").partition(" ")
    if word.lower() == "token":
        actor = await actor_of_api_key(hub, token.strip())
        admit(hub, request, actor)
        return actor
    if word.lower() != "bearer":
        raise TokenInvalid
    return (await accounts.session_of(hub, token.strip())).actor


async def input_of(request: web.Request, type: Any, *, with_body: bool = True) -> Any:
    """Return the verb's input: fields of the path before those of the body, and those before the query."""
    path = {name: text for name, text in request.match_info.items() if name != "slash"}
    body = await _body(request) if with_body else {}
    return msgspec.convert({**_loose(dict(request.query), type), **body, **_loose(path, type)}, type)


@cache
def without(input: Any, places: tuple[str, ...]) -> Any:
    """Return what the body of a call has: a verb's input without what stands in the path. None where nothing is left."""
    if input is None:
        return None
    fields = msgspec.structs.fields(input)
    left = [field for field in fields if field.encode_name not in places]
    if len(left) == len(fields):
        return input
    if not left:
        return None
    return msgspec.defstruct(
        input.__name__ + "Body", [_field(field) for field in left], kw_only=True, module=input.__module__,
        namespace={"__doc__": input.__doc__}, forbid_unknown_fields=input.__struct_config__.forbid_unknown_fields,
    )  # fmt: skip


def _field(field: msgspec.structs.FieldInfo) -> Any:
    if field.required:
        return (field.name, field.type)
    if field.default_factory is not msgspec.NODEFAULT:
        return (field.name, field.type, msgspec.field(default_factory=field.default_factory))
    return (field.name, field.type, field.default)


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
    if not request.body_exists:
        return {}
    try:
        given = msgspec.json.decode(await request.read() or b"{}")
    except web.HTTPRequestEntityTooLarge:
        raise InvalidPayload("The body is too large: a call takes 1 MB, one with many objects 2 MB.") from None
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise InvalidPayload("The body is not JSON.") from None
    if not isinstance(given, dict):
        raise InvalidPayload("The body is a JSON object.")
    return given
