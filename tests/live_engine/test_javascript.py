"""The official JavaScript client talks to the server over each transport."""

import asyncio
import shutil
from pathlib import Path

import msgspec
import pytest
from socketio.exceptions import ConnectionRefusedError

from .conftest import Hall, soon

SCRIPT = Path(__file__).with_name("official_client.mjs")
CLIENT = Path(__file__).parents[2] / "node_modules" / "socket.io-client"

pytestmark = [
    pytest.mark.annex("H1"),
    pytest.mark.skipif(
        shutil.which("node") is None or not CLIENT.exists(), reason="needs Node and the installed socket.io-client"
    ),
]


@pytest.mark.parametrize("transports", ["polling,websocket", "websocket", "polling"])
async def test_the_official_client_has_a_whole_conversation(hall: Hall, transports: str) -> None:
    async def ask(sid: str) -> str:
        asking.append(asyncio.create_task(hall.sio.call("ask", ("how", b"\x01\x02"), to=sid, timeout=5)))
        await hall.sio.emit("message", {"n": len(asking)}, to=sid)
        return "asked"

    async def refuse(sid: str, environ: dict, auth: dict) -> None:
        raise ConnectionRefusedError("not for you", {"code": "forbidden"})

    asking: list[asyncio.Task] = []
    hall.sio.on("ask me", ask)
    hall.sio.on("come back", lambda sid: hall.sio.close_transport(sid))
    hall.sio.on("kick me", lambda sid: hall.sio.disconnect(sid))
    hall.sio.on("connect", refuse, namespace="/strict")

    node = await asyncio.create_subprocess_exec(
        "node",
        str(SCRIPT),
        hall.url,
        transports,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await node.communicate()
    assert node.returncode == 0, err.decode()
    seen = msgspec.json.decode(out)
    assert seen["transport"] == transports.split(",")[-1]
    assert seen["pipelined"] == list(range(300))
    assert [args[0] for name, *args in hall.heard if name == "echo"][:300] == list(range(300)), "in order"
    assert seen["text"] == "zażółć 🙂"
    assert seen["bytes"] == [0, 1, 255]
    assert seen["asked"] == "asked"
    assert await asking[0] == ("how!", b"\x02\x01")
    assert seen["events"][0][0] in ("message", "ask")
    assert seen["refused"] == ["not for you", {"code": "forbidden"}]
    assert seen["unknown"] == "Invalid namespace"
    assert seen["closed"] == "transport close" and seen["again"] == "again", "sent away with 1012, it came back"
    assert seen["kicked"] == "io server disconnect"
    await soon(lambda: hall.sessions == 0 and not hall.rooms)
