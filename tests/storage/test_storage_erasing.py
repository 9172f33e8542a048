"""What erasing a list and moving a unique key promise, on both engines."""

from __future__ import annotations

import asyncio

import pytest
from storage_cast import ACME, CONTACTS, GLOBEX, MESSAGES, NOTES

from storage.engine import Batch, Engine, GuardFailed, Scope, Stream
from storage.filters import Eq

pytestmark = pytest.mark.annex("X7")


async def add(engine: Engine, *ids: int, key: int = 5, scope: Scope = ACME, stream: Stream = MESSAGES) -> None:
    """Append records of these ids to a list."""
    batch = Batch(scope)
    for id in ids:
        batch.append(stream, key, {"id": id, "text": f"m{id}"})
    await engine.commit(batch)


async def ids(engine: Engine, key: int = 5, **more: int) -> list[int]:
    return [record["id"] for record in await engine.read(ACME, MESSAGES, key, **more)]


async def test_an_erased_list_is_gone_with_every_record_and_no_other_list_is_touched(engine: Engine):
    await add(engine, 1, 2, 3)
    await add(engine, 11, key=6)
    await add(engine, 12, stream=NOTES)
    await add(engine, 13, scope=GLOBEX)
    assert await engine.erase(GLOBEX, MESSAGES, 6) == 0
    assert await engine.erase(ACME, MESSAGES, 5) == 3
    assert await ids(engine) == [] and await engine.heads(ACME, MESSAGES, [5]) == {}
    assert [await engine.record(ACME, MESSAGES, id) for id in (1, 2, 3)] == [None] * 3
    assert await ids(engine, 6) == [11]
    assert len(await engine.read(ACME, NOTES, 5)) == len(await engine.read(GLOBEX, MESSAGES, 5)) == 1
    assert await engine.erase(ACME, MESSAGES, 5) == 0


async def test_a_list_that_was_emptied_begins_at_one_again_and_takes_the_same_ids(engine: Engine):
    await add(engine, 1, 2)
    await engine.erase(ACME, MESSAGES, 5)
    await add(engine, 2, 7)
    assert [(r["id"], r["position"]) for r in await engine.read(ACME, MESSAGES, 5)] == [(2, 1), (7, 2)]


async def test_a_list_is_erased_in_chunks_from_its_front_and_its_positions_go_on(engine: Engine):
    await add(engine, *range(1, 8))
    assert await engine.erase(ACME, MESSAGES, 5, limit=3) == 3
    assert await engine.erase(ACME, MESSAGES, 5, through=5, limit=3) == 2
    assert await engine.erase(ACME, MESSAGES, 5, through=5, limit=3) == 0
    await add(engine, 8)
    assert [(r["id"], r["position"]) for r in await engine.read(ACME, MESSAGES, 5)] == [(6, 6), (7, 7), (8, 8)]
    assert await engine.heads(ACME, MESSAGES, [5]) == {5: 8}


async def test_what_is_left_is_read_by_limit_from_either_end(engine: Engine):
    await add(engine, *range(1, 10))
    await engine.erase(ACME, MESSAGES, 5, through=6)
    assert await ids(engine, limit=2) == [7, 8]
    assert await ids(engine, after=3, limit=2) == [7, 8]
    assert await ids(engine, limit=2, newest=True) == [8, 9]
    assert await ids(engine, limit=50, newest=True) == [7, 8, 9]


async def test_a_list_that_is_written_while_it_is_erased_keeps_its_order(engine: Engine):
    await add(engine, *range(1, 21))

    async def write() -> None:
        for id in range(100, 120):
            await add(engine, id)

    async def erase() -> None:
        for _ in range(20):
            await engine.erase(ACME, MESSAGES, 5, limit=3)

    await asyncio.gather(write(), erase())
    left = await engine.read(ACME, MESSAGES, 5)
    positions = [record["position"] for record in left]
    assert positions == list(range(positions[0], positions[0] + len(left))) if left else True
    assert [record["id"] for record in left] == sorted(record["id"] for record in left)
    await add(engine, 500)
    assert (await engine.read(ACME, MESSAGES, 5))[-1]["id"] == 500


async def test_a_unique_key_holds_something_else_from_one_batch_to_the_next(engine: Engine):
    batch = Batch(ACME)
    batch.claim("email", "vera@example.com", 1)
    batch.insert(CONTACTS, {"id": 1})
    batch.insert(CONTACTS, {"id": 2})
    await engine.commit(batch)
    batch = Batch(ACME)
    batch.hold("email", "vera@example.com", 2)
    batch.hold("email", "new@example.com", None)
    batch.delete(CONTACTS, 1)
    await engine.commit(batch)
    assert await engine.key(ACME, "email", "vera@example.com") == 2
    assert await engine.key(GLOBEX, "email", "vera@example.com") is None
    batch = Batch(ACME)
    batch.claim("email", "new@example.com", 3)
    assert (await engine.commit(batch)).existing is not None


async def test_a_key_stays_where_it_was_when_the_batch_fails(engine: Engine):
    batch = Batch(ACME)
    batch.claim("email", "vera@example.com", 1)
    await engine.commit(batch)
    batch = Batch(ACME)
    batch.guard(CONTACTS, 9, Eq("id", 9))
    batch.hold("email", "vera@example.com", 2)
    with pytest.raises(GuardFailed):
        await engine.commit(batch)
    assert await engine.key(ACME, "email", "vera@example.com") == 1
