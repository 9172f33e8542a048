"""Finds out who of the team is to be told of what happened in a conversation, and lets a job tell each of them (jobs).

What an agent was told of a conversation is a document of its own in NOTICES: agents may be many, and the conversation is
written with every message. `news` counts what there was to look at, and is the turn of the job that looks after the agent:
a job that finds another number was overtaken by a newer one and leaves everything to it. `wakes` is when that job runs.
"""

from __future__ import annotations

from typing import Any

from hub.accounts.notice_rules import Kind
from hub.accounts.team import Colleague, Team, TeamFacts
from hub.chat.collections import CONVERSATIONS, NOTICES
from hub.chat.notices import Notices
from hub.chat.presence import Presence
from hub.core.errors import Conflict
from hub.core.hub import Hub
from hub.core.weeks import inside_until
from storage.engine import Batch, Document, GuardFailed, Scope
from storage.filters import All, Eq, Filter

TELL_AGENT = "chat.tell_agent"
_TURNS = 10
_MOST = 1000


def kind_for(conversation: Document, agent: Colleague, team: TeamFacts) -> Kind:
    """Return what a message in a conversation is to an agent."""
    if conversation["assignee"] is not None:
        return "mine" if conversation["assignee"] == agent.id else "others"
    every = agent.rules.unassigned_of == "all"
    return "unassigned" if every or team.takes(agent.id, conversation.get("group")) else "others"


def in_charge(conversation: Document, team: TeamFacts) -> list[int]:
    """Return the agents whose matter a conversation is: whoever has it, else those who may take it."""
    return [each.id for each in team.agents.values() if kind_for(conversation, each, team) in ("mine", "unassigned")]


def waits_for_team(conversation: Document) -> bool:
    """Tell whether the contact said something last that nobody of the team has read."""
    last = conversation.get("last")
    return (
        conversation["status"] == "open"
        and conversation["unread"]["agent"] > 0
        and last is not None
        and last["author"]["kind"] == "contact"
    )


def unchanged(conversation: Document) -> Filter:
    """The conversation is as it was read: nothing was said since, and nobody took it."""
    return All((Eq("position", conversation["position"]), Eq("revision", conversation["revision"])))


async def tell_team(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Let everybody be told whom a conversation concerns (a job), and take away the word that this job waits."""
    for _ in range(_TURNS):
        conversation = await hub.store.get(scope, CONVERSATIONS, payload["conversation"])
        if conversation is None:
            return  # erased meanwhile
        hub.part(Notices).forget(scope.app, conversation["id"])
        batch = Batch(scope)
        batch.guard(CONVERSATIONS, conversation["id"], unchanged(conversation))
        batch.patch(CONVERSATIONS, conversation["id"], set={"notice": False})
        if waits_for_team(conversation):
            await _tell_all(hub, batch, conversation)
        if await _try(hub, batch):
            return
    raise Conflict


async def _tell_all(hub: Hub, batch: Batch, conversation: Document) -> None:
    team, app = await hub.part(Team).of(batch.scope.app), batch.scope.app
    working = hub.part(Notices).working()
    known = await _known(hub, batch.scope, conversation["id"])
    now, online = hub.clock.now(), hub.part(Presence).online
    for agent in team.agents.values():
        ways = agent.rules.ways(kind_for(conversation, agent, team))
        names = {each.name for each in working if each.name in ways and await each.reaches(hub, batch.scope, agent.id)}
        if not names:
            continue
        looks = "desktop" in ways and online(app, "agent", agent.id)
        quiet = inside_until(agent.rules.quiet, agent.rules.zone or team.hours.zone, now)
        soon = not looks and not quiet and names != {"email"}
        await _nudge(hub, batch, conversation["id"], agent.id, known.get(agent.id), soon=soon)


async def tell_of_event(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Let agents be told of an event that concerns them by name (a job)."""
    if await hub.store.get(scope, CONVERSATIONS, payload["conversation"]) is None:
        return  # erased meanwhile
    event = {"kind": payload["kind"], "id": payload["event"], "by": payload["by"], "at": hub.clock.now(), "tried": []}
    if payload.get("about"):
        event["about"] = payload["about"]
    for agent in payload["agents"]:
        for _ in range(_TURNS):
            known = (await _known(hub, scope, payload["conversation"])).get(agent)
            if known and (event["kind"], event["id"]) in {
                (e["kind"], e["id"]) for e in known["events"] + known["past"]
            }:
                break  # this job was here before
            batch = Batch(scope)
            batch.guard(CONVERSATIONS, payload["conversation"])
            await _nudge(hub, batch, payload["conversation"], agent, known, event, soon=True)
            if await _try(hub, batch):
                break
        else:
            raise Conflict


async def _known(hub: Hub, scope: Scope, conversation: int) -> dict[int, Document]:
    page = await hub.store.find(scope, NOTICES, Eq("conversation", conversation), limit=_MOST)
    return {each["agent"]: each for each in page.items}


async def _nudge(
    hub: Hub,
    batch: Batch,
    conversation: int,
    agent: int,
    known: Document | None,
    event: Document | None = None,
    *,
    soon: bool,
) -> None:
    """Let the job of an agent look at a conversation, now or when it wakes anyway."""
    now = hub.clock.now()
    if known is None:
        known = {
            "id": await hub.ids.next("notice"), "conversation": conversation, "agent": agent, "news": 1, "wakes": now,
            "events": [event] if event else [], "past": [], "through": {}, "told": 0, "sending": None, "letters": [],
        }  # fmt: skip
        batch.claim("notice.of", f"{conversation}:{agent}", known["id"])
        batch.insert(NOTICES, known)
        await hub.jobs.add(batch, TELL_AGENT, {"notice": known["id"], "turn": 1})
        return
    if not soon and known["wakes"] is not None and known["wakes"] > now:
        batch.guard(NOTICES, known["id"], All((Eq("news", known["news"]), Eq("wakes", known["wakes"]))))
        return
    turn = known["news"] + 1
    batch.guard(NOTICES, known["id"], Eq("news", known["news"]))
    changes: Document = {"news": turn, "wakes": now}
    if event:
        changes["events"] = [*known["events"], event]
    batch.patch(NOTICES, known["id"], set=changes)
    await hub.jobs.add(batch, TELL_AGENT, {"notice": known["id"], "turn": turn})


async def _try(hub: Hub, batch: Batch) -> bool:
    """Commit; False where something changed meanwhile, or another job was first."""
    try:
        return (await hub.commit(batch)).existing is None
    except GuardFailed:
        return False
