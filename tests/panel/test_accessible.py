"""Every screen can be read: contrast, names, languages, and no sideways scrolling on a phone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.panel.conftest import MOVING, PAIRS, OpenPanel

pytestmark = pytest.mark.annex("X8")

FAINT = """() => {
    // The texts on the screen whose contrast is below 4.5:1 (3:1 where large), with their ratio.
    const numbers = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number)
    const over = (top, below) => { const a = top[3] ?? 1; return [0, 1, 2].map((i) => top[i] * a + below[i] * (1 - a)) }
    const light = (rgb) => { const [r, g, b] = rgb.map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b }
    const ground = (e) => { const stack = []
        for (; e; e = e.parentElement) {
            const colour = numbers(getComputedStyle(e).backgroundColor)
            stack.push(colour)
            if ((colour[3] ?? 1) === 1) break
        }
        return stack.reverse().reduce((below, top) => over(top, below), [255, 255, 255]) }
    const faint = []
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node; (node = walk.nextNode()); ) {
        const e = node.parentElement
        if (!node.data.trim() || !e.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
        if (e.closest(':disabled, [data-disabled], [aria-hidden="true"]:not([class*="face"] *)')) continue
        const style = getComputedStyle(e), below = ground(e), above = over(numbers(style.color), below)
        const [a, b] = [light(above), light(below)].sort((x, y) => y - x)
        const pixels = parseFloat(style.fontSize), large = pixels >= 24 || (pixels >= 18.66 && style.fontWeight >= 700)
        const ratio = (a + 0.05) / (b + 0.05), where = `${style.color} on ${below.map(Math.round)}`
        if (ratio < (large ? 3 : 4.5)) faint.push(`${node.data.trim().slice(0, 40)}: ${ratio.toFixed(2)} (${where})`)
    }
    return faint
}"""

# What a browser has not laid out yet (it lies far below) has no words yet.
NAMELESS = """() => [...document.querySelectorAll('a[href], button, input, textarea, img:not([alt=""]), [role=dialog], [role=listbox]')]
    .filter((e) => e.checkVisibility({ contentVisibilityAuto: true }))
    .filter((e) => !['aria-label', 'aria-labelledby', 'alt'].some((name) => e.getAttribute(name)))
    .filter((e) => !e.labels?.length && !e.innerText?.trim())
    .map((e) => e.outerHTML.slice(0, 160))"""

UNTITLED = """() => [...document.querySelectorAll('[role=dialog], [role=menu]')]
    .filter((e) => !e.getAttribute('aria-label') && !document.getElementById(e.getAttribute('aria-labelledby'))?.innerText.trim())
    .map((e) => e.outerHTML.slice(0, 160))"""

# A menu holds items, groups of items and lines between them; the rest must be hidden from a screen reader or mean nothing.
NO_ITEMS = """() => [...document.querySelectorAll('[role=menu] > *, [role=menu] > [role=group] > *')]
    .filter((e) => !/^(menuitem(radio|checkbox)?|group|separator|presentation)$/.test(e.getAttribute('role')))
    .filter((e) => e.getAttribute('aria-hidden') !== 'true')
    .map((e) => e.outerHTML.slice(0, 160))"""

DOUBLES = """() => { const ids = [...document.querySelectorAll('[id]')].map((e) => e.id)
    return ids.filter((id, i) => id && ids.indexOf(id) !== i) }"""

WIDE = """() => [...document.querySelectorAll('main, main > *, p, pre, header, section')]
    .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1)
    .map((e) => e.outerHTML.slice(0, 120))"""


async def check(page: Page, where: str) -> None:
    await page.wait_for_timeout(350)  # what fades in has its colours when it is there
    assert await page.evaluate(FAINT) == [], f"{where}: too faint"
    assert await page.evaluate(NAMELESS) == [], f"{where}: without a name"
    assert await page.evaluate(UNTITLED) == [], f"{where}: a dialog or menu without a name"
    assert await page.evaluate(NO_ITEMS) == [], f"{where}: not an item of the menu"
    assert await page.evaluate(DOUBLES) == [], f"{where}: the same id twice"
    assert await page.evaluate(WIDE) == [], f"{where}: wider than the screen"


@pytest.mark.parametrize(("scheme", "width"), PAIRS)
async def test_every_screen_can_be_read(acme: Any, panel: OpenPanel, scheme: str, width: int) -> None:
    locale = "pl-PL" if scheme == "dark" else "en-GB"
    page = await panel(
        email=None, color_scheme=scheme, locale=locale, viewport={"width": width, "height": 800}, has_touch=width < 500
    )
    await check(page, "sign-in")
    assert await page.evaluate("document.documentElement.lang") == locale[:2]

    vera, ben = await acme.visitor(), await acme.agent("ben@acme.example")
    for text in ("Hello! Is the Assam back?", "See https://shop.example/assam"):
        conversation = (await vera.says(text))["conversation"]
    await vera.call("page", url="https://shop.example/assam", title="Assam", referrer="")
    await ben.call("note.add", client_id="n1", conversation=conversation, text="It is, since Monday.")
    await ben.says("It is!", conversation)
    await ben.call("conversation.assign", conversation=conversation, agent=2)

    page = await panel(
        color_scheme=scheme, locale=locale, viewport={"width": width, "height": 800}, has_touch=width < 500
    )
    await expect(page.locator("a[data-row]")).to_be_visible()
    await check(page, "inbox")
    await page.locator("nav button").last.click()
    await check(page, "user menu")
    await page.keyboard.press("Escape")
    await page.locator("a[data-row]").click()
    await expect(page.locator("textarea")).to_be_visible()
    await check(page, "conversation")
    for key, where in (("a", "assign"), ("Control+k", "palette"), ("?", "keys")):
        await page.keyboard.press(key)
        await expect(page.locator('[role="menu"], [role="dialog"]')).to_be_visible()
        await check(page, where)
        await page.keyboard.press("Escape")
        await expect(page.locator('[role="menu"], [role="dialog"]')).to_have_count(0)
    await page.keyboard.press("n")
    await page.keyboard.type("A note")
    await check(page, "note")
    await page.keyboard.press("Escape")
    if width < 1200:
        await page.keyboard.press("p")
        await expect(page.get_by_role("dialog")).to_be_visible()
        await check(page, "person")


@pytest.mark.parametrize("width", [1280, 390])
async def test_the_first_screen_tells_how_to_get_a_first_message(acme: Any, panel: OpenPanel, width: int) -> None:
    page = await panel(viewport={"width": width, "height": 800})
    await page.goto(f"{acme.house.url}/panel/settings/start")
    snippet = page.locator("pre").first
    await expect(snippet).to_contain_text(f'apiKey: "{acme.key}"')
    await expect(snippet).to_contain_text(f'src="{acme.house.url}/widget.js?key={acme.key}"')
    await check(page, "first screen")


async def test_a_screen_reader_hears_a_new_message_once(acme: Any, panel: OpenPanel) -> None:
    vera = await acme.visitor()
    first = await vera.says("Hello?")
    page = await panel()
    await page.locator("a[data-row]").click()
    await expect(page.locator("textarea")).to_be_visible()
    await expect(page.get_by_text(f"Conversation with {first['author']['name']}. ")).to_be_attached()
    await page.evaluate(
        """() => {
            window.heard = []
            const what = { childList: true, characterData: true, subtree: true }
            for (const region of document.querySelectorAll('[aria-live=polite], [role=status]'))
                new MutationObserver(() => window.heard.push(region.textContent)).observe(region, what)
        }"""
    )
    await vera.says("Are you there?", first["conversation"])
    await expect(page.get_by_text("Are you there?").last).to_be_visible()
    await page.wait_for_timeout(300)
    assert [text for text in await page.evaluate("window.heard") if "Are you there?" in text] == [
        f"{first['author']['name']}: Are you there?"
    ]


async def test_a_refused_sign_in_is_told_by_its_fields_and_moves_nothing(acme: Any, panel: OpenPanel) -> None:
    page = await panel(email=None)
    fields = [page.get_by_label("E-mail"), page.locator("input[type=password]")]
    button = page.get_by_role("button", name="Sign in", exact=True)
    before = await button.bounding_box()
    for field in fields:
        await expect(field).not_to_have_attribute("aria-invalid", "true")
        await field.fill("nobody@acme.example")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("wrong")
    for field in fields:
        await expect(field).to_have_attribute("aria-invalid", "true")
        await expect(field).to_have_accessible_description(re.compile("^E-mail or password is wrong"))
    assert await button.bounding_box() == before


async def test_nobody_is_told_of_keys_on_a_phone(acme: Any, panel: OpenPanel) -> None:
    for width in (1280, 390):
        page = await panel(viewport={"width": width, "height": 844})
        await page.get_by_role("button", name="Ada: menu").click()
        await expect(page.get_by_role("menuitem", name="Sign out")).to_be_visible()
        await expect(page.get_by_role("menuitem", name="Keyboard shortcuts")).to_have_count(1 if width > 500 else 0)


async def test_whatever_closes_gives_the_focus_back_to_where_it_was(acme: Any, panel: OpenPanel) -> None:
    vera = await acme.visitor()
    await vera.says("Hello?")
    page = await panel(**MOVING)
    row = page.locator("a[data-row]")
    await row.click()
    more = page.get_by_role("button", name="More to do with it")
    await expect(more).to_be_visible()
    for keys, opened in (("Control+k", "Find or do something"), ("z", "Until when?"), ("/", "Search in conversations")):
        await row.focus()
        await page.keyboard.press(keys)
        await expect(page.get_by_role("dialog", name=opened)).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await expect(row).to_be_focused()
    # The entry of the menu that opened it has gone with the menu; its button is there.
    await more.click()
    await page.get_by_role("menuitem", name="Snooze").click()
    await expect(page.get_by_role("dialog", name="Until when?")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(more).to_be_focused()


async def test_lines_between_messages_have_names(acme: Any, panel: OpenPanel) -> None:
    vera = await acme.visitor()
    await vera.says("Hello?")
    page = await panel()
    await page.locator("a[data-row]").click()
    await expect(page.get_by_role("separator", name="Today", exact=True)).to_be_visible()
    await expect(page.get_by_role("separator", name="New", exact=True)).to_be_visible()


async def test_the_window_is_called_after_its_screen_and_a_screen_reader_is_told_where_one_has_come_to(
    acme: Any, panel: OpenPanel
) -> None:
    vera = await acme.visitor()
    name = (await vera.says("Hello?"))["author"]["name"]
    page = await panel()
    await expect(page).to_have_title("(1) Open · Inbox · Acme")
    for keys, called in (
        ("gp", "Everybody · People"), ("gc", "All companies · Companies"), ("gv", "Visitors"), ("g,", "Application · Settings"),
    ):  # fmt: skip
        for key in keys:
            await page.keyboard.press(key)
        await expect(page).to_have_title(f"(1) {called} · Acme")
        await expect(page.locator("[aria-live=polite]").get_by_text(called, exact=True)).to_be_attached()
    await page.goto(f"{acme.house.url}/panel/inbox/open")
    await page.locator("a[data-row]").click()
    await expect(page).to_have_title(re.compile(f"{name} · Inbox · Acme$"))
