"""Push services on this machine, and a hub that may reach them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.house import House, open_house
from tests.support.push import Firebase, PushService, Telling, running_firebase, running_push_service, running_telling


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PushService]:
    """A push service that checks and decrypts what it gets."""
    with running_push_service(tmp_path_factory.mktemp("push")) as service:
        yield service


@pytest.fixture
async def telling() -> AsyncIterator[Telling]:
    """A push service that answers as it is told."""
    async with running_telling() as telling:
        yield telling


@pytest.fixture
async def firebase() -> AsyncIterator[Firebase]:
    """An imitation of Firebase."""
    async with running_firebase() as firebase:
        yield firebase


@pytest.fixture(params=["sqlite", "mongo"])
async def house(request: pytest.FixtureRequest, tmp_path: Path, firebase: Firebase) -> AsyncIterator[House]:
    """A running hub, once on each engine; a traceback in its log fails the test."""
    settings: dict[str, Any] = {
        "presence_grace": 0.1, "fetch_allow": "localhost,127.0.0.1", "fcm_url": firebase.url, "offline_delay": 0.3,
        "mail_from": "Acme <hello@acme.example>",
    }  # fmt: skip
    if request.param == "mongo":
        settings["mongo_url"] = request.getfixturevalue("mongo_url")
    async with open_house(tmp_path / "data", **settings) as house:
        yield house
    assert house.log.tracebacks == []
