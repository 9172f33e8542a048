"""/openapi.json, for both versions of the public API or with `?version=` for one, and /docs, which shows it with a console."""

from __future__ import annotations

from pathlib import Path

import msgspec
from aiohttp import web

from hub.doors.api.document.document import openapi
from hub.doors.web.assets import send

_STATIC = Path(__file__).parent / "static"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"
)
_SWAGGER = {"swagger-ui-bundle.js", "swagger-ui.css"}


def add_routes(app: web.Application) -> None:
    """Serve the documentation of the API."""
    app.router.add_get("/openapi.json", _openapi)
    app.router.add_get("/docs{slash:/?}", _page)
    app.router.add_get("/docs/{name}", _asset)


async def _openapi(request: web.Request) -> web.Response:
    version = {"1": 1, "2": 2}.get(request.query.get("version", ""))
    return web.Response(body=msgspec.json.encode(openapi(version)), content_type="application/json")


async def _page(request: web.Request) -> web.Response:
    response = send(request, _STATIC, "docs.html", "no-cache")
    response.headers["Content-Security-Policy"] = _POLICY
    return response


async def _asset(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if name in _SWAGGER:
        return send(request, _STATIC / "swagger", name, "public, max-age=86400")
    return send(request, _STATIC, name, "no-cache")
