"""The queue: conversations that wait for an agent, and the look that hands them out, longest waiting first.

A look reads the world and writes one batch for each conversation. Each of these expects that the conversation still waits and
that nobody else has handed out anything since (`turn` of the application): so two nodes that look at once never give one
conversation to two agents, nor an agent more than fit. The loser reads anew. This document is written once per conversation
that finds an agent, never per message.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hub.accounts.availability_rules import state_at
from hub.accounts.team import Team, TeamFacts
from hub.chat.announce import announce_state
from hub.chat.collections import CONVERSATIONS, ROUTING
from hub.chat.events import ConversationChanged
from hub.chat.notices import Notices, tell_whom_it_waits_for
from hub.chat.presence import Presence
from hub.chat.routing_rules import RouteRule, RoutingRules, Rules
from hub.core.hub import Hub
from hub.people.grouping.belonging import segments_of_contacts
from hub.people.talks import put_talk, say_talked, talk_record
from storage.engine import Batch, Document, GuardFailed, Missing, Scope, Sort
from storage.filters import Eq, In, Ne, all_of

OFTEN = 15_000
"""Milliseconds between two looks where nothing happens: whatever a process that died left lies no longer."""
_PAGE, _PAGES = 200, 20
_TURNS = 20
_BEFORE = 20
"""Earlier conversations of a contact in which its last agent is looked for."""
_WAITS = all_of(Eq("status", "open"), Ne("waits", None))


@dataclass
class _World:
    rules: RoutingRules
    team: TeamFacts
    now: int
    turn: int
    given: dict[str, int]
    gone: dict[str, int]
    here: set[int]
    """Agents who are online and not away."""
    free: dict[int, int] = field(default_factory=dict)
    """Available agents with room, and how many open conversations they have."""
    wakes: int = OFTEN
    """Milliseconds until something is due by itself."""

    def due(self, at: int) -> bool:
        """Tell whether a moment has come, and otherwise look again then."""
        if at > self.now:
            self.wakes = min(self.wakes, at - self.now)
        return at <= self.now


class _Overtaken(Exception):
    """Another node has handed something out meanwhile."""


async def look(hub: Hub, scope: Scope) -> int:
    """Take back what agents who are gone leave waiting, and hand out what waits; return milliseconds until the next look."""
    for _ in range(_TURNS):
        world = await _read(hub, scope)
        if not world.rules.automatic:
            return OFTEN
        await _note_gone(hub, scope, world)
        if world.rules.requeue:
            await _take_back(hub, scope, world)
        try:
            await _hand_out(hub, scope, world)
            return world.wakes
        except _Overtaken:
            continue
    return 1_000


async def _read(hub: Hub, scope: Scope) -> _World:
    rules, team = await hub.part(Rules).of(scope.app), await hub.part(Team).of(scope.app)
    kept = await hub.store.get(scope, ROUTING, scope.app) or {"turn": 0, "given": {}, "gone": {}}
    now, online = hub.clock.now(), hub.part(Presence).online
    states = {id: state_at(agent.availability, now)[0] for id, agent in team.agents.items()}
    here = {id for id, state in states.items() if state != "away" and online(scope.app, "agent", id)}
    world = _World(rules, team, now, kept["turn"], kept["given"], kept["gone"], here)
    if rules.automatic:
        for id in sorted(here):
            if states[id] == "available":
                mine = all_of(Eq("assignee", id), Eq("status", "open"))
                load = await hub.store.count(scope, CONVERSATIONS, mine)
                if load < rules.most(id):
                    world.free[id] = load
    return world


# ── taking back ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def _note_gone(hub: Hub, scope: Scope, world: _World) -> None:
    """Keep since when agents are gone, so that the grace time goes on over restarts and nodes."""
    went = [id for id in world.team.agents if id not in world.here and str(id) not in world.gone]
    came = [id for id in world.gone if int(id) in world.here or int(id) not in world.team.agents]
    if not went and not came:
        return
    batch = Batch(scope)
    batch.patch(
        ROUTING, scope.app, set={f"gone.{id}": world.now for id in went}, unset=tuple(f"gone.{id}" for id in came)
    )
    try:
        await hub.commit(batch)
    except Missing:
        return
    world.gone = {id: at for id, at in world.gone.items() if id not in came} | {str(id): world.now for id in went}


async def _take_back(hub: Hub, scope: Scope, world: _World) -> None:
    grace = world.rules.grace * 1000
    gone = tuple(int(id) for id, at in world.gone.items() if world.due(at + grace))
    if not gone:
        return
    theirs = all_of(_WAITS, In("assignee", gone))
    page = await hub.store.find(scope, CONVERSATIONS, theirs, sort=Sort("waits", descending=True), limit=_PAGE)
    for document in page.items:
        rule = world.rules.of(document.get("group"))
        if rule.method != "manual" and not _closed(world, document, rule):
            await _requeue(hub, scope, document, world.now)


async def _requeue(hub: Hub, scope: Scope, document: Document, now: int) -> None:
    """Make it nobody's; the contact is told nothing, and its place in the queue is since when it waits."""
    batch = Batch(scope)
    batch.guard(CONVERSATIONS, document["id"], all_of(_WAITS, Eq("assignee", document["assignee"])))
    changed = batch.patch(
        CONVERSATIONS,
        document["id"],
        set={"assignee": None, "assignee_name": None, "touched": now},
        inc={"revision": 1},
    )
    await tell_whom_it_waits_for(hub, batch, document["id"])
    try:
        announce_state(hub, scope, (await hub.commit(batch))[changed])
    except (GuardFailed, Missing):
        pass  # answered, taken over or erased meanwhile


# ── handing out ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def _hand_out(hub: Hub, scope: Scope, world: _World) -> None:
    queue = all_of(_WAITS, Eq("assignee", None))
    cursor = None
    for _ in range(_PAGES):
        page = await hub.store.find(
            scope, CONVERSATIONS, queue, sort=Sort("waits", descending=True), limit=_PAGE, cursor=cursor
        )
        segments = await _segments(hub, scope, world, page.items)
        for document in page.items:
            await _place(hub, scope, world, document, segments.get(document["contact"], frozenset()))
        cursor = page.cursor
        if cursor is None:
            return


async def _place(hub: Hub, scope: Scope, world: _World, document: Document, segments: frozenset[int]) -> None:
    """Give a waiting conversation to an agent, or to the group that it overflows into, or leave it."""
    for _ in range(2):
        rule = world.rules.of(document.get("group"))
        if rule.method == "manual" or _closed(world, document, rule):
            return
        agent = await _choose(hub, scope, world, document, rule, segments)
        if agent is not None:
            await _assign(hub, scope, world, document, agent)
            return
        moved = await _overflow(hub, scope, world, document, rule)
        if moved is None:
            return
        document = moved


def _closed(world: _World, document: Document, rule: RouteRule) -> bool:
    """Tell whether a conversation has to wait for the hours of its group."""
    hours = world.team.hours_for(document.get("group"))
    if rule.outside == "route" or hours.open_at(world.now):
        return False
    opens = hours.opens(world.now)
    if opens is not None:
        world.due(opens)
    return True


async def _choose(
    hub: Hub, scope: Scope, world: _World, document: Document, rule: RouteRule, segments: frozenset[int]
) -> int | None:
    if not world.free:
        return None
    own = next((each.agent for each in world.rules.persons if each.segment in segments), None)
    if own in world.free:
        return own
    takers = {id: load for id, load in world.free.items() if world.team.takes(id, document.get("group"))}
    if not takers:
        return None
    if rule.last_first:
        page = await hub.store.find(
            scope, CONVERSATIONS, Eq("contact", document["contact"]), sort=Sort(descending=True), limit=_BEFORE
        )
        last = next((each["assignee"] for each in page.items if each["assignee"] is not None), None)
        if last in takers:
            return int(last)
    given = world.given
    if rule.method == "least_busy":
        return min(takers, key=lambda id: (takers[id], given.get(str(id), 0), id))
    return min(takers, key=lambda id: (given.get(str(id), 0), id))


async def _assign(hub: Hub, scope: Scope, world: _World, document: Document, agent: int) -> None:
    name, now, contact = world.team.agents[agent].name, hub.clock.now(), document["contact"]
    batch = Batch(scope)
    batch.guard(ROUTING, scope.app, Eq("turn", world.turn))
    batch.guard(CONVERSATIONS, document["id"], all_of(_WAITS, Eq("assignee", None), Eq("group", document.get("group"))))
    batch.patch(ROUTING, scope.app, set={f"given.{agent}": world.turn + 1}, inc={"turn": 1})
    changed = batch.patch(
        CONVERSATIONS,
        document["id"],
        set={"assignee": agent, "assignee_name": name, "touched": now},
        inc={"revision": 1},
    )
    by = {"kind": "automation", "id": 0, "name": world.team.name}
    put_talk(batch, contact, await talk_record(hub, "assigned", document["id"], by, now, to=name))
    facts = {"word": "assigned", "conversation": document["id"], "contact": contact}
    await hub.follow_up(batch, ConversationChanged, facts)
    event = await hub.ids.next("assignment")
    await hub.part(Notices).order_event(batch, document["id"], "assigned", event, [agent], world.team.name)
    try:
        outcome = await hub.commit(batch)
    except (GuardFailed, Missing):
        await _expect_turn(hub, scope, world)
        return  # it was the conversation that changed: somebody took it, or nobody waits there any more
    world.turn += 1
    world.given[str(agent)] = world.turn
    world.free[agent] += 1
    if world.free[agent] >= world.rules.most(agent):
        del world.free[agent]
    announce_state(hub, scope, outcome[changed])
    say_talked(hub, scope, contact)


async def _expect_turn(hub: Hub, scope: Scope, world: _World) -> None:
    kept = await hub.store.get(scope, ROUTING, scope.app)
    if kept is None or kept["turn"] != world.turn:
        raise _Overtaken


async def _overflow(hub: Hub, scope: Scope, world: _World, document: Document, rule: RouteRule) -> Document | None:
    """Move what nobody took in time to another group, once to each; return it as it is then, None where it stays."""
    to = rule.overflow
    if to is None or to.group == document.get("group") or to.group in document.get("overflowed", ()):
        return None
    if to.group not in world.team.groups or not world.due(-document["waits"] + to.after * 60_000):
        return None
    batch = Batch(scope)
    batch.guard(CONVERSATIONS, document["id"], all_of(_WAITS, Eq("assignee", None), Eq("group", document.get("group"))))
    changed = batch.patch(
        CONVERSATIONS, document["id"], set={"group": to.group, "moved": True, "touched": hub.clock.now()},
        add={"overflowed": to.group}, inc={"revision": 1},
    )  # fmt: skip
    await tell_whom_it_waits_for(hub, batch, document["id"])
    try:
        after: Document = (await hub.commit(batch))[changed]
    except (GuardFailed, Missing):
        return None
    announce_state(hub, scope, after)
    return after


async def _segments(hub: Hub, scope: Scope, world: _World, found: list[Document]) -> dict[int, frozenset[int]]:
    if not world.rules.persons or not world.free:
        return {}
    return await segments_of_contacts(hub, scope, {each["contact"] for each in found})
