"""Previews of links in the panel: switched on in the settings, seen beside the message, the host before all else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.live.test_link_previews import TEA, Shop, picture, shop  # noqa: F401
from tests.panel.conftest import OpenPanel
from tests.panel.people import go
from tests.panel.test_accessible import check
from tests.support.house import House, open_house

pytestmark = pytest.mark.annex("C2")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A hub that may ask this machine."""
    async with open_house(tmp_path / "data", presence_grace=0.2, fetch_allow="127.0.0.1") as house:
        yield house


async def test_ada_switches_previews_on_and_sees_where_a_link_leads(acme: Any, panel: OpenPanel, shop: Shop) -> None:  # noqa: F811
    shop.pages["/tea.png"] = (picture(), "image/png")
    address = shop.page("/tea", TEA)
    vera = await acme.visitor()
    conversation = (await vera.says(f"Do you have this? {address}"))["conversation"]
    page = await panel(at=f"/inbox/open/{conversation}")
    await expect(page.get_by_role("link", name=address)).to_be_visible()
    cards = page.get_by_role("list", name="Where the links lead")
    await expect(cards).to_have_count(0)
    assert shop.asked == []

    await go(page, "/settings/privacy")
    await page.get_by_label("Read the pages that links lead to").check()
    await expect(page.get_by_text("It holds from now on.")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("Read the pages that links lead to")).to_be_checked()
    await go(page, f"/inbox/open/{conversation}")
    card = cards.get_by_role("link")
    await expect(card).to_contain_text("127.0.0.1Green tea, 100 gFresh from Shizuoka")
    assert await card.get_attribute("rel") == "noopener noreferrer nofollow ugc"
    assert (
        await card.locator("img").evaluate("async (image) => { await image.decode(); return image.naturalWidth }")
        == 320
    )
    assert {request.headers["User-Agent"].split("/")[0] for request in shop.asked} == {"Switchboard"}
    await check(page, "previews of links")
