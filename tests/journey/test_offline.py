"""What is written without a network waits where it can be seen, outlives the page, and goes out once (H2, X1)."""

from __future__ import annotations

import pytest
from playwright.async_api import Error, expect

pytestmark = pytest.mark.annex("H2", "X1")


@pytest.mark.annex("H10")
async def test_what_vera_writes_offline_waits_in_sight_and_she_is_told_so(talk):
    vera, ada = talk
    await vera.goes_offline()
    await vera.writes("Are you still there?")
    await expect(vera.tick_of("Are you still there?")).to_have_attribute("aria-label", "Sending")
    await expect(vera.window.get_by_role("status")).to_contain_text("No connection")
    assert "Are you still there?" not in await ada.texts()
    await vera.is_back()
    await ada.sees("Are you still there?")
    await expect(vera.tick_of("Are you still there?")).not_to_have_attribute("aria-label", "Sending")
    await expect(vera.window.get_by_role("status")).to_have_count(0)


async def test_what_vera_wrote_offline_survives_a_reload_of_the_page_and_is_sent_once(talk):
    vera, ada = talk
    await vera.goes_offline()
    await vera.writes("First")
    await vera.writes("Second")
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        await vera.page.reload()
    await vera.is_back()
    await vera.reloads()
    await ada.sees("First", "Second")
    await expect(vera.chat.locator(".tick.sending")).to_have_count(0)
    for one in (vera, ada):
        await one.sees_only("Hello", "Good morning", "First", "Second")
    await vera.reloads()
    await vera.sees("Hello", "Good morning", "First", "Second")


async def test_what_vera_wrote_offline_goes_out_from_the_next_page_of_the_website(talk):
    vera, ada = talk
    await vera.goes_offline()
    await vera.writes("On my way out")
    await vera.is_back()
    await vera.goes_to("Contact")
    for one in (ada, vera):
        await one.sees("On my way out")
    for one in (vera, ada):
        await one.sees_only("Hello", "Good morning", "On my way out")


async def test_a_draft_of_vera_survives_a_reload_unsent(talk):
    vera, ada = talk
    await vera.field.fill("I wonder whether")
    await vera.reloads()
    await expect(vera.field).to_have_value("I wonder whether")
    await ada.sees_only("Hello", "Good morning")


async def test_two_tabs_of_vera_show_the_same_and_send_nothing_twice(acme, talk):
    vera, ada = talk
    tab = await acme.tab_of(vera)
    await tab.opens_chat()
    await tab.sees("Hello", "Good morning")
    await vera.goes_offline()
    await vera.writes("From the first tab")
    await tab.writes("From the second tab")
    for one in (vera, tab):
        await one.sees("From the first tab", "From the second tab")
    await vera.is_back()
    await ada.sees("From the first tab", "From the second tab", within=20)
    await ada.writes("Both came")
    for one in (vera, tab):
        await one.sees("Both came")
        await expect(one.chat.locator(".tick.sending")).to_have_count(0)
    expected = ["Hello", "Good morning", "From the first tab", "From the second tab", "Both came"]
    for one in (vera, tab, ada):
        await one.sees_only(*expected)


async def test_a_tab_that_is_closed_offline_leaves_its_message_to_the_other_tab(acme, talk):
    vera, ada = talk
    tab = await acme.tab_of(vera)
    await tab.opens_chat()
    await vera.goes_offline()
    await tab.writes("Written and left")
    await tab.page.close()
    await vera.is_back()
    for one in (ada, vera):
        await one.sees("Written and left", within=25)
    for one in (vera, ada):
        await one.sees_only("Hello", "Good morning", "Written and left")


async def test_what_ada_writes_offline_waits_in_sight_and_she_is_told_so(talk):
    vera, ada = talk
    await ada.goes_offline()
    await ada.writes("Let me look")
    await expect(ada.unsent).to_have_count(1)
    await expect(ada.page.get_by_role("status").filter(has_text="No connection")).to_contain_text(
        "1 message waits here"
    )
    assert "Let me look" not in await vera.texts()
    await ada.is_back()
    await vera.sees("Let me look")
    await expect(ada.unsent).to_have_count(0)
    await expect(ada.page.get_by_text("No connection.")).to_have_count(0)


@pytest.mark.service_worker
async def test_what_ada_wrote_offline_survives_a_reload_of_the_panel_and_is_sent_once(talk):
    vera, ada = talk
    await ada.page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    await ada.page.reload()  # from here on the service worker serves the panel
    await ada.sees("Hello", "Good morning")
    await ada.goes_offline()
    await ada.writes("One moment")
    await expect(ada.unsent).to_have_count(1)
    await ada.page.reload()
    await ada.sees("Hello", "Good morning", "One moment")
    await expect(ada.unsent).to_have_count(1)
    await ada.is_back()
    await vera.sees("One moment")
    await expect(ada.unsent).to_have_count(0)
    for one in (vera, ada):
        await one.sees_only("Hello", "Good morning", "One moment")


@pytest.mark.service_worker
async def test_two_tabs_of_ada_show_the_same_and_send_nothing_twice(acme, talk):
    vera, ada = talk
    tab = await acme.tab_of_agent(ada)
    await tab.sees("Hello", "Good morning")
    await ada.goes_offline()
    await ada.writes("From the first tab")
    await tab.writes("From the second tab")
    await ada.is_back()
    await vera.sees("From the first tab", "From the second tab")
    for one in (ada, tab):
        await one.sees("From the first tab", "From the second tab")
        await expect(one.unsent).to_have_count(0)
    shown = await vera.texts()
    assert sorted(shown) == sorted(["Hello", "Good morning", "From the first tab", "From the second tab"])
    for one in (ada, tab):
        await one.sees_only(*shown)


async def test_a_draft_of_ada_survives_a_reload_unsent(talk):
    vera, ada = talk
    await ada.field.fill("I will ask")
    await ada.reloads()
    await expect(ada.field).to_have_value("I will ask")
    await vera.sees_only("Hello", "Good morning")
