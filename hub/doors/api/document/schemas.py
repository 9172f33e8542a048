"""Types of bodies and answers as JSON schemas, each under a short name that no other one has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

PREFIX = "#/components/schemas/"


class Schemas(Struct, frozen=True):
    """The schema of each type, the components that they refer to by name, and those that leave out what is as usual."""

    of: dict[Any, Any]
    components: dict[str, Any]
    terse: set[str]


def schemas_of(types: Iterable[Any]) -> Schemas:
    """Return the schemas of types."""
    ordered = sorted({type for type in types if type is not None}, key=str)
    refs, components = msgspec.json.schema_components(ordered, ref_template=PREFIX + "{name}")
    names = _short(components)
    renamed = {names[name]: _renamed(schema, names) for name, schema in components.items()}
    of = dict(zip(ordered, (_renamed(ref, names) for ref in refs), strict=True))
    terse = _terse()
    return Schemas(of, dict(sorted(renamed.items())), {names[name] for name in components if name in terse})


def _terse(kind: Any = Struct) -> set[str]:
    """Return the names of structs that write no field that has its default value, alone and behind their module."""
    found: set[str] = set()
    each: Any
    for each in kind.__subclasses__():
        if each.__struct_config__.omit_defaults:
            found |= {each.__name__, f"{each.__module__}.{each.__name__}"}
        found |= _terse(each)
    return found


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


def reachable(document: Any, components: dict[str, Any]) -> set[str]:
    """Return the names of the components that a part of the document refers to, itself or through others."""
    found: set[str] = set()
    waiting = _referred(document)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting |= _referred(components[name])
    return found


def _referred(part: Any) -> set[str]:
    if isinstance(part, list):
        return set().union(*map(_referred, part))
    if not isinstance(part, dict):
        return set()
    own = {str(part["$ref"]).removeprefix(PREFIX)} if str(part.get("$ref", "")).startswith(PREFIX) else set()
    return own.union(*map(_referred, part.values()))


def always_there(component: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of what comes out: there a field with a default value is never missing."""
    fields = component.get("properties", {})
    given = component.get("required", [])
    required = [name for name, schema in fields.items() if name in given or "default" in schema]
    return component | {"required": required} if required else component
