"""Engines with the product's own collections, and calls of the panel's API."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from server import COLLECTIONS, STREAMS
from storage.engine import Engine
from storage.sqlite import SqliteEngine
from tests.conftest import Company
from tests.support.house import House, lay_store, open_house


@pytest.fixture(params=["sqlite", "mongo"])
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Engine]:
    """An open, empty engine; every test that asks for it runs once over each."""
    made: Engine
    if request.param == "sqlite":
        await lay_store(tmp_path)
        made = SqliteEngine(tmp_path)
    else:
        from storage.mongo import MongoEngine

        made = MongoEngine(*request.getfixturevalue("mongo_url").rsplit("/", 1))
    await made.open(COLLECTIONS, STREAMS)
    yield made
    await made.close()


@contextlib.asynccontextmanager
async def house_on(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    """Yield a hub on the engine that the fixture's parameter names."""
    settings: dict[str, Any] = {"presence_grace": 0.2}
    if request.param == "mongo":
        settings["mongo_url"] = request.getfixturevalue("mongo_url")
    async with open_house(tmp_path / "data", **settings) as house:
        yield house


class Refused(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(f"{status}: {body}")
        self.status, self.body = status, body


class Panel:
    """Ada at the panel's API."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    async def __call__(self, method: str, path: str, **body: Any) -> Any:
        """Return the answer's JSON. Raises Refused."""
        more: dict[str, Any] = {"json": body} if body else {}
        async with self._http.request(method, f"/api/app/{path}", **more) as response:
            answer = await response.json(content_type=None) if response.status != 204 else None
            if response.status >= 400:
                raise Refused(response.status, answer)
            return answer

    async def contact(self, **attributes: Any) -> int:
        """Make a contact; return its id."""
        return int((await self("POST", "contacts", attributes=attributes))["id"])

    async def imported(self, rows: str) -> int:
        """Bring in a file's rows, and return the import: many contacts cost a tenth of what a call for each does."""
        async with self._http.post("/api/app/imports?name=people.csv", data=rows.encode()) as response:
            made = int((await response.json())["id"])
        await self("POST", f"imports/{made}/start")
        return made

    async def segment(self, name: str, *where: dict[str, Any]) -> int:
        """Make a segment of all these conditions; return its id."""
        return int((await self("POST", "segments", name=name, where={"all": list(where)}))["id"])

    async def segments_of(self, contact: int) -> list[int]:
        """Return the segments that a contact is in."""
        return list((await self("GET", f"contacts/{contact}"))["segments"])


async def panel_of(company: Company) -> Panel:
    """Return the panel's API for the company's first agent; the session is closed with the company."""
    headers = {"Authorization": f"Bearer {await company.token()}"}
    return Panel(aiohttp.ClientSession(company.house.url, headers=headers))


@pytest.fixture
async def panel(acme: Company) -> AsyncIterator[Panel]:
    """Ada of Acme at the panel's API."""
    panel = await panel_of(acme)
    yield panel
    await panel._http.close()


@pytest.fixture
async def globex_panel(globex: Company) -> AsyncIterator[Panel]:
    """The agent of Globex at the panel's API."""
    panel = await panel_of(globex)
    yield panel
    await panel._http.close()
