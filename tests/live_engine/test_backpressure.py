"""A client that stops reading is spared what it can miss, then cut; the others do not notice."""

import asyncio

import pytest

from .conftest import Hall, Resources, sleeper, soon

pytestmark = pytest.mark.annex("H1")


async def test_a_client_that_stops_reading_is_cut_and_the_others_get_everything(open_hall) -> None:
    hall = await open_hall(max_unsent=300_000)
    vera = await hall.person()
    resources = Resources()
    async with sleeper(hall):
        assert hall.sessions == 2
        asleep = hall.came[1]
        for n in range(2000):
            await hall.sio.emit("message", [n, "x" * 10_000])
            if n % 20 == 0:
                await asyncio.sleep(0)
            if hall.sessions == 1:
                break
        await soon(lambda: [sid for sid, _ in hall.left] == [asleep])
        assert hall.sio.counters.slow_consumers == 1
        assert list(hall.rooms["/"][None]) == [vera.get_sid()]
        await soon(lambda: len(vera.told) == n + 1)
        assert [data[0] for _, data in vera.told] == list(range(n + 1))
    await resources.back()


async def test_volatile_events_are_dropped_for_a_client_that_lags_and_only_those(open_hall) -> None:
    hall = await open_hall(max_unsent=50_000_000)
    async with sleeper(hall) as (reader, wake):
        link = next(iter(hall.sio.eio.sockets.values())).link
        sent = 0
        while link._transport.get_write_buffer_size() <= hall.sio.eio.volatile_limit:
            await hall.sio.emit("message", "m" * 10_000)
            sent += 1
        for _ in range(100):
            await hall.sio.emit("typing", volatile=True)
        await hall.sio.emit("end")
        assert hall.sio.counters.volatile_dropped == 100
        assert hall.sessions == 1
        wake()
        heard = await reader.readuntil(b'"end"]')
        assert heard.count(b'["message"') == sent and heard.count(b"typing") == 0
        await hall.sio.emit("typing", volatile=True)
        await reader.readuntil(b"typing")


async def test_a_polling_client_that_stays_away_is_cut_as_well(open_hall) -> None:
    hall = await open_hall(max_unsent=200_000)
    sid = await hall.open_polling()
    for _ in range(7):
        await hall.sio.emit("message", "x" * 10_000)
    await hall.sio.emit("typing", volatile=True)
    assert hall.sio.counters.volatile_dropped == 1
    assert "typing" not in (await hall.poll(sid))[1]
    for _ in range(30):
        await hall.sio.emit("message", "x" * 10_000)
    assert hall.sessions == 0 and hall.sio.counters.slow_consumers == 1
    await soon(lambda: len(hall.left) == 1)
    assert (await hall.poll(sid))[0] == 400


async def test_one_message_larger_than_the_bound_is_not_a_slow_client(open_hall) -> None:
    hall = await open_hall(max_unsent=100_000)
    raw = await hall.raw()
    await hall.sio.emit("big", "x" * 1_000_000)
    assert len(await raw.text()) > 1_000_000
    assert hall.sessions == 1


async def test_what_waits_for_a_client_that_is_being_let_in_is_bounded(open_hall) -> None:
    hall = await open_hall(max_unsent=100_000)
    go_on = asyncio.Event()

    async def slow_connect(sid: str, environ: dict, auth: dict | None) -> None:
        hall.came.append(sid)
        await go_on.wait()

    hall.sio.on("connect", slow_connect)
    raw = await hall.raw(join=None)
    await raw.send("40")
    await soon(lambda: hall.came)
    for _ in range(20):
        await hall.sio.emit("message", "x" * 10_000)
    assert hall.sessions == 0
    go_on.set()
    await soon(lambda: not hall.rooms)


async def test_a_client_that_floods_is_read_no_faster_than_it_is_handled(hall: Hall) -> None:
    release = asyncio.Event()

    async def slow(sid: str, text: str) -> None:
        await release.wait()

    hall.sio.on("slow", slow)
    async with sleeper(hall) as (reader, _):
        session = next(iter(hall.sio.eio.sockets.values()))
        frame = b'42["slow","' + b"x" * 20_000 + b'"]'
        data = bytes([0x81, 0xFE]) + len(frame).to_bytes(2) + bytes(4) + frame
        writer = reader._transport  # type: ignore[attr-defined]
        for _ in range(500):  # 10 MB
            writer.write(data)
        await asyncio.sleep(0.3)
        assert session.weight < 500_000
        assert writer.get_write_buffer_size() > 1_000_000, "the rest waits at the client"
        release.set()
