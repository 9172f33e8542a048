"""Visitors and agents talk through python-socketio's own client, over both transports."""

import asyncio

import msgspec
import pytest
import socketio
from socketio.exceptions import ConnectionRefusedError

from .conftest import Hall, soon

pytestmark = pytest.mark.annex("H1")

WAYS = [["websocket"], ["polling"], ["polling", "websocket"]]


@pytest.mark.parametrize("way", WAYS, ids="+".join)
async def test_vera_gets_an_answer_to_her_event(hall: Hall, way: list[str]) -> None:
    vera = await hall.person(*way)
    assert vera.transport() == way[-1]
    assert await vera.call("echo", {"text": "Zażółć gęślą jaźń 🙂", "n": [1, None, 2.5]}) == {
        "text": "Zażółć gęślą jaźń 🙂",
        "n": [1, None, 2.5],
    }


@pytest.mark.parametrize("way", WAYS, ids="+".join)
async def test_binary_goes_both_ways_in_events_and_acks(hall: Hall, way: list[str]) -> None:
    vera = await hall.person(*way)
    assert await vera.call("echo", {"a": b"\x00\x01", "b": [b"two", "three"]}) == {
        "a": b"\x00\x01",
        "b": [b"two", "three"],
    }
    await hall.sio.emit("picture", (b"\xff" * 300, {"name": "cat"}))
    await soon(lambda: vera.told == [("picture", b"\xff" * 300, {"name": "cat"})])
    asked = asyncio.create_task(hall.sio.call("which", b"?", to=hall.came[0]))
    vera.on("which", lambda data: (data, b"!"))
    assert await asked == (b"?", b"!")


@pytest.mark.parametrize("way", WAYS, ids="+".join)
async def test_pipelined_events_are_handled_in_the_order_in_which_they_were_sent(hall: Hall, way: list[str]) -> None:
    order = []

    async def slow_then_fast(sid: str, n: int) -> int:
        await asyncio.sleep(0.02 if n % 5 == 0 else 0)
        order.append(n)
        return n

    hall.sio.on("step", slow_then_fast)
    vera = await hall.person(*way)
    answers: list[int] = []
    for n in range(40):
        await vera.emit("step", n, callback=answers.append)
    await soon(lambda: len(answers) == 40)
    assert order == answers == list(range(40))


async def test_a_broadcast_reaches_everyone_in_the_room_and_nobody_else(hall: Hall) -> None:
    vera, walt, ada = [await hall.person(way) for way in ("websocket", "polling", "websocket")]
    for sid in hall.came[:2]:
        await hall.sio.enter_room(sid, "a:1")
    await hall.sio.emit("message", {"text": "hello"}, room="a:1")
    await hall.sio.emit("end")
    await soon(lambda: all(("end",) in person.told for person in (vera, walt, ada)))
    assert vera.told == walt.told == [("message", {"text": "hello"}), ("end",)]
    assert ada.told == [("end",)], "need someone outside the room for this test to mean anything"


async def test_a_socket_in_two_rooms_of_one_emit_hears_it_once(hall: Hall) -> None:
    vera, walt, ada = [await hall.person() for _ in range(3)]
    one, two, _ = hall.came
    await hall.sio.enter_room(one, "conversation")
    await hall.sio.enter_room(one, "inbox")
    await hall.sio.enter_room(two, "inbox")
    await hall.sio.emit("message", 1, room=["conversation", "inbox", "nobody"])
    await hall.sio.emit("message", 2, room=["conversation", "inbox"], skip_sid=one)
    await hall.sio.emit("message", 3, room=[])
    await hall.sio.emit("end", to=[one, two])
    await soon(lambda: ("end",) in vera.told and ("end",) in walt.told)
    assert vera.told == [("message", 1), ("end",)]
    assert walt.told == [("message", 1), ("message", 2), ("end",)]
    assert ada.told == []


async def test_a_large_room_is_told_in_turns_and_in_order(hall: Hall) -> None:
    crowd = await asyncio.gather(*(hall.raw() for _ in range(620)))
    first = asyncio.create_task(hall.sio.emit("n", 1))
    second = asyncio.create_task(hall.sio.emit("n", 2))
    await asyncio.sleep(0)
    assert not first.done(), "the loop got its turn in between"
    await asyncio.gather(first, second)
    for raw in crowd:
        assert [await raw.text(), await raw.text()] == ['42["n",1]', '42["n",2]']


async def test_one_encoded_body_goes_to_two_namespaces(hall: Hall) -> None:
    vera = await hall.person()
    ada = await hall.person(namespaces=["/agent"])
    body = msgspec.Raw(msgspec.json.encode({"text": "hello", "position": 7}))
    await hall.sio.emit("message", body)
    await hall.sio.emit("message", body, namespace="/agent")
    expected = [("message", {"text": "hello", "position": 7})]
    await soon(lambda: vera.told == expected and ada.told == expected)


async def test_one_connection_carries_two_namespaces(hall: Hall) -> None:
    ada = await hall.person(namespaces=["/", "/agent"])
    assert hall.sessions == 1
    assert await ada.call("echo", "a") == await ada.call("echo", "a", namespace="/agent") == "a"
    sid = ada.get_sid("/agent")
    await hall.sio.save_session(sid, {"name": "Ada"}, namespace="/agent")
    assert (await hall.sio.get_session(sid, namespace="/agent"))["name"] == "Ada"
    assert await hall.sio.get_session(ada.get_sid("/")) == {}
    async with hall.sio.session(sid, namespace="/agent") as session:
        session["seen"] = True
    assert (await hall.sio.get_session(sid, namespace="/agent")) == {"name": "Ada", "seen": True}


async def test_a_refused_client_reads_the_message_and_the_data(hall: Hall) -> None:
    async def refuse(sid: str, environ: dict, auth: dict | None) -> None:
        raise ConnectionRefusedError("unknown key", {"code": "unknown_key"})

    hall.sio.on("connect", refuse, namespace="/strict")
    raw = await hall.raw(join=None)
    await raw.send('40/strict,{"key":"x"}')
    assert await raw.text() == '44/strict,{"message":"unknown key","data":{"code":"unknown_key"}}'
    await raw.send("40/nowhere,")
    assert await raw.text() == '44/nowhere,{"message":"Invalid namespace"}'
    assert hall.rooms == {}
    await raw.send("40")
    assert (await raw.text()).startswith("40{"), "the connection is still good for other namespaces"


async def test_the_connect_handler_gets_auth_and_the_real_peer(hall: Hall) -> None:
    seen = []
    hall.sio.on(
        "connect", lambda sid, environ, auth: seen.append((environ["REMOTE_ADDR"], environ["REMOTE_PORT"], auth))
    )
    vera = await hall.person(auth={"key": "abc123"})
    address, port, auth = seen[0]
    assert (address, auth) == ("127.0.0.1", {"key": "abc123"})
    assert int(port) == vera.eio.ws._response.connection.transport.get_extra_info("sockname")[1]


async def test_handlers_of_the_old_kind_take_fewer_arguments(hall: Hall) -> None:
    came, left = [], []
    hall.sio.on("connect", lambda sid, environ: came.append(sid))
    hall.sio.on("disconnect", lambda sid: left.append(sid))
    vera = await hall.person()
    await vera.disconnect()
    await soon(lambda: left)
    assert came == left


async def test_a_namespace_class_works_as_in_python_socketio(hall: Hall) -> None:
    class Chat(socketio.AsyncNamespace):
        async def on_connect(self, sid: str, environ: dict) -> None:
            await self.enter_room(sid, "chat")

        async def on_say(self, sid: str, text: str) -> str:
            await self.emit("said", text, room="chat")
            return "ok"

    hall.sio.register_namespace(Chat("/chat"))
    vera = await hall.person(namespaces=["/chat"])
    told: list[str] = []
    vera.on("said", told.append, namespace="/chat")
    assert await vera.call("say", "hello", namespace="/chat") == "ok"
    await soon(lambda: told == ["hello"])


async def test_what_is_emitted_during_connect_arrives_after_the_connect_packet(hall: Hall) -> None:
    async def greet(sid: str, environ: dict, auth: dict | None) -> None:
        await hall.sio.enter_room(sid, "lobby")
        await hall.sio.emit("session", 1, to=sid)
        await hall.sio.emit("news", 2, room=["lobby", sid])

    hall.sio.on("connect", greet)
    raw = await hall.raw()
    assert [await raw.text(), await raw.text()] == ['42["session",1]', '42["news",2]']
    await hall.sio.emit("later", room="lobby")
    assert await raw.text() == '42["later"]'


async def test_an_emit_with_a_callback_hears_from_each_client(hall: Hall) -> None:
    vera, walt = await hall.person(), await hall.person("polling")
    for person, name in ((vera, "Vera"), (walt, "Walt")):
        person.on("who", lambda name=name: name)
    names: list[str] = []
    await hall.sio.emit("who", callback=names.append)
    await soon(lambda: sorted(names) == ["Vera", "Walt"])
    with pytest.raises(socketio.exceptions.TimeoutError):
        await hall.sio.call("silence", to="nobody", timeout=0.05)


async def test_a_handler_cannot_wait_for_its_own_client(hall: Hall) -> None:
    async def ask(sid: str) -> str:
        try:
            await hall.sio.call("who", to=sid, timeout=1)
        except RuntimeError as refusal:
            return str(refusal)
        return "asked"

    hall.sio.on("ask", ask)
    vera = await hall.person()
    assert "own client" in await vera.call("ask")


async def test_async_handlers_let_a_client_be_asked_from_its_own_handler(open_hall) -> None:
    hall = await open_hall(async_handlers=True)

    async def ask(sid: str) -> str:
        return await hall.sio.call("who", to=sid, timeout=2)

    hall.sio.on("ask", ask)
    vera = await hall.person()
    vera.on("who", lambda: "Vera")
    assert await vera.call("ask") == "Vera"


async def test_a_json_module_of_ones_own_is_used_and_stays_ones_own(open_hall) -> None:
    class Loud:
        @staticmethod
        def dumps(value, **kwargs):
            return msgspec.json.encode(value).decode().upper()

        @staticmethod
        def loads(text, **kwargs):
            return msgspec.json.decode(text)

    from engineio import packet as engine_packet

    before = engine_packet.Packet.json
    try:
        loud, calm = await open_hall(json=Loud), await open_hall()
    finally:
        engine_packet.Packet.json = before  # process-wide in python-engineio
    raw, other = await loud.raw(join=None), await calm.raw()
    await raw.send("40")
    assert '"SID"' in await raw.text()
    await loud.sio.emit("hello")
    assert await raw.text() == '42["HELLO"]'
    await calm.sio.emit("hello")
    assert await other.text() == '42["hello"]'
