"""Questions about what happened and how often: the part that events, pages, mails, forms and modals share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from hub.core.errors import InvalidPayload
from hub.people.conditions.base import DAY, Condition, Need, Source, World
from storage.engine import Document
from storage.filters import Eq, Filter, Gt, Gte, Lte, Not, all_of

MOST_IN_WINDOW = 100
"""Times that a contact keeps of one thing; a condition that counts further within a window asks too much."""
_LONGEST = 3650
Days = Annotated[float, Meta(gt=0, le=_LONGEST)]
Times = Annotated[int, Meta(ge=1, le=1_000_000)]


class Happened(Condition, frozen=True):
    """Something happened: at all, so many times, within some days, first or last at a time.

    at_least, at_most      how often; without both, at least once
    within_days            counts only what happened in so many last days
    first_within_days, last_within_days, first_before_days, last_before_days    when it was first or last
    never                  turns the question round: it did not happen
    """

    at_least: Times | UnsetType = UNSET
    at_most: Annotated[int, Meta(ge=0, le=1_000_000)] | UnsetType = UNSET
    within_days: Days | UnsetType = UNSET
    first_within_days: Days | UnsetType = UNSET
    first_before_days: Days | UnsetType = UNSET
    last_within_days: Days | UnsetType = UNSET
    last_before_days: Days | UnsetType = UNSET
    never: bool = False

    def key(self, world: World) -> str:
        """Return the key of what is counted."""
        raise NotImplementedError

    def source(self, world: World) -> Source | None:
        """Return what is counted where it is not counted anyway."""
        return None

    def check(self, world: World) -> None:
        """Return when it can be asked. Raises InvalidPayload for unknown names and counts beyond what is kept."""
        self.key(world)
        for nth in self._nths():
            if nth > MOST_IN_WINDOW:
                raise InvalidPayload(f"Within a number of days at most {MOST_IN_WINDOW} times can be counted.")
        if self.never and (self.at_least is not UNSET or self.at_most is not UNSET):
            raise InvalidPayload("`never` goes with no count.")

    def _least(self) -> int:
        if self.at_least is not UNSET:
            return self.at_least
        return 0 if self.at_most is not UNSET else 1

    def _nths(self) -> list[int]:
        """The places, from the newest, of the occurrences whose times decide."""
        if self.within_days is UNSET:
            return []
        nths = [self._least()] if self._least() else []
        return nths + ([self.at_most + 1] if self.at_most is not UNSET else [])

    def _times(self) -> list[tuple[str, int, bool]]:
        """(field, milliseconds, whether it must be younger) of each question about a time."""
        asked = [
            ("first", self.first_within_days, True), ("first", self.first_before_days, False),
            ("last", self.last_within_days, True), ("last", self.last_before_days, False),
        ]  # fmt: skip
        return [(field, int(days * DAY), young) for field, days, young in asked if days is not UNSET]

    def filter(self, world: World) -> Filter:
        """Return the question for the storage engine."""
        key = self.key(world)
        base = f"counts.{key}"
        parts: list[Filter] = []
        least, most = self._least(), self.at_most
        if self.within_days is UNSET:
            if least:
                parts += [Eq("counted", key), *([Gte(f"{base}.count", least)] if least > 1 else [])]
            if most is not UNSET:
                parts.append(Not(Gt(f"{base}.count", most)))
        else:
            since = world.now - int(self.within_days * DAY)
            if least:
                parts += [Eq("counted", key), Gt(f"{base}.{_nth(least)}", since)]
            if most is not UNSET:
                parts.append(Not(Gt(f"{base}.{_nth(most + 1)}", since)))
        for field, span, young in self._times():
            moment = world.now - span
            parts.append(Gt(f"{base}.{field}", moment) if young else Lte(f"{base}.{field}", moment))
        whole = all_of(*parts)
        return Not(whole) if self.never else whole

    def looks_at(self, world: World) -> Iterable[str]:
        """Return the count that decides."""
        return (f"counts.{self.key(world)}",)

    def flips(self, document: Document, world: World) -> int | None:
        """Return the moment at which what decides is as old as is asked."""
        kept = (document.get("counts") or {}).get(self.key(world))
        if not kept:
            return None
        moments = [kept.get(field, 0) + span for field, span, _ in self._times()]
        if self.within_days is not UNSET:
            span = int(self.within_days * DAY)
            moments += [kept[_nth(nth)] + span for nth in self._nths() if kept.get(_nth(nth))]
        return min((moment for moment in moments if moment > world.now), default=None)

    def may_flip(self, world: World) -> Filter | None:
        """Return that whoever did it may flip, where a time is asked for."""
        if self.within_days is UNSET and not self._times():
            return None
        return Eq("counted", self.key(world))

    def needs(self, world: World) -> Iterable[Need]:
        """Return the count, and the times of the places that decide."""
        key, source = self.key(world), self.source(world)
        return [Need(key, source, nth) for nth in (self._nths() or [1])]


def _nth(place: int) -> str:
    return "last" if place == 1 else f"nth{place}"


def joined_counts(kept: list[Document], deepest: int) -> Document:
    """Return what is kept of one thing that several contacts, now one, did."""
    new: Document = {
        "count": sum(each["count"] for each in kept), "first": min(each["first"] for each in kept),
        "last": max(each["last"] for each in kept),
    }  # fmt: skip
    deepest = max(deepest, *(len(each.get("times") or ()) for each in kept))
    return _with_times(new, [at for each in kept for at in _times_of(each)], deepest)


def with_occurrence(kept: Document | None, at: int, deepest: int) -> Document:
    """Return what is kept of one thing after it happened once more.

    `deepest` is the farthest place, from the newest, that a condition asks for: so many times are kept.
    """
    kept = kept or {"count": 0, "first": at, "last": at}
    new: Document = {
        "count": kept["count"] + 1, "first": min(kept["first"], at), "last": max(kept["last"], at),
    }  # fmt: skip
    return _with_times(new, [*_times_of(kept), at], deepest)


def _times_of(kept: Document) -> list[int]:
    return kept.get("times") or ([kept["last"]] if kept["count"] else [])


def _with_times(new: Document, times: list[int], deepest: int) -> Document:
    if deepest > 1:
        new["times"] = times = sorted(times, reverse=True)[:deepest]
        for place in range(2, len(times) + 1):
            new[f"nth{place}"] = times[place - 1]
    return new
