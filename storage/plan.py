"""Which index serves a query. The engines read what a `Plan` says; `filters.matches` decides on each row.

The rule. A query is *served* when one way through an index (or the ids) gives its order and, unless the filter is
`EVERYTHING`, narrows by at least one of its conditions. The rest of the filter is checked on the rows read.

* An index (a, b) gives the order by `a`; by `b` where `a` equals something; by `id` where both do.
* The generic index gives the order by `id` where a field equals something, and otherwise no order.
* What narrows: `Eq`, `In`, `Lt`, `Lte`, `Gt`, `Gte` and `StartsWith`, alone or inside `All`. `In` and `Any` are
  branches of which each must be served; the engines merge them.

A query that is not served raises `Unindexed`, or with `scan=True` reads whatever it takes. A count needs no order.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from storage import filters
from storage.engine import Collection, Sort
from storage.entries import fields_of, value_key
from storage.filters import (
    BOOL,
    NUMBER,
    TEXT,
    All,
    Eq,
    Everything,
    Filter,
    Gt,
    Gte,
    In,
    Lt,
    Lte,
    OrderKey,
    StartsWith,
    covers,
    is_folded,
)
from storage.values import clean_text, storable

MOST_BRANCHES = 32
"""More than this and a condition no longer splits a query, but is checked on the rows."""


@dataclass(frozen=True, slots=True)
class Bound:
    """An end of a range. A key of a type alone, `(TEXT,)`, lies before every key of that type."""

    key: OrderKey
    inclusive: bool


@dataclass(frozen=True, slots=True)
class Access:
    """One range of one index, read in the order of `next` and then of ids.

    index    the fields of a declared index, () for the ids themselves, None for the generic index
    equal    the keys of its first fields
    next     the field behind them: `low` and `high` bound it
    values   the field looked up in the generic index; then `equal` has its one key, or `low` and `high` bound it
    constant the key of the sorted field, where all documents of the range that match have the same
    """

    index: tuple[str, ...] | None
    equal: tuple[OrderKey, ...] = ()
    next: str = "id"
    low: Bound | None = None
    high: Bound | None = None
    values: str = ""
    constant: OrderKey | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """How to read a query.

    walk      ranges that give the order, to be merged; None where no index does
    narrow    ranges that hold all matches in no order, each once; None where the filter narrows nothing
    served    whether the query may run without `scan=True`
    exact     whether the rows of `narrow` are exactly the matches, so that no document needs to be looked at
    """

    walk: tuple[Access, ...] | None
    narrow: tuple[Access, ...] | None
    served: bool
    exact: bool


def plan(collection: Collection, filter: Filter, sort: Sort | None) -> Plan:
    """Return the ways to read this query; without a sort, of a count."""
    splits = branches(filter)
    chosen = [_choices(collection, conditions, sort) for conditions in splits]
    narrow = tuple(each.narrow.access for each in chosen if each.narrow is not None)
    narrows = len(narrow) == len(splits)
    exact = narrows and all(each.narrow.used >= set(each.conditions) for each in chosen if each.narrow)
    if sort is None:
        everything = [] in splits
        return Plan((Access(()),) if everything else None, narrow if narrows else None, narrows or everything, exact)
    ordered = tuple(each.ordered for each in chosen)
    if all(choice is not None and (choice.used or not each) for choice, each in zip(ordered, splits, strict=True)):
        return Plan(tuple(choice.access for choice in ordered if choice), None, True, False)
    walk = _whole(collection, sort)
    return Plan((walk,) if walk else None, narrow if narrows else None, False, False)


def branches(filter: Filter) -> list[list[Filter]]:
    """Return the filter as alternatives, each a list of conditions that hold together."""
    if isinstance(filter, Everything):
        return [[]]
    if isinstance(filter, In):
        each_once = {filters.order_key(value): value for value in filter.values}
        if len(each_once) <= MOST_BRANCHES:
            return [[Eq(filter.field, value)] for value in each_once.values()]
    if isinstance(filter, filters.Any):
        alternatives = [each for inner in filter.filters for each in branches(inner)]
        if len(alternatives) <= MOST_BRANCHES:
            return alternatives
    if isinstance(filter, All):
        return _together([branches(inner) for inner in filter.filters], filter.filters)
    return [[filter]]


def _together(parts: list[list[list[Filter]]], whole: tuple[Filter, ...]) -> list[list[Filter]]:
    found: list[list[Filter]] = [[]]
    for alternatives, inner in zip(parts, whole, strict=True):
        if len(found) * len(alternatives) > MOST_BRANCHES:
            alternatives = [[inner]]
        found = [one + other for one, other in product(found, alternatives)]
    return found


# ── one branch ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Choice:
    access: Access
    used: frozenset[int]
    """Places of the conditions that the access has taken care of."""

    weight: int


@dataclass(frozen=True, slots=True)
class _Choices:
    conditions: range
    ordered: _Choice | None
    narrow: _Choice | None


def _choices(collection: Collection, conditions: list[Filter], sort: Sort | None) -> _Choices:
    indexes: list[tuple[str, ...]] = [(), *(index.fields for index in collection.indexes)]
    ranges = _Ranges(collection, conditions)
    ordered: list[_Choice] = []
    narrow: list[_Choice] = []
    constant = None
    if sort is not None and sort.field in fields_of(collection) and sort.field in ranges.equal:
        constant = ranges.equal[sort.field][1]
    by = "id" if constant is not None else sort.field if sort is not None else ""
    for fields in indexes:
        path = (*fields, "id")
        deepest = 0
        while deepest < len(fields) and path[deepest] in ranges.equal:
            deepest += 1
        narrow.append(ranges.choice(fields, deepest))
        if by in path and path.index(by) <= deepest:
            ordered.append(ranges.choice(fields, path.index(by), constant))
    for choice in ranges.in_values(constant):
        narrow.append(choice)
        if by == "id" and choice.access.equal:
            ordered.append(choice)
    useful = [each for each in narrow if each.used]
    return _Choices(
        range(len(conditions)),
        max(ordered, key=lambda each: each.weight, default=None),
        max(useful, key=lambda each: each.weight, default=None),
    )


def _whole(collection: Collection, sort: Sort) -> Access | None:
    """The walk over all documents in the order of the sort."""
    if sort.field == "id":
        return Access(())
    for index in collection.indexes:
        if index.fields[0] == sort.field:
            return Access(index.fields, (), sort.field)
    return None


class _Ranges:
    """The conditions of one branch, by field, as ranges of keys."""

    def __init__(self, collection: Collection, conditions: list[Filter]):
        self._collection = collection
        self.equal: dict[str, tuple[int, OrderKey]] = {}
        self._bounds: dict[str, list[tuple[int, Bound | None, Bound | None]]] = {}
        for place, condition in enumerate(conditions):
            if isinstance(condition, Eq):
                key = self._key(condition.field, condition.value)
                if condition.field != "id" or key[0] == NUMBER:
                    self.equal.setdefault(condition.field, (place, key))
            elif isinstance(condition, (StartsWith, Lt, Lte, Gt, Gte)):
                bounds = self._bounds_of(condition)
                if bounds is not None:
                    self._bounds.setdefault(condition.field, []).append((place, *bounds))

    def _key(self, field: str, value: filters.Value) -> OrderKey:
        return value_key(value, is_folded(field, self._collection.folded))

    def _bounds_of(self, condition: StartsWith | Lt | Lte | Gt | Gte) -> tuple[Bound, Bound] | None:
        value = condition.text if isinstance(condition, StartsWith) else condition.value
        key = self._key(condition.field, value)
        if key[0] not in (NUMBER, TEXT) or (condition.field == "id" and key[0] == TEXT):
            return None
        if isinstance(condition, StartsWith):
            return Bound(key, True), Bound(behind_prefix(key[1]), False)
        if isinstance(condition, (Lt, Lte)):
            return Bound(key[:1], True), Bound(key, isinstance(condition, Lte))
        return Bound(key, isinstance(condition, Gte)), Bound((key[0] + 1,), False)

    def choice(self, fields: tuple[str, ...], depth: int, constant: OrderKey | None = None) -> _Choice:
        """The access that takes equalities of the first `depth` fields and every bound of the next one."""
        next = (*fields, "id")[depth]
        equal = [self.equal[field] for field in fields[:depth]]
        used = {place for place, _ in equal}
        low: Bound | None = None
        high: Bound | None = None
        for place, one, other in self._all_bounds(next):
            used.add(place)
            low, high = later(low, one), earlier(high, other)
        access = Access(fields, tuple(key for _, key in equal), next, low, high, constant=constant)
        return _Choice(access, frozenset(used), 2 * depth + (len(used) > depth))

    def _all_bounds(self, field: str) -> list[tuple[int, Bound | None, Bound | None]]:
        bounds = list(self._bounds.get(field, ()))
        if field in self.equal:
            place, key = self.equal[field]
            bounds.append((place, Bound(key, True), Bound(key, True)))
        return bounds

    def in_values(self, constant: OrderKey | None) -> list[_Choice]:
        """The accesses through the generic index, each by one condition: two may hold for two elements of an array."""
        found: list[_Choice] = []
        for field, (place, key) in self.equal.items():
            if self._served(field) and NUMBER <= key[0] <= BOOL:
                found.append(_Choice(Access(None, (key,), values=field, constant=constant), frozenset((place,)), 2))
        for field, bounds in self._bounds.items():
            if self._served(field):
                place, low, high = bounds[0]
                found.append(_Choice(Access(None, (), "id", low, high, values=field), frozenset((place,)), 1))
        return found

    def _served(self, field: str) -> bool:
        return any(covers(pattern, field) for pattern in self._collection.values)


def later(one: Bound | None, other: Bound | None) -> Bound | None:
    """Return the lower bound that lets less through."""
    if one is None or other is None:
        return one or other
    if one.key == other.key:
        return other if one.inclusive else one
    return max(one, other, key=lambda bound: bound.key)


def earlier(one: Bound | None, other: Bound | None) -> Bound | None:
    """Return the upper bound that lets less through."""
    if one is None or other is None:
        return one or other
    if one.key == other.key:
        return other if one.inclusive else one
    return min(one, other, key=lambda bound: bound.key)


def behind_prefix(prefix: str) -> OrderKey:
    """Return the first key behind all text that begins like this."""
    while prefix:
        code = ord(prefix[-1]) + 1
        if code == 0xD800:
            code = 0xE000  # surrogates are no characters
        if code <= 0x10FFFF:
            return (TEXT, prefix[:-1] + chr(code))
        prefix = prefix[:-1]
    return (BOOL,)


def checked_filter(filter: Filter) -> Filter:
    """Return the filter. Raises `Unstorable` where it asks for a value that no engine could hold."""
    if filter is filters.EVERYTHING:
        return filter
    match filter:
        case Eq(_, value):  # most guards are this
            storable(value)
        case filters.Not(inner):
            checked_filter(inner)
        case All(inner) | filters.Any(inner):
            for each in inner:
                checked_filter(each)
        case In(_, values):
            storable(list(values))
        case filters.Ne(_, value) | Lt(_, value) | Lte(_, value) | Gt(_, value) | Gte(_, value):
            storable(value)
        case StartsWith(_, text) | filters.EndsWith(_, text) | filters.Contains(_, text):
            clean_text(text)
    return filter
