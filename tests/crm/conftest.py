"""A house on each engine, with Ada of Acme and Gus of Globex at the panel's API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hub.accounts import grants
from hub.core.actor import Actor
from storage.engine import Scope
from tests.conftest import Company
from tests.people.conftest import Panel, Refused, panel_of
from tests.support.house import House, open_house

__all__ = ["Refused", "refusal"]


async def refusal(call: Any) -> int:
    """Return the status that a call is refused with."""
    with pytest.raises(Refused) as refused:
        await call
    return refused.value.status


class Crm(Panel):
    """An agent at the panel's API, with the house and the company."""

    house: House
    company: Company

    async def company_of(self, name: str, **attributes: Any) -> int:
        """Make a company; return its id."""
        return int((await self("POST", "companies", attributes={"name": name, **attributes}))["id"])

    async def deal(self, name: str = "Tea for a year", **fields: Any) -> dict[str, Any]:
        """Make a deal; return it."""
        return dict(await self("POST", "deals", name=name, **fields))

    async def activity(
        self, name: str = "Call Vera", due: Any = "2030-01-02T10:00:00Z", **fields: Any
    ) -> dict[str, Any]:
        """Plan an activity; return it."""
        return dict(await self("POST", "activities", name=name, due=due, **fields))

    async def stages(self) -> list[int]:
        """Return the stages of the first pipeline."""
        return [each["id"] for each in (await self("GET", "pipelines"))["pipelines"][0]["stages"]]

    async def board(self, **query: Any) -> dict[int, dict[str, Any]]:
        """Return the columns of the board by stage."""
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        return {each["stage"]["id"]: each for each in (await self("GET", f"deals/board?{asked}"))["columns"]}

    async def lines(self, path: str, kind: str) -> list[str]:
        """Return the words of one kind of a timeline, newest first."""
        entries = (await self("GET", f"{path}/timeline?limit=200"))["entries"]
        return [each["data"]["word"] for each in entries if each["kind"] == kind]

    @property
    def scope(self) -> Scope:
        return Scope(self.company.id)

    @property
    def actor(self) -> Actor:
        """Somebody who may everything, for verbs that are called without a door."""
        return Actor("key", 1, "Key", self.scope, grants.KEY)


async def crm_of(house: House, name: str, *agents: str) -> Crm:
    """Make an application; return its first agent at the panel's API."""
    company = Company(house, await house.application(name, *agents))
    crm = Crm((await panel_of(company))._http)
    crm.house, crm.company = house, company
    return crm


@pytest.fixture(params=["sqlite", "mongo"])
async def either_house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    """A house on each engine."""
    settings = {}
    if request.param == "mongo":
        settings["mongo_url"] = request.getfixturevalue("mongo_url")
    async with open_house(tmp_path / "data", presence_grace=0.2, **settings) as house:
        yield house
    assert house.log.tracebacks == []


@pytest.fixture
async def crm(either_house: House) -> AsyncIterator[Crm]:
    """Ada of Acme, on each engine."""
    crm = await crm_of(either_house, "Acme", "ada@acme.example", "ben@acme.example")
    yield crm
    await crm._http.close()
    await crm.company.go_home()


@pytest.fixture
async def globex_crm(either_house: House) -> AsyncIterator[Crm]:
    """Gus of Globex, the other tenant."""
    crm = await crm_of(either_house, "Globex", "gus@globex.example")
    yield crm
    await crm._http.close()


async def until(holds: Any, within: float = 10.0) -> None:
    """Return when an async condition holds."""
    deadline = asyncio.get_running_loop().time() + within
    while not await holds():
        assert asyncio.get_running_loop().time() < deadline, "it did not become true in time"
        await asyncio.sleep(0.02)
