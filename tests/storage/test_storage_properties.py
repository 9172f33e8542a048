"""SQLite, MongoDB and plain Python agree about every filter, sort and page, whatever documents there are."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from storage_cast import CONTACTS, insert

from storage.engine import Engine, Scope, Sort, Unindexed
from storage.entries import Entries
from storage.filters import (
    EVERYTHING,
    All,
    Contains,
    EndsWith,
    Eq,
    Exists,
    Filter,
    Gt,
    Gte,
    In,
    Lt,
    Lte,
    Missing,
    Ne,
    Not,
    StartsWith,
    fold,
    matches,
    words,
)
from storage.filters import (
    Any as AnyOf,
)

# Few letters and numbers, so that values meet; among them what folds, what sorts oddly and what is near in size.
TEXT = st.text(st.sampled_from("aAbłŁż ẞ.$%\U0001f600\uffff\x7f"), max_size=3)
NUMBERS = st.sampled_from(
    [0, 1, -1, 2, 2.5, -0.0, 1.0, 2**53, 2**53 + 1, 2.0**53, 2**63 - 1, -(2**63), 1e300, -1e-300, 1_763_000_000_000]
)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, TEXT)
LISTS = st.lists(SCALARS, max_size=3)
NESTED = st.one_of(SCALARS, LISTS, st.dictionaries(TEXT, SCALARS, max_size=2), st.lists(LISTS, max_size=2))
SCALAR_FIELDS = ["email", "last_seen", "status", "place.city"]
OPEN_FIELDS = ["tags", "attrs.1", "attrs.a", "companies.id", "name", "other", "other.deep", "attrs", "place", "nothing"]
FIELDS = st.sampled_from([*SCALAR_FIELDS, *OPEN_FIELDS, "id"])


@st.composite
def documents(draw: st.DrawFn) -> list[dict[str, Any]]:
    return [draw(document()) for _ in range(draw(st.integers(0, 9)))]


def document() -> st.SearchStrategy[dict[str, Any]]:
    optional = {
        "email": SCALARS,
        "last_seen": SCALARS,
        "status": st.sampled_from(["new", "old", "Old", 1, None]),
        "place": st.one_of(SCALARS, st.fixed_dictionaries({}, optional={"city": SCALARS})),
        "tags": st.one_of(SCALARS, LISTS),
        "attrs": st.one_of(st.none(), st.dictionaries(st.sampled_from(["1", "a", "", "a.b"]), NESTED, max_size=3)),
        "companies": st.one_of(
            SCALARS, st.lists(st.one_of(SCALARS, st.fixed_dictionaries({"id": SCALARS})), max_size=3)
        ),
        "name": st.one_of(TEXT, LISTS),
        "other": NESTED,
    }
    return st.fixed_dictionaries({}, optional=optional)


def leaves() -> st.SearchStrategy[Filter]:
    valued = [st.builds(kind, FIELDS, SCALARS) for kind in (Eq, Ne, Lt, Lte, Gt, Gte)]
    texts = [st.builds(kind, FIELDS, TEXT) for kind in (Contains, StartsWith, EndsWith)]
    several = st.builds(In, FIELDS, st.lists(SCALARS, max_size=4).map(tuple))
    return st.one_of(
        *valued, *texts, several, st.builds(Exists, FIELDS), st.builds(Missing, FIELDS), st.just(EVERYTHING)
    )


def filters() -> st.SearchStrategy[Filter]:
    def more(inner: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
        parts = st.lists(inner, max_size=3).map(tuple)
        return st.one_of(st.builds(All, parts), st.builds(AnyOf, parts), st.builds(Not, inner))

    return st.recursive(leaves(), more, max_leaves=5)


SORTS = st.builds(Sort, st.sampled_from(["id", *SCALAR_FIELDS, "name", "attrs.1", "other"]), st.booleans())

applications = itertools.count(10)
identities = itertools.count(1)


def numbered(shapes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": next(identities), **shape} for shape in shapes]


def expected(documents: list[dict[str, Any]], filter: Filter, sort: Sort) -> list[dict[str, Any]]:
    """What a page without an end holds, by plain Python alone."""
    key = Entries(CONTACTS).sort_key(sort.field)
    found = [each for each in documents if matches(filter, each, CONTACTS.folded)]
    return sorted(found, key=lambda each: (key(each), each["id"]), reverse=sort.descending)


@pytest.fixture
def asks(engine: Engine) -> Iterator[Any]:
    """Asks the engine the same question in every way; each example has an application of its own."""

    async def ask(shapes: list[dict[str, Any]], asked: list[tuple[Filter, Sort, int]]) -> None:
        scope, kept = Scope(next(applications)), numbered(shapes)
        await insert(engine, *kept, scope=scope)
        await insert(engine, *numbered(shapes), scope=Scope(next(applications)))
        for filter, sort, limit in asked:
            right = expected(kept, filter, sort)
            assert await paged(engine, scope, filter, sort, limit, scan=True) == right
            try:
                assert await paged(engine, scope, filter, sort, limit, scan=False) == right
            except Unindexed:
                pass
            assert await engine.count(scope, CONTACTS, filter, scan=True) == len(right)
            chunks = [chunk async for chunk in engine.export(scope, CONTACTS, filter)]
            assert list(itertools.chain(*chunks)) == expected(kept, filter, Sort())

    yield ask


async def paged(
    engine: Engine, scope: Scope, filter: Filter, sort: Sort, limit: int, *, scan: bool
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = None
    for _ in range(20):
        page = await engine.find(scope, CONTACTS, filter, sort=sort, limit=limit, cursor=cursor, scan=scan)
        found += page.items
        cursor = page.cursor
        if cursor is None:
            return found
    raise AssertionError("The pages do not end.")


QUESTIONS = st.lists(st.tuples(filters(), SORTS, st.integers(1, 6)), min_size=1, max_size=4)
LENIENT = {"deadline": None, "suppress_health_check": list(HealthCheck)}


@settings(max_examples=250, **LENIENT)
@given(shapes=documents(), asked=QUESTIONS)
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_sqlite_agrees_with_plain_python(asks: Any, shapes: Any, asked: Any):
    await asks(shapes, asked)


@settings(max_examples=60, **LENIENT)
@given(shapes=documents(), asked=QUESTIONS)
@pytest.mark.parametrize("engine", ["mongo"], indirect=True)
async def test_mongodb_agrees_with_plain_python(asks: Any, shapes: Any, asked: Any):
    await asks(shapes, asked)


@given(text=st.text())
def test_folding_twice_changes_nothing_and_words_are_folded(text: str):
    assert fold(fold(text)) == fold(text)
    assert all(fold(word) == word for word in words(text))


@settings(max_examples=60, **LENIENT)
@given(names=st.lists(TEXT | st.text(max_size=8), max_size=6), text=st.text(max_size=4))
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_search_agrees_with_plain_python(engine: Engine, names: list[str], text: str):
    scope = Scope(next(applications))
    kept = numbered([{"name": clean(name)} for name in names])
    await insert(engine, *kept, scope=scope)
    wanted = words(text)
    right = [
        each
        for each in reversed(kept)
        if wanted and all(any(own.startswith(word) for own in words(each["name"])) for word in wanted)
    ]
    assert await engine.search(scope, CONTACTS, text) == right


def clean(text: str) -> str:
    return text.replace("\0", "").encode(errors="ignore").decode()
