"""The board of a pipeline: each stage with its counts, its sums and its first deals, as fast with many as with few."""

from __future__ import annotations

import asyncio
from typing import Annotated

from msgspec import Meta, Struct

from hub.accounts.grants import CRM_READ
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.crm.collections import DEALS, PIPELINES
from hub.crm.deals.fields import Status
from hub.crm.deals.finding import of_stage
from hub.crm.deals.presenting import Deal, present_deals
from hub.crm.pipelines.pipelines import Stage, pipelines_of, shown_stage
from hub.crm.pipelines.totals import StageTotals, totals_of
from hub.crm.records import Id, stored
from storage.engine import Sort


class BoardOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Which pipeline (the first one where it is absent), deals of which status, and how many of each stage."""

    pipeline: Id | None = None
    status: Status = "in_progress"
    limit: Annotated[int, Meta(ge=0, le=100)] = 20


class Column(Struct, frozen=True):
    """A stage on the board; with a cursor there are more deals (`GET deals?stage=…&status=…&cursor=…`)."""

    stage: Stage
    totals: StageTotals
    deals: list[Deal]
    cursor: str | None


class Board(Struct, frozen=True):
    """The stages of a pipeline, in order."""

    pipeline: int
    columns: list[Column]


@verb(CRM_READ)
async def open_board(hub: Hub, actor: Actor, of: BoardOf) -> Board:
    """Return the stages of a pipeline with counts, sums and the deals that changed last. Raises NotFound."""
    scope = actor.scope
    if of.pipeline is None:
        pipeline = (await pipelines_of(hub, scope))[0]
    else:
        pipeline = await stored(hub, scope, PIPELINES, of.pipeline, "pipeline")
    ids = [each["id"] for each in pipeline["stages"]]
    totals = await totals_of(hub, scope, ids)
    newest = Sort("updated", descending=True)
    # A page of none is asked for as one of one: what is wanted then is whether there are any, and where they begin.
    pages = await asyncio.gather(
        *(hub.store.find(scope, DEALS, of_stage(id, (of.status,)), sort=newest, limit=of.limit or 1) for id in ids)
    )
    some = {id: page.items if of.limit else [] for id, page in zip(ids, pages, strict=True)}
    shown = {
        deal.id: deal for deal in await present_deals(hub, scope, [deal for deals in some.values() for deal in deals])
    }
    columns = [
        Column(shown_stage(pipeline, id), totals[id], [shown[deal["id"]] for deal in some[id]], page.cursor if of.limit else None)
        for id, page in zip(ids, pages, strict=True)
    ]  # fmt: skip
    return Board(pipeline["id"], columns)
