"""What there is to tell an agent about a conversation right now: by which way, or when to look again."""

from __future__ import annotations

from msgspec import Struct

from hub.accounts.notice_rules import Kind
from hub.accounts.team import Colleague, Team, TeamFacts
from hub.chat.collections import MESSAGES, NOTES
from hub.chat.edited import as_now, notes_as_now
from hub.chat.notices import AgentChannel, Notices
from hub.chat.presence import Presence
from hub.chat.sla_timers import still
from hub.chat.telling import in_charge, kind_for, waits_for_team
from hub.core.hub import Hub
from hub.core.weeks import inside_until
from storage.engine import Document, Scope

MOST = 20
"""Messages that are told at once; of more, the newest ones."""
_LOOKS_AGAIN, _SELDOM = 60_000, 15 * 60_000
"""Shortest and longest milliseconds until it is asked again whether an agent whose panel is open has gone."""
_UNATTENDED = 10 * 60_000
"""Milliseconds after which what nobody of the team has read is told though the panel is open: nobody sits before it."""


class Sending(Struct, frozen=True):
    """What is to be sent now. `event` is what the agent is told of, None for messages: those behind `after` up to `through`."""

    channel: AgentChannel
    kind: Kind
    event: Document | None
    after: int
    through: int


class Outlook(Struct):
    """What a look at a conversation gave: something to send, a moment at which to look again, or nothing.

    `over` are events of which the agent is not told any more.
    """

    sending: Sending | None = None
    wakes: int | None = None
    over: list[Document] = []

    def wait(self, until: int) -> None:
        """Look again at a moment, or earlier."""
        self.wakes = until if self.wakes is None else min(self.wakes, until)


class Looker:
    """Looks for one agent at one conversation."""

    def __init__(self, hub: Hub, scope: Scope, team: TeamFacts, agent: Colleague, conversation: Document) -> None:
        self._hub, self._scope, self._team, self._agent, self._conversation = hub, scope, team, agent, conversation
        self._now = hub.clock.now()
        self._delay = int(1000 * (team.delay if agent.rules.delay is None else agent.rules.delay))

    async def look(self, state: Document) -> Outlook:
        """Return what there is to do."""
        found = Outlook(over=[])
        for event in state["events"]:
            await self._look_at_event(found, event)
            if found.sending:
                return found
        await self._look_at_messages(found, state)
        return found

    def held_until(self, kind: Kind, since: int) -> int | None:
        """Return until when what waits since then is not sent: the agent looks, or wants to be left alone. None for now."""
        return self._now + _LOOKS_AGAIN if self._looks(kind, since) else self._quiet(kind)

    async def is_over(self, event: Document) -> bool:
        """Tell whether there is no reason any more to tell of an event: the panel did, or it is not so any more."""
        return not self._ways(event["kind"]) or self._looks(event["kind"]) or not await self._holds(event)

    async def _look_at_event(self, found: Outlook, event: Document) -> None:
        kind: Kind = event["kind"]
        if await self.is_over(event):
            return found.over.append(event)
        if (quiet := self._quiet(kind)) is not None:
            return found.wait(quiet)
        for channel in await self._channels(self._ways(kind)):
            if channel.name in event["tried"] or (event.get("told") and not self._agent.rules.both):
                continue
            due = event["at"] + self._delay if channel.name == "email" else self._now
            if due > self._now:
                return found.wait(due)
            position = self._conversation["position"]
            after = position if kind == "mention" else self._conversation["read"]["agent"]
            found.sending = Sending(channel, kind, event, after, position)
            return None
        return found.over.append(event)

    async def _look_at_messages(self, found: Outlook, state: Document) -> None:
        kind = kind_for(self._conversation, self._agent, self._team)
        ways = self._ways(kind)
        if not ways or not waits_for_team(self._conversation):
            return None
        unread = await unread_by_team(self._hub, self._scope, self._conversation)
        told = 0 if self._agent.rules.both else state["told"]
        for channel in await self._channels(ways):
            known = max(told, state["through"].get(channel.name, 0))
            new = [each for each in unread if each["position"] > known]
            if not new:
                continue
            if self._looks(kind, new[0]["at"]):
                waits = self._now - new[0]["at"]
                return found.wait(self._now + min(max(_LOOKS_AGAIN, min(waits, _SELDOM)), _UNATTENDED - waits))
            if (quiet := self._quiet(kind)) is not None:
                return found.wait(quiet)
            due = new[0]["at"] + self._delay if channel.name == "email" else self._now
            if due > self._now:
                return found.wait(due)
            found.sending = Sending(channel, kind, None, new[0]["position"] - 1, new[-1]["position"])
            return None
        return None

    def _ways(self, kind: Kind) -> set[str]:
        return set(self._agent.rules.ways(kind))

    def _looks(self, kind: Kind, since: int | None = None) -> bool:
        """Tell whether the panel itself tells the agent: it is open, and they want to be told there.

        A message that has waited there for long proves that nobody looks.
        """
        here = self._hub.part(Presence).online(self._scope.app, "agent", self._agent.id)
        attended = since is None or self._now - since < _UNATTENDED
        return here and attended and "desktop" in self._agent.rules.ways(kind)

    def _quiet(self, kind: Kind) -> int | None:
        rules = self._agent.rules
        if kind in rules.always:
            return None
        return inside_until(rules.quiet, rules.zone or self._team.hours.zone, self._now)

    async def _channels(self, ways: set[str]) -> list[AgentChannel]:
        return [
            each
            for each in self._hub.part(Notices).working()
            if each.name in ways and await each.reaches(self._hub, self._scope, self._agent.id)
        ]

    async def _holds(self, event: Document) -> bool:
        """Tell whether what happened is still so: the conversation the agent's, the note there, no answer yet."""
        if event["kind"] == "assigned":
            mine: bool = self._conversation["assignee"] == self._agent.id and self._conversation["status"] != "closed"
            return mine
        if event["kind"] == "sla":
            return self._agent.id in in_charge(self._conversation, self._team) and still(
                self._conversation, **event["about"]
            )
        note = await self._hub.store.record(self._scope, NOTES, event["id"])
        return note is not None and not (await notes_as_now(self._hub, self._scope, [note]))[0].get("deleted")


async def unread_by_team(
    hub: Hub, scope: Scope, conversation: Document, after: int | None = None, through: int | None = None
) -> list[Document]:
    """Return what the contact said that nobody of the team has read or answered, the newest at most, oldest first."""
    after = conversation["read"]["agent"] if after is None else after
    end = conversation["position"] if through is None else through
    after = max(after, end - 5 * MOST)
    found: list[Document] = []
    records = await hub.store.read(scope, MESSAGES, conversation["id"], after=after, limit=max(1, end - after))
    for each in await as_now(hub, scope, records):
        if each["position"] > end:
            break
        if each["author"]["kind"] == "contact" and each["kind"] == "text" and not each.get("deleted"):
            found.append(each)
        elif each["author"]["kind"] != "automation" and each["kind"] == "text":
            found.clear()  # whoever answers has read
    return found[-MOST:]


async def team_of(hub: Hub, scope: Scope, agent: int) -> tuple[TeamFacts, Colleague | None]:
    """Return the team, and the agent where they are still in it."""
    team = await hub.part(Team).of(scope.app)
    return team, team.agents.get(agent)
