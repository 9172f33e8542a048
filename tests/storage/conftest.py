"""The two engines under one suite: SQLite in a folder, MongoDB against a SecantusDB process that is started once."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from storage_cast import COLLECTIONS, STREAMS, Log, database_name, free_port

from storage.engine import Engine
from storage.sqlite import SqliteEngine

Make = Callable[[Path], SqliteEngine]


@pytest.fixture(scope="session")
def mongo_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A SecantusDB process: it speaks MongoDB's wire protocol and is started only where a test asks for it."""
    port, folder = free_port(), tmp_path_factory.mktemp("secantus")
    program = Path(sys.executable).with_name("secantusd-py")
    with (folder / "log").open("wb") as log:
        command = [str(program), "--port", str(port), "--storage-path", str(folder / "data"), "--sync-on-commit"]
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            for _ in range(300):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert process.poll() is None, (folder / "log").read_text()
                time.sleep(0.05)
            yield f"mongodb://127.0.0.1:{port}"
        finally:
            os.kill(process.pid, signal.SIGTERM)
            process.wait(20)


@pytest.fixture(params=["sqlite", "sqlite-apart", "mongo"])
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Engine]:
    """An open, empty engine; every test that asks for it runs once over each."""
    made: Engine
    if request.param != "mongo":
        made = SqliteEngine(tmp_path, apart=Log() if request.param == "sqlite-apart" else None)
    else:
        from storage.mongo import MongoEngine

        made = MongoEngine(request.getfixturevalue("mongo_url"), database_name())
    await made.open(COLLECTIONS, STREAMS)
    yield made
    await made.close()


@pytest.fixture(params=["thread", "process"])
def make(request: pytest.FixtureRequest) -> Make:
    """How an embedded engine is made for a folder: its writer is a thread, or a process of its own."""
    return partial(SqliteEngine, apart=Log() if request.param == "process" else None)


@pytest.fixture
async def sqlite(make: Make, tmp_path: Path) -> AsyncIterator[SqliteEngine]:
    made = make(tmp_path)
    await made.open(COLLECTIONS, STREAMS)
    yield made
    await made.close()
