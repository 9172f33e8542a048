"""What agents set of how they are told, and owners of when the team is there."""

from __future__ import annotations

from typing import Any

from msgspec import structs, to_builtins

from hub.accounts.applications import application, patch_application
from hub.accounts.collections import AGENTS
from hub.accounts.grants import CONVERSATIONS_MANAGE, HOURS_MANAGE
from hub.accounts.notice_rules import MyNotices, NoticeRules, check_rules, rules_of
from hub.accounts.opening import HoursRule, check_hours, hours_of
from hub.accounts.team import Team
from hub.core.actor import Actor
from hub.core.errors import Forbidden, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import INSTALLATION, Batch, GuardFailed, Missing
from storage.filters import Eq


@verb(CONVERSATIONS_MANAGE)
async def get_notices(hub: Hub, actor: Actor) -> MyNotices:
    """Return how whoever asks is told of what happens. Raises Forbidden for an API key, which is no agent."""
    agent = await hub.store.get(INSTALLATION, AGENTS, _me(actor))
    return await _shown(hub, actor, rules_of(agent or {}))


@verb(CONVERSATIONS_MANAGE)
async def set_notices(hub: Hub, actor: Actor, rules: NoticeRules) -> MyNotices:
    """Say how one is told, from the next event on. Raises InvalidPayload, and Forbidden for an API key."""
    me, batch = _me(actor), Batch(INSTALLATION)
    batch.guard(AGENTS, me, Eq("app", actor.scope.app))
    batch.patch(AGENTS, me, set={"notices": to_builtins(check_rules(rules))})
    try:
        await hub.commit(batch)
    except (GuardFailed, Missing):
        raise NotFound("You are no agent of this application any more.") from None
    hub.part(Team).changed(actor.scope.app)
    return await _shown(hub, actor, rules)


@verb(HOURS_MANAGE)
async def get_hours(hub: Hub, actor: Actor) -> HoursRule:
    """Return when the team is there, and what is said by itself while it is not."""
    return hours_of((await application(hub, actor.scope.app)).hours)


@verb(HOURS_MANAGE)
async def set_hours(hub: Hub, actor: Actor, rule: HoursRule) -> HoursRule:
    """Say when the team is there, and what is said by itself while it is not. Raises InvalidPayload."""
    await patch_application(hub, actor.scope.app, hours=to_builtins(check_hours(rule)))
    hub.part(Team).changed(actor.scope.app)
    return rule


def _me(actor: Actor) -> int:
    if actor.kind != "agent":
        raise Forbidden("Only agents are told: sign in as one.")
    return actor.id


async def _shown(hub: Hub, actor: Actor, rules: NoticeRules) -> MyNotices:
    team = await hub.part(Team).of(actor.scope.app)
    mine: dict[str, Any] = structs.asdict(rules)
    return MyNotices(**mine, usual_delay=team.delay, usual_zone=team.hours.zone)
