"""A hub that asks an imitation of FullContact, once over each storage engine, and whose clock can be put forward."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from hub.core.clock import Clock
from tests.people.conftest import Panel
from tests.support.fullcontact import KEY, FullContactImitation, running_fullcontact
from tests.support.house import House, Tracebacks, open_house


class Later(Clock):
    """The wall clock, put forward."""

    def __init__(self) -> None:
        self.ahead = 0

    def now(self) -> int:
        return super().now() + self.ahead


@pytest.fixture
async def fullcontact() -> AsyncIterator[FullContactImitation]:
    """The imitation of FullContact's API."""
    async with running_fullcontact() as imitation:
        yield imitation


@pytest.fixture(params=["sqlite", "mongo"])
async def house(
    request: pytest.FixtureRequest, tmp_path: Path, fullcontact: FullContactImitation
) -> AsyncIterator[House]:
    """A hub that asks the imitation; the key must stand nowhere in its log, and no traceback either."""
    settings: dict[str, Any] = {"fullcontact_url": fullcontact.url, "fetch_allow": "127.0.0.1", "session_days": 3_650}
    if request.param == "mongo":
        settings["mongo_url"] = request.getfixturevalue("mongo_url")
    tracebacks = Tracebacks()
    logging.getLogger().addHandler(tracebacks)
    try:
        async with open_house(tmp_path / "data", presence_grace=0.2, **settings) as house:
            house.hub.clock = Later()
            yield house
        assert house.log.tracebacks + tracebacks.seen == []
        assert KEY not in repr(house.log.lines)
    finally:
        logging.getLogger().removeHandler(tracebacks)


only_sqlite = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
"""A test in which no new word to the store is said: the embedded one is enough."""


def forward(house: House, seconds: float) -> None:
    """Put the clock of the hub forward; jobs that are due by then are found within a second."""
    assert isinstance(house.hub.clock, Later)
    house.hub.clock.ahead += int(seconds * 1000)


async def forward_until(house: House, holds: Callable[[], bool], step: float) -> None:
    """Put the clock of the hub forward, step by step, until something is true."""
    for _ in range(20):
        forward(house, step)
        for _ in range(60):
            if holds():
                return
            await asyncio.sleep(0.02)
    raise AssertionError("it did not become true however late it was")


@pytest.fixture
async def ready(panel: Panel) -> Panel:
    """Ada's panel with enrichment switched on for every occasion."""
    await panel(
        "PATCH", "enrichment", key=KEY, on_demand=True, on_identification=True, in_bulk=True, quota=1_000, days=90
    )
    return panel
