"""The contact belongs to a group of agents."""

from __future__ import annotations

from collections.abc import Iterable

from hub.people.conditions.base import Condition, World, condition, unknown
from storage.filters import Eq, Filter


@condition("group")
class BelongsToGroup(Condition, frozen=True, kw_only=True):
    """The group, by its id; null for contacts that belong to none."""

    group: int | None

    def looks_at(self, world: World) -> Iterable[str]:
        """Return the field of the group."""
        return ("group",)

    def filter(self, world: World) -> Filter:
        """Return the question for the storage engine."""
        if self.group is not None and self.group not in world.words.groups:
            raise unknown("group", self.group)
        return Eq("group", self.group)
