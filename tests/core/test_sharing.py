"""Who asks for the same in the same moment shares one read."""

from __future__ import annotations

import asyncio

import pytest

from hub.core.sharing import Sharing

pytestmark = pytest.mark.annex("X5")


class Shelf:
    """Something that is read slowly, and counts how often."""

    def __init__(self) -> None:
        self.reads = 0
        self.open = asyncio.Event()

    async def read(self) -> int:
        self.reads += 1
        await self.open.wait()
        return self.reads


async def test_many_who_ask_at_once_get_the_answer_of_one_read_and_the_next_one_a_new_answer():
    sharing, shelf = Sharing(None), Shelf()
    asking = [asyncio.create_task(sharing.read("team", shelf.read)) for _ in range(5)]
    other = asyncio.create_task(sharing.read("another team", shelf.read))
    await asyncio.sleep(0)
    shelf.open.set()
    assert await asyncio.gather(*asking) == [2] * 5 and await other == 2
    assert await sharing.read("team", shelf.read) == 3


async def test_an_error_reaches_all_who_ask():
    sharing = Sharing(None)

    async def fail() -> int:
        await asyncio.sleep(0)
        raise LookupError("there is no such team")

    found = await asyncio.gather(*(sharing.read("team", fail) for _ in range(3)), return_exceptions=True)
    assert [str(error) for error in found] == ["there is no such team"] * 3


@pytest.mark.parametrize("who", [0, 1])
async def test_one_who_gives_up_takes_nobody_along(who):
    sharing, shelf = Sharing(None), Shelf()
    asking = [asyncio.create_task(sharing.read("team", shelf.read)) for _ in range(3)]
    await asyncio.sleep(0)
    asking.pop(who).cancel()
    await asyncio.sleep(0)
    shelf.open.set()
    assert all(await asyncio.gather(*asking))
