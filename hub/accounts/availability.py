"""Whether an agent takes conversations: said by hand, by weekly hours, or because nobody touches the panel.

Nothing has to happen for a state to change with the hours (`availability_rules.py` works it out). A job wakes at their edges
only to tell those who look.
"""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct, to_builtins

from hub.accounts.availability_rules import (
    Availability,
    AvailabilityRules,
    State,
    Why,
    availability_of,
    edge_after,
    state_at,
)
from hub.accounts.collections import AGENTS
from hub.accounts.events import AgentFaceChanged, AvailabilityChanged
from hub.accounts.grants import AGENTS_MANAGE, CONVERSATIONS_MANAGE, PROFILE
from hub.accounts.team import Team
from hub.core.actor import Actor
from hub.core.errors import Conflict, Forbidden, NotFound
from hub.core.hub import Hub
from hub.core.jobs import Later
from hub.core.verb import verb
from hub.core.weeks import zone_of
from storage.engine import INSTALLATION, Batch, Document, GuardFailed, Missing, Scope
from storage.filters import Eq

TURN = "agents.availability_turns"
_TURNS = 5
"""Times that rules are tried which meet others at the same moment."""


class MyAvailability(AvailabilityRules, frozen=True):
    """The state of whoever asks, why it is so, and until when (UTC milliseconds) where the hours will change it."""

    state: State = "available"
    why: Why = "hand"
    until: int | None = None


class SetAvailability(Struct, frozen=True, forbid_unknown_fields=True):
    """The state that an agent takes by hand."""

    state: State


class SetAgentAvailability(Struct, frozen=True, forbid_unknown_fields=True):
    """The state that somebody gives a colleague by hand."""

    agent: Annotated[int, Meta(ge=1, le=2**53)]
    state: State


class Idleness(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether nobody has touched the panel for the minutes that the agent chose."""

    idle: bool


class AgentAvailability(Struct, frozen=True):
    """An agent's state."""

    agent: int
    state: State
    why: Why


class Availabilities(Struct, frozen=True):
    """The states of all agents."""

    agents: list[AgentAvailability]


@verb(PROFILE)
async def get_availability(hub: Hub, actor: Actor) -> MyAvailability:
    """Return the state of whoever asks, and how it changes by itself. Raises NotFound for who is no agent any more."""
    return _mine(hub, availability_of(await _agent(hub, actor.scope.app, _me(actor))))


@verb(PROFILE)
async def set_availability(hub: Hub, actor: Actor, given: SetAvailability) -> MyAvailability:
    """Say by hand whether one takes conversations; with weekly hours it counts until their next edge. Raises NotFound."""
    return _mine(hub, await _say(hub, actor.scope.app, _me(actor), given.state))


@verb(AGENTS_MANAGE)
async def set_agent_availability(hub: Hub, actor: Actor, given: SetAgentAvailability) -> AgentAvailability:
    """Say for a colleague whether they take conversations, as one who went home and forgot. Raises NotFound."""
    kept = await _say(hub, actor.scope.app, given.agent, given.state)
    return AgentAvailability(given.agent, *state_at(kept, hub.clock.now()))


@verb(PROFILE)
async def set_availability_rules(hub: Hub, actor: Actor, rules: AvailabilityRules) -> MyAvailability:
    """Say how one's state changes by itself, from now on. Raises InvalidPayload for a zone that is none, and NotFound."""
    zone_of(rules.zone)
    app, me = actor.scope.app, _me(actor)
    for _ in range(_TURNS):
        agent, now = await _agent(hub, app, me), hub.clock.now()
        before = availability_of(agent)
        # Weekly hours that are new count at once; those who only choose the minutes keep what they said.
        fresh = rules.scheduled and (not before.scheduled or (before.week, before.zone) != (rules.week, rules.zone))
        turn = before.turn + 1
        batch = Batch(INSTALLATION)
        # The job belongs to the newest rules only: of two that come at once, one sees the other's.
        batch.guard(AGENTS, me, Eq("availability.turn", (agent.get("availability") or {}).get("turn")))
        changes = {**to_builtins(rules), "turn": turn} | ({"at": 0} if fresh else {})
        if rules.scheduled and (edge := edge_after(rules, now)) is not None:
            await hub.jobs.add(batch, TURN, {"app": app, "agent": me, "turn": turn}, after=max(0, edge - now))
        kept = await _change(hub, batch, app, me, changes)
        if kept is not None:
            return _mine(hub, kept)
    raise Conflict


@verb(PROFILE)
async def say_idle(hub: Hub, actor: Actor, given: Idleness) -> MyAvailability:
    """Say that nobody has touched the panel for a while, or that somebody does again. Raises NotFound."""
    app, me = actor.scope.app, _me(actor)
    kept = availability_of(await _agent(hub, app, me))
    if kept.asleep == given.idle or (given.idle and kept.idle is None):
        return _mine(hub, kept)
    return _mine(hub, await _expect(hub, app, me, {"asleep": given.idle}))


@verb(CONVERSATIONS_MANAGE)
async def list_availability(hub: Hub, actor: Actor) -> Availabilities:
    """Return the states of all agents."""
    team, now = await hub.part(Team).of(actor.scope.app), hub.clock.now()
    return Availabilities(
        [AgentAvailability(each.id, *state_at(each.availability, now)) for each in team.agents.values()]
    )


async def turn(hub: Hub, _: Scope, payload: dict[str, Any]) -> None:
    """Tell that an agent's hours have begun or ended (a job), and wait for the next edge; others than the newest one end."""
    agent = await hub.store.get(INSTALLATION, AGENTS, payload["agent"])
    kept = availability_of(agent or {})
    if agent is None or not kept.scheduled or kept.turn != payload["turn"]:
        return
    now = hub.clock.now()
    _announce(hub, payload["app"], payload["agent"], kept)
    edge = edge_after(kept, now)
    if edge is not None:
        raise Later(max(1_000, edge - now))


async def _say(hub: Hub, app: int, agent: int, state: State) -> Availability:
    return await _expect(hub, app, agent, {"hand": state, "at": hub.clock.now(), "asleep": False})


async def _expect(hub: Hub, app: int, agent: int, changes: dict[str, Any]) -> Availability:
    kept = await _change(hub, Batch(INSTALLATION), app, agent, changes)
    if kept is None:
        raise NotFound("There is no agent by that id.")
    return kept


async def _change(hub: Hub, batch: Batch, app: int, agent: int, changes: dict[str, Any]) -> Availability | None:
    """Change some fields and leave all others as they are, whoever changes them; None where a guard did not hold."""
    batch.guard(AGENTS, agent, Eq("app", app))
    changed = batch.patch(AGENTS, agent, set={f"availability.{name}": value for name, value in changes.items()})
    try:
        kept = availability_of((await hub.commit(batch))[changed])
    except (GuardFailed, Missing):
        return None
    hub.part(Team).changed(app)
    _announce(hub, app, agent, kept)
    return kept


def _announce(hub: Hub, app: int, agent: int, kept: Availability) -> None:
    state, why = state_at(kept, hub.clock.now())
    hub.publish(AvailabilityChanged(app=app, agent=agent, state=state, why=why))
    hub.publish(AgentFaceChanged(app=app, agent=agent, state=state))


def _me(actor: Actor) -> int:
    if actor.kind != "agent":
        raise Forbidden("Only agents are available or away: sign in as one.")
    return actor.id


async def _agent(hub: Hub, app: int, id: int) -> Document:
    agent = await hub.store.get(INSTALLATION, AGENTS, id)
    if agent is None or agent["app"] != app:
        raise NotFound("There is no agent by that id.")
    return agent


def _mine(hub: Hub, kept: Availability) -> MyAvailability:
    now = hub.clock.now()
    state, why = state_at(kept, now)
    until = edge_after(kept, now) if kept.scheduled else None
    return MyAvailability(kept.scheduled, kept.zone, kept.week, kept.idle, state=state, why=why, until=until)
