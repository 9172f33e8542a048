"""The contact or the company carries a tag."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from hub.people.conditions.base import Condition, World, condition, unknown
from hub.people.standard import Subject
from storage.filters import Eq, Filter, fold


@condition("tag")
class HasTag(Condition, frozen=True, kw_only=True):
    """The tag, by its name."""

    subjects: ClassVar[tuple[Subject, ...]] = ("contact", "company", "deal")

    tag: str

    def looks_at(self, world: World) -> Iterable[str]:
        """Return the field of tags."""
        return ("tags",)

    def filter(self, world: World) -> Filter:
        """Return the question for the storage engine."""
        found = world.words.tags.get(fold(self.tag.strip()))
        if found is None:
            raise unknown("tag", self.tag)
        return Eq("tags", found.id)
