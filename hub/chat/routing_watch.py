"""When the queue is looked at: a job with each conversation that begins or ends, soon after anything else, and every few
seconds in any case."""

from __future__ import annotations

import asyncio
from typing import Any

from hub.accounts.events import AvailabilityChanged
from hub.chat.collections import ROUTING
from hub.chat.events import AgentPresenceChanged, ConversationChanged, MessageSent
from hub.chat.routing_queue import OFTEN, look
from hub.chat.routing_rules import Rules
from hub.core.event import Event
from hub.core.hub import Hub
from hub.core.jobs import Later
from storage.engine import Batch, Scope

LOOK = "routing.look"
_SOON = 0.3
"""Seconds in which what happens together is looked at together."""
_TURNS = ("started", "reopened", "closed", "snoozed", "pending")
"""Words of a conversation that needs an agent, or whose agent has room again."""


class Routing:
    """Lets the queue be looked at; a part of the hub."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._looking: dict[int, asyncio.Lock] = {}
        self._waiting: set[int] = set()
        self._soon: set[int] = set()
        self._due: dict[int, int] = {}
        self._automatic: set[int] = set()
        """Applications of which this node knows that something is handed out."""
        hub.listen(AvailabilityChanged, self._heard)
        hub.listen(AgentPresenceChanged, self._heard)
        hub.listen(MessageSent, self._said)
        hub.listen(ConversationChanged, self._changed)

    async def put(self, batch: Batch, event: type[Event], facts: dict[str, Any]) -> None:
        """Put into the batch of a conversation's turn that the queue is looked at, where anything is handed out."""
        if event is not ConversationChanged or facts["word"] not in _TURNS:
            return
        if await self._asks(batch.scope.app):
            await self._hub.jobs.add(batch, LOOK, {})

    async def look(self, scope: Scope) -> int:
        """Look at the queue; who comes while somebody else waits for their turn leaves it to them."""
        app = scope.app
        if app in self._waiting:
            return 1_000
        lock = self._looking.setdefault(app, asyncio.Lock())
        self._waiting.add(app)
        try:
            await lock.acquire()
        finally:
            self._waiting.discard(app)
        try:
            return await look(self._hub, scope)
        finally:
            lock.release()

    def soon(self, app: int) -> None:
        """Look in a moment. May be lost with the process: the watch looks all the same."""
        if app not in self._soon:
            self._soon.add(app)
            self._hub.spawn("routing", self._after_a_moment(app))

    async def _after_a_moment(self, app: int) -> None:
        try:
            await asyncio.sleep(_SOON)
        finally:
            self._soon.discard(app)
        if await self._asks(app):
            self._not_later(app, await self.look(Scope(app)))

    def _not_later(self, app: int, wait: int) -> None:
        """Look again when something is due before the watch would see it: the grace time of an agent who has just gone."""
        due = self._hub.clock.now() + wait
        if wait < OFTEN and due < self._due.get(app, due + 1):
            self._due[app] = due
            self._hub.spawn("routing", self._when_due(app, due, wait))

    async def _when_due(self, app: int, due: int, wait: int) -> None:
        await asyncio.sleep(wait / 1000)
        if self._due.get(app) == due:  # else something else was due before
            del self._due[app]
            self.soon(app)

    async def _asks(self, app: int) -> bool:
        automatic = (await self._hub.part(Rules).of(app)).automatic
        (self._automatic.add if automatic else self._automatic.discard)(app)
        return automatic

    def _heard(self, event: Any) -> None:
        self.soon(event.app)

    def _said(self, event: MessageSent) -> None:
        """A contact writes into a conversation that was answered and is nobody's: it waits again."""
        if event.app in self._automatic and event.message.author.kind == "contact":
            self.soon(event.app)

    def _changed(self, event: ConversationChanged) -> None:
        """It is for another group, or nobody's again."""
        now = event.document
        if event.app in self._automatic and now["status"] == "open" and now["assignee"] is None and now.get("waits"):
            self.soon(event.app)


async def look_once(hub: Hub, scope: Scope, _: dict[str, Any]) -> None:
    """Look at the queue (a job)."""
    await hub.part(Routing).look(scope)


async def watch(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Look at the queue again and again while anything is handed out (a job); one that was ordered later takes over."""
    kept = await hub.store.get(scope, ROUTING, scope.app)
    if kept is None or kept["watch"] != payload["watch"]:
        return
    hub.part(Rules).forget(scope.app)
    wait = await hub.part(Routing).look(scope)
    raise Later(max(250, wait))
