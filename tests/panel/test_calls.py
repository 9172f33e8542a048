"""Calls in the panel: real browsers with tones for voices, and a visitor with a telephone of their own."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from msgspec import structs
from playwright.async_api import BrowserContext, Page, expect

from tests.panel.conftest import NETWORK, PRIVATE, USUAL, OpenPanel
from tests.panel.people import Api, go
from tests.support.axe import serious
from tests.support.browser import Browsers
from tests.support.caller import Caller
from tests.support.house import PASSWORD
from tests.support.speaking import LISTENING

pytestmark = pytest.mark.annex("P4")

ADA, BEN, VERA = 700, 1_100, 440
"""The voices, in hertz."""

HEARS = """
() => {
  const element = document.querySelector('[data-call-sound]')
  const [track] = element?.srcObject?.getAudioTracks() ?? []
  if (!track) return 0
  if (window.earTrack !== track) {
    window.ear?.context.close()
    const context = new AudioContext()
    window.ear = new AnalyserNode(context, { fftSize: 32768, smoothingTimeConstant: 0 })
    context.createMediaStreamSource(element.srcObject).connect(window.ear)
    window.earTrack = track
  }
  const bins = new Float32Array(window.ear.frequencyBinCount)
  window.ear.getFloatFrequencyData(bins)
  const most = bins.indexOf(Math.max(...bins))
  return bins[most] > -70 ? Math.round(most * window.ear.context.sampleRate / window.ear.fftSize) : 0
}
"""


async def hears(page: Page, hertz: float) -> None:
    """Wait until the panel plays a tone; 0 waits for silence."""
    heard = None
    for _ in range(150):
        heard = await page.evaluate(HEARS)
        if abs(heard - hertz) < 15:
            return
        await page.wait_for_timeout(100)
    raise AssertionError(f"{heard} Hz is heard in the panel, and not {hertz:.0f} Hz")


Desk = Callable[..., Awaitable[Page]]


@pytest.fixture
async def desk(acme: Any, browsers: Browsers) -> AsyncIterator[Desk]:
    """Return a function that opens the panel of an agent whose microphone hears a tone; complaints fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    async def open_desk(email: str = "ada@acme.example", hertz: int = ADA, **window: Any) -> Page:
        browser = await browsers.speaking(hertz)
        usual = USUAL | {"service_workers": "block"}
        context = await browser.new_context(**(usual | {"permissions": ["microphone"]} | window))
        contexts.append(context)
        await context.add_init_script(LISTENING)
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: line.type in ("error", "warning") and complaints.append(line.text))
        await page.goto(f"{acme.house.url}/panel/")
        await page.locator("input[type=email]").fill(email)
        await page.locator("input[type=password]").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.locator('[data-phase="online"]')).to_be_attached()
        return page

    yield open_desk
    for context in contexts:
        await context.close()
    assert [text for text in complaints if not NETWORK.search(text) and not PRIVATE.search(text)] == []


@pytest.fixture
async def callers(acme: Any, api: Api) -> AsyncIterator[Callable[..., Awaitable[Caller]]]:
    """Return a function that makes somebody with a telephone on the website of Acme, which takes calls."""
    await api("PUT", "call-rules", on=True, step=20, give_up=60, codes=["Sold", "Call back"])
    made: list[Caller] = []

    async def caller(hertz: float = VERA) -> Caller:
        made.append(Caller(await acme.visitor(), hertz))
        return made[-1]

    yield caller
    for each in made:
        await each.leaves()


def card(page: Page) -> Any:
    return page.get_by_role("region", name=re.compile("is calling$"))


def bar(page: Page) -> Any:
    return page.get_by_role("region", name=re.compile("^Call with"))


async def keys(page: Page, *pressed: str) -> None:
    for each in pressed:
        await page.keyboard.press(each)


async def from_palette(page: Page, words: str) -> None:
    """Do something by its name alone."""
    await page.keyboard.press("Control+k")
    await page.keyboard.type(words)
    await expect(page.get_by_role("option", name=re.compile(f"^{words}")).first).to_be_visible()
    await page.keyboard.press("Enter")


async def test_ada_takes_a_call_by_keys_alone_holds_it_notes_it_and_writes_down_what_came_out(
    desk: Desk, callers: Any, api: Api
) -> None:
    vera, ada = await callers(), await desk()
    said = ada.locator("[data-calls-said]")
    talk = (await vera.client.says("May I call you?"))["conversation"]
    await go(ada, f"/inbox/open/{talk}")
    writes = ada.get_by_role("textbox", name=re.compile("^Reply"))
    await writes.fill("I was just writing")
    call = await vera.calls(conversation=talk)
    await expect(card(ada)).to_be_visible()
    await expect(said).to_have_text(re.compile("is calling$"))
    await expect(writes).to_be_focused()
    assert await serious(ada) == []
    await keys(ada, "Control+j")
    await expect(bar(ada)).to_contain_text("Talking")
    await expect(said).to_have_text(re.compile("Talking$"))
    await hears(ada, VERA)
    await vera.hears_tone(ADA)
    assert await serious(ada) == []

    await keys(ada, "Control+d")
    await vera.hears_tone(0)
    await expect(bar(ada).get_by_role("button", name="Unmute")).to_be_visible()
    await vera.client.hears("call.changed", id=call, muted=["agent"])
    await keys(ada, "Control+d")
    await vera.hears_tone(ADA)
    await from_palette(ada, "Hold")
    await expect(said).to_have_text(re.compile("On hold$"))
    await hears(ada, 0)
    await vera.hears_tone(0)
    await from_palette(ada, "Resume")
    await hears(ada, VERA)
    await vera.hears_tone(ADA)

    # The call goes along to other screens, and the note lands in its conversation.
    await go_by_keys(ada, "g", "p")
    await hears(ada, VERA)
    await from_palette(ada, "Write a note")
    await expect(ada.get_by_role("textbox", name=re.compile("^Note for the team"))).to_be_focused()
    await ada.keyboard.type("Order 1234 is lost")
    await keys(ada, "Control+Enter", "Control+e")
    over = ada.get_by_role("region", name=re.compile("^After the call"))
    await expect(over).to_be_visible()
    await expect(said).to_have_text(re.compile("The call is over$"))
    assert (await vera.client.hears("call.ended", id=call))["reason"] == "hung_up"
    assert await serious(ada) == []
    await over.get_by_role("radio", name="Sold").focus()
    await keys(ada, "Space", "Tab")
    await ada.keyboard.type("Sends it again")
    await keys(ada, "Tab", "Tab", "Enter")
    await expect(over).to_be_hidden()
    kept = await api("GET", f"calls/{call}")
    assert (kept["wrap_up"]["code"], kept["wrap_up"]["note"]) == ("Sold", "Sends it again")
    await go_by_keys(ada, "g", "t")
    await expect(ada.get_by_role("list", name="Calls")).to_contain_text("Sold")
    await keys(ada, "j", "Enter")
    await expect(ada.get_by_text("Ada hung up")).to_be_visible()
    await go(ada, f"/inbox/open/{talk}")
    await expect(ada.get_by_role("region", name="Messages")).to_contain_text("Order 1234 is lost")


async def go_by_keys(page: Page, *pressed: str) -> None:
    """Go to another screen by its letters, from wherever nobody is typing."""
    await page.evaluate("() => document.activeElement.blur()")
    await keys(page, *pressed)


async def test_of_two_who_are_rung_one_takes_it_and_hands_it_over_and_a_reload_goes_on(
    desk: Desk, callers: Any, acme: Any
) -> None:
    await (await acme.agent("ben@acme.example")).leave()
    vera, ada = await callers(), await desk()
    ben = await desk("ben@acme.example", BEN, color_scheme="dark", viewport={"width": 390, "height": 800})
    call = await vera.calls()
    await expect(card(ben)).to_be_visible()
    assert await serious(ben) == []
    await card(ada).get_by_role("button", name="Answer").click()
    await expect(bar(ada)).to_be_visible()
    await expect(card(ben)).to_be_hidden()
    await hears(ada, VERA)

    second = await ada.context.new_page()
    await second.goto(ada.url)
    await expect(second.get_by_role("region", name=re.compile("on another device$"))).to_be_visible()
    await second.close()

    await bar(ada).get_by_role("button", name="Hand over").click()
    await ada.get_by_role("dialog").get_by_role("button", name=re.compile("Ben Free$")).click()
    await expect(bar(ada)).to_be_hidden()
    await expect(card(ben)).to_contain_text("Ada hands this call over to you")
    await card(ben).get_by_role("button", name="Answer").click()
    await hears(ben, VERA)
    await vera.hears_tone(BEN)
    assert await serious(ben) == []

    await ben.reload()
    await expect(bar(ben)).to_contain_text("Talking")
    await hears(ben, VERA)
    await vera.hears_tone(BEN)
    await vera.hangs_up()
    await expect(bar(ben)).to_be_hidden()
    await expect(ben.get_by_role("region", name=re.compile("^After the call"))).to_be_visible()
    assert call


@pytest.mark.annex("P5")
async def test_ada_calls_vera_from_her_profile_and_hears_where_she_is_not_there(
    desk: Desk, callers: Any, api: Api
) -> None:
    vera, ada = await callers(), await desk(permissions=None)
    contact = vera.client.session["contact"]["id"]
    await go(ada, f"/person/{contact}")
    await ada.get_by_role("button", name=re.compile("^Call ")).click()
    asks = ada.get_by_role("dialog", name=re.compile("^Call "))
    await expect(asks).to_contain_text("let this page use your microphone")
    await asks.get_by_role("button", name="Continue").click()
    ringing = await vera.client.hears("call.ringing")
    await expect(bar(ada)).to_contain_text("Calling")
    await vera.takes(ringing["id"])
    await hears(ada, VERA)
    await vera.hears_tone(ADA)
    await bar(ada).get_by_role("button", name="Hang up").click()
    await ada.get_by_role("button", name="Skip").click()
    await expect(ada.get_by_role("list", name="Timeline")).to_contain_text("We called")

    gone = await api.contact(first_name="Walt", last_name="Away")
    await go(ada, f"/person/{gone}")
    button = ada.get_by_role("button", name=re.compile("is not online"))
    await expect(button).to_have_attribute("aria-disabled", "true")


@pytest.mark.annex("H5")
async def test_a_check_says_which_hop_of_a_call_is_broken(
    acme: Any, desk: Desk, callers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await callers()
    ada = await desk()
    await go(ada, "/settings/calls")
    await ada.get_by_role("button", name="Check").click()
    status = ada.get_by_role("main").get_by_role("status")
    await expect(status).to_contain_text("Works between devices that see each other")
    hops = ada.get_by_role("list", name="Does a call get through?")
    await expect(hops.get_by_role("listitem").first).to_contain_text(re.compile(r"Microphone.*works", re.S))
    settings = acme.house.hub.settings
    turn = {"turn_urls": "turn:127.0.0.1:9?transport=tcp", "turn_secret": "shared"}
    monkeypatch.setattr(acme.house.hub, "settings", structs.replace(settings, **turn))
    await ada.get_by_role("button", name="Check").click()
    await expect(status).to_contain_text("Broken here first: TURN by TCP. No answer", timeout=20_000)


async def test_who_called_while_nobody_was_free_is_counted_listed_and_called_back(
    panel: OpenPanel, callers: Any, api: Api
) -> None:
    vera, walt = await callers(), await callers()
    page = await panel()
    await api("PUT", "me/availability", state="away")
    await vera.calls()
    await walt.calls()
    await expect(page.get_by_role("link", name="Calls, 2 missed")).to_be_visible()
    await page.get_by_role("link", name="Calls, 2 missed").click()
    await expect(page.get_by_role("list", name="Calls").get_by_role("listitem")).to_have_count(2)
    await expect(page.get_by_role("link", name="Calls", exact=True)).to_be_visible()
    await page.get_by_text("Mine", exact=True).click()
    await expect(page.get_by_text("No such calls")).to_be_visible()
    await page.get_by_text("Missed", exact=True).click()
    await expect(page.get_by_role("list", name="Calls")).to_contain_text("Missed: nobody was free")
    await page.get_by_text("All", exact=True).click()
    await page.get_by_role("combobox", name="Direction").select_option("out")
    await expect(page.get_by_text("No such calls")).to_be_visible()


async def test_an_owner_says_whether_calls_ring_whom_and_what_can_come_out_of_them(panel: OpenPanel, api: Api) -> None:
    page, colleagues = await panel(), await panel("ben@acme.example")
    await expect(page.get_by_role("link", name="Calls")).to_have_count(0)
    await expect(colleagues.get_by_role("link", name="Calls")).to_have_count(0)
    await go(page, "/settings/calls")
    await page.get_by_role("checkbox", name=re.compile("^Visitors can call")).check()
    await page.get_by_role("radio", name=re.compile("^One after the other")).check()
    await page.get_by_label("Counts as missed after").fill("10")
    await expect(page.get_by_role("alert")).to_contain_text("between 5 and 300")
    await expect(page.get_by_role("button", name="Save")).to_be_disabled()
    await page.get_by_label("Counts as missed after").fill("90")
    await page.get_by_role("checkbox", name="Only inside of the opening hours").check()
    await page.get_by_label("What can come out of a call").fill("Sold\n\n  Call back ")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("It holds from the next call on")).to_be_visible()
    assert (await api("GET", "call-rules")).items() >= {
        "on": True, "ring": "one", "assignee_first": True, "step": 20, "give_up": 90, "hours": True, "segment": None,
        "codes": ["Sold", "Call back"],
    }.items()  # fmt: skip
    await expect(page.get_by_role("link", name="Calls").first).to_be_visible()
    await expect(colleagues.get_by_role("link", name="Calls")).to_be_visible()
