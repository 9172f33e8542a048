"""`sipp` as the provider of a trunk: it plays a scenario of tests/calls/sipp, and says whether all went as it stands there."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hub.calls.sip.called import IncomingCall
from hub.calls.sip.events import Event
from hub.calls.sip.registration import Pauses
from hub.calls.sip.timers import Timers
from hub.calls.sip.trunk import Trunk, TrunkConfig

SCENARIOS = Path(__file__).parents[1] / "calls" / "sipp"
QUICK = Timers(t1=0.1, t2=0.4, t4=0.4)
HASTY = Timers(t1=0.03, t2=0.1, t4=0.1)
"""For those that wait until somebody has waited long enough: two seconds."""
HERE = "127.0.0.1"


class Peer:
    """A run of sipp. `await peer.done()` fails with its own words where something came that the scenario does not expect."""

    def __init__(self, process: asyncio.subprocess.Process, errors: Path) -> None:
        self._process, self._errors = process, errors

    async def done(self) -> None:
        """Wait until the scenario is over."""
        output, _ = await self._process.communicate()
        said = self._errors.read_text(errors="replace") if self._errors.exists() else ""
        assert self._process.returncode == 0, said[-3000:] or output.decode(errors="replace")[-3000:]


def free_port(kind: socket.SocketKind = socket.SOCK_DGRAM) -> int:
    """Return a port that nobody has now, of UDP unless it is to be one of TCP."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])


def free_pair() -> int:
    """Return a port that nobody has now, neither of UDP nor of TCP, nor the next one: phones take that for TLS."""
    while True:
        port = free_port()
        try:
            with contextlib.ExitStack() as probes:
                for place, kind in (
                    (port, socket.SOCK_STREAM),
                    (port + 1, socket.SOCK_STREAM),
                    (port + 1, socket.SOCK_DGRAM),
                ):
                    probes.enter_context(socket.socket(socket.AF_INET, kind)).bind((HERE, place))
        except OSError:
            continue
        return port


@contextlib.asynccontextmanager
async def playing(
    scenario: str,
    folder: Path,
    port: int,
    to: tuple[str, int] | None = None,
    host: str = HERE,
    transport: str = "udp",
    **keys: str,
) -> AsyncIterator[Peer]:
    """Run a scenario at a port; with `to` it begins, without it waits for us. Keys stand in it as @key@."""
    if shutil.which("sipp") is None:
        pytest.skip("sipp is not installed")
    errors = folder / f"{scenario}.errors"
    end = [f"{to[0]}:{to[1]}"] if to else []
    text = (SCENARIOS / f"{scenario}.xml").read_text()
    for key, value in keys.items():
        text = text.replace(f"@{key}@", value)
    (script := folder / f"{scenario}.xml").write_text(text)
    process = await asyncio.create_subprocess_exec(
        "sipp", "-sf", str(script), "-m", "1", "-i", host, "-p", str(port), "-nostdin",
        "-trace_err", "-error_file", str(errors), "-timeout", "20s", "-timeout_error", "-s", "here",
        "-default_behaviors", "none", "-t", "t1" if transport == "tcp" else "u1", *end,
        cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        if transport == "tcp":
            await _listening(port)
        yield Peer(process, errors)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _listening(port: int) -> None:
    """Wait until somebody listens; nobody repeats what is sent over TCP."""
    line = f":{port:04X} 00000000:0000 0A"
    async with asyncio.timeout(15):
        while line not in Path("/proc/net/tcp").read_text():
            await asyncio.sleep(0.02)


class Line:
    """An open trunk, and the calls that came in."""

    def __init__(self) -> None:
        self.calls: asyncio.Queue[IncomingCall] = asyncio.Queue()
        self.trunk: Trunk

    async def rung(self) -> IncomingCall:
        """Return the next call that comes in."""
        async with asyncio.timeout(15):
            return await self.calls.get()


@contextlib.asynccontextmanager
async def a_trunk(port: int, timers: Timers = QUICK, **config: Any) -> AsyncIterator[Line]:
    """Open a trunk to a provider at this port of this machine."""
    line, tasks = Line(), set()

    def spawn(name: str, work: Any) -> asyncio.Task[Any]:
        task = asyncio.ensure_future(work)
        tasks.add(task)
        return task

    facts = {"host": HERE, "user": "acme", "password": "tulip", "keeps": "nothing", "number": "+48221000000"} | config
    pauses = Pauses(expires=600, least=0.2, most=0.5)
    line.trunk = Trunk(TrunkConfig(port=port, **facts), spawn, line.calls.put_nowait, timers, pauses)
    try:
        await line.trunk.open()
        yield line
    finally:
        await line.trunk.close(1.0)
        for task in tasks:
            task.cancel()
        failed = [task for task in await asyncio.gather(*tasks, return_exceptions=True) if isinstance(task, Exception)]
        assert failed == []


async def happens(events: AsyncIterator[Event], kind: type[Event]) -> Any:
    """Return the next event of a kind; others before it are skipped."""
    async for event in events:
        if isinstance(event, kind):
            return event
    raise AssertionError(f"the call ended before {kind.__name__}")
