"""The media workers of this node: processes of their own, so that sound never waits for the hub, nor the hub for sound.

The first call that needs one begins it. One that dies is begun anew by the next call that needs it; the calls that were in
it find another one (rooms.py). They end with this process, whose pipe they hold.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from hub.calls.media.control import Control, WorkerBusy, WorkerGone
from hub.core.hub import Hub

Handler = Callable[[Hub, dict[str, Any]], Awaitable[None]]
FOLDER = "recordings"
"""Below the data folder: what is being recorded here, until it is kept with the other files."""
_READY = 30.0
"""Seconds until a worker has to be ready: it loads codecs, and the disk may be cold."""


class MediaWorkers:
    """`hub.part(MediaWorkers)`: the workers of this process. Closed in server.py."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._running: list[_Running] = []
        self._beginning = asyncio.Lock()
        self._handlers: dict[str, Handler] = {}

    def on(self, kind: str, handler: Handler) -> None:
        """Call the handler for each event of this kind that a worker of this node tells."""
        self._handlers[kind] = handler

    async def warm(self) -> None:
        """Begin a worker where none runs, so that the call that rings now finds it ready."""
        with contextlib.suppress(WorkerBusy):
            await self._one()

    async def open_room(self, room: str, legs: int = 2) -> str:
        """Open a room on the worker with the fewest calls and return that worker's address. Raises WorkerBusy."""
        await self._one()
        loads = []
        for running in list(self._running):
            with contextlib.suppress(WorkerGone):
                loads.append(((await self._ask(running, "GET", "/load"))["legs"], running))
        for _, running in sorted(loads, key=lambda each: each[0]):
            with contextlib.suppress(WorkerBusy, WorkerGone):
                await self._ask(running, "PUT", f"/rooms/{room}", {"legs": legs})
                return running.url
        running = await self._begin_another()
        await self._ask(running, "PUT", f"/rooms/{room}", {"legs": legs})
        return running.url

    async def close(self) -> None:
        """End the workers. What they record is finished by them, or by the next ones."""
        for running in self._running:
            running.end()
        await asyncio.gather(*(running.ended(5.0) for running in self._running))
        self._running.clear()

    # ── one process ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _ask(self, running: _Running, method: str, path: str, body: Any = None) -> Any:
        return await self._hub.part(Control).ask(running.url, method, path, body)

    async def _one(self) -> None:
        async with self._beginning:
            self._running = [each for each in self._running if each.alive]
            if not self._running:
                await self._begin()

    async def _begin_another(self) -> _Running:
        async with self._beginning:
            if len(self._running) >= self._hub.settings.media_workers:
                raise WorkerBusy("All media workers of this node are full.")
            return await self._begin()

    async def _begin(self) -> _Running:
        settings = self._hub.settings
        if settings.media_workers == 0:
            raise WorkerBusy("This node has no media workers (HUB_MEDIA_WORKERS).")
        folder = settings.folder / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "media", "--host", settings.media_host, "--folder", str(folder)]
        command += ["--cpu-limit", str(settings.media_cpu), "--lag-limit", str(settings.media_lag)]
        command += ["--legs", str(settings.media_legs), "--sounds", str(settings.folder / "sounds")]
        for address in filter(None, (each.strip() for each in settings.media_address.split(","))):
            command += ["--address", address]
        if settings.media_ports:
            command += ["--ports", settings.media_ports]
        # Its own environment: the worker knows no secret but its token, and finds what this process finds.
        environment = {
            "MEDIA_TOKEN": self._hub.part(Control).token,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }
        process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, env=environment)
        assert process.stdout
        try:
            async with asyncio.timeout(_READY):
                url = msgspec.json.decode(await process.stdout.readline())["url"]
        except (TimeoutError, msgspec.DecodeError, KeyError, TypeError):
            process.kill()
            await process.wait()
            self._hub.log.error("a media worker did not start", returned=process.returncode)
            raise WorkerBusy("A media worker did not start.") from None
        running = _Running(process, url)
        self._running.append(running)
        self._hub.spawn(f"media worker {process.pid}", self._follow(running))
        self._hub.log.info("a media worker is ready", pid=process.pid)
        return running

    async def _follow(self, running: _Running) -> None:
        """Hand on what a worker tells, until it is gone."""
        last = 0
        while running.alive:
            try:
                async for event in self._hub.part(Control).feed(running.url, last):
                    last = event["id"]
                    handler = self._handlers.get(event["type"])
                    if handler is not None:
                        await self._handle(handler, event)
            except WorkerGone:
                await asyncio.sleep(0.2)
        if running.process.returncode:
            self._hub.log.warning(
                "a media worker is gone", pid=running.process.pid, returned=running.process.returncode
            )

    async def _handle(self, handler: Handler, event: dict[str, Any]) -> None:
        """Let one event after the other be handled: the keys of a telephone number have an order."""
        try:
            await handler(self._hub, event)
        except Exception as error:
            self._hub.log.error("what a media worker told could not be handled", kind=event["type"], exc_info=error)


class _Running:
    """A worker process: it ends when its standard input does."""

    def __init__(self, process: Process, url: str) -> None:
        self.process, self.url = process, url

    @property
    def alive(self) -> bool:
        return self.process.returncode is None

    def end(self) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()

    async def ended(self, patience: float) -> None:
        try:
            async with asyncio.timeout(patience):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
