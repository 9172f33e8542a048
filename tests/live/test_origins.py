"""Which websites may use an application's widget key."""

from __future__ import annotations

import pytest

from tests.conftest import Company
from tests.support.cast import Agent, ConnectRefused, Visitor

pytestmark = pytest.mark.annex("H1", "H9")


@pytest.fixture
async def shop(house):
    """Acme, whose widget works on two websites only."""
    company = Company(
        house, await house.application("Acme", origins=("https://shop.example", "http://shop.example:8080"))
    )
    yield company
    await company.go_home()


def come_from(company, origin: str | None):
    headers = {} if origin is None else {"Origin": origin}
    return company._come(Visitor(company.house.url, company.key, headers=headers))


@pytest.mark.parametrize("origin", ["https://shop.example", "http://shop.example:8080", "HTTPS://Shop.Example", None])
async def test_a_listed_website_and_a_program_without_origin_are_let_in(shop, origin):
    assert (await come_from(shop, origin)).session["application"]["name"] == "Acme"


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "https://shop.example.evil.example", "https://evilshop.example", "http://shop.example",
     "https://shop.example:8443", "https://sub.shop.example", "https://shop.example@evil.example", "https://shop.example/",
     "file://", "https://shop.example.", "chrome-extension://shop.example"],
)  # fmt: skip
async def test_any_other_origin_is_refused_and_leaves_nothing_behind(shop, house, origin):
    ada = await shop.agent()
    with pytest.raises(ConnectRefused) as refused:
        await come_from(shop, origin)
    assert (refused.value.code, refused.value.error["retryable"]) == ("origin_refused", False)
    assert house.live.numbers() == {"visitor": 0, "agent": 1}
    await (await come_from(shop, None)).says("Hello")
    await ada.hears("message")
    assert len([event for event in ada.events("presence") if event["kind"] == "contact"]) == 1


async def test_an_empty_list_allows_any(acme):
    assert await come_from(acme, "https://anything.example")


async def test_the_panel_may_live_at_any_address_because_its_token_is_no_cookie(shop, house):
    ada = Agent(house.url, await shop.token(), headers={"Origin": "https://panel.example"})
    await shop._come(ada)
    assert ada.session["application"]["origins"] == ["https://shop.example", "http://shop.example:8080"]
