"""A broadcast to many goes on in turns; who is let in between two of them misses nothing."""

from __future__ import annotations

import asyncio

import pytest

from hub.doors.live.engine import manager

from .conftest import Hall, soon

pytestmark = pytest.mark.annex("H1")


async def test_who_is_let_in_while_a_broadcast_goes_on_hears_it(hall: Hall, monkeypatch) -> None:
    monkeypatch.setattr(manager, "_AT_ONCE", 1)
    monkeypatch.setattr(manager, "_BREATH", 0.0)
    door = asyncio.Event()

    async def slowly(sid: str, environ: dict, auth: object = None) -> None:
        await door.wait()

    crowd = [await hall.raw() for _ in range(20)]
    hall.sio.on("connect", slowly)
    walt = await hall.raw(join=None)
    await walt.send("40")
    await soon(lambda: len(hall.rooms["/"][None]) == 21)
    telling = asyncio.create_task(hall.sio.emit("news", "for all"))
    await asyncio.sleep(0)
    door.set()
    await telling
    assert (await walt.text()).startswith("40{")
    for raw in (walt, *crowd):
        assert await asyncio.wait_for(raw.text(), 2) == '42["news","for all"]'
