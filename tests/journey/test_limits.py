"""Who writes faster than the limits allow sees nothing of them: what is too much waits, and goes out in order and once."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FilePayload, Locator, expect

from hub.doors.live import limits
from tests.journey.conftest import Company
from tests.journey.people import Ada, Somebody
from tests.journey.website import Websites
from tests.support.house import eventually, open_house

_numbers = itertools.count(1)
NOTES: FilePayload = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"green tea"}
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


async def writes_until_refused(somebody: Somebody, kind: str, failed: Locator) -> list[str]:
    """Write message after message until one was over the limit, then three more; return all of them."""
    texts: list[str] = []
    left = 3
    while left:
        assert len(texts) < 60, "nothing was refused"
        texts.append(f"Message {len(texts) + 1}")
        await somebody.writes(texts[-1])
        await expect(failed).to_have_count(0)
        left -= refusals(somebody, kind) > 0
    return texts


@pytest.mark.annex("H2")
async def test_what_a_visitor_writes_too_fast_arrives_in_order_and_once(strict: OpenCompany) -> None:
    acme = await strict(rate_socket=1, burst_socket=4)
    vera, ada = await acme.vera(), await acme.ada()
    await vera.opens_chat()
    failed = vera.chat.locator(".failed")
    texts = await writes_until_refused(vera, "43/visitor", failed)
    await vera.sees_only(*texts, within=2)  # on her own screen at once
    before = refusals(vera, "43/visitor")
    await vera.attaches(NOTES)  # the upload has to wait as well, and is not shown as refused
    texts.append("With a file")
    await vera.writes(texts[-1])
    await eventually(lambda: refusals(vera, "43/visitor") > before)
    await ada.opens_conversation()
    await ada.sees_only(*texts, within=20)
    await expect(ada.stream.get_by_text("notes.txt")).to_be_visible()
    await vera.sees_only(*texts)
    await expect(failed).to_have_count(0)
    assert acme.house.live.limits.refused["flood"] == 0


@pytest.mark.annex("H2")
async def test_what_an_agent_writes_too_fast_arrives_in_order_and_once(strict: OpenCompany) -> None:
    acme = await strict(rate_application=1, burst_application=12)
    vera, ada = await acme.vera(), await acme.ada()
    await vera.opens_chat()
    await vera.writes("Hello")
    await ada.opens_conversation()
    failed = ada.page.get_by_text("Not sent")
    texts = await writes_until_refused(ada, "43/agent", failed)
    await vera.sees_only("Hello", *texts, within=20)
    await ada.sees_only("Hello", *texts)
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
