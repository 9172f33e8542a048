"""The writer as a process of its own: it lives exactly as long as its server, and its death alone costs a moment."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from storage_cast import ACME, COLLECTIONS, CONTACTS, CONVERSATIONS, MESSAGES, STREAMS, Log, insert
from test_storage_sqlite import ROOT, child

from storage import requests
from storage.engine import Batch, Collection, GuardFailed, Missing, Result, Scope, StorageError, Unavailable
from storage.filters import All, Eq, In
from storage.sqlite import SqliteEngine
from tests.support.writer import is_gone, writer_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread writes")


@pytest.fixture
async def apart(tmp_path: Path) -> AsyncIterator[tuple[SqliteEngine, Log]]:
    """An open engine whose writer is a process, and its log."""
    log = Log()
    engine = SqliteEngine(tmp_path, apart=log)
    await engine.open(COLLECTIONS, STREAMS)
    yield engine, log
    await engine.close()


async def until(condition, seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        await asyncio.sleep(0.01)


@pytest.mark.annex("X1", "X5")
async def test_a_writer_that_is_killed_under_load_loses_and_doubles_nothing(apart: tuple[SqliteEngine, Log]):
    """Everybody sends again what was not confirmed, as clients do, and after three deaths all of it is there once."""
    engine, log = apart
    confirmed: dict[int, int] = {}
    again = 0

    async def send(number: int) -> None:
        nonlocal again
        while True:
            batch = Batch(ACME)
            batch.claim("client", str(number), number)
            position = batch.append(MESSAGES, number % 5, {"id": number})
            try:
                outcome = await engine.commit(batch)
            except Unavailable as error:
                assert "ended" in str(error)
                again += 1
                await asyncio.sleep(0.02)
                continue
            if not outcome.existing:
                confirmed[number] = outcome[position]
            return

    async def talk(first: int) -> None:
        for number in range(first, 4_001, 40):
            await send(number)

    async def murder() -> None:
        for _ in range(3):
            before = len(confirmed)
            await until(lambda before=before: len(confirmed) > before + 300, 10)
            os.kill(writer_of(os.getpid()), signal.SIGKILL)
            await asyncio.sleep(1.1)  # one that dies at once is given a pause

    await asyncio.gather(murder(), *(talk(first) for first in range(1, 41)))
    assert again > 0
    stored = {}
    for key in range(5):
        records = await engine.read(ACME, MESSAGES, key, limit=10_000)
        assert [each["position"] for each in records] == list(range(1, len(records) + 1))
        stored |= {each["id"]: each["position"] for each in records}
    assert sorted(stored) == list(range(1, 4_001))
    assert all(stored[number] == position for number, position in confirmed.items())
    assert [event for event, _ in log.lines if "ended" in event] == [log.lines[0][0]] * 3
    assert log.lines[0][1]["how"] == "signal SIGKILL"


@pytest.mark.annex("X5")
async def test_while_no_writer_can_start_reads_go_on_and_writes_are_refused(apart, monkeypatch: pytest.MonkeyPatch):
    engine, log = apart
    await insert(engine, {"id": 1})
    monkeypatch.setattr("storage.sqlite_process.PAUSE", 0.05)
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    os.kill(writer_of(os.getpid()), signal.SIGKILL)
    await until(lambda: any("no process can write" in event for event, _ in log.lines))
    with pytest.raises(Unavailable, match="can't be started"):
        await engine.ping()
    with pytest.raises(Unavailable, match="can't be started"):
        await insert(engine, {"id": 2})
    assert await engine.get(ACME, CONTACTS, 1) == {"id": 1}
    monkeypatch.undo()
    await until(lambda: log.lines[-1][0] == "another process writes the store")
    await engine.ping()
    await insert(engine, {"id": 2})
    assert await engine.count(ACME, CONTACTS) == 2


@pytest.mark.annex("X1", "X5")
@pytest.mark.parametrize("asleep", [False, True])
async def test_the_writer_of_a_killed_server_is_gone_at_once_and_the_folder_is_free(tmp_path: Path, asleep: bool):
    """Also a writer that is stopped and so can't hear that its server died."""
    process = child(tmp_path, "apart")
    assert process.stdout is not None
    for _ in range(300):
        process.stdout.readline()
    writer = writer_of(process.pid)
    if asleep:
        os.kill(writer, signal.SIGSTOP)
    process.kill()
    began = time.monotonic()
    process.wait()
    engine = SqliteEngine(tmp_path, apart=Log())
    await engine.open([Collection("conversations")], [MESSAGES])
    assert time.monotonic() - began < 1
    assert is_gone(writer)
    await engine.ping()
    await engine.close()
    process.stdout.close()


async def test_the_folder_stays_locked_while_a_writer_lives(tmp_path: Path):
    """The lock belongs to server and writer together: no second writer beside one that has not ended yet."""
    engine = SqliteEngine(tmp_path, apart=Log())
    await engine.open(COLLECTIONS, STREAMS)
    locked = os.stat(tmp_path / "hub.lock")
    files = Path(f"/proc/{writer_of(os.getpid())}/fd").iterdir()
    assert any(os.path.samestat(os.stat(each), locked) for each in files)
    await engine.close()


async def test_the_writer_inherits_nothing_but_its_pipe_and_the_lock(tmp_path: Path):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener, (tmp_path / "secret").open("w") as secret:
        listener.set_inheritable(True)
        os.set_inheritable(secret.fileno(), True)
        engine = SqliteEngine(tmp_path, apart=Log())
        await engine.open(COLLECTIONS, STREAMS)
        links = [os.readlink(each) for each in Path(f"/proc/{writer_of(os.getpid())}/fd").iterdir()]
        await engine.close()
    assert sum("socket:" in link for link in links) == 1
    assert not any("secret" in link for link in links)
    assert any("hub.lock" in link for link in links)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
async def test_ctrl_c_and_a_manager_that_signals_everybody_leave_the_writer_to_its_server(
    apart: tuple[SqliteEngine, Log], sign: signal.Signals
):
    engine, log = apart
    writer = writer_of(os.getpid())
    assert os.getpgid(writer) != os.getpgid(0)  # Ctrl-C goes to the group of the terminal
    os.kill(writer, sign)
    writes = [asyncio.create_task(insert(engine, {"id": number})) for number in range(1, 101)]
    await asyncio.gather(*writes)
    assert not is_gone(writer) and not log.lines
    await engine.close()
    assert is_gone(writer)


async def test_the_writer_ends_with_its_engine_and_what_was_queued_is_there(tmp_path: Path):
    engine = SqliteEngine(tmp_path, apart=Log())
    await engine.open(COLLECTIONS, STREAMS)
    writer = writer_of(os.getpid())
    text = "x" * 2_000  # more than a pipe takes at once
    writes = [asyncio.create_task(insert(engine, {"id": number, "text": text})) for number in range(1, 2_001)]
    await asyncio.sleep(0)
    await engine.close()
    assert is_gone(writer)
    await asyncio.gather(*writes)
    with pytest.raises(Unavailable, match="closed"):
        await engine.ping()
    await engine.open(COLLECTIONS, STREAMS)
    assert await engine.count(ACME, CONTACTS) == 2_000
    await engine.close()


async def test_closing_right_after_the_writer_died_leaves_nobody_waiting(tmp_path: Path):
    for pause in (0, 0, 0.005, 0.02, 0.05):
        engine = SqliteEngine(tmp_path, apart=Log())
        await engine.open(COLLECTIONS, STREAMS)
        os.kill(writer_of(os.getpid()), signal.SIGKILL)
        writes = []
        for id in range(5):
            writes.append(asyncio.create_task(insert(engine, {"id": id})))
            await asyncio.sleep(pause)
        await asyncio.wait_for(engine.close(), 5)
        done = await asyncio.wait_for(asyncio.gather(*writes, return_exceptions=True), 1)
        assert all(each is None or isinstance(each, StorageError) for each in done)


async def test_a_start_that_fails_leaves_no_process_and_no_lock(tmp_path: Path):
    (tmp_path / "hub.db").write_bytes(b"no database at all, but long enough to be taken for one" * 100)
    engine = SqliteEngine(tmp_path, apart=Log())
    with pytest.raises(Unavailable, match="damaged"):
        await engine.open(COLLECTIONS, STREAMS)
    with pytest.raises(StopIteration):
        writer_of(os.getpid())
    (tmp_path / "hub.db").unlink()
    await engine.open(COLLECTIONS, STREAMS)
    await engine.close()


async def test_errors_keep_their_types_and_sentences(apart: tuple[SqliteEngine, Log]):
    engine, _ = apart
    batch = Batch(ACME)
    batch.patch(CONTACTS, 404, set={"a": 1})
    with pytest.raises(Missing, match=r"^contacts 404 does not exist\.$"):
        await engine.commit(batch)
    batch = Batch(ACME)
    batch.guard(CONVERSATIONS, 5, Eq("a", 1))
    with pytest.raises(GuardFailed, match="conversations 5"):
        await engine.commit(batch)
    batch = Batch(ACME)
    batch.guard(CONTACTS, "1", Eq("a", 1))  # type: ignore[arg-type] - a mistake in the program ends nobody's writer
    with pytest.raises(RuntimeError, match="int"):
        await engine.commit(batch)
    await engine.ping()


async def test_requests_that_no_writer_takes_are_refused_and_not_kept(apart, monkeypatch: pytest.MonkeyPatch):
    engine, _ = apart
    monkeypatch.setattr("storage.sqlite_process.MOST_UNSENT", 500_000)
    writer = writer_of(os.getpid())
    os.kill(writer, signal.SIGSTOP)
    writes = [asyncio.create_task(insert(engine, {"id": id, "text": "x" * 10_000})) for id in range(1, 301)]
    await asyncio.sleep(0.1)
    refused = [each for each in writes if each.done()]
    assert 0 < len(refused) < 300
    assert all("can't keep up" in str(each.exception()) for each in refused)
    os.kill(writer, signal.SIGCONT)
    await asyncio.gather(*writes, return_exceptions=True)
    assert await engine.count(ACME, CONTACTS) == 300 - len(refused)


def test_a_batch_arrives_as_it_was_sent():
    """Integers, floats, truth and nothing keep their kinds, 64 bits keep all of theirs."""
    batch = Batch(Scope(7, 8, 9))
    batch.guard(CONTACTS, 1, All((Eq("n", 1), In("n", (1.0, 2**63 - 1, -(2**63), True, None, "ł")))))
    batch.claim("email", "vera@example.com", {"a": [1, 1.0, True, None, 2**63 - 1, -0.0, "\u20ac"]})
    position = batch.append(MESSAGES, 5, {"id": 1, "n": {}, "l": []})
    batch.patch(
        CONTACTS, 1, set={"last": position, "in": [{"side": position}]}, unset=["a"], inc={"n": 1.5}, max={"m": 2}
    )
    batch.insert(CONTACTS, {"id": 2, "at": position})
    batch.hold("a", "b", None)
    batch.release("a", "c")
    batch.delete(CONTACTS, 3)
    buffer = bytearray()
    requests.add_frame(buffer, batch)
    requests.add_frame(buffer, requests.Ping())
    half = bytearray(buffer[:-3])
    (first,) = requests.take_frames(half)
    read = requests.read_request(first)

    def plain(value):
        if isinstance(value, Result):
            return ("result", value.step)
        if isinstance(value, dict):
            return {name: plain(each) for name, each in value.items()}
        if isinstance(value, (list, tuple)):
            return [plain(each) for each in value]
        if hasattr(value, "__struct_fields__"):
            return [type(value).__name__, *(plain(getattr(value, name)) for name in value.__struct_fields__)]
        return (type(value).__name__, repr(value))

    assert plain(read) == plain(batch)
    half += buffer[-3:]
    assert [requests.read_request(each) for each in requests.take_frames(half)] == [requests.Ping()]


def test_the_writer_imports_little():
    """It is there for every installation, so it is small: no event loop, no web server, nothing of the hub."""
    code = "import sys; import storage.sqlite_child; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"asyncio", "aiohttp", "hub", "pymongo", "subprocess", "logging"}
