"""Stages and pipelines go: at once when no deal stands in them, else as soon as their deals have moved on (a job)."""

from __future__ import annotations

import time
from typing import Any

from msgspec import Struct

from hub.accounts.grants import CRM_MANAGE
from hub.accounts.system import system_of
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.crm.collections import DEALS, PIPELINES
from hub.crm.deals.changing import apply_rule
from hub.crm.deals.finding import of_stage
from hub.crm.events import PipelineChanged
from hub.crm.pipelines.pipelines import (
    DeletePipeline,
    Pipeline,
    delete_empty,
    pipeline_of_stage,
    pipelines_of,
    place_for,
    shown_pipeline,
    stage_in,
)
from hub.crm.pipelines.totals import end_totals
from hub.crm.records import Id, change_record, stored
from storage.engine import Batch, Document, GuardFailed, Scope, Sort
from storage.filters import Eq

EMPTY = "crm.stage.empty"
_TURN = 20.0
_CHUNK = 100
_TRIES = 10


class DeleteStage(Struct, frozen=True, forbid_unknown_fields=True):
    """Which stage, and the one that its deals move to."""

    stage: Id
    move_to: Id | None = None


@verb(CRM_MANAGE)
async def delete_stage(hub: Hub, actor: Actor, given: DeleteStage) -> Pipeline:
    """Delete a stage that is empty, or have its deals moved first; return its pipeline. Raises NotFound, InvalidPayload."""
    pipeline = await pipeline_of_stage(hub, actor.scope, given.stage)
    await _check_no_goal(hub, actor.scope, [given.stage])
    if given.move_to is None:
        if not await _remove(hub, actor.scope, given.stage):
            raise InvalidPayload("Deals stand in this stage. Say with `move_to` to which stage they move.")
        return shown_pipeline(await stored(hub, actor.scope, PIPELINES, pipeline["id"], "pipeline"))
    await _check_target(hub, actor.scope, [given.stage], given.move_to)

    async def turn(pipeline: Document, batch: Batch) -> Document:
        await hub.jobs.add(batch, EMPTY, {"stage": given.stage})
        return {"stages": _leaving(pipeline, [given.stage], given.move_to)}

    after = await change_record(hub, actor.scope, PIPELINES, pipeline["id"], "pipeline", turn)
    hub.publish(PipelineChanged(app=actor.scope.app, pipeline=after["id"]))
    return shown_pipeline(after)


@verb(CRM_MANAGE)
async def delete_pipeline(hub: Hub, actor: Actor, given: DeletePipeline) -> None:
    """Delete a pipeline that is empty, or have its deals moved to a stage of another one first.

    Raises NotFound; InvalidPayload for the last pipeline, and where deals stand in it and no stage is named.
    """
    pipeline = await stored(hub, actor.scope, PIPELINES, given.pipeline, "pipeline")
    stages = [each["id"] for each in pipeline["stages"]]
    await _check_no_goal(hub, actor.scope, stages)
    if await delete_empty(hub, actor.scope, pipeline):
        return
    if given.move_to is None:
        raise InvalidPayload(
            "Deals stand in this pipeline. Say with `move_to` to which stage of another one they move."
        )
    await _check_target(hub, actor.scope, stages, given.move_to)

    async def turn(pipeline: Document, batch: Batch) -> Document:
        for stage in stages:
            await hub.jobs.add(batch, EMPTY, {"stage": stage})
        return {"stages": _leaving(pipeline, stages, given.move_to), "leaving": True}

    await change_record(hub, actor.scope, PIPELINES, pipeline["id"], "pipeline", turn)
    hub.publish(PipelineChanged(app=actor.scope.app, pipeline=pipeline["id"]))


async def _check_target(hub: Hub, scope: Scope, stages: list[int], target: int) -> None:
    if target in stages:
        raise InvalidPayload("`move_to` is a stage that stays.")
    await place_for(hub, scope, None, target)


async def _check_no_goal(hub: Hub, scope: Scope, stages: list[int]) -> None:
    """Return when no deals are on their way to these stages. Raises InvalidPayload."""
    for pipeline in await pipelines_of(hub, scope):
        if any(each.get("leaving_for") in stages for each in pipeline["stages"]):
            raise InvalidPayload("Deals of another stage are just moving here. Try again when they are through.")


def _leaving(pipeline: Document, stages: list[int], target: int | None) -> list[Document]:
    return [{**each, "leaving_for": target} if each["id"] in stages else each for each in pipeline["stages"]]


async def empty_stage(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Move the deals of a stage that is to go, then delete it, and its pipeline with the last one (a job)."""
    system = system_of(scope)
    until = time.monotonic() + _TURN
    while time.monotonic() < until:
        try:
            pipeline = await pipeline_of_stage(hub, scope, payload["stage"])
        except NotFound:
            return
        target = stage_in(pipeline, payload["stage"]).get("leaving_for")
        if target is None:
            return  # an earlier version of the pipeline came back
        goal, stage = await _goal(hub, scope, target)
        place = {"pipeline": goal["id"], "stage": stage["id"]}
        found = await hub.store.find(scope, DEALS, of_stage(payload["stage"]), sort=Sort("updated"), limit=_CHUNK)
        for deal in found.items:
            await _move(hub, system, deal["id"], payload["stage"], place)
        try:
            if not found.items and await _remove(hub, scope, payload["stage"]):
                return
        except NotFound:
            return  # whoever deleted the stage again has had it emptied meanwhile
    batch = Batch(scope)
    await hub.jobs.add(batch, EMPTY, payload)
    await hub.commit(batch)


async def _goal(hub: Hub, scope: Scope, target: int) -> tuple[Document, Document]:
    """Return where deals move to: the first stage there is, where the one that was named is going as well."""
    try:
        return await place_for(hub, scope, None, target)
    except (NotFound, InvalidPayload):
        return await place_for(hub, scope, None, None)


async def _move(hub: Hub, actor: Actor, deal: int, stage: int, place: Document) -> None:
    async def rule(deal: Document) -> Document:
        return place if deal["stage"] == stage else {}

    try:
        await apply_rule(hub, actor, deal, rule)
    except NotFound:
        pass  # it was deleted meanwhile


async def _remove(hub: Hub, scope: Scope, stage: int) -> bool:
    """Take an empty stage out of its pipeline, or delete the pipeline with it; return whether it was empty."""
    for _ in range(_TRIES):
        pipeline = await pipeline_of_stage(hub, scope, stage)
        rest = [each for each in pipeline["stages"] if each["id"] != stage]
        if pipeline.get("leaving") and not rest:
            return await delete_empty(hub, scope, pipeline)
        batch = Batch(Scope(scope.app))
        batch.guard(PIPELINES, pipeline["id"], Eq("revision", pipeline["revision"]))
        end_totals(batch, stage)
        fields = {"stages": rest, "updated": hub.clock.now()}
        batch.patch(PIPELINES, pipeline["id"], set=fields, inc={"revision": 1})
        try:
            await hub.commit(batch)
        except GuardFailed:
            if await hub.store.count(scope, DEALS, Eq("stage", stage)):
                return False
            continue
        hub.publish(PipelineChanged(app=scope.app, pipeline=pipeline["id"]))
        return True
    return False
