"""The door of phone providers: what they send is handed on as it came, bytes and headers, and answered as they want it.

The address holds the application and a token; the signature is checked by the verb, before anything of the body is read.
"""

from __future__ import annotations

from aiohttp import web

from hub.accounts.system import system_of
from hub.calls.carriers.carrier import Hook
from hub.calls.carriers.hooks import TakeHook, take_hook
from hub.core.errors import InvalidPayload
from hub.doors.errors import as_hub_error, has_left
from hub.doors.keys import HUB
from storage.engine import Scope

LARGEST = 64 * 1024
"""Bytes of a hook: the longest text message, with all that is said of it."""
_PATH = r"/phone/{provider:[a-z]{1,20}}/{app:\d{1,15}}-{token:[A-Za-z0-9_-]{16,64}}/{what:[a-z]{1,20}}"


def add_routes(app: web.Application) -> None:
    """Serve /phone/{provider}/{application}-{token}/{what}."""
    app.router.add_post(_PATH, _take)


async def _take(request: web.Request) -> web.Response:
    hub, place = request.app[HUB], request.match_info
    try:
        scope = Scope(int(place["app"]))
        system = system_of(scope)
        headers = {name.lower(): value for name, value in request.headers.items()}
        address = hub.settings.base_url() + request.raw_path
        hook = Hook(address, place["what"], headers, await _body(request))
        answer = await take_hook(hub, system, TakeHook(place["provider"], place["token"], hook))
    except Exception as error:
        if has_left(request, error):
            return web.Response(status=499)
        refusal = as_hub_error(hub, error, "phone hook")
        return web.Response(text=refusal.message, status=refusal.status, content_type="text/plain")
    return web.Response(text=answer.body, content_type=answer.type, headers={"Cache-Control": "no-store"})


async def _body(request: web.Request) -> bytes:
    try:
        return await request.clone(client_max_size=LARGEST).read()
    except web.HTTPRequestEntityTooLarge:
        raise InvalidPayload(f"A hook has at most {LARGEST} bytes.") from None
