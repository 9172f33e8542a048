"""A key that is revoked on one node opens nothing on the others, though each of them holds what it read (U11)."""

from __future__ import annotations

import asyncio
import time
import urllib.error
import urllib.request
from typing import Any

import pytest

from hub.accounts import keyring
from tests.support.house import eventually

pytestmark = pytest.mark.annex("U11", "X5")


async def ask(company: Any, path: str, authorization: str, method: str = "GET") -> int:
    """Return the status of a call to one node."""

    def call() -> int:
        request = urllib.request.Request(
            f"{company.house.url}{path}", method=method, headers={"Authorization": authorization}
        )
        try:
            with urllib.request.urlopen(request) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code

    return await asyncio.to_thread(call)


async def revoke(nodes: Any) -> str:
    """Use Acme's key on both nodes, then revoke it on the first; return the header that carries it."""
    key, bearer = f"Token {nodes.one.api_key}", f"Bearer {await nodes.one.token()}"
    for node in nodes.both:
        assert await ask(node, "/api/public/tags/", key) == 200
    id = next(iter(nodes.two.house.hub.part(keyring.Keyring)._held.values())).actor.id
    assert await ask(nodes.one, f"/api/app/keys/{id}", bearer, "DELETE") == 204
    assert await ask(nodes.one, "/api/public/tags/", key) == 401
    return key


async def refused(node: Any, key: str) -> None:
    while await ask(node, "/api/public/tags/", key) != 401:
        await asyncio.sleep(0.05)


async def test_a_key_revoked_on_one_node_is_refused_on_the_other(nodes, monkeypatch):
    monkeypatch.setattr(keyring, "STALE", 3600.0)  # so that it is the bus that tells it
    await eventually(lambda: nodes.healthy)
    key = await revoke(nodes)
    await asyncio.wait_for(refused(nodes.two, key), 5)


async def test_while_redis_is_away_it_takes_five_seconds_at_most(nodes, redis):
    await eventually(lambda: nodes.healthy)
    redis.kill()
    await eventually(lambda: not nodes.two.house.hub.bus.healthy)
    began = time.monotonic()
    key = await revoke(nodes)
    await asyncio.wait_for(refused(nodes.two, key), 5 - (time.monotonic() - began))


async def test_the_same_call_on_another_node_gets_the_same_answer(nodes):
    def post(company: Any) -> tuple[int, bytes, str | None]:
        request = urllib.request.Request(
            f"{company.house.url}/api/public/users/", b'{"first_name": "Vera"}', method="POST",
            headers={"Authorization": f"Token {nodes.one.api_key}", "Idempotency-Key": "order-1"},
        )  # fmt: skip
        with urllib.request.urlopen(request) as response:
            return response.status, response.read(), response.headers["Idempotency-Replayed"]

    first, again = [await asyncio.to_thread(post, node) for node in nodes.both]
    assert first[:2] == again[:2] and (first[2], again[2]) == (None, "true")
