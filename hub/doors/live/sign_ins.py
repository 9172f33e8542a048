"""Cuts the sockets of a sign-in that has ended, on every node, whether or not the nodes can tell each other."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from hub.accounts.events import SignedOut
from hub.accounts.sign_in import ended_of
from hub.core.hub import Hub
from hub.core.nodes import Nodes
from hub.doors.live.engine import SocketServer
from hub.doors.live.sessions import Session
from storage.engine import StorageError

CHANNEL = "control"
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
        hub.listen(SignedOut, self._signed_out)
        hub.part(Nodes).on_missed(lambda back: self._check_soon())

    def start(self) -> None:
        """Begin to hear the other nodes, and to look."""
        self._hub.bus.subscribe(CHANNEL, lambda body: self.cut(int(body)))
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
        for sign_in in await ended_of(self._hub, held):
            self.cut(sign_in)
