"""A hub on each engine whose senders may reach this machine, a mail server that does as told, and a DNS server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.outreach.mail.mail import Mail
from tests.conftest import Company
from tests.support.forms import rest
from tests.support.house import House, open_house
from tests.support.wayward import Wayward
from tests.support.zone import Zone


@pytest.fixture
def zone() -> Iterator[Zone]:
    zone = Zone()
    zone.start()
    yield zone
    zone.stop()


@pytest.fixture(params=["sqlite", "mongo"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    """A running hub, once on each engine; a traceback in its log fails the test."""
    settings: dict[str, Any] = {"presence_grace": 0.2, "fetch_allow": "127.0.0.1", "public_url": "http://hub.example"}
    if request.param == "mongo":
        settings["mongo_url"] = request.getfixturevalue("mongo_url")
    async with open_house(tmp_path / "data", **settings) as house:
        yield house
    assert house.log.tracebacks == []


@pytest.fixture
async def server() -> AsyncIterator[Wayward]:
    server = Wayward()
    await server.start()
    yield server
    await server.stop()


async def sender(company: Company, port: int, **more: Any) -> dict[str, Any]:
    """Make a sender that hands its mails to a port of this machine."""
    given = {"address": "hello@acme.example", "host": "127.0.0.1", "port": port, "security": "none", "dkim": []}
    return await rest(company, "POST", "mail/senders", given | more)


def a_mail(id: str = "one", **more: Any) -> Mail:
    """A mail to Vera."""
    given: dict[str, Any] = {
        "id": id, "to": "vera@example.com", "sender": "Ada (Acme)", "subject": "Tea", "text": "Zażółć\n", "html": "<p>Zażółć</p>",
        "language": "pl", "at": 1_700_000_000_000,
    }  # fmt: skip
    return Mail(**(given | more))
