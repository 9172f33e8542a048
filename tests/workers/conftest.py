"""A server with several workers on one port, between a real Redis and SecantusDB."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.core.settings import Settings
from tests.support.house import ServerProcess, run_init
from tests.support.peers import Redis, running_secantus

WORKERS = 3


class Workers(ServerProcess):
    """`serve --workers 3`, and its processes."""

    def __init__(self, data: Path, mongo: str, redis: Redis) -> None:
        options = ("--mongo", mongo, "--redis", redis.url, "--workers", str(WORKERS), "--drain-delay", "0.3",
                   "--drain-seconds", "1", "--presence-grace", "2", "--metrics-token", "figures")  # fmt: skip
        super().__init__(data, *options)
        self.mongo = mongo
        self._companies = 0

    def pids(self) -> list[int]:
        """Return the worker processes, in no order."""
        assert self.process
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def company(self) -> dict[str, Any]:
        """Make an application for one test."""
        self._companies += 1
        name = f"Acme {self._companies}"
        return run_init(self.data, name, f"ada{self._companies}@acme.example", "--mongo", self.mongo)

    def judge_settings(self) -> Settings:
        """How a test looks into the store."""
        return Settings(data=str(self.data), mongo_url=self.mongo, log_level="warning")


@pytest.fixture(scope="package")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    folder = tmp_path_factory.mktemp("workers")
    with contextlib.ExitStack() as stack:
        redis = Redis(folder / "redis").start()
        stack.callback(redis.kill)
        mongo = stack.enter_context(running_secantus(folder / "secantus"))
        server = Workers(folder / "data", mongo, redis)
        stack.enter_context(server)
        yield server
        assert server.process
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(20)


@pytest.fixture
def workers(installation: Workers) -> Workers:
    """The server, started again where the test before has ended it."""
    assert installation.process
    if installation.process.poll() is not None:
        installation.start()
    return installation
