"""What the benchmarks print in the end."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One figure. Its goal is a limit, or comes from what a peer needed in the same run."""

    what: str
    ours: float
    unit: str
    goal: float | None = None
    stock: float | None = None
    node: float | None = None
    more_is_better: bool = False

    @property
    def ratio(self) -> float | None:
        """How much better than the goal; 1.00 meets it."""
        if self.goal is None:
            return None
        good, bad = (self.ours, self.goal) if self.more_is_better else (self.goal, self.ours)
        return good / bad if bad else float("inf")


def print_table(rows: list[Row]) -> None:
    """Print the rows under a heading. A ratio above 1.00 is better than the goal."""
    print(f"\n{'what':<62}{'ours':>10}{'stock':>10}{'Node':>10}{'goal':>10} {'':<5}{'ratio':>6}")
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        cells = "".join(f"{_number(value):>10}" for value in (row.ours, row.stock, row.node, row.goal))
        print(f"{row.what:<62}{cells} {row.unit:<5}{ratio:>6}")


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 1000 else f"{value:,.1f}"
