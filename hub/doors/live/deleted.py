"""Cuts the sockets of an application that is being deleted, on every node, whether or not the nodes can tell each other."""

from __future__ import annotations

import asyncio
from typing import Any

from hub.accounts.applications import standing
from hub.accounts.erasing import CHANNEL
from hub.accounts.events import ApplicationDeleted
from hub.core.hub import Hub
from hub.doors.live.engine import SocketServer
from hub.doors.live.sessions import Session
from storage.engine import StorageError

_CHECK = 10.0


class Deleted:
    """Looks after the sockets of this node."""

    def __init__(self, hub: Hub, sockets: SocketServer, sessions: dict[str, Session]) -> None:
        self._hub, self._sockets, self._sessions = hub, sockets, sessions
        hub.listen(ApplicationDeleted, self._deleted)

    def start(self) -> None:
        """Begin to hear the other nodes, and to look."""
        self._hub.bus.subscribe(CHANNEL, lambda body: self.cut(int(body)))
        self._hub.spawn("deleted applications", self._watch())

    def _deleted(self, event: Any) -> None:
        self.cut(event.app)

    def cut(self, app: int) -> None:
        """Disconnect everybody of an application; whoever comes back is refused."""
        for sid, session in list(self._sessions.items()):
            if session.actor.scope.app == app:
                cut = self._sockets.disconnect(sid, namespace=f"/{session.face}", reason="the application was deleted")
                self._hub.spawn("cut a socket", cut)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_CHECK)
            held = {session.actor.scope.app for session in self._sessions.values()}
            try:
                for app in held - await standing(self._hub, held):
                    self.cut(app)
            except StorageError as error:
                self._hub.log.warning("applications can't be looked up", error=str(error))
