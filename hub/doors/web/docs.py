"""/openapi.json, made from the table of routes and its structs, and /docs, which shows it with a console, offline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web

from hub.doors.api.routes import ROUTES, Route
from hub.doors.web.assets import send

_STATIC = Path(__file__).parent / "static"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"
)
_TAGS = {"app": "Panel", "sdk": "Mobile SDKs"}
"""What an API is called, by the part of its paths behind /api/."""
_SWAGGER = {"swagger-ui-bundle.js", "swagger-ui.css"}


def add_routes(app: web.Application) -> None:
    """Serve the documentation of the API."""
    app.router.add_get("/openapi.json", _openapi)
    app.router.add_get("/docs{slash:/?}", _page)
    app.router.add_get("/docs/{name}", _asset)


def openapi() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of every route in the table."""
    types = {type for route in ROUTES for type in (route.body, route.answer) if type is not None}
    ordered = sorted(types, key=str)
    refs, components = msgspec.json.schema_components(ordered, ref_template="#/components/schemas/{name}")
    schema = dict(zip(ordered, refs, strict=True))
    paths: dict[str, Any] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schema)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Switchboard", "version": "1", "description": "REST API. Sockets are in docs/protocol.md."},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "Authorization", "description": "`Token <API key>`"},
                "agent": {"type": "http", "scheme": "bearer", "description": "the token of an agent's sign-in"},
            },
        },
    }


def _operation(route: Route, schema: dict[Any, Any]) -> dict[str, Any]:
    names = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    is_sdk = route.path.startswith("/api/sdk/")
    texts = set(names) if is_sdk else {name for name in names if "custom" in name or name == "name"}
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string" if name in texts else "integer"}}
        for name in names
    ]
    if is_sdk:
        parameters.append({
            "name": "X-User-Key", "in": "header", "required": False, "description": "from the answer to a ping",
            "schema": {"type": "string"},
        })  # fmt: skip
    parameters += [
        {"name": name, "in": "query", "required": False, "description": text, "schema": {"type": "string"}}
        for name, text in route.query.items()
    ]
    answer: dict[str, Any] = {"description": "Done"}
    if route.answer is not None:
        answer["content"] = {"application/json": {"schema": schema[route.answer]}}
    operation: dict[str, Any] = {
        "summary": route.summary, "operationId": _name(route), "tags": [_tag(route.path)], "parameters": parameters,
        "responses": {
            str(route.status): answer,
            **_refusals(route),
            "4XX": {"description": "Refused; the body says why", "content": {"application/json": {}}},
        },
    }  # fmt: skip
    if route.body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema[route.body]}}}
    if route.key:
        operation["security"] = [{"key": []}]
    elif route.path != "/api/app/sign-in":
        operation["security"] = [{"agent": []}, {"key": []}]
    answer["headers"] = _headers("X-Request-Id")
    if route.method == "POST" and not is_sdk:
        parameters.append(_header("Idempotency-Key", "under an API key: the same call again gets the first answer"))
    return operation


_TOLD = {
    "X-Request-Id": "the id of the call, in our log too",
    "Retry-After": "seconds to wait",
    "X-RateLimit-Limit": "calls a second under this key",
    "X-RateLimit-Remaining": "calls that may come at once",
    "X-RateLimit-Reset": "seconds until all of them may",
}


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"description": _TOLD[name], "schema": {"type": "string"}} for name in names}


def _header(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "description": description, "schema": {"type": "string"}}


def _refusals(route: Route) -> dict[str, Any]:
    """Return what every call under a key may be refused with."""
    detail = {"type": "object", "properties": {"detail": {"type": "string"}}, "required": ["detail"]}
    kind = "application/problem+json" if route.path.startswith("/api/app/") else "application/json"
    body = {kind: {"schema": detail}}
    return {
        "401": {"description": "The key or token is not valid", "headers": _headers("X-Request-Id"), "content": body},
        "429": {"description": "Too many calls; nothing was done", "headers": _headers(*_TOLD), "content": body},
    }


def _name(route: Route) -> str:
    """Return a name that no other call has: of the public API, which calls some handlers in several ways, by its path."""
    if not route.path.startswith("/api/public/"):
        return route.handler.__name__
    words = (part.strip("{}").replace("-", "_") for part in route.path.split("/")[3:] if part)
    return "_".join((route.method.lower(), *words))


def _tag(path: str) -> str:
    parts = path.split("/")
    return _TAGS.get(parts[2]) or parts[3].removesuffix("-by-id").replace("-", " ").capitalize()


async def _openapi(request: web.Request) -> web.Response:
    return web.Response(body=msgspec.json.encode(openapi()), content_type="application/json")


async def _page(request: web.Request) -> web.Response:
    response = send(request, _STATIC, "docs.html", "no-cache")
    response.headers["Content-Security-Policy"] = _POLICY
    return response


async def _asset(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if name in _SWAGGER:
        return send(request, _STATIC / "swagger", name, "public, max-age=86400")
    return send(request, _STATIC, name, "no-cache")
