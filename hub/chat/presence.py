"""Who is there. A lease, not an event: a node says again and again who is with it, and a dead node's people expire.

Somebody is online while one of their sockets is open on any node, and for a grace time afterwards, so that a reload or
a second tab never flickers. Each node works out comings and goings from what it knows and tells its own sockets.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable

import msgspec

from hub.chat.events import AgentPresenceChanged, ContactPresenceChanged
from hub.chat.leases import Kind, Lease, Leases, Person, Says, Word
from hub.core.hub import Hub

CHANNEL = "presence"
_TOGETHER = 0.05
"""Seconds in which comings and goings are collected, to travel as one change."""
_RENEW, _HOLDS, _TICK = 0.25, 0.75, 0.08
"""Parts of the lease. Two renewals may be lost; and a dead node's people are gone within the lease, counted from its
death and not from its last renewal."""
_AT_ONCE = 20_000
"""People in one word, which is then about 100 KB. More of one application are told in parts, as if they had come."""
_AWAKE = 0.5
"""Seconds after a long sleep of this process until it has noticed which of its sockets were closed meanwhile."""
Who = tuple[int, Kind, int]
"""(application, kind, id)."""

_decode = msgspec.msgpack.Decoder(Word).decode


class Presence:
    """The people with this node, and the leases of the others."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._lease = hub.settings.presence_lease
        self._here: dict[int, Counter[Person]] = {}
        self._leaving: dict[Who, asyncio.TimerHandle] = {}
        self._leases = Leases()
        self._changed: set[Who] = set()
        self._wake = asyncio.Event()
        self._asked = self._parted = False
        self._renewed = time.monotonic()

    def online(self, app: int, kind: Kind, id: int) -> bool:
        """Tell whether the person is there, on whatever node."""
        here = self._here.get(app)
        if here is not None and (kind, id) in here:
            return True
        return (app, kind, id) in self._leaving or self._leases.has(app, kind, id)

    def contacts(self, app: int) -> set[int]:
        """Return the contacts of an application that are there, on whatever node."""
        there = {*self._people(app), *self._leases.people(app)}
        return {id for kind, id in there if kind == "contact"}

    def join(self, app: int, kind: Kind, id: int) -> None:
        """A socket of the person opened on this node."""
        who = (app, kind, id)
        was_online = self.online(*who)
        timer = self._leaving.pop(who, None)
        if timer:
            timer.cancel()
        self._here.setdefault(app, Counter())[kind, id] += 1
        if not was_online:
            self._announce(app, (kind, id), True)
        self._note(who)

    def leave(self, app: int, kind: Kind, id: int) -> None:
        """A socket of the person closed; they are gone when none opens within the grace time."""
        if self._parted:  # nobody is counted here any more: two windows of one person would go twice
            return
        here = self._here.get(app, Counter())
        here[kind, id] -= 1
        if here[kind, id] <= 0:
            del here[kind, id]
            if not here:
                self._here.pop(app, None)
            who = (app, kind, id)
            grace = self._hub.settings.presence_grace
            self._leaving[who] = asyncio.get_running_loop().call_later(grace, self._gone, who)

    async def run(self) -> None:
        """Renew this node's leases and let those of dead nodes expire, until cancelled."""
        self._hub.bus.subscribe(CHANNEL, self._hear)
        self._hub.bus.on_heal(lambda away: self._ask())
        self._ask()
        while True:
            try:
                async with asyncio.timeout(self._lease * _TICK):
                    await self._wake.wait()
                await asyncio.sleep(_TOGETHER)
            except TimeoutError:
                pass
            self._wake.clear()
            if time.monotonic() - self._renewed > self._lease:
                await self._wake_up()
            self._say_changes()
            if self._asked or time.monotonic() - self._renewed >= self._lease * _RENEW:
                self._asked = False
                self._say_all()
            self._expire()

    def part(self) -> None:
        """Tell the other nodes that nobody will be here any more, without a word to the sockets: they are moving.

        The others keep this node's people for the grace time, in which they come to another node.
        """
        self._say("moving")
        self._parted = True
        for timer in self._leaving.values():
            timer.cancel()
        self._leaving.clear()
        self._here.clear()

    # ── this node's people ───────────────────────────────────────────────────────────────────────────────────────────

    def _people(self, app: int) -> set[Person]:
        return {*self._here.get(app, ()), *((kind, id) for of, kind, id in self._leaving if of == app)}

    def _note(self, who: Who) -> None:
        self._changed.add(who)
        self._wake.set()

    def _gone(self, who: Who) -> None:
        app, kind, id = who
        del self._leaving[who]
        self._note(who)
        if not self.online(*who):
            self._announce(app, (kind, id), False)

    async def _wake_up(self) -> None:
        """After a sleep that was longer than the lease, forget those who left while it slept.

        The other nodes have let this node's people go already; who has closed their browser since must not come back
        for the length of a grace time.
        """
        await asyncio.sleep(_AWAKE)
        for who, timer in list(self._leaving.items()):
            timer.cancel()
            self._gone(who)

    def _announce(self, app: int, person: Person, online: bool) -> None:
        kind, id = person
        fact = AgentPresenceChanged if kind == "agent" else ContactPresenceChanged
        self._hub.publish(fact(app=app, id=id, online=online))

    # ── between nodes ────────────────────────────────────────────────────────────────────────────────────────────────

    def _say(self, says: Says, app: int = 0, people: Iterable[Person] = (), apps: Iterable[int] = ()) -> None:
        if self._parted:
            return
        word = Word(self._hub.node, says, app, apps=list(apps))
        for kind, id in people:
            (word.agents if kind == "agent" else word.contacts).append(id)
        # What is true now is worth nothing later: a lease that waited for Redis would bring people back.
        self._hub.bus.publish(CHANNEL, msgspec.msgpack.encode(word), keep=False)

    def _say_changes(self) -> None:
        came: dict[int, list[Person]] = {}
        went: dict[int, list[Person]] = {}
        for who in self._changed:
            app, kind, id = who
            here = (kind, id) in self._here.get(app, ()) or who in self._leaving
            (came if here else went).setdefault(app, []).append((kind, id))
        self._changed.clear()
        for app, people in came.items():
            self._say_some("came", app, people)
        for app, people in went.items():
            self._say_some("went", app, people)

    def _say_some(self, says: Says, app: int, people: list[Person]) -> None:
        for start in range(0, len(people), _AT_ONCE):
            self._say(says, app, people[start : start + _AT_ONCE])

    def _say_all(self) -> None:
        """Renew this node's leases."""
        apps = {*self._here, *(app for app, _, _ in self._leaving)}
        for app in apps:
            people = self._people(app)
            if len(people) <= _AT_ONCE:
                self._say("with me", app, people)
            else:
                self._say_some("came", app, list(people))
        self._say("that is all", apps=apps)
        self._renewed = time.monotonic()

    def _ask(self) -> None:
        """Tell the others who is here, and ask them the same: sent when this node comes, or was cut off for a while."""
        self._say("who is with you")
        self._say_all()

    def _hear(self, body: bytes) -> None:
        word, now = _decode(body), time.monotonic()
        if word.says == "who is with you":
            self._asked = True
            self._wake.set()
        elif word.says == "moving":
            grace = self._hub.settings.presence_grace
            for _, lease in self._leases.of(word.node):
                lease.renewed, lease.good_for = now, grace
            asyncio.get_running_loop().call_later(grace + _TOGETHER, self._expire)
        elif word.says == "that is all":
            for app, lease in self._leases.of(word.node):
                if app not in word.apps:
                    self._change(app, word.node, lease, set(), lease.everybody())
        else:
            lease = self._leases.make(word.app, word.node, now, self._lease * _HOLDS)
            people = word.people
            if word.says == "went":
                self._change(word.app, word.node, lease, set(), people)
                return
            lease.renewed, lease.good_for = now, self._lease * _HOLDS
            gone = lease.everybody() - people if word.says == "with me" else set()
            self._change(word.app, word.node, lease, people, gone)

    def _expire(self) -> None:
        for app, node, lease in self._leases.expired(time.monotonic(), self._hub.bus.steady_since):
            self._change(app, node, lease, set(), lease.everybody())

    def _change(self, app: int, node: str, lease: Lease, came: set[Person], went: set[Person]) -> None:
        """Note who came to a node and who left it, and tell this node's sockets whom it makes come or go."""
        touched = {person: self.online(app, *person) for person in came | went}
        lease.change(came, went)
        if not any(lease.people.values()):
            self._leases.drop(app, node)
        for person, was_online in touched.items():
            online = self.online(app, *person)
            if online != was_online:
                self._announce(app, person, online)
