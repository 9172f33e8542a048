"""Acme with some of everything, on a server without limits of speed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.conftest import web  # noqa: F401 - a fixture
from tests.conftest import Company
from tests.contract.things import Things
from tests.support.house import House, open_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A hub that lets its keys and sign-ins be tried as often as they like; a traceback in its log fails the test."""
    async with open_house(tmp_path / "data", rate_key=0.0, sign_in_tries=1_000_000, fetch_allow="127.0.0.1") as house:
        yield house
        assert house.log.tracebacks == []


@pytest.fixture
async def acme_things(house: House, acme: Company) -> Things:
    """Acme's data, with the ids of it."""
    things = await asyncio.to_thread(Things, house.url, acme, house)
    await asyncio.to_thread(things.make)
    return things
