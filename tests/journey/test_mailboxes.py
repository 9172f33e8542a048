"""Ada adds a mailbox in the settings, tries it, and a mail that comes into it opens in her inbox (E5)."""

from __future__ import annotations

import itertools
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.journey.conftest import Company
from tests.journey.people import Ada, words
from tests.journey.test_screens import _AT_REST, FAULTS, FOLDER, SIZES, WAYS
from tests.journey.website import Websites
from tests.outreach.conftest import letter
from tests.support.dovecot import PASSWORD as SECRET
from tests.support.dovecot import Dovecot, running_dovecot
from tests.support.house import PASSWORD, open_house

pytestmark = pytest.mark.annex("E5")
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def company(browser: Browser, websites: Websites, tmp_path: Path) -> AsyncIterator[Company]:
    async with open_house(tmp_path / "data", presence_grace=0.2, fetch_allow="127.0.0.1") as house:
        made = await house.application("Acme", "ada@acme.example")
        company = Company(browser, websites, house, made, "acme.example")
        try:
            yield company
            assert [complaint for somebody in company.people for complaint in somebody.complaints] == []
        finally:
            await company.go_home()


async def look(page: Page, screen: str, way: tuple[str, str, str]) -> None:
    """Let no text be cut, unnamed or unreadable; keep the picture where a folder was named."""
    await page.wait_for_function(_AT_REST)
    faults = await page.evaluate(FAULTS)
    assert [each for each in faults if way[0] == "wide" or not each.startswith("cut off at the right: span")] == []
    if FOLDER:
        Path(FOLDER).mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=os.path.join(FOLDER, f"{screen}-{'-'.join(way)}.png"), full_page=True)


@pytest.mark.parametrize("way", WAYS, ids="-".join)
async def test_a_mailbox_is_added_and_tried_and_its_mail_is_in_the_inbox(company, dovecot, way):
    size, scheme, language = way
    say = words("panel", language)
    width, height = SIZES[size]
    ada: Ada = await company.stranger(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce",
        locale={"en": "en-GB", "pl": "pl-PL"}[language],
    )  # fmt: skip
    page, user = ada.page, f"ada{next(_numbers)}"
    dovecot.box(user)
    await page.goto(f"{company.url}/panel/")
    await ada.signs_in(f"ada@{company.domain}", PASSWORD)
    await ada.is_connected()
    await page.goto(f"{company.url}/panel/settings/mail")
    await expect(page.get_by_role("heading", name=say["boxes.title"])).to_be_visible()
    add = page.get_by_role("button", name=say["boxes.new"])
    await add.scroll_into_view_if_needed()
    await look(page, "mailboxes-1-none", way)
    await add.press("Enter")
    form = page.get_by_role("dialog")
    await form.get_by_label(say["boxes.address"]).fill("support@acme.example")
    await form.get_by_label(say["boxes.host"]).fill("127.0.0.1")
    await form.get_by_label(say["boxes.security"]).select_option("none")
    await form.get_by_label(say["boxes.port"], exact=True).fill(str(dovecot.port))
    await form.get_by_label(say["boxes.user"], exact=True).fill(user)
    await form.get_by_label(say["boxes.password"], exact=True).fill("wrong")
    await form.get_by_role("button", name=say["boxes.check"]).press("Enter")
    await expect(form.get_by_role("alert")).to_contain_text(say["boxStep.sign_in"], timeout=15_000)
    await look(page, "mailboxes-2-refused", way)
    await form.get_by_label(say["boxes.password"], exact=True).fill(SECRET)
    await form.get_by_role("button", name=say["boxes.check"]).press("Enter")
    await expect(form.get_by_role("status")).to_contain_text(say["boxStep.done"], timeout=15_000)
    await look(page, "mailboxes-3-form", way)
    await form.get_by_role("button", name=say["boxes.add"], exact=True).press("Enter")
    row = page.get_by_role("listitem").filter(has_text="support@acme.example")
    await expect(row).to_contain_text(say["boxes.connected"].split("{")[0], timeout=15_000)
    await row.scroll_into_view_if_needed()
    await look(page, "mailboxes-4-read", way)
    dovecot.put(user, letter("Do you ship to Gdynia?", subject="Shipping"))
    await page.goto(f"{company.url}/panel/inbox/open")
    await expect(page.get_by_text("Shipping").first).to_be_visible(timeout=15_000)
    await page.goto(f"{company.url}/panel/settings/mail")
    await row.get_by_role("button", name=say["boxes.deleteName"].format(name="support@acme.example")).press("Enter")
    await look(page, "mailboxes-5-sure", way)
    await page.get_by_role("dialog").get_by_role("button", name=say["boxes.delete"]).press("Enter")
    await expect(row).to_have_count(0)
