"""Attachments over HTTP: bytes in by PUT to a signed address, out by GET from another. Nothing served here can run."""

from __future__ import annotations

from urllib.parse import quote

import msgspec
from aiohttp import web

from hub.chat import attachments, links
from hub.core.errors import HubError, NotFound
from hub.core.hub import Hub
from hub.doors.errors import as_hub_error, has_left
from hub.doors.keys import HUB

_ANY_SITE = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
_INERT = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
_CHUNK = 64 * 1024


def add_routes(app: web.Application) -> None:
    """Serve /files/."""
    app.router.add_put(r"/files/{app:\d{1,12}}/{id:\d{1,15}}", _put)
    app.router.add_route("OPTIONS", r"/files/{app:\d{1,12}}/{id:\d{1,15}}", _preflight)
    app.router.add_get(r"/files/{app:\d{1,12}}/{id:\d{1,15}}/{variant:original|thumbnail}/{name:.*}", _get)


async def _preflight(request: web.Request) -> web.Response:
    return web.Response(
        status=204,
        headers=_ANY_SITE
        | {"Access-Control-Allow-Methods": "PUT", "Access-Control-Allow-Headers": "content-type", "Access-Control-Max-Age": "600"},
    )  # fmt: skip


async def _put(request: web.Request) -> web.Response:
    hub = request.app[HUB]
    try:
        app, id = _ids(request)
        expires, signature = _signature(request)
        if not links.upload_url_holds(hub, app, id, expires, signature):
            raise NotFound("This address does not hold any more. Start the upload again.")
        attachment = await attachments.receive_upload(hub, app, id, request.content.iter_chunked(_CHUNK))
    except Exception as error:
        if has_left(request, error):
            return web.Response(status=499)  # a phone in a tunnel
        return _refusal(as_hub_error(hub, error, "upload"))
    return _json({"ok": True, "attachment": attachment}, 200)


async def _get(request: web.Request) -> web.StreamResponse:
    hub = request.app[HUB]
    try:
        return await _file(hub, request)
    except Exception as error:
        return _refusal(as_hub_error(hub, error, "download"))


async def _file(hub: Hub, request: web.Request) -> web.StreamResponse:
    app, id = _ids(request)
    variant = request.match_info["variant"]
    expires, signature = _signature(request)
    if not links.file_url_holds(hub, app, id, variant, expires, signature):
        raise NotFound("This link has expired.")
    document = await attachments.stored_attachment(hub, app, id)
    path = hub.files.path(attachments.file_name(app, id, variant))
    if path is None:
        raise NotFound
    type = "image/webp" if variant == "thumbnail" else document["type"]
    shown = "inline" if variant == "thumbnail" or attachments.is_inline(type) else "attachment"
    headers = {
        "Content-Type": type if shown == "inline" else "application/octet-stream",
        "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(document['name'], safe='')}",
        "Cache-Control": f"private, max-age={max(0, (expires - hub.clock.now()) // 1000)}, immutable",
    }
    return web.FileResponse(path, headers=headers | _ANY_SITE | _INERT)


def _ids(request: web.Request) -> tuple[int, int]:
    return int(request.match_info["app"]), int(request.match_info["id"])


def _signature(request: web.Request) -> tuple[int, str]:
    expires = request.query.get("e", "")
    if not (expires.isascii() and expires.isdecimal()) or len(expires) > 15:
        raise NotFound
    return int(expires), request.query.get("s", "")


def _refusal(error: HubError) -> web.Response:
    response = _json({"ok": False, "error": error.as_wire()}, error.status)
    response.force_close()  # the rest of an upload that was refused is not read
    return response


def _json(body: object, status: int) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(body), status=status, content_type="application/json", headers=_ANY_SITE | _INERT
    )
