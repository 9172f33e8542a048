"""Keeps floods from panels: of what may come a thousand times a second, so many a second are told one by one.

Nothing hangs on the rest: panels hear of the contacts that they show in another way (`watching`), and of what is asked for
again as a whole (sizes of segments, tags and lists) one more word follows when the flood is over.
"""

from __future__ import annotations

import asyncio

from hub.core.event import Event
from hub.core.hub import Hub
from hub.doors.live.buckets import Buckets
from hub.people.events import (
    ContactChanged,
    LabelsChanged,
    PageVisited,
    SegmentEntered,
    SegmentLeft,
    SegmentsMoved,
)

KINDS: dict[type[Event], type[LabelsChanged] | type[SegmentsMoved] | None] = {
    PageVisited: None,
    ContactChanged: None,
    SegmentEntered: SegmentsMoved,
    SegmentLeft: SegmentsMoved,
    LabelsChanged: LabelsChanged,
}
"""kind → what is said a moment later in place of those that were not told"""
_RATE, _BURST = 50.0, 500.0
"""Events of one kind and application that are told: more in a second nobody can read."""
_AFTER = 1.0


class Crowds:
    """What was told lately, by application and kind."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._buckets = Buckets(_RATE, _BURST)
        self._seldom = Buckets(2.0, 10.0)  # each of these lets panels ask for a whole list
        self._owed: set[tuple[int, type[Event]]] = set()
        self.spared = 0
        """How many were not told."""

    def passes(self, event: Event) -> bool:
        """Tell whether an event goes out by itself."""
        if type(event) not in KINDS:
            return True
        loop = asyncio.get_running_loop()
        buckets = self._seldom if isinstance(event, LabelsChanged) else self._buckets
        if not buckets.take((event.app, type(event)), loop.time()):
            return True
        self.spared += 1
        later = KINDS[type(event)]
        if later is not None and (event.app, later) not in self._owed:
            self._owed.add((event.app, later))
            loop.call_later(_AFTER, self._say, event.app, later)
        return False

    def _say(self, app: int, later: type[LabelsChanged] | type[SegmentsMoved]) -> None:
        self._owed.discard((app, later))
        self._hub.publish(later(app=app))
