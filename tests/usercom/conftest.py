"""A hub on each engine: what clients of User.com hear is the same on both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.conftest import api, panel_api, web  # noqa: F401 - fixtures
from tests.support.house import House, open_house


@pytest.fixture(params=["sqlite", "mongo"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    """A running hub, once on each engine; a traceback in its log fails the test."""
    settings = {"presence_grace": 0.2}
    if request.param == "mongo":
        settings["mongo_url"] = request.getfixturevalue("mongo_url")
    async with open_house(tmp_path / "data", **settings) as house:
        yield house
    assert house.log.tracebacks == []
