"""A hub on each engine that may reach this machine, and a receiver."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import api, web  # noqa: F401 - fixtures
from tests.support.house import House, open_house
from tests.support.receiver import Receiver, open_receiver


@pytest.fixture(params=["sqlite", "mongo"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    """A running hub, once on each engine; a traceback in its log fails the test."""
    settings: dict[str, Any] = {"presence_grace": 0.2, "fetch_allow": "127.0.0.1"}
    if request.param == "mongo":
        settings["mongo_url"] = request.getfixturevalue("mongo_url")
    async with open_house(tmp_path / "data", **settings) as house:
        yield house
    assert house.log.tracebacks == []


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A program that is told what happens."""
    async with open_receiver() as receiver:
        yield receiver


class Hooks:
    """Acme's webhooks, as its owner's program sets them up."""

    def __init__(self, api: Any) -> None:  # noqa: F811 - the fixture
        self.api = api

    async def make(self, url: str, *kinds: str, **more: Any) -> dict[str, Any]:
        answer = await self.api.post("/api/app/webhooks", {"url": url, "kinds": list(kinds or "*"), **more})
        assert answer.status == 201, answer.body
        return answer.json["webhook"] | {"secret": answer.json["secret"]}

    async def get(self, hook: dict[str, Any]) -> dict[str, Any]:
        return (await self.api.get(f"/api/app/webhooks/{hook['id']}")).json

    async def log(self, hook: dict[str, Any], query: str = "") -> list[dict[str, Any]]:
        answer = await self.api.get(f"/api/app/webhooks/{hook['id']}/deliveries{query}")
        assert answer.status == 200, answer.body
        return answer.json["deliveries"]

    async def do(self, hook: dict[str, Any], what: str, body: Any = None) -> Any:
        return await self.api.post(f"/api/app/webhooks/{hook['id']}/{what}", {} if body is None else body)


@pytest.fixture
def hooks(api: Any) -> Hooks:  # noqa: F811
    return Hooks(api)
