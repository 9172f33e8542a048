"""Cuts the sockets of a sign-in that has ended, on every node, whether or not the nodes can tell each other.

Where what an agent may do has changed, its open sockets are greeted anew: with other rooms, and other permissions.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from hub.accounts.access import Access
from hub.accounts.events import AccessChanged, SignedOut, rooms_of_agent
from hub.accounts.sign_in import actors_of
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.core.nodes import Nodes
from hub.doors.live.engine import SocketServer
from hub.doors.live.sessions import Session, greet
from storage.engine import StorageError

CHANNEL = "control"
ACCESS = "access.sockets"
"""On this channel nodes say that agents of an application may do other things than before."""
CHECK = 10.0
"""Seconds between looks into the store while the nodes hear each other, and at which expired sign-ins are cut."""
CHECK_ALONE = 2.0
"""The same while Redis is away: a sign-out on another node cuts the sockets here within five seconds all the same."""
_TICK = 0.5
_REMEMBERED = 1000
_LONG_AGO = float("-inf")


class SignIns:
    """The sign-ins of this node's sockets."""

    def __init__(self, hub: Hub, sockets: SocketServer, sessions: dict[str, Session]) -> None:
        self._hub, self._sockets, self._sessions = hub, sockets, sessions
        self._ended: deque[int] = deque(maxlen=_REMEMBERED)
        self._checked = _LONG_AGO
        self._looking = asyncio.Lock()
        self.turn = 0
        """Grows with each change of access: who connected while one happened is looked at again."""
        self.on_narrowed: Callable[[str, Actor], None] = lambda sid, actor: None
        hub.listen(SignedOut, self._signed_out)
        hub.listen(AccessChanged, self._access_changed)
        hub.part(Nodes).on_missed(lambda back: self._check_soon())

    def start(self) -> None:
        """Begin to hear the other nodes, and to look."""
        self._hub.bus.subscribe(CHANNEL, lambda body: self.cut(int(body)))
        self._hub.bus.subscribe(ACCESS, lambda body: self._other_access(int(body)))
        self._hub.spawn("sign-ins", self._watch())

    def has_ended(self, sign_in: int) -> bool:
        """Tell whether a sign-in ended a moment ago: its socket may just be connecting."""
        return sign_in in self._ended

    def cut(self, sign_in: int) -> None:
        """Disconnect the sockets that a sign-in opened, and those that are about to open with it."""
        self._ended.append(sign_in)
        for sid, session in list(self._sessions.items()):
            if session.sign_in == sign_in:
                cut = self._sockets.disconnect(sid, namespace="/agent", reason="signed out")
                self._hub.spawn("cut a socket", cut)

    def _signed_out(self, event: Any) -> None:
        self._hub.bus.publish(CHANNEL, str(event.session).encode())
        self.cut(event.session)

    def _access_changed(self, event: AccessChanged) -> None:
        self._hub.bus.publish(ACCESS, str(event.app).encode())
        self._other_access(event.app)

    def _other_access(self, app: int) -> None:
        self._hub.part(Access).forget(app)  # the word to it may come behind this one
        self.turn += 1
        self._hub.spawn("access", self.look_again(app))

    async def look_again(self, app: int) -> None:
        """Greet the agents of an application anew who may do other things than before."""
        await self._look(
            {session.sign_in for session in self._sessions.values() if session.actor.scope.app == app} - {0}
        )

    async def _look(self, sign_ins: Iterable[int]) -> None:
        async with self._looking:  # one after the other: what an earlier look has read must not undo a later one
            await self._look_at(set(sign_ins))

    async def _look_at(self, held: set[int]) -> None:
        actors = await actors_of(self._hub, held) if held else {}
        for sign_in in held - set(actors):
            self.cut(sign_in)
        for sid, session in list(self._sessions.items()):
            actor = actors.get(session.sign_in)
            # While others were greeted, this one may have gone, or been renewed.
            if actor is not None and actor != session.actor and self._sessions.get(sid) is session:
                await self._renew(sid, session, actor)

    async def _renew(self, sid: str, session: Session, actor: Actor) -> None:
        """Let a socket act and hear as its agent may now. First of all it loses what it may not any more."""
        rooms = rooms_of_agent(actor.scope.app, actor.id, actor.grants)
        greeting = session.greeting | {"agent": session.greeting["agent"] | {"name": actor.name}}
        renewed = replace(session, actor=actor, rooms=rooms, greeting=greeting)
        self._sessions[sid] = renewed
        self.on_narrowed(sid, actor)
        for room in set(session.rooms) - set(rooms):
            await self._sockets.leave_room(sid, room, namespace="/agent")
        for room in set(rooms) - set(session.rooms):
            await self._sockets.enter_room(sid, room, namespace="/agent")
        await self._sockets.emit("session", await greet(self._hub, renewed), to=sid, namespace="/agent")

    def _check_soon(self) -> None:
        self._checked = _LONG_AGO

    async def _watch(self) -> None:
        """Cut what has expired, and what is not in the store any more, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_TICK)
            pause = CHECK if self._hub.bus.healthy else CHECK_ALONE
            if loop.time() - self._checked < pause:
                continue
            self._checked = loop.time()
            try:
                await self._check()
            except StorageError as error:
                self._hub.log.warning("sign-ins can't be looked up", error=str(error))

    async def _check(self) -> None:
        now = self._hub.clock.now()
        held = {session.sign_in: session.expires for session in self._sessions.values() if session.sign_in}
        for sign_in in [sign_in for sign_in, expires in held.items() if expires <= now]:
            self.cut(sign_in)
        await self._look(held)
