"""The header `Idempotency-Key`: a POST that is sent again under the same key gets the answer of the first time."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable

from aiohttp import web

from hub.core import once
from hub.core.actor import Actor
from hub.core.errors import AnswerLost, CallReused, InvalidPayload
from hub.core.hub import Hub
from storage.engine import StorageError

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_LONGEST = 255
_LARGEST_ANSWER = 2_000_000

Answer = Callable[[], Awaitable[web.Response]]


def may_repeat(actor: Actor, request: web.Request) -> bool:
    """Tell whether a call is to be done once: a POST of an API key that names it, but no upload of a file."""
    return (
        request.method == "POST"
        and actor.kind == "key"
        and bool(request.headers.get(HEADER))
        and not request.path.startswith("/api/sdk/")
        and not request.content_type.startswith("multipart/")
    )


async def answered_once(
    hub: Hub, actor: Actor, request: web.Request, answer: Answer, *, own_ids: bool = False
) -> web.Response:
    """Return the answer of the first call under this key, or do the call. Raises CallReused, CallUnderWay, AnswerLost.

    With `own_ids` the call itself knows what it did under a key (messages do, for ever) and decides what is the same.
    """
    key = request.headers[HEADER]
    if len(key) > _LONGEST or not key.isprintable():
        raise InvalidPayload(f"`{HEADER}`: a key has 1 to {_LONGEST} printable characters.")
    try:
        body = await request.read()
    except web.HTTPRequestEntityTooLarge:
        return await answer()  # which says so
    digest = hashlib.blake2s(request.query_string.encode("utf-8", "surrogatepass") + b"\0" + body).hexdigest()
    name = hub.signer.hash("\n".join((str(actor.scope.app), str(actor.id), request.path.rstrip("/"), key)))
    try:
        call = await once.begin(hub, name, digest)
    except (CallReused, AnswerLost):
        if own_ids:
            return await answer()
        raise
    if isinstance(call, once.Answer):
        text = None if not call.body and not call.type else call.body.encode()
        headers = {REPLAYED: "true", "Cache-Control": "no-store"} | ({"Content-Type": call.type} if call.type else {})
        return web.Response(body=text, status=call.status, headers=headers)
    return await _do(hub, call, answer)


async def _do(hub: Hub, call: once.Call, answer: Answer) -> web.Response:
    kept: once.Answer | None = None
    token = once.CURRENT.set(call)
    try:
        response = await answer()
        kept = _kept(response, call.done)
        return response
    finally:
        once.CURRENT.reset(token)
        try:
            await once.finish(hub, call, kept)
        except StorageError as error:
            hub.log.warning("the answer of a call is not kept", call=call.id, error=str(error))


def _kept(response: web.Response, done: bool) -> once.Answer | None:
    """Return what to keep of an answer; None where it is no last word, so that the call may be tried again."""
    if (response.status >= 500 or response.status == 429) and not done:
        return None
    body = response.body if isinstance(response.body, bytes) else b""
    if len(body) > _LARGEST_ANSWER:
        return None
    return once.Answer(response.status, response.headers.get("Content-Type", "") if body else "", body.decode())
