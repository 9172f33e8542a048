"""The application of a key: who works in it, so that clients can put names to the ids of agents."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from hub.accounts.applications import Member, application, members, owners
from hub.accounts.grants import CRM_READ
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.doors.api.compat import compatible


@compatible()
async def get(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """The application with its agents, for keys that may read what is assigned to them."""
    actor.require(CRM_READ)
    app = actor.scope.app
    agents = sorted(await members(hub, app), key=lambda each: each.id)
    first = min(await owners(hub, app), key=lambda each: each.id, default=None)
    return {
        "id": app, "name": (await application(hub, app)).name, "owner": None if first is None else _agent(first),
        "agents": [_agent(each) | {"group_id": None} for each in agents],
    }  # fmt: skip


def _agent(member: Member) -> dict[str, Any]:
    return {"id": member.id, "name": member.name, "email": member.email}
