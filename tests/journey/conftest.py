"""A browser, a hub and a website for the journeys. One of each for all tests of a worker; each test has its own company."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext

from hub.accounts.demo import ensure_demo
from hub.core.settings import Settings
from tests.journey.people import Ada, Vera, options
from tests.journey.website import Shop, Websites
from tests.panel.conftest import service_workers, short_worker, shortened
from tests.support.house import PASSWORD, UNHURRIED, House, Tracebacks, open_house

__all__ = ["short_worker", "shortened"]
_numbers = itertools.count(1)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def websites() -> AsyncIterator[Websites]:
    """The websites on which people meet the widget."""
    websites = Websites()
    await websites.start()
    yield websites
    await websites.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A hub in the test's own process, with the demo shop."""
    usual = {name: getattr(Settings(), name) for name in UNHURRIED}  # people in browsers never meet the limits
    async with open_house(
        tmp_path_factory.mktemp("town"), presence_grace=3.0, demo=True, sign_in_tries=1000, **usual
    ) as house:
        await ensure_demo(house.hub)
        yield house


class Company:
    """A company of the cast with its website, its agents Ada and Ben, and its visitor Vera; all with a window each."""

    def __init__(
        self,
        browser: Browser,
        websites: Websites,
        house: House,
        made: dict[str, Any],
        domain: str,
        workers: str = "block",
    ) -> None:
        self.browser, self.websites, self.house, self.made, self.domain = browser, websites, house, made, domain
        self.workers = workers
        self.key, self.api_key, self.url = made["widget_key"], made["api_key"], house.url
        self.people: list[Vera | Ada] = []

    def website(self, **shop: Any) -> str:
        """Return the address of a website with this company's widget."""
        return self.websites.open(Shop(self.url, self.key, **shop))

    async def vera(self, address: str | None = None, **window: Any) -> Vera:
        """Vera comes to the company's website (or another address) in a browser of her own."""
        return await self._vera(await self._window(window), address or self.website())

    async def tab_of(self, vera: Vera, address: str | None = None) -> Vera:
        """Vera opens the website in one more tab."""
        return await self._vera(vera.context, address or vera.page.url)

    async def _vera(self, context: Any, address: str) -> Vera:
        vera = Vera(await context.new_page())
        self.people.append(vera)
        return await vera.comes(address)

    async def ada(self, **window: Any) -> Ada:
        """Ada signs in to the panel."""
        return await self.agent("ada", **window)

    async def agent(self, name: str, **window: Any) -> Ada:
        agent = await self.stranger(**window)
        return await agent.comes(self.url, f"{name}@{self.domain}", PASSWORD)

    async def tab_of_agent(self, ada: Ada) -> Ada:
        """Ada opens what she looks at in one more tab."""
        tab = Ada(await ada.context.new_page())
        self.people.append(tab)
        await tab.page.goto(ada.page.url)
        await tab.is_connected()
        return tab

    async def stranger(self, **window: Any) -> Ada:
        """Somebody who has the panel's address and no more than that."""
        agent = Ada(await (await self._window(window)).new_page())
        self.people.append(agent)
        return agent

    async def _window(self, window: dict[str, Any]) -> BrowserContext:
        return await self.browser.new_context(**options(**({"service_workers": self.workers} | window)))

    async def go_home(self) -> None:
        for context in {somebody.context for somebody in self.people}:
            await context.close()


@pytest.fixture
async def acme(
    browser: Browser, websites: Websites, town: House, request: pytest.FixtureRequest
) -> AsyncIterator[Company]:
    """The company Acme, new for each test. What a console or the hub's log complains about fails the test."""
    tracebacks = Tracebacks()
    logging.getLogger().addHandler(tracebacks)
    before = len(town.log.tracebacks)
    domain = f"acme{next(_numbers)}.example"
    made = await town.application("Acme", f"ada@{domain}", f"ben@{domain}")
    company = Company(browser, websites, town, made, domain, service_workers(request))
    try:
        yield company
        complaints = [complaint for somebody in company.people for complaint in somebody.complaints]
        assert complaints == [], "the console of a browser complains"
        assert town.log.tracebacks[before:] + tracebacks.seen == []
    finally:
        logging.getLogger().removeHandler(tracebacks)
        await company.go_home()
        await asyncio.sleep(0)


@pytest.fixture
async def talk(acme: Company) -> tuple[Vera, Ada]:
    """Vera and Ada in an open conversation, who have said hello."""
    vera, ada = await acme.vera(), await acme.ada()
    await vera.opens_chat()
    await vera.writes("Hello")
    await ada.opens_conversation()
    await ada.writes("Good morning")
    await vera.sees("Good morning")
    return vera, ada
