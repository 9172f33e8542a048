"""Whom a call rings: agents who are there, available, and in no other call."""

from __future__ import annotations

from hub.accounts.availability_rules import state_at
from hub.accounts.team import Colleague, Team
from hub.calls.collections import CALLS
from hub.calls.engaged import engaged
from hub.calls.rules import CallRules
from hub.chat.presence import Presence
from hub.core.errors import CallBusy, NotFound
from hub.core.hub import Hub
from storage.engine import Document, Scope, Sort
from storage.filters import Eq

_PAGE = 200


async def next_rings(hub: Hub, scope: Scope, call: Document, rules: CallRules) -> list[int]:
    """Return the agents whose devices ring next; nobody who declined, and none where nobody is free.

    An agent who was named rings alone. Else first whoever has the conversation, where the rules say so; then all who are free at
    once, or one after the other, whoever had no call for the longest time first. When all of them were rung, it rings all of them
    again.
    """
    free = [each for each in await free_agents(hub, scope, call["group"]) if each not in call["declined"]]
    if call.get("named"):
        return [each for each in free if each == call["named"]]
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
    engaged = await _engaged(hub, scope)

    def is_free(id: int, agent: Colleague) -> bool:
        may = agent.calls and team.takes(id, group) and state_at(agent.availability, now)[0] == "available"
        return may and online(scope.app, "agent", id) and id not in engaged

    return sorted(id for id, agent in team.agents.items() if is_free(id, agent))


async def free_colleague(hub: Hub, scope: Scope, id: int) -> Colleague:
    """Return an agent who could take a call now. Raises NotFound, and CallBusy for one who can't."""
    colleague = (await hub.part(Team).of(scope.app)).agents.get(id)
    if colleague is None:
        raise NotFound(f"There is no agent {id} in this application.")
    if id not in await free_agents(hub, scope, None):
        raise CallBusy(f"{colleague.name} can’t take a call now.", reason="call_not_free", name=colleague.name)
    return colleague


async def talks(hub: Hub, scope: Scope, agent: int) -> bool:
    """Tell whether an agent is in a call, calls somebody, or is asked beside a call."""
    return agent in await _engaged(hub, scope)


async def _engaged(hub: Hub, scope: Scope) -> set[int]:
    """Return the agents who are in calls: read once for a whole team."""
    found: set[int] = set()
    for state in ("talking", "ringing"):
        cursor: str | None = None
        while True:
            page = await hub.store.find(
                scope, CALLS, Eq("state", state), sort=Sort("began"), limit=_PAGE, cursor=cursor
            )
            for call in page.items:
                found |= engaged(call)
            cursor = page.cursor
            if cursor is None:
                break
    return found


async def _last_call(hub: Hub, scope: Scope, agent: int) -> int:
    page = await hub.store.find(scope, CALLS, Eq("agent", agent), sort=Sort("began", descending=True), limit=1)
    return page.items[0]["began"] if page.items else 0
