"""Whether a mail that asks for a confirmation has a way out. Another area knows; `hub/subscribers.py` says which."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from hub.core.hub import Hub


class WayOut:
    """Asked for the application of a form. `hub.part(WayOut)` returns it."""

    def __init__(self, hub: Hub) -> None:
        self.is_open: Callable[[Hub, int], Awaitable[bool]] = _closed


async def _closed(hub: Hub, app: int) -> bool:
    return False
