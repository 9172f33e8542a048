"""Somebody calls one of our numbers: what it says, how long it may last, and what is left of a call that nobody could take."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hub.calls.carriers import usage
from hub.calls.collections import PHONE_LEGS, PHONE_USAGE
from hub.core.clock import rfc3339
from storage.engine import Batch, Scope
from tests.calls.conftest import Owner
from tests.calls.test_recording import VERA, kept
from tests.calls.test_streams import WALT, ProvidersPhone, prepared
from tests.conftest import Company
from tests.live.test_availability import ask
from tests.live.test_calls import agent_id
from tests.support.carriers import Carriers
from tests.support.house import House, eventually, open_house
from tests.support.receiver import Receiver, open_receiver
from tests.support.tones import PATIENCE

pytestmark = pytest.mark.annex("P4", "P5", "P6")
OLGA = "+48602333444"


@pytest.fixture
async def house(tmp_path: Path, carriers: Carriers) -> AsyncIterator[House]:
    """A hub that knows the imitations, whose media workers take calls on a busy machine, too."""
    at_ease = {"media_cpu": 1000.0, "media_lag": 5000.0}
    async with open_house(tmp_path / "house", presence_grace=0.2, **at_ease, **carriers.settings) as house:
        carriers.hub = house.url
        yield house
        assert house.log.tracebacks == []


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A program that is told of calls."""
    async with open_receiver() as receiver:
        yield receiver


async def rings(owner: Owner, carriers: Carriers, number: Any, sid: str = "CAin", caller: str = WALT) -> str:
    """Somebody calls the number; return what Twilio is answered with."""
    hook = await owner.hook()
    return (await carriers.twilio_sends(f"{hook}/call", CallSid=sid, From=caller, To=number["number"]))[1]


async def missed_ones(who: Any) -> list[tuple[str, str]]:
    """Return the missed calls of the log, the oldest first: whose number, and why."""
    found = []
    for call in reversed((await ask(who, "GET", "calls?missed=true"))["calls"]):
        contact = await ask(who, "GET", f"contacts/{call['contact']['id']}")
        found.append((contact["phone_number"], call["reason"]))
    return found


async def used_today(owner: Owner, seconds: int) -> None:
    """So much was talked today."""
    scope, hub = Scope(owner.company.id), owner.house.hub
    batch = Batch(scope)
    batch.patch(PHONE_USAGE, scope.app, set={f"days.{rfc3339(hub.clock.now())[:10]}": seconds})
    await hub.commit(batch)


async def test_a_number_of_which_everybody_speaks_onto_the_tape_does_so_whatever_the_rules_say(
    owner: Owner, carriers: Carriers, house: House
) -> None:
    ada, number = await prepared(owner, carriers)
    await owner.does("PATCH", f"phone-numbers/{number['id']}", rings="voicemail")
    url = re.search(r'<Stream url="([^"]+)"', await rings(owner, carriers, number))
    assert url, "it is taken, though the rule for messages is off"
    phone = ProvidersPhone(VERA)
    await phone.connects(house, url[1])
    (call,) = (await ask(ada.who, "GET", "calls"))["calls"]
    assert (call["state"], call["rings"]) == ("message", [])
    await asyncio.sleep(1)  # of speech
    await phone.hangs_up()
    (recording,) = await kept(ada.who, call["id"])
    assert (await ask(ada.who, "GET", f"calls/{call['id']}"))["reason"] == "message" and recording["seconds"] >= 0
    assert ada.who.events("call.ringing") == [], "nobody was rung"
    await ada.peer.close()


async def test_a_number_of_a_group_rings_that_group_alone(owner: Owner, carriers: Carriers, house: House) -> None:
    ada, number = await prepared(owner, carriers)
    ben = await owner.company.agent("ben@acme.example")
    group = await ask(ada.who, "POST", "groups", name="Night", agents=[agent_id(ben)])
    await owner.does("PATCH", f"phone-numbers/{number['id']}", rings="group", group=group["id"])
    assert "<Stream" in await rings(owner, carriers, number)
    assert (await ben.hears("call.ringing", within=PATIENCE))["rings"] == [agent_id(ben)]
    await asyncio.sleep(0.3)
    assert ada.who.events("call.ringing") == []
    await ada.peer.close()


async def test_a_call_that_comes_in_ends_with_the_minutes_of_the_day(
    owner: Owner, carriers: Carriers, house: House
) -> None:
    ada, number = await prepared(owner, carriers)
    await owner.does("PATCH", "phone-account", minutes_a_day=1)
    await used_today(owner, 57)
    carriers.twilio.calls["CAin"] = {"status": "in-progress", "twiml": ""}
    url = re.search(r'<Stream url="([^"]+)"', await rings(owner, carriers, number))
    assert url
    phone = ProvidersPhone(VERA)
    await phone.connects(house, url[1])
    await ada.who.hears("call.ringing", within=PATIENCE)
    await eventually(lambda: carriers.twilio.calls["CAin"]["status"] == "completed", PATIENCE)
    hook = await owner.hook()
    await carriers.twilio_sends(f"{hook}/status", CallSid="CAin", CallStatus="completed", CallDuration="3")
    assert (await ada.who.hears("call.ended", within=PATIENCE))["reason"] == "cancelled", "before anybody answered"
    assert '<Reject reason="busy"/>' in await rings(owner, carriers, number, "CAtwo"), "nothing is left for another one"
    await phone.hangs_up()
    await ada.peer.close()


async def test_a_call_keeps_more_of_the_day_for_as_long_as_it_goes_on(
    owner: Owner, carriers: Carriers, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage, "_KEPT", 1)
    ada, number = await prepared(owner, carriers)
    await owner.does("PATCH", "phone-account", minutes_a_day=1)
    await used_today(owner, 55)
    carriers.twilio.calls["CAin"] = {"status": "in-progress", "twiml": ""}
    assert "<Stream" in await rings(owner, carriers, number)
    legs: list[Any] = []

    async def more_is_kept() -> bool:
        legs[:] = (await house.hub.store.find(Scope(owner.company.id), PHONE_LEGS, scan=True)).items
        return bool(legs[0]["kept"] >= 3)

    async with asyncio.timeout(PATIENCE):
        while not await more_is_kept():
            await asyncio.sleep(0.1)
    await eventually(lambda: carriers.twilio.calls["CAin"]["status"] == "completed", PATIENCE)
    await more_is_kept()
    assert legs[0]["kept"] == 5, "and not a second more than there was"
    await ada.peer.close()


async def test_a_call_that_a_limit_refuses_was_missed_once_and_programs_are_told(
    owner: Owner, carriers: Carriers, house: House, receiver: Receiver
) -> None:
    ada, number = await prepared(owner, carriers)
    await owner.does("POST", "webhooks", url=receiver.url, kinds=["call.missed"])
    await owner.does("PATCH", "phone-account", calls_at_once=1)
    assert "<Stream" in await rings(owner, carriers, number)
    for _ in range(2):  # once more by somebody who overheard it
        answer = await rings(owner, carriers, number, "CAtwo", OLGA)
    assert answer == ""
    assert await missed_ones(ada.who) == [(OLGA, "nobody")]
    await eventually(lambda: receiver.bodies, PATIENCE)
    assert [(each["type"], each["data"]["reason"]) for each in receiver.bodies] == [("call.missed", "nobody")]

    # and whoever calls a second time from the same number
    await owner.does("PATCH", "phone-account", calls_at_once=5)
    assert '<Reject reason="busy"/>' in await rings(owner, carriers, number, "CAthree")
    assert await missed_ones(ada.who) == [(OLGA, "nobody"), (WALT, "nobody")]
    assert len((await ask(ada.who, "GET", "calls"))["calls"]) == 3
    await ada.peer.close()


async def test_where_no_media_worker_takes_it_a_call_was_missed_too(tmp_path: Path, carriers: Carriers) -> None:
    async with open_house(tmp_path / "full", presence_grace=0.2, media_workers=0, **carriers.settings) as full:
        carriers.hub = full.url
        acme = Company(full, await full.application("Acme", "ada@acme.example"))
        owner = Owner(acme)
        ada, number = await prepared(owner, carriers)
        assert '<Reject reason="busy"/>' in await rings(owner, carriers, number)
        assert await missed_ones(ada.who) == [(WALT, "nobody")]
        await ada.peer.close()
        await acme.go_home()


async def test_no_number_stands_in_the_log_whatever_the_provider_says(
    owner: Owner, carriers: Carriers, house: House
) -> None:
    ada, number = await prepared(owner, carriers)
    carriers.twilio.next = [(400, 21211, f"The 'To' number {WALT} is not a valid phone number.")]
    await ada.who.call("call.start", client_id="c", leg=ada.leg, to={"kind": "phone", "number": WALT})
    assert (await ada.who.hears("call.ended", within=PATIENCE))["reason"] == "nobody"
    told = [line for line in house.log.lines if line[1] == "a phone could not be called"]
    assert [facts["reason"] for _, _, facts in told] == ["number_forbidden"]
    assert WALT[1:] not in repr(house.log.lines) and number["number"][1:] not in repr(house.log.lines)
    await ada.peer.close()
