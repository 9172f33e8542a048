"""The contact or the company is in another segment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from hub.people.conditions.base import Condition, World, condition, unknown
from hub.people.standard import Subject
from storage.filters import Eq, Filter


@condition("segment")
class InSegment(Condition, frozen=True, kw_only=True):
    """The segment, by its id: a change of its conditions counts here too."""

    subjects: ClassVar[tuple[Subject, ...]] = ("contact", "company")

    segment: int

    def looks_at(self, world: World) -> Iterable[str]:
        """Return the membership."""
        return (f"segments.{self.segment}",)

    def filter(self, world: World) -> Filter:
        """Return the question for the storage engine."""
        found = world.words.segments.get(self.segment)
        if found is None or found["subject"] != world.subject:
            raise unknown("segment", self.segment)
        return Eq("segments", self.segment)
