"""Vera has left; the answer reaches her by mail, and its link opens the chat for her in another browser."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.journey.conftest import Company
from tests.journey.people import Vera
from tests.journey.website import Websites
from tests.support.house import eventually, open_house
from tests.support.mailbox import Mailbox

pytestmark = pytest.mark.annex("H7", "C4")


@pytest.fixture
def box() -> Iterator[Mailbox]:
    box = Mailbox()
    box.open()
    yield box
    box.close()


@pytest_asyncio.fixture(loop_scope="session")
async def company(browser: Browser, websites: Websites, tmp_path: Path, box: Mailbox) -> AsyncIterator[Company]:
    settings = {"smtp_url": box.url, "mail_from": "Acme <hello@acme.example>", "offline_delay": 0.3}
    async with open_house(tmp_path / "data", presence_grace=0.2, **settings) as house:
        made = await house.application("Acme", "ada@acme.example")
        company = Company(browser, websites, house, made, "acme.example")
        try:
            yield company
            assert [complaint for somebody in company.people for complaint in somebody.complaints] == []
        finally:
            await company.go_home()


def link_in(mail: object, path: str, house_url: str) -> str:
    """Return where a link of a mail leads on this server."""
    text = mail.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
    (found,) = re.findall(rf"https?://\S+?({path}\S+)", text)
    return house_url + str(found)


async def test_the_link_of_a_mail_opens_the_chat_signed_in_in_any_browser(company: Company, box: Mailbox) -> None:
    vera, ada = await company.vera(), await company.ada()
    await vera.opens_chat()
    await vera.writes("Is there tea?")
    await ada.opens_conversation()
    headers = {"Authorization": f"Token {company.api_key}"}
    found = await ada.context.request.get(f"{company.url}/api/app/contacts", headers=headers)
    contact = (await found.json())["contacts"][0]["id"]
    address = {"attributes": {"email": "vera@example.com"}}
    await ada.context.request.patch(f"{company.url}/api/app/contacts/{contact}", headers=headers, data=address)
    await expect(ada.page.get_by_text("vera@example.com").first).to_be_visible()
    await vera.page.close()
    await ada.writes("Yes, black and green")
    await eventually(lambda: box.mails, 20)
    link = link_in(box.mails[0], "/chat/", company.url)

    phone = Vera(await (await company.browser.new_context(viewport={"width": 390, "height": 780})).new_page())
    company.people.append(phone)
    await phone.page.goto(link)
    await phone.sees("Yes, black and green")
    await phone.sees("Is there tea?")
    assert "pass." not in phone.page.url, "agents see the page that somebody is on"
    await phone.writes("Green, please")
    await ada.sees("Green, please")
    await phone.page.reload()
    await phone.sees("Green, please")
    await phone.page.goto(link[:-3] + "abc")
    await expect(phone.page.get_by_role("heading", name="This link opens no chat any more")).to_be_visible()
    phone.complaints.clear()  # the 404 that was asked for


async def test_who_did_not_ask_can_unsubscribe_with_one_click(company: Company, box: Mailbox) -> None:
    ada = await company.ada()
    headers = {"Authorization": f"Token {company.api_key}"}
    api = await ada.context.request.post(
        f"{company.url}/api/app/contacts", headers=headers, data={"attributes": {"email": "walt@example.com"}}
    )
    walt = (await api.json())["id"]
    begin = f"{company.url}/api/public/users/{walt}/conversations/"
    await ada.context.request.post(begin, headers=headers, data={"content": "We have new tea"})
    await eventually(lambda: box.mails, 20)
    mail = box.mails[0]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = link_in(mail, "/unsubscribe", company.url)
    assert mail["List-Unsubscribe"].endswith(link[len(company.url) :] + ">")

    page = await (await company.browser.new_context(viewport={"width": 390, "height": 780})).new_page()
    await page.goto(link)
    await expect(page.get_by_role("heading", name="No more e-mails?")).to_be_visible()
    contact = f"{company.url}/api/public/users/{walt}/"
    known = await (await ada.context.request.get(contact, headers=headers)).json()
    assert not known["unsubscribed"], "opening the link changes nothing"
    await page.get_by_role("button", name="Unsubscribe").click()
    await expect(page.get_by_role("heading", name="You are unsubscribed")).to_be_visible()
    known = await (await ada.context.request.get(contact, headers=headers)).json()
    assert known["unsubscribed"] is True
    forged = await page.request.post(link.replace(f"c={walt}", f"c={walt + 1}"), data="List-Unsubscribe=One-Click")
    assert forged.status == 404
    await ada.context.request.post(begin, headers=headers, data={"content": "And more tea"})
    told = f"{company.url}/api/app/deliveries?state=unreachable"

    async def unreachable() -> int:
        return int((await (await ada.context.request.get(told, headers=headers)).json())["count"])

    while not await unreachable():
        await page.wait_for_timeout(100)
    assert len(box.mails) == 1
