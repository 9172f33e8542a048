"""The agents of an application: who they are, and how one is taken out."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.access import access_changed, grants_of
from hub.accounts.collections import AGENTS, SESSIONS
from hub.accounts.events import AgentRemoved, SignedOut
from hub.accounts.forgetting import forget_agent, forget_unreachable
from hub.accounts.grants import AGENTS_MANAGE, AGENTS_READ
from hub.accounts.groups import leave_groups
from hub.accounts.roles import expect_held, give_role
from hub.core.actor import Actor
from hub.core.errors import Conflict, Forbidden, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from storage.engine import INSTALLATION, Batch, Document, GuardFailed, Missing
from storage.filters import Eq

_TURNS = 5
_MOST = 1000
_NAME = 100


class AgentRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which agent."""

    agent: Annotated[int, Meta(ge=1)]


class AgentChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of an agent; what is absent stays as it is."""

    agent: Annotated[int, Meta(ge=1, le=2**53)]
    name: str | UnsetType = UNSET
    role: Annotated[str, Meta(max_length=32)] | UnsetType = UNSET


class TeamAgent(Struct, frozen=True):
    """An agent as an owner sees it; `role` is the id of a role. `yours` says that whoever asks may change the agent."""

    id: int
    name: str
    email: str
    role: str
    yours: bool


class TeamAgents(Struct, frozen=True):
    """All agents of the application."""

    agents: list[TeamAgent]


@verb(AGENTS_READ)
async def list_agents(hub: Hub, actor: Actor) -> TeamAgents:
    """Return the agents of the application with their roles."""
    found = await _agents_of(hub, actor.scope.app)
    return TeamAgents([await _shown(hub, actor, agent) for agent in found])


@verb(AGENTS_MANAGE)
async def change_agent(hub: Hub, actor: Actor, change: AgentChange) -> TeamAgent:
    """Give an agent another role or another name; it counts at once, also where the agent is signed in.

    Raises NotFound, InvalidPayload, Conflict; Forbidden for the last owner, and for whoever or whatever may more than oneself.
    """
    app = actor.scope.app
    agent = await _agent(hub, app, change.agent)
    expect_held(actor, await grants_of(hub, agent))
    batch = Batch(INSTALLATION)
    batch.guard(AGENTS, agent["id"], Eq("role", agent["role"]))
    changes: Document = {}
    if change.name is not UNSET:
        changes["name"] = checked_name(change.name)
    if change.role is not UNSET and change.role != agent["role"]:
        await give_role(hub, batch, actor, change.role)
        changes["role"] = change.role
        if agent["role"] == "owner":
            await _expect_another_owner(hub, batch, app, agent["id"])
    changed = batch.patch(AGENTS, agent["id"], set=changes)
    try:
        outcome = await hub.commit(batch)
    except (GuardFailed, Missing):
        raise Conflict from None
    access_changed(hub, app)
    return await _shown(hub, actor, outcome[changed])


def checked_name(name: str) -> str:
    """Return the name of an agent without outer space. Raises InvalidPayload."""
    name = check_text(name, "name").strip()
    if not name or len(name) > _NAME:
        raise InvalidPayload(f"`name`: a name has 1 to {_NAME} characters.")
    return name


async def _expect_another_owner(hub: Hub, batch: Batch, app: int, id: int) -> None:
    owners = [agent["id"] for agent in await _agents_of(hub, app) if agent["role"] == "owner" and agent["id"] != id]
    if not owners:
        raise Forbidden("An application needs an owner; the last one stays.", reason="last_owner")
    # Two owners who remove each other at once must not both succeed.
    batch.guard(AGENTS, owners[0], Eq("role", "owner"))


async def _agent(hub: Hub, app: int, id: int) -> Document:
    agent = await hub.store.get(INSTALLATION, AGENTS, id)
    if agent is None or agent["app"] != app:
        raise NotFound("There is no agent by that id.")
    return agent


async def _shown(hub: Hub, actor: Actor, agent: Document) -> TeamAgent:
    yours = await grants_of(hub, agent) <= actor.grants
    return TeamAgent(agent["id"], agent["name"], agent["email"], agent["role"], yours)


@verb(AGENTS_MANAGE)
async def remove_agent(hub: Hub, actor: Actor, given: AgentRef) -> None:
    """Take an agent out of the application: its sign-ins end at once, and its conversations are nobody's.

    The person keeps the other applications, and everything that was written keeps its author.
    Raises NotFound; Forbidden for the last owner, and for who may more than oneself.
    """
    app = actor.scope.app
    expect_held(actor, await grants_of(hub, await _agent(hub, app, given.agent)))
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
    agent = await _agent(hub, app, id)
    batch = Batch(INSTALLATION)
    if agent["role"] == "owner":
        await _expect_another_owner(hub, batch, app, id)
    batch.guard(AGENTS, id, Eq("role", agent["role"]))
    forget_agent(batch, agent)
    await forget_unreachable(hub, batch, agent)
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
