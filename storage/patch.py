"""What a patch makes of a document."""

from __future__ import annotations

import math
from typing import Any

from storage.engine import Document, Patch, Unstorable
from storage.filters import OTHER, order_key
from storage.values import LARGEST, SMALLEST, filled, same


def patched(document: Document, patch: Patch, results: list[Any]) -> Document:
    """Return the changed document; the old one stays as it was, and unchanged parts are shared.

    Raises `Unstorable` where a change does not fit the value it meets.
    """
    new = dict(document)
    for path, value in patch.set.items():
        holder, name = _holder(new, path)
        holder[name] = filled(value, results)
    for path in patch.unset:
        _unset(new, path)
    for path, value in patch.inc.items():
        holder, name = _holder(new, path)
        holder[name] = _sum(path, holder.get(name), filled(value, results))
    for path, value in patch.add.items():
        holder, name = _holder(new, path)
        value, values = filled(value, results), _array(path, holder.get(name))
        holder[name] = values if any(same(value, each) for each in values) else [*values, value]
    for path, value in patch.remove.items():
        value = filled(value, results)
        if at(new, path.split(".")) is not None:
            holder, name = _holder(new, path)
            holder[name] = [each for each in _array(path, holder[name]) if not same(value, each)]
    for path, value in patch.max.items():
        holder, name = _holder(new, path)
        holder[name] = _larger(path, holder.get(name), filled(value, results))
    if new["id"] != document["id"]:
        raise Unstorable("The id of a document does not change.")
    return new


def _holder(document: Document, path: str) -> tuple[Document, str]:
    """The object that a path ends in, copied on the way down so that the old document keeps its own."""
    if "." not in path:
        return document, path
    *way, last = path.split(".")
    for name in way:
        inner = document.get(name)
        if inner is not None and type(inner) is not dict:
            raise Unstorable(f"{path}: {name} is no object.")
        document[name] = copy = dict(inner or {})
        document = copy
    return document, last


def _unset(document: Document, path: str) -> None:
    if path == "id":
        raise Unstorable("The id of a document does not change.")
    *way, last = path.split(".")
    inner = at(document, way)
    if type(inner) is dict and last in inner:
        holder, _ = _holder(document, path)
        del holder[last]


def at(document: Document, path: list[str]) -> Any:
    """Return the value behind the names of a path, or None."""
    value: Any = document
    for name in path:
        value = value.get(name) if type(value) is dict else None
    return value


def _number(value: Any) -> bool:
    return type(value) is int or type(value) is float


def _sum(path: str, old: Any, more: Any) -> int | float:
    if old is None:
        old = 0
    if not _number(old) or not _number(more):
        raise Unstorable(f"{path} is no number, so nothing can be added to it.")
    total = old + more
    if (type(total) is int and not SMALLEST <= total <= LARGEST) or not math.isfinite(total):
        raise Unstorable(f"{path} would grow beyond 64 bits.")
    return total


def _array(path: str, value: Any) -> list[Any]:
    if value is None:
        return []
    if type(value) is not list:
        raise Unstorable(f"{path} is no array.")
    return value


def _larger(path: str, old: Any, new: Any) -> Any:
    one, other = order_key(old), order_key(new)
    if OTHER in (one[0], other[0]):
        raise Unstorable(f"{path}: only numbers and text have a larger one.")
    return new if other > one else old
