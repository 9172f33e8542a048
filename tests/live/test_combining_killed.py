"""A server that is killed while conversations are merged leaves each pair of them apart or together, and nothing between (C2)."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from hub.chat.collections import CONVERSATIONS, MESSAGES
from hub.core.settings import Settings
from server import open_hub
from storage.engine import Scope
from tests.support.cast import Agent, Visitor
from tests.support.house import ServerProcess, run_init, sign_in

pytestmark = [pytest.mark.annex("C2"), pytest.mark.timeout(240)]

PAIRS = 8
ROUNDS = {"sqlite": 4, "mongo": 2}
"""How often the server is killed: each time costs several times as much on MongoDB's stand-in."""


async def two_talks(server: ServerProcess, key: str, ada: Any) -> tuple[int, int]:
    """A visitor has an older conversation, which was closed, and a newer one."""
    vera = await Visitor(server.url, key).connect()
    tea = (await vera.says("Is there tea?"))["conversation"]
    await ada.call("conversation.close", conversation=tea)
    coffee = (await vera.says("Is there coffee?", client_id="coffee"))["conversation"]
    await vera.leave()
    return coffee, tea


async def merge(server: ServerProcess, token: str, pairs: list[tuple[int, int]], told: list[tuple[int, int]]) -> None:
    """Merge pair after pair, and write down which ones the server says are merged, until it is gone."""
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession() as http:
        for whole, part in pairs:
            address, status = f"{server.url}/api/app/conversations/{whole}/merge", 503
            while status == 503:  # MongoDB keeps the locks of a transaction whose client died, for a minute at most
                try:
                    async with http.post(address, json={"other": part}, headers=headers) as answer:
                        status, words = answer.status, await answer.text()
                except aiohttp.ClientError:
                    return
            assert status == 200, words
            told.append((whole, part))


async def halves(settings: Settings, app: int, pairs: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the pairs that are merged; fail where one is so by half, or has lost a word."""
    merged = set()
    async with open_hub(settings) as hub:
        for whole, part in pairs:
            found = await hub.store.get_many(Scope(app), CONVERSATIONS, (whole, part))
            into, other = found[whole], found[part]
            together = [each["conversation"] for each in into.get("merged") or ()] == [part]
            apart = not into.get("merged") and other.get("merged_into") is None and other["status"] == "closed"
            assert apart or (together and other["status"] == "merged" and other["merged_into"] == whole), (into, other)
            for each, words in ((whole, "Is there coffee?"), (part, "Is there tea?")):
                texts = [record["text"] for record in await hub.store.read(Scope(app), MESSAGES, each)]
                assert words in texts, "a word is lost"
            if together:
                merged.add((whole, part))
    return merged


@pytest.mark.parametrize("engine", ["sqlite", "mongo"])
async def test_a_server_killed_while_conversations_are_merged_leaves_no_half(
    tmp_path: Path, engine: str, request: pytest.FixtureRequest
) -> None:
    data = tmp_path / "data"
    mongo = request.getfixturevalue("mongo_url") if engine == "mongo" else ""
    options = ("--mongo", mongo) if mongo else ()
    made = await asyncio.to_thread(run_init, data, "Acme", "ada@acme.example", *options)
    app = made["application"]["id"]
    settings = Settings(data=str(data), mongo_url=mongo, log_level="warning")
    server = ServerProcess(data, *options)
    try:
        await asyncio.to_thread(server.start)
        token = (await asyncio.to_thread(sign_in, server.url))["token"]
        ada = await Agent(server.url, token).connect()
        pairs = [await two_talks(server, made["widget_key"], ada) for _ in range(PAIRS)]
        await ada.leave()
        left = list(pairs)
        for _ in range(ROUNDS[engine]):
            told: list[tuple[int, int]] = []
            merging = asyncio.create_task(merge(server, token, left, told))
            while not told:
                await asyncio.sleep(0.001)
            await asyncio.sleep(random.random() * 0.01)
            server.kill()
            await merging
            there = await halves(settings, app, pairs)
            assert set(told) <= there, "what the server said is merged is not"
            left = [pair for pair in pairs if pair not in there]
            await asyncio.to_thread(server.start)
            if not left:
                break
        rest: list[tuple[int, int]] = []
        await merge(server, token, pairs, rest)
        assert rest == pairs, "those that are merged already are answered as such"
    finally:
        await asyncio.to_thread(server.stop)
    assert await halves(settings, app, pairs) == set(pairs)
