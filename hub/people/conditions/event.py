"""A contact sent an event: at all, how often, when, with which data."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from hub.core.errors import InvalidPayload
from hub.people.conditions.base import Source, World, condition, unknown
from hub.people.conditions.counted import Happened
from storage.filters import fold

Operator = Literal["equals", "not_equals", "contains", "starts_with", "ends_with", "gt", "gte", "lt", "lte", "is_set"]


class Property(Struct, frozen=True, forbid_unknown_fields=True):
    """What one property of the event's data is; text compares without case and accents."""

    property: Annotated[str, Meta(min_length=1, max_length=128)]
    op: Operator
    value: str | int | float | bool | None = None


@condition("event")
class SentEvent(Happened, frozen=True, kw_only=True):
    """The event's name, and what its data has to be."""

    event: str
    where: Annotated[tuple[Property, ...], Meta(max_length=10)] = ()

    def key(self, world: World) -> str:
        """Return the event's own count, or that of its occurrences with this data."""
        source = self.source(world)
        return source.key if source else f"event:{self._id(world)}"

    def source(self, world: World) -> Source | None:
        """Return what is counted where the data matters."""
        if not self.where:
            return None
        return Source("event", self._id(world), tuple((each.property, each.op, each.value) for each in self.where))

    def _id(self, world: World) -> int:
        known = world.words.events.get(self.event)
        if known is None:
            raise unknown("event", self.event)
        return known.id


def data_matches(data: dict[str, Any], where: tuple[Any, ...]) -> bool:
    """Return whether the data of an event is as asked; of an array, one element is enough."""
    return all(_matches(at(data, name), op, value) for name, op, value in where)


def at(data: Any, path: str) -> list[Any]:
    """Return the values at a path (`products.name`), through objects and arrays."""
    found = [data]
    for name in path.split("."):
        found = [each.get(name) for each in found if isinstance(each, dict)]
        found = [element for each in found for element in (each if isinstance(each, list) else [each])]
    return [each for each in found if each is not None]


def _matches(values: list[Any], op: str, wanted: Any) -> bool:
    if op == "is_set":
        return bool(values)
    if op == "not_equals":
        return not any(_is(each, "equals", wanted) for each in values)
    return any(_is(each, op, wanted) for each in values)


def _is(value: Any, op: str, wanted: Any) -> bool:
    if isinstance(value, bool) or isinstance(wanted, bool):
        return op == "equals" and value is wanted
    if isinstance(value, str) and isinstance(wanted, str):
        value, wanted = fold(value), fold(wanted)
        texts = {
            "contains": wanted in value,
            "starts_with": value.startswith(wanted),
            "ends_with": value.endswith(wanted),
        }
        if op in texts:
            return texts[op]
    elif not (isinstance(value, int | float) and isinstance(wanted, int | float)):
        return False
    match op:
        case "equals":
            return bool(value == wanted)
        case "gt":
            return bool(value > wanted)
        case "gte":
            return bool(value >= wanted)
        case "lt":
            return bool(value < wanted)
        case "lte":
            return bool(value <= wanted)
    raise InvalidPayload(f"`{op}` does not go with numbers.")
