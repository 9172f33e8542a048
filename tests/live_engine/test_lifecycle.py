"""How sessions end: nothing stays behind, whoever ended them and whenever."""

import asyncio
import logging

import msgspec
import pytest
import socketio

from .conftest import Hall, Resources, soon

pytestmark = pytest.mark.annex("H1")


def empty(hall: Hall) -> bool:
    """Nobody is here, and nothing of them."""
    manager = hall.sio.manager
    left = (hall.sio.eio.sockets, hall.sio.environ, hall.sio._binary_packet, manager.rooms, manager._rooms_of)
    return not any((*left, manager._sids, manager.pending_connect, manager.pending_disconnect, manager.callbacks))


@pytest.mark.parametrize("way", ["websocket", "polling"])
async def test_a_client_that_dies_while_it_is_let_in_leaves_no_ghost(hall: Hall, way: str) -> None:
    entered, go_on = asyncio.Event(), asyncio.Event()

    async def slow_connect(sid: str, environ: dict, auth: dict | None) -> None:
        await hall.sio.enter_room(sid, "agents")
        entered.set()
        await go_on.wait()
        hall.came.append(sid)

    hall.sio.on("connect", slow_connect)
    resources = Resources()
    if way == "websocket":
        raw = await hall.raw(join=None)
        await raw.send("40")
        await entered.wait()
        raw.ws._writer.transport.abort()
    else:
        sid = await hall.open_polling(join=None)
        posting = asyncio.create_task(hall.post(sid, "40"))
        await entered.wait()
        await hall.sio.eio.disconnect(sid)
    await asyncio.sleep(0.05)
    go_on.set()
    await soon(lambda: empty(hall))
    assert [sid for sid, _ in hall.left] == hall.came, "let in, so the application hears of the leaving as well"
    if way == "polling":
        await posting
    await resources.back()


async def test_a_client_that_is_refused_after_its_death_leaves_nothing(hall: Hall) -> None:
    entered, go_on = asyncio.Event(), asyncio.Event()

    async def slow_refusal(sid: str, environ: dict, auth: dict | None) -> bool:
        entered.set()
        await go_on.wait()
        return False

    hall.sio.on("connect", slow_refusal)
    raw = await hall.raw(join=None)
    await raw.send("40")
    await entered.wait()
    raw.ws._writer.transport.abort()
    go_on.set()
    await soon(lambda: empty(hall))
    assert hall.left == []


async def test_what_arrived_before_the_connection_died_is_still_handled_in_order(hall: Hall) -> None:
    async def slow(sid: str) -> None:
        await asyncio.sleep(0.05)
        hall.heard.append("slow")

    hall.sio.on("slow", slow)
    raw = await hall.raw()
    await raw.send('42["slow"]', '42["last words"]')
    await asyncio.sleep(0.02)
    raw.ws._writer.transport.abort()
    await soon(lambda: hall.left)
    assert hall.heard == ["slow", ("last words",)]
    assert empty(hall)


async def test_disconnecting_a_client_closes_its_connection_with_the_reason(hall: Hall) -> None:
    raw = await hall.raw()
    await hall.sio.disconnect(raw.sid, code=1008, reason="signed out elsewhere")
    assert empty(hall) and hall.left == [(raw.sid, "server disconnect")]
    assert await raw.text() == "41"
    assert await raw.closed() == (1008, "signed out elsewhere")


async def test_disconnecting_a_polling_client_reaches_it(hall: Hall) -> None:
    sid = await hall.open_polling()
    await hall.sio.disconnect(hall.came[0])
    assert empty(hall)
    assert await hall.poll(sid) == (200, "41\x1e1"), "it hears so although it was between two polls"
    assert (await hall.poll(sid))[0] == 400


async def test_disconnecting_one_namespace_keeps_the_connection_for_the_other(hall: Hall) -> None:
    raw = await hall.raw()
    await raw.send("40/agent,")
    agent = msgspec.json.decode((await raw.text()).removeprefix("40/agent,"))["sid"]
    await hall.sio.disconnect(agent, namespace="/agent")
    assert await raw.text() == "41/agent,"
    await raw.send('421["echo",1]')
    assert await raw.text() == "431[1]"
    await hall.sio.disconnect(raw.sid)
    assert await raw.text() == "41"
    assert (await raw.closed())[0] == 1000
    assert empty(hall)


async def test_a_handler_may_disconnect_its_own_client(hall: Hall) -> None:
    async def leave(sid: str) -> str:
        await hall.sio.disconnect(sid)
        return "gone"

    hall.sio.on("leave", leave)
    raw = await hall.raw()
    await raw.send('421["leave"]', '422["echo"]')
    assert await raw.text() == "41"
    assert (await raw.closed())[0] == 1000
    assert empty(hall) and hall.heard == [] and len(hall.left) == 1


async def test_closing_only_the_transport_brings_the_client_back(hall: Hall) -> None:
    vera = socketio.AsyncClient(reconnection_delay=0.05)
    hall.people.append(vera)
    await vera.connect(hall.url, transports=["websocket"])
    await hall.sio.close_transport(hall.came[0], reason="please come back")
    assert hall.left == [(hall.came[0], "server disconnect")]
    await soon(lambda: len(hall.came) == 2)
    await soon(lambda: vera.connected)
    assert await vera.call("echo", 1) == 1


async def test_a_session_that_joins_nothing_is_closed(open_hall) -> None:
    hall = await open_hall(connect_timeout=0.2)
    idle, vera, left = await hall.raw(join=None), await hall.raw(), await hall.raw()
    polling = await hall.open_polling(join=None)
    await left.send("41")
    assert await idle.closed() == (1008, "no namespace was joined in time")
    assert (await left.closed())[0] == 1008
    assert (await hall.poll(polling))[0] == 400
    assert hall.sessions == 1
    await vera.send('421["echo",1]')
    assert await vera.text() == "431[1]"
    assert hall.sio.counters.timeouts == 3


async def test_a_failing_handler_is_logged_once_and_acked_as_nothing(hall: Hall, caplog) -> None:
    raw = await hall.raw()
    with caplog.at_level(logging.ERROR):
        await raw.send('421["fail"]', '422["fail"]', '42["fail"]', '423["echo",1]')
        assert [await raw.text() for _ in range(3)] == ["431[]", "432[]", "433[1]"]
    assert len([record for record in caplog.records if record.exc_info]) == 1
    assert hall.sio.counters.handler_errors == 3


async def test_an_answer_that_cannot_be_encoded_is_acked_as_nothing(hall: Hall) -> None:
    hall.sio.on("bad", lambda sid: object())
    raw = await hall.raw()
    await raw.send('421["bad"]', '422["echo",1]')
    assert [await raw.text(), await raw.text()] == ["431[]", "432[1]"]


async def test_a_failing_connect_handler_refuses_and_a_failing_disconnect_handler_cleans_up(hall: Hall) -> None:
    def broken(*args: object) -> None:
        raise TypeError("a bug")

    hall.sio.on("connect", broken, namespace="/agent")
    raw = await hall.raw()
    await raw.send("40/agent,")
    assert await raw.text() == '44/agent,{"message":"Internal server error"}'
    calls: list[object] = []

    def broken_goodbye(*args: object) -> None:
        calls.append(args)
        broken()

    hall.sio.on("disconnect", broken_goodbye)
    await raw.ws.close()
    await soon(lambda: empty(hall))
    assert len(calls) == 1, "a TypeError inside the handler does not run it a second time"


async def test_a_mass_disconnect_costs_only_the_rooms_of_those_who_leave(hall: Hall) -> None:
    crowd = await asyncio.gather(*(hall.raw() for _ in range(200)))
    for n, raw in enumerate(crowd):
        for room in (f"c:{n}", f"p:{n}", f"inbox:{n % 3}"):
            await hall.sio.enter_room(raw.sid, room)

    class Watched(dict):
        looks = 0

        def items(self):
            Watched.looks += 1
            return super().items()

        def copy(self):
            Watched.looks += 1
            return super().copy()

    hall.rooms["/"] = Watched(hall.rooms["/"])
    await asyncio.gather(*(raw.ws.close() for raw in crowd))
    await soon(lambda: empty(hall))
    assert Watched.looks == 0 and len(hall.left) == 200


async def test_drain_sends_everybody_away_with_a_reason_and_takes_nobody_in(hall: Hall) -> None:
    resources = Resources()
    crowd = await asyncio.gather(*(hall.raw() for _ in range(10)))
    polling = await hall.open_polling()
    parked = asyncio.create_task(hall.poll(polling))
    await asyncio.sleep(0.02)
    await hall.sio.drain(over=0.1, code=1012, reason="server restarting")
    assert empty(hall) and len(hall.left) == 11
    for raw in crowd:
        assert await raw.closed() == (1012, "server restarting")
    assert await parked == (200, "1")
    async with hall.http.get("/socket.io/?EIO=4&transport=polling") as answer:
        assert answer.status == 503
    await resources.back()


@pytest.mark.parametrize("way", [["websocket"], ["polling"], ["polling", "websocket"]], ids="+".join)
async def test_coming_and_going_leaves_tasks_and_files_as_they_were(hall: Hall, way: list[str]) -> None:
    await (await hall.person(*way)).disconnect()
    await soon(lambda: empty(hall))
    resources = Resources()
    for _ in range(10):
        vera = await hall.person(*way)
        await vera.call("echo", 1)
        await vera.disconnect()
    await soon(lambda: empty(hall))
    await resources.back()
    assert len(hall.left) == 11


async def test_an_idle_websocket_costs_no_task(hall: Hall) -> None:
    before = len(asyncio.all_tasks())
    crowd = [await hall.raw() for _ in range(10)]
    await soon(lambda: len(asyncio.all_tasks()) == before)
    assert hall.sessions == len(crowd)


async def test_the_tasks_of_a_crowd_do_not_stay_for_the_one_who_talks_on(hall: Hall) -> None:
    async def slowly(sid: str, *args: object) -> None:
        await asyncio.sleep(0.5)

    hall.sio.on("slowly", slowly)
    vera, *crowd = [await hall.raw() for _ in range(41)]
    before = len(asyncio.all_tasks())
    await asyncio.gather(*(raw.send('421["slowly"]') for raw in crowd))
    await soon(lambda: len(asyncio.all_tasks()) >= before + 30)
    for _ in range(30):
        await vera.send('421["echo"]')
        await vera.text()
        await asyncio.sleep(0.1)
    assert len(asyncio.all_tasks()) <= before + 3


async def test_a_web_server_that_stops_closes_what_is_open_and_leaves_no_task(open_hall) -> None:
    hall = await open_hall()
    vera, walt = await hall.raw(), await hall.raw()
    for raw in (vera, walt):
        await raw.send('421["echo",1]')
        await raw.text()
    await hall.runner.cleanup()  # nobody has called shutdown()
    assert await vera.closed() == (1012, "server restarting")
    assert empty(hall)
    walt.ws._writer.transport.abort()  # one connection is lost after the end
    for _ in range(5):
        await asyncio.sleep(0.01)
        assert not [task for task in asyncio.all_tasks() if "Runners" in repr(task)]
