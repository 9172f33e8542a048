"""Fixtures shared by all tests: a running hub, and the cast of Acme and Globex."""

from __future__ import annotations

import asyncio
import faulthandler
import gc
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from argon2 import PasswordHasher
from playwright.async_api import Browser, async_playwright, expect

from hub.accounts import passwords
from tests.support.browser import Browsers, wants_whole
from tests.support.cast import Agent, Client, Visitor
from tests.support.house import House, Tracebacks, open_house, sign_in
from tests.support.peers import Databases, Secantus
from tests.support.raw import RawSocket

expect.set_options(timeout=10_000)  # a busy machine is no reason to fail
_CLEARING = 120
"""Seconds that may pass between the end of a test and the beginning of the next."""
_FEW = 12
"""Of thousands that share two cores so many may come too late once. More than that have another reason."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config) -> None:
    """Write down the few tests that failed beside others; `make test` gives them one more chance alone, and says so."""
    stats = terminalreporter.stats
    failed = list(dict.fromkeys(report.nodeid for report in [*stats.get("failed", ()), *stats.get("error", ())]))
    whole = exitstatus == pytest.ExitCode.TESTS_FAILED  # and not broken off, with tests that never ran
    if whole and config.getoption("numprocesses", None) and 0 < len(failed) <= _FEW:
        (config.rootpath / ".failed-beside-others").write_text("".join(f"{name}\n" for name in failed))


@pytest.fixture(autouse=True, scope="session")
def cheap_passwords() -> None:
    """Hash the passwords of the cast in a millisecond: argon2id still, with less memory than people's get."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with a browser share one loop, because they share the browser."""
    for item in items:
        if "browsers" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_fixture_setup(fixturedef: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Run what is made for one test in the loop of that test, be it the test's own or the shared one."""
    if fixturedef.scope == "function":
        marker = request.node.get_closest_marker("asyncio")
        function = getattr(fixturedef.func, "__func__", fixturedef.func)  # of a class it is a method
        function._loop_scope = marker.kwargs.get("loop_scope") if marker else None
    return (yield)


def pytest_collection_finish() -> None:
    """Take thousands of collected tests out of what the garbage collector looks through again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """End the process where a test can't be cleared away in two minutes: the timeout of a test strikes once, and not here.

    The run goes on in another process, and tells what this one did.
    """
    faulthandler.dump_traceback_later(_CLEARING, exit=True, file=sys.__stderr__)
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browsers() -> AsyncIterator[Browsers]:
    """The Chromium of the system."""
    async with async_playwright() as playwright:
        browsers = Browsers(playwright)
        yield browsers
        await browsers.close()


@pytest.fixture
async def browser(browsers: Browsers, request: pytest.FixtureRequest) -> AsyncIterator[Browser]:
    """The browser of a test; its windows are closed afterwards."""
    browser = await browsers.one(wants_whole(request))
    yield browser
    for context in browser.contexts:
        await context.close()


@pytest.fixture(scope="session")
def secantus_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secantus]:
    """A SecantusDB: it speaks MongoDB's wire protocol."""
    server = Secantus(tmp_path_factory.mktemp("secantus"))
    yield server
    server.close()


@pytest.fixture
def secantus(secantus_server: Secantus) -> Iterator[str]:
    """The URL of a SecantusDB, on which a test makes databases of its own."""
    with secantus_server.lent() as url:
        yield url


@pytest.fixture(scope="session")
def databases(secantus_server: Secantus) -> Databases:
    """The databases that tests of the whole hub use, one after the other."""
    return Databases(secantus_server)


@pytest.fixture
def mongo_url(databases: Databases) -> Iterator[str]:
    """An empty MongoDB database of the test's own."""
    with databases.one() as url:
        yield url


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A hub on the embedded store with its doors open, quick to notice who has gone.

    A traceback in its log fails the test, whatever else the test says.
    """
    tracebacks = Tracebacks()
    logging.getLogger().addHandler(tracebacks)
    try:
        async with open_house(tmp_path / "data", presence_grace=0.2) as house:
            yield house
        assert house.log.tracebacks + tracebacks.seen == []
    finally:
        logging.getLogger().removeHandler(tracebacks)


class Company:
    """An application of the cast: lets agents sign in and visitors arrive, and sends them home after the test."""

    def __init__(self, house: House, made: dict[str, Any]) -> None:
        self.house, self.made = house, made
        self.id, self.key, self.api_key = made["application"]["id"], made["widget_key"], made["api_key"]
        self.here: list[Client | RawSocket] = []

    async def agent(self, email: str | None = None) -> Agent:
        """Sign an agent in and connect; without an address the first agent of the application."""
        email = email or self.made["agent"]["email"]
        signed_in = await asyncio.to_thread(sign_in, self.house.url, email, self.id)
        return await self._come(Agent(self.house.url, signed_in["token"]))

    async def visitor(self, token: str | None = None, **auth: Any) -> Visitor:
        """Connect a visitor: a new one, or one whose browser kept its token."""
        return await self._come(Visitor(self.house.url, self.key, token, auth=auth))

    async def token(self, email: str | None = None) -> str:
        """Sign an agent in; return the token."""
        return (await asyncio.to_thread(sign_in, self.house.url, email or self.made["agent"]["email"], self.id))[
            "token"
        ]

    async def raw(self, face: str = "visitor", auth: dict[str, Any] | None = None, **options: Any) -> RawSocket:
        """Connect somebody who writes frames by hand."""
        if auth is None:
            auth = {"key": self.key} if face == "visitor" else {"token": await self.token()}
        raw = await RawSocket.open(self.house.url, f"/{face}", auth, **options)
        self.here.append(raw)
        return raw

    async def _come(self, client: Any) -> Any:
        self.here.append(client)
        return await client.connect()

    async def go_home(self) -> None:
        for client in self.here:
            await client.leave()


@pytest.fixture
async def acme(house: House) -> AsyncIterator[Company]:
    """The application Acme, with the agents Ada and Ben."""
    company = Company(house, await house.application("Acme", "ada@acme.example", "ben@acme.example"))
    yield company
    await company.go_home()


@pytest.fixture
async def globex(house: House) -> AsyncIterator[Company]:
    """The other tenant, with its agent Gus."""
    company = Company(house, await house.application("Globex", "gus@globex.example"))
    yield company
    await company.go_home()
