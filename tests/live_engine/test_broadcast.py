"""A broadcast to many: in order, once, in turns; who is let in between two of them misses nothing."""

from __future__ import annotations

import asyncio
import os

import aiohttp
import pytest

from hub.doors.live.engine import manager, tick

from .conftest import Hall, sleeper, soon

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


@pytest.fixture
def crowds(monkeypatch) -> None:
    """Three are a crowd."""
    monkeypatch.setattr(manager, "_CROWD", 3)


async def test_what_a_crowd_and_one_of_it_are_told_in_one_turn_arrives_in_order(hall: Hall, crowds) -> None:
    vera, walt, other = [await hall.raw() for _ in range(3)]
    polling = await hall.open_polling()
    async with sleeper(hall) as (reader, wake):
        await soon(lambda: not hall.sio.manager.settling)
        await hall.sio.emit("before", "vera alone", to=vera.sid)
        for number in range(5):
            await hall.sio.emit("news", [number, "x" * 150_000])
        await hall.sio.emit("after", "vera alone", to=vera.sid)
        assert await vera.text() == '42["before","vera alone"]'
        for raw in (vera, walt, other):
            for number in range(5):
                assert (await raw.text()).startswith(f'42["news",[{number},"x')
        assert await vera.text() == '42["after","vera alone"]'
        packets = (await hall.poll(polling))[1].split("\x1e")
        assert [packet[:12] for packet in packets] == [f'42["news",[{number}' for number in range(5)]
        wake()
        for number in range(5):  # it did not read, so the first frame was cut in the middle
            await reader.readuntil(f'["news",[{number},'.encode())


@pytest.fixture
def writes(monkeypatch) -> list[int]:
    """The length of each write to a socket."""
    writes: list[int] = []

    def counting(descriptor: int, data: bytes) -> int:
        writes.append(len(data))
        return os.write(descriptor, data)

    monkeypatch.setattr(tick, "write", counting)
    return writes


async def test_a_crowd_is_written_to_once_for_the_first_event_of_a_turn_and_once_for_the_rest(
    hall: Hall, crowds, writes: list[int]
) -> None:
    crowd = [await hall.raw() for _ in range(4)]
    await soon(lambda: not hall.sio.manager.settling)
    writes.clear()
    await hall.sio.emit("news", 1)
    assert len(writes) == 4, "at once, and to each in one call"
    for number in range(2, 11):
        await hall.sio.emit("news", number)
    for raw in crowd:
        assert [await raw.text() for _ in range(10)] == [f'42["news",{number}]' for number in range(1, 11)]
    assert len(writes) == 8


async def test_a_client_that_is_on_its_way_out_hears_nothing_behind_the_close_frame(
    hall: Hall, crowds, writes: list[int]
) -> None:
    told = asyncio.Event()

    async def slowly(sid: str, reason: str) -> None:
        await told.wait()

    hall.sio.on("disconnect", slowly)
    vera, *crowd = [await hall.raw() for _ in range(4)]
    leaving = asyncio.create_task(hall.sio.eio.disconnect(hall.sio.manager.eio_sid_from_sid(vera.sid, "/")))
    await asyncio.sleep(0.02)
    assert len(hall.rooms["/"][None]) == 4, "she is in the room until the application has heard of it"
    writes.clear()
    await hall.sio.emit("news", "for those who are here")
    for raw in crowd:
        assert await raw.text() == '42["news","for those who are here"]'
    assert len(writes) == 3
    told.set()
    await leaving
    assert (await vera.ws.receive(timeout=2)).type is aiohttp.WSMsgType.CLOSE
    assert (await vera.ws.receive(timeout=2)).type is aiohttp.WSMsgType.CLOSED
