"""How many were in each segment at the end of each day."""

from __future__ import annotations

from typing import Any

from hub.accounts.applications import application_ids
from hub.core.clock import rfc3339
from hub.core.hub import Hub
from hub.people.collections import KEPT, SIZES
from hub.people.values import DAY
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Scope
from storage.filters import Eq

COUNT = "segments.sizes"
_AFTER_MIDNIGHT = 60_000


async def order_count(hub: Hub) -> None:
    """Have the segments counted at the next midnight (UTC), once for the installation however many nodes ask."""
    now = hub.clock.now()
    tomorrow = now // DAY * DAY + DAY
    key = f"{COUNT}:{rfc3339(tomorrow)[:10]}"
    await hub.jobs.add_once(key, COUNT, {"midnight": tomorrow}, after=tomorrow + _AFTER_MIDNIGHT - now)


async def count_sizes(hub: Hub, _: Scope, payload: dict[str, Any]) -> None:
    """Write down the size of every segment for the day that has ended (a job), and order the next count."""
    day = rfc3339(payload["midnight"] - 1)[:10]
    for app in await application_ids(hub):
        scope = Scope(app)
        for segment in (await vocabulary(hub, scope)).segments.values():
            last = await hub.store.read(scope, SIZES, segment["id"], limit=1, newest=True)
            if last and last[0]["day"] >= day:
                continue  # written by a try before this one
            size = await hub.store.count(scope, KEPT[segment["subject"]], Eq("segments", segment["id"]))
            batch = Batch(scope)
            batch.append(SIZES, segment["id"], {"id": await hub.ids.next("size"), "day": day, "size": size})
            await hub.commit(batch)
    await order_count(hub)
