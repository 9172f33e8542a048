"""Whom a call rings: agents who are there, available, and in no other call."""

from __future__ import annotations

from hub.accounts.availability_rules import state_at
from hub.accounts.team import Team
from hub.calls.collections import CALLS
from hub.calls.rules import CallRules
from hub.chat.presence import Presence
from hub.core.hub import Hub
from storage.engine import Document, Scope, Sort
from storage.filters import All, Eq


async def next_rings(hub: Hub, scope: Scope, call: Document, rules: CallRules) -> list[int]:
    """Return the agents whose devices ring next; nobody who declined, and none where nobody is free.

    First whoever has the conversation, where the rules say so; then all who are free at once, or one after the other, whoever had
    no call for the longest time first. When all of them were rung, it rings all of them again.
    """
    free = [each for each in await free_agents(hub, scope, call["group"]) if each not in call["declined"]]
    left = [each for each in free if each not in call["rang"]]
    if rules.assignee_first and not call["rang"] and call["assignee"] in left:
        return [call["assignee"]]
    if rules.ring == "all" or not left:
        return free
    return [min([(await _last_call(hub, scope, each), each) for each in left])[1]]


async def free_agents(hub: Hub, scope: Scope, group: int | None) -> list[int]:
    """Return the agents who could take a call for a group now, or for nobody's."""
    team, now = await hub.part(Team).of(scope.app), hub.clock.now()
    online = hub.part(Presence).online
    found = []
    for id, agent in team.agents.items():
        may = agent.calls and team.takes(id, group) and state_at(agent.availability, now)[0] == "available"
        if may and online(scope.app, "agent", id) and not await talks(hub, scope, id):
            found.append(id)
    return sorted(found)


async def talks(hub: Hub, scope: Scope, agent: int) -> bool:
    """Tell whether an agent is in a call, or calls somebody."""
    for state in ("talking", "ringing"):
        if await hub.store.count(scope, CALLS, All((Eq("state", state), Eq("agent", agent)))):
            return True
    return bool(await hub.store.count(scope, CALLS, All((Eq("state", "talking"), Eq("consult.agent", agent)))))


async def _last_call(hub: Hub, scope: Scope, agent: int) -> int:
    page = await hub.store.find(scope, CALLS, Eq("agent", agent), sort=Sort("began", descending=True), limit=1)
    return page.items[0]["began"] if page.items else 0
