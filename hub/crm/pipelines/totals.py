"""Counts and sums per stage, kept as deals change, so that a board opens as fast with a hundred thousand deals as with ten.

The totals of a stage lie in a few documents, its shares. A deal counts in one of them, by its id: agents who move deals at
the same moment seldom meet in one document. A share is changed in the batch that changes the deal, so the sum of the
shares is exact. It also stands for the stage itself: where it is gone, no deal can come any more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from msgspec import Struct

from hub.core.hub import Hub
from hub.crm.collections import STAGE_TOTALS
from hub.crm.money import write_value
from storage.engine import Batch, Document, Scope
from storage.filters import Eq

SHARES = 8


class StageTotals(Struct, frozen=True):
    """How many deals of each status stand in a stage, and the sums of their values by status and currency."""

    deals: int
    by_status: dict[str, int]
    values: dict[str, dict[str, str]]


def _shares(stage: int) -> list[int]:
    return [stage * SHARES + share for share in range(SHARES)]


def begin_totals(batch: Batch, stage: int) -> None:
    """Put the empty totals of a new stage into the batch."""
    for id in _shares(stage):
        batch.insert(STAGE_TOTALS, {"id": id, "stage": stage, "count": 0, "by_status": {}, "values": {}})


def end_totals(batch: Batch, stage: int) -> None:
    """Delete the totals of a stage; the batch only commits when no deal stands in it."""
    for id in _shares(stage):
        batch.guard(STAGE_TOTALS, id, Eq("count", 0))
        batch.delete(STAGE_TOTALS, id)


def count_change(batch: Batch, before: Document | None, after: Document | None) -> None:
    """Count in the batch that a deal is another one now; None before it was made and after it was deleted."""
    by_share: dict[int, Counter[str]] = defaultdict(Counter)
    for deal, sign in ((before, -1), (after, 1)):
        if deal is not None:
            counts = by_share[deal["stage"] * SHARES + deal["id"] % SHARES]
            counts["count"] += sign
            counts[f"by_status.{deal['status']}"] += sign
            counts[f"values.{deal['status']}.{deal['currency']}"] += sign * deal["value"]
    for share, counts in by_share.items():
        # A sum that stays is named all the same: a share that is gone has to refuse the deal.
        batch.patch(
            STAGE_TOTALS, share, inc={path: number for path, number in counts.items() if number} or {"count": 0}
        )


async def totals_of(hub: Hub, scope: Scope, stages: Iterable[int]) -> dict[int, StageTotals]:
    """Return the totals of stages, in one read."""
    wanted = list(stages)
    found = await hub.store.get_many(scope, STAGE_TOTALS, [id for stage in wanted for id in _shares(stage)])
    return {stage: _sum([found[id] for id in _shares(stage) if id in found]) for stage in wanted}


def _sum(shares: list[Document]) -> StageTotals:
    statuses: Counter[str] = Counter()
    values: dict[str, Counter[str]] = defaultdict(Counter)
    for share in shares:
        statuses.update(share["by_status"])
        for status, sums in share["values"].items():
            values[status].update(sums)
    shown = {
        status: {currency: write_value(sum, currency) for currency, sum in sorted(sums.items()) if sum}
        for status, sums in values.items()
        if statuses[status]
    }
    return StageTotals(
        sum(share["count"] for share in shares), {status: n for status, n in sorted(statuses.items()) if n}, shown
    )
