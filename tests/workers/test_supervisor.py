"""The supervisor: what happens when workers die, are replaced, are stopped, or can't be started at all (X1, X5)."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.cast import Visitor
from tests.support.commands import apart, command
from tests.support.house import ROOT, eventually, free_port, sign_in
from tests.support.load import JavaScript, Load, ends_within
from tests.workers.conftest import WORKERS, Workers

pytestmark = [pytest.mark.annex("X1", "X5")]

AGAIN = "a worker ended and is started again"


def is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def figures_of(workers: Workers) -> list[str]:
    """Return the lines of the page of figures; none where it does not come, as of workers that are just starting."""
    request = urllib.request.Request(f"{workers.url}/metrics", headers={"Authorization": "Bearer figures"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.read().decode().splitlines()
    except OSError:
        return []


async def until_all_are_heard(workers: Workers, within: float) -> None:
    """Wait until each worker hears all the others."""
    deadline, heard = time.monotonic() + within, []
    while heard != [WORKERS - 1] * WORKERS:
        assert time.monotonic() < deadline, f"the workers do not hear each other: {heard}"
        lines = await asyncio.to_thread(figures_of, workers)  # in a thread: the people of this test go on talking
        heard = [float(line.split()[-1]) for line in lines if line.startswith("hub_other_nodes{")]
        await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def a_load(workers: Workers, pace: float = 0.04) -> AsyncIterator[Load]:
    made = await asyncio.to_thread(workers.company)
    token = (await asyncio.to_thread(sign_in, workers.url, made["agent"]["email"]))["token"]
    async with Load(workers.url, made, token, pace) as load:
        await eventually(lambda: all(talker.position > 5 for talker in load.talkers), 20)
        yield load


@pytest.mark.timeout(240)
async def test_a_worker_that_is_killed_is_started_again_and_nothing_is_lost(workers):
    async with a_load(workers, pace=0.15) as load:
        script = None
        if shutil.which("node"):
            script = JavaScript(workers.url, load.key, "polling,websocket", 60, 60)
            await script.start()
        before = workers.log().count(AGAIN)
        killed = await kill_two(workers, load)
        saw = await script.end() if script else None
        await load.stop()
        await load.judge(workers.judge_settings(), killed=True)
        if script and saw:
            await script.judge(workers.judge_settings(), load.app, saw)
        assert workers.log().count(AGAIN) - before == killed


async def kill_two(workers: Workers, load: Load) -> int:
    """Kill two of the three workers, and wait until everybody talks again; return how many were killed."""
    before = set(workers.pids())
    reconnects = sum(talker.reconnects for talker in load.talkers)
    victims = list(before)[:2]  # of three: hardly anybody has no session there
    for victim in victims:
        os.kill(victim, signal.SIGKILL)
    await eventually(lambda: len(set(workers.pids()) - before) == 2, 10)
    await until_all_are_heard(workers, 20)
    await eventually(lambda: sum(talker.reconnects for talker in load.talkers) > reconnects, 10)
    heard = [talker.position for talker in load.talkers]
    # Long, because MongoDB keeps the locks of a transaction whose client died in its middle, for a minute at most.
    await eventually(lambda: all(t.position > h + 3 for t, h in zip(load.talkers, heard, strict=True)), 70)
    return len(victims)


async def test_workers_are_replaced_one_after_the_other_and_nobody_is_refused(workers):
    async with a_load(workers) as load:
        before = set(workers.pids())
        reconnects = [talker.reconnects for talker in load.talkers]
        workers.process.send_signal(signal.SIGHUP)
        most = 0

        def replaced() -> bool:
            nonlocal most
            now = set(workers.pids())
            most = max(most, len(now))
            return not now & before and len(now) == WORKERS

        await eventually(replaced, 40)
        assert most == WORKERS + 1, "a worker goes when another serves in its place, and only one at a time"
        assert [talker.reconnects for talker in load.talkers] != reconnects, "nobody was moved"
        await load.stop()
        await load.judge(workers.judge_settings())


async def test_what_waits_at_a_dead_workers_socket_is_served_by_the_next(workers):
    await eventually(lambda: len(workers.pids()) == WORKERS)
    for pid in workers.pids():
        os.kill(pid, signal.SIGSTOP)
    waiting = []
    for _ in range(20):
        client = socket.create_connection(("127.0.0.1", workers.port), 5)
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        waiting.append(client)
    for pid in workers.pids():
        os.kill(pid, signal.SIGKILL)
    for client in waiting:
        client.settimeout(20)
        with client:
            answer = await asyncio.to_thread(client.recv, 4096)
            assert answer.startswith(b"HTTP/1.1 200"), answer


def test_a_port_that_other_workers_serve_is_in_use(workers, tmp_path):
    options = ("--mongo", workers.mongo, "--redis", "redis://127.0.0.1:1", "--port", str(workers.port))
    done = apart("serve", "--data", str(tmp_path / "data"), "--workers", "2", *options)
    assert done.returncode == 1 and "can't be listened on" in done.stderr and done.stderr.count("\n") == 1


async def test_a_stop_ends_all_workers_in_order_and_leaves_nothing_behind(workers):
    made = workers.company()
    crowd = [await Visitor(workers.url, made["widget_key"]).connect() for _ in range(9)]
    await eventually(lambda: len(workers.pids()) == WORKERS)
    pids = workers.pids()
    sockets = folders_of(pids[0])
    assert [stat for folder in sockets for stat in (folder.stat().st_mode & 0o777,)] == [0o700]
    # a service manager tells every process of the service, and that is not a second signal
    for pid in (workers.process.pid, *pids):
        os.kill(pid, signal.SIGTERM)
    for visitor in crowd:
        await visitor.hears("drain")
        await asyncio.wait_for(visitor.disconnected.wait(), 10)
    code, seconds = await asyncio.to_thread(ends_within, workers.process, 30)
    assert code == 0 and seconds < 15
    assert not any(is_there(pid) for pid in pids) and not any(folder.exists() for folder in sockets)
    assert "Traceback" not in workers.log()


def folders_of(pid: int) -> list[Path]:
    """Return the folder of the Unix sockets, as a worker's command line names it."""
    return [Path(part.split('"')[0]) for part in Path(f"/proc/{pid}/cmdline").read_text().split('"folder":"')[1:]]


async def test_a_second_signal_ends_them_all_at_once(workers):
    made = workers.company()
    crowd = [await Visitor(workers.url, made["widget_key"]).connect() for _ in range(3)]
    pids = workers.pids()
    workers.process.send_signal(signal.SIGTERM)
    await asyncio.sleep(0.1)
    workers.process.send_signal(signal.SIGTERM)
    code, seconds = await asyncio.to_thread(ends_within, workers.process, 10)
    assert code == 128 + signal.SIGTERM and seconds < 2
    assert not any(is_there(pid) for pid in pids)
    for visitor in crowd:
        await visitor.leave()


async def test_workers_without_their_supervisor_stop_in_order(workers):
    made = workers.company()
    vera = await Visitor(workers.url, made["widget_key"]).connect()
    pids = workers.pids()
    await asyncio.to_thread(workers.kill)
    await vera.hears("drain")
    await eventually(lambda: not any(is_there(pid) for pid in pids), 15)


def test_workers_that_die_again_and_again_end_the_whole(tmp_path):
    hopeless = textwrap.dedent("""
        import sys
        from hub.core.log import configure
        from hub.core.settings import Settings
        from hub.doors.workers import supervisor
        supervisor._PAUSES = (0.0, 0.05, 0.1)
        # The first ones live until both have been there for a while: one that ends before ends the start.
        worker = "import os, sys, time; from pathlib import Path; from hub.doors.workers.seat import seat_of; "
        worker += "seat_of(sys.argv[-1]).say_ready('up'); Path(sys.argv[1], str(os.getpid())).touch(); "
        worker += "[time.sleep(0.05) for _ in range(400) if len(os.listdir(sys.argv[1])) < 2]; time.sleep(1); sys.exit(7)"
        settings = Settings(port=0, workers=2)
        sys.exit(supervisor.supervise(settings, configure("info", "text"), [sys.executable, "-c", worker, sys.argv[1]]))
    """)
    there = tmp_path / "there"
    there.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", hopeless, str(there)], cwd=ROOT, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 1 and done.stdout == "up\n"
    assert "a worker ends again and again: giving up" in done.stderr and "code=7" in done.stderr
    assert 2 <= done.stderr.count(AGAIN) <= 4


def test_workers_are_refused_where_they_could_not_share_what_they_need(tmp_path):
    done = apart("serve", "--data", str(tmp_path / "data"), "--workers", "4")
    assert done.returncode == 2 and done.stdout == "" and done.stderr.count("\n") == 1
    assert done.stderr.startswith("Error: --workers 4: the embedded store belongs to one process.")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "the embedded store belongs to one process. Name MongoDB and Redis (--mongo, --redis)"),
        (("--redis", "redis://127.0.0.1:1"), "the embedded store belongs to one process"),
        (("--mongo", "mongodb://127.0.0.1:1"), "workers hear of each other through Redis. Name it (--redis)"),
    ],
)
def test_what_they_need_is_said(tmp_path, options, words):
    done = command("serve", "--data", tmp_path / "data", "--workers", "4", *options)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("Error: --workers 4: ") and words in done.stderr and done.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()


def test_a_start_that_fails_says_why_once_and_ends():
    options = ("--mongo", "mongodb://127.0.0.1:1", "--redis", "redis://127.0.0.1:1")
    done = apart("serve", "--data", "/proc/no", "--port", str(free_port()), "--workers", "2", *options)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.count("Error: ") == 1 and "Traceback" not in done.stderr
