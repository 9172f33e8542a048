"""<data>/hub.sock: the running server owns the data folder, so commands that need it ask it to do the work."""

from __future__ import annotations

import http.client
import os
import socket
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web

from hub.accounts.applications import NewApplication, create_application
from hub.accounts.operators import OperatorOrder, order_operators
from hub.core.availability import months
from hub.core.hub import Hub
from hub.doors.cli.import_here import add_import_routes
from hub.doors.cli.move_here import add_move_route
from hub.doors.errors import as_hub_error

NAME = "hub.sock"
_PATIENCE = 30


class Refused(Exception):
    """The server did not do it; the message says why."""


async def serve_control(hub: Hub) -> web.AppRunner:
    """Listen on the control socket; the file's mode lets only the owner of the folder in."""
    app = web.Application()

    async def init(request: web.Request) -> web.Response:
        try:
            made = await create_application(hub, msgspec.json.decode(await request.read(), type=NewApplication))
        except Exception as error:
            return web.json_response({"error": as_hub_error(hub, error, "init").message}, status=400)
        return web.Response(body=msgspec.json.encode(made), content_type="application/json")

    async def operator(request: web.Request) -> web.Response:
        try:
            known = await order_operators(hub, msgspec.json.decode(await request.read(), type=OperatorOrder))
        except Exception as error:
            return web.json_response({"error": as_hub_error(hub, error, "operator").message}, status=400)
        return web.Response(body=msgspec.json.encode(known), content_type="application/json")

    async def availability(request: web.Request) -> web.Response:
        known = await months(hub.store, hub.clock.now())
        return web.Response(body=msgspec.json.encode(known), content_type="application/json")

    app.router.add_post("/init", init)
    app.router.add_post("/availability", availability)
    app.router.add_post("/operator", operator)
    add_import_routes(app, hub)
    add_move_route(app, hub)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    path = hub.settings.folder / NAME
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with _short(path) as short:
        listener.bind(short)
    path.chmod(0o600)
    await web.SockSite(runner, listener).start()
    return runner


def ask_running_server(folder: Path, command: str, body: bytes) -> Any:
    """Let the server that owns the folder do a command; None where none is running. Raises Refused."""
    connection = connect(folder, _PATIENCE)
    if connection is None:
        return None
    try:
        return msgspec.json.decode(ask(connection, command, body).read())
    finally:
        connection.close()


def ask(connection: http.client.HTTPConnection, command: str, body: Any, **headers: str) -> http.client.HTTPResponse:
    """Send a command with its body; return the answer, to be read. Raises Refused."""
    try:
        try:
            connection.request("POST", f"/{command}", body, {"Content-Type": "application/json", **headers})
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all of it was sent; the answer says why
        response = connection.getresponse()
        if response.status != 200:
            raise Refused(msgspec.json.decode(response.read())["error"])
        return response
    except (OSError, http.client.HTTPException, msgspec.DecodeError) as error:
        raise Refused(f"The running server did not answer: {error}.") from None


def connect(folder: Path, patience: float) -> http.client.HTTPConnection | None:
    """Return a connection to the server that owns the folder, None where none is running."""
    path = folder / NAME
    if not path.exists():
        return None
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.settimeout(patience)
    try:
        with _short(path) as short:
            link.connect(short)
    except (ConnectionRefusedError, FileNotFoundError):
        link.close()
        return None  # left behind by a server that was killed
    connection = http.client.HTTPConnection("localhost", timeout=patience)
    connection.sock = link
    return connection


class _short:
    """A short name for a socket's path: the system takes at most 107 bytes, folders may be deeper."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder = os.open(path.parent, os.O_RDONLY)

    def __enter__(self) -> str:
        if len(os.fsencode(self._path)) < 100:
            return str(self._path)
        return f"/proc/self/fd/{self._folder}/{self._path.name}"

    def __exit__(self, *_: object) -> None:
        os.close(self._folder)
