"""Tells panels what has changed of the contacts that they show, and of no others.

A panel says which contacts stand on its screen. Each node gathers for a moment which contacts it has changed and tells
the other nodes in one small message; each tells its panels about those that are watched, as they are now. So an import of
a million contacts costs four messages a second, and a panel hears of the rows that it shows.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict

import msgspec

from hub.chat.cards import present_contact
from hub.core.hub import Hub
from hub.core.nodes import Nodes
from hub.doors.live.engine import SocketServer
from hub.people.contacts import details_of
from hub.people.events import ContactsRewritten, ContactTouched
from storage.engine import Scope, StorageError

CHANNEL = "touched"
_EVERY = 0.25
"""Seconds in which changes of the same contact become one word."""
_NAMED = 2_000
"""Contacts that are named to other nodes at once; of more it is only said that there were many."""
_READ = 100
_JUST = 15_000
"""Milliseconds for which what a panel shows may be old when it begins to watch: it takes what it read as good for ten
seconds."""


class Watching:
    """Who watches whom on this node, and which contacts changed a moment ago."""

    def __init__(self, hub: Hub, sockets: SocketServer) -> None:
        self._hub, self._sockets = hub, sockets
        self._of_socket: dict[str, tuple[int, frozenset[int]]] = {}
        self._watchers: defaultdict[int, defaultdict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._touched: defaultdict[int, set[int]] = defaultdict(set)
        self._many: set[int] = set()
        self._woken = asyncio.Event()
        self.told = 0
        """How many words went to sockets."""
        hub.listen(ContactTouched, lambda event: self._note(event.app, (event.contact,)))
        hub.listen(ContactsRewritten, lambda event: self._note(event.app, event.contacts))
        hub.bus.subscribe(CHANNEL, self._hear)
        hub.part(Nodes).on_missed(self._missed)

    def watch(self, sid: str, app: int, contacts: list[int]) -> None:
        """Let a socket hear of these contacts, and of no other ones any more.

        It has read them a moment before: of the new ones, those are told that have changed since.
        """
        before = self._of_socket.get(sid, (app, frozenset()))[1]
        self.leave(sid)
        if not contacts:
            return
        fresh = [id for id in contacts if id not in before]
        self._hub.spawn("watched contacts", self._tell(app, fresh, only=sid, since=self._hub.clock.now() - _JUST))
        self._of_socket[sid] = (app, frozenset(contacts))
        for contact in contacts:
            self._watchers[app][contact].add(sid)

    def leave(self, sid: str) -> None:
        """Forget a socket."""
        app, contacts = self._of_socket.pop(sid, (0, frozenset()))
        watchers = self._watchers.get(app)
        if watchers is None:
            return
        for contact in contacts:
            watchers[contact].discard(sid)
            if not watchers[contact]:
                del watchers[contact]
        if not watchers:
            del self._watchers[app]

    async def run(self) -> None:
        """Tell until cancelled. A node that needs long for it tells more seldom, so that it never only tells."""
        pause = _EVERY
        while True:
            await self._woken.wait()
            await asyncio.sleep(pause)
            self._woken.clear()
            began = time.monotonic()
            touched, self._touched = self._touched, defaultdict(set)
            many, self._many = self._many, set()
            for app, contacts in touched.items():
                if not self._hub.bus.alone:
                    named = list(contacts) if len(contacts) <= _NAMED else None
                    self._hub.bus.publish(CHANNEL, msgspec.msgpack.encode((app, named)), keep=False)
            for app in {*touched, *many}:
                watched = set(self._watchers.get(app) or ())
                await self._tell(app, list(watched if app in many else watched & touched[app]))
            pause = max(_EVERY, 4 * (time.monotonic() - began))

    def _note(self, app: int, contacts: tuple[int, ...]) -> None:
        if self._hub.bus.alone and app not in self._watchers:
            return
        self._touched[app].update(contacts)
        self._woken.set()

    def _hear(self, body: bytes) -> None:
        app, named = msgspec.msgpack.decode(body, type=tuple[int, list[int] | None])
        watchers = self._watchers.get(app)
        if watchers is None:
            return
        if named is None:
            self._many.add(app)
        elif mine := [id for id in named if id in watchers]:
            # Told from here on by this node alone: what others said is not said to them again.
            self._hub.spawn("touched contacts", self._tell(app, mine))
            return
        else:
            return
        self._woken.set()

    def _missed(self, back: float) -> None:
        """Something may have been lost: everybody is told of everything that is watched."""
        self._many.update(self._watchers)
        self._woken.set()

    def _watched_by(self, app: int, contact: int) -> set[str]:
        watchers = self._watchers.get(app)
        return set() if watchers is None else watchers.get(contact, set())

    async def _tell(self, app: int, contacts: list[int], *, only: str = "", since: int = 0) -> None:
        """Tell who watches these contacts, or one socket only, what those of them are that changed since a moment."""
        scope = Scope(app)
        try:
            for start in range(0, len(contacts), _READ):
                for contact in await details_of(self._hub, scope, contacts[start : start + _READ], since):
                    body = present_contact(self._hub, app, contact)
                    for sid in [only] if only else list(self._watched_by(app, contact.id)):
                        self.told += 1
                        await self._sockets.emit("contact", body, to=sid, namespace="/agent")
                await asyncio.sleep(0)
        except StorageError as error:
            self._hub.log.warning("panels are not told of contacts", error=str(error))
