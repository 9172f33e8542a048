"""Who writes faster than the limits allow sees nothing of them: what is too much waits, and goes out in order and once."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from hub.doors.live import limits
from tests.journey.conftest import Company
from tests.journey.people import Ada, Somebody
from tests.journey.website import Websites
from tests.support.house import eventually, open_house

_numbers = itertools.count(1)
OpenCompany = Callable[..., Awaitable[Company]]


@pytest_asyncio.fixture(loop_scope="session")
async def strict(browser: Browser, websites: Websites, tmp_path: Path) -> AsyncIterator[OpenCompany]:
    """Return a function that opens a hub with these limits and the company Acme in it."""
    opened: list[tuple[Any, Company]] = []

    async def open_company(**settings: Any) -> Company:
        street = open_house(tmp_path / f"data{len(opened)}", presence_grace=3.0, **settings)
        house = await street.__aenter__()
        domain = f"strict{next(_numbers)}.example"
        made = await house.application("Acme", f"ada@{domain}")
        opened.append((street, Company(browser, websites, house, made, domain)))
        return opened[-1][1]

    yield open_company
    for street, company in opened:
        complaints = [complaint for somebody in company.people for complaint in somebody.complaints]
        await company.go_home()
        await street.__aexit__(None, None, None)
        assert complaints == []


def refusals(somebody: Somebody, kind: str) -> int:
    return sum(kind in frame and "rate_limited" in frame for frame in somebody.frames)


@pytest.mark.annex("H2")
async def test_what_a_visitor_writes_too_fast_arrives_in_order_and_once(strict: OpenCompany) -> None:
    acme = await strict(rate_socket=1.5, burst_socket=3)
    vera, ada = await acme.vera(), await acme.ada()
    await vera.opens_chat()
    questions = [f"Question {number}" for number in range(1, 7)]
    failed = vera.chat.locator(".failed")
    for text in questions:
        await vera.writes(text)
        await expect(failed).to_have_count(0)
    await vera.sees_only(*questions, within=1)  # on her own screen at once
    await eventually(lambda: refusals(vera, "43/visitor"))
    await ada.opens_conversation()
    await ada.sees_only(*questions, within=20)
    await vera.sees_only(*questions)
    await expect(failed).to_have_count(0)
    assert acme.house.live.limits.refused["flood"] == 0


@pytest.mark.annex("H2")
async def test_what_an_agent_writes_too_fast_arrives_in_order_and_once(strict: OpenCompany) -> None:
    acme = await strict(rate_socket=0.6, burst_socket=3)
    vera, ada = await acme.vera(), await acme.ada()
    await vera.opens_chat()
    await vera.writes("Hello")
    await ada.opens_conversation()
    answers = [f"Answer {number}" for number in range(1, 21)]
    failed = ada.page.get_by_text("Not sent")
    for text in answers:
        await ada.writes(text)
        await expect(failed).to_have_count(0)
    await eventually(lambda: refusals(ada, "43/agent"))
    await vera.sees_only("Hello", *answers, within=20)
    await ada.sees_only("Hello", *answers)
    await expect(failed).to_have_count(0)


@pytest.mark.annex("H9")
async def test_a_tab_too_many_waits_quietly_until_there_is_room(
    strict: OpenCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_WAIT_FOR_A_PLACE", 1.5)
    acme = await strict(max_sockets_contact=1, max_sockets_agent=1)
    vera, ada = await acme.vera(), await acme.ada()
    await vera.opens_chat()
    await vera.writes("Hello")
    await vera.sees_only("Hello")
    tab = await acme.tab_of(vera)
    second = Ada(await ada.context.new_page())
    acme.people.append(second)
    await second.page.goto(ada.page.url)
    await eventually(lambda: refusals(tab, "44/visitor") and refusals(second, "44/agent"), within=10)
    assert acme.house.live.numbers() == {"visitor": 1, "agent": 1}
    await vera.page.close()
    await ada.page.close()
    await second.is_connected()
    await tab.opens_chat()
    await tab.writes("Here I am again")
    await second.opens_conversation()
    await second.sees_only("Hello", "Here I am again")
    assert refusals(tab, "44/visitor") < 8 and refusals(second, "44/agent") < 8, "they waited as they were told"
