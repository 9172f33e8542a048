"""Which values are stored, and how they are copied: JSON with exact integers, finite floats and clean text."""

from __future__ import annotations

import math
from typing import Any

from storage.engine import INSTALLATION, Document, Result, Scope, Unstorable

SMALLEST, LARGEST = -(2**63), 2**63 - 1
DEEPEST = 64  # MongoDB refuses documents nested deeper than 100 levels; ours lie a few levels deep in its own


def storable(value: Any, step: int = 0, *, needs_id: bool = False) -> Any:
    """Return a copy made of plain values only. Raises `Unstorable` for what no engine keeps.

    A `Result` of a step before `step` stays in the copy, for `filled` to replace.
    """
    kind = type(value)
    if kind is int and SMALLEST <= value <= LARGEST:
        return value
    copy = _copied_object(value, step, 1) if kind is dict else _copied(value, step, 0)
    if needs_id and type(copy.get("id")) is not int:
        raise Unstorable("A document needs an id, which is an integer.")
    return copy


def _copied(value: Any, step: int, depth: int) -> Any:
    kind = type(value)
    if kind is str:
        return value if value.isascii() and "\0" not in value else clean_text(value)
    if kind is int:
        if not SMALLEST <= value <= LARGEST:
            raise Unstorable(f"An integer of {value.bit_length()} bits is too large; 64 bits are kept.")
        return value
    if value is None or kind is bool:
        return value
    if kind is float:
        if not math.isfinite(value):
            raise Unstorable(f"{value} is no number that can be kept.")
        return value
    if depth > DEEPEST:
        raise Unstorable(f"Values are nested deeper than {DEEPEST} levels.")
    if kind is dict:
        return _copied_object(value, step, depth + 1)
    if kind is list or kind is tuple:
        return [_copied(each, step, depth + 1) for each in value]
    return _unusual(value, step, depth)


def _copied_object(value: dict[Any, Any], step: int, depth: int) -> Document:
    copy: Document = {}
    for given, each in value.items():
        name = _NAMES.get(given) or _name(given)
        kind = type(each)  # these are most of what there is, and a call for each would cost as much again
        if kind is str:
            copy[name] = each if each.isascii() and "\0" not in each else clean_text(each)
        elif (kind is int and SMALLEST <= each <= LARGEST) or each is None:
            copy[name] = each
        elif kind is dict and depth <= DEEPEST:
            copy[name] = _copied_object(each, step, depth + 1) if each else {}
        elif kind is list and not each and depth <= DEEPEST:
            copy[name] = []
        else:
            copy[name] = _copied(each, step, depth)
    return copy


def _unusual(value: Any, step: int, depth: int) -> Any:
    if isinstance(value, Result):
        if value.step >= step:
            raise ValueError("A step can use the results of earlier steps only.")
        return value
    plain: Any
    for plain in (str, int, float, dict, list):  # enumerations and other subclasses
        if isinstance(value, plain):
            return _copied(str.__str__(value) if plain is str else plain(value), step, depth)
    raise Unstorable(f"A {type(value).__name__} can't be kept, only JSON values.")


_NAMES: dict[Any, str] = {}
"""Names that were found clean: the same few are in every document."""


def _name(name: Any) -> str:
    if not isinstance(name, str):
        raise Unstorable(f"The name of a field is text, not {type(name).__name__}.")
    plain = clean_text(str.__str__(name))
    if len(_NAMES) < 1_000 and len(plain) <= 32:
        _NAMES[plain] = plain
    return plain


def clean_text(text: str) -> str:
    """Return the text. Raises `Unstorable` where it holds NUL or a lone surrogate."""
    if "\0" in text:
        raise Unstorable("Text with a NUL character can't be kept.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Unstorable("Text with a lone surrogate can't be kept.") from None
    return text


def is_id(value: int) -> bool:
    """Return whether a number can be the id of something: beyond 64 bits there is nothing to find."""
    return SMALLEST <= value <= LARGEST


def is_clean(text: str) -> bool:
    """Return whether the text could be stored."""
    try:
        clean_text(text)
    except Unstorable:
        return False
    return True


def filled(value: Any, results: list[Any]) -> Any:
    """Return the value with the results of earlier steps in the places of their `Result`; the very same one for none."""
    if not results:
        return value
    kind = type(value)
    if kind is Result:
        return results[value.step]
    if kind is dict:
        for each in value.values():
            if type(each) in _HOLDS and filled(each, results) is not each:
                return {name: filled(each, results) for name, each in value.items()}
    elif kind is list:
        for each in value:
            if type(each) in _HOLDS and filled(each, results) is not each:
                return [filled(each, results) for each in value]
    return value


_HOLDS = {dict, list, Result}


def same(one: Any, other: Any) -> bool:
    """Return whether two values are equal as JSON: 1 is 1.0, but true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if type(one) is dict and type(other) is dict:
        return one.keys() == other.keys() and all(same(each, other[name]) for name, each in one.items())
    if type(one) is list and type(other) is list:
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def clearable(scope: Scope) -> int:
    """Return the application whose data may be deleted as a whole. Raises ValueError for the installation."""
    if scope.app == INSTALLATION.app:
        raise ValueError("The installation itself is not cleared.")
    return scope.app
