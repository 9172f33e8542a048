"""Types of bodies and answers as JSON schemas, each under a short name that no other one has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

PREFIX = "#/components/schemas/"


def schemas_of(types: Iterable[Any]) -> tuple[dict[Any, Any], dict[str, Any]]:
    """Return the schema of each type, and the components that they refer to by name."""
    ordered = sorted({type for type in types if type is not None}, key=str)
    refs, components = msgspec.json.schema_components(ordered, ref_template=PREFIX + "{name}")
    names = _short(components)
    renamed = {names[name]: _renamed(schema, names) for name, schema in components.items()}
    return dict(zip(ordered, (_renamed(ref, names) for ref in refs), strict=True)), dict(sorted(renamed.items()))


def _short(names: Iterable[str]) -> dict[str, str]:
    """Return a short name for each: where two types have the same, with as much of its module as tells them apart."""
    parts = {name: _parts(name) for name in names}
    lengths = dict.fromkeys(parts, 1)
    while True:
        short = {name: "".join(parts[name][-length:]) for name, length in lengths.items()}
        seen = Counter(short.values())
        twice = [name for name, each in short.items() if seen[each] > 1 and lengths[name] < len(parts[name])]
        if not twice:
            return short
        for name in twice:
            lengths[name] += 1


def _parts(name: str) -> list[str]:
    """`hub.people.importing.mapping.Column` → `Hub`, `People`, `Importing`, `Mapping`, `Column`."""
    *modules, last = name.split(".")
    return [*("".join(word.capitalize() for word in module.split("_")) for module in modules), last]


def _renamed(schema: Any, names: dict[str, str]) -> Any:
    if isinstance(schema, list):
        return [_renamed(each, names) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _renamed(value, names) for key, value in schema.items()}
    if isinstance(reference := found.get("$ref"), str):
        found["$ref"] = PREFIX + names[reference.removeprefix(PREFIX)]
    return found
