"""The process that writes the store dies, or is meant to die with its server, while people talk."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.support.cast import Agent, Visitor
from tests.support.house import ROOT, ServerProcess, eventually, free_port, open_house, run_init, sign_in
from tests.support.writer import is_gone, writer_of

pytestmark = [
    pytest.mark.annex("X1", "X5"),
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread writes"),
]


async def says_until_stored(client: Visitor, conversation: int, number: int) -> int:
    """Send a message as the widget does: again and again under the same client id; return how often it was refused."""
    refused = 0
    while True:
        body = {"client_id": f"m{number}", "text": f"Message {number}", "conversation": conversation}
        answer = await client.ack("message.send", body)
        if answer["ok"]:
            return refused
        assert (answer["error"]["code"], answer["error"]["retryable"]) == ("unavailable", True), answer
        refused += 1
        await asyncio.sleep(0.05)


async def test_a_writer_that_dies_under_load_costs_a_moment_and_no_message(tmp_path: Path):
    data = tmp_path / "data"
    made = await asyncio.to_thread(run_init, data)
    with ServerProcess(data) as server:
        assert server.process
        vera = await Visitor(server.url, made["widget_key"]).connect()
        ada = await Agent(server.url, (await asyncio.to_thread(sign_in, server.url))["token"]).connect()
        conversation = (await vera.says("Before"))["conversation"]
        writer = writer_of(server.process.pid)

        said = itertools.count(1)

        async def talk(first: int) -> int:
            refused = 0
            for number in range(first, 400, 8):
                refused += await says_until_stored(vera, conversation, number)
                if next(said) == 100:  # in the middle, however quick the machine is
                    os.kill(writer, signal.SIGKILL)
            return refused

        assert sum(await asyncio.gather(*(talk(first) for first in range(8)))) > 0
        stored: list[dict] = []
        while page := (await ada.call("conversation.open", conversation=conversation, after=len(stored)))["messages"]:
            stored += page
        assert [each["position"] for each in stored] == list(range(1, 402))
        assert sorted(each["client_id"] for each in stored[1:]) == sorted(f"m{number}" for number in range(400))
        await ada.hears("message", position=401)
        assert writer_of(server.process.pid) != writer
        with urllib.request.urlopen(f"{server.url}/readyz", timeout=5) as answer:
            assert answer.status == 200
        assert "the process that writes the store ended" in server.log() and "Traceback" not in server.log()
        await vera.leave(), await ada.leave()


async def test_ctrl_c_reaches_everybody_and_the_server_still_drains_and_loses_nothing(tmp_path: Path):
    """The terminal signals the whole group of processes; what was acknowledged is there at the next start."""
    data = tmp_path / "data"
    made = await asyncio.to_thread(run_init, data)
    port = free_port()
    command = [sys.executable, "server.py", "serve", "--data", str(data), "--port", str(port), "--drain-seconds", "0"]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
        )
    assert process.stdout and "ready" in await asyncio.to_thread(process.stdout.readline)
    writer = writer_of(process.pid)
    vera = await Visitor(f"http://127.0.0.1:{port}", made["widget_key"]).connect()
    conversation = (await vera.says("Before"))["conversation"]
    acked: list[str] = []

    async def talk(first: int) -> None:
        for number in range(first, 100_000, 8):
            body = {"client_id": f"m{number}", "text": "x", "conversation": conversation}
            if (await vera.ack("message.send", body))["ok"]:
                acked.append(body["client_id"])

    talking = [asyncio.create_task(talk(first)) for first in range(8)]
    await eventually(lambda: len(acked) > 100, 10)
    os.killpg(process.pid, signal.SIGINT)
    assert await asyncio.to_thread(process.wait, 20) == 0, (tmp_path / "log").read_text()
    assert is_gone(writer)
    for task in talking:
        task.cancel()
    await asyncio.gather(*talking, return_exceptions=True)
    with contextlib.suppress(Exception):
        await vera.leave()
    assert "Traceback" not in (tmp_path / "log").read_text()
    async with open_house(data) as house:
        ada = await Agent(house.url, (await asyncio.to_thread(sign_in, house.url))["token"]).connect()
        stored: list[dict] = []
        while page := (await ada.call("conversation.open", conversation=conversation, after=len(stored)))["messages"]:
            stored += page
        kept = [each["client_id"] for each in stored]
        assert len(kept) == len(set(kept)) and set(acked) <= set(kept)
        await ada.leave()


async def test_a_killed_server_is_followed_at_once_and_its_writer_is_gone(tmp_path: Path):
    with ServerProcess(tmp_path / "data") as server:
        assert server.process
        for _ in range(2):
            writer = writer_of(server.process.pid)
            server.kill()
            await asyncio.to_thread(server.start)  # takes the folder, or fails
            assert is_gone(writer)
