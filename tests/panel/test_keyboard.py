"""A whole working day without a mouse."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from playwright.async_api import expect

from tests.panel.conftest import MOVING, OpenPanel, until
from tests.support.house import PASSWORD


async def test_a_conversation_from_sign_in_to_close_by_keyboard_alone(acme: Any, panel: OpenPanel) -> None:
    vera, walt = await acme.visitor(), await acme.visitor()
    await walt.says("Anybody there?")
    question = await vera.says("Do you ship to Norway?")
    page = await panel(email=None)
    keys = page.keyboard

    # Sign in: the first field has the focus.
    await expect(page.get_by_label("E-mail")).to_be_focused()
    await keys.type("ada@acme.example")
    await keys.press("Tab")
    await keys.type(PASSWORD)
    await keys.press("Enter")
    await expect(page.locator("a[data-row]")).to_have_count(2)

    # Walk down to Walt and back to Vera, and open her conversation.
    for key in ("j", "j", "k"):
        await keys.press(key)
    await expect(page.locator("a[data-row]").first).to_be_focused()
    await keys.press("Enter")
    await expect(page).to_have_url(re.compile(f"/inbox/open/{question['conversation']}$"))
    await vera.hears("receipt", read=1)

    # Reply, with a line break; the note goes to the team only.
    await keys.press("r")
    await keys.type("We do,")
    await keys.press("Shift+Enter")
    await keys.type("4 to 6 days.")
    await keys.press("Enter")
    await vera.hears("message", text="We do,\n4 to 6 days.")
    await keys.press("Escape")
    await keys.press("n")
    await expect(page.locator('section[data-kind="note"]')).to_be_visible()
    await keys.type("Norway costs us 9 euros.")
    await keys.press("Enter")
    await expect(page.get_by_role("group", name="Note by Ada")).to_contain_text("9 euros")
    await keys.press("Escape")

    # Take it, then close it; the toast offers a way back.
    await keys.press("a")
    await until(page, "() => document.activeElement.closest('[role=menu]') !== null")
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await expect(page.get_by_role("button", name="Assigned to Ada. Change")).to_be_visible()
    await keys.press("e")
    await expect(page.get_by_text("Ada closed the conversation")).to_be_visible()
    await expect(page.get_by_role("button", name="Undo")).to_be_visible()
    await expect(page.locator("a[data-row]")).to_have_count(1)

    # Back to the list, and everything else by the palette.
    await keys.press("Escape")
    await expect(page).to_have_url(re.compile("/inbox/open$"))
    await keys.press("Control+k")
    await keys.type("vera" if vera.session["contact"]["name"] == "Vera" else vera.session["contact"]["name"])
    await keys.press("Enter")
    await expect(page).to_have_url(re.compile(f"/inbox/closed/{question['conversation']}$"))
    await keys.press("g")
    await keys.press("i")
    await expect(page).to_have_url(re.compile("/inbox/open$"))
    await keys.press("?")
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    assert [text for _, text in _said(vera)] == ["Do you ship to Norway?", "We do,\n4 to 6 days.", "closed"]


async def test_keys_pressed_right_after_the_menu_opens_are_the_menus(acme: Any, panel: OpenPanel) -> None:
    vera, walt = await acme.visitor(), await acme.visitor()
    await walt.says("Anybody there?")
    await vera.says("Do you ship to Norway?")
    page = await panel(**MOVING)
    await page.locator("a[data-row]").first.click()
    await expect(page.get_by_role("button", name="Nobody is assigned. Assign")).to_be_visible()
    # All within one task, as fast as no person is: wherever the focus is, there the key goes.
    await page.evaluate(
        """() => {
            document.querySelector('a[data-row]').focus()
            for (const key of ['a', 'ArrowDown'])
                document.activeElement.dispatchEvent(
                    new KeyboardEvent('keydown', { key, code: key, bubbles: true, cancelable: true }))
        }"""
    )
    await expect(page.get_by_role("menuitem", name="Ada (me)")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Assigned to Ada. Change")).to_be_visible()
    await expect(page.locator("a[data-row]").first).to_be_focused()
    # Tab leaves the menu for where it came from.
    await page.keyboard.press("a")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("menu")).to_have_count(0)


async def test_letters_typed_into_a_reply_are_only_letters(acme: Any, panel: OpenPanel) -> None:
    vera = await acme.visitor()
    await vera.says("Hello?")
    page = await panel(**MOVING)
    await page.locator("a[data-row]").click()
    await expect(page.locator("textarea")).to_be_visible()
    await page.keyboard.press("r")
    await page.keyboard.type("ear, nag?")
    await expect(page.locator("textarea")).to_have_value("ear, nag?")
    await page.reload()
    await expect(page.locator("textarea")).to_have_value("ear, nag?")
    assert vera.events("conversation") == [] or vera.events("conversation")[-1]["status"] == "open"


async def test_every_control_can_be_reached_by_tab_and_shows_the_focus(acme: Any, panel: OpenPanel) -> None:
    vera = await acme.visitor()
    await vera.says("Hello?")
    page = await panel(**MOVING)
    await page.locator("a[data-row]").click()
    await expect(page.locator("textarea")).to_be_visible()
    wanted = await page.evaluate(
        """() => [...document.querySelectorAll('a[href], button:not(:disabled), textarea')]
            .filter((e) => e.checkVisibility()).map((e, i) => (e.dataset.tab = String(i))).length"""
    )
    reached: set[str] = set()
    await page.evaluate("document.activeElement.blur()")
    for _ in range(3 * wanted):
        await page.keyboard.press("Tab")
        seen = await page.evaluate(
            """() => {
                const e = document.activeElement, s = getComputedStyle(e), box = getComputedStyle(e.closest('section') ?? e)
                return [e.dataset.tab ?? '', s.outlineStyle !== 'none' || box.boxShadow !== 'none']
            }"""
        )
        if seen[0]:
            reached.add(seen[0])
            assert seen[1], f"control {seen[0]} shows no focus"
    assert len(reached) == wanted


def _said(client: Any) -> list[tuple[int, str]]:
    return sorted({(m["position"], m["text"]) for m in client.events("message")})


async def test_a_key_that_is_pressed_before_its_part_of_the_screen_has_come_is_not_lost(
    acme: Any, panel: OpenPanel
) -> None:
    pressed = asyncio.Event()

    async def late(route: Any) -> None:
        await pressed.wait()
        await route.continue_()

    vera = await acme.visitor()
    await vera.says("Hello?")
    page = await panel(email=None)
    await page.route(re.compile(r"/assets/decide-[^/]*\.js"), late)
    await page.locator("input[type=email]").fill("ada@acme.example")
    await page.locator("input[type=password]").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.locator("a[data-row]").press("Enter")
    await expect(page.get_by_role("region", name="Messages")).to_be_visible()
    await page.keyboard.press("e")
    assert await page.get_by_role("button", name="Close the conversation").count() == 0, "it had come already"
    pressed.set()
    await vera.hears("conversation", status="closed")
