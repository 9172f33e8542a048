"""Canned answers and macros in the panel: written once in the settings, found by a slash while one writes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import Api, go
from tests.panel.test_accessible import FAINT, NAMELESS, UNTITLED

pytestmark = pytest.mark.annex("C7")
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "locale": "pl-PL", "color_scheme": "dark"}


async def test_an_answer_is_written_in_the_settings_and_put_in_by_keyboard_alone(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    vera = await acme.visitor()
    await vera.call("contact.update", first_name="Vera")
    conversation = (await vera.says("When are you there?"))["conversation"]
    page = await panel(at="/settings/answers")
    await page.get_by_role("button", name="Add an answer").click()
    await page.get_by_label("Title").fill("Opening hours")
    await page.get_by_label("Shortcut").fill("hours")
    text = "Hi {{ contact.first_name }}, from 8 to 16. Your number is {{ contact.phone_number }}?"
    await page.get_by_role("textbox", name="Text", exact=True).fill(text)
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("main").get_by_role("listitem").filter(has_text="Opening hours")).to_be_visible()
    await api("POST", "canned-answers", title="Return of an invoice", text="Send it back.", shortcut="ret")
    await api("POST", "macros", name="Thank and close", does={"message": "Thanks!", "turn": {"to": "closed"}})

    await go(page, f"/inbox/open/{conversation}")
    field = page.get_by_role("textbox", name="Reply to")
    await field.click()
    keys = page.keyboard
    await keys.type("/")
    options = page.get_by_role("listbox", name="Canned answers").get_by_role("option")
    await expect(options).to_have_count(2)
    await keys.type("ho")
    await expect(options).to_have_count(1)
    await expect(field).to_have_attribute("aria-activedescendant", await options.get_attribute("id") or "")
    await keys.press("Enter")
    await expect(field).to_have_value("Hi Vera, from 8 to 16. Your number is {{ contact.phone_number }}?")
    marked = "[...document.querySelectorAll('textarea')].map((box) => box.value.slice(box.selectionStart, box.selectionEnd)).join('')"
    assert await page.evaluate(marked) == "{{ contact.phone_number }}"

    # What is missing is asked about once, and typing over it is enough.
    await keys.press("Enter")
    await expect(page.get_by_text("Not known, and still in braces: contact.phone_number")).to_be_visible()
    await keys.type("600")
    await keys.press("Enter")
    await vera.hears("message", text="Hi Vera, from 8 to 16. Your number is 600?")

    # A slash within a word is no shortcut, and Escape leaves what is typed as it is.
    await keys.type("and/or /inv")
    await expect(options).to_have_text(["Return of an invoice/retSend it back."])
    await keys.press("Escape")
    await expect(options).to_have_count(0)
    await expect(field).to_have_value("and/or /inv")
    await field.fill("")

    # What is typed before the answer is there stays behind it.
    asked, come = asyncio.Event(), asyncio.Event()

    async def slow(route: Any) -> None:
        asked.set()
        await come.wait()
        await route.continue_()

    await page.route("**/canned-answers/*/fill", slow)
    await keys.type("/ret")
    await expect(options).to_have_count(1)
    await keys.press("Enter")
    await asked.wait()
    await keys.type(" Thanks.")
    come.set()
    await expect(field).to_have_value("Send it back. Thanks.")
    await field.fill("")

    # A macro by its key: the message is sent, and the conversation closed.
    await keys.press("Escape")
    await keys.press("m")
    await page.get_by_role("menuitem", name="Thank and close").click()
    await vera.hears("message", text="Thanks!")
    await vera.hears("conversation", status="closed")


async def test_files_of_an_answer_are_added_in_the_settings_and_go_with_the_message(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    vera = await acme.visitor()
    conversation = (await vera.says("The menu, please"))["conversation"]
    page = await panel(at="/settings/answers")
    await page.get_by_role("button", name="Add an answer").click()
    await page.get_by_label("Title").fill("Menu")
    await page.get_by_role("textbox", name="Text", exact=True).fill("Here it is.")
    for name in ("menu.txt", "wrong.txt"):
        async with page.expect_file_chooser() as choosing:
            await page.get_by_role("button", name="Add a file").click()
        await (await choosing.value).set_files([{"name": name, "mimeType": "text/plain", "buffer": name.encode()}])
    files = page.get_by_role("group", name="Files of the answer")
    await expect(files).to_contain_text("wrong.txt")
    await page.get_by_role("button", name="Save", exact=True).click()
    await page.get_by_role("button", name="Change Menu").click()
    await expect(files.get_by_role("link")).to_have_text(["menu.txt", "wrong.txt"])
    await files.get_by_role("button", name="Remove wrong.txt").click()
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("dialog")).to_have_count(0)

    await go(page, f"/inbox/open/{conversation}")
    field = page.get_by_role("textbox", name="Reply to")
    await field.click()
    await page.keyboard.type("/men")
    await expect(page.get_by_role("option")).to_contain_text("menu.txt")
    await page.keyboard.press("Enter")
    chosen = page.get_by_role("list", name="Attached files")
    await expect(chosen).to_contain_text("menu.txt")
    await expect(field).to_have_value("Here it is.")
    await page.keyboard.press("Enter")
    heard = await vera.hears("message", text="Here it is.", within=15)
    (file,) = heard["attachments"]
    assert file["name"] == "menu.txt"
    # Deleting the answer takes nothing from the message, which has a copy of its own.
    answer = (await api("GET", "canned-answers"))["answers"][0]
    assert answer["attachments"][0]["id"] != file["id"]


async def test_the_pages_of_answers_and_macros_fit_a_phone_and_everybody(acme: Any, panel: OpenPanel, api: Api) -> None:
    await api("POST", "canned-answers", title="Godziny otwarcia", text="Od 8 do 16.", shortcut="godz", **{"for": "all"})
    await api(
        "POST", "macros", name="Podziękuj", does={"message": "Dzięki", "priority": "high", "assign": {"to": "me"}}
    )
    page = await panel(**PHONE)
    for path, add in (("answers", "Dodaj odpowiedź"), ("macros", "Dodaj makro")):
        await go(page, f"/settings/{path}")
        await expect(page.get_by_role("listitem").filter(has_text="razy")).to_have_count(1)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.get_by_role("button", name=add).click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        for check in (FAINT, NAMELESS, UNTITLED):
            assert await page.evaluate(check) == [], check
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
