"""What only the MongoDB engine has to prove: several nodes on one database, and a server that is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from storage_cast import ACME, COLLECTIONS, CONVERSATIONS, JOBS, MESSAGES, STREAMS, database_name, free_port, insert

from storage.engine import Batch, Collection, GuardFailed, Index, Sort, Unavailable
from storage.filters import Eq
from storage.mongo import MongoEngine
from storage.mongo_schema import text_key

Nodes = list[MongoEngine]


@pytest.fixture
async def nodes(secantus: str) -> AsyncIterator[Nodes]:
    """Three engines on one database, as three nodes have them; they start at the same moment."""
    name = database_name()
    made = [MongoEngine(secantus, name) for _ in range(3)]
    await asyncio.gather(*(node.open(COLLECTIONS, STREAMS) for node in made))
    yield made
    await asyncio.gather(*(node.close() for node in made))


@pytest.mark.annex("X1")
async def test_several_nodes_write_one_stream_without_a_hole(nodes: Nodes):
    await insert(nodes[0], {"id": 1, "n": 0}, collection=CONVERSATIONS)

    async def send(number: int) -> int:
        batch = Batch(ACME)
        batch.guard(CONVERSATIONS, 1)
        position = batch.append(MESSAGES, 1, {"id": number})
        batch.patch(CONVERSATIONS, 1, inc={"n": 1})
        return int((await nodes[number % 3].commit(batch))[position])

    positions = await asyncio.gather(*(send(number) for number in range(30)))
    assert sorted(positions) == list(range(1, 31))
    for node in nodes:
        assert [record["position"] for record in await node.read(ACME, MESSAGES, 1)] == list(range(1, 31))
        assert await node.get(ACME, CONVERSATIONS, 1) == {"id": 1, "n": 30}


async def test_a_key_is_claimed_by_one_node_only(nodes: Nodes):
    async def claim(number: int) -> bool:
        batch = Batch(ACME)
        batch.claim("client", "c-1", number)
        batch.append(MESSAGES, 1, {"id": number})
        return (await nodes[number % 3].commit(batch)).existing is None

    assert sum(await asyncio.gather(*(claim(number) for number in range(9)))) == 1
    assert len(await nodes[0].read(ACME, MESSAGES, 1)) == 1


async def test_a_guard_holds_against_another_node(nodes: Nodes):
    """Nobody writes into a conversation that another node closes at the same moment."""
    for round in range(1, 9):
        await insert(nodes[0], {"id": round, "status": "open"}, collection=CONVERSATIONS)
        send, close = Batch(ACME), Batch(ACME)
        send.guard(CONVERSATIONS, round, Eq("status", "open"))
        position = send.append(MESSAGES, round, {"id": round})
        close.patch(CONVERSATIONS, round, set={"status": "closed"})
        close.append(MESSAGES, round, {"id": 1_000 + round})
        sent, _ = await asyncio.gather(nodes[1].commit(send), nodes[2].commit(close), return_exceptions=True)
        ids = [record["id"] for record in await nodes[0].read(ACME, MESSAGES, round)]
        if isinstance(sent, BaseException):
            assert isinstance(sent, GuardFailed)
            assert ids == [1_000 + round]
        else:
            assert sent[position] == 1
            assert ids == [round, 1_000 + round]


async def test_a_cancelled_commit_lets_nobody_pass_and_leaves_nothing_behind(nodes: Nodes):
    async def send(number: int) -> None:
        batch = Batch(ACME)
        batch.append(MESSAGES, 1, {"id": number})
        await nodes[0].commit(batch)

    tasks = [asyncio.create_task(send(number)) for number in range(12)]
    await asyncio.sleep(0)
    for task in tasks[1::3]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    ids = [record["id"] for record in await nodes[0].read(ACME, MESSAGES, 1)]
    assert ids == [number for number in range(12) if number % 3 != 1]
    assert nodes[0]._writer._turns._last == {}


async def test_nodes_share_ids_and_jobs_without_meeting(nodes: Nodes):
    firsts = await asyncio.gather(*(nodes[number % 3].reserve("contacts", 5) for number in range(12)))
    assert sorted(firsts) == list(range(1, 61, 5))
    await insert(nodes[0], *({"id": number, "due": number} for number in range(1, 13)), collection=JOBS)
    taken = await asyncio.gather(*(node.claim_jobs(JOBS, now=50, lease_until=99, owner="n", limit=9) for node in nodes))
    assert sorted(job["id"] for jobs in taken for job in jobs) == list(range(1, 13))


async def test_a_server_that_is_away_is_unavailable(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("storage.mongo_writer.PATIENCE", 0.5)
    engine = MongoEngine(f"mongodb://127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=300")
    with pytest.raises(Unavailable):
        await engine.open(COLLECTIONS, STREAMS)
    with pytest.raises(Unavailable):
        await insert(engine, {"id": 1})
    with pytest.raises(Unavailable):
        await engine.ping()
    await engine.close()


async def test_old_data_gets_new_indexes_words_and_foldings(secantus: str):
    plain = Collection("contacts", indexes=(Index(("status",)), Index(("gone",))), words=("status",))
    people = [
        {"id": n, "name": f"Łucja {n}", "status": "new", "tags": [f"t{n % 3}"], "seen": -n, "alike": [f"a:{n % 5}"]}
        for n in range(1, 31)
    ]
    name = database_name()
    engine = MongoEngine(secantus, name)
    await engine.open([plain], [])
    await insert(engine, *people, collection=plain)
    await engine.close()

    grown = Collection(
        "contacts",
        indexes=(Index(("status", "seen")),),
        values=("tags",),
        words=("name",),
        folded=("name", "tags"),
        marks=("alike",),
    )
    engine = MongoEngine(secantus, name)
    await engine.open([grown], [])
    page = await engine.find(ACME, grown, Eq("status", "new"), sort=Sort("seen"), limit=2)
    assert [each["id"] for each in page.items] == [30, 29]
    assert await engine.count(ACME, grown, Eq("tags", "T1")) == 10
    assert [each["id"] for each in await engine.marked(ACME, grown, "a:3", limit=2)] == [3, 8]
    assert [each["id"] for each in await engine.search(ACME, grown, "lucja 7")] == [7]
    assert await engine.search(ACME, grown, "new") == []
    await engine.close()


def test_keys_as_text_sort_as_keys_do():
    numbers = [-(2**63), -1e300, -(2**53) - 1, -(2.0**53), -1.5, -1, -1e-300, 0, -0.0, 1e-300, 0.5, 1, 2**53, 2**53 + 1]
    numbers += [1_763_000_000_000, 2**63 - 2, 2**63 - 1, 2.0**63, 1e300]
    keys = [
        (0,),
        (1,),
        *((1, number) for number in sorted(numbers)),
        (2,),
        (2, ""),
        (2, "a"),
        (2, "ab"),
        (2, "ł"),
        (3,),
    ]
    keys += [(3, False), (3, True)]
    texts = [text_key(key) for key in keys]
    assert texts == sorted(texts)
    assert text_key((1, 1)) == text_key((1, 1.0))
    assert text_key((1, 0.0)) == text_key((1, -0.0))
