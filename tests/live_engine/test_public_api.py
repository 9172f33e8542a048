"""What users of python-socketio and python-engineio write works unchanged: each test runs on their servers and on ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import aiohttp
import engineio
import pytest
import socketio
from aiohttp import web
from engineio.async_socket import AsyncSocket

from hub.doors.live.engine import EngineServer, SocketServer

from .conftest import Hall, soon

pytestmark = pytest.mark.annex("H1")

SOCKET_SERVERS = pytest.mark.parametrize("server", [socketio.AsyncServer, SocketServer], ids=["stock", "ours"])
ENGINE_SERVERS = pytest.mark.parametrize("server", [engineio.AsyncServer, EngineServer], ids=["stock", "ours"])


@pytest.fixture
async def serve() -> AsyncIterator[Callable[..., Any]]:
    """Serves applications on free ports."""
    runners: list[web.AppRunner] = []

    async def serve_one(app: web.Application) -> str:
        runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        runners.append(runner)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[union-attr]

    yield serve_one
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
async def client() -> AsyncIterator[socketio.AsyncClient]:
    """Vera, with python-socketio's client."""
    vera = socketio.AsyncClient(reconnection=False)
    yield vera
    await vera.disconnect()


@SOCKET_SERVERS
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"async_mode": "aiohttp"},
        {"async_handlers": True},
        {"async_handlers": False, "always_connect": True},
        {"namespaces": ["/"]},
        {"namespaces": "*"},
        {"logger": True, "engineio_logger": True},
        {"ping_interval": (5, 1), "ping_timeout": 3, "max_http_buffer_size": 10_000, "http_compression": False},
        {"cookie": "io", "cors_allowed_origins": [], "cors_credentials": False},
        {"transports": ["websocket", "polling"], "allow_upgrades": True, "compression_threshold": 10},
    ],
    ids=lambda options: "+".join(options) or "nothing",
)
async def test_every_constructor_form_serves_a_client(server, serve, client, options: dict[str, Any]) -> None:
    sio = server(**options)
    sio.on("echo", lambda sid, *args: args)
    app = web.Application()
    sio.attach(app)
    await client.connect(await serve(app))
    await soon(lambda: client.connected)
    assert await client.call("echo", {"a": 1}, timeout=5) == {"a": 1}
    assert client.transport() == "websocket"


@SOCKET_SERVERS
async def test_another_path_can_be_served(server, serve, client) -> None:
    sio, app = server(async_mode="aiohttp"), web.Application()
    sio.on("echo", lambda sid, *args: args)
    sio.attach(app, socketio_path="/live/here")
    await client.connect(await serve(app), socketio_path="live/here")
    assert await client.call("echo", 1) == 1


@SOCKET_SERVERS
async def test_handlers_rooms_sessions_and_calls(server, serve, client) -> None:
    sio, app = server(async_mode="aiohttp", cors_allowed_origins="*"), web.Application()
    said: list[Any] = []

    @sio.event
    async def connect(sid: str, environ: dict[str, Any], auth: Any) -> None:
        await sio.save_session(sid, {"name": auth["name"]})
        said.append(environ["PATH_INFO"])

    @sio.event
    def disconnect(sid: str, reason: str) -> None:
        said.append(reason)

    @sio.event
    async def join(sid: str, room: str) -> list[str]:
        await sio.enter_room(sid, room)
        async with sio.session(sid) as session:
            session["room"] = room
        return [room for room in sio.rooms(sid) if room != sid]

    @sio.on("who am I")
    async def who(sid: str) -> tuple[dict[str, Any], str, str]:
        return await sio.get_session(sid), sio.transport(sid), sio.get_environ(sid)["QUERY_STRING"]

    @sio.on("*")
    async def anything(event: str, sid: str, *args: Any) -> tuple[Any, ...]:
        return (event, *args)

    heard: list[Any] = []
    client.on("news", lambda *args: heard.append(args))
    client.on("question", lambda *args: (*args, "!"))
    sio.attach(app)
    await client.connect(await serve(app), auth={"name": "Vera"}, transports=["websocket"])
    sid = client.get_sid()
    assert await client.call("join", "lobby") == ["lobby"]
    session, transport, query = await client.call("who am I")
    assert session == {"name": "Vera", "room": "lobby"} and transport == "websocket" and "EIO=4" in query
    assert await client.call("something else", (1, 2)) == ("something else", 1, 2)
    await sio.emit("news", ("to", "lobby"), room="lobby")
    await sio.emit("news", "to all but her", skip_sid=sid)
    await sio.send("text", to=sid)
    answered: list[Any] = []
    await sio.emit("question", "why", to=sid, callback=lambda *args: answered.append(args))
    assert await sio.call("question", {"n": 1}, to=sid) == ({"n": 1}, "!")
    await soon(lambda: answered and heard)
    assert answered == [("why", "!")] and heard == [("to", "lobby")]
    await sio.leave_room(sid, "lobby")
    assert sio.rooms(sid) == [sid]
    with pytest.raises(socketio.exceptions.TimeoutError):
        await sio.call("nobody answers", to="unknown", timeout=0.05)
    await sio.disconnect(sid)
    await soon(lambda: said == ["/socket.io/", "server disconnect"])


class Chat(socketio.AsyncNamespace):
    """A namespace as a class."""

    async def on_connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        await self.enter_room(sid, "all")

    async def on_say(self, sid: str, text: str) -> int:
        await self.emit("said", {"text": text}, room="all")
        return len(text)

    async def on_refuse(self, sid: str) -> None:
        await self.disconnect(sid)


@SOCKET_SERVERS
async def test_a_namespace_may_be_a_class(server, serve, client) -> None:
    sio, app = server(async_mode="aiohttp"), web.Application()
    sio.register_namespace(Chat("/chat"))
    sio.attach(app)
    heard: list[Any] = []
    client.on("said", heard.append, namespace="/chat")
    await client.connect(await serve(app), namespaces=["/chat"], transports=["websocket"])
    assert await client.call("say", "hello", namespace="/chat") == 5
    await soon(lambda: heard == [{"text": "hello"}])
    await client.emit("refuse", namespace="/chat")
    await soon(lambda: not client.namespaces)


@SOCKET_SERVERS
@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (socketio.exceptions.ConnectionRefusedError("no", {"code": 7}), {"message": "no", "data": {"code": 7}}),
        (socketio.exceptions.ConnectionRefusedError("no"), {"message": "no"}),
        (False, {"message": "Connection rejected by server"}),
    ],
    ids=["reason and data", "reason", "false"],
)
async def test_a_refused_client_is_told_why(server, serve, client, refusal: Any, told: dict[str, Any]) -> None:
    sio, app = server(async_mode="aiohttp"), web.Application()

    @sio.event
    async def connect(sid: str, environ: dict[str, Any]) -> Any:
        if isinstance(refusal, Exception):
            raise refusal
        return refusal

    sio.attach(app)
    errors: list[Any] = []
    client.on("connect_error", errors.append)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.connect(await serve(app), transports=["websocket"])
    assert errors == [told]


@SOCKET_SERVERS
async def test_background_tasks_sleep_and_shutdown(server, serve, client) -> None:
    sio, app = server(async_mode="aiohttp"), web.Application()
    sio.on("echo", lambda sid, *args: args)
    sio.attach(app)
    await client.connect(await serve(app), transports=["websocket"])

    async def count(to: int) -> int:
        for _ in range(to):
            await sio.sleep(0.001)
        return to

    task = sio.start_background_task(count, 3)
    assert await task == 3
    await sio.shutdown()


@pytest.fixture
def stock_socket() -> Iterator[None]:
    """The admin interface changes engineio's socket class for the whole process; afterwards it is as it was."""
    before = dict(vars(AsyncSocket))
    yield
    for name, value in vars(AsyncSocket).copy().items():
        if value is not before.get(name):
            setattr(AsyncSocket, name, before[name]) if name in before else delattr(AsyncSocket, name)


@SOCKET_SERVERS
@pytest.mark.parametrize("mode", ["development", "production"])
@pytest.mark.usefixtures("stock_socket")
async def test_the_admin_interface_can_be_attached(server, serve, client, mode: str) -> None:
    sio, app = server(async_mode="aiohttp", cors_allowed_origins="*"), web.Application()
    auth = {"username": "ada", "password": "secret"}
    admin = sio.instrument(auth=auth, mode=mode, server_stats_interval=0.05)
    sio.on("echo", lambda sid, *args: args)
    sio.attach(app)
    stats: list[Any] = []
    client.on("server_stats", stats.append, namespace="/admin")
    try:
        await client.connect(await serve(app), auth=auth, namespaces=["/", "/admin"], transports=["websocket"])
        assert await client.call("echo", 1) == 1
        await soon(lambda: stats, within=5)
        assert stats[0]["clientsCount"] == 1
    finally:
        await admin.shutdown()


@ENGINE_SERVERS
async def test_the_engine_alone(server, serve) -> None:
    eio, app = server(async_mode="aiohttp", cors_allowed_origins="*"), web.Application()
    said: list[Any] = []

    @eio.on("connect")
    async def connect(sid: str, environ: dict[str, Any]) -> None:
        await eio.save_session(sid, {"path": environ["PATH_INFO"]})
        await eio.send(sid, "welcome")

    @eio.on("message")
    async def message(sid: str, data: Any) -> None:
        said.append(data)
        async with eio.session(sid) as session:
            session["heard"] = session.get("heard", 0) + 1
        await eio.send(sid, data)
        if data == "bye":
            await eio.disconnect(sid)

    @eio.on("disconnect")
    def disconnect(sid: str, reason: str) -> None:
        said.append(reason)

    eio.attach(app, engineio_path="live")
    url = await serve(app)
    for transports in (["websocket"], ["polling"], None):
        said.clear()
        heard: list[Any] = []
        vera = engineio.AsyncClient()
        vera.on("message", heard.append)
        await vera.connect(url, transports=transports, engineio_path="live")
        assert await eio.get_session(vera.sid) == {"path": "/live/"}
        await soon(lambda vera=vera, way=(transports or ["websocket"])[0]: eio.transport(vera.sid) == way)
        for item in ("text", b"\x00bytes", {"a": [1, None]}, "bye"):
            await vera.send(item)
        await soon(lambda heard=heard: len(heard) == 5)
        assert heard == ["welcome", "text", b"\x00bytes", {"a": [1, None]}, "bye"]
        await soon(lambda: said[-1:] == ["server disconnect"])
        await vera.disconnect()
    await eio.shutdown()


@ENGINE_SERVERS
async def test_the_engine_refuses_whom_the_application_refuses(server, serve) -> None:
    eio, app = server(async_mode="aiohttp"), web.Application()
    eio.on("connect", lambda sid, environ: False if "no" in environ["QUERY_STRING"] else "not today")
    eio.attach(app)
    async with aiohttp.ClientSession(await serve(app)) as http:
        for query, body in (("no", '"Unauthorized"'), ("yes", '"not today"')):
            async with http.get(f"/engine.io/?EIO=4&transport=polling&{query}") as answer:
                assert (answer.status, await answer.text()) == (401, body)


async def test_a_client_manager_of_the_stock_package_can_be_used() -> None:
    await _play(socketio.AsyncManager())


@pytest.mark.parametrize("kind", ["one server", "two servers"])
async def test_the_stock_redis_manager_can_be_used(redis, kind: str) -> None:
    if kind == "one server":
        await _play(socketio.AsyncRedisManager(redis.url))
        return
    halls = [Hall(client_manager=socketio.AsyncRedisManager(redis.url)) for _ in range(2)]
    outside = socketio.AsyncRedisManager(redis.url, write_only=True)
    for hall in halls:
        await hall.start()
    try:
        vera, walt = await halls[0].person(), await halls[1].person("polling")
        await asyncio.sleep(0.1)  # both have to be listening to Redis
        await halls[0].sio.emit("from the first", {"n": 1})
        await halls[1].sio.emit("to her", to=halls[0].came[0])
        await outside.emit("from outside", "x")
        await soon(lambda: len(vera.told) == 3 and len(walt.told) == 2)
        assert ("to her",) in vera.told and ("from outside", "x") in walt.told
        await halls[1].sio.disconnect(halls[0].came[0])
        await soon(lambda: halls[0].left == [(halls[0].came[0], "server disconnect")])
    finally:
        for hall in halls:
            await hall.stop()


async def _play(manager: Any) -> None:
    hall = Hall(client_manager=manager)
    await hall.start()
    try:
        vera, walt = await hall.person(), await hall.person("polling")
        assert await vera.call("echo", {"a": 1}) == {"a": 1}
        assert await walt.call("echo", b"x") == b"x"
        await hall.sio.enter_room(hall.came[0], "room")
        await hall.sio.emit("message", {"n": 1}, room="room")
        await hall.sio.emit("picture", b"\xff")
        await hall.sio.emit("typing", volatile=True)
        await soon(lambda: len(vera.told) == 3 and len(walt.told) == 2)
        assert vera.told == [("message", {"n": 1}), ("picture", b"\xff"), ("typing",)]
        vera.on("why", lambda text: text + "!")
        assert await hall.sio.call("why", "because", to=hall.came[0]) == "because!"
        mallory = await hall.raw()
        await mallory.send("42{}")
        assert (await mallory.closed())[0] == 1002
        await soon(lambda: hall.left == [(hall.came[2], "transport error")])
        await hall.sio.disconnect(hall.came[0])
        await soon(lambda: hall.sessions == 1 and len(hall.left) == 2)
        await hall.sio.drain()
        assert hall.sessions == 0 and hall.rooms == {} and hall.sio.environ == {}
    finally:
        await hall.stop()
