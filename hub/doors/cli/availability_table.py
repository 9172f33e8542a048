"""The availability of the services as a table for the terminal."""

from __future__ import annotations

from hub.core.availability import GOAL, Month


def availability_table(months: list[Month]) -> str:
    """Return a line for each service and month, marked where it is below the goal."""
    if not months:
        return "Nothing was measured yet: a server measures itself from its first start on."
    lines = [f"{'month':<9}{'service':<10}{'there':>10}{'down':>12}{'outages':>9}{'longest':>12}   measured"]
    for each in months:
        mark = "" if each.ratio >= GOAL else f"   below {GOAL:.2%}"
        lines.append(
            f"{each.month:<9}{each.service:<10}{_percent(each.ratio):>10}{_span(each.down):>12}{each.outages:>9}"
            f"{_span(each.longest):>12}   {_span(each.measured)}{mark}"
        )
    return "\n".join(lines)


def _percent(ratio: float) -> str:
    """Rounded down, so that 100 % means all of it."""
    return f"{int(ratio * 100_000) / 1000:.3f} %"


def _span(milliseconds: int) -> str:
    seconds = milliseconds / 1000
    if seconds < 120:
        return f"{seconds:.1f} s"
    minutes = seconds / 60
    return f"{minutes:.1f} min" if minutes < 120 else f"{minutes / 60:.1f} h"
