"""The two engines under one suite: SQLite in a folder, MongoDB against a SecantusDB process that is started once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest
from storage_cast import COLLECTIONS, STREAMS, Log

from storage.engine import Engine
from storage.sqlite import SqliteEngine
from tests.support.peers import Databases, Secantus

Make = Callable[[Path], SqliteEngine]


@pytest.fixture(scope="session")
def databases(secantus_server: Secantus) -> Databases:
    """The databases of the cast, apart from those of the hub: collections of the same name have other indexes here."""
    return Databases(secantus_server, "cast")


@pytest.fixture(params=["sqlite", "sqlite-apart", "mongo"])
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Engine]:
    """An open, empty engine; every test that asks for it runs once over each."""
    made: Engine
    if request.param != "mongo":
        made = SqliteEngine(tmp_path, apart=Log() if request.param == "sqlite-apart" else None)
    else:
        from storage.mongo import MongoEngine

        made = MongoEngine(request.getfixturevalue("mongo_url"))
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
