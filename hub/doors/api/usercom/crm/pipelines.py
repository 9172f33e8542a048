"""What deals and activities are sorted by: pipelines, stages, loss reasons and types of activities. Both versions are alike."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.crm.activities import types
from hub.crm.pipelines import emptying, loss_reasons, pipelines, stages
from hub.doors.api.compat import FieldErrors, compatible
from hub.doors.api.usercom import bodies
from hub.doors.api.usercom.crm import given
from hub.doors.api.usercom.paths import number_in
from hub.doors.api.usercom.shown import page

_LOSS, _TYPE = {"loss_reason": "id"}, {"type": "id"}


async def _said(request: web.Request, *texts: str) -> dict[str, Any]:
    """Return the texts and the place that a body gives; null stands for absent."""
    body = await bodies.read_object(request)
    values: dict[str, Any] = {}
    for name in texts:
        given.take(body, values, name, as_=given.text)
    given.take(body, values, "order", as_=_place)
    given.take(body, values, "pipeline", as_=bodies.whole)
    return {name: value for name, value in values.items() if value is not None}


def _place(value: Any, name: str) -> int:
    return 0 if value in (0, "0") and not isinstance(value, bool) else bodies.whole(value, name)


async def _move_to(request: web.Request) -> int | None:
    """Return where deals or activities go when their place is deleted: in the query or in the body."""
    asked = request.query.get("move_to", "").strip("/") or (await bodies.read_object(request)).get("move_to")
    return None if asked in (None, "") else bodies.whole(asked, "move_to")


def _only(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


# ── pipelines ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _pipeline(found: pipelines.Pipeline) -> dict[str, Any]:
    return {
        "id": found.id, "name": found.name, "description": found.description, "currency": found.currency,
        "order": found.order, "stages": [_stage(each) for each in found.stages],
    }  # fmt: skip


@compatible()
async def list_pipelines(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """All pipelines, in order."""
    found = (await pipelines.list_pipelines(hub, actor)).pipelines
    return page([_pipeline(each) for each in found], len(found), None)


@compatible(201)
async def create_pipeline(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Make a pipeline; its stages are made next."""
    values = await _said(request, "name", "description", "currency")
    new = given.as_struct(pipelines.NewPipeline, _only(values, "name", "description", "currency"))
    with given.in_words("pipeline", default="currency" if "currency" in values else "name"):
        return _pipeline(await pipelines.create_pipeline(hub, actor, new))


@compatible(single=True)
async def get_pipeline(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """One pipeline."""
    return _pipeline(await pipelines.get_pipeline(hub, actor, pipelines.PipelineRef(number_in(request))))


@compatible()
async def change_pipeline(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Rename a pipeline, describe it or move it among the others."""
    id = number_in(request)
    values = await _said(request, "name", "description", "currency")
    change = _only(values, "name", "description", "currency", "order") | {"pipeline": id}
    wanted = given.as_struct(pipelines.PipelineChange, change)
    with given.in_words("pipeline", default="currency" if "currency" in values else "name"):
        return _pipeline(await pipelines.change_pipeline(hub, actor, wanted))


@compatible(204)
async def delete_pipeline(hub: Hub, actor: Actor, request: web.Request) -> None:
    """Delete a pipeline; its deals go to the stage `move_to` of another one."""
    which = number_in(request)
    target = await _move_to(request)
    with given.in_words("pipeline"):
        await emptying.delete_pipeline(hub, actor, pipelines.DeletePipeline(which, target))


# ── stages ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _stage(found: pipelines.Stage) -> dict[str, Any]:
    return {
        "id": found.id, "name": found.name, "description": found.description, "pipeline": found.pipeline,
        "order": found.order,
    }  # fmt: skip


@compatible()
async def list_stages(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """All stages, or with `pipeline` those of one pipeline, in order."""
    asked = request.query.get("pipeline", "").strip("/")
    of = stages.StagesOf(bodies.whole(asked, "pipeline") if asked else None)
    found = (await stages.list_stages(hub, actor, of)).stages
    return page([_stage(each) for each in found], len(found), None)


@compatible(201)
async def create_stage(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Make a stage, behind the others of its pipeline."""
    new = given.as_struct(stages.NewStage, await _said(request, "name", "description"))
    with given.in_words("stage", default="pipeline"):
        return _stage(await stages.create_stage(hub, actor, new))


@compatible(single=True)
async def get_stage(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """One stage."""
    return _stage(await stages.get_stage(hub, actor, stages.StageRef(number_in(request))))


@compatible()
async def change_stage(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Rename a stage, describe it or move it within its pipeline."""
    id = number_in(request)
    values = await _said(request, "name", "description")
    is_of = (await stages.get_stage(hub, actor, stages.StageRef(id))).pipeline
    if values.pop("pipeline", is_of) != is_of:
        raise FieldErrors(pipeline="A stage stays in its pipeline.")
    change = given.as_struct(stages.StageChange, values | {"stage": id})
    with given.in_words("stage", default="name"):
        return _stage(await stages.change_stage(hub, actor, change))


@compatible(204)
async def delete_stage(hub: Hub, actor: Actor, request: web.Request) -> None:
    """Delete a stage; its deals go to the stage `move_to`."""
    which = number_in(request)
    target = await _move_to(request)
    with given.in_words("stage"):
        await emptying.delete_stage(hub, actor, emptying.DeleteStage(which, target))


# ── loss reasons ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _reason(found: loss_reasons.LossReason) -> dict[str, Any]:
    return {"id": found.id, "name": found.name, "description": found.description}


@compatible()
async def list_loss_reasons(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """All reasons why deals are lost."""
    found = (await loss_reasons.list_loss_reasons(hub, actor)).loss_reasons
    return page([_reason(each) for each in found], len(found), None)


@compatible(201)
async def create_loss_reason(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Make a reason why deals are lost."""
    values = _only(await _said(request, "name", "description"), "name", "description")
    new = given.as_struct(loss_reasons.NewLossReason, values)
    with given.in_words("loss reason", default="name"):
        return _reason(await loss_reasons.create_loss_reason(hub, actor, new))


@compatible(single=True)
async def get_loss_reason(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """One reason."""
    which = loss_reasons.LossReasonRef(number_in(request))
    return _reason(await loss_reasons.get_loss_reason(hub, actor, which))


@compatible()
async def change_loss_reason(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Rename or describe a reason."""
    id = number_in(request)
    values = _only(await _said(request, "name", "description"), "name", "description") | {"loss_reason": id}
    change = given.as_struct(loss_reasons.LossReasonChange, values, _LOSS)
    with given.in_words("loss reason", default="name"):
        return _reason(await loss_reasons.change_loss_reason(hub, actor, change))


@compatible(204)
async def delete_loss_reason(hub: Hub, actor: Actor, request: web.Request) -> None:
    """Delete a reason; deals that were lost for it stay lost."""
    await loss_reasons.delete_loss_reason(hub, actor, loss_reasons.LossReasonRef(number_in(request)))


# ── types of activities ──────────────────────────────────────────────────────────────────────────────────────────────


def _type(found: types.ActivityType) -> dict[str, Any]:
    return {"id": found.id, "name": found.name}


@compatible()
async def list_types(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """All types of activities."""
    found = (await types.list_activity_types(hub, actor)).types
    return page([_type(each) for each in found], len(found), None)


@compatible(201)
async def create_type(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Make a type of activities."""
    new = given.as_struct(types.NewActivityType, _only(await _said(request, "name"), "name"))
    with given.in_words("activity type", default="name"):
        return _type(await types.create_activity_type(hub, actor, new))


@compatible(single=True)
async def get_type(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """One type of activities."""
    return _type(await types.get_activity_type(hub, actor, types.ActivityTypeRef(number_in(request))))


@compatible()
async def change_type(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Rename a type of activities."""
    id = number_in(request)
    change = given.as_struct(
        types.ActivityTypeChange, _only(await _said(request, "name"), "name") | {"type": id}, _TYPE
    )
    with given.in_words("activity type", default="name"):
        return _type(await types.change_activity_type(hub, actor, change))


@compatible(204)
async def delete_type(hub: Hub, actor: Actor, request: web.Request) -> None:
    """Delete a type of activities; those of it are of the type `move_to` then."""
    which = number_in(request)
    target = await _move_to(request)
    with given.in_words("activity type"):
        await types.delete_activity_type(hub, actor, types.DeleteActivityType(which, target))
