"""A node that is told to stop: what it still does, what it says, and when it is gone (X1, X5)."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.support.cast import Agent, Visitor
from tests.support.house import ROOT, ServerProcess, run_init, sign_in
from tests.support.load import ends_within
from tests.support.peers import Redis

pytestmark = pytest.mark.annex("X1", "X5")


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    server = Redis(tmp_path / "redis").start()
    yield server
    server.kill()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_a_node_that_others_may_replace_goes_on_serving_while_it_is_not_ready_any_more(tmp_path, redis, http):
    made = run_init(tmp_path / "data")
    options = ("--redis", redis.url, "--drain-delay", "2", "--drain-seconds", "0.4")
    with ServerProcess(tmp_path / "data", *options) as server:
        vera = await Visitor(server.url, made["widget_key"]).connect()
        async with http.get(f"{server.url}/readyz") as ready:
            assert ready.status == 200 and "Connection" not in ready.headers
        server.process.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        for _ in range(100):
            async with http.get(f"{server.url}/readyz") as answer:
                if answer.status == 503:
                    break
        assert answer.status == 503 and answer.headers["Connection"] == "close"
        # the balancer has not noticed yet: it sends new visitors, with their calls, and none of them is refused
        walt = await Visitor(server.url, made["widget_key"]).connect()
        polling = await Visitor(server.url, made["widget_key"], transports=["polling"]).connect()
        for who in (vera, walt, polling):
            assert (await who.says("Still here?"))["position"] == 1
        headers = {"Authorization": f"Token {made['api_key']}"}
        async with http.get(f"{server.url}/api/public/conversations/", headers=headers) as answer:
            assert answer.status == 200 and answer.headers["Connection"] == "close"
        assert vera.events("drain") == [] and time.monotonic() - begun < 2
        await vera.hears("drain")
        for who in (vera, walt, polling):
            await asyncio.wait_for(who.disconnected.wait(), 5)
        assert await asyncio.to_thread(ends_within, server.process, 10) >= (0, 0.0)
        assert server.process.returncode == 0 and time.monotonic() - begun >= 2


async def test_clients_are_moved_one_by_one_and_not_all_in_one_moment(tmp_path):
    made = run_init(tmp_path / "data")
    with ServerProcess(tmp_path / "data", "--drain-seconds", "2") as server:
        crowd = await asyncio.gather(*(Visitor(server.url, made["widget_key"]).connect() for _ in range(60)))
        loop = asyncio.get_running_loop()
        cut: list[float] = []

        async def stays(visitor: Visitor) -> None:
            await visitor.disconnected.wait()
            cut.append(loop.time())

        watching = [asyncio.create_task(stays(visitor)) for visitor in crowd]
        server.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(asyncio.gather(*watching), 10)
        moments = [(await visitor.hears("drain"))["retry_in"] for visitor in crowd]
        assert max(moments) <= 1000 and len(set(moments)) >= 3, moments
        assert cut[-1] - cut[0] > 0.7, "those that did not go by themselves were cut all at once"
        in_one_moment = max(sum(at <= other < at + 0.04 for other in cut) for at in cut)
        assert in_one_moment <= 15, "too many were cut at the same time"
        assert (await asyncio.to_thread(ends_within, server.process, 10))[0] == 0


async def test_an_upload_that_is_on_its_way_is_finished(tmp_path, http):
    made = run_init(tmp_path / "data")
    with ServerProcess(tmp_path / "data", "--drain-seconds", "0") as server:
        vera = await Visitor(server.url, made["widget_key"]).connect()
        picture = b"a long text\n" * 1000
        place = await vera.call("attachment.start", name="a.txt", size=len(picture), type="text/plain")
        half_sent = asyncio.Event()

        async def slowly() -> AsyncIterator[bytes]:
            yield picture[:6000]
            half_sent.set()
            await asyncio.sleep(1.2)
            yield picture[6000:]

        async def upload() -> int:
            headers = {"Content-Length": str(len(picture))}
            async with http.put(server.url + place["url"], data=slowly(), headers=headers) as answer:
                return answer.status

        sending = asyncio.create_task(upload())
        await asyncio.wait_for(half_sent.wait(), 5)
        await asyncio.sleep(0.1)
        server.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(vera.disconnected.wait(), 5)
        assert not sending.done(), "the upload was over before the stop, so nothing is proved"
        assert await asyncio.wait_for(sending, 10) == 200
        assert (await asyncio.to_thread(ends_within, server.process, 10))[0] == 0


async def test_a_second_signal_ends_the_process_at_once(tmp_path):
    made = run_init(tmp_path / "data")
    with ServerProcess(tmp_path / "data", "--drain-seconds", "10") as server:
        ada = await Agent(server.url, (await asyncio.to_thread(sign_in, server.url))["token"]).connect()
        vera = await Visitor(server.url, made["widget_key"]).connect()
        server.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(asyncio.wait([asyncio.create_task(who.hears("drain", 8)) for who in (ada, vera)],
                                            return_when=asyncio.FIRST_COMPLETED), 9)  # fmt: skip
        server.process.send_signal(signal.SIGTERM)
        code, seconds = await asyncio.to_thread(ends_within, server.process, 5)
        assert code == 128 + signal.SIGTERM and seconds < 1


def test_a_process_that_hangs_while_it_stops_is_gone_when_its_time_is_up():
    hanging = textwrap.dedent("""
        import asyncio, time
        from hub.core.log import configure
        from hub.doors.cli import stopping
        stopping.LIMIT = 0.5

        async def main():
            asked = stopping.Stopping(configure("info", "text")).asked
            print("ready", flush=True)
            await asked.wait()
            time.sleep(20)  # the loop itself hangs, so no timer of the loop could help

        asyncio.run(main())
    """)
    process = subprocess.Popen(
        [sys.executable, "-c", hanging], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout and process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGTERM)
    code, seconds = ends_within(process, 10)
    assert code == 0 and 0.4 < seconds < 3
    assert process.stderr and "stopping took too long" in process.stderr.read()
