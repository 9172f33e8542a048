"""An agent takes a conversation along: from the menu and the palette of the open one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import Api
from tests.panel.test_accessible import check

pytestmark = pytest.mark.annex("C2")
PICTURES = os.environ.get("PICTURES")


async def test_an_agent_downloads_and_mails_a_conversation(
    acme: Any, panel: OpenPanel, api: Api, tmp_path: Path
) -> None:
    vera, ada = await acme.visitor(), await acme.agent()
    await vera.call("contact.update", email="vera@example.com", name="Vera Novak")
    conversation = (await vera.says("Is there tea?"))["conversation"]
    await ada.call("note.add", client_id="n1", conversation=conversation, text="A regular")
    page = await panel(at=f"/inbox/open/{conversation}")
    await page.get_by_role("button", name="More to do with it").click()
    await page.get_by_role("menuitem", name="Export or mail").click()
    dialog = page.get_by_role("dialog", name="Export the transcript")
    await expect(dialog.get_by_role("textbox", name="Or mail it to")).to_have_value("vera@example.com")
    await dialog.get_by_role("checkbox", name="With notes").check()
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/panel-transcript.png")
    await check(page, "transcript")
    async with page.expect_download() as coming:
        await dialog.get_by_role("button", name="Download").click()
    file = await coming.value
    await file.save_as(tmp_path / "talk.txt")
    text = (tmp_path / "talk.txt").read_text()
    assert (
        file.suggested_filename == f"conversation-{conversation}.txt"
        and "Is there tea?" in text
        and "A regular" in text
    )
    await expect(dialog).to_have_count(0)
    await page.keyboard.press("Control+k")
    await page.keyboard.type("transcript")
    await page.keyboard.press("Enter")
    await dialog.get_by_role("textbox", name="Or mail it to").fill("boss@acme.example")
    await dialog.get_by_role("button", name="Send").click()
    await expect(page.get_by_text("The conversation is on its way to boss@acme.example.")).to_be_visible()
