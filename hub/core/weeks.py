"""Stretches of the week in a time zone: when somebody is there, and when somebody wants to be left alone.

All that is compared are moments in UTC. What clocks show is only asked when the moments of a day are worked out, so a day
on which they are put forward or back is an hour shorter or longer, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from hub.core.errors import InvalidPayload

Clock = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""What a clock shows: 09:30."""
Day = Annotated[int, Meta(ge=0, le=6)]
"""0 is Monday."""

_DAY = 86_400_000
_AHEAD = 400
"""Days in which the next beginning is looked for: holidays may be long, and nobody is closed for longer than a year."""
_JOINED = 15
"""Stretches that follow each other without a gap, of which the end is worked out at once."""


class Stretch(Struct, frozen=True, forbid_unknown_fields=True):
    """A time of some days, in which it begins; where its end is not behind its beginning, it ends on the day after."""

    days: Annotated[tuple[Day, ...], Meta(min_length=1, max_length=7)]
    begins: Clock
    ends: Clock


@lru_cache(1024)
def zone_of(name: str) -> ZoneInfo:
    """Return a time zone by its name in the IANA database. Raises InvalidPayload."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise InvalidPayload("There is no time zone by that name; Europe/Warsaw is one.") from None


def inside_until(
    stretches: Sequence[Stretch], zone: str, now: int, without: AbstractSet[str] = frozenset()
) -> int | None:
    """Return until when a moment lies inside of the stretches; None where it lies outside. All in UTC milliseconds.

    No stretch begins on a day of `without` (2026-12-25, or 12-25 for every year).
    """
    end = now
    for _ in range(_JOINED):
        first = _day(zone, end) - timedelta(days=1)
        found = [until for since, until in _moments(stretches, zone, first, 2, without) if since <= end < until]
        if not found:
            break
        end = max(found)
    return end if end > now else None


def next_beginning(
    stretches: Sequence[Stretch], zone: str, now: int, without: AbstractSet[str] = frozenset()
) -> int | None:
    """Return when the next stretch begins behind a moment (UTC milliseconds); None where none does within a year."""
    day = _day(zone, now)
    for ahead in range(_AHEAD):
        begin = day + timedelta(days=ahead)
        found = [since for since, _ in _moments(stretches, zone, begin, 1, without) if since > now]
        if found:
            return min(found)
    return None


def elapse(
    stretches: Sequence[Stretch], zone: str, since: int, time: int, without: AbstractSet[str] = frozenset()
) -> int | None:
    """Return when so many milliseconds of the stretches have passed since a moment; None where they do not within a year."""
    at, left = since, time
    for begin, end in _from(stretches, zone, since, _AHEAD, without):
        begin = max(begin, at)
        if end - begin >= left:
            return begin + left
        if end > begin:
            left, at = left - (end - begin), end
    return None


def elapsed(
    stretches: Sequence[Stretch], zone: str, since: int, until: int, without: AbstractSet[str] = frozenset()
) -> int:
    """Return how many milliseconds of the stretches lie between two moments."""
    at, found = since, 0
    for begin, end in _from(stretches, zone, since, (until - since) // _DAY + 3, without):
        begin, end = max(begin, at), min(end, until)
        if end > begin:
            found, at = found + end - begin, end
        if begin >= until:
            break
    return found


def _from(
    stretches: Sequence[Stretch], zone: str, since: int, days: int, without: AbstractSet[str]
) -> Iterator[tuple[int, int]]:
    """Yield beginnings and ends in order, of what begins in so many days from the day before a moment on."""
    first = _day(zone, since) - timedelta(days=1)
    for ahead in range(days):
        yield from sorted(_moments(stretches, zone, first + timedelta(days=ahead), 1, without))


def local(zone: str, at: int) -> datetime:
    """Return a moment (UTC milliseconds) as calendars and clocks of a time zone show it."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone_of(zone))


def midnight(zone: str, now: int) -> int:
    """Return when the day of a moment began, in UTC milliseconds."""
    return _moment(_day(zone, now), time(), zone_of(zone))


def _day(zone: str, at: int) -> date:
    return local(zone, at).date()


def _moments(
    stretches: Sequence[Stretch], zone: str, first: date, days: int, without: AbstractSet[str]
) -> Iterator[tuple[int, int]]:
    """Yield beginning and end of what begins in some days."""
    clocks = zone_of(zone)
    for ahead in range(days):
        day = first + timedelta(days=ahead)
        if without and (day.isoformat() in without or day.isoformat()[5:] in without):
            continue
        for each in stretches:
            if day.weekday() in each.days:
                begins, ends = time.fromisoformat(each.begins), time.fromisoformat(each.ends)
                last = day if ends > begins else day + timedelta(days=1)
                yield _moment(day, begins, clocks), _moment(last, ends, clocks)


def _moment(day: date, clock: time, zone: ZoneInfo) -> int:
    """Return what a calendar and a clock show as a moment: of an hour that comes twice the first, of one that never comes
    the same time after it."""
    return int(datetime.combine(day, clock, zone).timestamp() * 1000)
