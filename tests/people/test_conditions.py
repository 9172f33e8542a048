"""Every condition means the same to both engines and to plain Python, for whatever contacts there are."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.accounts.groups import Group
from hub.core.errors import InvalidPayload
from hub.people.collections import CONTACTS
from hub.people.conditions.base import CONDITIONS, DAY, World
from hub.people.conditions.counted import with_occurrence
from hub.people.conditions.page import url_matches
from hub.people.conditions.tree import read_tree, written
from hub.people.editing import put
from hub.people.standard import STANDARD, SUBJECTS, Attribute
from hub.people.vocabulary import Named, Vocabulary
from storage.engine import Batch, Scope
from storage.filters import fold

pytestmark = pytest.mark.annex("U2", "U5", "X2")

NOW = 1_795_000_000_000
OWN = [
    Attribute(number, "contact", name, name, type, f"attrs.{number}", choices=("small", "large"), multiple=True)
    for number, (name, type) in enumerate(
        [("plan", "string"), ("seats", "integer"), ("rating", "float"), ("vip", "boolean"), ("born", "date"),
         ("renewal", "datetime"), ("sizes", "fixed"), ("more", "json")], 1,
    )
]  # fmt: skip
BY_NAME = {attribute.std: attribute for attribute in [*STANDARD["contact"], *OWN]}
WORDS = Vocabulary(
    attributes={subject: {} for subject in SUBJECTS} | {"contact": BY_NAME},  # type: ignore[arg-type]
    events={"buy": Named(1, "buy"), "look": Named(2, "look")},
    tags={"vip": Named(1, "VIP"), "lodz": Named(2, "Łódź")},
    lists={1: Named(1, "Gardeners")},
    segments={1: {"id": 1, "subject": "contact", "where": {"all": []}}},
    groups={1: Group(1, "Sales", [])},
)
WORLD = World(WORDS, NOW)

# Few values, so that they meet.
TEXTS = st.sampled_from(["pro", "PRO", "Łódź", "lodz", "free", "pro max", "ж", "pl-PL", "PL", ""])
NUMBERS = st.sampled_from([0, 1, 2, -1, 2.5, 10**12])
AGES = st.sampled_from([0, 1, DAY - 1, DAY, DAY + 1, 3 * DAY, 7 * DAY, 7 * DAY + 1, 40 * DAY, -2 * DAY])
TIMES = AGES.map(lambda age: NOW - age)
DATES = st.sampled_from(["2026-11-18", "2026-11-17", "2026-11-19", "2026-11-11", "1990-01-01", "2027-01-01"])
DAYS = st.sampled_from([0.5, 1, 2, 3, 7])
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXTS.filter(bool), "integer": st.sampled_from([0, 1, 2, -1]), "float": NUMBERS, "boolean": st.booleans(),
    "date": DATES, "datetime": TIMES, "fixed": st.sampled_from(["small", "large"]), "json": st.just({"a": 1}),
}  # fmt: skip


def happened() -> dict[str, st.SearchStrategy[Any]]:
    """The optional fields of everything that is counted."""
    return {
        "at_least": st.integers(1, 3), "at_most": st.integers(0, 3), "within_days": DAYS, "first_within_days": DAYS,
        "last_within_days": DAYS, "first_before_days": DAYS, "last_before_days": DAYS,
    }  # fmt: skip


@st.composite
def attribute_conditions(draw: st.DrawFn) -> dict[str, Any]:
    from hub.people.conditions.attribute import OPERATORS

    attribute = draw(st.sampled_from([each for each in BY_NAME.values() if each.id or each.std in KNOWN]))
    op = draw(st.sampled_from(sorted(OPERATORS[attribute.type])))
    one = VALUES[attribute.type]
    if attribute.type == "fixed" and not attribute.id:
        one = st.sampled_from(attribute.choices)
    value: Any = None
    if op in ("in", "not_in"):
        value = draw(st.lists(one, min_size=1, max_size=3))
    elif op == "between":
        value = draw(st.lists(one, min_size=2, max_size=2))
    elif op.endswith("days_ago"):
        value = draw(st.sampled_from([-2, 0, 1, 3, 7]))
    elif not op.startswith("is_"):
        value = draw(one)
    return {"type": "attribute", "attribute": attribute.std, "op": op, "value": value}


KNOWN = {"email", "first_name", "city", "gender", "score", "unsubscribed", "last_seen", "page_views", "os_type"}


def of(name: str, counted: bool = False, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"type": st.just(name), **fields}, optional=happened() | {"never": st.booleans()} if counted else {}
    )


PROPERTY = st.fixed_dictionaries(
    {"property": st.sampled_from(["amount", "items.sku"]), "op": st.sampled_from(["equals", "gt", "is_set"]),
     "value": st.sampled_from([1, 100])}
)  # fmt: skip
SAMPLES: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "attribute": attribute_conditions(),
    "event": of("event", True, event=st.sampled_from(["buy", "look"]), where=st.lists(PROPERTY, max_size=1)),
    "page": of("page", True, url=st.sampled_from(["/tea*", "shop.example/*"])),
    "email": of("email", True, did=st.sampled_from(["opened", "clicked"]), email=st.sampled_from([None, 1])),
    "form": of("form", True, form=st.sampled_from([None, 1])),
    "modal": of("modal", True, did=st.sampled_from(["seen", "clicked"]), modal=st.sampled_from([None, 1])),
    "answered": of("answered", True),
    "wrote": of("wrote", True),
    "conversation": of("conversation", state=st.sampled_from(["open", "closed", "none"])),
    "waiting": of("waiting"),
    "tag": of("tag", tag=st.sampled_from(["vip", "ŁÓDŹ"])),
    "list": of("list", list=st.just(1)),
    "segment": of("segment", segment=st.just(1)),
    "group": of("group", group=st.sampled_from([None, 1])),
    "company": of("company", company=st.sampled_from([None, 1])),
    "device": of("device", what=st.sampled_from(["device", "browser", "os", "language"]),
                 is_one_of=st.lists(st.sampled_from(["Firefox", "phone", "pl"]), min_size=1, max_size=2)),
    "place": of("place", what=st.sampled_from(["country", "city"]),
                is_one_of=st.lists(st.sampled_from(["PL", "Łódź", "lodz"]), min_size=1, max_size=2)),
    "presence": of("presence", online=st.booleans()),
}  # fmt: skip


def sound(given: dict[str, Any]) -> bool:
    """Whether a condition can be asked: some combinations of its fields can't."""
    try:
        read_tree(given).check(WORLD)
    except InvalidPayload:
        return False
    return True


CONDITION = st.one_of(*SAMPLES.values()).filter(sound)
TREES = st.recursive(
    CONDITION, lambda inner: st.builds(lambda kind, parts: {kind: parts}, st.sampled_from(["all", "any", "none"]),
                                       st.lists(inner, max_size=3)), max_leaves=4,
)  # fmt: skip


def keys(given: Any) -> set[tuple[str, int]]:
    """The counts that a tree asks for, with how many times each."""
    tree = read_tree(given)
    return {(need.key, need.nth) for need in tree.needs(WORLD)}


@st.composite
def contacts(draw: st.DrawFn, counted: list[tuple[str, int]]) -> dict[str, Any]:
    """Some contact that has counts of what is asked for."""
    counts: dict[str, Any] = {}
    for key, deepest in counted:
        times = draw(st.lists(TIMES.filter(lambda at: at <= NOW), max_size=4))
        for at in times:
            counts[key] = with_occurrence(counts.get(key), at, deepest)
    optional: dict[str, st.SearchStrategy[Any]] = {
        "email": TEXTS, "first_name": TEXTS, "city": TEXTS, "country": TEXTS, "gender": st.sampled_from(["male", None]),
        "score": st.sampled_from([0, 1, 2]), "unsubscribed": st.booleans(), "last_seen": TIMES, "page_views": st.just(2),
        "tags": st.lists(st.sampled_from([1, 2]), unique=True), "lists": st.lists(st.just(1), max_size=1),
        "segments": st.lists(st.just(1), max_size=1), "companies": st.lists(st.just({"id": 1, "since": 1}), max_size=1),
        "facts": st.fixed_dictionaries({}, optional={
            "browser": st.sampled_from(["Firefox 150", "Chrome 150"]), "os": st.just("Linux"),
            "device": st.sampled_from(["phone", "computer"]), "language": TEXTS, "country": TEXTS, "city": TEXTS}),
        "conversations": st.fixed_dictionaries({}, optional={
            "open": st.integers(0, 1), "begun": st.integers(0, 2), "waiting": st.booleans()}),
        "group": st.sampled_from([None, 1]),
        "here": st.sampled_from([True, None]),
        "attrs": st.fixed_dictionaries({}, optional={
            str(each.id): (VALUES[each.type].map(lambda value: [value]) if each.type == "fixed" else VALUES[each.type])
            for each in OWN}),
    }  # fmt: skip
    return draw(st.fixed_dictionaries({}, optional=optional)) | {"counts": counts, "counted": list(counts)}


def test_every_condition_has_a_sample_here():
    assert set(SAMPLES) == {name for name, _ in CONDITIONS}


@pytest.mark.parametrize("name", sorted(SAMPLES))
@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_condition_comes_back_from_json_as_it_was(name, data):
    tree = read_tree(data.draw(SAMPLES[name].filter(sound)))
    assert read_tree(written(tree)) == tree


_applications, _ids = itertools.count(10), itertools.count(1)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@given(data=st.data())
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
async def test_the_embedded_engine_finds_exactly_those_for_whom_it_holds(engine, data):
    await finds_exactly(engine, data)


@pytest.mark.parametrize("engine", ["mongo"], indirect=True)
@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
async def test_mongodb_finds_exactly_those_for_whom_it_holds(engine, data):
    await finds_exactly(engine, data)


async def finds_exactly(engine, data):
    given_tree = data.draw(TREES)
    counted = sorted(keys(given_tree))
    people = [
        {"id": next(_ids), **data.draw(contacts(counted))} for _ in range(data.draw(st.integers(1, 6), label="people"))
    ]
    scope, tree = Scope(next(_applications)), read_tree(given_tree)
    batch = Batch(scope)
    for document in people:
        batch.insert(CONTACTS, document)
    await engine.commit(batch)
    found = await engine.find(scope, CONTACTS, tree.filter(WORLD), scan=True)
    assert [each["id"] for each in found.items] == [each["id"] for each in people if tree.holds(each, WORLD)]


@given(data=st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_between_two_flips_the_answer_stays(data):
    """What `flips` promises: until that moment nothing changes but by a change of the contact."""
    given_tree = data.draw(TREES)
    person, tree = {"id": 1, **data.draw(contacts(sorted(keys(given_tree))))}, read_tree(given_tree)
    flip = tree.flips(person, WORLD)
    until = NOW + 100 * DAY if flip is None else flip
    assert until > NOW
    answer = tree.holds(person, WORLD)
    for moment in (NOW + 1, (NOW + until) // 2, until - 1):
        assert moment >= until or tree.holds(person, World(WORDS, max(NOW, moment))) == answer


def happened_by_hand(asked: dict[str, Any], times: list[int], now: int) -> bool:
    """What the words of the fields mean, worked out from the bare times."""
    inside = [at for at in times if "within_days" not in asked or at > now - asked["within_days"] * DAY]
    least = asked.get("at_least", 0 if "at_most" in asked else 1)
    answers = [len(inside) >= least, len(inside) <= asked.get("at_most", len(inside))]
    for end, at in (("first", min(times, default=None)), ("last", max(times, default=None))):
        if f"{end}_within_days" in asked:
            answers.append(at is not None and at > now - asked[f"{end}_within_days"] * DAY)
        if f"{end}_before_days" in asked:
            answers.append(at is not None and at <= now - asked[f"{end}_before_days"] * DAY)
    return all(answers) != asked.get("never", False)


@given(data=st.data())
@settings(max_examples=400, deadline=None)
def test_what_is_counted_answers_as_the_bare_times_would(data):
    asked = data.draw(SAMPLES["wrote"].filter(sound))
    times = data.draw(st.lists(TIMES.filter(lambda at: at <= NOW), max_size=6))
    deepest = max((need.nth for need in read_tree(asked).needs(WORLD)), default=1)
    kept = None
    for at in times:
        kept = with_occurrence(kept, at, deepest)
    person = {"id": 1, "counts": {"wrote": kept} if kept else {}, "counted": ["wrote"] if kept else []}
    assert read_tree(asked).holds(person, WORLD) == happened_by_hand(asked, times, NOW)


YESTERDAY, IN_A_WEEK = "2026-11-17", "2026-11-25"  # NOW is 2026-11-18, 09:20 UTC


@pytest.mark.parametrize(("attribute", "op", "value", "holding", "failing"), [
    ("plan", "equals", "Łódź", ["lodz", "ŁÓDŹ"], ["łódź 2", None]), ("plan", "not_equals", "pro", ["x", None], ["PRO"]),
    ("plan", "contains", "ro m", ["Pro max"], ["pro", None]), ("plan", "not_contains", "max", ["pro", None], ["pro MAX"]),
    ("plan", "starts_with", "PR", ["pro"], ["a pro"]), ("plan", "ends_with", "ax", ["pro max"], ["axe"]),
    ("plan", "in", ["pro", "free"], ["Free"], ["x", None]), ("plan", "not_in", ["pro", "free"], ["x", None], ["Free"]),
    ("plan", "is_set", None, ["a"], [None]), ("plan", "is_not_set", None, [None], ["a"]),
    ("seats", "equals", 2, [2], [3, None]), ("seats", "gt", 2, [3], [2, None]), ("seats", "gte", 2, [2], [1]),
    ("seats", "lt", 2, [1], [2, None]), ("seats", "lte", 2, [2], [3]), ("seats", "between", [5, 2], [2, 3, 5], [1, 6, None]),
    ("rating", "gt", 2.5, [2.6, 3], [2.5]), ("vip", "equals", True, [True], [False, None]),
    ("vip", "equals", "yes", [True], [False]), ("sizes", "equals", "small", [["small", "large"]], [["large"], None]),
    ("sizes", "not_in", ["small"], [["large"], None], [["small", "large"]]),
    ("born", "more_than_days_ago", 1, ["2026-11-17"], ["2026-11-18", None]),
    ("born", "less_than_days_ago", 1, ["2026-11-18", IN_A_WEEK], [YESTERDAY, None]),
    ("born", "less_than_days_ago", -3, [IN_A_WEEK], ["2026-11-20"]), ("born", "on", "2026-11-18", ["2026-11-18"], [YESTERDAY]),
    ("born", "before", "2026-11-18", [YESTERDAY], ["2026-11-18"]), ("born", "after", "2026-11-18", ["2026-11-19"], ["2026-11-18"]),
    ("renewal", "more_than_days_ago", 1, [NOW - DAY - 1], [NOW - DAY, NOW]),
    ("renewal", "less_than_days_ago", 1, [NOW - DAY + 1], [NOW - DAY]),
    ("renewal", "on", "2026-11-18T20:00:00Z", [NOW], [NOW - DAY, NOW + DAY]),
    ("gender", "equals", 2, ["male"], ["female", None]), ("email", "ends_with", "@ACME.example", ["a@acme.example"], ["b@x.pl"]),
])  # fmt: skip
def test_operators_of_attributes_mean_what_they_say(attribute, op, value, holding, failing):
    tree = read_tree({"type": "attribute", "attribute": attribute, "op": op, "value": value})
    for answer, values in ((True, holding), (False, failing)):
        for each in values:
            path, person = BY_NAME[attribute].path, {"id": 1}
            put(person, path, each)
            assert tree.holds(person, WORLD) is answer, (each, answer)


@pytest.mark.parametrize("where", [
    [], "x", {"all": 1}, {"all": [], "any": []}, {"some": []}, {"type": "nothing"}, {"type": 5}, {"type": "tag"},
    {"type": "tag", "tag": "unknown"}, {"type": "list", "list": 99}, {"type": "segment", "segment": 99},
    {"type": "event", "event": "unknown"}, {"type": "event", "event": "buy", "at_least": 0},
    {"type": "event", "event": "buy", "at_least": 101, "within_days": 1}, {"type": "event", "event": "buy", "more": 1},
    {"type": "attribute", "attribute": "unknown", "op": "equals", "value": 1},
    {"type": "attribute", "attribute": "seats", "op": "contains", "value": "1"},
    {"type": "attribute", "attribute": "seats", "op": "equals", "value": "many"},
    {"type": "attribute", "attribute": "seats", "op": "equals"},
    {"type": "attribute", "attribute": "seats", "op": "between", "value": [1]},
    {"type": "attribute", "attribute": "born", "op": "more_than_days_ago", "value": "soon"},
    {"type": "attribute", "attribute": "plan", "op": "contains", "value": ""},
    {"type": "page", "url": "*a" * 30}, {"type": "page", "url": ""}, {"type": "place", "what": "country", "is_one_of": []},
    {"all": [{"type": "waiting"}] * 201},
    {"all": [{"all": [{"all": [{"all": [{"all": [{"all": [{"all": [{"all": [{"all": [{"type": "waiting"}]}]}]}]}]}]}]}]}]},
])  # fmt: skip
def test_what_can_t_be_asked_is_refused_with_a_sentence(where):
    with pytest.raises(InvalidPayload) as refused:
        read_tree(where).check(WORLD)
    assert refused.value.message.endswith(".") and len(refused.value.message) > 20


@pytest.mark.annex("U1")
@pytest.mark.parametrize(("pattern", "url", "fits"), [
    ("/tea*", "https://shop.example/tea/green?x=1", True), ("/tea", "https://shop.example/tea", True),
    ("/tea", "https://shop.example/tea/", True), ("/tea", "https://shop.example/teapot", False),
    ("shop.example/*", "https://shop.example/a", True), ("shop.example/*", "https://other.example/a", False),
    ("https://shop.example/", "https://shop.example", False), ("*checkout*", "https://a.example/x/Checkout/2", True),
    ("/a/*/c", "https://a.example/a/b/c", True), ("/a/*/c", "https://a.example/a/c", False),
    ("/p?", "https://a.example/p1", True), ("/p?", "https://a.example/p12", False),
    ("/find?q=tea", "https://a.example/find?q=tea", True), ("/find", "https://a.example/find?q=tea", True),
    ("/x#top", "https://a.example/x#top", True), ("/x", "https://a.example/x#top", True),
])  # fmt: skip
def test_patterns_of_addresses(pattern, url, fits):
    assert url_matches(url, pattern) is fits


def test_a_pattern_of_ten_thousand_stars_costs_no_more_than_one():
    assert url_matches("https://a.example/" + "a" * 2000, "*" * 10_000 + "a")
    assert not url_matches("https://a.example/" + "a" * 2000, "a*" * 10_000)


def test_names_of_tags_fold_as_everything_else():
    assert fold("ŁÓDŹ") == "lodz"
