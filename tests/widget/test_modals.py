"""Pop-ups on somebody's page: by rules, shown live, by keyboard, under the strictest policy; automatic messages; three sizes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.support.forms import EMAIL, make_form, rest
from tests.support.house import eventually
from tests.support.modals import BUTTON, SALE, make_message, make_modal
from tests.widget.conftest import OpenSite, open_chat, write

SETTLED = "(box) => Promise.all(box.getAnimations().map((each) => each.finished))"


async def figures(acme: Any, modal: int, **wanted: int) -> None:
    """Wait until a modal has been seen, clicked and dismissed so often."""

    async def known() -> bool:
        found = (await rest(acme, "GET", f"modals/{modal}"))["figures"]
        return all(found[name] == number for name, number in wanted.items())

    for _ in range(100):
        if await known():
            return
        await asyncio.sleep(0.05)
    raise AssertionError((await rest(acme, "GET", f"modals/{modal}"))["figures"])


async def focus(page: Page) -> str:
    return str(
        await page.evaluate("""() => {
        let at = document.activeElement
        while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
        return at?.tagName + '.' + (at?.className || '')
    }""")
    )


@pytest.mark.annex("H4")
async def test_a_pop_up_shows_itself_once_under_the_strictest_policy_and_gives_the_focus_back(
    acme: Any, site: OpenSite
) -> None:
    text = {
        "kind": "text",
        "text": {"en": "Up to **half** off. [All of it](https://shop.example/sale) <b>not markup</b>"},
    }
    stay = {"kind": "button", "text": {"en": "Not now"}, "act": "close"}
    modal = (await make_modal(acme, SALE, text, BUTTON, stay, rules={"delay": 0.2, "urls": ["*localhost*"]}))["id"]
    hub = acme.house.url
    page = await site(
        policy=f"default-src 'none'; style-src 'none'; script-src 'nonce-n' {hub}; "
        f"connect-src {hub} {hub.replace('http', 'ws')}; img-src data:"
    )
    await page.locator("input").focus()
    box = page.locator("switchboard-modal dialog")
    await expect(box).to_be_visible()
    assert await focus(page) == "DIALOG.modal center medium"
    await expect(page.get_by_role("dialog", name="Summer sale")).to_be_visible()
    await expect(box.locator("p b")).to_have_text("half")
    await expect(box.locator("p")).to_contain_text("<b>not markup</b>")
    assert await box.locator("p a").get_attribute("href") == "https://shop.example/sale"
    sizes = await box.bounding_box()
    assert sizes and sizes["width"] == 480 and abs(sizes["x"] + 240 - 640) < 2, "in the middle"
    for _ in range(8):  # the focus goes round inside: link, buttons, cross
        await page.keyboard.press("Tab")
        assert await focus(page) != "INPUT."
    await page.keyboard.press("Escape")
    await expect(box).to_have_count(0)
    assert await focus(page) == "INPUT."
    await figures(acme, modal, shown=1, seen=1, dismissed=1, clicked=0)
    await page.reload()
    await expect(page.locator(".launcher")).to_be_visible()
    await page.wait_for_timeout(700)
    await expect(box).to_have_count(0)


@pytest.mark.annex("H4")
async def test_bars_take_no_focus_and_an_agent_shows_one_after_the_other_live(acme: Any, site: OpenSite) -> None:
    ada = await acme.agent()
    ask = {
        "kind": "button",
        "text": {"en": "Tell me more", "pl": "Więcej"},
        "act": "reply",
        "reply": {"en": "Tell me more, please"},
    }
    bar = (await make_modal(acme, SALE, ask, layout="top", on=False))["id"]
    form = (await make_form(acme, EMAIL))["id"]
    corner = (await make_modal(acme, {"kind": "form", "form": form}, SALE, layout="corner", on=False))["id"]
    page = await site()
    await page.locator("input").focus()
    person = (await ada.hears("presence", kind="contact", online=True))["id"]
    for modal in (bar, corner):
        assert (await rest(acme, "POST", f"modals/{modal}/show/{person}", {}))["count"] == 1
    box = page.locator("switchboard-modal section")
    await expect(box).to_have_class("modal top medium")
    await expect(box).to_have_count(1)
    assert await focus(page) == "INPUT.", "whoever is writing goes on writing"
    await box.evaluate(SETTLED)
    sizes = await box.bounding_box()
    assert sizes and (sizes["x"], round(sizes["y"]), sizes["width"]) == (0, 0, 1280)
    await expect(page.locator("switchboard-modal [role=status]")).to_have_text("Summer sale")
    await box.get_by_role("button", name="Tell me more").click()
    told = await ada.hears("message", text="Tell me more, please")
    assert told["author"]["kind"] == "contact"
    await expect(page.locator(".own .bubble")).to_have_text("Tell me more, please")
    await expect(box).to_have_class("modal corner medium")
    await box.get_by_label("E-mail").fill("vera@example.com")
    await box.get_by_role("button", name="Send").click()
    await eventually(lambda: ada.events("form"))
    await page.locator("h1").click()
    await page.keyboard.press("Escape")
    await expect(box).to_have_count(0)
    await figures(acme, bar, shown=1, seen=1, clicked=1, dismissed=0)
    await figures(acme, corner, shown=1, seen=1, clicked=1, dismissed=0)


@pytest.mark.annex("H4")
async def test_scrolling_leaving_and_priority_decide_which_shows_and_a_phone_has_room_for_it(
    acme: Any, site: OpenSite
) -> None:
    def words(text: str) -> dict[str, Any]:
        return {"kind": "heading", "text": {"pl": text}}

    await make_modal(acme, words("Mniej ważne"), rules={"scroll": 50, "priority": 10})
    await make_modal(acme, words("Ważniejsze"), rules={"scroll": 50, "priority": 90}, layout="full")
    await make_modal(acme, words("Wychodzisz?"), rules={"leaving": True}, layout="bottom")
    head = '<div style="position:absolute;top:4000px;height:10px;width:10px"></div>'
    page = await site(lang="pl", head=head, viewport={"width": 390, "height": 844})
    await expect(page.locator(".launcher")).to_be_visible()
    await page.wait_for_timeout(500)
    await expect(page.locator("switchboard-modal")).to_have_count(0)
    await page.evaluate("scrollTo(0, 3000)")
    box = page.locator("switchboard-modal .modal")
    await expect(box.locator("h2")).to_have_text("Ważniejsze")
    await box.evaluate(SETTLED)
    assert await box.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    await page.get_by_role("button", name="Zamknij").click()
    await expect(box).to_have_count(0)


@pytest.mark.annex("C1")
async def test_an_automatic_message_is_a_card_that_stays_until_it_is_answered(acme: Any, site: OpenSite) -> None:
    ada = await acme.agent()
    author = ada.session["agent"]["id"]
    message = (await make_message(acme, "Can I help you choose?", author=author, rules={"often": "once"}))["id"]
    ada.forget()
    page = await site()
    card = page.locator(".card")
    await expect(card).to_contain_text("Can I help you choose?")
    await expect(card).to_contain_text("Ada")
    await expect(page.locator(".badge")).to_have_text("1")
    await figures(acme, message, shown=1, seen=1)
    await page.reload()
    await expect(card).to_contain_text("Can I help you choose?")
    assert [name for name, _ in ada.heard if name in ("message", "conversation")] == []
    await card.get_by_role("button").first.click()
    await expect(page.locator("textarea")).to_be_focused()
    await expect(page.locator(".bubble")).to_have_text("Can I help you choose?")
    await write(page, "Yes, a green one")
    await expect(page.locator(".own .bubble")).to_have_text("Yes, a green one")
    await ada.hears("message", text="Can I help you choose?", position=1)
    await ada.hears("message", text="Yes, a green one", position=2)
    await write(page, "And a pot")
    told = await ada.hears("message", text="And a pot")
    assert told["position"] == 3, "it is quoted once"
    await figures(acme, message, answered=1, clicked=1)
    await page.reload()
    await expect(page.locator(".bubble")).to_have_text(["Can I help you choose?", "Yes, a green one", "And a pot"])


@pytest.mark.annex("C10")
async def test_a_pop_up_message_with_picture_and_buttons_shows_once_over_tabs_and_pages(
    acme: Any, site: OpenSite
) -> None:
    ada = await acme.agent()
    page = await site()
    await open_chat(page)
    await write(page, "Hello")
    told = await ada.hears("message", text="Hello")
    await page.keyboard.press("Escape")
    other = await page.context.new_page()
    await other.goto(page.url + "tea")
    await page.goto("about:blank")
    buttons = [
        {"label": "Prices", "url": "https://shop.example/prices"},
        {"label": "Yes, please", "reply": "Yes, I want it"},
    ]
    await ada.says("Free delivery?", told["conversation"], size="popup", buttons=buttons)
    await page.goto(other.url)
    popup = page.locator("dialog.popup")
    await expect(popup).to_contain_text("Free delivery?")
    assert await popup.get_by_role("link", name="Prices").get_attribute("href") == "https://shop.example/prices"
    await popup.get_by_role("button", name="Yes, please").click()
    await ada.hears("message", text="Yes, I want it")
    await expect(popup).to_have_count(0)
    await expect(other.locator("dialog.popup")).to_have_count(0)
    await page.reload()
    await expect(page.locator(".window")).to_be_visible()
    await expect(popup).to_have_count(0)
