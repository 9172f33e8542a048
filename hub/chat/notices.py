"""Tells agents who do not look what waits for them: the ways to them, and the jobs that events order.

A contact's message must not cost a job each, and none may go untold. So a conversation carries a word, `notice`: a job is
waiting that looks after it (`hub/chat/telling.py`). The job takes the word away in one batch with ordering what follows, and
only where the conversation is still as it has read it. A process that has ordered the job remembers that, and lets its next
messages expect the word instead of ordering again. Then there are two cases, whatever happens meanwhile and on whatever
node: the message is committed before the word is taken away, and the job either reads it or finds that the conversation
has changed and looks again; or afterwards, then the batch is refused and written once more, with a job. So there is one
waiting job for each conversation, and at most one more for each node that did not know of it.

What agents see who look: `hub.chat.telling` leaves those alone whose panel is open, where they want to be told there.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Literal, Protocol

from msgspec import Struct

from hub.accounts.notice_rules import Kind
from hub.accounts.team import Team
from hub.chat.collections import CONVERSATIONS
from hub.chat.presence import Presence
from hub.core.hub import Hub
from hub.core.kept import STALE
from storage.engine import Batch, Document, Scope

TELL = "chat.tell_team"
TELL_EVENT = "chat.tell_of_event"
MESSAGES: tuple[Kind, ...] = ("mine", "unassigned", "others")
SOON = 2_000
"""Milliseconds in which what is said in one breath is gathered, and in which an agent may have looked already."""
_REMEMBERED = 50_000


class Notice(Struct, frozen=True):
    """What an agent is told, made of what is stored: the same delivery always makes the same one.

    url    a path in the panel
    tag    a notice takes the place of an earlier one with the same tag
    before the letters of this conversation that the agent got before, oldest first
    at     when it was written down that it is to be sent, in UTC milliseconds
    who    whose conversation it is
    """

    delivery: int
    kind: Literal["message", "assigned", "mention", "unassigned", "sla"]
    conversation: int
    title: str
    body: str
    url: str
    tag: str
    language: str
    messages: list[Document]
    before: list[str]
    at: int = 0
    who: str = ""


class AgentChannel(Protocol):
    """A way to reach an agent who does not look at the panel."""

    name: str

    def works(self, hub: Hub) -> bool:
        """Tell whether the installation has it."""

    async def reaches(self, hub: Hub, scope: Scope, agent: int) -> bool:
        """Tell whether the agent can be reached by it."""

    async def send(self, hub: Hub, scope: Scope, agent: int, notice: Notice) -> str:
        """Send it and return the letter's id. Raises Unreachable where it never will be taken, else it may be later."""


class Reach:
    """Which channels reach which agents of an application, known for `STALE` seconds.

    Every message of a contact asks, so what is older is asked anew beside it: only the first one waits. A device or a mail
    server that is set up just now is known a few seconds later.
    """

    def __init__(self, hub: Hub, working: Callable[[], list[AgentChannel]]) -> None:
        self._hub, self._working = hub, working
        self._known: dict[int, tuple[float, dict[int, frozenset[str]]]] = {}
        self._asking: set[int] = set()

    async def of(self, app: int) -> dict[int, frozenset[str]]:
        """Return the names of the channels by agent; agents whom none reaches are not in it."""
        known = self._known.get(app)
        if known is None:
            return await self._ask(app)
        if known[0] < time.monotonic() and app not in self._asking:
            self._asking.add(app)
            self._hub.spawn("who can be told", self._ask(app))
        return known[1]

    def forget(self) -> None:
        """Ask anew."""
        self._known.clear()

    async def _ask(self, app: int) -> dict[int, frozenset[str]]:
        try:
            team, scope, found = await self._hub.part(Team).of(app), Scope(app), {}
            for agent in team.agents:
                names = [each.name for each in self._working() if await each.reaches(self._hub, scope, agent)]
                if names:
                    found[agent] = frozenset(names)
            self._known[app] = (time.monotonic() + STALE, found)
            return found
        finally:
            self._asking.discard(app)


class Notices:
    """The channels to agents, and what this process knows to be ordered."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._channels: list[AgentChannel] = []
        self._ordered: OrderedDict[tuple[int, int], int] = OrderedDict()
        self._reach = Reach(hub, self.working)

    def add(self, *channels: AgentChannel) -> None:
        """Take channels in, each in the place of one with its name. E-mail comes last, as it waits for its delay."""
        named = {channel.name: channel for channel in (*self._channels, *channels)}
        self._channels = sorted(named.values(), key=lambda channel: channel.name == "email")
        self._reach.forget()

    def working(self) -> list[AgentChannel]:
        """Return the channels that the installation has."""
        return [each for each in self._channels if each.works(self._hub)]

    async def delay(self, app: int) -> int | None:
        """Return after how many milliseconds a contact's message is looked after; None where nobody is to be told.

        Soon where an agent may have to be told soon; after the shortest delay of e-mails where all others see it.
        """
        reached = await self._reach.of(app)
        if not reached:
            return None
        found: int | None = None
        team, online = await self._hub.part(Team).of(app), self._hub.part(Presence).online
        for agent in team.agents.values():
            for kind in MESSAGES:
                ways = agent.rules.ways(kind)
                names = reached.get(agent.id, frozenset()).intersection(ways)
                if not names:
                    continue
                if names != {"email"} and not ("desktop" in ways and online(app, "agent", agent.id)):
                    return SOON
                delay = int(1000 * (team.delay if agent.rules.delay is None else agent.rules.delay))
                found = delay if found is None else min(found, delay)
        return found

    def waits(self, app: int, conversation: int) -> bool:
        """Tell whether this process knows of a job that has not begun."""
        return self._ordered.get((app, conversation), 0) > self._hub.clock.now()

    async def order(self, batch: Batch, conversation: int, after: int = SOON) -> None:
        """Put a job that looks after a conversation into a batch, which has to set `notice` on it."""
        await self._hub.jobs.add(batch, TELL, {"conversation": conversation}, after=after)
        app = batch.scope.app
        # Also where the batch is never committed: then the next one expects a word that is not there, and orders itself.
        self._ordered[app, conversation] = self._hub.clock.now() + after
        self._ordered.move_to_end((app, conversation))
        if len(self._ordered) > _REMEMBERED:
            self._ordered.popitem(last=False)

    def forget(self, app: int, conversation: int) -> None:
        """Order a job with the next message in any case."""
        self._ordered.pop((app, conversation), None)

    async def order_event(
        self,
        batch: Batch,
        conversation: int,
        kind: Literal["assigned", "mention", "sla"],
        event: int,
        agents: list[int],
        by: str,
        about: dict[str, Any] | None = None,
    ) -> None:
        """Put into the batch of an event that agents are told of it.

        `event` is a number that no other one of its kind has; `about` is what else has to be known to tell of it.
        """
        if agents and self.working():
            payload: dict[str, Any] = {
                "conversation": conversation, "kind": kind, "event": event, "agents": agents, "by": by,
                "about": about,
            }  # fmt: skip
            await self._hub.jobs.add(batch, TELL_EVENT, payload)


async def tell_whom_it_waits_for(hub: Hub, batch: Batch, conversation: int) -> None:
    """Put into a batch that makes a conversation others' matter that they are told where it waits for an answer."""
    notices = hub.part(Notices)
    if await notices.delay(batch.scope.app) is not None:
        batch.patch(CONVERSATIONS, conversation, set={"notice": True})
        await notices.order(batch, conversation)
