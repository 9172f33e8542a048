"""Word to the node that has a trunk: this call has changed. Who misses it looks again within seconds."""

from __future__ import annotations

from collections.abc import Callable

from hub.core.hub import Hub

_CHANNEL = "phone"


class PhoneNews:
    """`hub.part(PhoneNews)`: says on all nodes that a call with a phone in it has changed."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._hear: list[Callable[[int], None]] = []
        hub.bus.subscribe(_CHANNEL, lambda body: self._tell(int(body)))

    def on(self, hear: Callable[[int], None]) -> None:
        """Call `hear` with the id of each call that has changed."""
        self._hear.append(hear)

    def say(self, call: int) -> None:
        """Say so."""
        self._tell(call)
        self._hub.bus.publish(_CHANNEL, str(call).encode())

    def _tell(self, call: int) -> None:
        for hear in self._hear:
            hear(call)
