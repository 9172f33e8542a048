"""Two nodes of one installation: MongoDB's wire protocol (SecantusDB) and a real Redis between them."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Company
from tests.support.house import House, open_house
from tests.support.peers import Redis, running_secantus


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    server = Redis(tmp_path / "redis").start()
    yield server
    server.kill()


@pytest.fixture
def mongo_url(tmp_path: Path) -> Iterator[str]:
    with running_secantus(tmp_path / "secantus") as url:
        yield url


class Nodes:
    """Two houses over one store, and the application Acme as either of them serves it."""

    def __init__(self, one: House, two: House, made: dict[str, Any]) -> None:
        self.one, self.two = Company(one, made), Company(two, made)


@pytest.fixture
async def nodes(tmp_path: Path, redis: Redis, mongo_url: str) -> AsyncIterator[Nodes]:
    settings = {"mongo_url": mongo_url, "redis_url": redis.url, "presence_grace": 0.2}
    async with contextlib.AsyncExitStack() as stack:
        one = await stack.enter_async_context(open_house(tmp_path / "one", **settings))
        two = await stack.enter_async_context(open_house(tmp_path / "two", **settings))
        pair = Nodes(one, two, await one.application("Acme", "ada@acme.example", "ben@acme.example"))
        yield pair
        await pair.one.go_home()
        await pair.two.go_home()
