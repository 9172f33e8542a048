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
        self._of_socket: dict[str, dict[int, LegHeld]] = {}

    def hold(self, sid: str, held: LegHeld) -> None:
        """A socket speaks for a device in a call; also in two, as whoever talks may listen to colleagues."""
        self._of_socket.setdefault(sid, {})[held.call] = held

    def leave(self, sid: str) -> None:
        """A socket is gone; where its device does not come back with another one, its call ends."""
        self._of_socket.pop(sid, None)

    async def run(self) -> None:
        """Say who is there, until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                everyone = [held for calls in self._of_socket.values() for held in calls.values()]
                over = set(await say_alive(self._hub, everyone))
            except StorageError as error:
                self._hub.log.warning("who is in calls waits for the store", error=str(error))
                continue
            for sid, calls in list(self._of_socket.items()):
                for held in over & set(calls.values()):
                    del calls[held.call]
                if not calls:
                    del self._of_socket[sid]
