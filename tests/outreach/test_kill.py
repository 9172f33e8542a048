"""A server that is killed while mails come in takes each of them once (E5)."""

from __future__ import annotations

import asyncio
import collections
from pathlib import Path

import aiohttp
import pytest

from tests.outreach.conftest import letter
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.house import ServerProcess, run_init

pytestmark = pytest.mark.annex("E5")
MAILS = 60


async def test_kill_9_while_mails_come_in_loses_and_doubles_none(tmp_path: Path, dovecot: Dovecot) -> None:
    made = await asyncio.to_thread(run_init, tmp_path / "data")
    server = ServerProcess(tmp_path / "data", environment={"HUB_FETCH_ALLOW": "127.0.0.1"})
    head = {"Authorization": f"Token {made['api_key']}"}
    dovecot.box("killed")
    body = {"address": "support@acme.example", "host": "127.0.0.1", "port": dovecot.port, "security": "none",
            "user": "killed", "password": PASSWORD}  # fmt: skip

    async def put() -> None:
        for number in range(MAILS):
            await asyncio.to_thread(
                dovecot.put, "killed", letter("x", sender=f"p{number % 7}@example.com", subject=f"Mail {number}")
            )

    async def taken(http: aiohttp.ClientSession) -> list[str]:
        found, page = [], "/api/public/conversations/"
        while page:
            async with http.get(page) as response:
                answer = await response.json()
            found += [each["id"] for each in answer["results"]]
            page = answer["next"] or ""
        return found

    await asyncio.to_thread(server.start)
    try:
        async with aiohttp.ClientSession(server.url, headers=head) as http:
            async with http.post("/api/app/mail/mailboxes", json=body) as response:
                assert response.status == 201, await response.text()
            coming = asyncio.gather(put())
            for share in (5, 20, 35):
                while len(await taken(http)) < share:
                    await asyncio.sleep(0.02)
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(server.start)
            await coming
            while len(await taken(http)) < MAILS:
                await asyncio.sleep(0.1)
            await asyncio.sleep(1)
            subjects: collections.Counter[str] = collections.Counter()
            for id in await taken(http):
                async with http.get(f"/api/public/conversations/{id}/") as response:
                    for message in (await response.json())["results"]["messages"]:
                        subjects[message["content"].split("\n")[0]] += 1
    finally:
        await asyncio.to_thread(server.stop)
    assert subjects == {f"Mail {number}": 1 for number in range(MAILS)}
