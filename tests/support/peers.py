"""Real peers that tests start as processes of their own: Redis, and SecantusDB for MongoDB's wire protocol."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from tests.support.house import free_port


def wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when somebody listens on the port. Raises AssertionError with the log where the process ends first."""
    for _ in range(400):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, log.read_text()
        time.sleep(0.05)
    raise AssertionError(f"nobody listens on {port}: {log.read_text()}")


class Redis:
    """A redis-server on a free port, without persistence; may be killed and started again."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder, self.port, self.options = folder, free_port(), options
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Redis:
        program = shutil.which("redis-server")
        assert program, "redis-server is missing; `make test` installs it on Debian as root"
        self.folder.mkdir(parents=True, exist_ok=True)
        log = self.folder / "redis.log"
        options = [
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            str(self.folder),
            "--enable-debug-command",
            "local",
            *self.options,
        ]
        with log.open("ab") as output:
            self.process = subprocess.Popen([program, *options], stdout=output, stderr=output)
        wait_for_port(self.port, self.process, log)
        return self

    async def command(self, *words: str | bytes | int) -> Any:
        """Send one command, as an operator or an attacker with a client of their own; return the answer."""
        from redis.asyncio import Redis as Client

        async with Client(port=self.port, socket_timeout=None) as client:
            return await client.execute_command(*words)

    def shut_down(self) -> None:
        """End it politely, as an operator does."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)


class Secantus:
    """A SecantusDB that tests share, with a fresh one in its place after so many tests.

    It gets slower with all that it has seen, since each statement looks through every session of the day and each write through
    the writes of half an hour: a transaction takes 4 ms at first and 10 after 7,000 sessions, a write 1 ms and then 14.
    """

    def __init__(self, folder: Path, tests: int = 60) -> None:
        self._folder, self._tests = folder, tests
        self._running = contextlib.ExitStack()
        self._url = ""
        self._started = self._lent = self._in_use = 0

    @contextlib.contextmanager
    def lent(self) -> Iterator[str]:
        """Yield its URL; it stays the same one meanwhile."""
        if self._in_use == 0 and self._lent >= self._tests:
            self.close()
        if not self._url:
            self._started += 1
            self._url = self._running.enter_context(running_secantus(self._folder / str(self._started)))
        self._lent += 1
        self._in_use += 1
        try:
            yield self._url
        finally:
            self._in_use -= 1

    def close(self) -> None:
        """End it; whoever asks next gets a fresh one."""
        self._running.close()
        self._url, self._lent = "", 0


class Databases:
    """The databases of a SecantusDB that tests use: one that a test has left is emptied and serves the next.

    Making some 180 collections with their indexes takes several times as long as emptying them.
    """

    def __init__(self, secantus: Secantus, kind: str = "test") -> None:
        self._secantus, self._kind, self._made = secantus, kind, 0
        self._left: list[tuple[str, str]] = []

    @contextlib.contextmanager
    def one(self) -> Iterator[str]:
        """Yield the URL of an empty database that is the caller's alone."""
        with self._secantus.lent() as url:
            self._left = [each for each in self._left if each[0] == url]
            if self._left:
                _, name = self._left.pop()
            else:
                self._made += 1
                name = f"{self._kind}_{os.getpid()}_{self._made}"
            yield f"{url}/{name}"
            with contextlib.suppress(
                PyMongoError
            ):  # a killed server's transaction may hold it: then nobody gets it again
                self._empty(url, name)
                self._left.append((url, name))

    def _empty(self, url: str, name: str) -> None:
        """Delete every document in one call: a call for each of the collections takes ten times as long."""
        with MongoClient(url) as client:
            names = [
                each for each in client[name].list_collection_names() if each != "hub.layouts"
            ]  # tells the indexes
            everything = [{"delete": place, "filter": {}, "multi": True} for place in range(len(names))]
            done = client.admin.command(
                {"bulkWrite": 1, "ops": everything, "nsInfo": [{"ns": f"{name}.{each}"} for each in names]}
            )
            assert done["nErrors"] == 0, done


@contextlib.contextmanager
def running_secantus(folder: Path) -> Iterator[str]:
    """Yield the URL of a SecantusDB with an empty store."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    program = Path(sys.executable).with_name("secantusd-py")
    log = folder / "secantus.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(program), "--port", str(port), "--storage-path", str(folder / "data"), "--sync-on-commit"],
            stdout=output, stderr=output,
        )  # fmt: skip
    try:
        wait_for_port(port, process, log)
        yield f"mongodb://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)
