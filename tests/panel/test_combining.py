"""Merging conversations in the panel: from the menu, read together, and open windows lead on."""

from __future__ import annotations

import os
from typing import Any

import pytest
from playwright.async_api import expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import go
from tests.panel.test_accessible import check

pytestmark = pytest.mark.annex("C2")
PICTURES = os.environ.get("PICTURES")


async def test_two_agents_one_merges_and_the_others_window_leads_on_with_its_draft(acme: Any, panel: OpenPanel) -> None:
    vera, ada = await acme.visitor(), await acme.agent()
    await vera.call("contact.update", name="Vera Novak")
    tea = (await vera.says("Is there green tea?"))["conversation"]
    await ada.call("note.add", client_id="n1", conversation=tea, text="Likes it strong")
    await ada.call("conversation.close", conversation=tea)
    coffee = (await vera.says("And coffee, too?"))["conversation"]
    ben = await panel("ben@acme.example", at=f"/inbox/closed/{tea}")
    await ben.get_by_role("textbox", name="Reply to Vera Novak").fill("Half an answer")
    page = await panel(at=f"/inbox/open/{coffee}")
    await page.get_by_role("button", name="More to do with it").click()
    await page.get_by_role("menuitem", name="Merge with another").click()
    dialog = page.get_by_role("dialog", name="Merge another conversation into this one")
    await expect(dialog).to_contain_text("Is there green tea?")
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/panel-combine.png")
    await check(page, "merge")
    await dialog.get_by_role("button", name="Merge: Is there green tea?").click()
    await expect(dialog).to_have_count(0)
    talk = page.get_by_role("region", name="Messages")
    await expect(talk).to_contain_text("Ada merged another conversation into this one")
    text = await talk.inner_text()
    for words in ("Is there green tea?", "Likes it strong", "And coffee, too?"):
        await expect(talk).to_contain_text(words)
    assert text.index("Is there green tea?") < text.index("And coffee, too?") < text.index("Ada merged another")
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/panel-combined.png")
    await expect(ben).to_have_url(f"{acme.house.url}/panel/inbox/closed/{coffee}")
    await expect(ben.get_by_role("textbox", name="Reply to Vera Novak")).to_have_value("Half an answer")
    await ben.get_by_role("button", name="Send", exact=True).click()
    said = await vera.hears("message", text="Half an answer")
    assert said["conversation"] == coffee
    await vera.says("I still have the old window", tea)
    await expect(talk).to_contain_text("I still have the old window")
    await expect(talk).to_contain_text("Half an answer")
    await go(page, f"/inbox/closed/{tea}")
    await expect(page).to_have_url(f"{acme.house.url}/panel/inbox/closed/{coffee}")
    await go(page, "/inbox/closed")
    await expect(page.get_by_text("Is there green tea?")).to_have_count(0)
