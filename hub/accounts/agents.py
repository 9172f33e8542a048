"""The agents of an application: who they are, and how one is taken out."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from hub.accounts.collections import AGENTS, SESSIONS
from hub.accounts.events import AgentRemoved, SignedOut
from hub.accounts.grants import AGENTS_MANAGE
from hub.accounts.groups import leave_groups
from hub.core.actor import Actor
from hub.core.errors import Conflict, Forbidden, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import INSTALLATION, Batch, Document, GuardFailed, Missing
from storage.filters import Eq

_TURNS = 5
_MOST = 1000


class AgentRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which agent."""

    agent: Annotated[int, Meta(ge=1)]


class TeamAgent(Struct, frozen=True):
    """An agent as an owner sees it."""

    id: int
    name: str
    email: str
    role: Literal["owner", "agent"]


class TeamAgents(Struct, frozen=True):
    """All agents of the application."""

    agents: list[TeamAgent]


@verb(AGENTS_MANAGE)
async def list_agents(hub: Hub, actor: Actor) -> TeamAgents:
    """Return the agents of the application with their roles."""
    found = await _agents_of(hub, actor.scope.app)
    return TeamAgents([TeamAgent(agent["id"], agent["name"], agent["email"], agent["role"]) for agent in found])


@verb(AGENTS_MANAGE)
async def remove_agent(hub: Hub, actor: Actor, given: AgentRef) -> None:
    """Take an agent out of the application: its sign-ins end at once, and its conversations are nobody's.

    The person keeps the other applications, and everything that was written keeps its author.
    Raises NotFound; Forbidden for the last owner.
    """
    app = actor.scope.app
    for _ in range(_TURNS):
        ended = await _remove(hub, app, given.agent)
        if ended is not None:
            break
    else:
        raise Conflict
    ended += await _end_late_sessions(hub, given.agent)
    for session in ended:
        hub.publish(SignedOut(app=app, session=session))
    hub.publish(AgentRemoved(app=app, agent=given.agent))


async def _remove(hub: Hub, app: int, id: int) -> list[int] | None:
    """Return the sessions that ended, or None where somebody changed the team at the same moment."""
    team = await _agents_of(hub, app)
    if id not in {agent["id"] for agent in team}:
        raise NotFound("There is no agent by that id.")
    owners = [agent["id"] for agent in team if agent["role"] == "owner" and agent["id"] != id]
    if not owners:
        raise Forbidden("An application needs an owner; the last one can't be removed.")
    batch = Batch(INSTALLATION)
    # Two owners who remove each other at once must not both succeed.
    batch.guard(AGENTS, owners[0], Eq("role", "owner"))
    batch.guard(AGENTS, id)
    batch.delete(AGENTS, id)
    await leave_groups(hub, batch, app, id)
    ended = await _end_sessions(hub, batch, id)
    await hub.follow_up(batch, AgentRemoved, {"app": app, "agent": id})
    try:
        await hub.commit(batch)
    except (GuardFailed, Missing):  # Missing: one of the groups was deleted just now
        return None
    return ended


async def _end_late_sessions(hub: Hub, agent: int) -> list[int]:
    """End what was opened between the look at the sessions and the commit; afterwards `sign_in` opens no more."""
    batch = Batch(INSTALLATION)
    ended = await _end_sessions(hub, batch, agent)
    if ended:
        await hub.commit(batch)
    return ended


async def _end_sessions(hub: Hub, batch: Batch, agent: int) -> list[int]:
    page = await hub.store.find(INSTALLATION, SESSIONS, Eq("agent", agent), limit=_MOST)
    for session in page.items:
        batch.release("session", session["hash"])
        batch.delete(SESSIONS, session["id"])
    return [session["id"] for session in page.items]


async def _agents_of(hub: Hub, app: int) -> list[Document]:
    return (await hub.store.find(INSTALLATION, AGENTS, Eq("app", app), limit=_MOST)).items
