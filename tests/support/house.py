"""Servers for tests: a real one as a process (to be killed), and the same parts inside the test's own loop (to be looked into)."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from aiohttp import web

from hub.accounts.applications import NewApplication, create_application
from hub.calls.phone.trunks import Trunks
from hub.chat.dealings import Dealings
from hub.chat.inbox.indexing import Indexing
from hub.core.hub import Hub
from hub.core.settings import Settings
from hub.doors.live.door import LiveDoor
from hub.doors.web.app import build_app
from hub.outreach.inbox.reading import Reader
from hub.people.segments.membership import Membership
from hub.webhooks.sending import Sender
from hub.webhooks.touches import Touches
from server import COLLECTIONS, STREAMS, open_hub
from storage.sqlite import SqliteEngine
from tests.support.commands import ROOT, command

PASSWORD = "a good password"
UNHURRIED = {"rate_socket": 0.0, "rate_contact": 0.0, "rate_key": 0.0}
"""Settings without the limits of what one person may say: tests talk faster than people. The journeys keep them."""


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ServerProcess:
    """`python server.py serve` on a data folder; may be killed and started again on the same port."""

    def __init__(self, data: Path, *options: str, environment: dict[str, str] | None = None) -> None:
        self.data, self.port = data, free_port()
        self.options, self.environment = options, environment or {}
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[str] | None = None
        self.log_file = data.parent / f"{data.name}.log"

    def start(self) -> ServerProcess:
        """Start and return when it is ready. Raises AssertionError with its log where it stops instead."""
        unhurried = {f"HUB_{name.upper()}": str(value) for name, value in UNHURRIED.items()}
        environment = os.environ | unhurried | self.environment
        log = self.log_file.open("a")
        self.process = subprocess.Popen(
            [sys.executable, "server.py", "serve", "--data", str(self.data), "--port", str(self.port), *self.options],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert "ready" in line, f"the server did not start: {self.log()}"
        return self

    def kill(self) -> None:
        """End it as a power cut would: SIGKILL."""
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> int:
        """Ask it to stop; return its exit code."""
        if self.process is None or self.process.poll() is not None:
            return self.process.returncode if self.process else 0
        self.process.terminate()
        return self.process.wait(15)

    def log(self) -> str:
        """Return what it wrote to standard error."""
        return self.log_file.read_text()

    def __enter__(self) -> ServerProcess:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def run_init(data: Path, name: str = "Acme", email: str = "ada@acme.example", *more: str) -> dict[str, Any]:
    """Make an application with the command `init`, in this process; return what `init --json` prints."""
    if "--mongo" not in more:
        with ThreadPoolExecutor(1) as thread:  # the test's own loop may be running
            thread.submit(asyncio.run, lay_store(data)).result()
    done = command("init", "--data", data, "--name", name, "--agent-email", email, "--agent-password", PASSWORD, "--json",
                   *more)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def sign_in(url: str, email: str = "ada@acme.example", application: int | None = None) -> dict[str, Any]:
    """Sign an agent in over REST; return the answer."""
    body = {"email": email, "password": PASSWORD} | ({"application": application} if application else {})
    request = urllib.request.Request(
        f"{url}/api/app/sign-in", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as response:
        return json.loads(response.read())


class LogBook:
    """Stands before the hub's log and remembers what was written, so that a test can say what must not be there."""

    def __init__(self, log: Any) -> None:
        self._log = log
        self.lines: list[tuple[str, str, dict[str, Any]]] = []

    def _write(self, level: str, event: str, **facts: Any) -> None:
        self.lines.append((level, event, facts))
        getattr(self._log, level)(event, **facts)

    def __getattr__(self, level: str) -> Any:
        return lambda event, **facts: self._write(level, event, **facts)

    @property
    def tracebacks(self) -> list[str]:
        """What would be a traceback in the log of a server."""
        return [f"{event}: {facts['exc_info']!r}" for _, event, facts in self.lines if facts.get("exc_info")]


class Tracebacks(logging.Handler):
    """Collects what libraries, the event loop and the live engine log with a traceback."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == "asyncio" and record.getMessage().startswith("Unclosed client session"):
            return  # of the test's own clients
        if record.exc_info or record.levelno >= logging.ERROR:
            self.seen.append(f"{record.name}: {record.getMessage()}: {record.exc_info and record.exc_info[1]!r}")


class House:
    """A hub with its doors open inside the test's loop, and the applications of the cast."""

    def __init__(self, hub: Hub, live: LiveDoor, url: str) -> None:
        self.hub, self.live, self.url = hub, live, url
        self.log = hub.log = LogBook(hub.log)

    async def application(self, name: str, *agents: str, origins: tuple[str, ...] = ()) -> dict[str, Any]:
        """Make an application with its agents (`ada@acme.example`); return its keys as `init` prints them."""
        first = agents[0] if agents else f"ada@{name.lower()}.example"
        made = await create_application(self.hub, NewApplication(name, first, PASSWORD, origins=origins))
        for email in agents[1:]:
            await add_agent(self.hub, made["application"]["id"], email)
        return made


async def add_agent(hub: Hub, app: int, email: str) -> None:
    """Add one more agent to an application, without the invitation that a person takes up."""
    from hub.accounts.collections import AGENTS, PEOPLE
    from hub.accounts.passwords import hash_password
    from storage.engine import INSTALLATION, Batch

    batch = Batch(INSTALLATION)
    person = await hub.ids.next("person")
    batch.claim("person.email", email, person)
    batch.insert(PEOPLE, {"id": person, "email": email, "password": await hash_password(PASSWORD)})
    agent = await hub.ids.next("agent")
    name = email.partition("@")[0].title()
    batch.insert(AGENTS, {"id": agent, "app": app, "person": person, "role": "agent", "email": email, "name": name})
    await hub.commit(batch)


_empty_stores: list[bytes] = []


async def lay_store(data: Path) -> None:
    """Put an empty store into a folder that has none: copying one takes a tenth of the time of making its tables."""
    if (data / "hub.db").exists():
        return
    if not _empty_stores:
        with tempfile.TemporaryDirectory() as folder:
            engine = SqliteEngine(Path(folder))
            await engine.open(COLLECTIONS, STREAMS)
            await engine.close()
            _empty_stores.append((Path(folder) / "hub.db").read_bytes())
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    (data / "hub.db").write_bytes(_empty_stores[0])


@contextlib.asynccontextmanager
async def open_house(data: Path, **settings: Any) -> AsyncIterator[House]:
    """Yield a running hub on a folder; settings as in hub.core.settings (presence_grace=0.2); on a free port unless one is said."""
    chosen = Settings(data=str(data), **({"log_level": "warning", "drain_seconds": 0.0} | UNHURRIED | settings))
    if not chosen.mongo_url:
        await lay_store(data)
    async with open_hub(chosen) as hub:
        live = LiveDoor(hub)
        runner = web.AppRunner(build_app(hub, live), access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", settings.get("port", 0))
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
            await site.start()
            port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
            yield House(hub, live, f"http://127.0.0.1:{port}")
            await live.close()
        finally:
            await runner.cleanup()


@contextlib.contextmanager
def house_beside(data: Path, **settings: Any) -> Iterator[House]:
    """Yield a running hub for a test without a loop: it has one in a thread. A traceback in its log fails the test."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    opening = open_house(data, **settings)
    try:
        house = asyncio.run_coroutine_threadsafe(opening.__aenter__(), loop).result(60)
        try:
            yield house
        finally:
            asyncio.run_coroutine_threadsafe(opening.__aexit__(None, None, None), loop).result(60)
        assert house.log.tracebacks == []
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def eventually(holds: Any, within: float = 5.0) -> None:
    """Return when the condition holds; raise AssertionError when it does not within the time."""
    deadline = asyncio.get_running_loop().time() + within
    while not holds():
        assert asyncio.get_running_loop().time() < deadline, "it did not become true in time"
        await asyncio.sleep(0.01)
