"""By when a report is answered and repaired: minutes by plan and category, around the clock or in business hours."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from hub.accounts.opening import Holiday, check_holidays
from hub.core.errors import InvalidPayload
from hub.core.weeks import Stretch, elapse, elapsed, zone_of

Category = Literal["critical", "major", "minor"]
"""critical: nobody can work, or data is lost · major: something that matters does not work · minor: anything else."""
Plan = Literal["basic", "premium"]
CATEGORIES: tuple[Category, ...] = ("critical", "major", "minor")
_MINUTE = 60_000
_YEAR = 365 * 86_400_000
Minutes = Annotated[int, Meta(ge=1, le=525_600)]


class Times(Struct, frozen=True, forbid_unknown_fields=True):
    """Minutes until the first answer and until the repair; `business` counts those of the business hours only."""

    response: Minutes
    repair: Minutes
    business: bool = False


class PlanTimes(Struct, frozen=True, forbid_unknown_fields=True):
    """The times of a plan, by category."""

    critical: Times
    major: Times
    minor: Times

    def of(self, category: Category) -> Times:
        """Return the times of a category."""
        times: Times = getattr(self, category)
        return times


class Terms(Struct, frozen=True, forbid_unknown_fields=True):
    """What the operator promises: the times of both plans, and the business hours with their holidays."""

    basic: PlanTimes = PlanTimes(Times(240, 1_440), Times(480, 2_400, True), Times(960, 4_800, True))
    premium: PlanTimes = PlanTimes(Times(60, 480), Times(240, 1_440), Times(480, 2_400, True))
    zone: Annotated[str, Meta(min_length=1, max_length=64)] = "Europe/Warsaw"
    week: Annotated[tuple[Stretch, ...], Meta(min_length=1, max_length=42)] = (
        Stretch((0, 1, 2, 3, 4), "08:00", "16:00"),
    )
    holidays: Annotated[tuple[Holiday, ...], Meta(max_length=200)] = ()


class Service(Struct, frozen=True, forbid_unknown_fields=True):
    """What a customer has: a plan, and times of their own where something shorter was agreed on."""

    plan: Plan = "basic"
    times: PlanTimes | None = None


def times_of(terms: Terms, service: Service, category: Category) -> Times:
    """Return the times that hold for a customer's report."""
    plan: PlanTimes = service.times or getattr(terms, service.plan)
    return plan.of(category)


def due(terms: Terms, minutes: int, business: bool, since: int) -> int:
    """Return the moment so many minutes after another one (UTC milliseconds), in business hours where they count."""
    left = minutes * _MINUTE
    if not business:
        return since + left
    closed = frozenset(each.day for each in terms.holidays)
    while (at := elapse(terms.week, terms.zone, since, left, closed)) is None:  # not within a year
        passed = elapsed(terms.week, terms.zone, since, since + _YEAR, closed)
        if not passed:  # closed for a year: nothing that could be promised
            return since + left
        left, since = left - passed, since + _YEAR
    return at


def worked(terms: Terms, business: bool, since: int, until: int) -> int:
    """Return how many minutes that count lie between two moments, rounded up: those are not counted against anybody."""
    if not business:
        return -(-(until - since) // _MINUTE)
    closed = frozenset(each.day for each in terms.holidays)
    return -(-elapsed(terms.week, terms.zone, since, until, closed) // _MINUTE)


def check_terms(terms: Terms) -> Terms:
    """Return the terms, or raise InvalidPayload where a zone or a day is none, or a repair comes before its answer."""
    zone_of(terms.zone)
    check_holidays(terms.holidays)
    for plan in (terms.basic, terms.premium):
        check_times(plan)
    return terms


def check_times(plan: PlanTimes) -> PlanTimes:
    """Return the times, or raise InvalidPayload where a repair would come before its answer."""
    for category in CATEGORIES:
        times = plan.of(category)
        if times.repair < times.response:
            raise InvalidPayload("A repair is not due before the first answer.", reason="repair_first")
    return plan
