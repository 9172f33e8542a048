"""Two nodes behind a real balancer are restarted one after the other under load, and nobody notices (X1, X5)."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
import urllib.request
from pathlib import Path

import pytest

from hub.core.settings import Settings
from tests.support.balancer import Balancer
from tests.support.house import ServerProcess, eventually, run_init, sign_in
from tests.support.load import JavaScript, Load, ends_within
from tests.support.peers import Redis, running_secantus

pytestmark = [pytest.mark.annex("X1", "X5", "H12", "L1"), pytest.mark.timeout(150)]


def sockets_of(node: ServerProcess) -> int:
    """Return how many sockets a node says that it has."""
    with urllib.request.urlopen(f"{node.url}/metrics", timeout=5) as answer:
        lines = answer.read().decode().splitlines()
    return int(sum(float(line.split()[-1]) for line in lines if line.startswith("hub_sockets{")))


async def restart(node: ServerProcess) -> None:
    """Stop a node as an operator does, and start it again."""
    node.process.send_signal(signal.SIGTERM)
    code, seconds = await asyncio.to_thread(ends_within, node.process, 30)
    assert code == 0 and seconds < 15, (code, seconds)
    await asyncio.to_thread(node.start)


async def test_a_rolling_restart_of_two_nodes_loses_doubles_and_refuses_nothing(tmp_path: Path) -> None:
    redis = Redis(tmp_path / "redis").start()
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(redis.kill)
        mongo = stack.enter_context(running_secantus(tmp_path / "secantus"))
        data = tmp_path / "data"
        options = ("--mongo", mongo, "--redis", redis.url, "--drain-delay", "1", "--drain-seconds", "2",
                   "--presence-grace", "2")  # fmt: skip
        made = await asyncio.to_thread(run_init, data, "Acme", "ada@acme.example", "--mongo", mongo)
        one, two = (ServerProcess(data, *options) for _ in range(2))
        for node in (one, two):
            stack.callback(node.stop)
        await asyncio.gather(*(asyncio.to_thread(node.start) for node in (one, two)))
        balancer = stack.enter_context(Balancer(tmp_path / "balancer", [one.port, two.port]))
        token = (await asyncio.to_thread(sign_in, one.url))["token"]
        load = await stack.enter_async_context(Load(balancer.url, made, token, pace=0.08))
        script = None
        if shutil.which("node"):
            script = JavaScript(balancer.url, load.key, "polling,websocket", 80, 100)
            stack.callback(script.kill)
            await script.start()
        await eventually(lambda: all(talker.position > 5 for talker in load.talkers), 20)
        for node, other in ((one, two), (two, one)):
            await eventually(lambda: balancer.up() == 2, 10)
            await eventually(lambda node=node: sockets_of(node) > 0, 20)
            before = [talker.reconnects for talker in load.talkers]
            await restart(node)
            assert sum(talker.reconnects for talker in load.talkers) > sum(before), "the node had nobody to move"
            assert sockets_of(other) > 0
        saw = await script.end() if script else None
        await load.stop()
        settings = Settings(data=str(tmp_path / "judge"), mongo_url=mongo, log_level="warning")
        await load.judge(settings)
        if script and saw:
            await script.judge(settings, load.app, saw)
            assert saw["connects"] > 1 and len(saw["acked"]) == 80
        for node in (one, two):
            assert "Traceback" not in node.log()
