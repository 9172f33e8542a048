"""The whole way of a message to whoever is away: push first, e-mail where push can't; once, and seen in the log (H8, H7, C6)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from hub.chat.collections import DELIVERIES
from hub.core.collections import JOBS
from storage.engine import INSTALLATION, Scope
from tests.people.test_mobile import Phone
from tests.push.test_push import key_of, switched_on, with_firebase
from tests.support.forms import rest
from tests.support.house import House, eventually, open_house
from tests.support.mailbox import Mailbox

pytestmark = pytest.mark.annex("H8", "C6")


@pytest.fixture
def box() -> Any:
    box = Mailbox()
    box.open()
    yield box
    box.close()


@pytest.fixture(params=["sqlite", "mongo"])
async def house(request: pytest.FixtureRequest, tmp_path: Path, firebase: Any, box: Mailbox) -> AsyncIterator[House]:
    settings: dict[str, Any] = {
        "presence_grace": 0.1, "fetch_allow": "localhost,127.0.0.1", "fcm_url": firebase.url, "offline_delay": 1.0,
        "mail_from": "Acme <hello@acme.example>", "smtp_url": box.url,
    }  # fmt: skip
    if request.param == "mongo":
        settings["mongo_url"] = request.getfixturevalue("mongo_url")
    async with open_house(tmp_path / "data", **settings) as house:
        yield house
    assert house.log.tracebacks == []


async def log(company: Any) -> list[tuple[str, str]]:
    """Return channel and state of each letter to Vera, in order; what the team was told of her question is none."""
    found = await company.house.hub.store.find(Scope(company.id), DELIVERIES)
    return [(each["channel"], each["state"]) for each in found.items if each["to"]["kind"] == "contact"]


async def quiet(house: House) -> None:
    """Return when no job about somebody who is away is left."""
    for _ in range(500):
        rows = [row async for chunk in house.hub.store.export(INSTALLATION, JOBS) for row in chunk]
        if not any(row["kind"] == "chat.fall_back" for row in rows):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(rows)


async def vera_with(company: Any, browser: Any) -> tuple[Any, int]:
    """Vera, who has an address, allowed push messages in a browser, asked something and left."""
    await switched_on(company)
    vera = await company.visitor()
    await vera.call("contact.update", email="vera@example.com")
    conversation = (await vera.says("Is there tea?"))["conversation"]
    await vera.call("push.allow", **browser)
    await vera.leave()
    return vera, conversation


async def test_whoever_is_away_gets_a_push_message_and_no_mail_for_the_same_thing(acme, service, box, house):
    browser = await service.subscribe(await key_of(acme))
    vera, conversation = await vera_with(acme, browser.body)
    ada = await acme.agent()
    await ada.says("Yes", conversation)
    await ada.says("Black", conversation)
    (got,) = await browser.gets()
    assert got["body"] == "(2) Black" and got["report"]
    await quiet(house)
    assert await log(acme) == [("push", "sent")] and box.mails == [] and len(await browser.got()) == 1
    back = await acme.visitor(vera.token)
    await back.call("conversation.read", conversation=conversation, position=3)
    await back.leave()
    await ada.says("Or green", conversation)
    assert [each["body"] for each in await browser.gets(2)] == ["(2) Black", "Or green"]


async def test_where_all_browsers_are_gone_the_mail_goes_out_and_the_browsers_are_forgotten(acme, service, box, house):
    browser = await service.subscribe(await key_of(acme))
    _, conversation = await vera_with(acme, browser.body)
    await browser.expire()
    await (await acme.agent()).says("Yes", conversation)
    await eventually(lambda: box.mails, 15)
    await quiet(house)
    assert await log(acme) == [("push", "refused"), ("email", "sent")]
    await (await acme.agent()).says("Black", conversation)
    await eventually(lambda: len(box.mails) == 2, 15)
    await quiet(house)
    assert (await log(acme))[2:] == [("email", "sent")], "without a browser push is not even tried"


async def test_a_busy_push_service_is_waited_for_as_long_as_it_says_and_the_message_comes_once(
    acme, telling, box, house
):
    _, conversation = await vera_with(acme, telling.browser())
    telling.answers = [web.Response(status=429, headers={"Retry-After": "2"}), web.Response(status=201)]
    loop = asyncio.get_running_loop()
    await (await acme.agent()).says("Yes", conversation)
    await eventually(lambda: len(telling.got) == 1, 10)
    began = loop.time()
    await eventually(lambda: len(telling.got) == 2, 10)
    assert 1.5 < loop.time() - began < 6
    await quiet(house)
    assert await log(acme) == [("push", "sent")] and box.mails == [] and len(telling.got) == 2
    assert telling.got[0]["topic"] == telling.got[1]["topic"]


async def test_what_was_read_while_the_push_service_was_away_is_not_sent(acme, telling, box, house):
    vera, conversation = await vera_with(acme, telling.browser())
    telling.answers = [web.Response(status=503) for _ in range(2)]
    said = await (await acme.agent()).says("Yes", conversation)
    await eventually(lambda: len(telling.got) == 1, 10)
    back = await acme.visitor(vera.token)
    await back.call("conversation.read", conversation=conversation, position=said["position"])
    await quiet(house)
    assert await log(acme) == [("push", "withdrawn")] and box.mails == [] and len(telling.got) <= 2


@pytest.mark.annex("X3")
async def test_a_phone_gets_it_over_firebase_and_reports_that_it_was_clicked(acme, firebase, box, house):
    await with_firebase(acme, firebase)
    phone = Phone(acme)
    await phone.ping(email="vera@example.com")
    contact = (await phone.contact())["id"]
    begun = await rest(acme, "GET", f"contacts/{contact}")
    assert begun["id"] == contact
    vera = await acme.visitor(identity={"email": "vera@example.com"})
    conversation = (await vera.says("Is there tea?"))["conversation"]
    await vera.leave()
    await (await acme.agent()).says("Yes", conversation)
    await eventually(lambda: firebase.got, 15)
    await quiet(house)
    delivery = int(firebase.got[0]["data"]["id"])
    document = await house.hub.store.get(Scope(acme.id), DELIVERIES, delivery)
    assert (document["channel"], document["state"], document["clicked"]) == ("push", "sent", None) and box.mails == []
    await phone.post(f"push-notification/{delivery}/clicked", {"url": None})
    document = await house.hub.store.get(Scope(acme.id), DELIVERIES, delivery)
    assert document["seen"] is not None and document["clicked"] is not None


async def test_an_application_that_wants_no_push_messages_sends_mails(acme, service, box, house):
    browser = await service.subscribe(await key_of(acme))
    _, conversation = await vera_with(acme, browser.body)
    rule = await rest(acme, "GET", "away")
    await rest(
        acme, "PUT", "away", {name: rule[name] for name in ("mail", "both", "delay", "earlier")} | {"push": False}
    )
    await (await acme.agent()).says("Yes", conversation)
    await eventually(lambda: box.mails, 15)
    await quiet(house)
    assert await log(acme) == [("email", "sent")] and await browser.got() == []
