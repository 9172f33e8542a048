"""A server that is killed in the middle of a merge or an erasure finishes it when it is there again."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.support.house import ServerProcess, open_house, run_init

pytestmark = [pytest.mark.annex("X7"), pytest.mark.annex("X5")]
TALKS = 130
EVENTS = 4_000


class Api:
    """The two APIs of a server under an API key."""

    def __init__(self, url: str, key: str) -> None:
        self._http = aiohttp.ClientSession(url, headers={"Authorization": f"Token {key}"})

    async def __call__(self, method: str, path: str, **body: Any) -> Any:
        more: dict[str, Any] = {"json": body} if body else {}
        async with self._http.request(method, f"/api/{path}", **more) as response:
            assert response.status < 300, (response.status, await response.text())
            return await response.json(content_type=None)

    async def contact(self, name: str) -> int:
        return int((await self("POST", "app/contacts", attributes={"first_name": name}))["id"])

    async def events_of(self, contact: int) -> int:
        async with self._http.get(f"/api/app/contacts/{contact}/dossier") as response:
            bundle = zipfile.ZipFile(io.BytesIO(await response.read()))
        return len(json.loads(bundle.read("events.json"))) if "events.json" in bundle.namelist() else 0

    async def __aenter__(self) -> Api:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()


async def test_a_merge_is_whole_after_kill_9(tmp_path: Path) -> None:
    key = run_init(tmp_path / "data")["api_key"]
    with ServerProcess(tmp_path / "data") as server:
        async with Api(server.url, key) as api:
            parent, other = await api.contact("Vera"), await api.contact("Other")
            for start in range(0, TALKS, 10):
                await asyncio.gather(
                    *(
                        api("POST", f"public/users/{other}/conversations/", content=f"Talk {start + number}")
                        for number in range(10)
                    )
                )
            await api("POST", f"app/contacts/{parent}/merge", others=[other])
        server.kill()
    async with open_house(tmp_path / "data") as house, Api(house.url, key) as api:
        assert (await api("GET", f"app/contacts/{other}"))["id"] == parent
        async with asyncio.timeout(20):
            while (await api("GET", f"public/users/{parent}/conversations/"))["count"] < TALKS:
                await asyncio.sleep(0.1)


async def test_an_erasure_is_whole_after_kill_9_and_counts_everything_once(tmp_path: Path) -> None:
    key = run_init(tmp_path / "data")["api_key"]
    with ServerProcess(tmp_path / "data") as server:
        async with Api(server.url, key) as api:
            vera = await api.contact("Vera")
            for _ in range(EVENTS // 1_000):
                events = [{"contact": vera, "name": "bought", "data": {"what": "zebra"}} for _ in range(1_000)]
                taken = await api("POST", "app/events", events=events)
                assert taken["accepted"] == 1_000
            async with asyncio.timeout(20):
                while await api.events_of(vera) < EVENTS:  # they are counted behind the answer
                    await asyncio.sleep(0.1)
            proof = await api("POST", f"app/contacts/{vera}/erase")
        server.kill()
    async with open_house(tmp_path / "data") as house, Api(house.url, key) as api:
        async with asyncio.timeout(20):
            while (await api("GET", f"app/erasures/{proof['id']}"))["status"] != "done":
                await asyncio.sleep(0.1)
        done = await api("GET", f"app/erasures/{proof['id']}?contact={vera}")
        assert (done["counts"]["events"], done["matches"]) == (EVENTS, True)
