"""The contact is on a list."""

from __future__ import annotations

from collections.abc import Iterable

from hub.people.conditions.base import Condition, World, condition, unknown
from storage.filters import Eq, Filter


@condition("list")
class OnList(Condition, frozen=True, kw_only=True):
    """The list, by its id."""

    list: int

    def looks_at(self, world: World) -> Iterable[str]:
        """Return the field of lists."""
        return ("lists",)

    def filter(self, world: World) -> Filter:
        """Return the question for the storage engine."""
        if self.list not in world.words.lists:
            raise unknown("list", self.list)
        return Eq("lists", self.list)
