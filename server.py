"""The parts list: settings → store → hub → doors → run. What is opened here is closed here. Nobody imports this file."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, web
from click import Command

from hub import subscribers, upgrades
from hub.accounts import collections as accounts
from hub.accounts.applications import NewApplication, create_application
from hub.accounts.demo import FILE, DemoSignIn, ensure_demo
from hub.accounts.operators import Operator, OperatorOrder, order_operators
from hub.accounts.setting_up import is_empty, setup_token
from hub.calls import collections as calls
from hub.calls.media.control import Control
from hub.calls.media.workers import MediaWorkers
from hub.calls.phone.trunks import Trunks
from hub.calls.recordings import keep_leftovers
from hub.chat import collections as chat
from hub.chat.dealings import Dealings
from hub.chat.inbox.indexing import Indexing
from hub.core import collections as core
from hub.core.availability import Availability, Month, months
from hub.core.clock import Clock
from hub.core.fetch import Fetch
from hub.core.hub import Hub
from hub.core.installation import installation_facts
from hub.core.log import configure
from hub.core.migrations import migrate
from hub.core.nodes import Nodes
from hub.core.settings import Settings
from hub.crm import collections as crm
from hub.doors.cli.commands import build_cli
from hub.doors.cli.control import serve_control
from hub.doors.cli.import_here import Order, import_here
from hub.doors.cli.move_here import move_here
from hub.doors.cli.stopping import Stopping
from hub.doors.keys import IN_FLIGHT
from hub.doors.live.door import LiveDoor
from hub.doors.web.app import build_app
from hub.doors.web.probes import watch_services
from hub.doors.workers.listener import open_listener, own_address
from hub.doors.workers.neighbours import Neighbours
from hub.doors.workers.seat import Seat
from hub.moving import collections as moving
from hub.moving.order import Move, MoveOrder
from hub.outreach import collections as outreach
from hub.outreach.inbox.reading import Reader
from hub.outreach.mail.sender import installation_sender
from hub.outreach.mail.sending import Post
from hub.outreach.push.handing import Handing
from hub.people import collections as people
from hub.people.importing.imports import Import
from hub.people.segments.membership import Membership
from hub.people.segments.sizes import order_count
from hub.people.tracking import browsers, places
from hub.people.tracking.places import Places
from hub.support import collections as support
from hub.webhooks import collections as webhooks
from hub.webhooks.sending import Sender
from hub.webhooks.touches import Touches
from storage.bus import Bus, MemoryBus
from storage.engine import Engine
from storage.files import FolderFiles
from storage.redis_bus import RedisBus

COLLECTIONS = (
    *core.COLLECTIONS, *accounts.COLLECTIONS, *people.COLLECTIONS, *chat.COLLECTIONS, *crm.COLLECTIONS,
    *outreach.COLLECTIONS, *moving.COLLECTIONS, *webhooks.COLLECTIONS, *calls.COLLECTIONS, *support.COLLECTIONS,
)  # fmt: skip
STREAMS = (*people.STREAMS, *chat.STREAMS, *crm.STREAMS)
_PATIENCE_WITH_REQUESTS = 4.0
"""Seconds that a slow request gets when the process stops."""
_PATIENCE_WITH_GOODBYES = 2.5
"""Seconds that clients get to close their side; the live engine itself waits two."""


def _store(settings: Settings, apart: Any) -> Engine:
    if settings.mongo_url:
        from storage.mongo import MongoEngine  # 41 MB that the embedded store does not need

        return MongoEngine(settings.mongo_url)
    from storage.sqlite import SqliteEngine

    return SqliteEngine(settings.folder, apart=apart)


def _bus(settings: Settings, node: str, log: Any) -> Bus:
    return RedisBus(settings.redis_url, node, log) if settings.redis_url else MemoryBus()


@contextlib.asynccontextmanager
async def open_hub(settings: Settings, *, busy: bool = False) -> AsyncIterator[Hub]:
    """Yield the hub on an open store, its data migrated; let go of everything afterwards.

    For a busy one, a process of its own writes the embedded store.
    """
    log = configure(settings.log_level, settings.log_format)
    node = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
    settings.folder.mkdir(parents=True, exist_ok=True)
    apart = log if busy and sys.platform == "linux" else None
    store, bus = _store(settings, apart), _bus(settings, node, log)
    await store.open(COLLECTIONS, STREAMS)
    try:
        secret = bytes.fromhex((await installation_facts(store))["secret"])
        hub = Hub(settings, store, bus, FolderFiles(settings.folder / "files"), log, Clock(), node, secret)
        subscribers.connect(hub)
        await migrate(hub, upgrades.HISTORY)
        await bus.open(secret)
        try:
            yield hub
        finally:
            await hub.part(MediaWorkers).close()
            await hub.stop()
            await hub.part(Control).close()
            await hub.part(Handing).close()
            await hub.part(Fetch).close()
            hub.part(Post).close()
            hub.part(Nodes).part()
            await bus.close()
    finally:
        await store.close()


async def serve(settings: Settings, seat: Seat | None = None) -> int:
    """Run the whole product until SIGTERM or SIGINT; return the exit code. With a seat it is one of several workers."""
    async with open_hub(settings, busy=True) as hub:
        hub.part(Places)  # a file of places that can't be read is told before anything is open
        installation_sender(settings)  # and so is a key for its mails
        stopping = Stopping(hub.log, supervised=seat is not None)
        demo = await ensure_demo(hub) if settings.demo else None
        neighbours = Neighbours(hub, seat) if seat else None
        live = LiveDoor(hub, neighbours)
        runner = web.AppRunner(build_app(hub, live), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        listener = seat.open_listener() if seat else open_listener(settings)
        control = None if settings.mongo_url else await serve_control(hub)
        http: ClientSession | None = None
        try:
            live.start()
            hub.spawn("jobs", hub.jobs.run())
            hub.spawn("membership", hub.part(Membership).run())
            hub.spawn("dealings", hub.part(Dealings).run())
            hub.spawn("indexing", hub.part(Indexing).run())
            hub.spawn("webhooks", hub.part(Sender).run())
            hub.spawn("touches", hub.part(Touches).run())
            hub.spawn("mailboxes", hub.part(Reader).run())
            hub.spawn("trunks", hub.part(Trunks).run())
            hub.spawn("recordings", keep_leftovers(hub))
            await order_count(hub)
            hub.spawn("warm up", asyncio.to_thread(_warm_up))
            if neighbours and runner.server:
                neighbours.open(runner.server)
            site = web.SockSite(runner, listener, backlog=1024)
            await site.start()
            http = ClientSession(own_address(*listener.getsockname()[:2]))
            watch_services(hub, http)
            hub.spawn("availability", hub.part(Availability).run())
            token = await setup_token(hub) if await is_empty(hub) else None
            _announce(_addresses(settings, listener.getsockname()[1], demo, token), seat, stopping)
            _calm_collector()
            await stopping.asked.wait()
            await _leave(hub, live, runner, site, replaced=stopping.replaced)
        finally:
            if http:
                await http.close()
            if control:
                await control.cleanup()
            await runner.cleanup()
            if neighbours:
                neighbours.close()
    return 0


def _warm_up() -> None:
    browsers.warm_up()
    places.warm_up()


def _calm_collector() -> None:
    """Let the garbage collector look seldom: what people do makes many objects, and hardly a cycle among them."""
    gc.collect()
    gc.freeze()  # what lives from the start is never looked through again
    gc.set_threshold(20_000, 20, 50)


async def _leave(hub: Hub, live: LiveDoor, runner: web.AppRunner, site: web.SockSite, replaced: bool) -> None:
    """Stop without anybody losing anything: say so, let the others take over, move the clients, finish the rest."""
    in_flight, server = runner.app[IN_FLIGHT], runner.server
    assert server
    in_flight.last_ones = True
    await hub.part(Availability).part()
    if replaced:  # the port is served by our successor already
        await site.stop()
    else:
        live.draining = True
        if hub.settings.redis_url:  # somebody else may be there, and a balancer that has to notice
            hub.log.info("stopping: not ready any more", seconds=hub.settings.drain_delay)
            await asyncio.sleep(hub.settings.drain_delay)
    hub.log.info("stopping: clients are told to reconnect")
    await live.move(hub.settings.drain_seconds)
    if not replaced:
        await site.stop()
    in_flight.close_idle(server)
    await asyncio.gather(in_flight.answered(_PATIENCE_WITH_REQUESTS), live.close())
    await live.settled(_PATIENCE_WITH_GOODBYES)


async def create(settings: Settings, new: NewApplication) -> dict[str, Any]:
    """Make an application on a store that no server is running on."""
    async with open_hub(settings) as hub:
        return await create_application(hub, new)


async def operate(settings: Settings, order: OperatorOrder) -> list[Operator]:
    """Say who operates the installation, on a store that no server is running on."""
    async with open_hub(settings) as hub:
        return await order_operators(hub, order)


async def availability(settings: Settings) -> list[Month]:
    """Read how much of each month each service was there, from a store that no server is running on."""
    async with open_hub(settings) as hub:
        return await months(hub.store, hub.clock.now())


async def import_contacts(
    settings: Settings, order: Order, file: Path, show: Callable[[Import], None], write: Callable[[bytes], Any]
) -> Import:
    """Import a file of contacts into a store that no server is running on."""
    _calm_collector()
    async with open_hub(settings) as hub:
        return await import_here(hub, order, file, show, write)


async def move_in(settings: Settings, order: MoveOrder, show: Callable[[Move], None]) -> Move:
    """Move an account of User.com into a store that no server is running on."""
    _calm_collector()
    async with open_hub(settings) as hub:
        return await move_here(hub, order, show)


def _announce(text: str, seat: Seat | None, stopping: Stopping) -> None:
    if seat is None:
        print(text, flush=True)
        return
    seat.watch(stopping.alone)
    seat.say_ready(text)


def _addresses(settings: Settings, port: int, demo: DemoSignIn | None, token: str | None = None) -> str:
    base = settings.base_url(port)
    lines = ["Switchboard is ready."]
    if demo:
        lines.append(f"  Demo website   {base}/demo/")
    lines.append(f"  Agent panel    {base}/panel/")
    if demo and demo.password:
        lines.append(f"                 sign in as {demo.email} with {demo.password}")
    elif demo:
        lines.append(f"                 sign in as {demo.email} (the password's file {FILE} is gone)")
    lines.append(f"  API            {base}/docs")
    if token:
        lines.append(f"  First start    {base}/setup?token={token}")
    return "\n".join(lines)


def command_line() -> Command:
    """Return the command line, with what its commands run."""
    return build_cli(serve, create, availability, import_contacts, move_in, operate)


def main() -> None:
    """Run the command line."""
    os.umask(0o077)  # the data folder holds secrets and what people wrote: for its owner alone
    command_line()()


if __name__ == "__main__":
    main()
