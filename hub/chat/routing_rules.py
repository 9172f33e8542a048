"""By which rules conversations find an agent: per application, and per group where a group has its own."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, convert, to_builtins

from hub.accounts.applications import member
from hub.accounts.grants import CONVERSATIONS_MANAGE, GROUPS_MANAGE
from hub.accounts.team import Team
from hub.chat.collections import ROUTING
from hub.core.actor import Actor
from hub.core.errors import Conflict, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.kept import Kept
from hub.core.verb import verb
from hub.people.vocabulary import Vocabularies, vocabulary
from storage.engine import Batch, Duplicate, GuardFailed, Scope
from storage.filters import Eq

WATCH = "routing.watch"
_MOST = 100
Id = Annotated[int, Meta(ge=1, le=2**53)]
Capacity = Annotated[int, Meta(ge=1, le=500)]
Minutes = Annotated[int, Meta(ge=1, le=10_080)]


class Overflow(Struct, frozen=True, forbid_unknown_fields=True):
    """To which group a conversation goes when nobody took it for so many minutes."""

    group: Id
    after: Minutes


class RouteRule(Struct, frozen=True, forbid_unknown_fields=True):
    """How conversations are handed out.

    method      `manual`: agents take them; `round_robin`: whoever got one longest ago; `least_busy`: whoever has fewest
    last_first  whoever had the contact's conversation before, if they are available
    outside     outside of the hours conversations `wait` in the queue, or are handed out all the same (`route`)
    """

    method: Literal["manual", "round_robin", "least_busy"] = "manual"
    last_first: bool = False
    outside: Literal["wait", "route"] = "wait"
    overflow: Overflow | None = None


class GroupRoute(Struct, frozen=True, forbid_unknown_fields=True):
    """The rule of one group."""

    group: Id
    rule: RouteRule


class AgentCapacity(Struct, frozen=True, forbid_unknown_fields=True):
    """How many open conversations one agent gets at most."""

    agent: Id
    most: Capacity


class AgentRoute(Struct, frozen=True, forbid_unknown_fields=True):
    """Contacts of a segment belong to an agent, whatever the method; where the agent is not free the method decides."""

    segment: Id
    agent: Id


class RoutingRules(Struct, frozen=True, forbid_unknown_fields=True):
    """Who gets which conversation.

    usual       of conversations of no group, and of groups without a rule of their own
    capacity    open conversations of an agent at most; `capacities` are those of single agents
    persons     segments that belong to an agent; the first one that fits counts
    requeue     what waits for an answer goes back to the queue when its agent has been gone for `grace` seconds
    """

    usual: RouteRule = RouteRule()
    groups: Annotated[tuple[GroupRoute, ...], Meta(max_length=_MOST)] = ()
    capacity: Capacity = 5
    capacities: Annotated[tuple[AgentCapacity, ...], Meta(max_length=1000)] = ()
    persons: Annotated[tuple[AgentRoute, ...], Meta(max_length=_MOST)] = ()
    requeue: bool = True
    grace: Annotated[int, Meta(ge=1, le=86_400)] = 180

    def of(self, group: int | None) -> RouteRule:
        """Return the rule of a group, or of none."""
        return next((each.rule for each in self.groups if each.group == group), self.usual)

    def most(self, agent: int) -> int:
        """Return how many open conversations an agent gets at most."""
        return next((each.most for each in self.capacities if each.agent == agent), self.capacity)

    @property
    def automatic(self) -> bool:
        """Whether anything is handed out at all."""
        return self.usual.method != "manual" or any(each.rule.method != "manual" for each in self.groups)


class Rules(Kept[RoutingRules]):
    """The rules that this node was asked for; each conversation that begins asks."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub, "routing", _read)


async def _read(hub: Hub, scope: Scope) -> RoutingRules:
    found = await hub.store.get(scope, ROUTING, scope.app)
    return convert((found or {}).get("rules") or {}, RoutingRules)


@verb(CONVERSATIONS_MANAGE)
async def get_routing(hub: Hub, actor: Actor) -> RoutingRules:
    """Return by which rules conversations find an agent."""
    return await hub.part(Rules).of(actor.scope.app)


@verb(GROUPS_MANAGE)
async def set_routing(hub: Hub, actor: Actor, rules: RoutingRules) -> RoutingRules:
    """Say by which rules conversations find an agent, from now on, also those that wait already.

    Raises NotFound for a group, an agent or a segment that is not there, InvalidPayload, and Conflict.
    """
    app = actor.scope.app
    await _check(hub, actor, rules)
    before = await hub.store.get(actor.scope, ROUTING, app)
    batch = Batch(actor.scope)
    watch = 1 if before is None else before["watch"] + 1
    if before is None:
        batch.insert(
            ROUTING, {"id": app, "rules": to_builtins(rules), "watch": watch, "turn": 0, "given": {}, "gone": {}}
        )
    else:
        batch.guard(ROUTING, app, Eq("watch", before["watch"]))
        batch.patch(ROUTING, app, set={"rules": to_builtins(rules), "watch": watch})
    if rules.automatic:
        await hub.jobs.add(batch, WATCH, {"watch": watch})
    try:
        await hub.commit(batch)
    except (GuardFailed, Duplicate):
        raise Conflict("Somebody else changed the rules just now. Look again.") from None
    hub.part(Rules).changed(app)
    return rules


async def _check(hub: Hub, actor: Actor, rules: RoutingRules) -> None:
    app = actor.scope.app
    hub.part(Team).forget(app)  # another node may have made a group just now
    team = await hub.part(Team).of(app)
    named = [each.group for each in rules.groups]
    overflows = [each.overflow.group for each in (rules.usual, *(one.rule for one in rules.groups)) if each.overflow]
    for group in (*named, *overflows):
        if group not in team.groups:
            raise NotFound(f"There is no group {group} in this application.")
    if len(set(named)) < len(named):
        raise InvalidPayload("A group has two rules; one of them would never count.")
    if any(one.rule.overflow and one.rule.overflow.group == one.group for one in rules.groups):
        raise InvalidPayload("A group can't overflow into itself.")
    agents = [each.agent for each in rules.capacities] + [each.agent for each in rules.persons]
    for agent in set(agents):
        if await member(hub, app, agent) is None:
            raise NotFound(f"There is no agent {agent} in this application.")
    hub.part(Vocabularies).forget(app)
    segments = (await vocabulary(hub, actor.scope)).segments
    for each in rules.persons:
        if each.segment not in segments:
            raise NotFound(f"There is no segment {each.segment} in this application.")
