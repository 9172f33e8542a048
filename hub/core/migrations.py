"""Changes of stored data, numbered and idempotent, run in order at start from any older version.

A migration is `async def (hub) -> None`; it works in chunks and may be interrupted and run again.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from hub.core.collections import MIGRATIONS
from storage.engine import INSTALLATION, Batch, Duplicate

if TYPE_CHECKING:
    from hub.core.hub import Hub

_WORTH_SAYING = 0.5
"""Seconds: on a store that has just been made there is nothing to migrate, and nothing to say."""

Migration = Callable[["Hub"], Awaitable[None]]


async def migrate(hub: Hub, history: list[tuple[int, str, Migration]]) -> list[int]:
    """Run what this store has not seen yet of (number, what it does, function), oldest first; return what was run."""
    done = await hub.store.get_many(INSTALLATION, MIGRATIONS, [number for number, _, _ in history])
    run = []
    for number, sentence, migration in history:
        if number in done:
            continue
        began = time.monotonic()
        await migration(hub)
        if (took := time.monotonic() - began) > _WORTH_SAYING:
            hub.log.info("migrated the data", number=number, what=sentence, seconds=round(took, 1))
        batch = Batch(INSTALLATION)
        batch.insert(MIGRATIONS, {"id": number, "what": sentence, "at": hub.clock.now()})
        try:
            await hub.commit(batch)
        except Duplicate:
            hub.log.info("another node ran this migration at the same time", number=number)
        run.append(number)
    return run
