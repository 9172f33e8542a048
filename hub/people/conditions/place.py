"""Where the contact is: country, region, city, time zone; as told, else as its address says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from msgspec import Meta

from hub.people.conditions.base import Condition, World, condition
from storage.filters import Filter, In, Missing, all_of, any_of

_TOLD = {"country": "country", "region": "region", "city": "city", "timezone": "timezone"}
_SEEN = {"country": "facts.country", "region": "facts.region", "city": "facts.city", "timezone": "facts.time_zone"}


@condition("place")
class IsIn(Condition, frozen=True, kw_only=True):
    """What of the place, and one of its values."""

    what: Literal["country", "region", "city", "timezone"]
    is_one_of: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=64)], ...], Meta(min_length=1, max_length=300)
    ]

    def looks_at(self, world: World) -> Iterable[str]:
        """Return the fields."""
        return (_TOLD[self.what], _SEEN[self.what])

    def filter(self, world: World) -> Filter:
        """Return the question for the storage engine."""
        told, seen = _TOLD[self.what], _SEEN[self.what]
        return any_of(In(told, self.is_one_of), all_of(Missing(told), In(seen, self.is_one_of)))
