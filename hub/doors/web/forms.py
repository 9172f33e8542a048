"""Forms on pages that have no chat: the form as JSON, and what was filled in as a plain POST, from any allowed site."""

from __future__ import annotations

import msgspec
from aiohttp import web

from hub.accounts.applications import Application, application_of_widget
from hub.accounts.grants import GUEST
from hub.core.actor import Actor
from hub.core.errors import HubError, InvalidPayload, NotFound, OriginRefused
from hub.core.hub import Hub
from hub.core.sharing import Sharing
from hub.doors.errors import as_hub_error, has_left
from hub.doors.keys import HUB
from hub.doors.live.limits import address_of
from hub.doors.live.sessions import origin_allowed
from hub.doors.peers import peer_of
from hub.people.forms.fields import Language
from hub.people.forms.showing import OpenForm, open_form
from hub.people.forms.submitting import FilledForm, TakenForm, submit_form
from hub.people.forms.traps import Pace
from hub.people.tracking.browsers import is_bot
from hub.people.visitors import recall
from storage.engine import Scope

LARGEST = 256 * 1024
"""Bytes of one submission: what fifty long answers need."""
_PATH = r"/forms/{key:[A-Za-z0-9]{1,64}}/{id:\d{1,15}}"


class PostedForm(FilledForm, frozen=True, forbid_unknown_fields=True):
    """A form that came without a socket, with the token of the browser where the widget has one."""

    visitor_token: str | None = None


def add_routes(app: web.Application) -> None:
    """Serve /forms/{widget key}/{form}."""
    app.router.add_get(_PATH, _get)
    app.router.add_post(_PATH, _post)
    app.router.add_route("OPTIONS", _PATH, _preflight)


async def _preflight(request: web.Request) -> web.Response:
    more = {
        "Access-Control-Allow-Methods": "GET, POST", "Access-Control-Allow-Headers": "content-type",
        "Access-Control-Max-Age": "600",
    }  # fmt: skip
    return web.Response(status=204, headers=_any_site(request) | more)


async def _get(request: web.Request) -> web.Response:
    hub = request.app[HUB]
    try:
        app = await _application(hub, request)
        language: Language = "pl" if request.query.get("language") == "pl" else "en"
        form = await open_form(hub, _guest(app), OpenForm(int(request.match_info["id"]), language))
    except Exception as error:
        return _refusal(request, as_hub_error(hub, error, "form"))
    return _json(request, {"ok": True, "form": form}, 200)


async def _post(request: web.Request) -> web.Response:
    hub = request.app[HUB]
    try:
        app = await _application(hub, request)
        answer = await _take(hub, app, request)
    except Exception as error:
        if has_left(request, error):
            return web.Response(status=499)
        return _refusal(request, as_hub_error(hub, error, "form"))
    return _json(request, {"ok": True, **msgspec.to_builtins(answer)}, 200)


async def _take(hub: Hub, app: Application, request: web.Request) -> TakenForm:
    environ = {
        "REMOTE_ADDR": request.remote or "", "HTTP_X_FORWARDED_FOR": request.headers.get("X-Forwarded-For", ""),
    }  # fmt: skip
    address = address_of(hub.settings, environ)
    if address is not None:
        await hub.part(Pace).take(f"address:{address}")
    posted = await _body(request)
    if posted.form != int(request.match_info["id"]):
        raise InvalidPayload("`form` is another one than the address says.")
    filled = {name: getattr(posted, name) for name in FilledForm.__struct_fields__}
    if is_bot(request.headers.get("User-Agent", ""), peer_of(hub.settings, environ)):
        filled["trap"] = "bot"  # answered like everybody, and not kept
    actor = await recall(hub, app, posted.visitor_token, GUEST) or _guest(app)
    return await submit_form(hub, actor, FilledForm(**filled))


async def _body(request: web.Request) -> PostedForm:
    if (request.content_length or 0) > LARGEST:
        raise InvalidPayload(f"The body is larger than {LARGEST // 1024} KB.")
    body = bytearray()
    async for piece in request.content.iter_chunked(65_536):
        body += piece
        if len(body) > LARGEST:
            raise InvalidPayload(f"The body is larger than {LARGEST // 1024} KB.")
    try:
        return msgspec.json.decode(bytes(body), type=PostedForm)
    except msgspec.ValidationError:
        raise
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise InvalidPayload("The body is not JSON.") from None


async def _application(hub: Hub, request: web.Request) -> Application:
    """Return whose form it is. Raises UnknownApplication, OriginRefused."""
    key = request.match_info["key"]
    app = await hub.part(Sharing).read(("widget", key), lambda: application_of_widget(hub, key))
    if not origin_allowed(app, request.headers.get("Origin")):
        raise OriginRefused
    if not 0 < int(request.match_info["id"]) < 2**53:
        raise NotFound
    return app


def _guest(app: Application) -> Actor:
    return Actor("contact", 0, "", Scope(app.id), GUEST)


def _any_site(request: web.Request) -> dict[str, str]:
    return {
        "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }  # fmt: skip


def _refusal(request: web.Request, error: HubError) -> web.Response:
    response = _json(request, {"ok": False, "error": error.as_wire()}, error.status)
    response.force_close()  # the rest of a body that was refused is not read
    return response


def _json(request: web.Request, body: object, status: int) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(body), status=status, content_type="application/json", headers=_any_site(request)
    )
