"""Beside a conversation: what the team does about the person without leaving it, and where the person is now."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import Api

pytestmark = pytest.mark.annex("C9")

VISIT = {"url": "https://shop.example/cups?utm_source=letter&utm_campaign=spring", "title": "Cups", "referrer": ""}


async def talk(page: Page, acme: Any, conversation: int) -> None:
    await page.goto(f"{acme.house.url}/panel/inbox/open/{conversation}")
    await expect(page.get_by_role("complementary", name="Person")).to_be_visible()


@pytest.mark.annex("R1", "R2", "U10")
async def test_ada_does_everything_about_vera_beside_the_conversation_by_keys_and_ben_sees_it_at_once(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    vera = await acme.visitor(page=VISIT)
    conversation = (await vera.says("How much for forty cups?"))["conversation"]
    await api("POST", "lists", name="Wholesale")
    await api("POST", "companies", attributes={"name": "Tea & Co"})
    await api("POST", "attributes", subject="contact", name="Cups", type="integer")
    page, other = await panel(), await panel("ben@acme.example")
    await talk(page, acme, conversation)
    await talk(other, acme, conversation)
    keys, beside = page.keyboard, page.get_by_role("complementary", name="Person")
    bens = other.get_by_role("complementary", name="Person")

    async def press(name: str, second: str) -> Any:
        await expect(page.get_by_role("dialog")).to_have_count(0)
        await keys.press("c")
        await keys.press(second)
        dialog = page.get_by_role("dialog", name=name)
        await expect(dialog).to_be_visible()
        return dialog

    # A note, with a way back.
    await bens.get_by_role("tab", name="Sales").click()
    await press("Write a note about the person", "n")
    await keys.type("Wants forty, blue ones")
    await keys.press("Control+Enter")
    await expect(bens.get_by_role("list", name="Notes")).to_contain_text("Wants forty, blue ones")
    await page.get_by_role("button", name="Undo").click()
    await expect(bens.get_by_role("list", name="Notes")).to_have_count(0)

    # An activity: type, when, who.
    dialog = await press("Plan an activity", "a")
    await expect(dialog.get_by_role("textbox", name="What is to be done")).to_be_focused()
    await keys.type("Send the offer")
    await dialog.get_by_label("Who").select_option("Ben")
    await dialog.get_by_role("button", name="Plan it").click()
    await expect(bens.get_by_role("list", name="Activities")).to_contain_text(re.compile("Send the offer.*Ben"))

    # A deal, named by what Vera said.
    dialog = await press("New deal", "d")
    await expect(dialog.get_by_role("textbox", name="Name")).to_have_value(re.compile("How much for forty cups"))
    await dialog.get_by_label("Value").fill("400")
    await keys.press("Enter")
    await expect(bens.get_by_role("list", name="Deals")).to_contain_text(
        re.compile("forty cups.*400.*Nothing is planned", re.S)
    )
    await expect(page).to_have_url(re.compile(rf"/inbox/open/{conversation}$"))

    # A tag, an attribute, a list and a company.
    await press("Add a tag", "t")
    await keys.type("vip")
    await keys.press("Enter")
    dialog = await press("Set an attribute", "v")
    await dialog.get_by_label("Attribute").select_option("Cups")
    await dialog.get_by_role("spinbutton", name="Cups").fill("40")
    await keys.press("Enter")
    dialog = await press("Put on a list or take off", "l")
    await dialog.get_by_label("Which list?").select_option("Wholesale")
    await dialog.get_by_role("button", name="Add").click()
    dialog = await press("Add to a company", "o")
    await keys.type("tea")
    await dialog.get_by_role("button", name="Choose Tea & Co").click()
    await bens.get_by_role("tab", name="About").click()
    for shown in ("vip", "Wholesale", "Tea & Co"):
        await expect(bens.get_by_role("button", name=f"Remove {shown}")).to_be_visible()
    await expect(bens.get_by_role("button", name="Cups: 40. Edit")).to_be_visible()

    # What is taken off by the pointer comes back by Undo, and a refusal is told where it stands.
    await beside.get_by_role("button", name="Remove vip").click()
    await expect(bens.get_by_role("button", name="Remove vip")).to_have_count(0)
    await page.get_by_role("alert").filter(has_text="taken off").get_by_role("button", name="Undo").click()
    await expect(bens.get_by_role("button", name="Remove vip")).to_be_visible()

    # All of it is in the timeline, and leads back here.
    await beside.get_by_role("tab", name="History").click()
    line = beside.get_by_role("listitem").filter(has_text="forty cups?” made")
    await expect(line.get_by_role("link", name="from a conversation")).to_have_attribute(
        "href", f"/panel/inbox/open/{conversation}"
    )
    await expect(beside.get_by_role("listitem").filter(has_text="Planned: Send the offer")).to_be_visible()


@pytest.mark.annex("H3")
async def test_where_vera_is_now_and_what_was_said_before_stand_beside_the_conversation(
    acme: Any, panel: OpenPanel
) -> None:
    vera = await acme.visitor(page=VISIT)
    old = (await vera.says("Are you open on Sunday?"))["conversation"]
    ada = await acme.agent()
    await ada.says("From ten to four.", old)
    await ada.call("conversation.close", conversation=old)
    new = (await vera.says("And how much are cups?"))["conversation"]
    assert new != old
    page = await panel()
    await talk(page, acme, new)
    beside = page.get_by_role("complementary", name="Person")
    await expect(beside.get_by_role("link", name="Cups").first).to_be_visible()
    await expect(beside).to_contain_text(re.compile(r"on this page 0:\d\d"))
    await expect(beside).to_contain_text("campaign letter / spring")
    await vera.call("page", url="https://shop.example/plates", title="Plates", referrer=VISIT["url"])
    await expect(beside.get_by_role("link", name="Plates").first).to_be_visible()
    await expect(beside).to_contain_text("2 pages")

    # The earlier conversation says its state and last words, and opens beside this one.
    earlier = beside.get_by_role("button", name=re.compile("From ten to four.*Closed"))
    await earlier.click()
    await expect(beside.get_by_text("Are you open on Sunday?")).to_be_visible()
    await expect(page).to_have_url(re.compile(rf"/inbox/open/{new}$"))
    await beside.get_by_role("link", name="Open the conversation").click()
    await expect(page).to_have_url(re.compile(rf"/inbox/closed/{old}$"))
