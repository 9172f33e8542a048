"""An owner lets calls play the company's own sounds: uploaded, listened to and taken back, by the keyboard alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.panel.conftest import OpenPanel
from tests.panel.people import Api
from tests.support.axe import serious
from tests.support.brought import tone_file

pytestmark = pytest.mark.annex("P7", "H5")


async def opened(panel: OpenPanel, email: str | None = "ada@acme.example") -> tuple[Page, Locator]:
    """Open the settings of calls; return the page and the row of the announcement."""
    page = await panel(email, at="/settings/calls")
    row = page.get_by_role("group", name="What both hear when recording begins")
    await expect(row).to_be_visible()
    return page, row


async def plays_to_its_end(page: Page, row: Locator) -> None:
    """Press the button that plays, and see it stop by itself."""
    listen = row.get_by_role("button", name="Listen")
    await listen.focus()
    await page.keyboard.press("Enter")
    await expect(row.get_by_role("button", name="Stop")).to_be_focused()
    await expect(listen).to_be_visible(timeout=10_000)
    await expect(row.get_by_role("alert")).to_have_count(0)


async def test_an_owner_uploads_an_announcement_hears_it_and_goes_back_to_the_built_in_one_without_a_mouse(
    panel: OpenPanel, api: Api, tmp_path: Path
) -> None:
    await api("PUT", "call-rules", on=True, record="all", music=True)
    page, row = await opened(panel)
    await expect(row).to_contain_text("Built-in sound")
    await plays_to_its_end(page, row)
    upload = row.get_by_role("button", name="Upload your own")
    await upload.focus()
    async with page.expect_file_chooser() as chooser:
        await page.keyboard.press("Enter")
    file = {"name": "Announcement.mp3", "mimeType": "audio/mpeg", "buffer": tone_file(600, 2, "mp3", "libmp3lame")}
    await (await chooser.value).set_files([file])
    await expect(row).to_contain_text("Announcement.mp3 0:02", timeout=20_000)
    await expect(page.get_by_text("Calls play it from now on")).to_be_visible()
    assert await serious(page) == []
    await plays_to_its_end(page, row)
    assert [(each["kind"], each["name"]) for each in await api("GET", "call-sounds") if each["own"]] == [
        ("consent", "Announcement.mp3")
    ]

    await row.get_by_role("button", name="Use the built-in one").focus()
    await page.keyboard.press("Enter")
    asks = page.get_by_role("dialog", name="Use the built-in sound again?")
    await expect(asks).to_contain_text("Announcement.mp3")
    await page.keyboard.press("Escape")
    await expect(row.get_by_role("button", name="Use the built-in one")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(asks.get_by_role("button", name="Cancel")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(row).to_contain_text("Built-in sound")
    await expect(row.get_by_role("button", name="Upload your own")).to_be_focused()
    assert not any(each["own"] for each in await api("GET", "call-sounds"))


async def test_what_can_not_be_played_is_refused_in_words_and_who_may_not_change_it_listens(
    panel: OpenPanel, api: Api
) -> None:
    await api("PUT", "call-rules", on=True, message=True)
    page, row = await opened(panel)
    choose = row.locator("input[type=file]")
    text = {"name": "speech.mp3", "mimeType": "audio/mpeg", "buffer": b"This call is recorded."}
    await choose.set_input_files([text])
    await expect(row.get_by_role("alert")).to_contain_text("can’t be read as sound", timeout=20_000)
    large = {"name": "long.wav", "mimeType": "audio/wav", "buffer": b"RIFF" + bytes(11 * 1024 * 1024)}
    await choose.set_input_files([large])
    await expect(row.get_by_role("alert")).to_have_text("A sound has at most 10 MB.")
    greeting = page.get_by_role("group", name="Greeting before a message")
    await expect(greeting).to_contain_text("Built-in sound")
    await expect(page.get_by_role("group", name="Music for whoever waits")).to_have_count(0)
    await page.get_by_role("checkbox", name="Whoever waits hears music").check()
    await expect(page.get_by_role("group", name="Music for whoever waits")).to_be_visible()

    _, theirs = await opened(panel, "ben@acme.example")
    await expect(theirs.get_by_role("button", name=re.compile("Upload|Use"))).to_have_count(0)
