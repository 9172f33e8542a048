"""What visitors do with a message: answer it, change and delete their own; by keyboard, by finger, read aloud, and in time."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.widget.conftest import OpenSite, open_chat, write

pytestmark = pytest.mark.annex("C2")


def bubble(page: Page, text: str) -> Any:
    """Return the message with a text."""
    return page.locator(".entry").filter(has_text=text)


async def test_a_visitor_changes_a_message_with_the_keyboard_alone(acme: Any, site: OpenSite) -> None:
    page, ada = await open_chat(await site()), await acme.agent()
    await write(page, "Gren tea, plese")
    said = await ada.hears("message", text="Gren tea, plese")
    await page.locator("textarea").press("Shift+Tab")
    await page.keyboard.press("Shift+Tab")
    more = bubble(page, "Gren tea").get_by_role("button", name="Message options")
    await expect(more).to_be_focused()
    await page.keyboard.press("Enter")
    menu = page.get_by_role("menu", name="Message by You")
    await expect(menu.get_by_role("menuitem")).to_have_text(["Reply", "Copy the text", "Change the message", "Delete"])
    await expect(menu.get_by_role("menuitem", name="Reply")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(menu).to_have_count(0)
    await expect(more).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    field = page.get_by_role("textbox", name="Change the message")
    await expect(field).to_be_focused()
    await expect(field).to_have_value("Gren tea, plese")
    await field.fill("Green tea, please")
    await page.keyboard.press("Enter")
    change = await ada.hears("message", kind="edit")
    assert (change["of"], change["text"]) == (said["id"], "Green tea, please")
    await expect(bubble(page, "Green tea, please")).to_contain_text("edited")
    await expect(bubble(page, "Green tea").get_by_role("button", name="Message options")).to_be_focused()
    await expect(page.locator(".window")).to_be_visible()


async def test_a_finger_deletes_a_message_after_a_question(acme: Any, site: OpenSite) -> None:
    phone: dict[str, Any] = {"viewport": {"width": 390, "height": 700}, "has_touch": True, "is_mobile": True}
    page, ada = await site(**phone), await acme.agent()
    await page.locator(".launcher").tap()
    await write(page, "My password is tea")
    said = await ada.hears("message", text="My password is tea")
    more = bubble(page, "My password").get_by_role("button", name="Message options")
    await expect(more).to_have_css("opacity", "0.7")
    await more.tap()
    await page.get_by_role("menuitem", name="Delete").tap()
    await page.get_by_role("menuitem", name="Keep it").tap()
    await expect(page.get_by_role("menu")).to_have_count(0)
    await more.tap()
    await page.get_by_role("menuitem", name="Delete").tap()
    await page.get_by_role("menuitem", name="Delete it for everyone").tap()
    change = await ada.hears("message", kind="delete")
    assert change["of"] == said["id"]
    await expect(page.get_by_text("Message deleted")).to_be_visible()
    await expect(page.get_by_text("My password is tea")).to_have_count(0)
    await expect(page.get_by_role("button", name="Message options")).to_have_count(0)


async def test_a_visitor_answers_one_message_of_the_team_and_the_quote_outlives_a_reload(
    acme: Any, site: OpenSite
) -> None:
    page, ada = await open_chat(await site()), await acme.agent()
    await write(page, "Hello")
    conversation = (await ada.hears("message"))["conversation"]
    asked = await ada.says("Which tea do you like?", conversation)
    await ada.says("We have a sale too", conversation)
    await bubble(page, "Which tea").hover()
    await bubble(page, "Which tea").get_by_role("button", name="Message options").click()
    await expect(page.get_by_role("menuitem")).to_have_text(["Reply", "Copy the text"])
    await page.get_by_role("menuitem", name="Reply").click()
    await expect(page.locator(".composer textarea")).to_be_focused()
    await expect(page.locator(".answered")).to_contain_text("Reply to Ada: Which tea do you like?")
    await page.keyboard.type("Green")
    await page.reload()
    await expect(page.locator(".answered")).to_contain_text("Which tea do you like?")
    await page.locator(".composer textarea").press("Enter")
    heard = await ada.hears("message", text="Green")
    assert heard["reply_to"]["id"] == asked["id"]
    await expect(bubble(page, "Green").locator(".quoted")).to_contain_text("Which tea do you like?")
    await expect(page.locator(".answered")).to_have_count(0)
    await write(page, "And black")
    assert "reply_to" not in await ada.hears("message", text="And black")


async def test_an_answer_sent_before_the_connection_is_back_still_answers_what_it_did(
    acme: Any, site: OpenSite
) -> None:
    page, ada = await open_chat(await site()), await acme.agent()
    await write(page, "Hello")
    conversation = (await ada.hears("message"))["conversation"]
    asked = await ada.says("Which tea do you like?", conversation)
    await bubble(page, "Which tea").hover()
    await bubble(page, "Which tea").get_by_role("button", name="Message options").click()
    await page.get_by_role("menuitem", name="Reply").click()
    await page.keyboard.type("Green")
    away = True
    sockets = re.compile("/socket.io/")
    await page.context.route(sockets, lambda route: route.abort() if away else route.continue_())
    await page.context.route_web_socket(sockets, lambda ws: ws.close() if away else ws.connect_to_server())
    await page.reload()
    await expect(page.locator(".answered")).to_contain_text("Which tea do you like?")
    await page.locator(".composer textarea").press("Enter")
    await expect(page.locator(".composer textarea")).to_have_value("")
    away = False
    heard = await ada.hears("message", within=20, text="Green")
    assert (heard["reply_to"]["id"], heard["conversation"]) == (asked["id"], conversation)


async def test_what_is_too_old_is_not_offered_and_what_grows_old_meanwhile_is_explained(
    acme: Any, site: OpenSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, ada = await open_chat(await site()), await acme.agent()
    await write(page, "Hello")
    await ada.hears("message")
    more = bubble(page, "Hello").get_by_role("button", name="Message options")
    await more.focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("menuitem", name="Change the message").click()
    now = acme.house.hub.clock.now
    monkeypatch.setattr(acme.house.hub.clock, "now", lambda: now() + 6 * 60_000)
    field = page.get_by_role("textbox", name="Change the message")
    await field.fill("Good morning")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_have_text("A message can be changed for 5 minutes only.")
    await expect(field).to_have_value("Good morning")
    await page.keyboard.press("Escape")
    await expect(bubble(page, "Hello")).not_to_contain_text("edited")
    monkeypatch.undo()
    await page.evaluate("() => { const now = Date.now; Date.now = () => now() + 6 * 60000 }")
    await more.click()
    await expect(page.get_by_role("menuitem")).to_have_text(["Reply", "Copy the text"])


async def test_a_message_taken_back_by_the_team_says_so_in_polish_too(acme: Any, site: OpenSite) -> None:
    page, ada = await open_chat(await site(lang="pl", options={"language": "pl"})), await acme.agent()
    await write(page, "Dzień dobry")
    conversation = (await ada.hears("message"))["conversation"]
    said = await ada.says("Nie ta osoba", conversation)
    await bubble(page, "Dzień dobry").hover()
    await bubble(page, "Dzień dobry").get_by_role("button", name="Opcje wiadomości").click()
    await expect(page.get_by_role("menuitem", name=re.compile("Zmień wiadomość"))).to_be_visible()
    await page.keyboard.press("Escape")
    await ada.call("message.delete", conversation=conversation, message=said["id"])
    await expect(page.get_by_text("Wiadomość usunięta")).to_be_visible()


async def test_links_give_nothing_away_and_only_web_mail_and_telephone_are_links(acme: Any, site: OpenSite) -> None:
    page, ada = await open_chat(await site()), await acme.agent()
    await write(page, "Hello")
    conversation = (await ada.hears("message"))["conversation"]
    await ada.says(
        "See https://acme.example/tea, mailto:ada@acme.example or tel:+48221234567, not javascript:alert(1) or data:text/html,x",
        conversation,
    )
    links = bubble(page, "See https").get_by_role("link")
    await expect(links).to_have_text(["https://acme.example/tea", "mailto:ada@acme.example", "tel:+48221234567"])
    for link in await links.all():
        assert await link.get_attribute("rel") == "noopener noreferrer nofollow ugc"
    assert await links.nth(0).get_attribute("target") == "_blank"
    assert await links.nth(1).get_attribute("target") is None, "a mail program needs no tab"
