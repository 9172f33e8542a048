"""Facts of fault reports."""

from __future__ import annotations

from hub.accounts.events import team
from hub.core.event import Event


class FaultChanged(Event, frozen=True, kw_only=True):
    """A report of the application was made, answered or moved on."""

    audience = (team,)

    fault: int
    state: str
    reporter: int | None


class FirstHourChanged(Event, frozen=True, kw_only=True):
    """Something of the first hour was done: the website was seen, a message came, somebody ticked a step."""

    audience = (team,)


class FaultTold(Event, frozen=True, kw_only=True):
    """Somebody is to be told of a report by mail."""
