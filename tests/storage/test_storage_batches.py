"""What a batch promises, on both engines: all or nothing, expectations first, and each step's meaning."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from storage_cast import ACME, CONTACTS, CONVERSATIONS, GLOBEX, JOBS, MESSAGES, NOTES, insert

from storage.engine import Batch, Duplicate, Engine, Existing, GuardFailed, Missing, Result, StorageError, Unstorable
from storage.filters import EVERYTHING, Eq, Filter


async def patched(engine: Engine, document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """What a patch makes of a document, as its outcome says and as it is stored."""
    await insert(engine, document)
    batch = Batch(ACME)
    result = batch.patch(CONTACTS, document["id"], **changes)
    outcome = (await engine.commit(batch))[result]
    assert outcome == await engine.get(ACME, CONTACTS, document["id"])
    return outcome


async def test_an_inserted_document_is_found_by_its_id_and_gives_itself(engine: Engine):
    vera = {"id": 7, "name": "Vera", "attrs": {"5": [1, 2.5, None, True, "ż"]}, "big": 2**63 - 1, "small": -(2**63)}
    batch = Batch(ACME)
    result = batch.insert(CONTACTS, vera)
    assert (await engine.commit(batch))[result] == vera
    found = await engine.get(ACME, CONTACTS, 7)
    assert found == vera
    assert [type(value) for value in found["attrs"]["5"]] == [int, float, type(None), bool, str]
    assert type(found["big"]) is int


async def test_a_field_may_have_any_name(engine: Engine):
    odd = {"id": 1, "": 1, "$set": {"$inc": 1}, "a.b": {"c.d": 2}, "_id": 3, "app": 4, "ż": 5, "%2E": 6}
    await insert(engine, odd)
    assert await engine.get(ACME, CONTACTS, 1) == odd


async def test_an_id_that_exists_is_a_duplicate_and_nothing_of_the_batch_is_written(engine: Engine):
    await insert(engine, {"id": 1})
    batch = Batch(ACME)
    batch.insert(CONTACTS, {"id": 2})
    batch.claim("email", "vera@example.com", 2)
    batch.append(MESSAGES, 1, {"id": 1})
    batch.insert(CONTACTS, {"id": 1})
    with pytest.raises(Duplicate):
        await engine.commit(batch)
    assert await engine.get(ACME, CONTACTS, 2) is None
    assert await engine.key(ACME, "email", "vera@example.com") is None
    assert await engine.heads(ACME, MESSAGES, [1]) == {}


async def test_an_id_of_another_application_is_taken_but_not_to_be_seen(engine: Engine):
    await insert(engine, {"id": 1, "name": "Vera"})
    with pytest.raises(Duplicate):
        await insert(engine, {"id": 1, "name": "Walt"}, scope=GLOBEX)
    for change in (lambda b: b.patch(CONTACTS, 1, set={"name": "Walt"}),):
        batch = Batch(GLOBEX)
        change(batch)
        with pytest.raises(Missing):
            await engine.commit(batch)
    batch = Batch(GLOBEX)
    batch.guard(CONTACTS, 1)
    with pytest.raises(GuardFailed):
        await engine.commit(batch)
    batch = Batch(GLOBEX)
    batch.delete(CONTACTS, 1)
    await engine.commit(batch)
    assert await engine.get(ACME, CONTACTS, 1) == {"id": 1, "name": "Vera"}


@pytest.mark.parametrize(
    ("changes", "after"),
    [
        ({"set": {"name": "V", "place.city": "Łódź"}}, {"name": "V", "place": {"city": "Łódź", "zip": "1"}}),
        ({"set": {"a.b.c": 1}}, {"a": {"b": {"c": 1}}}),
        ({"set": {"gone": None}}, {"gone": None}),
        ({"unset": ("name", "place.zip", "nothing", "no.thing")}, {"name": ..., "place": {}}),
        (
            {"inc": {"visits": 2, "new": 5, "place.count": 1.5}},
            {"visits": 5, "new": 5, "place": {"zip": "1", "count": 1.5}},
        ),
        ({"add": {"tags": "b", "lists": 1}}, {"tags": ["a", "b"], "lists": [1]}),
        ({"add": {"tags": "a"}}, {"tags": ["a"]}),
        ({"add": {"mixed": True}}, {"mixed": [1, 1.5, True]}),
        ({"remove": {"tags": "a", "nothing": 1, "no.thing": 1}}, {"tags": []}),
        ({"remove": {"mixed": 1.0}}, {"mixed": [1.5]}),
        ({"max": {"visits": 2, "last": 9}}, {"visits": 3, "last": 9}),
        ({"max": {"visits": 4, "name": "Zoe"}}, {"visits": 4, "name": "Zoe"}),
    ],
)
async def test_a_patch_changes_what_it_names_and_nothing_else(engine: Engine, changes: Any, after: Any):
    before = {"id": 1, "name": "Vera", "visits": 3, "tags": ["a"], "mixed": [1, 1.5], "place": {"zip": "1"}}
    expected = {name: value for name, value in (before | after).items() if value is not ...}
    assert await patched(engine, before, **changes) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"inc": {"name": 1}},
        {"inc": {"big": 1}},
        {"add": {"name": 1}},
        {"remove": {"name": 1}},
        {"set": {"name.first": "V"}},
        {"set": {"id": 2}},
        {"unset": ("id",)},
        {"set": {"email": ["a", "b"]}},
        {"max": {"visits": {}}},
    ],
)
async def test_a_patch_that_does_not_fit_is_refused(engine: Engine, changes: Any):
    before = {"id": 1, "name": "Vera", "big": 2**63 - 1, "visits": 1}
    with pytest.raises(Unstorable):
        await patched(engine, before, **changes)
    assert await engine.get(ACME, CONTACTS, 1) == before


async def test_a_missing_document_is_not_patched_but_may_be_deleted(engine: Engine):
    batch = Batch(ACME)
    batch.delete(CONTACTS, 9)
    await engine.commit(batch)
    batch.patch(CONTACTS, 9, set={"a": 1})
    with pytest.raises(Missing):
        await engine.commit(batch)


async def test_a_deleted_document_is_gone_and_its_id_is_free(engine: Engine):
    await insert(engine, {"id": 1, "name": "Vera", "tags": ["a"]})
    batch = Batch(ACME)
    batch.delete(CONTACTS, 1)
    await engine.commit(batch)
    assert await engine.get(ACME, CONTACTS, 1) is None
    assert (await engine.find(ACME, CONTACTS, Eq("tags", "a"))).items == []
    assert await engine.search(ACME, CONTACTS, "vera") == []
    await insert(engine, {"id": 1})


@pytest.mark.parametrize(
    ("filter", "holds"),
    [(EVERYTHING, True), (Eq("name", "VERA"), True), (Eq("name", "Walt"), False), (Eq("visits", 1.0), True)],
)
async def test_a_guard_lets_a_batch_through_only_where_it_holds(engine: Engine, filter: Filter, holds: bool):
    await insert(engine, {"id": 1, "name": "Vera", "visits": 1})
    batch = Batch(ACME)
    batch.guard(CONTACTS, 1, filter)
    batch.append(MESSAGES, 1, {"id": 1})
    if holds:
        await engine.commit(batch)
    else:
        with pytest.raises(GuardFailed):
            await engine.commit(batch)
    assert await engine.heads(ACME, MESSAGES, [1]) == ({1: 1} if holds else {})


@pytest.mark.annex("X1")
async def test_sending_twice_is_one_message(engine: Engine):
    async def send(text: str) -> Any:
        batch = Batch(ACME)
        batch.claim("client", "c-1", {"message": 5})
        position = batch.append(MESSAGES, 3, {"id": 5, "text": text})
        outcome = await engine.commit(batch)
        return outcome.existing or outcome[position]

    assert await send("Hello") == 1
    assert await send("Hello again") == Existing("client", "c-1", {"message": 5})
    assert await engine.read(ACME, MESSAGES, 3) == [{"id": 5, "text": "Hello", "position": 1}]


async def test_a_taken_key_comes_before_a_failed_guard(engine: Engine):
    batch = Batch(ACME)
    batch.claim("client", "c-1", None)
    await engine.commit(batch)
    batch.guard(CONTACTS, 404)
    assert (await engine.commit(batch)).existing == Existing("client", "c-1", None)


async def test_a_key_belongs_to_an_application_and_kind_and_can_be_freed(engine: Engine):
    for scope, kind in ((ACME, "email"), (ACME, "custom"), (GLOBEX, "email")):
        batch = Batch(scope)
        batch.claim(kind, "vera", kind)
        assert (await engine.commit(batch)).existing is None
    batch = Batch(ACME)
    batch.release("email", "vera")
    batch.release("email", "nobody")
    await engine.commit(batch)
    assert await engine.key(ACME, "email", "vera") is None
    assert await engine.key(ACME, "custom", "vera") == "custom"
    assert await engine.key(GLOBEX, "email", "vera") == "email"


async def test_one_batch_may_free_a_key_and_the_next_take_it(engine: Engine):
    batch = Batch(ACME)
    batch.claim("email", "old", 1)
    await engine.commit(batch)
    batch = Batch(ACME)
    batch.claim("email", "new", 1)
    batch.release("email", "old")
    await engine.commit(batch)
    batch = Batch(ACME)
    batch.claim("email", "old", 2)
    assert (await engine.commit(batch)).existing is None
    assert [await engine.key(ACME, "email", each) for each in ("old", "new")] == [2, 1]


async def test_many_keys_are_looked_up_at_once_and_those_that_nobody_holds_are_left_out(engine: Engine):
    batch = Batch(ACME)
    batch.claim("email", "vera@example.com", 1)
    batch.claim("custom", "vera@example.com", {"id": 2})
    batch.claim("custom", "żółw", None)
    await engine.commit(batch)
    batch = Batch(GLOBEX)
    batch.claim("email", "gina@example.com", 3)
    await engine.commit(batch)
    asked = [("email", "vera@example.com"), ("custom", "vera@example.com"), ("custom", "żółw")]
    nobodys = [("email", "walt@example.com"), ("email", "gina@example.com"), ("email", "a\0b"), ("email", "\ud800")]
    many = [("email", f"{number}@example.com") for number in range(1_500)]
    found = await engine.keys(ACME, [*asked, *nobodys, *many, asked[0]])
    assert found == {asked[0]: 1, asked[1]: {"id": 2}, asked[2]: None}
    assert await engine.keys(GLOBEX, iter(asked)) == {} == await engine.keys(ACME, [])


async def test_later_steps_use_what_earlier_ones_gave(engine: Engine):
    await insert(engine, {"id": 1}, collection=CONVERSATIONS)
    batch = Batch(ACME)
    position = batch.append(MESSAGES, 1, {"id": 10})
    again = batch.append(MESSAGES, 1, {"id": 11, "answers": {"to": position}})
    conversation = batch.patch(CONVERSATIONS, 1, set={"last": again}, max={"seen": position}, inc={"count": again})
    batch.insert(JOBS, {"id": 1, "due": 5, "payload": [position, again]})
    outcome = await engine.commit(batch)
    assert (outcome[position], outcome[again]) == (1, 2)
    assert outcome[conversation] == {"id": 1, "last": 2, "seen": 1, "count": 2}
    assert (await engine.record(ACME, MESSAGES, 11))["answers"] == {"to": 1}
    assert (await engine.get(ACME, JOBS, 1))["payload"] == [1, 2]


async def test_a_batch_sees_its_own_earlier_steps(engine: Engine):
    batch = Batch(ACME)
    batch.insert(CONTACTS, {"id": 1, "n": 1})
    batch.patch(CONTACTS, 1, inc={"n": 1})
    last = batch.patch(CONTACTS, 1, inc={"n": 1})
    batch.insert(CONTACTS, {"id": 2})
    batch.delete(CONTACTS, 2)
    assert (await engine.commit(batch))[last] == {"id": 1, "n": 3}
    assert await engine.get_many(ACME, CONTACTS, [1, 2]) == {1: {"id": 1, "n": 3}}


async def test_an_installation_collection_is_the_same_from_every_application(engine: Engine):
    await insert(engine, {"id": 1, "due": 1}, scope=ACME, collection=JOBS)
    assert await engine.get(GLOBEX, JOBS, 1) == {"id": 1, "due": 1}


@pytest.mark.annex("X5")
@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), 2**63, -(2**63) - 1, 10**100, "a\0b", "\ud800", {"\0": 1}, {"\udfff": 1}, {1: 1},
     object(), b"bytes"],
    ids=lambda value: repr(value).partition(" at 0x")[0],
)  # fmt: skip
async def test_a_value_that_no_engine_keeps_is_refused(engine: Engine, value: Any):
    for place in (value, [1, [value]], {"deep": {"er": value}}):
        batch = Batch(ACME)
        batch.append(MESSAGES, 1, {"id": 1})
        batch.insert(CONTACTS, {"id": 1, "value": place})
        with pytest.raises(Unstorable):
            await engine.commit(batch)
    assert await engine.heads(ACME, MESSAGES, [1]) == {}


@pytest.mark.annex("X5")
async def test_a_value_nested_too_deep_is_refused(engine: Engine):
    value: list[Any] = []
    for _ in range(10_000):
        value = [value]
    with pytest.raises(Unstorable):
        await insert(engine, {"id": 1, "value": value})


async def test_a_document_without_an_id_is_refused(engine: Engine):
    for document in ({}, {"id": "1"}, {"id": True}, {"id": None}):
        with pytest.raises(Unstorable):
            await insert(engine, document)


@pytest.mark.annex("X5")
@pytest.mark.parametrize(
    "step",
    [
        lambda batch: batch.guard(CONTACTS, 2**70),
        lambda batch: batch.guard(CONTACTS, 1, Eq("n", 2**70)),
        lambda batch: batch.patch(CONTACTS, 2**70, set={"a": 1}),
        lambda batch: batch.delete(CONTACTS, 2**70),
        lambda batch: batch.append(MESSAGES, 2**70, {"id": 1}),
        lambda batch: batch.claim("email", "\ud800", 1),
        lambda batch: batch.claim("email", "vera", float("nan")),
        lambda batch: batch.release("email", "\0"),
    ],
)
async def test_an_id_or_key_that_cannot_exist_is_refused(engine: Engine, step: Any):
    batch = Batch(ACME)
    step(batch)
    with pytest.raises(Unstorable):
        await engine.commit(batch)


async def test_a_result_is_for_later_steps_only(engine: Engine):
    batch = Batch(ACME)
    batch.insert(CONTACTS, {"id": 1, "position": Result(1)})
    batch.append(MESSAGES, 1, {"id": 1})
    with pytest.raises(ValueError, match="earlier"):
        await engine.commit(batch)


async def test_outcomes_are_the_readers_own(engine: Engine):
    document = {"id": 1, "tags": ["a"]}
    await insert(engine, document)
    document["tags"].append("b")
    batch = Batch(ACME)
    result = batch.patch(CONTACTS, 1, set={"n": 1})
    (await engine.commit(batch))[result]["tags"].append("c")
    assert await engine.get(ACME, CONTACTS, 1) == {"id": 1, "tags": ["a"], "n": 1}


@pytest.mark.annex("X1")
async def test_positions_have_no_hole_however_many_write_and_fail(engine: Engine):
    await insert(engine, {"id": 1, "n": 0}, collection=CONVERSATIONS)

    async def send(number: int) -> int | None:
        batch = Batch(ACME)
        batch.guard(CONVERSATIONS, 1, Eq("gone", number % 5 == 0 or None))
        position = batch.append(MESSAGES, 1, {"id": number, "number": number})
        batch.patch(CONVERSATIONS, 1, set={"last": position}, inc={"n": 1})
        try:
            return int((await engine.commit(batch))[position])
        except StorageError:
            return None

    positions = await asyncio.gather(*(send(number) for number in range(1, 51)))
    passed = [position for position in positions if position is not None]
    assert passed == list(range(1, 41))  # in the order of the calls
    records = await engine.read(ACME, MESSAGES, 1)
    assert [record["position"] for record in records] == passed
    assert await engine.get(ACME, CONVERSATIONS, 1) == {"id": 1, "n": 40, "last": 40}


async def test_two_streams_and_two_applications_count_apart(engine: Engine):
    for number, (scope, stream, key) in enumerate(
        [(ACME, MESSAGES, 1), (ACME, NOTES, 1), (ACME, MESSAGES, 2), (GLOBEX, MESSAGES, 1), (ACME, MESSAGES, 1)]
    ):
        batch = Batch(scope)
        batch.append(stream, key, {"id": number})
        await engine.commit(batch)
    assert await engine.heads(ACME, MESSAGES, [1, 2, 3]) == {1: 2, 2: 1}
    assert await engine.heads(ACME, NOTES, [1]) == {1: 1}
    assert await engine.heads(GLOBEX, MESSAGES, [1, 2]) == {1: 1}


async def test_a_record_id_that_exists_is_a_duplicate(engine: Engine):
    batch = Batch(ACME)
    batch.append(MESSAGES, 1, {"id": 1})
    await engine.commit(batch)
    for scope in (ACME, GLOBEX):
        batch = Batch(scope)
        batch.append(MESSAGES, 2, {"id": 1})
        with pytest.raises(Duplicate):
            await engine.commit(batch)


async def test_a_batch_looks_a_value_up_as_it_is_at_that_step_and_writes_it(engine: Engine):
    await insert(engine, {"id": 1, "deep": {"er": 5}})
    batch = Batch(ACME)
    before = batch.look(CONTACTS, 1, "deep.er")
    batch.patch(CONTACTS, 1, set={"deep.er": 6})
    after = batch.look(CONTACTS, 1, "deep.er", 9)
    missing = [batch.look(CONTACTS, 1, "deep.est", 9), batch.look(CONTACTS, 2, "deep.er", 9)]
    made = batch.insert(CONVERSATIONS, {"id": 7, "was": before, "is": after, "missing": missing})
    outcome = await engine.commit(batch)
    assert outcome[made] == {"id": 7, "was": 5, "is": 6, "missing": [9, 9]}
    assert await engine.get(ACME, CONVERSATIONS, 7) == outcome[made]


async def test_a_value_of_another_application_is_not_looked_up(engine: Engine):
    await insert(engine, {"id": 1, "name": "Vera"})
    batch = Batch(GLOBEX)
    looked = batch.look(CONTACTS, 1, "name", "nobody")
    assert (await engine.commit(batch))[looked] == "nobody"
