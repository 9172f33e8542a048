"""Pipelines: the ways that deals take, each an ordered list of stages. An application that has none gets one by itself."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.applications import application
from hub.accounts.grants import CRM_MANAGE, CRM_READ
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import Conflict, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.crm.collections import PIPELINES
from hub.crm.events import PipelineChanged
from hub.crm.money import check_currency
from hub.crm.pipelines.totals import begin_totals, end_totals
from hub.crm.records import Id, Name, change_record, checked_title, stored
from storage.engine import Batch, Document, GuardFailed, Scope
from storage.filters import Eq

MOST, MOST_STAGES = 50, 50
_FIRST: dict[str, tuple[str, str, list[str]]] = {
    "en": ("Sales", "USD", ["New", "Contacted", "Needs understood", "Offer sent", "Negotiation"]),
    "pl": ("Sprzedaż", "PLN", ["Nowa", "Nawiązany kontakt", "Rozpoznane potrzeby", "Wysłana oferta", "Negocjacje"]),
}
"""language of the application → name, currency and stages of its first pipeline"""

Description = Annotated[str, Meta(max_length=4000)]
Order = Annotated[int, Meta(ge=0, le=10_000)]


class NewPipeline(Struct, frozen=True, forbid_unknown_fields=True):
    """A pipeline to be made; `currency` is that of deals which say none (by default that of the first pipeline)."""

    name: Name
    description: Description = ""
    currency: str | None = None
    stages: list[Name] = []


class PipelineChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a pipeline; `order` is its place among the pipelines, from 0."""

    pipeline: Id
    name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    order: Order | UnsetType = UNSET


class PipelineRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which pipeline."""

    pipeline: Id


class DeletePipeline(Struct, frozen=True, forbid_unknown_fields=True):
    """Which pipeline, and the stage of another one that its deals move to."""

    pipeline: Id
    move_to: Id | None = None


class Stage(Struct, frozen=True):
    """A stage of a pipeline; `order` is its place, from 0. One with `leaving_for` goes as soon as its deals have moved there."""

    id: int
    name: str
    description: str
    pipeline: int
    order: int
    leaving_for: int | None


class Pipeline(Struct, frozen=True):
    """A pipeline with its stages in order."""

    id: int
    name: str
    description: str
    currency: str
    order: int
    stages: list[Stage]
    created: str
    updated: str


class Pipelines(Struct, frozen=True):
    """All pipelines of an application, in order."""

    pipelines: list[Pipeline]


@verb(CRM_READ)
async def list_pipelines(hub: Hub, actor: Actor) -> Pipelines:
    """Return all pipelines in order; the first one is made where there is none yet."""
    return Pipelines([shown_pipeline(each) for each in await pipelines_of(hub, actor.scope)])


@verb(CRM_READ)
async def get_pipeline(hub: Hub, actor: Actor, which: PipelineRef) -> Pipeline:
    """Return a pipeline with its stages. Raises NotFound."""
    return shown_pipeline(await stored(hub, actor.scope, PIPELINES, which.pipeline, "pipeline"))


@verb(CRM_MANAGE)
async def create_pipeline(hub: Hub, actor: Actor, new: NewPipeline) -> Pipeline:
    """Make a pipeline behind the others, with stages. Raises InvalidPayload."""
    known = await pipelines_of(hub, actor.scope)
    if len(known) >= MOST or len(new.stages) > MOST_STAGES:
        raise InvalidPayload(f"There are at most {MOST} pipelines, of at most {MOST_STAGES} stages.")
    currency = check_currency(new.currency) if new.currency else known[0]["currency"]
    names = [checked_title(name, "stages") for name in new.stages]
    batch = Batch(Scope(actor.scope.app))
    order = max(each["order"] for each in known) + 1
    description = check_text(new.description, "description")
    document = await _insert(hub, batch, checked_title(new.name), currency, names, order, description)
    await hub.commit(batch)
    hub.publish(PipelineChanged(app=actor.scope.app, pipeline=document["id"]))
    return shown_pipeline(document)


@verb(CRM_MANAGE)
async def change_pipeline(hub: Hub, actor: Actor, change: PipelineChange) -> Pipeline:
    """Rename a pipeline, describe it or move it among the others. Raises NotFound, InvalidPayload, Conflict."""

    async def turn(pipeline: Document, batch: Batch) -> Document:
        fields: Document = {}
        if change.name is not UNSET:
            fields["name"] = checked_title(change.name)
        if change.description is not UNSET:
            fields["description"] = check_text(change.description, "description")
        if change.currency is not UNSET:
            fields["currency"] = check_currency(change.currency)
        if change.order is not UNSET:
            fields["order"] = change.order
            for place, other in enumerate(_without(await pipelines_of(hub, actor.scope), pipeline["id"])):
                batch.patch(PIPELINES, other["id"], set={"order": place + (place >= change.order)})
        return fields

    after = await change_record(hub, actor.scope, PIPELINES, change.pipeline, "pipeline", turn)
    hub.publish(PipelineChanged(app=actor.scope.app, pipeline=after["id"]))
    return shown_pipeline(after)


async def pipelines_of(hub: Hub, scope: Scope) -> list[Document]:
    """Return the pipelines of an application in order, at least one."""
    for _ in range(3):
        found = [each async for chunk in hub.store.export(scope, PIPELINES) for each in chunk]
        if found:
            return sorted(found, key=lambda each: (each["order"], each["id"]))
        locale = (await application(hub, scope.app)).locale
        name, currency, stages = _FIRST.get(locale[:2], _FIRST["en"])
        batch = Batch(Scope(scope.app))
        batch.claim("pipeline.first", "", 0)  # two who look at the same moment make one
        await _insert(hub, batch, name, currency, stages, 0)
        await hub.commit(batch)
    raise Conflict


async def pipeline_of_stage(hub: Hub, scope: Scope, stage: int) -> Document:
    """Return the pipeline that a stage belongs to. Raises NotFound."""
    page = await hub.store.find(scope, PIPELINES, Eq("stages.id", stage), limit=1)
    if not page.items:
        raise NotFound(f"There is no stage by the id {stage}.")
    return page.items[0]


async def place_for(hub: Hub, scope: Scope, pipeline: int | None, stage: int | None) -> tuple[Document, Document]:
    """Return pipeline and stage for a deal: those that are named, else the first ones. Raises NotFound, InvalidPayload."""
    if stage is not None:
        found = await pipeline_of_stage(hub, scope, stage)
        if pipeline is not None and found["id"] != pipeline:
            await stored(hub, scope, PIPELINES, pipeline, "pipeline")
            raise InvalidPayload("This stage belongs to another pipeline. Name the one that it belongs to, or none.")
    elif pipeline is not None:
        found = await stored(hub, scope, PIPELINES, pipeline, "pipeline")
    else:
        known = await pipelines_of(hub, scope)
        found = next((each for each in known if _staying(each)), known[0])
    staying = _staying(found)
    if stage is None and not staying:
        raise InvalidPayload("This pipeline has no stages. Make one first.")
    chosen = stage_in(found, stage) if stage is not None else staying[0]
    if chosen.get("leaving_for"):
        raise InvalidPayload(f"This stage is being deleted; its deals move to stage {chosen['leaving_for']}.")
    return found, chosen


def _staying(pipeline: Document) -> list[Document]:
    return [each for each in pipeline["stages"] if not each.get("leaving_for")]


def stage_in(pipeline: Document, stage: int) -> Document:
    """Return a stage of a pipeline."""
    return next(each for each in pipeline["stages"] if each["id"] == stage)


def shown_pipeline(document: Document) -> Pipeline:
    """Return a pipeline as agents see it."""
    return Pipeline(
        id=document["id"], name=document["name"], description=document["description"], currency=document["currency"],
        order=document["order"], stages=[shown_stage(document, each["id"]) for each in document["stages"]],
        created=rfc3339(document["created"]), updated=rfc3339(document["updated"]),
    )  # fmt: skip


def shown_stage(pipeline: Document, stage: int) -> Stage:
    """Return a stage as agents see it."""
    order = next(place for place, each in enumerate(pipeline["stages"]) if each["id"] == stage)
    found = pipeline["stages"][order]
    return Stage(stage, found["name"], found["description"], pipeline["id"], order, found.get("leaving_for"))


async def new_stage(hub: Hub, batch: Batch, name: str, description: str = "") -> Document:
    """Return a stage to be put into a pipeline, its totals begun in the batch."""
    id = await hub.ids.next("stage")
    begin_totals(batch, id)
    return {"id": id, "name": name, "description": description}


async def _insert(
    hub: Hub, batch: Batch, name: str, currency: str, stages: list[str], order: int, description: str = ""
) -> Document:
    now = hub.clock.now()
    document: dict[str, Any] = {
        "id": await hub.ids.next("pipeline"), "name": name, "description": description, "currency": currency,
        "order": order, "stages": [await new_stage(hub, batch, each) for each in stages], "created": now, "updated": now,
        "revision": 1,
    }  # fmt: skip
    batch.insert(PIPELINES, document)
    return document


def _without(pipelines: list[Document], id: int) -> list[Document]:
    return [each for each in pipelines if each["id"] != id]


# ── the end of one ───────────────────────────────────────────────────────────────────────────────────────────────────


async def delete_empty(hub: Hub, scope: Scope, pipeline: Document) -> bool:
    """Delete a pipeline in which no deal stands; return whether it is gone. Raises InvalidPayload for the last one."""
    others = _without(await pipelines_of(hub, scope), pipeline["id"])
    if not others:
        raise InvalidPayload("An application keeps one pipeline. Make another one first, or rename this one.")
    batch = Batch(Scope(scope.app))
    batch.guard(PIPELINES, others[0]["id"])  # two last ones, deleted at once, must not both go
    batch.guard(PIPELINES, pipeline["id"], Eq("revision", pipeline["revision"]))
    for each in pipeline["stages"]:
        end_totals(batch, each["id"])
    batch.delete(PIPELINES, pipeline["id"])
    try:
        await hub.commit(batch)
    except GuardFailed:
        return False
    hub.publish(PipelineChanged(app=scope.app, pipeline=pipeline["id"]))
    return True
