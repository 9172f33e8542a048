"""Outside of the hours, and while nobody is there, the chat says so: once for each absence (C5, C1)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from hub.chat.away_message import AWAY, AwayMessages
from hub.chat.collections import CONVERSATIONS
from hub.core.collections import JOBS
from storage.engine import INSTALLATION, Scope
from tests.conftest import Company
from tests.live.test_notices import MovedClock
from tests.support.forms import rest
from tests.support.house import House, eventually, open_house
from tests.support.mailbox import Mailbox
from tests.support.people import settled as people_settled

pytestmark = pytest.mark.annex("C5")


@pytest.fixture
def box() -> Any:
    box = Mailbox()
    box.open()
    yield box
    box.close()


@pytest.fixture(params=["sqlite", "mongo"])
async def house(request: pytest.FixtureRequest, tmp_path: Path, box: Mailbox) -> AsyncIterator[House]:
    settings: dict[str, Any] = {
        "smtp_url": box.url, "mail_from": "Hub <hub@switchboard.example>", "offline_delay": 0.4,
        "presence_grace": 0.1,
    }  # fmt: skip
    if request.param == "mongo":
        settings["mongo_url"] = request.getfixturevalue("mongo_url")
    async with open_house(tmp_path / "data", **settings) as house:
        house.hub.clock = MovedClock()
        yield house
    assert house.log.tracebacks == []


DAYS = list(range(7))


async def hours(acme: Company, **rule: Any) -> dict[str, Any]:
    """Open from nine to five in Tokyo, every day."""
    week = [{"days": DAYS, "begins": "09:00", "ends": "17:00"}]
    return await rest(acme, "PUT", "hours", {"on": True, "zone": "Asia/Tokyo", "week": week, **rule})


async def nothing_waits(house: House) -> None:
    async def left() -> int:
        rows = [row async for chunk in house.hub.store.export(INSTALLATION, JOBS) for row in chunk]
        return sum(row["kind"] == AWAY for row in rows)

    deadline = asyncio.get_running_loop().time() + 10
    while await left():
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.05)


def said(who: Any) -> list[str]:
    return [each["text"] for each in who.events("message") if each["author"]["kind"] == "automation"]


async def test_outside_of_the_hours_the_chat_says_once_when_the_team_is_back(acme, house, box):
    moment = house.hub.clock.move_to("20:00")
    await hours(acme)
    vera, ada = await acme.visitor(), await acme.agent()
    conversation = (await vera.says("Is there tea?"))["conversation"]
    await vera.says("Black, please")
    await eventually(lambda: said(vera), 10)
    await vera.says("Hello?")
    await nothing_waits(house)
    (text,) = said(vera)
    assert "back tomorrow at 9:00." in text and said(ada) == [text]
    assert {"kind": "automation", "id": 0, "name": "Acme"} in [each["author"] for each in vera.events("message")]
    opened = (await ada.call("conversation.open", conversation=conversation))["conversation"]
    assert opened["last"]["text"] == "Hello?" and opened["unread"] == 3, "the contact still waits for an answer"
    house.hub.clock.move_to("10:00")  # the next day: here again
    await vera.says("Good morning")
    await nothing_waits(house)
    assert len(said(vera)) == 1
    assert house.hub.clock.move_to("19:00") > moment
    await vera.says("Still nobody?")
    await eventually(lambda: len(said(vera)) == 2, 10)


async def test_another_node_that_has_not_heard_of_it_says_it_no_second_time(acme, house, box):
    house.hub.clock.move_to("20:00")
    await hours(acme)
    vera = await acme.visitor()
    await vera.says("One")
    await eventually(lambda: said(vera), 10)
    house.hub.part(AwayMessages)._ordered.clear()
    await vera.says("Two")
    await nothing_waits(house)
    assert len(said(vera)) == 1


async def test_it_speaks_polish_to_whoever_does_and_keeps_quiet_where_an_agent_was_quicker(acme, house, box):
    house.hub.clock.move_to("20:00")
    await hours(acme)
    vera, ada = await acme.visitor(browser={"language": "pl-PL"}), await acme.agent()
    walt = await acme.visitor()
    await vera.says("Dzień dobry")
    conversation = (await walt.says("Hello"))["conversation"]
    await ada.says("Good evening", conversation)
    await eventually(lambda: said(vera), 10)
    await nothing_waits(house)
    assert "wracamy jutro o 9:00." in said(vera)[0] and said(walt) == []


async def test_while_nobody_has_the_panel_open_it_is_said_once_a_day(acme, house, box):
    house.hub.clock.move_to("10:00")
    await hours(acme, nobody={"on": True, "en": "All are busy.", "pl": ""}, closed={"on": False, "en": "", "pl": ""})
    ada, vera, walt = await acme.agent(), await acme.visitor(), await acme.visitor(browser={"language": "pl"})
    await vera.says("Hello")
    await nothing_waits(house)
    assert said(vera) == []
    await ada.leave()
    await asyncio.sleep(0.3)
    await vera.says("Anybody?")
    await walt.says("Halo?")
    await eventually(lambda: said(vera) and said(walt), 10)
    assert said(vera) == said(walt) == ["All are busy."], "a language without a text takes the other one's"
    ada = await acme.agent()
    await ada.leave()
    await asyncio.sleep(0.3)
    await vera.says("Again nobody?")
    await nothing_waits(house)
    assert len(said(vera)) == 1
    house.hub.clock.move_to("20:00")
    await vera.says("And now?")
    await nothing_waits(house)
    assert len(said(vera)) == 1, "outside of the hours nothing is said where that is switched off"


async def test_it_is_neither_mailed_nor_an_answer_and_a_message_is_never_refused(acme, house, box):
    house.hub.clock.move_to("20:00")
    await hours(acme)
    vera = await acme.visitor()
    await vera.call("contact.update", email="vera@example.com")
    conversation = (await vera.says("Is there tea?"))["conversation"]
    await eventually(lambda: said(vera), 10)
    await vera.leave()
    await asyncio.sleep(1.5)
    assert [mail["To"] for mail in box.mails if mail["To"] == "vera@example.com"] == []
    ada = await acme.agent()
    await ada.says("Yes, black", conversation)
    await eventually(lambda: [mail for mail in box.mails if mail["To"] == "vera@example.com"], 10)
    (mail,) = [mail for mail in box.mails if mail["To"] == "vera@example.com"]
    assert "Yes, black" in str(mail.get_body(("plain",)).get_content())
    assert "away now" not in str(mail.get_body(("plain",)).get_content())
    await people_settled(house)
    stored = await house.hub.store.get(Scope(acme.id), CONVERSATIONS, conversation)
    assert stored["last"]["text"] == "Yes, black"


async def test_hours_are_the_owners_and_of_one_application_and_nonsense_is_refused(acme, globex, house, box):
    usual = await rest(globex, "GET", "hours")
    assert usual["on"] is False and usual["closed"]["on"] is True
    changed = await hours(acme, holidays=[{"date": "2027-12-25", "name": "Christmas"}])
    assert changed == await rest(acme, "GET", "hours") and await rest(globex, "GET", "hours") == usual
    ben = await acme.token("ben@acme.example")
    assert (await _status(acme, ben, "GET"), await _status(acme, ben, "PUT")) == (403, 403)
    said = {"on": True, "en": "Back {soon}", "pl": ""}
    for wrong in ({"zone": "Mars"}, {"week": [{"days": [0], "begins": "9", "ends": "17:00"}]}, {"closed": said},
                  {"holidays": [{"date": "2027-02-30"}]}, {"holidays": [{"date": "2027-02-03"}] * 2}):  # fmt: skip
        with pytest.raises(AssertionError, match="400"):
            await rest(acme, "PUT", "hours", wrong)


async def _status(acme: Company, token: str, method: str) -> int:
    session = aiohttp.ClientSession(acme.house.url, headers={"Authorization": f"Bearer {token}"})
    body = {} if method == "PUT" else None
    async with session as http, http.request(method, "/api/app/hours", json=body) as answer:
        return answer.status


def test_the_clock_of_these_tests_shows_what_it_is_told():
    clock = MovedClock()
    moment = clock.move_to("20:00")
    assert datetime.fromtimestamp(clock.now() / 1000, ZoneInfo("Asia/Tokyo")).time() >= time(20, 0)
    assert clock.move_to("20:00") - moment >= timedelta(hours=23)
