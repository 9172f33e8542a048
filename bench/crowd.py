"""Fills a data folder with very many contacts, as an import would have: what the benchmarks of people are measured on."""

from __future__ import annotations

import asyncio
import random
from typing import Any

from hub.core.settings import Settings
from hub.people.attributes import attribute_for
from hub.people.editing import insert_contact, new_contact
from hub.people.values import DAY
from server import open_hub
from storage.engine import Batch, Scope

_TOGETHER = 250
PLANS = ("free", "basic", "team", "pro", "business")
CITIES = ("Warszawa", "Kraków", "Łódź", "Gdańsk", "Oslo", "Berlin", "Lyon", "Porto", "Brno", "Gent")


def fill(folder: str, app: int, count: int) -> None:
    """Insert so many contacts into an application whose server is not running."""
    asyncio.run(_fill(folder, app, count))


async def _fill(folder: str, app: int, count: int) -> None:
    chance = random.Random(4)
    async with open_hub(Settings(data=folder, log_level="error")) as hub:
        scope = Scope(app)
        plan = (await attribute_for(hub, scope, "contact", "plan", "text")).path
        seats = (await attribute_for(hub, scope, "contact", "seats", 1)).path
        now, pending = hub.clock.now(), set[Any]()
        for start in range(0, count, _TOGETHER):
            batch = Batch(scope)
            for number in range(start, min(count, start + _TOGETHER)):
                seen = now - int(chance.random() * 90 * DAY)
                contact = await new_contact(hub, {
                    "email": f"person{number}@example{number % 1000}.com", "first_name": f"Person{number}",
                    "last_name": f"Of{number % 5000}", "city": chance.choice(CITIES), plan: chance.choice(PLANS),
                    seats: chance.randrange(100), "first_seen": seen, "last_seen": seen, "page_views": 3,
                })  # fmt: skip
                insert_contact(batch, contact)
            pending.add(asyncio.ensure_future(hub.commit(batch)))
            if len(pending) >= 8:
                _, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        if pending:
            await asyncio.wait(pending)
