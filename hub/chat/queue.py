"""What waits for an agent, longest first, and who has how much: what agents look at to see how busy they are."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from hub.accounts.availability_rules import State, state_at
from hub.accounts.grants import CONVERSATIONS_MANAGE
from hub.accounts.team import Team
from hub.chat.collections import CONVERSATIONS
from hub.chat.conversations import PAGE, present
from hub.chat.presence import Presence
from hub.chat.records import Conversation
from hub.chat.routing_rules import Rules
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.hub import Hub
from hub.core.verb import verb
from storage.engine import Sort
from storage.filters import Eq, Filter, Ne, all_of


class QueueOf(Struct, frozen=True, forbid_unknown_fields=True):
    """The queue of one group; of all without it."""

    group: Annotated[int, Meta(ge=1, le=2**53)] | None = None


class Workload(Struct, frozen=True):
    """How much an agent has: open conversations, and how many it gets at most."""

    agent: int
    state: State
    online: bool
    open: int
    most: int


class Queue(Struct, frozen=True):
    """How many conversations wait for an agent, since when the first one, the first fifty of them, and who has how much."""

    waiting: int
    since: str | None
    conversations: list[Conversation]
    agents: list[Workload]


@verb(CONVERSATIONS_MANAGE)
async def read_queue(hub: Hub, actor: Actor, asked: QueueOf) -> Queue:
    """Return what waits for an agent, longest first, and how much every agent has."""
    filters: list[Filter] = [Eq("status", "open"), Ne("waits", None), Eq("assignee", None)]
    if asked.group is not None:
        filters.append(Eq("group", asked.group))
    queue = all_of(*filters)
    page = await hub.store.find(actor.scope, CONVERSATIONS, queue, sort=Sort("waits", descending=True), limit=PAGE)
    waiting = await hub.store.count(actor.scope, CONVERSATIONS, queue)
    since = rfc3339(-page.items[0]["waits"]) if page.items else None
    return Queue(waiting, since, await present(hub, actor, page.items), await _workloads(hub, actor))


async def _workloads(hub: Hub, actor: Actor) -> list[Workload]:
    app, now = actor.scope.app, hub.clock.now()
    team, rules = await hub.part(Team).of(app), await hub.part(Rules).of(app)
    found = []
    for id, agent in team.agents.items():
        mine = all_of(Eq("assignee", id), Eq("status", "open"))
        load = await hub.store.count(actor.scope, CONVERSATIONS, mine)
        online = hub.part(Presence).online(app, "agent", id)
        found.append(Workload(id, state_at(agent.availability, now)[0], online, load, rules.most(id)))
    return found
