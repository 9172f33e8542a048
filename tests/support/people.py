"""Waits for what follows from a change of people: segments that are built, memberships that are settled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from hub.chat.dealings import Dealings
from hub.chat.fallback import FALL_BACK
from hub.chat.routing_rules import WATCH
from hub.core.collections import BULK_JOBS, JOBS
from hub.outreach.letters import LETTER
from hub.people.segments.membership import Membership
from storage.engine import INSTALLATION
from storage.filters import All, Lte, Ne
from tests.support.house import House

PATIENT = (FALL_BACK, WATCH, LETTER)
"""Jobs that wait for somebody to read or to come, or for a mail server, and change nothing about people."""


async def settled(house: House, within: float = 10.0) -> None:
    """Return when every change is followed and no job is due."""
    deadline, pause = asyncio.get_running_loop().time() + within, 0.01
    while True:
        # Beyond the lease of a job that is claimed between this moment and the count.
        due = All((Lte("due", house.hub.clock.now() + 65_000), *(Ne("kind", kind) for kind in PATIENT)))
        if (
            house.hub.part(Dealings).idle
            and house.hub.part(Membership).idle
            and not await house.hub.store.count(INSTALLATION, JOBS, due)
            and not await house.hub.store.count(INSTALLATION, BULK_JOBS, due)
        ):
            return
        assert asyncio.get_running_loop().time() < deadline, "the segments did not settle in time"
        await asyncio.sleep(pause)
        pause = min(0.1, pause * 1.5)  # asking costs more than what it waits for


async def in_pieces(content: bytes, size: int = 65_536) -> AsyncIterator[bytes]:
    """Yield the bytes as an upload brings them."""
    for start in range(0, len(content), size):
        yield content[start : start + size]
