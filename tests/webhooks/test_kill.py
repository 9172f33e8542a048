"""A server that is killed in the middle tells everything afterwards, nothing twice under two names (U11)."""

from __future__ import annotations

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from standardwebhooks.webhooks import Webhook

from tests.support.house import ServerProcess, run_init
from tests.support.receiver import open_receiver

pytestmark = pytest.mark.annex("U11")


async def test_kill_9_while_deals_are_made_and_sent_loses_none(tmp_path: Path) -> None:
    made = await asyncio.to_thread(run_init, tmp_path / "data")
    server = ServerProcess(tmp_path / "data", environment={"HUB_FETCH_ALLOW": "127.0.0.1"})
    head = {"Authorization": f"Token {made['api_key']}"}
    answered: list[int] = []
    async with open_receiver() as receiver:
        await asyncio.to_thread(server.start)
        try:
            async with aiohttp.ClientSession(server.url, headers=head) as http:
                kinds = {"url": receiver.url, "kinds": ["deal.created", "contact.created"]}
                secret = (await (await http.post("/api/app/webhooks", json=kinds)).json())["secret"]

                async def one(number: int) -> None:
                    with contextlib.suppress(aiohttp.ClientError, ConnectionError):
                        async with http.post("/api/app/deals", json={"name": f"Deal {number}"}) as answer:
                            if answer.status == 201:
                                answered.append((await answer.json())["id"])

                await one(0)
                receiver.hold = asyncio.Event()  # from now on deliveries are under way when it is killed
                work = asyncio.gather(*(one(number) for number in range(1, 60)))
                while len(answered) < 20 or len(receiver.got) < 2:
                    await asyncio.sleep(0.005)
                await asyncio.to_thread(server.kill)
                await work
            receiver.hold.set()
            await asyncio.to_thread(server.start)
            while not set(answered) <= _deals(receiver):
                await asyncio.sleep(0.02)
        finally:
            server.kill()
    names: dict[int, set[str]] = {}
    for headers, body in receiver.got:
        assert Webhook(secret).verify(body, headers)
        names.setdefault(json.loads(body)["data"]["deal"]["id"], set()).add(headers["webhook-id"])
    assert all(len(each) == 1 for each in names.values())


def _deals(receiver: Any) -> set[int]:
    return {body["data"]["deal"]["id"] for body in receiver.bodies}
