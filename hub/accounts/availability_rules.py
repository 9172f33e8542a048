"""How it is kept and worked out whether an agent takes conversations: available, busy or away.

What is kept is what the agent said and when. What that makes of a moment is worked out, so every node says the same without
a timer.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, convert

from hub.core.weeks import Stretch, inside_until, next_beginning
from storage.engine import Document

State = Literal["available", "busy", "away"]
Why = Literal["hand", "schedule", "idle"]


class AvailabilityRules(Struct, frozen=True, forbid_unknown_fields=True):
    """How an agent's state changes by itself.

    scheduled  available in the hours of `week` and away outside of them; what is said by hand counts until the next edge
    zone       an IANA time zone
    idle       minutes without a touch of the panel after which the agent is away; null for never
    """

    scheduled: bool = False
    zone: Annotated[str, Meta(min_length=1, max_length=64)] = "UTC"
    week: Annotated[tuple[Stretch, ...], Meta(max_length=42)] = (Stretch((0, 1, 2, 3, 4), "09:00", "17:00"),)
    idle: Annotated[int, Meta(ge=1, le=480)] | None = None


class Availability(AvailabilityRules, frozen=True):
    """What is kept of an agent: the state that was said by hand and when, and that nobody touches the panel now."""

    hand: State = "available"
    at: int = 0
    asleep: bool = False
    turn: int = 0


def availability_of(agent: Document) -> Availability:
    """Return what is kept of a stored agent."""
    return convert(agent.get("availability") or {}, Availability)


def state_at(kept: Availability, now: int) -> tuple[State, Why]:
    """Return the state of an agent at a moment (UTC milliseconds), and why it is so."""
    state, why = kept.hand, "hand"
    if kept.scheduled and (edge := edge_after(kept, kept.at)) is not None and now >= edge:
        inside = inside_until(kept.week, kept.zone, now) is not None
        state, why = ("available" if inside else "away"), "schedule"
    if state == "available" and kept.asleep and kept.idle is not None:
        return "away", "idle"
    return state, why  # type: ignore[return-value]


def edge_after(kept: AvailabilityRules, moment: int) -> int | None:
    """Return when the weekly hours begin or end next behind a moment; None where they never do."""
    return inside_until(kept.week, kept.zone, moment) or next_beginning(kept.week, kept.zone, moment)
