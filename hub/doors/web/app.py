"""The HTTP server as a whole: which part of the address space belongs to which module."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from hub.core.hub import Hub
from hub.doors.api.compat import unrouted
from hub.doors.api.keyed import open_call, stamp
from hub.doors.api.routes import add_routes as add_api
from hub.doors.api.usercom import outgoing
from hub.doors.keys import HUB, IN_FLIGHT
from hub.doors.live.door import LiveDoor
from hub.doors.web import (
    assets,
    call_sounds,
    chat_page,
    confirming,
    demo,
    docs,
    files,
    forms,
    health,
    looks,
    phone,
    phone_stream,
    push,
    rating,
    recordings,
    setup,
    transcripts,
    trying,
    unsubscribing,
)
from hub.doors.web.inflight import InFlight

_BODY = 1_100_000
"""Bodies of JSON calls; uploads are read as a stream and have a limit of their own."""

_TAKEN = "authorization, accept, content-type, idempotency-key, if-match, if-none-match, x-request-id"
_SHOWN = (
    "ETag, Retry-After, Idempotency-Replayed, X-Request-Id, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
)


def build_app(hub: Hub, live: LiveDoor) -> web.Application:
    """Return the application that serves everything on one port."""
    app = web.Application(client_max_size=_BODY, middlewares=[_baseline])
    app[HUB] = hub
    app[IN_FLIGHT] = InFlight()
    live.attach(app)
    add_api(app)
    outgoing.teach(hub)
    assets.add_routes(app)
    files.add_routes(app)
    forms.add_routes(app)
    looks.add_routes(app)
    confirming.add_routes(app)
    unsubscribing.add_routes(app)
    rating.add_routes(app)
    recordings.add_routes(app)
    call_sounds.add_routes(app)
    transcripts.add_routes(app)
    chat_page.add_routes(app)
    push.add_routes(app)
    phone.add_routes(app)
    phone_stream.add_routes(app)
    docs.add_routes(app)
    health.add_routes(app, hub, live)
    if hub.settings.demo:
        demo.add_routes(app)
    app.router.add_get("/", setup.front_door)
    setup.add_routes(app)
    trying.add_routes(app)
    app[IN_FLIGHT].watch(app)
    app.on_response_prepare.append(stamp)
    return app


@web.middleware
async def _baseline(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Headers that every answer carries, and User.com's preflight answer for its API."""
    if request.path.startswith("/api/"):
        open_call(request.app[HUB], request)
    if request.method == "OPTIONS" and request.path.startswith(("/api/public/", "/api/app/")):
        return web.Response(status=204, headers=_cross_origin(request))
    try:
        response = await handler(request)
    except web.HTTPException as error:
        if error.status not in (404, 405) or not request.path.startswith(("/api/public/", "/api/sdk/")):
            error.headers["X-Content-Type-Options"] = "nosniff"
            raise
        response = unrouted(request, error)
    if not response.prepared:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
        if request.path.startswith("/api/public/"):
            response.headers.update(_cross_origin(request))
    return response


def _cross_origin(request: web.Request) -> dict[str, str]:
    """Browsers of other sites may call the API: it is guarded by a key in a header, never by a cookie."""
    return {
        "Access-Control-Allow-Origin": request.headers.get("Origin", "*"),
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS",
        "Access-Control-Allow-Headers": _TAKEN,
        "Access-Control-Expose-Headers": _SHOWN,
        "Access-Control-Max-Age": "600",
        "Vary": "Origin, Accept, Cookie",
    }
