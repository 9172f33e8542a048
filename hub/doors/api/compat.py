"""The conventions of User.com's API, which is a Django REST Framework: keys, bodies, errors, times, pages."""

from __future__ import annotations

import functools
import math
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from hub.accounts.keyring import actor_of_api_key
from hub.core.actor import Actor
from hub.core.errors import CallUnderWay, HubError, InvalidPayload, NotFound, TokenInvalid
from hub.core.hub import Hub
from hub.doors.api.etags import when_unchanged, with_etag
from hub.doors.api.keyed import admit, id_of_call
from hub.doors.api.numbered import InvalidPage, address_of, asks_by_number, page_by_number
from hub.doors.api.once import answered_once, may_repeat
from hub.doors.errors import as_hub_error, has_left
from hub.doors.keys import HUB

T = TypeVar("T")
Handler = Callable[[Hub, Actor, web.Request], Awaitable[Any]]
_encode = msgspec.json.Encoder().encode
_LARGEST_BODY = 1_048_576


class FieldErrors(Exception):
    """What is wrong with a body, by field: answered as 400 {"errors": {field: [sentences]}}."""

    def __init__(self, **errors: str) -> None:
        super().__init__(str(errors))
        self.errors = {field: [sentence] for field, sentence in errors.items()}


def compatible(
    status: int = 200,
    key: Callable[[Hub, str], Awaitable[Actor]] = actor_of_api_key,
    *,
    single: bool = False,
    own_ids: bool = False,
) -> Callable[[Handler], Callable[[web.Request], Awaitable[web.Response]]]:
    """Turn an `async def (hub, actor, request) -> body` into a handler that answers as User.com does.

    `key` finds who acts under the key of the request. Without a body the answer is empty. A `single` object has an ETag.
    With `own_ids` the body of the handler knows itself what it did under an `Idempotency-Key`.
    """

    def wrap(body: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(hub: Hub, actor: Actor, request: web.Request) -> web.Response:
            try:
                if asks_by_number(request):
                    return _json(await page_by_number(hub, actor, request, body), status)
                return _json(await body(hub, actor, request), status)
            except Exception as error:
                return _refused(hub, request, error)

        @functools.wraps(body)
        async def handler(request: web.Request) -> web.Response:
            hub = request.app[HUB]
            try:
                actor = await _actor(hub, request, key)
                if request.method in ("GET", "HEAD"):
                    response = await answer(hub, actor, request)
                    if single and response.status == 200:
                        response = with_etag(request, response)
                elif "If-Match" in request.headers:
                    response = await when_unchanged(hub, actor, request, answer)
                elif may_repeat(actor, request):
                    doing = functools.partial(answer, hub, actor, request)
                    response = await answered_once(hub, actor, request, doing, own_ids=own_ids)
                else:
                    response = await answer(hub, actor, request)
            except Exception as error:
                response = _refused(hub, request, error)
            response.headers["Allow"] = _allowed(request)
            return response

        if single:
            handler.reads_one = answer  # type: ignore[attr-defined]
        return handler

    return wrap


def _refused(hub: Hub, request: web.Request, error: Exception) -> web.Response:
    if isinstance(error, FieldErrors):
        return _json({"errors": error.errors}, 400)
    if isinstance(error, InvalidPage):
        return _json({"detail": "Invalid page."}, 404)
    if has_left(request, error):
        return web.Response(status=499)
    return _refusal(as_hub_error(hub, error, f"{request.method} {request.path}", id_of_call(request)))


async def _actor(hub: Hub, request: web.Request, find: Callable[[Hub, str], Awaitable[Actor]]) -> Actor:
    *words, key = request.headers.get("Authorization", "").split() or [""]
    if not key or [word.lower() for word in words] not in (["token"], []):  # one known script sends the key alone
        raise TokenInvalid("Authentication credentials were not provided.")
    try:
        actor = await find(hub, key)
    except TokenInvalid:
        raise TokenInvalid("Invalid token.") from None
    if find is actor_of_api_key:
        admit(hub, request, actor)
    return actor


def _refusal(error: HubError) -> web.Response:
    if isinstance(error, NotFound):
        return _json({"detail": "Not found."}, 404)
    response = _json({"detail": error.message}, error.status)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Token"
    if error.status in (429, 503) or isinstance(error, CallUnderWay):
        response.headers["Retry-After"] = str(math.ceil(getattr(error, "retry_after", None) or 1))
    if isinstance(error, InvalidPayload):
        return _json({"errors": {"non_field_errors": [error.message]}}, 400)
    return response


def unrouted(request: web.Request, error: web.HTTPException) -> web.Response:
    """Return what User.com answers for a path or a method that is not there."""
    if not isinstance(error, web.HTTPMethodNotAllowed):
        return _json({"detail": "Not found."}, 404)
    response = _json({"detail": f'Method "{request.method}" not allowed.'}, 405)
    response.headers["Allow"] = ", ".join(sorted({*error.allowed_methods, "OPTIONS"}))
    return response


def _json(body: Any, status: int) -> web.Response:
    headers = {"Vary": "Accept, Cookie", "X-Frame-Options": "SAMEORIGIN"}
    if body is None:
        return web.Response(status=status, headers=headers)
    return web.Response(body=_encode(body), status=status, content_type="application/json", headers=headers)


def _allowed(request: web.Request) -> str:
    """Return the methods of a path, as every answer names them."""
    return _methods_of(request.match_info.route.resource)


@functools.lru_cache(1024)
def _methods_of(resource: web.AbstractResource | None) -> str:
    methods = {route.method for route in resource or ()} | {"OPTIONS"}
    return ", ".join(method for method in _METHODS if method in methods)


_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


async def read_body(request: web.Request, type: type[T]) -> T:
    """Return the JSON body as a struct. Raises FieldErrors in User.com's words."""
    if (request.content_length or 0) > _LARGEST_BODY:
        raise FieldErrors(non_field_errors="The body is larger than 1 MB.")
    try:
        given = msgspec.json.decode(await request.read() or b"{}")
    except web.HTTPRequestEntityTooLarge:
        raise FieldErrors(non_field_errors="The body is larger than 1 MB.") from None
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise FieldErrors(non_field_errors=f"JSON parse error - {error}") from None
    if not isinstance(given, dict):
        raise FieldErrors(non_field_errors="Invalid data. Expected a dictionary.")
    required = [field.name for field in msgspec.structs.fields(type) if field.required]  # type: ignore[arg-type]
    missing = [name for name in required if given.get(name) in (None, "")]
    if missing:
        raise FieldErrors(**dict.fromkeys(missing, "This field is required."))
    try:
        return msgspec.convert(given, type, strict=False)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$")
        raise FieldErrors(**{where.strip("`.") or "non_field_errors": f"{what}."}) from None


def timestamp(rfc3339: str) -> str:
    """Return a time of ours with six digits, as User.com writes them."""
    return rfc3339[:-1] + "000Z"


def milliseconds(text: str, field: str) -> int:
    """Return a date-time as UTC milliseconds; one without a zone is UTC. Raises FieldErrors."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise FieldErrors(**{field: "Datetime has wrong format. Use ISO 8601."}) from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def next_page(hub: Hub, request: web.Request, cursor: str | None) -> str | None:
    """Return the absolute address of the page behind this one, or None."""
    if cursor is None:
        return None
    query = {name: value for name, value in request.query.items() if name != "cursor"} | {"cursor": cursor}
    return f"{address_of(hub, request)}?{urlencode(query)}"
