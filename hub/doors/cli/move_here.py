"""`python server.py import user-com`, the side that owns the store: the running server, or the command itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec
from aiohttp import web

from hub.accounts.grants import SYSTEM
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.doors.cli.import_here import application_of
from hub.doors.errors import as_hub_error
from hub.moving.order import Move, MoveOrder
from hub.moving.running import move_in
from hub.people.segments.membership import Membership
from storage.engine import Scope

NAME = "User.com"
"""Who is said to have brought something in."""


async def move_here(hub: Hub, order: MoveOrder, show: Callable[[Move], None]) -> Move:
    """Move an account into a store that no server is running on; return what became of it."""
    hub.spawn("membership", hub.part(Membership).run())
    state: Move | None = None
    async for state in await move_in(hub, await _mover(hub, order), order):
        show(state)
    while not hub.part(Membership).idle:  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0.05)
    assert state is not None
    return state


async def _mover(hub: Hub, order: MoveOrder) -> Actor:
    return Actor("system", 0, NAME, Scope(await application_of(hub, order.application)), SYSTEM)


def add_move_route(app: web.Application, hub: Hub) -> None:
    """Let the control socket move accounts in; it ends when whoever asked for it has gone."""

    async def move(request: web.Request) -> web.StreamResponse:
        try:
            order = msgspec.json.decode(await request.read(), type=MoveOrder)
            states = await move_in(hub, await _mover(hub, order), order)
        except Exception as error:
            return web.json_response({"error": as_hub_error(hub, error, "move").message}, status=400)
        response = web.StreamResponse()
        await response.prepare(request)
        async for state in states:
            await response.write(msgspec.json.encode(state) + b"\n")
        await response.write_eof()
        return response

    app.router.add_post("/move", move)
