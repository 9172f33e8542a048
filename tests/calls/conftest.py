"""A house whose phone providers are imitations, on each engine where a test asks for both."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from hub.calls.collections import PHONE_ACCOUNTS
from storage.engine import Scope
from tests.conftest import Company
from tests.support.carriers import Carriers, running_carriers
from tests.support.house import House, open_house

both_engines = pytest.mark.parametrize("engine", ["sqlite", "mongo"], indirect=True)


@pytest.fixture
async def carriers() -> AsyncIterator[Carriers]:
    """Twilio and Telnyx."""
    async with running_carriers() as carriers:
        yield carriers


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The settings of an engine; without asking, of the embedded one."""
    return {"mongo_url": request.getfixturevalue("mongo_url")} if getattr(request, "param", "") == "mongo" else {}


@pytest.fixture
async def house(tmp_path: Path, carriers: Carriers, engine: dict[str, Any]) -> AsyncIterator[House]:
    """A hub that knows the imitations, and is known to them by its public address."""
    async with open_house(tmp_path / "house", presence_grace=0.2, **carriers.settings, **engine) as house:
        carriers.hub = house.url
        yield house
        assert house.log.tracebacks == []


class Owner:
    """Whoever sets up the phone of an application, over REST with its API key."""

    def __init__(self, company: Company) -> None:
        self.company, self.house = company, company.house

    async def ask(self, method: str, path: str, **body: Any) -> tuple[int, Any]:
        """Ask the API; return status and answer."""
        headers = {"Authorization": f"Token {self.company.api_key}"}
        url, sent = f"{self.house.url}/api/app/{path}", {"json": body} if method not in ("GET", "DELETE") else {}
        async with aiohttp.ClientSession() as session, session.request(method, url, headers=headers, **sent) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text else None

    async def does(self, method: str, path: str, **body: Any) -> Any:
        """Ask what must work; return the answer."""
        status, answer = await self.ask(method, path, **body)
        assert status < 300, answer
        return answer

    async def connects(self, carriers: Carriers, provider: str) -> Any:
        """Connect an account at a provider."""
        if provider == "twilio":
            secrets = {"account": carriers.twilio.sid, "secret": carriers.twilio.secret}
        else:
            secrets = {"secret": carriers.telnyx.secret, "public_key": carriers.telnyx.public}
        return (await self.does("PUT", "phone-account", provider=provider, country="PL", **secrets))["account"]

    async def buys(self, contains: str = "0001") -> Any:
        """Buy the first number that is found."""
        found = (await self.does("GET", f"phone-numbers/search?contains={contains}"))["offers"]
        return await self.does("POST", "phone-numbers", offer=found[0]["offer"])

    async def hook(self) -> str:
        """Return the address that the provider was told."""
        account = await self.house.hub.store.get(Scope(self.company.id), PHONE_ACCOUNTS, self.company.id)
        return f"https://hub.example/phone/{account['provider']}/{self.company.id}-{account['token']}"


@pytest.fixture
async def owner(acme: Company) -> Owner:
    """Acme's."""
    return Owner(acme)
