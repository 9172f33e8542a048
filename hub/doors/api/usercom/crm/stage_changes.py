"""Through which stages a deal went: what clients compute from how long it stood in each."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.crm.deals.history import DealHistoryOf, DealStep, read_deal_history
from hub.crm.pipelines.stages import StagesOf, list_stages
from hub.doors.api.compat import compatible, milliseconds, timestamp
from hub.doors.api.usercom.crm.deals import agent_of, read
from hub.doors.api.usercom.shown import page

_AT_ONCE = 100


@compatible()
async def list_all(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """The stages that a deal was in, oldest first; `count_from` and `count_to` bound when it came into them."""
    deal = (await read(hub, actor, request)).id
    since, until = (_bound(request, name) for name in ("count_from", "count_to"))
    names = {stage.id: stage.name for stage in (await list_stages(hub, actor, StagesOf())).stages}
    steps = [step for step in await _steps(hub, actor, deal) if step.kind == "stage"]
    changes = [
        {"stage": step.now, "stage_name": names.get(int(step.now)), "pipeline": step.pipeline,
         "entered_at": timestamp(step.at), "left_at": left and timestamp(left.at), "changed_by": agent_of(step.by)}
        for step, left in zip(steps, [*steps[1:], None], strict=True)
        if _between(since, milliseconds(step.at, "entered_at"), until)
    ]  # fmt: skip
    return page(changes, len(changes), None)


async def _steps(hub: Hub, actor: Actor, deal: int) -> list[DealStep]:
    steps: list[DealStep] = []
    while True:
        after = steps[-1].position if steps else 0
        more = (await read_deal_history(hub, actor, DealHistoryOf(deal, after, _AT_ONCE))).steps
        steps += more
        if len(more) < _AT_ONCE:
            return steps


def _bound(request: web.Request, name: str) -> int | None:
    text = request.query.get(name, "").strip("/")
    if not text:
        return None
    return milliseconds(text[:11] + text[11:].replace(" ", "+"), name)  # a plus that was not escaped arrives as a space


def _between(since: int | None, at: int, until: int | None) -> bool:
    return (since is None or since <= at) and (until is None or at <= until)
