"""Who is there. A lease, not an event: a node says again and again who is with it, and a dead node's people expire.

Somebody is online while one of their sockets is open on any node, and for a grace time afterwards, so that a reload or a
second tab never flickers. Each node works out comings and goings from what it knows and tells its own sockets.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Literal

import msgspec
from msgspec import Struct

from hub.chat.events import AgentPresenceChanged, ContactPresenceChanged
from hub.core.hub import Hub

Kind = Literal["contact", "agent"]
Who = tuple[int, Kind, int]
"""(application, kind, id)."""

RENEW = 10.0
LEASE = 30.0
CHANNEL = "hub:presence"


class Lease(Struct, array_like=True):
    """What a node says about its people; `here` replaces what it said before, `asks` wants the others' answer."""

    node: str
    here: list[Who]
    asks: bool = False


class Presence:
    """The people with this node, and the leases of the others."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._sockets: Counter[Who] = Counter()
        self._leaving: dict[Who, asyncio.TimerHandle] = {}
        self._elsewhere: dict[str, tuple[float, set[Who]]] = {}
        self._dirty = asyncio.Event()

    def online(self, app: int, kind: Kind, id: int) -> bool:
        """Tell whether the person is there, on whatever node."""
        return self._here((app, kind, id)) or self._remote((app, kind, id))

    def agents(self, app: int) -> set[int]:
        """Return the agents of an application who are there."""
        people = set(self._sockets) | set(self._leaving)
        for _, others in self._elsewhere.values():
            people |= others
        return {id for (of, kind, id) in people if of == app and kind == "agent"}

    def join(self, app: int, kind: Kind, id: int) -> None:
        """A socket of the person opened on this node."""
        who = (app, kind, id)
        was_online = self.online(*who)
        timer = self._leaving.pop(who, None)
        if timer:
            timer.cancel()
        self._sockets[who] += 1
        if not was_online:
            self._changed(who, True)
        self._dirty.set()

    def leave(self, app: int, kind: Kind, id: int) -> None:
        """A socket of the person closed; they are gone when none opens within the grace time."""
        who = (app, kind, id)
        self._sockets[who] -= 1
        if self._sockets[who] <= 0:
            del self._sockets[who]
            grace = self._hub.settings.presence_grace
            self._leaving[who] = asyncio.get_running_loop().call_later(grace, self._gone, who)

    async def run(self) -> None:
        """Renew this node's lease and let those of dead nodes expire, until cancelled."""
        self._hub.bus.subscribe(CHANNEL, self._hear)
        self._hub.bus.on_heal(lambda: self._say(asks=True))
        self._say(asks=True)
        while True:
            try:
                await asyncio.wait_for(self._dirty.wait(), RENEW)
                await asyncio.sleep(0.05)  # comings and goings of a moment travel as one lease
            except TimeoutError:
                pass
            self._dirty.clear()
            self._say()
            self._expire()

    def part(self) -> None:
        """Tell the other nodes that nobody is here any more, without a word to the sockets: they are moving."""
        for timer in self._leaving.values():
            timer.cancel()
        self._leaving.clear()
        self._sockets.clear()
        self._say()

    def _here(self, who: Who) -> bool:
        return who in self._sockets or who in self._leaving

    def _remote(self, who: Who) -> bool:
        return any(who in people for _, people in self._elsewhere.values())

    def _gone(self, who: Who) -> None:
        del self._leaving[who]
        self._dirty.set()
        if not self.online(*who):
            self._changed(who, False)

    def _changed(self, who: Who, online: bool) -> None:
        app, kind, id = who
        fact = AgentPresenceChanged if kind == "agent" else ContactPresenceChanged
        self._hub.publish(fact(app=app, id=id, online=online))

    def _say(self, asks: bool = False) -> None:
        here = list(set(self._sockets) | set(self._leaving))
        self._hub.bus.publish(CHANNEL, msgspec.json.encode(Lease(self._hub.node, here, asks)))

    def _hear(self, body: bytes) -> None:
        lease = msgspec.json.decode(body, type=Lease)
        now = asyncio.get_running_loop().time()
        _, before = self._elsewhere.get(lease.node, (0, set()))
        self._replace(lease.node, before, set(lease.here), now + LEASE)
        if lease.asks:
            self._say()

    def _expire(self) -> None:
        now = asyncio.get_running_loop().time()
        for node, (until, people) in list(self._elsewhere.items()):
            if until < now:
                self._replace(node, people, set(), 0)

    def _replace(self, node: str, before: set[Who], after: set[Who], until: float) -> None:
        """Take a node's new lease, and tell this node's sockets who came and went by it."""
        came = [who for who in after - before if not self.online(*who)]
        if after:
            self._elsewhere[node] = (until, after)
        else:
            self._elsewhere.pop(node, None)
        for who in came:
            self._changed(who, True)
        for who in before - after:
            if not self.online(*who):
                self._changed(who, False)
