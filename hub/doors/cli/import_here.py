"""`python server.py import contacts`, the side that owns the store: the running server, or the command itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web
from msgspec import Struct

from hub.accounts.applications import application_ids
from hub.accounts.grants import SYSTEM
from hub.core.actor import Actor
from hub.core.errors import AttachmentTooLarge, HubError, InvalidPayload
from hub.core.hub import Hub
from hub.doors.errors import as_hub_error
from hub.people.importing import imports, running
from hub.people.importing.imports import ImportRef, ImportStart, NewImport
from hub.people.importing.planning import Match
from hub.people.importing.shown import Import
from hub.people.segments.membership import Membership
from storage.engine import Scope

_PIECE = 1024 * 1024
_LOOK = 0.25
"""Seconds between two looks at how far it has come."""
_FOREVER = 30 * 86_400.0


class Order(Struct, frozen=True):
    """What the command was asked for; `mapping` has `header → attribute` where the guess is not meant."""

    name: str
    size: int
    application: int | None = None
    charset: str | None = None
    delimiter: str | None = None
    mapping: dict[str, str] = {}
    match: Match = "auto"
    dry_run: bool = False


class Begun(Struct, frozen=True):
    """An import that goes on, and whose it is."""

    application: int
    state: Import


async def begin(hub: Hub, order: Order, pieces: AsyncIterator[bytes]) -> Begun:
    """Take the file and start. Raises an error of the catalogue; then nothing of it stays."""
    if order.size > hub.settings.import_limit:
        raise AttachmentTooLarge(f"The file is larger than {hub.settings.import_limit / 1_048_576:,.0f} MB.")
    actor = _actor(await application_of(hub, order.application))
    new = NewImport(order.name, pieces, order.charset, order.delimiter)
    found = await imports.upload_import(hub, actor, new)
    try:
        start = ImportStart(found.id, _mapping(found, order.mapping), order.match)
        state = await (imports.check_import if order.dry_run else imports.start_import)(hub, actor, start)
    except HubError:
        await imports.delete_import(hub, actor, ImportRef(found.id))
        raise
    return Begun(actor.scope.app, state)


def _actor(app: int) -> Actor:
    return Actor("system", 0, "Command line", Scope(app), SYSTEM)


async def application_of(hub: Hub, wanted: int | None) -> int:
    """Return the application that is named, else the only one. Raises InvalidPayload."""
    known = await application_ids(hub)
    if wanted is not None and wanted in known:
        return wanted
    if wanted is None and len(known) == 1:
        return known[0]
    which = ", ".join(map(str, known))
    if not known:
        raise InvalidPayload("There is no application yet. Make one with `python server.py init`.")
    raise InvalidPayload(f"Name the application with --application: there are {which}.")


def _mapping(found: Import, wanted: dict[str, str]) -> list[str | None]:
    """Return the attribute of each column: as it was guessed, but for those that were named."""
    headers = [column.header for column in found.columns]
    for header in wanted:
        if header not in headers:
            raise InvalidPayload(f"The file has no column called {header[:60]!r}.")
    return [wanted.get(column.header, column.attribute) or None for column in found.columns]


async def import_here(
    hub: Hub, order: Order, file: Path, show: Callable[[Import], None], write: Callable[[bytes], Any]
) -> Import:
    """Do the whole import on a store that no server is running on. `write` gets the refused rows, where there are any."""
    begun = await begin(hub, order, _pieces(file))
    actor, which = _actor(begun.application), ImportRef(begun.state.id)
    document = await imports.stored_import(hub, actor.scope, which.id)
    hub.spawn("membership", hub.part(Membership).run())
    work = hub.spawn(
        "import", running.take_turn(hub, actor.scope, which.id, document["run"], time.monotonic() + _FOREVER)
    )
    assert work is not None
    while not work.done():
        await asyncio.wait([work], timeout=_LOOK)
        show(await imports.get_import(hub, actor, which))
    work.result()
    while not hub.part(Membership).idle:  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0.05)
    state = await imports.get_import(hub, actor, which)
    if state.refused and not order.dry_run:
        async for piece in await imports.read_refused(hub, actor, which):
            write(piece)
    return state


async def _pieces(file: Path) -> AsyncIterator[bytes]:
    with file.open("rb") as source:
        while piece := await asyncio.to_thread(source.read, _PIECE):
            yield piece


# ── the running server ───────────────────────────────────────────────────────────────────────────────────────────────


def add_import_routes(app: web.Application, hub: Hub) -> None:
    """Let the control socket take imports."""

    def told(error: Exception) -> web.Response:
        return web.json_response({"error": as_hub_error(hub, error, "import").message}, status=400)

    async def start(request: web.Request) -> web.Response:
        try:
            order = msgspec.json.decode(request.headers["X-Order"], type=Order)
            begun = await begin(hub, order, request.content.iter_chunked(_PIECE))
        except Exception as error:
            response = told(error)
            response.force_close()
            return response
        return web.Response(body=msgspec.json.encode(begun), content_type="application/json")

    async def look(request: web.Request) -> web.Response:
        try:
            begun = msgspec.json.decode(await request.read(), type=tuple[int, int])
            state = await imports.get_import(hub, _actor(begun[0]), ImportRef(begun[1]))
        except Exception as error:
            return told(error)
        return web.Response(body=msgspec.json.encode(state), content_type="application/json")

    async def refused(request: web.Request) -> web.StreamResponse:
        try:
            begun = msgspec.json.decode(await request.read(), type=tuple[int, int])
            pieces = await imports.read_refused(hub, _actor(begun[0]), ImportRef(begun[1]))
        except Exception as error:
            return told(error)
        response = web.StreamResponse()
        await response.prepare(request)
        async for piece in pieces:
            await response.write(piece)
        await response.write_eof()
        return response

    app.router.add_post("/import", start)
    app.router.add_post("/import/look", look)
    app.router.add_post("/import/refused", refused)
