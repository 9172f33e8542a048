"""Filters: one small language, one meaning, on every engine.

The engines narrow with their indexes; `matches` decides. So a filter means the same everywhere by construction:

* a missing field is null, and so is an empty array;
* an array matches when one of its elements does, also in the middle of a path (`companies.id`);
* integers and floats compare as numbers, a bool is no number, and values of different types are never ordered;
* text compares by code points, and folded (see `fold`) where the collection declares the field so.
"""

from __future__ import annotations

import functools
import re
import typing
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

import msgspec

Value: TypeAlias = str | int | float | bool | None

# ── the language ─────────────────────────────────────────────────────────────────────────────────────────────────────


class _Filter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Everything(_Filter, frozen=True, tag="everything"):
    """Every document."""


class Eq(_Filter, frozen=True, tag="eq"):
    """The field is this value; null also finds documents without the field."""

    field: str
    value: Value


class Ne(_Filter, frozen=True, tag="ne"):
    """The field is not this value (no element of it is)."""

    field: str
    value: Value


class In(_Filter, frozen=True, tag="in"):
    """The field is one of these values."""

    field: str
    values: tuple[Value, ...]


class Lt(_Filter, frozen=True, tag="lt"):
    """The field is a number (or text) below this number (or text)."""

    field: str
    value: Value


class Lte(_Filter, frozen=True, tag="lte"):
    """The field is at most this value."""

    field: str
    value: Value


class Gt(_Filter, frozen=True, tag="gt"):
    """The field is above this value."""

    field: str
    value: Value


class Gte(_Filter, frozen=True, tag="gte"):
    """The field is at least this value."""

    field: str
    value: Value


class Exists(_Filter, frozen=True, tag="exists"):
    """The field has a value that is not null."""

    field: str


class Missing(_Filter, frozen=True, tag="missing"):
    """The field is absent, null or an array without any value."""

    field: str


class Contains(_Filter, frozen=True, tag="contains"):
    """The field is text that holds this text."""

    field: str
    text: str


class StartsWith(_Filter, frozen=True, tag="starts_with"):
    """The field is text that begins with this text."""

    field: str
    text: str


class EndsWith(_Filter, frozen=True, tag="ends_with"):
    """The field is text that ends with this text."""

    field: str
    text: str


class All(_Filter, frozen=True, tag="all"):
    """Every one of these holds; of none, true."""

    filters: tuple[Filter, ...]


class Any(_Filter, frozen=True, tag="any"):
    """At least one of these holds; of none, false."""

    filters: tuple[Filter, ...]


class Not(_Filter, frozen=True, tag="not"):
    """This does not hold."""

    filter: Filter


Filter: TypeAlias = (
    Everything
    | Eq
    | Ne
    | In
    | Lt
    | Lte
    | Gt
    | Gte
    | Exists
    | Missing
    | Contains
    | StartsWith
    | EndsWith
    | All
    | Any
    | Not
)
EVERYTHING = Everything()


def one_of(field: str, values: Iterable[Value]) -> In:
    """Return the filter for a field that is one of these values."""
    return In(field, tuple(values))


def all_of(*filters: Filter) -> Filter:
    """Return the filter that holds where all of these do; `EVERYTHING` among them is left out."""
    kept = tuple(each for each in filters if not isinstance(each, Everything))
    if not kept:
        return EVERYTHING
    return kept[0] if len(kept) == 1 else All(kept)


def any_of(*filters: Filter) -> Filter:
    """Return the filter that holds where at least one of these does."""
    return filters[0] if len(filters) == 1 else Any(filters)


# ── the meaning ──────────────────────────────────────────────────────────────────────────────────────────────────────

Predicate: TypeAlias = Callable[[dict[str, typing.Any]], bool]


def matches(filter: Filter, document: dict[str, typing.Any], folded: Iterable[str] = ()) -> bool:
    """Return whether the document matches; `folded` are the collection's folded fields (`attrs.*` is a whole map)."""
    return predicate(filter, folded)(document)


def predicate(filter: Filter, folded: Iterable[str] = ()) -> Predicate:
    """Return the filter as a function, for a caller that asks about many documents."""
    match filter:
        case Everything():
            return lambda document: True
        case All(filters):
            parts = [predicate(each, folded) for each in filters]
            return lambda document: all(part(document) for part in parts)
        case Any(filters):
            parts = [predicate(each, folded) for each in filters]
            return lambda document: any(part(document) for part in parts)
        case Not(inner):
            part = predicate(inner, folded)
            return lambda document: not part(document)
        case Ne(field, value):
            part = predicate(Eq(field, value), folded)
            return lambda document: not part(document)
        case Missing(field):
            part = predicate(Exists(field))
            return lambda document: not part(document)
        case _:
            return _on_field(filter, is_folded(filter.field, folded))


def _on_field(
    filter: Eq | In | Lt | Lte | Gt | Gte | Exists | Contains | StartsWith | EndsWith, fold_it: bool
) -> Predicate:
    test = _test(filter, fold_it)
    path = filter.field.split(".")
    if fold_it:
        return lambda document: any(
            test(fold(value) if type(value) is str else value) for value in _walk(document, path, 0)
        )
    return lambda document: any(map(test, _walk(document, path, 0)))


def _test(filter: typing.Any, fold_it: bool) -> Callable[[typing.Any], bool]:
    """The question to one value. Folding of the value has happened; the filter's own side is folded here."""

    def own(value: typing.Any) -> typing.Any:
        return fold(value) if fold_it and type(value) is str else value

    match filter:
        case Exists():
            return lambda value: value is not None
        case Contains(_, text):
            part = own(text)
            return lambda value: type(value) is str and part in value
        case StartsWith(_, text):
            part = own(text)
            return lambda value: type(value) is str and value.startswith(part)
        case EndsWith(_, text):
            part = own(text)
            return lambda value: type(value) is str and value.endswith(part)
        case Eq(_, value):
            wanted = order_key(own(value))
            return lambda value: order_key(value) == wanted
        case In(_, values):
            keys = {order_key(own(each)) for each in values}
            return lambda value: order_key(value) in keys
        case _:
            return _ordered(filter, own(filter.value))


def _ordered(filter: Lt | Lte | Gt | Gte, bound: typing.Any) -> Callable[[typing.Any], bool]:
    rank = order_key(bound)[0]
    if rank not in (NUMBER, TEXT):
        return lambda value: False
    match filter:
        case Lt():
            return lambda value: order_key(value)[0] == rank and value < bound
        case Lte():
            return lambda value: order_key(value)[0] == rank and value <= bound
        case Gt():
            return lambda value: order_key(value)[0] == rank and value > bound
        case _:
            return lambda value: order_key(value)[0] == rank and value >= bound


# ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────────

NULL, NUMBER, TEXT, BOOL, OTHER = range(5)
"""The order of types where a sort meets several. `OTHER` (an object, an array in an array) equals nothing."""

_RANKS = {type(None): NULL, int: NUMBER, float: NUMBER, str: TEXT, bool: BOOL}
OrderKey: TypeAlias = tuple[typing.Any, ...]


def order_key(value: typing.Any) -> OrderKey:
    """Return the value as something that compares with every other: by type first, then by value."""
    rank = _RANKS.get(type(value), OTHER)
    if rank == NULL:
        return (NULL,)
    return (rank, value) if rank != OTHER else (OTHER, id(value))


def values_at(document: dict[str, typing.Any], field: str) -> list[typing.Any]:
    """Return what a filter on this field looks at: the value, the elements of an array, or one null."""
    return list(_walk(document, field.split("."), 0))


def _walk(value: typing.Any, path: list[str], depth: int) -> Iterator[typing.Any]:
    while depth < len(path) and type(value) is dict:
        value = value.get(path[depth])
        depth += 1
    if type(value) is list and value:
        for element in value:
            if depth < len(path):
                yield from _walk(element, path, depth) if type(element) is dict else (None,)
            else:
                yield element
    elif depth < len(path) or type(value) is list:
        yield None
    else:
        yield value


def is_folded(field: str, folded: Iterable[str]) -> bool:
    """Return whether text in this field compares folded."""
    return any(covers(pattern, field) for pattern in folded)


def covers(pattern: str, field: str) -> bool:
    """Return whether a declared path (`tags`, or `attrs.*` for each key of a map) means this field."""
    if not pattern.endswith(".*"):
        return pattern == field
    head = pattern[:-1]
    return field.startswith(head) and len(field) > len(head) and "." not in field[len(head) :]


# ── text ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

# Letters that Unicode does not take apart, but that people leave out when they type.
_PLAIN = str.maketrans({"ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ø": "o", "ŧ": "t", "æ": "ae", "œ": "oe"})
_WORD = re.compile(r"[^\W_]+")
_SHORT = 40
"""Letters of a text that is worth remembering."""


def fold(text: str) -> str:
    """Return the text without case and accents (`Łódź` and `lodz` fold to the same). Folding twice changes nothing."""
    if text.isascii():
        return text.lower()
    return _folded(text) if len(text) <= _SHORT else _folded.__wrapped__(text)


@functools.lru_cache(10_000)
def _folded(text: str) -> str:
    """Names and cities come again and again, and taking letters apart costs more than all else that is indexed."""
    while True:
        apart = unicodedata.normalize("NFKD", text.casefold())
        plain = "".join(sign for sign in apart if not unicodedata.combining(sign)).translate(_PLAIN)
        if plain == text:
            return plain
        text = plain


def words(text: str) -> list[str]:
    """Return the folded words of a text, in order."""
    return _WORD.findall(fold(text))
