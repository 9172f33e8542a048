"""Which sockets of this node are in which calls, so that it can say again and again that they are there."""

from __future__ import annotations

import asyncio

from hub.calls.legs import EVERY, LegHeld, say_alive
from hub.core.hub import Hub
from storage.engine import StorageError


class Lines:
    """A socket holds a leg from the first word that it says with it until it is cut, or its call has ended."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._of_socket: dict[str, LegHeld] = {}

    def hold(self, sid: str, held: LegHeld) -> None:
        """A socket speaks for a device in a call."""
        self._of_socket[sid] = held

    def leave(self, sid: str) -> None:
        """A socket is gone; where its device does not come back with another one, its call ends."""
        self._of_socket.pop(sid, None)

    async def run(self) -> None:
        """Say who is there, until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                over = set(await say_alive(self._hub, list(self._of_socket.values())))
            except StorageError as error:
                self._hub.log.warning("who is in calls waits for the store", error=str(error))
                continue
            for sid, held in list(self._of_socket.items()):
                if held in over:
                    del self._of_socket[sid]
