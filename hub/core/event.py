"""Events: typed, frozen facts in the past tense, with their audience declared beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Literal, NamedTuple

from msgspec import Struct

Face = Literal["visitor", "agent"]


class Room(NamedTuple):
    """A set of sockets that hear the same events. Its name begins with the application, so tenants never share one."""

    face: Face
    name: str


class Event(Struct, frozen=True, kw_only=True):
    """A fact. Subclasses say in `audience` who hears it: functions from the event to rooms."""

    audience: ClassVar[tuple[Callable[[Any], Iterable[Room]], ...]] = ()

    momentary: ClassVar[bool] = False
    """Whether it is told as news only: of what happened elsewhere and long ago nobody hears (`hub/core/past.py`)."""

    app: int

    def rooms(self) -> list[Room]:
        """Return the rooms that hear this event, without repetition."""
        return list(dict.fromkeys(room for hearers in self.audience for room in hearers(self)))
