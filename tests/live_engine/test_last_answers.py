"""Who is sent away in the middle of a command gets its answer first."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.live_engine.conftest import Hall

pytestmark = pytest.mark.annex("X1")


def slow(hall: Hall) -> asyncio.Event:
    """Add a command that takes a while; return what is set when it has begun."""
    begun = asyncio.Event()

    async def slowly(sid: str, data: Any) -> Any:
        begun.set()
        await asyncio.sleep(0.3)
        return f"{data} is stored"

    hall.sio.on("slowly", slowly)
    return begun


async def test_a_drain_waits_for_the_command_of_a_websocket(hall: Hall) -> None:
    begun = slow(hall)
    vera, walt = await hall.person("websocket"), await hall.person("websocket")
    answer = asyncio.create_task(vera.call("slowly", "it", timeout=5))
    await begun.wait()
    await hall.sio.drain()
    assert await answer == "it is stored"
    assert hall.sessions == 0
    for somebody in (vera, walt):
        await somebody.disconnect()


async def test_a_drain_waits_for_the_command_of_a_polling_client(hall: Hall) -> None:
    begun = slow(hall)
    vera = await hall.open_polling()
    parked = asyncio.create_task(hall.poll(vera))
    posted = asyncio.create_task(hall.post(vera, '420["slowly","it"]'))
    await begun.wait()
    await hall.sio.drain()
    assert await posted == (200, "ok")
    status, told = await parked
    assert status == 200 and told.startswith('430["it is stored"]')
    assert hall.sessions == 0
