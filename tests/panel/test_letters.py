"""What left the chat another way: below the messages it tells of, and in the outbox of the settings."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.panel.conftest import PAIRS, OpenPanel
from tests.panel.people import Api, go
from tests.panel.test_accessible import check

pytestmark = pytest.mark.annex("H7", "C4")


async def two_who_left(acme: Any, api: Api) -> tuple[int, int]:
    """Vera, whose mail waits as there is no mail server, and Walt, who left no address; return their conversations."""
    await api("PUT", "away", delay=0)
    vera, walt, ada = await acme.visitor(), await acme.visitor(), await acme.agent()
    await vera.call("contact.update", email="vera@example.com", name="Vera Novak")
    await walt.call("contact.update", name="Walt Kowalski")
    hers, his = (await vera.says("Is there tea?"))["conversation"], (await walt.says("Hello"))["conversation"]
    await vera.leave()
    await walt.leave()
    await ada.says("Yes, black and green", hers)
    await ada.says("Hello Walt", his)
    await ada.hears("delivery", conversation=hers, why="not_set_up")
    await ada.hears("delivery", conversation=his, state="unreachable")
    return hers, his


def talk(page: Page) -> Any:
    return page.get_by_role("region", name="Messages")


async def test_an_agent_sees_below_a_message_that_it_waits_or_can_not_arrive(
    acme: Any, panel: OpenPanel, api: Api
) -> None:
    hers, his = await two_who_left(acme, api)
    page = await panel(at=f"/inbox/open/{his}")
    await expect(talk(page)).to_contain_text("Walt Kowalski is away and left no way to be reached")
    await go(page, f"/inbox/open/{hers}")
    await expect(talk(page)).to_contain_text("Waiting: no mail server is set up yet")
    again = talk(page).get_by_role("button", name="Send now")
    await again.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("It is being sent.")).to_be_visible()


async def test_the_outbox_lists_what_waits_and_hears_what_becomes_of_it(acme: Any, panel: OpenPanel, api: Api) -> None:
    _, his = await two_who_left(acme, api)
    page = await panel(at="/settings/outbox")
    rows = page.get_by_role("list", name="Messages in the outbox").get_by_role("listitem")
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text("no mail server is set up yet")
    await page.get_by_label("Show").select_option(label="Nobody to reach")
    await expect(rows).to_have_count(1)
    await expect(rows.get_by_role("link")).to_have_attribute("href", f"/panel/inbox/open/{his}")
    await page.get_by_label("Show").select_option(label="Waiting")
    await expect(rows).to_have_count(1)
    back = await acme.visitor()
    await back.call("contact.update", email="walt@example.com")
    other = (await back.says("Hello"))["conversation"]
    await back.leave()
    ada = await acme.agent()
    await ada.says("Good morning", other)
    await expect(rows).to_have_count(2)


@pytest.mark.parametrize(("scheme", "width"), PAIRS)
async def test_both_can_be_read(acme: Any, panel: OpenPanel, api: Api, scheme: str, width: int) -> None:
    hers, his = await two_who_left(acme, api)
    locale = "pl-PL" if scheme == "dark" else "en-GB"
    page = await panel(
        color_scheme=scheme, locale=locale, viewport={"width": width, "height": 800}, has_touch=width < 500
    )
    for path, name in ((f"/inbox/open/{his}", "unreachable"), (f"/inbox/open/{hers}", "waiting")):
        await go(page, path)
        sign = {"en-GB": {"unreachable": "no way to be reached", "waiting": "no mail server"},
                "pl-PL": {"unreachable": "bez żadnego adresu", "waiting": "serwera pocztowego"}}[locale][name]  # fmt: skip
        await expect(page.get_by_text(sign)).to_be_visible()
        await check(page, name)
    await go(page, "/settings/outbox")
    await expect(page.get_by_role("listitem").first).to_be_visible()
    await check(page, "outbox")
