"""The example of docs/engine.md runs as it stands, as a process of its own."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import socketio

from tests.support.house import free_port

from .conftest import soon

pytestmark = pytest.mark.annex("H1")

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def chat() -> AsyncIterator[str]:
    """The address of the example, started as its document says."""
    command = "python -m docs.examples.room_chat"
    assert f"{command} 8080\n" in (ROOT / "docs/engine.md").read_text()
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command.split()[1:], str(port), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(20):
        await process.stdout.readuntil(b"Running on")
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    async with asyncio.timeout(10):
        await process.communicate()
    assert process.returncode == 0


class Guest(socketio.AsyncClient):
    """Hears what is said."""

    def __init__(self) -> None:
        super().__init__(reconnection=False)
        self.heard: list[Any] = []
        self.on("*", lambda event, data: self.heard.append((event, data)))


async def test_the_example_is_a_chat_with_rooms(chat: str) -> None:
    vera, walt, ada = people = [Guest() for _ in range(3)]
    for name, guest in zip(("Vera", "Walt", "Ada"), people, strict=True):
        await guest.connect(chat, auth={"name": name})
    assert [await vera.call("join", "tea"), await walt.call("join", "tea"), await ada.call("join", "milk")] == [1, 2, 1]
    assert await vera.call("say", ("tea", "hello")) is True
    assert await ada.call("say", ("tea", "let me in")) is False, "who is not in the room says nothing there"
    await walt.emit("typing", "tea")
    said = ("said", {"room": "tea", "name": "Vera", "text": "hello"})
    await soon(lambda: vera.heard == [said, ("typing", {"room": "tea"})] and walt.heard == [said])
    assert ada.heard == []
    for guest in people:
        await guest.disconnect()


async def test_the_example_refuses_who_has_no_name(chat: str) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        await Guest().connect(chat, transports=["websocket"])
    async with aiohttp.ClientSession() as http, http.get(f"{chat}/socket.io/?EIO=4&transport=polling") as answer:
        assert answer.status == 200


def test_the_document_names_every_option_of_its_own() -> None:
    import inspect

    from hub.doors.live.engine import Counters, EngineServer, SocketServer

    text = (ROOT / "docs/engine.md").read_text()
    own = set(inspect.signature(EngineServer.__init__).parameters) - {"self", "args", "kwargs"}
    own |= {"volatile", "close_transport", "drain"} | set(Counters().as_dict())
    assert hasattr(SocketServer, "close_transport") and hasattr(SocketServer, "drain")
    named = set(re.findall(r"`(\w+)", text))
    assert own <= named, f"docs/engine.md does not name {sorted(own - named)}"
