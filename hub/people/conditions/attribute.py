"""An attribute is as asked, by the operators of its type."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal

from hub.core.clock import rfc3339
from hub.core.errors import InvalidPayload
from hub.people.conditions.base import DAY, Condition, World, condition, unknown
from hub.people.editing import at
from hub.people.standard import SUBJECTS, Attribute, Subject
from hub.people.values import checked_value
from storage.engine import Document
from storage.filters import (
    Contains,
    EndsWith,
    Eq,
    Exists,
    Filter,
    Gt,
    Gte,
    In,
    Lt,
    Lte,
    Missing,
    Not,
    StartsWith,
    all_of,
)

Operator = Literal[
    "equals", "not_equals", "in", "not_in", "contains", "not_contains", "starts_with", "ends_with",
    "gt", "gte", "lt", "lte", "between", "is_set", "is_not_set",
    "more_than_days_ago", "less_than_days_ago", "before", "after", "on",
]  # fmt: skip
"""What User.com's help lists (`usercom-wire`, section 16), and what people expect beside it."""

_ALWAYS = {"equals", "not_equals", "is_set", "is_not_set"}
_TEXT = _ALWAYS | {"in", "not_in", "contains", "not_contains", "starts_with", "ends_with"}
_NUMBER = _ALWAYS | {"in", "not_in", "gt", "gte", "lt", "lte", "between"}
_MOMENT = _ALWAYS | {"more_than_days_ago", "less_than_days_ago", "before", "after", "on", "between"}
OPERATORS: dict[str, set[str]] = {
    "string": _TEXT, "integer": _NUMBER, "float": _NUMBER, "boolean": _ALWAYS, "date": _MOMENT, "datetime": _MOMENT,
    "fixed": _ALWAYS | {"in", "not_in"}, "json": {"is_set", "is_not_set"}, "decimal": _NUMBER,
}  # fmt: skip
"""type → its operators"""
_LISTS = {"in", "not_in", "between"}
_TEXTS: dict[str, Any] = {"contains": Contains, "starts_with": StartsWith, "ends_with": EndsWith}
_ORDER: dict[str, Any] = {"gt": Gt, "gte": Gte, "lt": Lt, "lte": Lte}
_MOST = 1000


@condition("attribute")
class HasAttribute(Condition, frozen=True, kw_only=True):
    """The attribute's name, an operator of its type, and what it is compared with."""

    subjects: ClassVar[tuple[Subject, ...]] = SUBJECTS

    attribute: str
    op: Operator
    value: Any = None

    def known(self, world: World) -> Attribute:
        """Return the attribute. Raises InvalidPayload where there is none, or where it has no such operator."""
        found = world.words.attribute(world.subject, self.attribute)
        if found is None:
            raise unknown("attribute", self.attribute)
        if self.op not in OPERATORS[found.type]:
            raise InvalidPayload(f"`{self.op}` does not go with `{found.std}`, which is of the type {found.type}.")
        return found

    def looks_at(self, world: World) -> Iterable[str]:
        """Return the attribute's field."""
        return (self.known(world).path,)

    def filter(self, world: World) -> Filter:
        """Return the question for the storage engine."""
        attribute = self.known(world)
        path = attribute.path
        match self.op:
            case "is_set":
                return Exists(path)
            case "is_not_set":
                return Missing(path)
            case "more_than_days_ago":
                return _earlier(attribute, world.now - self._span())
            case "less_than_days_ago":
                return _later(attribute, world.now - self._span())
            case "contains" | "starts_with" | "ends_with" | "not_contains":
                found = _TEXTS[self.op.removeprefix("not_")](path, self._text())
                return Not(found) if self.op == "not_contains" else found
        values = self._values(attribute)
        match self.op:
            case "equals" | "in":
                return _one_of(attribute, values)
            case "not_equals" | "not_in":
                return Not(_one_of(attribute, values))
            case "between":
                return all_of(Gte(path, values[0]), Lte(path, values[1]))
            case "before":
                return Lt(path, values[0])
            case "after":
                return Gt(path, values[0])
            case "on":
                return _on_day(attribute, values[0])
        order: Filter = _ORDER[self.op](path, values[0])
        return order

    def flips(self, document: Document, world: World) -> int | None:
        """Return when a date or a moment becomes as old as is asked."""
        if self.op not in ("more_than_days_ago", "less_than_days_ago"):
            return None
        moment = _milliseconds(at(document, self.known(world).path))
        flip = None if moment is None else moment + self._span()
        # Compared with `<` and `>`: at the very moment neither holds, so it is looked at there and right behind.
        if flip is None or flip + 1 <= world.now:
            return None
        return flip if flip > world.now else flip + 1

    def may_flip(self, world: World) -> Filter | None:
        """Return that whose date is not as old as is asked may flip: what is older stays older."""
        if self.op not in ("more_than_days_ago", "less_than_days_ago"):
            return None
        attribute, moment = self.known(world), world.now - self._span()
        return Gte(attribute.path, moment if attribute.type == "datetime" else _day(moment))

    def _span(self) -> int:
        if isinstance(self.value, bool) or not isinstance(self.value, int | float) or abs(self.value) > 36_500:
            raise InvalidPayload(f"`{self.op}` takes a number of days; a negative one means the future.")
        return int(self.value * DAY)

    def _text(self) -> str:
        if not isinstance(self.value, str) or not self.value or len(self.value) > _MOST:
            raise InvalidPayload(f"`{self.op}` takes a text of 1 to {_MOST:,} characters.")
        return self.value

    def _values(self, attribute: Attribute) -> list[Any]:
        given = self.value if self.op in _LISTS and isinstance(self.value, list) else [self.value]
        if self.op in _LISTS and not (isinstance(self.value, list) and 1 <= len(self.value) <= _MOST):
            raise InvalidPayload(f"`{self.op}` takes a list of 1 to {_MOST:,} values.")
        if self.op == "between" and len(given) != 2:
            raise InvalidPayload("`between` takes two values.")
        values = [checked_value(attribute, each) for each in given]
        if any(value is None for value in values):
            raise InvalidPayload(
                f"`{self.op}` needs a value to compare `{attribute.std}` with.",
                reason="condition_value", attribute=attribute.name,
            )  # fmt: skip
        flat = [each for value in values for each in (value if isinstance(value, list) else [value])]
        return sorted(flat) if self.op == "between" else flat


def _one_of(attribute: Attribute, values: list[Any]) -> Filter:
    if len(values) == 1:
        return Eq(attribute.path, values[0])
    return In(attribute.path, tuple(values))


def _earlier(attribute: Attribute, moment: int) -> Filter:
    """The attribute lies before a moment; a date is the midnight at which it begins."""
    if attribute.type == "datetime":
        return Lt(attribute.path, moment)
    return Lt(attribute.path, _day(moment + DAY - 1))  # the first midnight at or behind the moment


def _later(attribute: Attribute, moment: int) -> Filter:
    if attribute.type == "datetime":
        return Gt(attribute.path, moment)
    return Gt(attribute.path, _day(moment))


def _on_day(attribute: Attribute, value: Any) -> Filter:
    if attribute.type == "date":
        return Eq(attribute.path, value)
    start = value - value % DAY
    return all_of(Gte(attribute.path, start), Lt(attribute.path, start + DAY))


def _day(moment: int) -> str:
    return rfc3339(moment)[:10]


def _milliseconds(value: Any) -> int | None:
    if type(value) is int:
        return value
    if type(value) is str and len(value) == 10:
        try:
            return int(datetime.fromisoformat(value).replace(tzinfo=UTC).timestamp() * 1000)
        except ValueError:
            return None
    return None
