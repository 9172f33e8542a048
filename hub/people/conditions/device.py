"""With what the contact came last: kind of device, browser, operating system, language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from msgspec import Meta

from hub.people.conditions.base import Condition, World, condition
from storage.filters import Filter, StartsWith, any_of

_FIELDS = {"device": "facts.device", "browser": "facts.browser", "os": "facts.os", "language": "facts.language"}


@condition("device")
class UsesDevice(Condition, frozen=True, kw_only=True):
    """What of it, and one of the values: `Firefox` is every version of Firefox, `pl` also `pl-PL`."""

    what: Literal["device", "browser", "os", "language"]
    is_one_of: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=64)], ...], Meta(min_length=1, max_length=50)
    ]

    def looks_at(self, world: World) -> Iterable[str]:
        """Return the field."""
        return (_FIELDS[self.what],)

    def filter(self, world: World) -> Filter:
        """Return the question for the storage engine."""
        return any_of(*(StartsWith(_FIELDS[self.what], value) for value in self.is_one_of))
