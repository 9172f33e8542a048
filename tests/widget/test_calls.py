"""Calls from the widget: two browsers whose microphones hear known tones, so that what is heard is found by its frequency."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, WebSocketRoute, expect

from tests.live.test_availability import ask
from tests.support.axe import serious
from tests.support.browser import Browsers
from tests.support.house import eventually
from tests.support.speaking import LISTENING, hears, hears_nothing
from tests.widget.conftest import ROOT, OpenSite, open_chat, write

pytestmark = pytest.mark.annex("H5")
VERAS, ADAS = 440, 880


@pytest.fixture
async def browser(browsers: Browsers, request: pytest.FixtureRequest) -> AsyncIterator[Browser]:
    """Vera's browser, whose microphone hears her tone; or one that lends no page its microphone."""
    browser = await browsers.speaking(VERAS, lends="refused" not in request.node.name)
    yield browser
    for context in browser.contexts:
        await context.close()


@pytest.fixture(scope="session")
def agents_page() -> str:
    """Ada's end of calls, as a script."""
    esbuild = ROOT / "node_modules" / ".bin" / "esbuild"
    return subprocess.run(
        [str(esbuild), "tests/widget/agent.ts", "--bundle", "--format=iife"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout  # fmt: skip


BELLS = """
window.rung = 0
const make = AudioContext.prototype.createOscillator
AudioContext.prototype.createOscillator = function () { window.rung++; return make.call(this) }
"""


class Ada:
    """An agent at a page that has no more than her end of a call."""

    def __init__(self, page: Page, script: str, token: str) -> None:
        self.page, self._script, self._token = page, script, token

    async def arrive(self) -> None:
        """Sign in, after a reload too."""
        await self.page.evaluate(self._script)
        await self.page.evaluate("(token) => ada.connect(token)", self._token)
        await self.page.wait_for_function("() => ada.ready()")

    async def rung(self) -> int:
        """Wait for a call that rings; return its id."""
        await self.page.wait_for_function("() => ada.last()?.state === 'ringing'")
        return int(await self.page.evaluate("() => ada.last().id"))

    async def takes(self, call: int) -> None:
        """Answer."""
        await self.page.evaluate("(call) => ada.take(call)", call)

    async def does(self, command: str, **what: Any) -> None:
        """Say something to the hub about the call."""
        await self.page.evaluate("([command, what]) => ada.send(command, what)", [command, what])

    async def until(self, what: str) -> None:
        """Wait until the call is so, for Ada."""
        await self.page.wait_for_function(f"() => (({what})(ada.last()))")


@pytest.fixture
async def ada(acme: Any, browser: Browser, browsers: Browsers, agents_page: str) -> AsyncIterator[Ada]:
    """Ada is there, and Acme takes calls. (With `browser`, because all tests with browsers share a loop.)"""
    await ask(await acme.agent(), "PUT", "call-rules", on=True)
    browser = await browsers.speaking(ADAS)
    context = await browser.new_context()
    page = await context.new_page()
    await page.add_init_script(LISTENING)
    await page.goto(f"{acme.house.url}/widget.js")
    ada = Ada(page, agents_page, await acme.token())
    await ada.arrive()
    yield ada
    await context.close()


async def visit(site: OpenSite, **more: Any) -> Page:
    """Vera looks at a page that can be asked what she hears."""
    page = await site(init=LISTENING, **more)
    await page.locator(".launcher").wait_for()
    return page


async def greeted(page: Page, address: str) -> None:
    """Go to a page and wait until the hub has greeted its widget, which nobody sees of a closed chat."""
    session = asyncio.Event()
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: '["session"' in str(frame) and session.set()),
    )
    await page.goto(address)
    async with asyncio.timeout(20):
        await session.wait()


def button(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


async def test_vera_calls_from_the_chat_and_both_hear_each_other_until_one_hangs_up(ada: Ada, site: OpenSite) -> None:
    vera = await open_chat(await visit(site))
    await button(vera, "Call us").click()
    await expect(vera.get_by_text("For that we need your microphone.")).to_be_visible()
    assert await vera.evaluate("() => window.asked") == 0, "the browser asks after the explanation"
    await button(vera, "Allow the microphone").click()
    await expect(vera.get_by_text("Calling…")).to_be_visible()
    call = await ada.rung()
    await ada.takes(call)
    await asyncio.gather(hears(vera, ADAS), hears(ada.page, VERAS))
    await expect(vera.locator(".call .state")).to_have_text("Good connection")
    await expect(vera.locator(".call b")).to_have_text("Ada")
    assert [line for line in await serious(vera) if "switchboard-chat" in line] == []

    await button(vera, "Mute").click()
    await asyncio.gather(hears_nothing(ada.page), hears(vera, ADAS), ada.until("(call) => call.muted[0] === 'contact'"))
    await button(vera, "Mute").click()
    await hears(ada.page, VERAS)

    await ada.does("call.hold", call=call)
    await asyncio.gather(hears_nothing(ada.page), hears_nothing(vera))
    await expect(vera.get_by_text("The call is on hold.")).to_be_visible()
    await ada.does("call.resume", call=call)
    await asyncio.gather(hears(ada.page, VERAS), hears(vera, ADAS))

    # The hub is away for a moment: sound goes on, and what is said to the hub afterwards is heard.
    await vera.context.set_offline(True)
    await expect(vera.get_by_text("No connection.")).to_be_visible()
    await vera.context.set_offline(False)
    await expect(vera.get_by_text("No connection.")).to_have_count(0, timeout=20_000)
    await asyncio.gather(hears(ada.page, VERAS), hears(vera, ADAS))

    # The chat is used meanwhile, and another page is looked at.
    await button(vera, "Chat").click()
    await write(vera, "My number is 7")
    await expect(vera.get_by_text("My number is 7")).to_be_visible()
    await vera.reload()
    await expect(vera.locator(".call b")).to_have_text("Ada")
    await asyncio.gather(hears(ada.page, VERAS), hears(vera, ADAS))

    await button(vera, "Hang up").click()
    await ada.until("(call) => call.state === 'ended' && call.reason === 'hung_up'")
    await expect(vera.locator(".call")).to_have_count(0)
    assert await vera.evaluate("() => window.lent.every((track) => track.readyState === 'ended')"), (
        "the microphone is given back"
    )


async def test_an_agent_calls_vera_whose_chat_is_closed_and_one_of_her_tabs_takes_it(
    acme, ada: Ada, site: OpenSite
) -> None:
    watcher = await acme.agent()
    vera = await open_chat(await visit(site))
    await write(vera, "Call me, please")
    talk = (await watcher.hears("message"))["conversation"]
    await vera.keyboard.press("Escape")
    other = await vera.context.new_page()
    for tab in (vera, other):
        await tab.add_init_script(BELLS)
        await greeted(tab, vera.url)
        await tab.locator("h1").click()  # else the browser allows no sound
    call = await ada.page.evaluate("(talk) => ada.dial(talk)", talk)
    for tab in (vera, other):
        await expect(tab.get_by_text("is calling you")).to_be_visible()
        await expect(tab.locator(".call b")).to_have_text("Ada")
    rung = [await tab.evaluate("() => window.rung") for tab in (vera, other)]
    assert min(rung) == 0 < max(rung), "one tab rings aloud"
    assert [line for line in await serious(vera) if "switchboard-chat" in line] == []

    await button(vera, "Answer").click()
    await asyncio.gather(hears(vera, ADAS), hears(ada.page, VERAS))
    await expect(other.get_by_text("You’re in a call on another tab or device.")).to_be_visible()
    await expect(button(other, "Hang up")).to_have_count(0)
    await ada.does("call.hangup", call=call)
    await expect(vera.get_by_text("Call ended after")).to_be_visible()
    await expect(other.locator(".call")).to_have_count(0)

    await ada.page.evaluate("(talk) => ada.dial(talk)", talk)
    await button(other, "Decline").click()
    await ada.until("(call) => call.state === 'ended' && call.reason === 'declined'")
    await expect(vera.locator(".call")).to_have_count(0)


async def test_where_nobody_is_there_vera_asks_to_be_called_back(acme, ada: Ada, site: OpenSite) -> None:
    colleague = await acme.agent()
    await ask(colleague, "PUT", "me/availability", state="away")
    vera = await visit(site, viewport={"width": 390, "height": 800})
    await vera.locator(".launcher").click()
    await button(vera, "Call us").click()
    await button(vera, "Allow the microphone").click()
    await expect(vera.get_by_text("Nobody can take your call right now.")).to_be_visible()
    assert await vera.evaluate("() => window.lent.every((track) => track.readyState === 'ended')")
    await button(vera, "Ask to be called back").click()
    assert (await colleague.hears("message", text="Please call me back."))["author"]["kind"] == "contact"
    await expect(vera.get_by_text("Please call me back.")).to_be_visible()


async def test_vera_shows_herself_and_her_screen_and_sees_ada(ada: Ada, site: OpenSite) -> None:
    vera = await open_chat(await visit(site))
    await button(vera, "Call us").click()
    await button(vera, "Allow the microphone").click()
    await ada.takes(await ada.rung())
    await hears(ada.page, VERAS)
    await button(vera, "Camera").click()
    await ada.page.wait_for_function("() => ada.camera()")
    await expect(vera.get_by_label("Your camera")).to_be_visible()
    await button(vera, "Screen").click()
    await ada.page.wait_for_function("() => ada.screen()")
    await button(vera, "Camera").click()
    await ada.page.wait_for_function("() => !ada.camera() && ada.screen()")
    await button(vera, "Screen").click()
    await ada.page.wait_for_function("() => !ada.screen()")
    await hears(ada.page, VERAS)
    await button(vera, "Hang up").click()


class Crossing:
    """Lets the next offers of the two cross: neither is on its way before the other one is."""

    def __init__(self) -> None:
        self.is_next = False
        self.crossed = 0
        self._own: Any = None
        self._others: Any = None

    async def between(self, page: Page) -> None:
        """Stand between a page that is not open yet and the hub."""
        await page.route_web_socket("**/socket.io/**", self._opened)

    def _opened(self, own: WebSocketRoute) -> None:
        hub = own.connect_to_server()

        def out(text: str | bytes) -> None:
            if not self.is_next or '"call.offer"' not in str(text):
                hub.send(text)
            else:
                self._own = self._own or (lambda: hub.send(text))
                self._meet()

        def back(text: str | bytes) -> None:
            if not self.is_next or '"call.offer"' not in str(text):
                own.send(text)
            else:
                self._others = self._others or (lambda: own.send(text))
                self._meet()

        own.on_message(out)
        hub.on_message(back)

    def _meet(self) -> None:
        if self._own and self._others:
            self.is_next = False
            self.crossed += 1
            self._own()
            self._others()
            self._own = self._others = None

    async def met(self) -> None:
        """Wait until two offers have crossed."""
        await eventually(lambda: not self.is_next, 15)


async def test_both_show_themselves_or_look_for_a_new_way_at_once_and_go_on(
    acme: Any, browsers: Browsers, browser: Browser, agents_page: str, site: OpenSite
) -> None:
    await ask(await acme.agent(), "PUT", "call-rules", on=True)
    context = await (await browsers.speaking(ADAS)).new_context()
    page, crossing = await context.new_page(), Crossing()
    await page.add_init_script(LISTENING)
    await crossing.between(page)
    await page.goto(f"{acme.house.url}/widget.js")
    ada = Ada(page, agents_page, await acme.token())
    await ada.arrive()
    vera = await open_chat(await visit(site))
    await button(vera, "Call us").click()
    await button(vera, "Allow the microphone").click()
    await ada.takes(await ada.rung())
    await asyncio.gather(hears(vera, ADAS), hears(page, VERAS))

    crossing.is_next = True
    await asyncio.gather(button(vera, "Camera").click(), page.evaluate("() => ada.show(true)"))
    await crossing.met()
    await page.wait_for_function("() => ada.camera()")
    await expect(vera.get_by_label("Ada’s video")).to_be_visible(timeout=20_000)
    await asyncio.gather(hears(vera, ADAS), hears(page, VERAS))

    for again in ("ada.restart()", "ada.show(false)"):
        crossing.is_next = True
        await asyncio.gather(vera.evaluate("() => window.links.at(-1).restartIce()"), page.evaluate(f"() => {again}"))
        await crossing.met()
        await asyncio.gather(hears(vera, ADAS), hears(page, VERAS))
        await page.wait_for_function("() => ada.camera() && ada.state() === 'connected'")
        await expect(vera.locator(".call .state")).to_have_text("Good connection")
    await expect(vera.get_by_label("Ada’s video")).to_have_count(0)
    assert crossing.crossed == 3
    await button(vera, "Hang up").click()
    await context.close()


async def test_a_microphone_that_is_refused_is_explained_and_there_are_other_ways(ada: Ada, site: OpenSite) -> None:
    vera = await visit(site)
    await open_chat(vera)
    await button(vera, "Call us").click()
    await expect(vera.get_by_text("For that we need your microphone.")).to_be_visible()
    await button(vera, "Allow the microphone").click()
    await expect(vera.get_by_text("The microphone is not allowed here.")).to_be_visible()
    await button(vera, "Try again").click()
    await expect(vera.get_by_text("The microphone is not allowed here.")).to_be_visible()
    assert await ada.page.evaluate("() => ada.said().length") == 0, "nobody is rung for somebody who can't talk"
    assert [line for line in await serious(vera) if "switchboard-chat" in line] == []
    await button(vera, "Write instead").press("Enter")
    await expect(vera.locator("textarea")).to_be_focused()


async def test_the_button_stands_where_the_rules_say_and_where_there_can_be_a_call(acme, site: OpenSite) -> None:
    vera = await open_chat(await visit(site))
    await expect(button(vera, "Call us")).to_have_count(0)
    owner = await acme.agent()
    await ask(owner, "PUT", "call-rules", on=True, launcher=True)
    await vera.keyboard.press("Escape")
    await vera.reload()
    await button(vera, "Call us").click()  # beside the closed chat
    await expect(vera.get_by_text("For that we need your microphone.")).to_be_visible()
    await ask(owner, "PUT", "call-rules", on=True)
    # A page without encryption has none.
    await vera.add_init_script("delete Navigator.prototype.mediaDevices")
    await vera.reload()
    await expect(vera.locator(".team b")).to_have_text("Acme")
    await expect(button(vera, "Call us")).to_have_count(0)
