"""The built bundles of widget and panel. Read once, compressed once, cached by what they contain."""

from __future__ import annotations

import functools
import gzip
import hashlib
import mimetypes
import re
from pathlib import Path

from aiohttp import web
from msgspec import Struct

import panel
import widget
from hub.doors.keys import HUB
from hub.doors.web.consent import around, mode_of

WIDGET = Path(widget.__file__).parent / "dist"
_PANEL = Path(panel.__file__).parent / "dist"
_FOREVER = "public, max-age=31536000, immutable"
_SHORT = "public, max-age=300"
_CHECK = "no-cache"
_HASHED = re.compile(r"\.[0-9a-f]{8}\.js$")
_COMPRESSED = (".js", ".css", ".html", ".svg", ".json", ".webmanifest")
PANEL_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; font-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
)


class Asset(Struct, frozen=True):
    """A file as it is sent."""

    body: bytes
    zipped: bytes | None
    type: str
    etag: str


def add_routes(app: web.Application) -> None:
    """Serve /widget.js, the widget's chunks and the panel."""
    app.router.add_get("/widget.js", _widget_loader)
    app.router.add_get("/widget/{name}", _widget_chunk)
    app.router.add_get("/panel", _to_panel)
    app.router.add_get("/panel/{path:.*}", _panel)


async def _widget_loader(request: web.Request) -> web.StreamResponse:
    key = request.query.get("key", "")
    mode = await mode_of(request.app[HUB], key) if key else "given"
    return send(request, WIDGET, "widget.js", _SHORT, any_site=True, consent=mode)


async def _widget_chunk(request: web.Request) -> web.StreamResponse:
    name = request.match_info["name"]
    return send(request, WIDGET, name, _FOREVER if _HASHED.search(name) else _SHORT, any_site=True)


async def _to_panel(request: web.Request) -> web.StreamResponse:
    raise web.HTTPMovedPermanently("/panel/")


async def _panel(request: web.Request) -> web.StreamResponse:
    path = request.match_info["path"]
    is_asset = path.startswith("assets/")
    if not is_asset and _inside(_PANEL, path) is None:
        path = "index.html"  # an address inside the app: its router knows it
    response = send(request, _PANEL, path, _FOREVER if is_asset else _CHECK)
    response.headers["Content-Security-Policy"] = PANEL_POLICY
    return response


def _inside(folder: Path, path: str) -> Path | None:
    """Return the file where it is one inside the folder: no name a browser sends leads out of it."""
    try:
        file = (folder / path).resolve()
        return file if file.is_relative_to(folder.resolve()) and file.is_file() else None
    except (ValueError, OSError):  # NUL, or a name that is too long
        return None


def send(
    request: web.Request, folder: Path, name: str, cache: str, *, any_site: bool = False, consent: str = "given"
) -> web.Response:
    """Return a file of a folder, compressed where that helps, or 304 where the browser has it.

    With another `consent` than "given" it is the widget's loader, which takes that where the page says nothing.
    The name may come from a browser as it is: it is looked up inside the folder and nowhere else.
    """
    file = _inside(folder, name)
    if file is None:
        raise web.HTTPNotFound
    asset = _load(file, file.stat().st_mtime_ns, consent)
    headers = {"Cache-Control": cache, "ETag": asset.etag, "Vary": "Accept-Encoding"}
    if any_site:  # the widget is loaded by other people's websites
        headers |= {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
    if asset.etag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    zipped = asset.zipped is not None and "gzip" in request.headers.get("Accept-Encoding", "")
    if zipped:
        headers["Content-Encoding"] = "gzip"
    return web.Response(body=asset.zipped if zipped else asset.body, headers=headers | {"Content-Type": asset.type})


@functools.lru_cache(1024)  # more than there are files: a browser that installs the panel asks for all of them in turn
def _load(file: Path, _changed: int, consent: str) -> Asset:
    body = file.read_bytes()
    if consent != "given":  # what a page that says nothing means anyway
        body = around(body, consent)
    type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    if file.suffix == ".webmanifest":
        type = "application/manifest+json"
    if type.startswith("text/") or "javascript" in type or "json" in type:
        type += "; charset=utf-8"
    zipped = gzip.compress(body, 9, mtime=0) if file.suffix in _COMPRESSED else None
    return Asset(body, zipped, type, f'"{hashlib.sha256(body).hexdigest()[:20]}"')
