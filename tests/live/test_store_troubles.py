"""A disk that is full, and a data folder that is in use."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.cast import Agent, Visitor
from tests.support.house import ROOT, ServerProcess, run_init, sign_in

pytestmark = pytest.mark.annex("X1")


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 12 MB."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)], capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


async def test_a_full_disk_refuses_politely_and_works_again_with_nothing_lost(small_disk: Path):
    data = small_disk / "data"
    made = run_init(data)
    server = ServerProcess(data, "--presence-grace", "0.2")
    server.log_file = small_disk.parent / "server.log"
    server.start()
    try:
        vera = await Visitor(server.url, made["widget_key"]).connect()
        ada = await Agent(server.url, (await asyncio.to_thread(sign_in, server.url))["token"]).connect()
        conversation = (await vera.says("Before"))["conversation"]
        ballast = small_disk / "ballast"
        _fill(ballast)
        acked, refused = [], []
        for number in range(400):
            body = {"client_id": f"m{number}", "text": f"{number} " + "x" * 8000, "conversation": conversation}
            answer = await vera.ack("message.send", body)
            (acked if answer["ok"] else refused).append((body, answer))
            if len(refused) >= 5:
                break
        assert refused, "the disk never got full"
        for _, answer in refused:
            assert (answer["error"]["code"], answer["error"]["retryable"]) == ("unavailable", True)
        assert not vera.disconnected.is_set()
        shown = await vera.call("conversation.open", conversation=conversation)  # reading goes on
        assert shown["position"] == 1 + len(acked)
        ballast.unlink()
        for body, _ in refused:
            answer = await _until_stored(vera, body)
            acked.append((body, answer))
        stored = []
        while len(stored) <= len(acked):
            page = await ada.call("conversation.open", conversation=conversation, after=len(stored))
            if not page["messages"]:
                break
            stored += page["messages"]
        assert [message["position"] for message in stored] == list(range(1, len(acked) + 2))
        assert [message["client_id"] for message in stored[1:]] == [body["client_id"] for body, _ in acked]
        assert await ada.hears("message", position=stored[-1]["position"]) == stored[-1]
        await vera.leave(), await ada.leave()
        assert server.stop() == 0
        assert "Traceback" not in server.log()
    finally:
        server.stop()


def _fill(ballast: Path) -> None:
    """Leave about 200 KB free."""
    free = shutil.disk_usage(ballast.parent).free
    with ballast.open("wb") as file:
        file.write(b"x" * (free - 200_000))


async def _until_stored(client, body):
    until = time.monotonic() + 10
    while time.monotonic() < until:
        answer = await client.ack("message.send", body)
        if answer["ok"]:
            return answer
        await asyncio.sleep(0.1)
    raise AssertionError(f"the store did not come back: {answer}")


def test_a_second_server_on_a_data_folder_in_use_stops_with_one_sentence(tmp_path):
    with ServerProcess(tmp_path / "data") as first:
        second = subprocess.run(
            [sys.executable, "server.py", "serve", "--data", str(tmp_path / "data"), "--port", "0"],
            cwd=ROOT, capture_output=True, text=True, timeout=30,
        )  # fmt: skip
        assert second.returncode != 0
        assert second.stderr.count("\n") == 1 and "uses the data folder" in second.stderr, second.stderr
        assert str(first.process.pid) in second.stderr
        assert first.process.poll() is None
