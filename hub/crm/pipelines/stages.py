"""Stages of pipelines: made, renamed, put in order."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.grants import CRM_MANAGE, CRM_READ
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.crm.collections import PIPELINES
from hub.crm.events import PipelineChanged
from hub.crm.pipelines.pipelines import (
    MOST_STAGES,
    Description,
    Pipeline,
    Stage,
    new_stage,
    pipeline_of_stage,
    pipelines_of,
    shown_pipeline,
    shown_stage,
)
from hub.crm.records import Id, Name, change_record, checked_title, stored
from storage.engine import Batch, Document

Order = Annotated[int, Meta(ge=0, le=MOST_STAGES)]


class NewStage(Struct, frozen=True, forbid_unknown_fields=True):
    """A stage to be made; behind the others where `order` is absent."""

    pipeline: Id
    name: Name
    description: Description = ""
    order: Order | None = None


class StageChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a stage; `order` is its new place in its pipeline, from 0."""

    stage: Id
    name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    order: Order | UnsetType = UNSET


class StageOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """A pipeline and all its stages in their new order."""

    pipeline: Id
    stages: Annotated[list[Id], Meta(max_length=MOST_STAGES)]


class StageRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which stage."""

    stage: Id


class StagesOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Of which pipeline; of all where it is absent."""

    pipeline: Id | None = None


class Stages(Struct, frozen=True):
    """Stages in order."""

    stages: list[Stage]


@verb(CRM_READ)
async def list_stages(hub: Hub, actor: Actor, of: StagesOf) -> Stages:
    """Return the stages of a pipeline, or of all. Raises NotFound."""
    if of.pipeline is None:
        found = await pipelines_of(hub, actor.scope)
    else:
        found = [await stored(hub, actor.scope, PIPELINES, of.pipeline, "pipeline")]
    return Stages([shown_stage(pipeline, each["id"]) for pipeline in found for each in pipeline["stages"]])


@verb(CRM_READ)
async def get_stage(hub: Hub, actor: Actor, which: StageRef) -> Stage:
    """Return a stage. Raises NotFound."""
    return shown_stage(await pipeline_of_stage(hub, actor.scope, which.stage), which.stage)


@verb(CRM_MANAGE)
async def create_stage(hub: Hub, actor: Actor, new: NewStage) -> Stage:
    """Make a stage in a pipeline. Raises NotFound, InvalidPayload."""
    name, description = checked_title(new.name), check_text(new.description, "description")
    made: Document = {}

    async def turn(pipeline: Document, batch: Batch) -> Document:
        nonlocal made
        if len(pipeline["stages"]) >= MOST_STAGES:
            raise InvalidPayload(f"A pipeline has at most {MOST_STAGES} stages.")
        made = await new_stage(hub, batch, name, description)
        place = len(pipeline["stages"]) if new.order is None else new.order
        return {"stages": [*pipeline["stages"][:place], made, *pipeline["stages"][place:]]}

    after = await change_record(hub, actor.scope, PIPELINES, new.pipeline, "pipeline", turn)
    hub.publish(PipelineChanged(app=actor.scope.app, pipeline=after["id"]))
    return shown_stage(after, made["id"])


@verb(CRM_MANAGE)
async def change_stage(hub: Hub, actor: Actor, change: StageChange) -> Stage:
    """Rename a stage, describe it or move it within its pipeline. Raises NotFound, InvalidPayload."""

    async def turn(pipeline: Document, batch: Batch) -> Document:
        stages = [dict(each) for each in pipeline["stages"]]
        found = next((each for each in stages if each["id"] == change.stage), None)
        if found is None:  # deleted at this moment
            raise InvalidPayload("This stage is gone.")
        if change.name is not UNSET:
            found["name"] = checked_title(change.name)
        if change.description is not UNSET:
            found["description"] = check_text(change.description, "description")
        if change.order is not UNSET:
            stages.remove(found)
            stages.insert(change.order, found)
        return {"stages": stages} if stages != pipeline["stages"] else {}

    pipeline = await pipeline_of_stage(hub, actor.scope, change.stage)
    after = await change_record(hub, actor.scope, PIPELINES, pipeline["id"], "pipeline", turn)
    hub.publish(PipelineChanged(app=actor.scope.app, pipeline=after["id"]))
    return shown_stage(after, change.stage)


@verb(CRM_MANAGE)
async def order_stages(hub: Hub, actor: Actor, given: StageOrder) -> Pipeline:
    """Put all stages of a pipeline in order. Raises NotFound; InvalidPayload where the list is not exactly its stages."""

    async def turn(pipeline: Document, batch: Batch) -> Document:
        by_id = {each["id"]: each for each in pipeline["stages"]}
        if sorted(by_id) != sorted(given.stages):
            raise InvalidPayload("Name every stage of the pipeline once.")
        stages = [by_id[id] for id in given.stages]
        return {"stages": stages} if stages != pipeline["stages"] else {}

    after = await change_record(hub, actor.scope, PIPELINES, given.pipeline, "pipeline", turn)
    hub.publish(PipelineChanged(app=actor.scope.app, pipeline=after["id"]))
    return shown_pipeline(after)
