"""Answering, changing and deleting a message in the panel, seen at once by a colleague and in the widget's stream."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import go

pytestmark = pytest.mark.annex("C2")


async def test_a_message_is_answered_changed_and_taken_back_and_a_colleague_sees_it(
    acme: Any, panel: OpenPanel
) -> None:
    vera = await acme.visitor()
    first = await vera.says("Which size?")
    conversation = first["conversation"]
    ada, ben = await panel(), await panel("ben@acme.example")
    for page in (ada, ben):
        await go(page, f"/inbox/open/{conversation}")
        await expect(page.get_by_text("Which size?").last).to_be_visible()

    async def act(text: str, what: str) -> None:
        row = ada.locator("[data-position]").filter(has_text=text)
        await row.hover()
        await row.get_by_role("button", name="What to do with this message").click()
        await ada.get_by_role("menuitem", name=what).click()

    await act("Which size?", "Reply to it")
    field = ada.get_by_role("textbox", name="Reply to")
    await expect(field).to_be_focused()
    await ada.keyboard.type("Medium")
    await ada.keyboard.press("Enter")
    heard = await vera.hears("message", text="Medium")
    assert heard["reply_to"]["id"] == first["id"]
    await expect(ben.get_by_role("button", name="Go to what")).to_contain_text("Which size?")
    await expect(ada.get_by_role("button", name="Answer no message")).to_have_count(0)

    await act("Medium", "Change it")
    await ada.get_by_role("textbox", name="Change it").fill("Large")
    await ada.keyboard.press("Enter")
    assert (await vera.hears("message", kind="edit"))["text"] == "Large"
    for page in (ada, ben):
        await expect(page.locator("[data-position='2']")).to_contain_text("Large")
        await expect(page.locator("[data-position='2']")).to_contain_text("edited")
    await act("Large", "What it said before")
    await expect(ada.get_by_role("list", name="What it said before")).to_contain_text("Medium")

    await act("Large", "Delete it")
    await vera.hears("message", kind="delete")
    await expect(ben.locator("[data-position='2']")).to_contain_text("Message deleted")
    await expect(ben.get_by_text("Large")).to_have_count(0)
    # Whoever comes later sees the same.
    await ben.reload()
    await expect(ben.locator("[data-position='2']")).to_contain_text("Message deleted")
    row = ben.get_by_role("list", name="Conversations").get_by_role("listitem")
    await expect(row).to_contain_text("Message deleted")
    await expect(row).not_to_contain_text("file")
    contact = (await vera.call("conversation.open", conversation=conversation))["conversation"]["contact"]["id"]
    await go(ben, f"/people/{contact}")
    await expect(ben.get_by_role("link", name="Message deleted")).to_be_visible()


@pytest.mark.annex("C2")
async def test_colleagues_see_each_other_and_nobody_answers_twice_unasked(acme: Any, panel: OpenPanel) -> None:
    vera = await acme.visitor()
    conversation = (await vera.says("Anybody?"))["conversation"]
    ada = await panel(at=f"/inbox/open/{conversation}")
    await expect(ada.get_by_text("is looking at this, too")).to_have_count(0)
    ben = await panel("ben@acme.example", at=f"/inbox/open/{conversation}")
    for page in (ada, ben):
        await expect(page.get_by_text("is looking at this, too")).to_be_visible()
    field = ada.get_by_role("textbox", name="Reply to")
    await field.fill("Yes, here")
    await expect(ben.get_by_text("is answering")).to_be_visible()
    theirs = ben.get_by_role("textbox", name="Reply to")
    await theirs.fill("I am")
    await ben.keyboard.press("Enter")
    await vera.hears("message", text="I am")
    await expect(ada.locator("[data-position='2']")).to_contain_text("I am")
    await field.press("Enter")
    await expect(ada.get_by_role("alert")).to_contain_text("has answered while you were writing")
    assert [each["text"] for each in (await vera.call("conversation.open", conversation=conversation))["messages"]] == [
        "Anybody?", "I am",
    ]  # fmt: skip
    await ada.get_by_role("button", name="Send anyway").click()
    await vera.hears("message", text="Yes, here")
    await go(ben, "/settings/answers")
    await expect(ada.get_by_text("is looking at this, too")).to_have_count(0)


async def test_a_note_is_changed_and_taken_back_and_a_colleague_sees_it_and_cannot(acme: Any, panel: OpenPanel) -> None:
    vera = await acme.visitor()
    conversation = (await vera.says("Hello"))["conversation"]
    ada, ben = await panel(), await panel("ben@acme.example")
    for page in (ada, ben):
        await go(page, f"/inbox/open/{conversation}")
    await ada.get_by_role("button", name="Note", exact=True).click()
    await ada.get_by_role("textbox", name="Note for your team").fill("Pays late, @Ben")
    await ada.keyboard.press("Enter")
    notes = {page: page.get_by_role("group", name="Note by Ada") for page in (ada, ben)}
    await expect(notes[ben]).to_contain_text("Pays late, @Ben")
    await expect(ben.get_by_role("button", name="What to do with this note")).to_have_count(0)

    async def act(what: str) -> None:
        await notes[ada].hover()
        await ada.get_by_role("button", name="What to do with this note").click()
        await ada.get_by_role("menuitem", name=what).click()

    await act("Change it")
    await ada.get_by_role("textbox", name="Change it").fill("Pays on time, @Ben")
    await ada.keyboard.press("Enter")
    for page in (ada, ben):
        await expect(notes[page]).to_contain_text("Pays on time, @Ben")
        await expect(notes[page]).to_contain_text("edited")
    await ben.get_by_role("button", name="What to do with this note").click()
    await expect(ben.get_by_role("menuitem")).to_have_count(1)
    await ben.get_by_role("menuitem", name="What it said before").click()
    await expect(ben.get_by_role("list", name="What it said before")).to_contain_text("Pays late")
    await act("Delete it")
    await expect(notes[ben]).to_contain_text("Note deleted")
    await expect(ben.get_by_text("Pays on time")).to_have_count(0)
    await ben.reload()
    await expect(notes[ben]).to_contain_text("Note deleted")
