"""When the open panel rings, with which sound, and what it counts: as each agent says, and in one window only."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import Api, go

pytestmark = pytest.mark.annex("C5")

LISTENING = """
window.rung = []
Document.prototype.hasFocus = () => !window.away
const make = AudioContext.prototype.createOscillator
AudioContext.prototype.createOscillator = function () {
    const made = make.call(this)
    const start = made.start
    made.start = (at) => { window.rung.push([made.type, Math.round(made.frequency.value)]); start.call(made, at) }
    return made
}
"""
CHIME, KNOCK = [["sine", 660], ["sine", 880]], [["triangle", 190], ["triangle", 165]]


async def listening(page: Page, path: str) -> Page:
    """Open a page of the panel that writes down what it plays, in which its agent has clicked once."""
    await page.add_init_script(LISTENING)
    await go(page, path)
    await page.locator("h1, h2").first.click()
    return page


async def rung(*pages: Page) -> list[list[Any]]:
    """Return the tones that these windows have played, as [shape, hertz]."""
    return [tone for page in pages for tone in await page.evaluate("() => window.rung")]


async def locks(page: Page) -> list[str]:
    """Return the names of the locks by which windows say what is looked at."""
    held: list[str] = await page.evaluate("async () => (await navigator.locks.query()).held.map(({ name }) => name)")
    return held


async def until_rung(tones: list[list[Any]], *pages: Page) -> None:
    """Wait for as many tones, and hold that they are these and no others."""
    for _ in range(200):
        if len(await rung(*pages)) >= len(tones):
            break
        await pages[0].wait_for_timeout(50)
    assert await rung(*pages) == tones


@pytest.fixture
def ada(acme: Any, panel: OpenPanel) -> Callable[[], Awaitable[Page]]:
    async def opened() -> Page:
        page = await listening(await panel(), "/settings/notices")
        await expect(page.get_by_role("group", name="Mentions")).to_be_visible()
        return page

    return opened


async def test_one_of_two_open_windows_rings_for_each_message_and_none_for_ones_own(
    acme: Any, ada: Callable[[], Awaitable[Page]]
) -> None:
    first, vera = await ada(), await acme.visitor()
    second = await first.context.new_page()
    await second.goto(first.url)
    await listening(second, "/settings/profile")
    conversation = (await vera.says("Hello"))["conversation"]
    for number in range(4):
        await vera.says(f"And {number}")
    agent = await acme.agent()
    await agent.says("I answer from somewhere else", conversation)
    await vera.says("Thank you")
    # Which of the two it is, nobody cares: each message has rung once.
    for _ in range(200):
        if len(await rung(first, second)) >= len(CHIME) * 6:
            break
        await first.wait_for_timeout(50)
    assert len(await rung(first, second)) == len(CHIME) * 6


async def test_what_somebody_looks_at_in_one_window_does_not_ring_in_another(
    acme: Any, ada: Callable[[], Awaitable[Page]]
) -> None:
    first, vera, walt = await ada(), await acme.visitor(), await acme.visitor()
    conversation = (await vera.says("Hello"))["conversation"]
    await until_rung(CHIME, first)
    second = await first.context.new_page()
    await second.goto(first.url)
    await listening(second, f"/inbox/open/{conversation}")
    await expect(second.get_by_role("region", name="Messages")).to_contain_text("Hello")
    for _ in range(100):
        if f"looking {conversation}" in await locks(first):
            break
        await first.wait_for_timeout(50)
    await vera.says("You see this")
    await walt.says("This you don't see")
    for _ in range(200):
        if len(await rung(first, second)) >= 4:
            break
        await first.wait_for_timeout(50)
    assert len(await rung(first, second)) == 4


async def test_an_agent_says_what_rings_how_and_how_often(
    acme: Any, ada: Callable[[], Awaitable[Page]], api: Api
) -> None:
    page = await ada()
    await page.get_by_role("group", name="Mentions").get_by_role("checkbox", name="Sound").uncheck()
    await page.get_by_role("combobox", name="Which sound").select_option("knock")
    volume = page.get_by_role("slider", name="Volume")
    await volume.focus()
    for _ in range(4):
        await page.keyboard.press("ArrowRight")
    await expect(volume).to_have_attribute("aria-valuetext", "70 %")
    await page.get_by_role("button", name="Listen").click()
    await until_rung(KNOCK, page)
    await page.get_by_role("combobox", name=re.compile("^Ring")).select_option("conversation")
    await page.get_by_role("group", name=re.compile("^Number in the title")).get_by_label("Colleagues’").check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("It holds from the next event on")).to_be_visible()
    kept = await api("GET", "me/notices")
    assert kept["sound"] == {
        "kinds": ["mine", "unassigned", "assigned", "sla"], "each": "conversation", "focused": True, "tone": "knock", "volume": 70,
    }  # fmt: skip
    assert kept["badge"] == ["mine", "unassigned", "others"]
    vera, walt, ben = await acme.visitor(), await acme.visitor(), await acme.agent("ben@acme.example")
    conversation = (await vera.says("Hello"))["conversation"]
    await vera.says("Are you there?")
    me = (await acme.agent()).session["agent"]["id"]
    await ben.call("note.add", client_id="n", conversation=conversation, text="@Ada look", mentions=[me])
    await walt.says("Good morning")
    await until_rung(KNOCK * 3, page)
    await expect(page).to_have_title(re.compile(r"^\(2\)"))
    await ben.call("conversation.assign", conversation=conversation, agent=ben.session["agent"]["id"])
    await expect(page).to_have_title(re.compile(r"^\(2\)"))
    await page.get_by_role("group", name=re.compile("^Number in the title")).get_by_label("Colleagues’").uncheck()
    await page.get_by_role("button", name="Save").click()
    await expect(page).to_have_title(re.compile(r"^\(1\)"))


async def test_in_quiet_hours_only_what_always_tells_rings(
    acme: Any, ada: Callable[[], Awaitable[Page]], api: Api
) -> None:
    nights = [{"days": list(range(7)), "begins": "00:00", "ends": "00:00"}]
    await api("PUT", "me/notices", quiet=nights, always=["mine"], sound={"tone": "bell"})
    page, vera, walt, ben = (
        await ada(),
        await acme.visitor(),
        await acme.visitor(),
        await acme.agent("ben@acme.example"),
    )
    conversation = (await vera.says("Hello"))["conversation"]
    me = (await acme.agent()).session["agent"]["id"]
    await ben.call("conversation.assign", conversation=conversation, agent=me)
    await walt.says("Nobody hears this")
    await vera.says("You hear this")
    await until_rung([["sine", 1047], ["sine", 2093]], page)


async def test_who_works_in_the_panel_may_be_left_in_peace_until_another_window_is_in_front(
    acme: Any, ada: Callable[[], Awaitable[Page]], api: Api
) -> None:
    await api("PUT", "me/notices", sound={"focused": False})
    page, vera, walt = await ada(), await acme.visitor(), await acme.visitor()

    async def look(away: bool) -> None:
        await page.evaluate("(away) => { window.away = away; dispatchEvent(new Event(away ? 'blur' : 'focus')) }", away)
        for _ in range(100):
            if ("attended" in await locks(page)) != away:
                return
            await page.wait_for_timeout(50)

    await look(away=True)
    await vera.says("She is somewhere else, and hears it")
    await until_rung(CHIME, page)
    await look(away=False)
    await walt.says("She sees the number in the title")
    await expect(page).to_have_title(re.compile(r"^\(2\)"))
    await page.wait_for_timeout(700)  # a window that would ring asks the others first, and the browser whether it may
    assert await rung(page) == CHIME
    await look(away=True)
    await vera.says("She is gone again")
    await until_rung(CHIME * 2, page)


async def test_the_page_is_read_by_a_screen_reader_as_it_is_seen(acme: Any, ada: Callable[[], Awaitable[Page]]) -> None:
    page = await ada()
    await page.get_by_role("checkbox", name="Sounds in this browser").uncheck()
    await page.get_by_role("button", name=re.compile("^Ada")).click()
    await expect(page.get_by_role("menuitemcheckbox", name="Sound for new messages")).not_to_be_checked()
