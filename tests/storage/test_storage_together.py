"""What is asked for in one turn of the loop is read at once, and nobody notices."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from storage_cast import ACME, CONTACTS, CONVERSATIONS, GLOBEX, insert

from storage import sqlite_together
from storage.engine import Batch, Engine, Unavailable
from storage.sqlite import SqliteEngine


async def test_everybody_who_asks_in_one_turn_gets_an_answer_of_their_own(engine: Engine):
    await insert(engine, *({"id": id, "name": f"v{id}", "tags": [id]} for id in range(1, 41)))
    await insert(engine, {"id": 41, "name": "globex"}, scope=GLOBEX)
    await insert(engine, {"id": 3, "subject": "tea"}, collection=CONVERSATIONS)
    batch = Batch(ACME)
    batch.claim("email", "vera@example.com", 7)
    await engine.commit(batch)
    asked = [
        engine.get_many(ACME, CONTACTS, [7, 41, 99, 7, 2]),
        engine.get(ACME, CONTACTS, 41),
        engine.get(GLOBEX, CONTACTS, 41),
        engine.get_many(ACME, CONTACTS, []),
        engine.get(ACME, CONVERSATIONS, 3),
        engine.key(ACME, "email", "vera@example.com"),
        engine.key(GLOBEX, "email", "vera@example.com"),
        engine.get_many(ACME, CONTACTS, [2, 7]),
    ]
    answers: list[Any] = await asyncio.gather(*asked)
    assert [list(answers[0]), answers[1], answers[2]["name"], answers[3]] == [[7, 2], None, "globex", {}]
    assert [answers[4]["subject"], answers[5], answers[6], list(answers[7])] == ["tea", 7, None, [2, 7]]
    answers[0][7]["tags"].append("changed by the one who asked")
    assert answers[7][7]["tags"] == [7]


async def test_more_than_a_statement_takes_is_asked_in_several(sqlite: SqliteEngine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sqlite_together, "FEW", 3)
    monkeypatch.setattr(sqlite_together, "MOST", 5)
    await insert(sqlite, *({"id": id} for id in range(1, 31)))
    asked = [range(1, 4), range(4, 6), range(6, 20), range(20, 23), range(23, 25), range(30, 27, -1)]
    answers = await asyncio.gather(*(sqlite.get_many(ACME, CONTACTS, ids) for ids in asked))
    assert [list(answer) for answer in answers] == [list(ids) for ids in asked]
    assert all(document["id"] == id for answer in answers for id, document in answer.items())


async def test_one_who_gives_up_takes_nothing_from_the_others(sqlite: SqliteEngine):
    await insert(sqlite, {"id": 1}, {"id": 2})
    first = asyncio.ensure_future(sqlite.get(ACME, CONTACTS, 1))
    second = asyncio.ensure_future(sqlite.get(ACME, CONTACTS, 2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == {"id": 2}
    assert first.cancelled()


async def test_who_asks_while_the_store_closes_is_told_so(sqlite: SqliteEngine):
    asked = asyncio.ensure_future(sqlite.get(ACME, CONTACTS, 1))
    await asyncio.sleep(0)
    closing = asyncio.ensure_future(sqlite.close())
    results = await asyncio.gather(asked, closing, return_exceptions=True)
    assert results[0] is None or isinstance(results[0], Unavailable)
    with pytest.raises(Unavailable):
        await sqlite.get(ACME, CONTACTS, 1)
