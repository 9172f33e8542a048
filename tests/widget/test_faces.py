"""How the widget looks: languages, colours, sizes, and the messages that show themselves."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.widget.conftest import OpenSite, open_chat, write

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "reduced_motion": "reduce"}

CONTRAST = """(element) => {
    const pen = document.createElement('canvas').getContext('2d', {willReadFrequently: true})
    const light = (colour) => {
        pen.fillStyle = '#fff'; pen.fillRect(0, 0, 1, 1); pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1)
        const linear = (v) => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4
        const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map(linear)
        return .2126 * r + .7152 * g + .0722 * b
    }
    const clear = (colour) => /transparent|, 0\\)$/.test(colour)
    let ground = element
    while (ground && clear(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement
    const [a, b] = [getComputedStyle(element).color, getComputedStyle(ground).backgroundColor].map(light).sort((x, y) => y - x)
    return (a + .05) / (b + .05)
}"""


async def talk(acme, site: OpenSite, **window) -> tuple[Page, object, int]:
    """Vera wrote, and Ada answered."""
    ada = await acme.agent()
    page = await open_chat(await site(**window)) if "viewport" not in window else await site(**window)
    if "viewport" in window:
        await page.locator(".launcher").click()
    await write(page, "Hello, see https://example.com")
    conversation = (await ada.hears("message"))["conversation"]
    await ada.says("Hello, Vera", conversation=conversation)
    await page.wait_for_selector("text=Hello, Vera")
    return page, ada, conversation


async def test_the_language_is_that_of_the_page_with_its_plurals(acme, site: OpenSite) -> None:
    page, ada, conversation = await talk(acme, site, lang="pl-PL")
    assert await page.locator("textarea").get_attribute("placeholder") == "Napisz wiadomość…"
    await page.keyboard.press("Escape")
    for count, words in ((1, "1 nieprzeczytana wiadomość"), (2, "2 nieprzeczytane wiadomości"),
                         (5, "5 nieprzeczytanych wiadomości")):  # fmt: skip
        while await page.locator(".badge").count() == 0 or int(await page.locator(".badge").inner_text()) < count:
            said = await ada.says(f"to {count}", conversation=conversation)
            await expect(page.locator(".hush[aria-live]")).to_have_text(re.compile(said["text"]))
            await page.wait_for_timeout(50)
        await expect(page.locator(".launcher")).to_have_attribute("aria-label", f"Otwórz czat, {words}")


@pytest.mark.parametrize("accent", [None, "#ffe14d", "#0a3d2a", "oklch(0.7 0.2 30)"])
async def test_every_text_can_be_read_whatever_accent_the_site_has(acme, site: OpenSite, accent) -> None:
    head = f"<style>:root {{ --switchboard-accent: {accent} }}</style>" if accent else ""
    page, _, _ = await talk(acme, site, head=head, reduced_motion="reduce")  # colours change at once
    seen = {}
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        seen[scheme] = await page.locator(".window").evaluate("e => getComputedStyle(e).backgroundColor")
        for selector in (
            ".own .bubble",
            ".bubble",
            ".team b",
            ".team span",
            ".meta:visible",
            ".day",
            ".name",
            ".face",
            "textarea",
        ):
            assert await page.locator(selector).last.evaluate(CONTRAST) >= 4.5, f"{selector}, {scheme}"
        for selector in (".launcher", ".tick", ".icon"):
            assert await page.locator(selector).last.evaluate(CONTRAST) >= 3, f"{selector}, {scheme}"
    assert seen["light"] != seen["dark"]


async def test_on_a_phone_the_chat_fills_the_screen_and_starts_closed_on_the_next_page(acme, site: OpenSite) -> None:
    page, _, _ = await talk(acme, site, **PHONE)
    assert await page.locator(".window").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    await expect(page.locator(".launcher")).to_be_hidden()
    await page.reload()
    await expect(page.locator(".launcher")).to_be_visible()
    await expect(page.locator(".window")).to_have_count(0)


async def test_an_open_chat_is_open_on_the_next_page_and_leaves_the_focus_there(acme, site: OpenSite) -> None:
    page, _, _ = await talk(acme, site)
    await page.get_by_role("link", name="Tea").click()
    await expect(page.locator(".bubble").last).to_have_text("Hello, Vera")
    assert await page.evaluate("document.activeElement.tagName") == "BODY"


async def test_a_bubble_shows_beside_the_launcher_and_a_pop_up_in_the_middle(acme, site: OpenSite) -> None:
    page, ada, conversation = await talk(acme, site)
    await page.keyboard.press("Escape")
    await ada.says("New tea has come. " * 20, conversation=conversation, size="bubble")
    card = await page.locator(".card").bounding_box()
    assert card and card["width"] == 320 and card["height"] < 120, "three lines at most"
    await page.locator(".card").get_by_role("button", name="Close").click()
    await expect(page.locator(".card")).to_have_count(0)
    await page.reload()
    await expect(page.locator(".badge")).to_have_text("1")
    await expect(page.locator(".card")).to_have_count(0)

    await ada.says("Free delivery today", conversation=conversation, size="popup")
    await expect(page.locator(".popup p")).to_have_text("Free delivery today")
    await page.get_by_role("button", name="Reply").click()
    await expect(page.locator("textarea")).to_be_focused()
    await expect(page.locator(".popup")).to_have_count(0)
    await expect(page.locator(".bubble").last).to_have_text("Free delivery today")


async def test_a_new_message_is_read_out_once(acme, site: OpenSite) -> None:
    page, ada, conversation = await talk(acme, site)
    await page.evaluate(
        """() => { said = []; new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach(
            (node) => said.push(node.textContent)))).observe(document.querySelector('switchboard-chat').shadowRoot
            .querySelector('[aria-live]'), {childList: true}) }"""
    )
    await ada.says("Once", conversation=conversation)
    await page.wait_for_selector(".bubble >> text=Once")
    await write(page, "My own words are not read to me")
    await page.wait_for_timeout(500)
    assert await page.evaluate("said") == ["Ada: Once"]


async def test_who_asked_for_less_motion_gets_none(acme, site: OpenSite) -> None:
    page, _, _ = await talk(acme, site, reduced_motion="reduce")
    await expect(page.locator(".window")).to_have_css("animation-name", "none")


async def test_new_messages_do_not_pull_away_who_reads_above(acme, site: OpenSite) -> None:
    page, ada, conversation = await talk(acme, site)
    for number in range(30):
        await ada.says(f"line {number}", conversation=conversation)
    await page.wait_for_selector("text=line 29")
    await page.locator(".scroll").evaluate("box => { box.scrollTop = 100 }")
    await page.wait_for_timeout(200)
    await ada.says("below", conversation=conversation)
    await expect(page.locator(".below")).to_have_text("1 new message ↓")
    assert await page.locator(".scroll").evaluate("box => box.scrollTop") == 100
    await page.locator(".below").click()
    await expect(page.locator(".below")).to_have_count(0)
