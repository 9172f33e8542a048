"""The sessions that write: what MongoDB keeps locked for a minute where the process behind them is killed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

_MOST = 300
"""Ids of sessions that are remembered, the ones used last."""


class Held:
    """Sessions come back from the client's pool, so they are as many as there ever were writes at once."""

    def __init__(self) -> None:
        self.sessions: OrderedDict[bytes, None] = OrderedDict()
        self._handlers: list[Callable[[], None]] = []

    def on_new(self, handler: Callable[[], None]) -> None:
        """Call the handler for each session that was not among them, before its first transaction locks anything."""
        self._handlers.append(handler)

    def add(self, session: bytes) -> None:
        """Remember a session that begins a transaction."""
        is_new = session not in self.sessions
        self.sessions[session] = None
        self.sessions.move_to_end(session)
        if len(self.sessions) > _MOST:
            self.sessions.popitem(last=False)
        if is_new:
            for handler in self._handlers:
                handler()
