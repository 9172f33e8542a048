"""A company of the contact: that it has one, or what one of them is."""

from __future__ import annotations

from collections.abc import Iterable

from hub.people.conditions.base import Condition, World, condition
from storage.filters import Eq, Exists, Filter


@condition("company")
class HasCompany(Condition, frozen=True, kw_only=True):
    """The company, by its id; without one, any. Companies of a kind are found by a segment of companies."""

    company: int | None = None

    def looks_at(self, world: World) -> Iterable[str]:
        """Return the field of companies."""
        return ("companies",)

    def filter(self, world: World) -> Filter:
        """Return the question for the storage engine."""
        return Exists("companies.id") if self.company is None else Eq("companies.id", self.company)
