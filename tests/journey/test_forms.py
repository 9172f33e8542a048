"""Ada builds a form, Vera meets it on a website with a strict policy, and answers the mail that asks whether it was her."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from playwright.async_api import Browser, expect

from tests.journey.conftest import Company
from tests.journey.website import Websites
from tests.people.test_forms_doors import Mailbox, link_in
from tests.support.house import eventually, free_port, open_house


@pytest.mark.annex("U12", "U10")
async def test_from_the_builder_to_the_confirmed_submission(
    browser: Browser, websites: Websites, tmp_path: Path
) -> None:
    box, port = Mailbox(), free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        settings = {"smtp_url": f"smtp://127.0.0.1:{port}", "mail_from": "Acme <hello@acme.example>"}
        async with open_house(tmp_path / "data", presence_grace=3.0, **settings) as house:
            made = await house.application("Acme", "ada@acme.example")
            acme = Company(browser, websites, house, made, "acme.example")
            try:
                await _journey(acme, box)
                assert [complaint for somebody in acme.people for complaint in somebody.complaints] == []
            finally:
                await acme.go_home()
    finally:
        server.stop()


async def _journey(acme: Company, box: Mailbox) -> None:
    ada = await acme.ada()
    page = ada.page
    await page.goto(f"{acme.url}/panel/forms/new")
    await ada.is_connected()
    await page.get_by_label("Name, for your team").fill("Tea club")
    await page.get_by_label("Heading").fill("Join the tea club")
    await page.get_by_label("Add a question").select_option(label="Consent")
    await page.get_by_label("Question", exact=True).fill("Send me the newsletter")
    await page.get_by_label("Purpose").fill("newsletter")
    await page.get_by_label("Ask by mail whether it was them").check()
    await page.get_by_label("Tag these people").fill("tea club")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page).to_have_url(re.compile(r"/forms/\d+\?tab=embed$"))
    place = await page.locator("pre").first.inner_text()

    hub = acme.url
    connect = f"connect-src {hub} {hub.replace('http', 'ws')}"
    policy = f"default-src 'none'; style-src 'self'; img-src data:; script-src 'self' {hub}; {connect}"
    vera = await acme.vera(acme.website(policy=policy))
    contact = await _into_the_page(vera, place)
    await contact.get_by_label("E-mail").fill("vera@example.com")
    await contact.get_by_label("First name").fill("Vera")
    await contact.get_by_label("Send me the newsletter").check()
    await contact.get_by_role("button", name="Sign me up").click()
    await expect(vera.page.get_by_text("One more step: open the mail")).to_be_visible()

    await page.get_by_role("group", name="What to see").get_by_role("button", name=re.compile("^Answers")).click()
    row = page.get_by_role("row").filter(has_text="vera@example.com")
    await expect(row).to_contain_text("Not confirmed yet")
    await eventually(lambda: box.mails, 15)
    link = link_in(box.mails[0], acme.house)
    await vera.page.goto(link)
    await expect(vera.page.get_by_role("heading", name="One more step")).to_be_visible()
    await expect(row).to_contain_text("Not confirmed yet")
    await vera.page.get_by_role("button", name="Yes, it was me").click()
    await expect(vera.page.get_by_role("heading", name="Thank you")).to_be_visible()
    await expect(row).to_contain_text("Confirmed")

    await row.get_by_role("link", name="Vera").click()
    timeline = page.get_by_role("list", name="Timeline")
    await expect(timeline).to_contain_text("Filled in “Tea club”")
    await expect(timeline).to_contain_text("Confirmed “Tea club” by mail")
    await expect(timeline).to_contain_text("Tag “tea club” added")


async def _into_the_page(vera: Any, place: str) -> Any:
    """Put what Ada copied into the website, as its owner does."""
    form = re.search(r'"(\d+)"', place)
    assert form
    await vera.page.evaluate(
        """id => { const place = document.createElement('div'); place.dataset.switchboardForm = id; document.body.append(place);
            UE.refresh({}) }""",
        form[1],
    )
    return vera.page.locator(f'[data-switchboard-form="{form[1]}"]')
