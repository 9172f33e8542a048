"""The minutes of a day (UTC) that the calls of a trunk use, all together and in both ways, within its limit.

One node has a trunk, so one counter counts its calls while they go on: those that go on at once share what is left. It is
written down with the lease; a node that is killed forgets what its calls used since then, a quarter of a minute each.
"""

from __future__ import annotations

from hub.calls.carriers.usage import minutes_used_up
from hub.core.clock import rfc3339
from hub.core.hub import Hub
from storage.engine import Document

A_DAY = 1_000
"""Minutes that a new trunk has."""
MINUTE = 60
"""Seconds."""


class Minutes:
    """What a trunk has used today; `limit` is in minutes, 0 for none."""

    def __init__(self, hub: Hub, line: Document) -> None:
        self._hub, self.limit = hub, limit_of(line)
        self._day = _today(hub)
        self._seconds = seconds_today(hub, line)

    def count(self, seconds: float) -> None:
        """Count what a call has used since it was counted last."""
        today = _today(self._hub)
        self._seconds = seconds + (self._seconds if today == self._day else 0.0)
        self._day = today

    @property
    def are_left(self) -> bool:
        """Whether calls may begin and go on."""
        return not self.limit or self._day != _today(self._hub) or self._seconds < self.limit * MINUTE

    @property
    def used(self) -> Document:
        """What is written down of it."""
        return {"day": self._day, "seconds": round(self._seconds)}


def limit_of(line: Document) -> int:
    """Return the minutes a day of a trunk; 0 for no limit, which one has that was added before there were limits."""
    return int(line.get("minutes_a_day", 0))


def seconds_today(hub: Hub, line: Document) -> float:
    """Return the seconds of today that are written down of a trunk."""
    used = line.get("used") or {"day": ""}
    return float(used["seconds"]) if used["day"] == _today(hub) else 0.0


def check_minutes(hub: Hub, line: Document) -> None:
    """Raise Forbidden for a trunk that has no minutes left today, by what is written down."""
    most = limit_of(line)
    if most and seconds_today(hub, line) >= most * MINUTE:
        raise minutes_used_up(most)


def _today(hub: Hub) -> str:
    return rfc3339(hub.clock.now())[:10]
