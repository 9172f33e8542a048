"""Trees of conditions: `{"all": […]}`, `{"any": […]}`, `{"none": […]}` around conditions, as they stand in JSON."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from typing import Any, Literal

import msgspec
from msgspec import Struct

from hub.core.errors import InvalidPayload
from hub.people import conditions
from hub.people.conditions.base import CONDITIONS, Condition, Need, World
from storage.engine import Document
from storage.filters import Any as AnyOf
from storage.filters import Filter, Not, all_of, any_of

for _found in pkgutil.iter_modules(conditions.__path__):
    if _found.name != "tree":
        importlib.import_module(f"{conditions.__name__}.{_found.name}")

DEEPEST, MOST = 8, 200
"""Groups inside one another, and conditions in all, of one tree."""

Kind = Literal["all", "any", "none"]


class Group(Struct, frozen=True):
    """Conditions and groups of which all, at least one, or none hold. An empty one of `all` or `none` always holds."""

    kind: Kind
    parts: tuple[Group | Condition, ...]

    def filter(self, world: World) -> Filter:
        """Return the question for the storage engine."""
        parts = tuple(part.filter(world) for part in self.parts)
        if self.kind == "all":
            return all_of(*parts)
        return AnyOf(parts) if self.kind == "any" else Not(AnyOf(parts))

    def holds(self, document: Document, world: World) -> bool:
        """Return the answer for a document."""
        answers = (part.holds(document, world) for part in self.parts)
        if self.kind == "all":
            return all(answers)
        return any(answers) if self.kind == "any" else not any(answers)

    def looks_at(self, world: World) -> Iterable[str]:
        """Return the fields that decide."""
        return {field for part in self.parts for field in part.looks_at(world)}

    def flips(self, document: Document, world: World) -> int | None:
        """Return the next moment at which one of the answers may change."""
        moments = (part.flips(document, world) for part in self.parts)
        return min((moment for moment in moments if moment is not None), default=None)

    def may_flip(self, world: World) -> Filter | None:
        """Return which documents may flip by time alone; None for none."""
        filters = [filter for part in self.parts if (filter := part.may_flip(world)) is not None]
        return any_of(*filters) if filters else None

    def needs(self, world: World) -> Iterable[Need]:
        """Return what contacts have to keep."""
        return [need for part in self.parts for need in part.needs(world)]

    def check(self, world: World) -> None:
        """Return when every part can be asked. Raises InvalidPayload."""
        for part in self.parts:
            part.check(world)
            if isinstance(part, Condition) and world.subject not in part.subjects:
                raise InvalidPayload(f"`{name_of(part)}` can't be asked of a {world.subject}.")


def read_tree(given: Any) -> Group:
    """Return the tree that JSON describes; a single condition is a group of one. Raises InvalidPayload."""
    left = [MOST]
    read = _read(given, DEEPEST, left)
    return read if isinstance(read, Group) else Group("all", (read,))


def _read(given: Any, deeper: int, left: list[int]) -> Group | Condition:
    if not isinstance(given, dict):
        raise InvalidPayload("A condition is an object with a `type`, or a group: `all`, `any` or `none` with a list.")
    left[0] -= 1
    if left[0] < 0:
        raise InvalidPayload(
            f"At most {MOST} conditions go together. Make segments of parts of them.", reason="conditions", most=MOST
        )
    if "type" in given:
        return _condition(given)
    if len(given) != 1 or next(iter(given)) not in ("all", "any", "none"):
        raise InvalidPayload("A group has one key: `all`, `any` or `none`.")
    ((kind, parts),) = given.items()
    if not isinstance(parts, list):
        raise InvalidPayload(f"`{kind}` takes a list of conditions.")
    if deeper <= 0:
        raise InvalidPayload(f"Groups are nested deeper than {DEEPEST} levels.", reason="conditions_deep", most=DEEPEST)
    return Group(kind, tuple(_read(part, deeper - 1, left) for part in parts))


def _condition(given: dict[str, Any]) -> Condition:
    name = given["type"]
    if not isinstance(name, str) or name not in CONDITIONS:
        known = ", ".join(name for name, _ in CONDITIONS)
        raise InvalidPayload(f"There is no condition of the type {str(name)[:40]!r}. There are: {known}.")
    fields = {field: value for field, value in given.items() if field != "type"}
    try:
        return msgspec.convert(fields, CONDITIONS[name])
    except msgspec.ValidationError as error:
        raise InvalidPayload(f"The condition `{name}` does not fit: {error}.") from None


def name_of(condition: Condition) -> str:
    """Return the name of a condition's type in JSON."""
    return next(name for name, kind in CONDITIONS if kind is type(condition))


def written(part: Group | Condition) -> dict[str, Any]:
    """Return a tree as JSON describes it."""
    if isinstance(part, Group):
        return {part.kind: [written(each) for each in part.parts]}
    fields: dict[str, Any] = msgspec.to_builtins(part)
    defaults = msgspec.structs.fields(part)
    plain = {each.name: each.default for each in defaults if each.default is not msgspec.NODEFAULT}
    return {"type": name_of(part), **{name: value for name, value in fields.items() if plain.get(name, ...) != value}}


def leaves(part: Group | Condition) -> Iterator[Condition]:
    """Yield the conditions of a tree."""
    if isinstance(part, Group):
        for each in part.parts:
            yield from leaves(each)
    else:
        yield part
