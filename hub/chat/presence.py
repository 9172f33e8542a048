"""Who is there. A lease, not an event: a node says again and again who is with it, and a dead node's people expire.

Somebody is online while one of their sockets is open on any node, and for a grace time afterwards, so that a reload or
a second tab never flickers. Each node works out comings and goings from what it knows and tells its own sockets.
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
Person = tuple[Kind, int]
Who = tuple[int, Kind, int]
"""(application, kind, id)."""

RENEW = 10.0
LEASE = 30.0
CHANNEL = "hub:presence"
_EVERYBODY = 0
"""In place of an application: a node that has just come asks the others who is with them."""


class Lease(Struct, array_like=True):
    """Who of an application is with a node; it replaces what the node said before. A few bytes for each person."""

    node: str
    app: int
    agents: list[int]
    contacts: list[int]


class Presence:
    """The people with this node, and the leases of the others."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._sockets: Counter[Who] = Counter()
        self._leaving: dict[Who, asyncio.TimerHandle] = {}
        self._elsewhere: dict[int, dict[str, tuple[float, set[Person]]]] = {}
        self._changed_apps: set[int] = set()
        self._wake = asyncio.Event()

    def online(self, app: int, kind: Kind, id: int) -> bool:
        """Tell whether the person is there, on whatever node."""
        who = (app, kind, id)
        if who in self._sockets or who in self._leaving:
            return True
        return any((kind, id) in people for _, people in self._elsewhere.get(app, {}).values())

    def agents(self, app: int) -> set[int]:
        """Return the agents of an application who are there."""
        here = {id for of, kind, id in (*self._sockets, *self._leaving) if of == app and kind == "agent"}
        for _, people in self._elsewhere.get(app, {}).values():
            here |= {id for kind, id in people if kind == "agent"}
        return here

    def join(self, app: int, kind: Kind, id: int) -> None:
        """A socket of the person opened on this node."""
        who = (app, kind, id)
        was_online = self.online(*who)
        timer = self._leaving.pop(who, None)
        if timer:
            timer.cancel()
        self._sockets[who] += 1
        if not was_online:
            self._announce(app, (kind, id), True)
        self._note(app)

    def leave(self, app: int, kind: Kind, id: int) -> None:
        """A socket of the person closed; they are gone when none opens within the grace time."""
        who = (app, kind, id)
        self._sockets[who] -= 1
        if self._sockets[who] <= 0:
            del self._sockets[who]
            grace = self._hub.settings.presence_grace
            self._leaving[who] = asyncio.get_running_loop().call_later(grace, self._gone, who)

    async def run(self) -> None:
        """Renew this node's leases and let those of dead nodes expire, until cancelled."""
        self._hub.bus.subscribe(CHANNEL, self._hear)
        self._hub.bus.on_heal(lambda away: self._ask())
        self._ask()
        while True:
            try:
                await asyncio.wait_for(self._wake.wait(), RENEW)
                await asyncio.sleep(0.05)  # comings and goings of a moment travel as one lease
                apps, self._changed_apps = self._changed_apps, set()
            except TimeoutError:
                apps = self._apps()
            self._wake.clear()
            self._say(apps)
            self._expire()

    def part(self) -> None:
        """Tell the other nodes that nobody is here any more, without a word to the sockets: they are moving."""
        apps = self._apps()
        for timer in self._leaving.values():
            timer.cancel()
        self._leaving.clear()
        self._sockets.clear()
        self._say(apps)

    def _apps(self) -> set[int]:
        return {app for app, _, _ in (*self._sockets, *self._leaving)}

    def _note(self, app: int) -> None:
        self._changed_apps.add(app)
        self._wake.set()

    def _gone(self, who: Who) -> None:
        app, kind, id = who
        del self._leaving[who]
        self._note(app)
        if not self.online(*who):
            self._announce(app, (kind, id), False)

    def _announce(self, app: int, person: Person, online: bool) -> None:
        kind, id = person
        fact = AgentPresenceChanged if kind == "agent" else ContactPresenceChanged
        self._hub.publish(fact(app=app, id=id, online=online))

    def _say(self, apps: set[int]) -> None:
        leases = {app: Lease(self._hub.node, app, [], []) for app in apps}
        for app, kind, id in {*self._sockets, *self._leaving}:
            if app in leases:
                (leases[app].agents if kind == "agent" else leases[app].contacts).append(id)
        for lease in leases.values():
            self._hub.bus.publish(CHANNEL, msgspec.msgpack.encode(lease))

    def _ask(self) -> None:
        """Tell the others who is here, and ask them the same: sent when this node comes, or was cut off for a while."""
        self._hub.bus.publish(CHANNEL, msgspec.msgpack.encode(Lease(self._hub.node, _EVERYBODY, [], [])))
        self._say(self._apps())

    def _hear(self, body: bytes) -> None:
        lease = msgspec.msgpack.decode(body, type=Lease)
        if lease.app == _EVERYBODY:
            self._say(self._apps())
            return
        people: set[Person] = {("agent", id) for id in lease.agents} | {("contact", id) for id in lease.contacts}
        self._replace(lease.app, lease.node, people, asyncio.get_running_loop().time() + LEASE)

    def _expire(self) -> None:
        now = asyncio.get_running_loop().time()
        for app, nodes in list(self._elsewhere.items()):
            for node, (until, _) in list(nodes.items()):
                if until < now:
                    self._replace(app, node, set(), 0)

    def _replace(self, app: int, node: str, people: set[Person], until: float) -> None:
        """Take a node's new lease, and tell this node's sockets who came and went by it."""
        nodes = self._elsewhere.setdefault(app, {})
        _, before = nodes.get(node, (0, set()))
        came = [person for person in people - before if not self.online(app, *person)]
        if people:
            nodes[node] = (until, people)
        else:
            nodes.pop(node, None)
            if not nodes:
                del self._elsewhere[app]
        for person in came:
            self._announce(app, person, True)
        for person in before - people:
            if not self.online(app, *person):
                self._announce(app, person, False)
