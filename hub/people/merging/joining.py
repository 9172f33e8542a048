"""What one contact is made of several: values from the first one, else from the lowest id; what was counted adds up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from hub.people.conditions.counted import joined_counts
from hub.people.editing import put
from hub.people.provenance import FIELD, told_apart
from storage.engine import Document

_OWN = {
    "id", "key", "email", "custom_id", "revision", "updated", "segments", "group", "timer", "merged", "also", "asking",
}  # fmt: skip
"""Fields that stay each contact's own; unique ones go where their keys go."""


def joined(first: Document, others: Iterable[Document], deepest: dict[str, int]) -> Document:
    """Return the fields of the first contact that change when the others become part of it.

    `deepest` says how many times of each count are kept (`hub.people.segments.needs`).
    """
    order = [first, *sorted(others, key=lambda each: each["id"])]
    names = dict.fromkeys(name for each in order for name in each if name not in _OWN)
    whole = {
        name: _RULES.get(name, _first)([each[name] for each in order if each.get(name) is not None]) for name in names
    }
    whole["counts"] = _counts([each.get("counts") or {} for each in order], deepest)
    values, sources = told_apart(order)
    for path, value in values.items():
        put(whole, path, value)
    whole[FIELD] = sources or ({} if FIELD in first else None)
    whole["merged"] = sorted(
        {id for each in order[1:] for id in (each["id"], *each.get("merged", ()))} | {*first.get("merged", ())}
    )
    return {name: value for name, value in whole.items() if value != first.get(name)}


def _first(values: Sequence[Any]) -> Any:
    return values[0] if values else None


def _by_name(values: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Each name for itself: one attribute may come from here and the next one from there."""
    return {name: value for each in reversed(values) for name, value in each.items() if value is not None}


def _facts(values: Sequence[dict[str, Any]]) -> dict[str, Any]:
    facts = _by_name(values)
    for name, chosen in (("first_touch", min), ("last_touch", max)):
        touches = [each[name] for each in values if each.get(name)]
        if touches:
            facts[name] = chosen(touches, key=lambda touch: touch.get("at") or 0)
    return facts


def _all(values: Sequence[list[Any]]) -> list[Any]:
    return list(dict.fromkeys(each for some in values for each in some))


def _companies(values: Sequence[list[Document]]) -> list[Document]:
    found: dict[int, Document] = {}
    for each in (company for some in values for company in some):
        known = found.setdefault(each["id"], dict(each))
        known["since"] = min(known["since"], each["since"])
    return list(found.values())


def _newest(values: Sequence[Document]) -> Document | None:
    return max(values, key=lambda each: each["at"], default=None)


def _consents(values: Sequence[dict[str, Document]]) -> dict[str, Document]:
    """What was said last about each purpose counts, whichever of the contacts said it."""
    purposes = dict.fromkeys(purpose for each in values for purpose in each)
    return {
        name: max((each[name] for each in values if name in each), key=lambda said: said["at"]) for name in purposes
    }


def _counts(values: Sequence[dict[str, Document]], deepest: dict[str, int]) -> dict[str, Document]:
    keys = dict.fromkeys(key for each in values for key in each)
    return {key: joined_counts([each[key] for each in values if key in each], deepest.get(key, 1)) for key in keys}


_RULES: dict[str, Callable[[Any], Any]] = {
    "attrs": _by_name,
    "facts": _facts,
    "tags": _all,
    "apart": _all,
    "lists": _all,
    "counted": _all,
    "companies": _companies,
    "consents": _consents,
    "devices": lambda values: sorted((each for value in values for each in value), key=lambda device: device["seen"]),
    "page": _newest,
    "page_views": sum,
    "first_seen": lambda values: min(values, default=None),
    "created": min,
    "last_seen": lambda values: max(values, default=None),
    "last_contacted": lambda values: max(values, default=None),
}  # fmt: skip
