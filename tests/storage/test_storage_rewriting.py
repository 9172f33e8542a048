"""Many documents are rewritten, each read and written in one, on every engine."""

from __future__ import annotations

import asyncio

import pytest
from storage_cast import ACME, CONTACTS, GLOBEX, insert

from storage import sqlite_reader
from storage.engine import Batch, Unstorable
from storage.filters import EVERYTHING, All, Any, Eq, Exists, Gt, Gte, Lt, Missing, Not, matches
from storage.sqlite import SqliteEngine


async def rewritten(engine, filter, change, scope=ACME):
    after, changed = 0, 0
    for _ in range(1000):
        result = await engine.rewrite(scope, CONTACTS, filter, change, after=after)
        changed += result.changed
        if result.after is None:
            return changed
        assert result.after > after
        after = result.after
    raise AssertionError("It does not end.")


async def test_every_match_is_changed_once_and_nothing_else(engine):
    many = 700 if isinstance(engine, SqliteEngine) else 140  # MongoDB rewrites fifty at once
    cast = [{"id": id, "status": "new" if id % 3 else "old", "n": id, "tags": []} for id in range(1, many + 1)]
    await insert(engine, *cast)
    new, late = many - many // 3, sum(id % 3 > 0 for id in range(many - 100 + 1, many + 1))
    await insert(engine, {"id": 9_001, "status": "new", "tags": []}, scope=GLOBEX)

    def tagged(document):
        return {**document, "tags": [*document["tags"], "seen"]}

    assert await rewritten(engine, Eq("status", "new"), tagged) == new
    assert await engine.count(ACME, CONTACTS, Eq("tags", "seen")) == new  # the indexes know it too
    assert (await engine.get(ACME, CONTACTS, 2))["tags"] == ["seen"]
    assert (await engine.get(ACME, CONTACTS, 3))["tags"] == []
    assert (await engine.get(GLOBEX, CONTACTS, 9_001))["tags"] == []
    several = Any((All((Eq("tags", "seen"), Gt("n", many - 100))), Eq("status", "old")))
    assert await rewritten(engine, several, lambda document: {**document, "status": "done"}) == late + many // 3
    assert await engine.count(ACME, CONTACTS, Eq("status", "done"), scan=True) == late + many // 3


async def test_none_and_the_same_document_change_nothing(engine):
    await insert(engine, *({"id": id, "status": "new"} for id in range(1, 6)))
    assert await rewritten(engine, EVERYTHING, lambda document: None) == 0
    assert await rewritten(engine, EVERYTHING, lambda document: document) == 0


async def test_a_function_that_fails_or_changes_the_id_undoes_its_part(engine):
    await insert(engine, *({"id": id, "status": "new"} for id in range(1, 6)))

    def broken(document):
        if document["id"] == 4:
            raise RuntimeError("broken")
        return {**document, "status": "old"}

    with pytest.raises(RuntimeError, match="broken"):
        await rewritten(engine, EVERYTHING, broken)
    with pytest.raises(Unstorable):
        await rewritten(engine, EVERYTHING, lambda document: {**document, "id": 99})
    assert await engine.get(ACME, CONTACTS, 99) is None and (await engine.get(ACME, CONTACTS, 4))["status"] == "new"


async def test_batches_in_between_are_not_lost(engine):
    """Counting up in both ways at the same time comes to the sum of both."""
    await insert(engine, *({"id": id, "n": 0} for id in range(1, 61)))

    async def patches():
        for id in range(1, 61):
            batch = Batch(ACME)
            batch.patch(CONTACTS, id, inc={"n": 1})
            await engine.commit(batch)

    def counted(document):
        return {**document, "n": document["n"] + 10}

    await asyncio.gather(patches(), rewritten(engine, EVERYTHING, counted), patches())
    assert [each["n"] for each in (await engine.find(ACME, CONTACTS, limit=100)).items] == [12] * 60


async def test_a_walk_by_id_finds_the_same_whatever_columns_spare_it(engine, monkeypatch):
    """So few match that sorting them would be quicker; here the embedded engine has to walk, as it does over a million."""
    monkeypatch.setattr(sqlite_reader, "FEW", 0)
    many = 600 if isinstance(engine, SqliteEngine) else 120  # more than MongoDB rewrites at once
    seen = [None, 5, 10, 20, 20.5, "later", "LATER"]  # of several types, and in some documents not at all
    cast = [
        {"id": id, "status": ("new", "old")[id % 2], "n": id} | ({"last_seen": seen[id % 8]} if id % 8 < 7 else {})
        for id in range(1, many + 1)
    ]
    await insert(engine, *cast)
    await insert(engine, {"id": 9_001, "status": "new", "last_seen": 20}, scope=GLOBEX)
    questions = [
        Gte("last_seen", 10), Lt("last_seen", 20), Eq("last_seen", None), Eq("last_seen", "later"), Eq("status", "new"),
        All((Eq("status", "new"), Gt("last_seen", 5))), All((Gt("last_seen", 5), Not(Eq("n", 100)))),
        All((Gt("last_seen", 5), Gt("id", many // 2))), Exists("last_seen"), Missing("last_seen"),
    ]  # fmt: skip
    for number, asked in enumerate(questions):
        wanted = [each["id"] for each in cast if matches(asked, each, CONTACTS.folded)]
        assert 0 < len(wanted) < many, asked
        found = [each["id"] async for chunk in engine.export(ACME, CONTACTS, asked) for each in chunk]
        assert found == wanted, asked
        mark = f"m{number}"
        marked = lambda document, mark=mark: {**document, "tags": [*document.get("tags", ()), mark]}  # noqa: E731
        assert await rewritten(engine, asked, marked) == len(wanted)
        assert await engine.count(ACME, CONTACTS, Eq("tags", mark)) == len(wanted)
