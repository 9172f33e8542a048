"""What two people see of each other while they talk (H2, H3)."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.journey.people import words

pytestmark = pytest.mark.annex("H2", "H3", "C2")


async def test_vera_and_ada_talk_and_each_sees_the_words_of_the_other_once(acme):
    vera, ada = await acme.vera(), await acme.ada()
    await vera.opens_chat()
    await vera.writes("Hello, do you ship to Oslo?")
    await expect(ada.rows).to_have_count(1)
    await ada.opens_conversation()
    await ada.sees("Hello, do you ship to Oslo?")
    await ada.writes("We do.")
    await vera.sees("We do.")
    for one in (vera, ada):
        await one.sees_only("Hello, do you ship to Oslo?", "We do.")


@pytest.mark.annex("X8")
async def test_the_demo_shop_and_its_agent_meet_with_nothing_but_what_the_start_prints(acme):
    signs = (acme.house.hub.settings.folder / "demo-sign-in.txt").read_text().split()
    ada = await acme.stranger()
    await ada.comes(acme.url, signs[1], signs[3])
    vera = await acme.vera(f"{acme.url}/demo/")
    await vera.opens_chat()
    await vera.writes("Is the sencha of this year?")
    await ada.opens_conversation()
    await ada.sees("Is the sencha of this year?")
    for page in ("Green tea", "Contact", "Shop"):
        await vera.page.get_by_role("navigation").get_by_role("link", name=page).press("Enter")
        await expect(vera.page.locator("h1, [aria-current=page]").filter(has_text=page).first).to_be_visible()
        await vera.has_chat()
        await vera.sees("Is the sencha of this year?")
    await expect(ada.page.get_by_role("complementary", name="Person")).to_contain_text("Spring sencha")


async def test_a_message_is_sent_then_delivered_to_the_panel_then_read_in_the_conversation(acme):
    vera = await acme.vera()
    await vera.opens_chat()
    await vera.writes("Is anybody here?")
    await expect(vera.ticks.last).to_have_attribute("aria-label", "Sent")
    ada = await acme.ada()
    await expect(vera.ticks.last).to_have_attribute("aria-label", "Delivered")
    await vera.writes("I can wait")
    await expect(ada.rows.get_by_label("2 unread messages")).to_have_text("2")
    await expect(vera.ticks.last).to_have_attribute("aria-label", "Delivered")
    await ada.opens_conversation()
    await expect(vera.ticks.last).to_have_attribute("aria-label", "Read")
    await expect(ada.rows.get_by_label("unread")).to_have_count(0)


async def test_adas_message_is_sent_then_delivered_to_the_page_then_read_in_the_open_chat(acme):
    vera, ada = await acme.vera(), await acme.ada()
    await vera.opens_chat()
    await vera.writes("Hello")
    await ada.opens_conversation()
    address = vera.page.url
    await vera.page.goto("about:blank")
    await ada.writes("Welcome")
    ticks = ada.stream.locator("[data-progress]")
    await expect(ticks).to_have_attribute("aria-label", "Sent")
    vera = await acme.tab_of(vera, address)  # a new tab: there the chat is closed
    await expect(ticks).to_have_attribute("aria-label", "Delivered")
    await vera.opens_chat()
    await expect(ticks).to_have_attribute("aria-label", "Read")


async def test_a_closed_chat_counts_what_is_unread_on_its_launcher_over_reloads_until_it_is_opened(acme):
    vera, ada = await acme.vera(), await acme.ada()
    await vera.opens_chat()
    await vera.writes("Hello")
    await ada.opens_conversation()
    await vera.launcher.click()
    await expect(vera.window).to_be_hidden()
    await ada.writes("One")
    await expect(vera.badge).to_have_text("1")
    await ada.writes("Two")
    await expect(vera.badge).to_have_text("2")
    await expect(vera.launcher).to_have_attribute("aria-label", "Open chat, 2 unread messages")
    await vera.page.reload()
    await expect(vera.badge).to_have_text("2")
    await vera.opens_chat()
    await vera.sees("One", "Two")
    await expect(vera.badge).to_have_count(0)
    await vera.page.reload()
    await vera.has_chat()
    await expect(vera.badge).to_have_count(0)


async def test_each_sees_the_other_typing_and_no_longer_when_the_words_are_there(acme):
    vera, ada = await acme.vera(), await acme.ada()
    await vera.opens_chat()
    await vera.writes("Hello")
    await ada.opens_conversation()
    await ada.sees("Hello")

    await vera.field.press_sequentially("Do you")
    await expect(ada.stream.get_by_text("is typing")).to_be_visible()
    await expect(ada.rows.get_by_text("Typing…")).to_be_visible()
    await vera.field.press("Enter")
    await ada.sees("Do you")
    await expect(ada.stream.get_by_text("is typing")).to_have_count(0)

    await ada.field.press_sequentially("We do")
    await expect(vera.window.get_by_text("Ada is typing")).to_be_visible()
    await ada.field.press("Enter")
    await vera.sees("We do")
    await expect(vera.window.get_by_text("is typing")).to_have_count(0)


async def test_who_stops_typing_without_sending_is_no_longer_shown_as_typing(acme):
    vera, ada = await acme.vera(), await acme.ada()
    await vera.opens_chat()
    await vera.writes("Hello")
    await ada.opens_conversation()
    await vera.field.press_sequentially("Well")
    await expect(ada.stream.get_by_text("is typing")).to_be_visible()
    await vera.field.fill("")
    await expect(ada.stream.get_by_text("is typing")).to_have_count(0, timeout=2000)


_PRESENCE = """() => {
  const shown = window.presenceShown = []
  const look = () => {
    const now = document.querySelector('header h2')?.parentElement.lastElementChild.textContent
    if (now && now !== shown.at(-1)) shown.push(now)
  }
  look()
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
}"""


async def test_vera_goes_offline_some_seconds_after_she_leaves_and_does_not_flicker_on_a_reload(acme):
    vera, ada = await acme.vera(), await acme.ada()
    await vera.opens_chat()
    await vera.writes("Hello")
    await ada.opens_conversation()
    state = ada.page.locator("header h2 + span")
    await expect(state).to_have_text("Online")
    await ada.page.evaluate(_PRESENCE)
    for _ in range(3):
        await vera.reloads()
    await vera.goes_to("Contact")
    await ada.page.wait_for_timeout(3500)  # longer than the grace time: a late flicker would show by now
    assert await ada.page.evaluate("presenceShown") == ["Online"]

    tab = await acme.tab_of(vera)
    await vera.page.close()
    await ada.page.wait_for_timeout(3500)
    assert await ada.page.evaluate("presenceShown") == ["Online"], "she still has a tab"
    await tab.page.close()
    await expect(state).to_have_text("Offline", timeout=8000)
    assert await ada.page.evaluate("presenceShown") == ["Online", "Offline"]
    await acme.tab_of(vera, acme.website())
    await expect(state).to_have_text("Online")


async def test_vera_sees_whether_somebody_of_the_team_is_there(acme):
    vera = await acme.vera()
    await vera.opens_chat()
    await expect(vera.window).to_contain_text(words("widget")["away"])
    ada = await acme.ada()
    await expect(vera.window).to_contain_text(words("widget")["online"])
    await ada.context.close()
    await expect(vera.window).to_contain_text(words("widget")["away"], timeout=8000)


async def test_ada_sees_live_on_which_page_vera_is(acme):
    vera, ada = await acme.vera(), await acme.ada()
    await vera.opens_chat()
    await vera.writes("Hello")
    await ada.opens_conversation()
    person = ada.page.get_by_role("complementary", name="Person")
    await expect(person).to_contain_text("Shop – Leaf & Co")
    await vera.goes_to("Green tea")
    await expect(person).to_contain_text("Green tea – Leaf & Co")


async def test_the_title_of_vera_in_another_tab_tells_that_an_answer_came(acme):
    vera, ada = await acme.vera(), await acme.ada()
    await vera.opens_chat()
    await vera.writes("Hello")
    await ada.opens_conversation()
    hide = "Object.defineProperty(document, 'hidden', {configurable: true, get: () => true})"
    await vera.page.evaluate(hide)  # headless browsers show all tabs at once
    await ada.writes("Are you there?")
    await vera.page.wait_for_function("document.title === 'New message from Ada'")
    await vera.page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    await expect(vera.page).to_have_title("Shop – Leaf & Co")
