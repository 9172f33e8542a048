"""Opening hours: stretches of the week, holidays, and what is said by itself while nobody is there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from msgspec import Meta, Struct, convert

from hub.core.errors import InvalidPayload
from hub.core.text import check_text
from hub.core.weeks import Stretch, elapse, elapsed, inside_until, next_beginning, zone_of

Words = Annotated[str, Meta(max_length=2_000)]
OPENING = "{opening}"
"""Stands in a text for when the team is back."""


class AwayText(Struct, frozen=True, forbid_unknown_fields=True):
    """A text in both languages; an empty one is not said."""

    on: bool
    en: Words
    pl: Words


class Holiday(Struct, frozen=True, forbid_unknown_fields=True):
    """A day on which nobody is there; `yearly` on that day of every year."""

    date: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    name: Annotated[str, Meta(max_length=100)] = ""
    yearly: bool = False

    @property
    def day(self) -> str:
        """What `hub.core.weeks` knows it by: 2026-12-25, or 12-25 for every year."""
        return self.date[5:] if self.yearly else self.date


class HoursRule(Struct, frozen=True, forbid_unknown_fields=True):
    """When the team is there: always where it is not `on`.

    closed   said outside of the hours, with `{opening}` for when the team is back
    nobody   said inside of them while no agent has the panel open
    """

    on: bool = False
    zone: Annotated[str, Meta(min_length=1, max_length=64)] = "UTC"
    week: Annotated[tuple[Stretch, ...], Meta(max_length=42)] = (Stretch((0, 1, 2, 3, 4), "09:00", "17:00"),)
    holidays: Annotated[tuple[Holiday, ...], Meta(max_length=200)] = ()
    closed: AwayText = AwayText(
        True,
        "Thank you for your message. We are away now and back {opening}. Write what you need, and you will find our "
        "answer here.",
        "Dziękujemy za wiadomość. Teraz nas nie ma, wracamy {opening}. Napisz, czego potrzebujesz, a odpowiedź znajdziesz "
        "tutaj.",
    )
    nobody: AwayText = AwayText(
        False,
        "Thank you for your message. Everybody is busy at the moment; we answer as soon as we can.",
        "Dziękujemy za wiadomość. W tej chwili wszyscy są zajęci; odpowiemy najszybciej, jak to możliwe.",
    )

    def open_at(self, now: int) -> bool:
        """Tell whether the team is there at a moment (UTC milliseconds)."""
        return not self.on or inside_until(self.week, self.zone, now, self.closed_days) is not None

    def closes(self, now: int) -> int | None:
        """Return until when the team is there (UTC milliseconds); None where it is away now, or never is."""
        return inside_until(self.week, self.zone, now, self.closed_days) if self.on else None

    def opens(self, now: int) -> int | None:
        """Return when the team is there next (UTC milliseconds); None where it is not within a year."""
        return next_beginning(self.week, self.zone, now, self.closed_days)

    def after(self, since: int, time: int) -> int | None:
        """Return when the team has been there for so many milliseconds since a moment; None where it is not within a year."""
        return elapse(self.week, self.zone, since, time, self.closed_days) if self.on else since + time

    def between(self, since: int, until: int) -> int:
        """Return how many milliseconds the team is there between two moments."""
        if until <= since:
            return 0
        return elapsed(self.week, self.zone, since, until, self.closed_days) if self.on else until - since

    @property
    def closed_days(self) -> frozenset[str]:
        """The days on which nobody is there, as `hub.core.weeks` takes them."""
        return frozenset(each.day for each in self.holidays)


def check_holidays(holidays: Sequence[Holiday]) -> None:
    """Return where all of them are days, and none stands there twice. Raises InvalidPayload."""
    for holiday in holidays:
        check_text(holiday.name, "holidays")
        try:
            date.fromisoformat(holiday.date)
        except ValueError:
            raise InvalidPayload(f"There is no day {holiday.date}.") from None
    if len({each.date for each in holidays}) < len(holidays):
        raise InvalidPayload("A holiday stands there twice.")


def hours_of(kept: dict[str, Any] | None) -> HoursRule:
    """Return hours as an application keeps them."""
    return convert(kept or {}, HoursRule)


def check_hours(rule: HoursRule) -> HoursRule:
    """Return the hours, or raise InvalidPayload where a zone, a day or a text is none."""
    zone_of(rule.zone)
    check_holidays(rule.holidays)
    for said in (rule.closed, rule.nobody):
        for text in (said.en, said.pl):
            check_text(text, "text")
            unknown = [name for name in re.findall(r"\{\w+\}", text) if name != OPENING]
            if unknown:
                raise InvalidPayload(f"{unknown[0]} stands for nothing; a text may have {OPENING}.")
    return rule
