"""The question after a closing in the widget: five faces for eyes, keys and screen readers, asked and answered once."""

from __future__ import annotations

import os

import pytest
from playwright.async_api import Page, expect

from tests.live.test_availability import ask as rest
from tests.support.axe import serious
from tests.widget.conftest import OpenSite, open_chat, write

pytestmark = pytest.mark.annex("C2")
PICTURES = os.environ.get("PICTURES")


async def faults(page: Page) -> list[str]:
    """Return what axe says about the chat; the site around it is none of ours."""
    return [line for line in await serious(page) if "switchboard-chat" in line]


async def closed_after_a_talk(acme, page: Page) -> tuple[object, int]:
    """Vera asked in the open chat, Ada answered and closed; return Ada and the conversation."""
    ada = await acme.agent()
    await rest(ada, "PUT", "ratings/rules", on=True, mail=False, question_pl="Jak nam poszło?")
    await write(page, "Is there tea?")
    conversation = (await ada.hears("message", text="Is there tea?"))["conversation"]
    await ada.says("Yes, green and black", conversation)
    await ada.call("conversation.close", conversation=conversation)
    return ada, conversation


async def test_a_visitor_rates_by_keyboard_and_sees_that_it_arrived(acme, site: OpenSite) -> None:
    page = await open_chat(await site())
    ada, conversation = await closed_after_a_talk(acme, page)
    group = page.get_by_role("group", name="How was this conversation?")
    await expect(group.get_by_role("radio")).to_have_count(5)
    await expect(page.get_by_role("button", name="Send the rating")).to_be_hidden()
    await group.get_by_role("radio", name="Very bad").focus()
    await page.keyboard.press("Space")
    for _ in range(3):
        await page.keyboard.press("ArrowRight")
    await expect(group.get_by_role("radio", name="Good", exact=True)).to_be_checked()
    await page.keyboard.press("Tab")
    await page.keyboard.type("Quick and kind")
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/widget-rating.png")
    assert await faults(page) == []
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(".rate")).to_have_text("Thank you for your rating.")
    told = await ada.hears("rating", conversation=conversation)
    assert (told["rating"]["score"], told["rating"]["comment"]) == (4, "Quick and kind")
    await page.reload()
    await expect(page.locator(".rate")).to_have_text("Thank you for your rating.")
    await write(page, "And coffee?")
    await expect(page.locator(".rate")).to_have_count(0)


async def test_the_question_speaks_the_language_of_the_page_and_fits_a_phone_in_the_dark(acme, site: OpenSite) -> None:
    page = await site(lang="pl", viewport={"width": 390, "height": 844}, color_scheme="dark", has_touch=True)
    await page.locator(".launcher").click()
    await closed_after_a_talk(acme, page)
    await expect(page.get_by_role("group", name="Jak nam poszło?")).to_be_visible()
    await page.get_by_role("radio", name="Bardzo dobra").click()
    await expect(page.get_by_role("textbox", name="Dlaczego? (opcjonalnie)")).to_be_visible()
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/widget-rating-phone.png")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await faults(page) == []
    await page.get_by_role("button", name="Wyślij ocenę").click()
    await expect(page.locator(".rate")).to_have_text("Dziękujemy za ocenę.")
