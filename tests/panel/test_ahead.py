"""What is likely to be opened next is there already: one question for each conversation, asked before anybody waits for it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.async_api import Page, WebSocket, expect

from tests.panel.conftest import OpenPanel

pytestmark = pytest.mark.annex("C2")


class Asked:
    """Counts how often a page asks for each conversation."""

    def __init__(self, page: Page) -> None:
        self.page, self.times = page, dict[int, int]()
        page.on("websocket", self._socket)

    def _socket(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: self._sent(str(frame)))

    def _sent(self, frame: str) -> None:
        _, _, body = frame.partition("[")
        if body.startswith('"conversation.open"'):
            id = json.loads("[" + body)[1]["conversation"]
            self.times[id] = self.times.get(id, 0) + 1

    async def until(self, id: int) -> None:
        """Wait until a conversation was asked for."""
        for _ in range(200):
            if id in self.times:
                return
            await self.page.wait_for_timeout(50)
        raise AssertionError(self.times)


async def opened(panel: OpenPanel, talks: list[int]) -> tuple[Page, Asked]:
    page = await panel()
    asked = Asked(page)
    await page.reload()
    await expect(page.locator("a[data-row]")).to_have_count(len(talks))
    return page, asked


async def talks_of(acme: Any, count: int) -> list[int]:
    return [(await (await acme.visitor()).says(f"Question {n}"))["conversation"] for n in range(count)]


async def test_the_row_under_the_pointer_and_the_focus_is_fetched_before_it_is_opened(
    acme: Any, panel: OpenPanel
) -> None:
    first, second, third = await talks_of(acme, 3)
    page, asked = await opened(panel, [first, second, third])
    await page.locator(f"a[data-row='{first}']").hover()
    await asked.until(first)
    await page.locator(f"a[data-row='{third}']").focus()
    await asked.until(third)
    for talk, text in ((first, "Question 0"), (third, "Question 2")):
        await page.locator(f"a[data-row='{talk}']").click()
        await expect(page.get_by_role("region", name="Messages").get_by_text(text)).to_be_visible()
    assert (asked.times[first], asked.times[third]) == (1, 1), "what is on its way is not asked for twice"
    # What is said meanwhile is in what was fetched, too.
    await acme.here[1].says("And one more", second)
    await page.locator(f"a[data-row='{second}']").click()
    await expect(page.get_by_role("region", name="Messages").get_by_text("And one more")).to_be_visible()


async def test_the_neighbours_of_the_open_conversation_are_there_and_guesses_take_no_place_of_what_was_opened(
    acme: Any, panel: OpenPanel
) -> None:
    talks = await talks_of(acme, 10)
    page, asked = await opened(panel, talks)
    newest = list(reversed(talks))
    await page.locator(f"a[data-row='{newest[0]}']").click()
    await asked.until(newest[1])
    for talk in newest[2:]:
        await page.locator(f"a[data-row='{talk}']").hover()
        await asked.until(talk)
    await page.locator(f"a[data-row='{newest[-1]}']").click()
    await expect(page.get_by_role("region", name="Messages").get_by_text("Question 0")).to_be_visible()
    await page.locator(f"a[data-row='{newest[0]}']").click()
    await expect(page.get_by_role("region", name="Messages").get_by_text("Question 9")).to_be_visible()
    assert asked.times[newest[0]] == 1, "it was opened, so it is kept"
    # Of the guesses the last few are kept; another one is asked for again.
    await page.locator(f"a[data-row='{newest[2]}']").click()
    await expect(page.get_by_role("region", name="Messages").get_by_text("Question 7")).to_be_visible()
    assert asked.times[newest[2]] == 2
