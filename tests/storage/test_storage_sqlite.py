"""What only the embedded engine has to prove: the disk, the lock, the group, and old data under new declarations."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import pytest
from storage_cast import ACME, COLLECTIONS, CONTACTS, CONVERSATIONS, MESSAGES, STREAMS, insert

from storage.engine import Batch, Collection, Index, Locked, Missing, Sort, StorageError, Unavailable
from storage.filters import Contains, Eq
from storage.sqlite import SqliteEngine
from storage.values import LARGEST

Make = Callable[[Path], SqliteEngine]
ROOT = Path(__file__).parents[2]

CHILD = """
import asyncio, logging, sys
from pathlib import Path
from storage.engine import Batch, Collection, Index, Scope, Stream
from storage.sqlite import SqliteEngine

async def main(folder, apart):
    engine = SqliteEngine(Path(folder), apart=logging.getLogger() if apart else None)
    conversations, messages = Collection("conversations"), Stream("messages")
    await engine.open([conversations], [messages])
    batch = Batch(Scope(1))
    batch.insert(conversations, {"id": 1, "count": 0})
    await engine.commit(batch)

    async def send(first):
        for number in range(first, 1_000_000, 8):
            batch = Batch(Scope(1))
            batch.claim("client", str(number), number)
            position = batch.append(messages, 1, {"id": number})
            batch.patch(conversations, 1, inc={"count": 1}, set={"last": position})
            print(number, (await engine.commit(batch))[position], flush=True)

    await asyncio.gather(*(send(first) for first in range(1, 9)))

asyncio.run(main(sys.argv[1], "apart" in sys.argv))
"""


def child(folder: Path, *options: str) -> subprocess.Popen[str]:
    """A process that commits messages and prints each that was acknowledged: its id and its position."""
    command = [sys.executable, "-c", CHILD, str(folder), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": "."})


@pytest.mark.annex("X1", "X5")
@pytest.mark.parametrize("writer", ["thread", "apart"])
@pytest.mark.parametrize("lines", [1, 700, 3_000])
async def test_after_kill_9_every_acknowledged_batch_is_there_and_whole(tmp_path: Path, lines: int, writer: str):
    process = child(tmp_path, writer)
    assert process.stdout is not None
    acked = [process.stdout.readline() for _ in range(lines)]
    os.kill(process.pid, signal.SIGKILL)
    acked += [line for line in process.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    process.wait()

    engine = SqliteEngine(tmp_path)
    await engine.open([Collection("conversations")], [MESSAGES])
    records = await engine.read(ACME, MESSAGES, 1, limit=1_000_000)
    assert [record["position"] for record in records] == list(range(1, len(records) + 1))
    stored = {record["id"]: record["position"] for record in records}
    for line in acked:
        number, position = map(int, line.split())
        assert stored[number] == position
        assert await engine.key(ACME, "client", str(number)) == number
    conversation = await engine.get(ACME, Collection("conversations"), 1)
    assert conversation == {"id": 1, "count": len(records), "last": len(records)}
    await engine.close()


@pytest.mark.annex("X5")
async def test_a_second_process_on_the_folder_is_locked_out_until_the_first_ends(tmp_path: Path):
    process = child(tmp_path)
    assert process.stdout is not None
    process.stdout.readline()
    engine = SqliteEngine(tmp_path)
    with pytest.raises(Locked, match=str(process.pid)):
        await engine.open(COLLECTIONS, STREAMS)
    process.kill()
    process.wait()
    process.stdout.close()
    await engine.open(COLLECTIONS, STREAMS)
    with pytest.raises(Locked):
        await SqliteEngine(tmp_path).open(COLLECTIONS, STREAMS)
    await engine.close()
    await engine.open(COLLECTIONS, STREAMS)
    await engine.close()


async def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="data folder"):
        await SqliteEngine(tmp_path / "file" / "data").open(COLLECTIONS, STREAMS)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("mounting a small disk needs root")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.annex("X5")
async def test_a_full_disk_refuses_writes_keeps_everything_and_recovers(make: Make, small_disk: Path):
    ballast = small_disk / "ballast"
    engine = make(small_disk)
    await engine.open(COLLECTIONS, STREAMS)
    await insert(engine, {"id": 1, "n": 0}, collection=CONVERSATIONS)
    with ballast.open("wb") as file:
        try:
            while True:
                os.write(file.fileno(), b"x" * 4096)
        except OSError:
            pass

    async def send(number: int) -> bool:
        batch = Batch(ACME)
        batch.append(MESSAGES, 1, {"id": number, "text": "x" * 3_000})
        batch.patch(CONVERSATIONS, 1, inc={"n": 1})
        try:
            await engine.commit(batch)
        except Unavailable as error:
            assert "full" in str(error)
            return False
        return True

    sent = [await send(number) for number in range(1, 40)]
    assert not sent[-1]
    assert await asyncio.gather(*(send(number) for number in range(100, 120))) == [False] * 20
    with pytest.raises(Unavailable):
        await engine.ping()
    records = await engine.read(ACME, MESSAGES, 1)
    assert len(records) == sum(sent)
    assert (await engine.get(ACME, CONVERSATIONS, 1) or {})["n"] == sum(sent)

    ballast.unlink()
    await engine.ping()
    assert await send(200)
    assert (await engine.read(ACME, MESSAGES, 1))[-1]["position"] == sum(sent) + 1
    await engine.close()
    await engine.open(COLLECTIONS, STREAMS)
    assert await engine.heads(ACME, MESSAGES, [1]) == {1: sum(sent) + 1}
    await engine.close()


async def test_what_is_queued_together_commits_in_order_and_a_failure_stays_alone(sqlite: SqliteEngine):
    await insert(sqlite, {"id": 1, "last": 0}, collection=CONVERSATIONS)
    told: list[int] = []

    async def change(number: int) -> None:
        batch = Batch(ACME)
        batch.guard(CONVERSATIONS, 1, Eq("last", number - 1))
        batch.patch(CONVERSATIONS, 1, set={"last": number})
        if number % 10 == 0:
            batch.patch(CONVERSATIONS, 404, set={"a": 1})
        await sqlite.commit(batch)
        told.append(number)

    outcomes = await asyncio.gather(*(change(number) for number in range(1, 25)), return_exceptions=True)
    assert told == list(range(1, 10))
    assert isinstance(outcomes[9], Missing)
    assert all(isinstance(outcome, StorageError) for outcome in outcomes[9:])


async def test_a_cancelled_commit_disturbs_nobody(sqlite: SqliteEngine):
    async def send(number: int) -> None:
        batch = Batch(ACME)
        batch.append(MESSAGES, 1, {"id": number})
        await sqlite.commit(batch)

    tasks = [asyncio.create_task(send(number)) for number in range(50)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert not any(task.cancelled() for task in tasks[1::2])
    assert len(await sqlite.read(ACME, MESSAGES, 1)) == 50


async def test_closing_finishes_what_was_queued_and_refuses_the_rest(make: Make, tmp_path: Path):
    engine = make(tmp_path)
    await engine.open(COLLECTIONS, STREAMS)
    writes = [asyncio.create_task(insert(engine, {"id": number})) for number in range(200)]
    await asyncio.sleep(0)
    await engine.close()
    await asyncio.gather(*writes)
    with pytest.raises(Unavailable, match="closed"):
        await engine.get(ACME, CONTACTS, 1)
    with pytest.raises(Unavailable, match="closed"):
        await insert(engine, {"id": 1_000})
    await engine.open(COLLECTIONS, STREAMS)
    assert await engine.count(ACME, CONTACTS) == 200
    await engine.close()
    await engine.close()


async def test_old_data_gets_new_indexes_words_and_foldings(make: Make, tmp_path: Path):
    plain = Collection("contacts", indexes=(Index(("status",)), Index(("gone",))), words=("status",))
    people = [
        {"id": n, "name": f"Łucja {n}", "status": "new", "tags": [f"t{n % 3}"], "seen": -n, "alike": [f"a:{n % 5}"]}
        for n in range(1, 1_101)
    ]
    engine = make(tmp_path)
    await engine.open([plain], [])
    await insert(engine, *people, collection=plain)
    await engine.close()

    grown = Collection(
        "contacts",
        indexes=(Index(("status", "seen")), Index(("name",))),
        values=("tags",),
        words=("name",),
        folded=("name", "tags"),
        marks=("alike",),
    )
    await engine.open([grown], [])
    assert [each["id"] for each in await engine.marked(ACME, grown, "a:3", limit=2)] == [3, 8]
    page = await engine.find(ACME, grown, Eq("status", "new"), sort=Sort("seen"), limit=2)
    assert [each["id"] for each in page.items] == [1_100, 1_099]
    assert await engine.count(ACME, grown, Eq("tags", "T1")) == 367
    found = await engine.search(ACME, grown, "lucja 77", limit=3)
    assert [each["id"] for each in found] == [779, 778, 777]
    assert await engine.search(ACME, grown, "new") == []
    assert [each["id"] for each in (await engine.find(ACME, grown, Eq("name", "LUCJA 5"))).items] == [5]
    await engine.close()
    await engine.open([plain], [])
    assert await engine.count(ACME, plain, Eq("status", "new")) == 1_100
    await engine.close()


async def test_an_index_over_an_array_stops_the_start_with_a_sentence(make: Make, tmp_path: Path):
    engine = make(tmp_path)
    bare = Collection("contacts")
    await engine.open([bare], [])
    await insert(engine, {"id": 1, "tags": ["a"]}, collection=bare)
    await engine.close()
    with pytest.raises(StorageError, match=r"contacts\.tags"):
        await engine.open([dataclasses.replace(bare, indexes=(Index(("tags",)),))], [])
    await engine.open([bare], [])
    await engine.close()


async def test_a_long_scan_gives_way_and_loses_nothing(sqlite: SqliteEngine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("storage.sqlite_reader.SLICE", 0)
    people = [{"id": n, "name": "Vera" if n % 50 == 0 else "Walt", "last_seen": n % 7} for n in range(1, 501)]
    await insert(sqlite, *people)
    page = await sqlite.find(ACME, CONTACTS, Contains("name", "vera"), sort=Sort("last_seen", True), scan=True)
    right = sorted(
        (each for each in people if each["name"] == "Vera"), key=lambda each: (each["last_seen"], each["id"])
    )
    assert page.items == right[::-1]


async def test_neither_the_loop_nor_a_reader_waits_for_a_slow_read_or_write(sqlite: SqliteEngine, tmp_path: Path):
    await insert(sqlite, {"id": 1})
    release = threading.Event()
    slow_read = sqlite._reading.submit(lambda _: release.wait(20))
    other = apsw.Connection(str(tmp_path / "hub.db"))
    other.execute("BEGIN IMMEDIATE")  # who wants to write has to wait
    write = asyncio.create_task(insert(sqlite, {"id": 2}))
    ping = asyncio.create_task(sqlite.ping())
    for _ in range(3):
        assert await sqlite.get(ACME, CONTACTS, 1) == {"id": 1}
        assert await sqlite.get(ACME, CONTACTS, 2) is None
    assert not any(each.done() for each in (slow_read, write, ping))
    other.close()
    release.set()
    await asyncio.gather(write, ping)
    assert await slow_read
    assert await sqlite.get(ACME, CONTACTS, 2) == {"id": 2}


async def test_large_numbers_keep_their_order(sqlite: SqliteEngine):
    numbers = [LARGEST, LARGEST - 1, float(LARGEST), 2**53 + 1, 2.0**53, -(2**63), 0.5, -0.5]
    await insert(sqlite, *({"id": n, "last_seen": value} for n, value in enumerate(numbers, 1)))
    page = await sqlite.find(ACME, CONTACTS, sort=Sort("last_seen"))
    assert [each["last_seen"] for each in page.items] == sorted(numbers)
