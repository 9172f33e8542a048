"""The contact is on the website now."""

from __future__ import annotations

from collections.abc import Iterable

from hub.people.conditions.base import Condition, Need, World, condition
from storage.filters import Eq, Filter, Not

ONLINE = "here"


@condition("presence")
class IsOnline(Condition, frozen=True, kw_only=True):
    """Whether it is there, or is not."""

    online: bool = True

    def looks_at(self, world: World) -> Iterable[str]:
        """Return the field, kept at each change of presence where a segment asks for it."""
        return (ONLINE,)

    def filter(self, world: World) -> Filter:
        """Return the question for the storage engine."""
        there = Eq(ONLINE, True)
        return there if self.online else Not(there)

    def needs(self, world: World) -> Iterable[Need]:
        """Return that presence is kept with the contact."""
        return (Need(ONLINE),)
