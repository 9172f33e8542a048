"""Ada looks at who is on the website, writes to Vera, and sees what she is about to answer (H3, C2)."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

pytestmark = pytest.mark.annex("H3", "C2", "C10")


async def test_ada_writes_to_vera_on_the_website_who_sees_it_at_once_and_ada_sees_her_answer_being_written(acme):
    ada, vera, walt = await acme.ada(), await acme.vera(), await acme.vera()
    await ada.page.keyboard.press("g")
    await ada.page.keyboard.press("v")
    people = ada.page.get_by_role("list", name="Visitors").get_by_role("listitem")
    await expect(people).to_have_count(2)
    # Walt is in a conversation; whoever is not, can be written to.
    await walt.opens_chat()
    await walt.writes("I am in a talk already")
    await expect(people.get_by_role("link", name="Is waiting")).to_have_count(1)
    await people.get_by_role("button", name=re.compile("^Write to ")).click()
    await ada.page.keyboard.type("May I help you choose?")
    await ada.page.get_by_role("button", name="Send the message").click()
    await expect(vera.chat.get_by_role("button", name="May I help you choose?")).to_be_visible()
    await expect(ada.page).to_have_url(re.compile(r"/inbox/open/\d+$"))
    await ada.sees("May I help you choose?")

    # She opens the chat and begins to write: Ada sees it before it is sent, and then as a message.
    await vera.launcher.click()
    await vera.has_chat()
    await vera.field.press_sequentially("Yes, a pot for four", delay=40)
    preview = ada.page.locator("[data-preview]")
    await expect(preview).to_have_text("Yes, a pot for four")
    await vera.field.press("Enter")
    await ada.sees("Yes, a pot for four")
    await expect(preview).to_have_count(0)
    await expect(walt.chat.get_by_text("a pot for four")).to_have_count(0)
