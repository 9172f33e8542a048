"""A hub on each engine: what clients of User.com hear is the same on both."""

from __future__ import annotations

import itertools
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.api.conftest import api, panel_api, web  # noqa: F401 - fixtures
from tests.support.house import House, open_house
from tests.support.peers import running_secantus

_databases = itertools.count(1)


@pytest.fixture(scope="session")
def secantus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A SecantusDB process: it speaks MongoDB's wire protocol."""
    with running_secantus(tmp_path_factory.mktemp("secantus")) as url:
        yield url


@pytest.fixture(params=["sqlite", "mongo"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    """A running hub, once on each engine; a traceback in its log fails the test."""
    settings = {"presence_grace": 0.2}
    if request.param == "mongo":
        base = request.getfixturevalue("secantus")
        settings["mongo_url"] = f"{base}/usercom_{os.getpid()}_{next(_databases)}"
    async with open_house(tmp_path / "data", **settings) as house:
        yield house
    assert house.log.tracebacks == []
