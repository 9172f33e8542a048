"""Who writes over many contacts by what is defined at that moment takes turns, one application at a time."""

from __future__ import annotations

import asyncio

from hub.core.hub import Hub


class Turns:
    """Locks, one for each application. A turn reads what is defined within it, and is short.

    So what is written by older definitions is never written behind what is written by newer ones: whoever changes a
    definition orders work that waits for the turn that is under way.
    """

    def __init__(self, hub: Hub) -> None:
        self._of: dict[int, asyncio.Lock] = {}

    def of(self, app: int) -> asyncio.Lock:
        """Return what is held during a turn."""
        return self._of.setdefault(app, asyncio.Lock())
