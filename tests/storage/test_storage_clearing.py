"""What clearing an application promises, on both engines."""

from __future__ import annotations

import pytest
from storage_cast import ACME, CONTACTS, GLOBEX, MESSAGES

from storage.engine import INSTALLATION, Batch, Engine, Scope
from storage.filters import Eq

pytestmark = pytest.mark.annex("S3")


async def fill(engine: Engine, scope: Scope, first: int, many: int) -> None:
    for id in range(first, first + many):
        batch = Batch(scope)
        batch.claim("email", f"{id}@example.com", id)
        batch.insert(CONTACTS, {"id": id, "name": f"Vera {id}", "tags": ["vip", f"t{id}"]})
        batch.append(MESSAGES, id % 3, {"id": id, "text": "Hello"})
        await engine.commit(batch)


async def clear(engine: Engine, scope: Scope) -> list[int]:
    parts = []
    while part := await engine.clear(scope, limit=20):
        parts.append(part)
    return parts


async def left_of(engine: Engine, scope: Scope, ids: range) -> list[object]:
    found: list[object] = [doc async for chunk in engine.export(scope, CONTACTS) for doc in chunk]
    found += [(await engine.read(scope, MESSAGES, key)) for key in range(3)]
    found.append(await engine.heads(scope, MESSAGES, range(3)))
    found.append(await engine.keys(scope, [("email", f"{id}@example.com") for id in ids]))
    found.append(await engine.search(scope, CONTACTS, "vera"))
    return found


async def test_an_application_is_cleared_in_parts_and_no_other_loses_anything(engine: Engine):
    await fill(engine, ACME, 1, 50)
    await fill(engine, GLOBEX, 101, 5)
    before = await left_of(engine, GLOBEX, range(101, 106))
    parts = await clear(engine, ACME)
    assert sum(parts) >= 150 and max(parts) <= 20, "documents, records and keys; never more than was asked for"
    assert await left_of(engine, ACME, range(1, 51)) == [[], [], [], {}, {}, []]
    assert await left_of(engine, GLOBEX, range(101, 106)) == before and len(before[0]) > 0  # type: ignore[arg-type]
    assert await engine.clear(ACME) == 0


async def test_what_was_cleared_can_be_written_anew(engine: Engine):
    await fill(engine, ACME, 1, 3)
    await clear(engine, ACME)
    await fill(engine, ACME, 1, 3)
    assert await engine.count(ACME, CONTACTS, Eq("tags", "vip"), scan=True) == 3
    assert len(await engine.search(ACME, CONTACTS, "vera")) == 3
    assert await engine.heads(ACME, MESSAGES, [1]) == {1: 1}


async def test_the_installation_is_never_cleared(engine: Engine):
    with pytest.raises(ValueError, match="installation"):
        await engine.clear(INSTALLATION)
