"""The stages and statuses that a deal had, with their times."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from hub.accounts.grants import CRM_READ
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.crm.collections import DEAL_HISTORY, DEALS
from hub.crm.records import Id, Limit, WrittenBy, stored


class DealHistoryOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Which deal's history, behind which position."""

    deal: Id
    after: Annotated[int, Meta(ge=0, le=2**53)] = 0
    limit: Limit = 100


class DealStep(Struct, frozen=True):
    """A deal came from one stage or status (null: it was made) to another."""

    position: int
    kind: Literal["stage", "status"]
    was: int | str | None
    now: int | str
    pipeline: int
    by: WrittenBy
    at: str


class DealHistory(Struct, frozen=True):
    """Steps of a deal, oldest first."""

    steps: list[DealStep]


@verb(CRM_READ)
async def read_deal_history(hub: Hub, actor: Actor, of: DealHistoryOf) -> DealHistory:
    """Return which stages and statuses a deal had and when, oldest first. Raises NotFound."""
    await stored(hub, actor.scope, DEALS, of.deal, "deal")
    records = await hub.store.read(actor.scope, DEAL_HISTORY, of.deal, after=of.after, limit=of.limit)
    return DealHistory([
        DealStep(
            each["position"], each["kind"], each["from"], each["to"], each["pipeline"], WrittenBy(**each["by"]),
            rfc3339(each["at"]),
        )
        for each in records
    ])  # fmt: skip
