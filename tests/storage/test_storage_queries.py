"""Finding, counting, searching and following cursors, on both engines."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import pytest
from storage_cast import ACME, CONTACTS, CONVERSATIONS, GLOBEX, JOBS, MESSAGES, insert

from storage.engine import Batch, Engine, Page, Sort, Unindexed
from storage.filters import (
    EVERYTHING,
    All,
    Contains,
    Eq,
    Exists,
    Filter,
    Gt,
    Gte,
    In,
    Lt,
    Missing,
    Ne,
    Not,
    StartsWith,
)
from storage.filters import (
    Any as AnyOf,
)
from storage.sqlite import SqliteEngine

PEOPLE: list[dict[str, Any]] = [
    {
        "id": 1,
        "name": "Vera Łącka",
        "email": "Vera@Example.com",
        "status": "new",
        "last_seen": 50,
        "tags": ["vip", "pl"],
    },
    {"id": 2, "name": "Walt", "email": "walt@example.com", "status": "new", "last_seen": 40, "attrs": {"5": 10}},
    {"id": 3, "name": "Zoë", "email": None, "status": "old", "last_seen": 40, "attrs": {"5": [1, 20]}, "tags": []},
    {"id": 4, "name": "vera mała", "status": "old", "last_seen": None, "companies": [{"id": 7}, {"id": 8}]},
    {"id": 5, "name": "Żaneta", "email": "z@x.pl", "place": {"city": "Łódź"}, "last_seen": 60.5, "attrs": {"5": "ten"}},
]


@pytest.fixture
async def people(engine: Engine) -> Engine:
    await insert(engine, *PEOPLE)
    await insert(engine, {**PEOPLE[0], "id": 9}, scope=GLOBEX)
    return engine


def ids(page: Page | list[dict[str, Any]]) -> list[int]:
    return [each["id"] for each in (page.items if isinstance(page, Page) else page)]


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        (EVERYTHING, [1, 2, 3, 4, 5]),
        (Eq("email", "VERA@EXAMPLE.COM"), [1]),
        (Eq("email", None), [3, 4]),
        (In("email", ("walt@example.com", None, "z@x.pl")), [2, 3, 4, 5]),
        (In("email", ()), []),
        (Eq("place.city", "Łódź"), [5]),
        (Eq("tags", "vip"), [1]),
        (Eq("companies.id", 8), [4]),
        (Eq("attrs.5", "TEN"), [5]),
        (AnyOf((Eq("tags", "pl"), Eq("attrs.5", 10.0))), [1, 2]),
        (All((Eq("tags", "vip"), Contains("name", "lacka"))), [1]),
        (All((Gt("id", 1), Lt("id", 4), Ne("name", "walt"))), [3]),
    ],
)
async def test_a_served_filter_finds_what_matches(people: Engine, filter: Filter, found: list[int]):
    assert ids(await people.find(ACME, CONTACTS, filter)) == found
    assert ids(await people.find(ACME, CONTACTS, filter, sort=Sort("id", descending=True))) == found[::-1]
    assert await people.count(ACME, CONTACTS, filter) == len(found)


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        (Contains("name", "VERA"), [1, 4]),
        (StartsWith("email", "VERA@"), [1]),
        (Eq("status", "OLD"), []),
        (Not(Eq("status", "new")), [3, 4, 5]),
        (Gte("attrs.5", 10), [2, 3]),
        (All((Gt("attrs.5", 15), Lt("attrs.5", 5))), [3]),
        (Exists("email"), [1, 2, 5]),
        (Missing("tags"), [2, 3, 4, 5]),
        (Gt("last_seen", 40), [1, 5]),
        (AnyOf((Eq("tags", "vip"), Contains("name", "walt"))), [1, 2]),
    ],
)
async def test_another_filter_is_refused_unless_the_scan_is_meant(people: Engine, filter: Filter, found: list[int]):
    with pytest.raises(Unindexed):
        await people.find(ACME, CONTACTS, filter)
    assert ids(await people.find(ACME, CONTACTS, filter, scan=True)) == found
    assert await people.count(ACME, CONTACTS, filter, scan=True) == len(found)


async def test_a_count_needs_no_order_but_a_narrowing(people: Engine):
    assert await people.count(ACME, CONTACTS, Gt("last_seen", 40)) == 2
    assert await people.count(ACME, CONTACTS, Gte("attrs.5", 1)) == 2
    assert await people.count(ACME, CONTACTS) == 5
    with pytest.raises(Unindexed):
        await people.count(ACME, CONTACTS, Contains("name", "vera"))


@pytest.mark.parametrize(
    ("filter", "sort", "found"),
    [
        (EVERYTHING, Sort("last_seen"), [4, 2, 3, 1, 5]),
        (EVERYTHING, Sort("last_seen", descending=True), [5, 1, 3, 2, 4]),
        (Eq("status", "new"), Sort("last_seen"), [2, 1]),
        (In("status", ("new", "old")), Sort("last_seen", descending=True), [1, 3, 2, 4]),
        (In("status", ("new", "old")), Sort("status"), None),
        (Gt("last_seen", 40), Sort("last_seen"), [1, 5]),
        (Eq("email", "z@x.pl"), Sort("email"), [5]),
        (StartsWith("email", ""), Sort("email"), [1, 2, 5]),
        (Eq("tags", "vip"), Sort("last_seen"), None),
        (EVERYTHING, Sort("name"), None),
        (Contains("name", "a"), Sort("last_seen"), None),
    ],
)
async def test_a_sort_is_served_by_an_index_or_refused(people: Engine, filter: Filter, sort: Sort, found: Any):
    if found is None:
        with pytest.raises(Unindexed):
            await people.find(ACME, CONTACTS, filter, sort=sort)
    else:
        assert ids(await people.find(ACME, CONTACTS, filter, sort=sort)) == found


async def test_a_folded_field_sorts_folded(people: Engine):
    assert ids(await people.find(ACME, CONTACTS, sort=Sort("name"), scan=True)) == [1, 4, 2, 5, 3]
    assert ids(await people.find(ACME, CONTACTS, sort=Sort("email"))) == [3, 4, 1, 2, 5]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 3])
@pytest.mark.parametrize(
    ("filter", "field", "scan"),
    [
        (EVERYTHING, "last_seen", False),
        (EVERYTHING, "id", False),
        (In("status", ("new", "old")), "last_seen", False),
        (Ne("status", "none"), "attrs.5", True),
        (Eq("attrs.5", 10), "name", True),
    ],
)
async def test_following_cursors_gives_every_document_once(
    people: Engine, filter: Filter, field: str, scan: bool, limit: int, descending: bool
):
    sort = Sort(field, descending)
    whole = await people.find(ACME, CONTACTS, filter, sort=sort, scan=scan)
    assert whole.cursor is None
    found, cursor = [], None
    while True:
        page = await people.find(ACME, CONTACTS, filter, sort=sort, limit=limit, cursor=cursor, scan=scan)
        found += page.items
        cursor = page.cursor
        if cursor is None:
            break
        assert len(page.items) == limit
    assert found == whole.items


async def test_a_cursor_goes_on_behind_its_place_whatever_was_written_meanwhile(people: Engine):
    sort = Sort("last_seen", descending=True)
    page = await people.find(ACME, CONTACTS, sort=sort, limit=2)
    assert ids(page) == [5, 1]
    batch = Batch(ACME)
    batch.delete(CONTACTS, 1)
    batch.insert(CONTACTS, {"id": 20, "last_seen": 99})
    batch.insert(CONTACTS, {"id": 21, "last_seen": 45})
    await people.commit(batch)
    assert ids(await people.find(ACME, CONTACTS, sort=sort, cursor=page.cursor)) == [21, 3, 2, 4]


@pytest.mark.parametrize("cursor", ["", "x", "!!!", "bnVsbA", "WzFd", "é", "WyJpZCIsZmFsc2UsMSwxXQ=="])
async def test_a_cursor_that_nobody_made_is_refused(people: Engine, cursor: str):
    with pytest.raises(ValueError, match="cursor"):
        await people.find(ACME, CONTACTS, sort=Sort("last_seen"), cursor=cursor)


async def test_a_page_holds_at_least_one_document(people: Engine):
    with pytest.raises(ValueError, match="at least one"):
        await people.find(ACME, CONTACTS, limit=0)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("vera", [4, 1]),
        ("VER ŁĄC", [1]),
        ("lacka vera", [1]),
        ("zaneta", [5]),
        ("example", [2, 1]),
        ("walt@example.com", [2]),
        ("nobody", []),
        ("vera nobody", []),
        ("", []),
        ('" OR *', []),
    ],
)
async def test_search_wants_every_word_as_a_prefix_and_gives_the_newest_first(people: Engine, text: str, found: Any):
    assert ids(await people.search(ACME, CONTACTS, text)) == found


async def test_search_gives_the_newest_and_follows_changes(people: Engine):
    assert ids(await people.search(ACME, CONTACTS, "v", limit=1)) == [4]
    batch = Batch(ACME)
    batch.patch(CONTACTS, 4, set={"name": "Wanda"})
    await people.commit(batch)
    assert ids(await people.search(ACME, CONTACTS, "v")) == [1]
    assert ids(await people.search(ACME, CONTACTS, "wanda")) == [4]


async def test_a_mark_is_found_as_it_is_written_and_follows_changes(engine: Engine):
    kept = [{"id": 1, "alike": ["p:0a", "n:0a"]}, {"id": 2, "alike": ["p:0a"], "name": "Vera"}, {"id": 3, "alike": []}]
    await insert(engine, *kept)
    await insert(engine, {"id": 9, "alike": ["p:0a"]}, scope=GLOBEX)
    assert ids(await engine.marked(ACME, CONTACTS, "p:0a")) == [1, 2]
    assert ids(await engine.marked(ACME, CONTACTS, "p:0a", limit=1)) == [1]
    assert ids(await engine.marked(GLOBEX, CONTACTS, "p:0a")) == [9]
    for other in ("p:0", "p:0ab", "P:0A", "p.0a", "p 0a", "0a", "x:1", '" OR *', "", "ł", "p·3a·0a"):
        assert await engine.marked(ACME, CONTACTS, other) == [], other
    assert ids(await engine.search(ACME, CONTACTS, "p 0a")) == [], "marks are no words"
    batch = Batch(ACME)
    batch.patch(CONTACTS, 1, set={"alike": ["n:0a"]})
    batch.patch(CONTACTS, 2, set={"name": "Walt"})
    batch.patch(CONTACTS, 3, set={"alike": ["p:0a", "P:0A", "p.0a", '"ł"']})
    await engine.commit(batch)
    assert ids(await engine.marked(ACME, CONTACTS, "p:0a")) == [2, 3]
    assert ids(await engine.search(ACME, CONTACTS, "walt")) == [2]
    for own in ("P:0A", "p.0a", '"ł"'):
        assert ids(await engine.marked(ACME, CONTACTS, own)) == [3]
    batch = Batch(ACME)
    batch.delete(CONTACTS, 2)
    await engine.commit(batch)
    assert ids(await engine.marked(ACME, CONTACTS, "p:0a")) == [3]
    assert await engine.marked(ACME, CONVERSATIONS, "p:0a") == []


@pytest.mark.annex("X5")
async def test_applications_never_see_each_other(people: Engine):
    assert ids(await people.find(GLOBEX, CONTACTS)) == [9]
    assert ids(await people.find(GLOBEX, CONTACTS, Eq("tags", "vip"))) == [9]
    assert ids(await people.find(GLOBEX, CONTACTS, sort=Sort("last_seen"))) == [9]
    assert ids(await people.find(GLOBEX, CONTACTS, Contains("name", "e"), scan=True)) == [9]
    assert ids(await people.search(GLOBEX, CONTACTS, "vera")) == [9]
    assert await people.count(GLOBEX, CONTACTS) == 1
    assert await people.get(GLOBEX, CONTACTS, 1) is None
    assert await people.get_many(GLOBEX, CONTACTS, [1, 2, 9]) == {9: {**PEOPLE[0], "id": 9}}
    assert [ids(chunk) async for chunk in people.export(GLOBEX, CONTACTS)] == [[9]]


async def test_documents_come_by_id_in_the_order_asked_for(people: Engine):
    assert list(await people.get_many(ACME, CONTACTS, [5, 1, 1, 404, 2**70])) == [5, 1]
    assert await people.get_many(ACME, CONTACTS, []) == {}
    assert await people.get(ACME, CONTACTS, 2**70) is None


async def test_indexes_follow_a_patch(people: Engine):
    batch = Batch(ACME)
    batch.patch(CONTACTS, 1, set={"status": "old", "attrs.5": 7}, remove={"tags": "vip"}, add={"tags": "late"})
    await people.commit(batch)
    assert ids(await people.find(ACME, CONTACTS, Eq("status", "old"), sort=Sort("last_seen"))) == [4, 3, 1]
    assert ids(await people.find(ACME, CONTACTS, Eq("tags", "vip"))) == []
    assert ids(await people.find(ACME, CONTACTS, Eq("tags", "late"))) == [1]
    assert ids(await people.find(ACME, CONTACTS, Eq("attrs.5", 7))) == [1]


async def test_export_gives_all_matches_by_id_in_chunks(engine: Engine):
    await insert(engine, *({"id": number, "n": number % 3} for number in range(1, 1_202)))
    chunks = [ids(chunk) async for chunk in engine.export(ACME, CONTACTS)]
    assert [len(chunk) for chunk in chunks] == [500, 500, 201]
    assert list(itertools.chain(*chunks)) == list(range(1, 1_202))
    some = [chunk async for chunk in engine.export(ACME, CONTACTS, Eq("n", 0))]
    assert ids(list(itertools.chain(*some))) == list(range(3, 1_202, 3))
    assert [chunk async for chunk in engine.export(ACME, CONTACTS, Eq("n", 9))] == []


async def test_a_stream_is_read_from_either_end(engine: Engine):
    batch = Batch(ACME)
    for number in range(1, 8):
        batch.append(MESSAGES, 1, {"id": number})
    await engine.commit(batch)
    assert ids(await engine.read(ACME, MESSAGES, 1)) == [1, 2, 3, 4, 5, 6, 7]
    assert ids(await engine.read(ACME, MESSAGES, 1, after=2, limit=2)) == [3, 4]
    assert ids(await engine.read(ACME, MESSAGES, 1, limit=3, newest=True)) == [5, 6, 7]
    assert ids(await engine.read(ACME, MESSAGES, 1, after=6, limit=3, newest=True)) == [7]
    assert await engine.read(ACME, MESSAGES, 2) == []
    assert await engine.read(GLOBEX, MESSAGES, 1) == []
    assert await engine.record(ACME, MESSAGES, 3) == {"id": 3, "position": 3}
    assert await engine.record(GLOBEX, MESSAGES, 3) is None
    assert await engine.record(ACME, MESSAGES, 2**70) is None
    assert await engine.heads(ACME, MESSAGES, []) == {}


async def test_reserved_ids_belong_to_nobody_else(engine: Engine):
    firsts = await asyncio.gather(*(engine.reserve("contacts", 10) for _ in range(20)))
    assert sorted(firsts) == list(range(1, 201, 10))
    assert await engine.reserve("messages", 1) == 1
    with pytest.raises(ValueError, match="At least one"):
        await engine.reserve("contacts", 0)


async def test_a_due_job_is_claimed_once_until_its_lease_runs_out(engine: Engine):
    jobs = [{"id": number, "due": 100 - number, "kind": "mail"} for number in range(1, 21)]
    await insert(engine, *jobs, {"id": 99, "due": 500}, {"id": 100, "due": None}, collection=JOBS)
    taken = await asyncio.gather(
        *(engine.claim_jobs(JOBS, now=99, lease_until=200, owner=f"n{node}", limit=7) for node in range(4))
    )
    claimed = [job["id"] for jobs in taken for job in jobs]
    assert sorted(claimed) == list(range(1, 21))
    assert all(job["due"] == 200 and job["tries"] == 1 for jobs in taken for job in jobs)
    assert await engine.claim_jobs(JOBS, now=199, lease_until=300, owner="n9") == []
    again = await engine.claim_jobs(JOBS, now=200, lease_until=300, owner="n9", limit=2)
    assert again == [{"id": number, "due": 300, "tries": 2, "owner": "n9", "kind": "mail"} for number in (1, 2)]
    assert await engine.get(ACME, JOBS, 1) == again[0]


async def test_only_jobs_are_claimed(engine: Engine):
    with pytest.raises(Unindexed):
        await engine.claim_jobs(CONVERSATIONS, now=1, lease_until=2, owner="n1")


async def test_the_earliest_jobs_come_first(engine: Engine):
    await insert(engine, *({"id": number, "due": due} for number, due in ((1, 30), (2, 10), (3, 20))), collection=JOBS)
    assert ids(await engine.claim_jobs(JOBS, now=50, lease_until=90, owner="n1", limit=2)) == [2, 3]


async def test_a_read_sees_every_batch_that_has_returned(engine: Engine):
    await insert(engine, {"id": 1, "n": 0})
    for number in range(1, 30):
        batch = Batch(ACME)
        batch.patch(CONTACTS, 1, inc={"n": 1})
        await engine.commit(batch)
        found = await asyncio.gather(*(engine.get(ACME, CONTACTS, 1) for _ in range(4)))
        assert [each["n"] for each in found if each] == [number] * 4


async def test_ping_answers(engine: Engine):
    await engine.ping()


async def test_a_walk_goes_on_where_a_piece_of_it_ended(engine: Engine):
    embedded = isinstance(engine, SqliteEngine)
    many, limits = (420, (1, 3, 8, 9, 40, 250, 500)) if embedded else (140, (1, 9, 90, 150))
    people = [
        {"id": n, "name": "Vera" if n % 7 == 0 else "Walt", "last_seen": n % 5, "status": ("new", "open")[n % 2]}
        for n in range(1, many + 1)
    ]
    await insert(engine, *people)
    for limit, descending, field in itertools.product(limits, (False, True), ("id", "last_seen")):
        sort = Sort(field, descending)
        for filter, holds in (
            (EVERYTHING, lambda each: True),
            (Contains("name", "vera"), lambda each: each["name"] == "Vera"),
            (In("status", ("new", "open")), lambda each: True),
            (AnyOf((Eq("status", "new"), Gt("last_seen", 3))), lambda each: each["status"] == "new" or each["last_seen"] > 3),
        ):  # fmt: skip
            right = [each for each in people if holds(each)]
            right.sort(key=lambda each: (each[sort.field], each["id"]), reverse=descending)
            page = await engine.find(ACME, CONTACTS, filter, sort=sort, limit=limit, scan=True)
            assert page.items == right[:limit], (limit, sort, filter)
            if page.cursor is not None:
                after = await engine.find(ACME, CONTACTS, filter, sort=sort, limit=limit, cursor=page.cursor, scan=True)
                assert after.items == right[limit : 2 * limit], (limit, sort, filter)
