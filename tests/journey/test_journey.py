"""The main job: two people talk over reloads, dropped networks and a killed server, and nothing is lost (X1)."""

from __future__ import annotations

import asyncio
import os
import random
from typing import Any

import pytest
from playwright.async_api import expect

from tests.journey.people import Ada, Vera, options
from tests.journey.recorder import Recorder, kept_by_rest, kept_by_store
from tests.journey.website import PAGES, Shop
from tests.support.house import PASSWORD, ServerProcess, run_init


class Journey:
    """Vera and Ada, the server between them, and what may happen to the three. Each accident lets both go on writing."""

    def __init__(self, server: ServerProcess, vera: Vera, ada: Ada, chance: random.Random) -> None:
        self.server, self.vera, self.ada, self.chance = server, vera, ada, chance
        self.recorder = Recorder()

    async def both_write(self) -> None:
        """One to three messages from each, in any order."""
        authors = [self.vera] * self.chance.randint(1, 3) + [self.ada] * self.chance.randint(1, 2)
        for author in self.chance.sample(authors, len(authors)):
            name = "Vera" if author is self.vera else "Ada"
            await self.recorder.writes(author, f"{name} {len(self.recorder.said) + 1}")

    async def talk(self) -> None:
        await self.both_write()

    async def vera_reloads(self) -> None:
        await self.both_write()
        await self.vera.reloads()

    async def ada_reloads(self) -> None:
        await self.both_write()
        await self.ada.reloads()

    async def vera_looks_around(self) -> None:
        for page in self.chance.sample(list(PAGES.values()), 3):
            await self.both_write()
            await self.vera.goes_to(page)

    async def vera_loses_the_network(self) -> None:
        await self._without_network(self.vera)

    async def ada_loses_the_network(self) -> None:
        await self._without_network(self.ada)

    async def _without_network(self, who: Vera | Ada) -> None:
        await who.goes_offline()
        await self.both_write()
        await who.is_back()
        await self.both_write()

    async def the_server_is_killed(self) -> None:
        await self.both_write()
        self.server.kill()
        await self.both_write()
        await asyncio.gather(asyncio.to_thread(self.server.start), self.both_write())


@pytest.fixture
def seed() -> int:
    """The same journey each time; JOURNEY_SEED=7 makes another one."""
    return int(os.environ.get("JOURNEY_SEED", "2026"))


@pytest.mark.annex("H2", "H9", "H10", "H11", "X1", "C2", "X8")
@pytest.mark.timeout(100)
async def test_nothing_is_lost_doubled_or_reordered_whatever_happens_to_the_people_and_the_server(
    browser, websites, tmp_path, seed
):
    data = tmp_path / "data"
    made = run_init(data, "Leaf & Co", "ada@leaf.example", "--origin", websites.origin)
    with ServerProcess(data, "--demo") as server:
        shop = websites.open(Shop(server.url, made["widget_key"]))
        windows = [await browser.new_context(**options()) for _ in range(2)]
        vera, ada = [kind(await window.new_page()) for kind, window in zip((Vera, Ada), windows, strict=True)]
        journey = Journey(server, vera, ada, random.Random(seed))
        recorder = journey.recorder
        await recorder.watch(*windows)
        await vera.comes(shop)
        await ada.comes(server.url, "ada@leaf.example", PASSWORD)
        await vera.opens_chat()
        await recorder.writes(vera, "Vera says hello")
        await expect(ada.rows).to_have_count(1)
        conversation = await ada.opens_conversation()
        await recorder.writes(ada, "Ada says hello")

        accidents: list[Any] = [journey.the_server_is_killed] * 3
        accidents += [journey.talk, journey.vera_reloads, journey.ada_reloads, journey.vera_looks_around]
        accidents += [journey.vera_loses_the_network, journey.ada_loses_the_network] * 2
        for accident in journey.chance.sample(accidents, len(accidents)):
            await accident()
        await recorder.everything_arrived(vera, ada)

        order = await recorder.judges(vera, ada)
        assert await kept_by_rest(server.url, made["api_key"], conversation) == order
        await vera.reloads()
        await ada.reloads()
        assert await recorder.judges(vera, ada) == order, "a fresh look at the conversation tells another story"
        assert vera.complaints + ada.complaints == []
        for window in windows:
            await window.close()
    assert await kept_by_store(data, made["application"]["id"], conversation) == order
