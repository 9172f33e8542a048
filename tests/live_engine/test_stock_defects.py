"""Each defect of python-socketio that this engine exists for, shown on the stock server and shown to be gone here.

A scenario plays the attack over real sockets and returns what it found wrong, or nothing. Where a defect is shown by
something that does not happen, the stock server is given a moment and ours a few seconds: the limit is not a stopwatch.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
import socketio

from hub.doors.live.engine import SocketServer

from .conftest import Hall, sleeper, soon

pytestmark = pytest.mark.annex("H1")


class Scene(Hall):
    """A server of either kind."""

    def __init__(self, server: type, **options: Any) -> None:
        self.ours = server is SocketServer
        super().__init__(server, async_mode="aiohttp", ping_interval=25, ping_timeout=20, **options)

    async def happens(self, condition: Callable[[], Any]) -> bool:
        """Whether something comes true soon."""
        try:
            await soon(condition, within=5.0 if self.ours else 0.3)
        except AssertionError:
            return False
        return True


Scenario = Callable[[Scene], Awaitable[str]]


def ghosts(frame: str) -> Scenario:
    """Finding 4: a frame that the engine cannot read kills the task of its session, and the session stays."""

    async def scenario(scene: Scene) -> str:
        mallory = await scene.raw()
        await scene.sio.enter_room(mallory.sid, "room")
        await mallory.send(frame)
        await mallory.closed()
        await mallory.ws.close()
        if await scene.happens(lambda: scene.left and not scene.sessions):
            return ""
        return f"{scene.sessions} session, still in {scene.sio.rooms(mallory.sid)}, disconnects heard: {scene.left}"

    return scenario


async def bad_post(scene: Scene) -> str:
    """The same over polling: the session goes on, and the client may even hear that all is well."""
    sid = await scene.open_polling()
    status, _ = await scene.post(sid, "x")
    return "" if await scene.happens(lambda: not scene.sessions) else f"answered {status}, and the session goes on"


async def death_while_let_in(scene: Scene) -> str:
    """Finding 6: a transport that dies while the connect handler waits leaves a client that is connected for ever."""
    entered, go_on = asyncio.Event(), asyncio.Event()

    async def slow_connect(sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        await scene.sio.enter_room(sid, "agents")
        entered.set()
        await go_on.wait()

    scene.sio.on("connect", slow_connect)
    sid = await scene.open_polling(join=None)
    joining = asyncio.create_task(scene.post(sid, "40"))
    await entered.wait()
    await scene.post(sid, "1")
    await soon(lambda: all(session.closed for session in scene.sio.eio.sockets.values()))
    go_on.set()
    await joining
    if await scene.happens(lambda: not scene.rooms):
        return ""
    return f"nobody is here, and in the rooms are {scene.rooms}"


async def attachments(scene: Scene) -> str:
    """Finding 5: a client announces any number of attachments, and all that it sends is kept."""
    mallory = await scene.raw()
    try:
        await mallory.send('459999999999-["x"]', *[b"y" * 50_000] * 40)
    except (ConnectionError, aiohttp.ClientError):
        return "" if not scene.sessions else "cut, and still there"
    if await scene.happens(lambda: not scene.sessions):
        return ""
    await soon(lambda: len(next(iter(scene.sio._binary_packet.values())).attachments) == 40)
    return "2 MB are kept for a packet that never ends"


async def unread_output(scene: Scene) -> str:
    """Defect n: what a client does not read is kept without end."""
    async with sleeper(scene):
        for _ in range(200):
            await scene.sio.emit("message", "x" * 100_000)
            await asyncio.sleep(0)
            if not scene.sessions:
                return ""
        waiting = next(iter(scene.sio.eio.sockets.values())).queue.qsize()
        return f"{waiting} packets of 100 KB wait for a client that does not read" if waiting > 100 else ""


class Watched(dict):
    """The rooms of a namespace; counts how many of them are looked at."""

    looks = 0

    def _all(self) -> dict[Any, Any]:
        Watched.looks += len(self)
        return dict(super().items())

    def copy(self) -> dict[Any, Any]:
        return self._all()

    def items(self) -> Any:
        return self._all().items()

    def values(self) -> Any:
        return self._all().values()

    def keys(self) -> Any:
        return self._all().keys()

    def __iter__(self) -> Any:
        return iter(self._all())

    def get(self, room: Any, default: Any = None) -> Any:
        Watched.looks += 1
        return super().get(room, default)

    def __getitem__(self, room: Any) -> Any:
        Watched.looks += 1
        return super().__getitem__(room)


async def rooms_of_others(scene: Scene) -> str:
    """Finding 3: whoever leaves pays for all the rooms of the others. Counted in rooms looked at, not in seconds."""
    costs = []
    for others in (10, 1000):
        vera, walt = await scene.raw(), await scene.raw()
        for n in range(others):
            await scene.sio.enter_room(walt.sid, f"other {n}")
        for room in ("a", "b", "c"):
            await scene.sio.enter_room(vera.sid, room)
        await asyncio.sleep(0.05)  # what comes behind the connect is over
        scene.rooms["/"] = Watched(scene.rooms["/"])
        Watched.looks = 0
        await scene.sio.disconnect(vera.sid)
        costs.append(Watched.looks)
        await scene.sio.disconnect(walt.sid)
    return "" if costs[1] <= costs[0] else f"{costs[0]} looks among 10 foreign rooms, {costs[1]} among 1,000"


async def peer_address(scene: Scene) -> str:
    """Finding 7: every peer has the address 127.0.0.1."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(local_addr=("127.0.0.2", 0))) as http:
        ws = await http.ws_connect(f"{scene.url}/socket.io/?EIO=4&transport=websocket")
        await ws.send_str("40")
        await soon(lambda: scene.environs)
        address = scene.environs[0]["REMOTE_ADDR"]
        await ws.close()
    return "" if address == "127.0.0.2" else f"127.0.0.2 is taken for {address}"


async def banned(scene: Scene) -> str:
    """Defect j: a client that the server disconnects keeps its connection."""
    mallory = await scene.raw()
    await scene.sio.disconnect(mallory.sid)
    assert await mallory.text() == "41"
    return "" if await scene.happens(lambda: not scene.sessions) else "the connection stays open"


async def idlers(scene: Scene) -> str:
    """Defect k: a session that joins no namespace is kept."""
    idle = await scene.raw(join=None)
    found = "" if await scene.happens(lambda: not scene.sessions) else "an idle session is kept"
    await idle.ws.close()
    return found


async def deflate(scene: Scene) -> str:
    """Finding 2: compression is agreed on, at 92 KB a connection and a class of attacks."""
    raw = await scene.raw(compress=15)
    return f"a window of {raw.ws.compress} bits" if raw.ws.compress else ""


async def tracebacks(scene: Scene) -> str:
    """Defect s: a traceback in the log for each bad packet."""
    seen: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = lambda record: seen.append(record) if record.exc_info else None  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    try:
        for _ in range(10):
            mallory = await scene.raw()
            await mallory.send('42{"a":1}')
            await mallory.send('421["echo"]')
            await mallory.ws.receive(timeout=5)
            await mallory.ws.close()
    finally:
        logging.getLogger().removeHandler(handler)
    return f"{len(seen)} tracebacks for 10 packets" if seen else ""


async def reserved_name(scene: Scene) -> str:
    """An event with the name of a handler that is not for clients calls it."""
    vera = await scene.raw()
    came = len(scene.came)
    await vera.send('42["connect",{"REMOTE_ADDR":"10.0.0.1"}]')
    await vera.send('421["echo"]')
    await vera.ws.receive(timeout=5)
    return "" if len(scene.came) == came else "the connect handler ran with an environ of the client's making"


async def script(scene: Scene) -> str:
    """Defect q: JSONP, whose escaping can be broken out of."""
    async with scene.http.get("/socket.io/?EIO=4&transport=polling&j=0") as answer:
        return "answered with a script" if answer.status == 200 and (await answer.text()).startswith("___eio") else ""


DEFECTS: dict[str, Scenario] = {
    "a ghost after the frame x": ghosts("x"),
    "a ghost after an empty frame": ghosts(""),
    "a ghost after deep nesting": ghosts("4" + "[" * 50_000),
    "a bad post": bad_post,
    "a ghost after a death in connect": death_while_let_in,
    "unlimited attachments": attachments,
    "unlimited output": unread_output,
    "rooms of others": rooms_of_others,
    "the peer's address": peer_address,
    "a banned client": banned,
    "an idle session": idlers,
    "compression": deflate,
    "tracebacks": tracebacks,
    "a reserved name": reserved_name,
    "JSONP": script,
}

ALL = pytest.mark.parametrize("scenario", DEFECTS.values(), ids=DEFECTS.keys())


@pytest.fixture
async def scenes() -> AsyncIterator[Callable[..., Any]]:
    """Servers of either kind."""
    running: list[Scene] = []

    async def open_one(server: type, **options: Any) -> Scene:
        scene = Scene(server, **options)
        await scene.start()
        running.append(scene)
        return scene

    yield open_one
    for scene in running:
        await scene.stop()


@ALL
async def test_the_stock_server_has_this_defect(scenes, scenario: Scenario) -> None:
    assert await scenario(await scenes(socketio.AsyncServer))


@ALL
async def test_this_server_does_not_have_it(scenes, scenario: Scenario) -> None:
    assert not await scenario(await scenes(SocketServer, connect_timeout=0.3))
