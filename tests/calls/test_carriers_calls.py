"""Calls and texts that go out: over the provider, within what the application allows, counted with what they cost."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import pytest

from hub.calls.carriers import calling
from hub.calls.carriers.carrier import Connect
from hub.calls.carriers.dialing import COUNTRIES, checked_number, countries_of, is_premium
from hub.calls.collections import PHONE_LEGS
from hub.core.errors import CarrierDown, CarrierRefused, Forbidden, InvalidPayload, NotFound
from hub.core.jobs import Later
from storage.engine import Scope
from tests.calls.conftest import Owner, both_engines

pytestmark = pytest.mark.annex("P6")
STREAM = "wss://hub.example/media/1"
WALT = "+48 601 111 222"


async def ready(owner: Owner, carriers: Any, provider: str) -> tuple[Any, Scope, int]:
    """Acme has a number; return the hub, the scope and the number's id."""
    await owner.connects(carriers, provider)
    return owner.house.hub, Scope(owner.company.id), (await owner.buys())["id"]


@pytest.mark.parametrize("provider", ["twilio", "telnyx"])
async def test_a_call_is_made_led_elsewhere_handed_over_and_ended(owner, carriers, provider):
    hub, scope, number = await ready(owner, carriers, provider)
    leg = await calling.place_call(hub, scope, number, WALT, STREAM, "k1")
    if provider == "twilio":
        call = carriers.twilio.calls[leg["call"]]
        assert (call["to"], call["status_callback"]) == ("+48601111222", f"{await owner.hook()}/status")
        assert f'<Stream url="{STREAM}">' in call["twiml"]
        assert carriers.twilio.asked[-1][2]["TimeLimit"] == "14400", "it ends by itself, whatever becomes of us"
        await calling.redirect(hub, scope, leg["id"], Connect("wss://hub.example/media/2"))
        assert "media/2" in call["twiml"]
        await calling.transfer(hub, scope, leg["id"], "+48 22 999 88 77")
        assert "<Number>+48229998877</Number>" in call["twiml"]
        await calling.hang_up(hub, scope, leg["id"])
        assert call["status"] == "completed"
        await calling.hang_up(hub, scope, leg["id"])  # twice does no harm
        with pytest.raises(CarrierRefused):
            await calling.redirect(hub, scope, leg["id"], Connect(STREAM))
    else:
        call = carriers.telnyx.calls[leg["call"]]
        assert (call["to"], call["stream_url"], call["command_id"]) == ("+48601111222", STREAM, "k1")
        await calling.redirect(hub, scope, leg["id"], Connect("wss://hub.example/media/2"))
        await calling.transfer(hub, scope, leg["id"], "+48 22 999 88 77")
        await calling.hang_up(hub, scope, leg["id"])
        names = [each[1] for each in carriers.telnyx.commands]
        assert names == ["streaming_stop", "streaming_start", "streaming_stop", "transfer", "hangup"]
    with pytest.raises(Forbidden):
        await calling.transfer(hub, scope, leg["id"], "+4670123456")
    with pytest.raises(NotFound):
        await calling.hang_up(hub, Scope(scope.app + 1), leg["id"])


async def test_countries_premium_numbers_and_what_is_no_number_are_refused_before_anybody_is_asked(owner, carriers):
    hub, scope, number = await ready(owner, carriers, "twilio")
    asked = len(carriers.twilio.asked)
    for to, reason in (
        ("+49 30 123456", "number_country"),
        ("+48 70 1234567", "number_premium"),
        ("+881 6 1234567", "number_premium"),
    ):
        with pytest.raises(Forbidden) as refused:
            await calling.place_call(hub, scope, number, to, STREAM, "k")
        assert refused.value.details["reason"] == reason
        with pytest.raises(Forbidden):
            await calling.send_text(hub, scope, number, to, "Hello", "k")
    for to in ("601111222", "sip:walt@evil.example", "+48" + "1" * 20, ""):
        with pytest.raises(InvalidPayload):
            await calling.place_call(hub, scope, number, to, STREAM, "k")
    with pytest.raises(NotFound):
        await calling.place_call(hub, Scope(scope.app + 1), number, WALT, STREAM, "k")
    assert len(carriers.twilio.asked) == asked

    await owner.does("PATCH", "phone-account", countries=["PL", "US"])
    assert (await calling.place_call(hub, scope, number, "+1 212 555 12 34", STREAM, "k"))["call"]
    with pytest.raises(Forbidden):  # Jamaica dials as a part of the USA, and costs what an island costs
        await calling.place_call(hub, scope, number, "+1 876 555 12 34", STREAM, "k")


@both_engines
async def test_no_more_calls_at_once_than_the_limit_however_many_are_made_together(owner, carriers):
    hub, scope, number = await ready(owner, carriers, "twilio")
    await owner.does("PATCH", "phone-account", calls_at_once=2)
    tries = [calling.place_call(hub, scope, number, WALT, STREAM, f"k{n}") for n in range(5)]
    made = await asyncio.gather(*tries, return_exceptions=True)
    assert len(carriers.twilio.calls) == 2, made
    hook = await owner.hook()
    _, answer = await carriers.twilio_sends(f"{hook}/call", CallSid="CAin", From="+48601", To="+48221230001")
    assert '<Reject reason="busy"/>' in answer, "calls that come in count, too"
    one = next(iter(carriers.twilio.calls))
    await carriers.twilio_sends(f"{hook}/status", CallSid=one, CallStatus="no-answer", CallDuration="0")
    assert (await calling.place_call(hub, scope, number, WALT, STREAM, "k9"))["call"], "when one is over there is room"


async def test_todays_minutes_end_and_a_call_gets_no_more_than_are_left(owner, carriers):
    hub, scope, number = await ready(owner, carriers, "twilio")
    await owner.does("PATCH", "phone-account", minutes_a_day=3)
    hook = await owner.hook()
    for seconds, left in (("100", "180"), ("80", "80")):
        leg = await calling.place_call(hub, scope, number, WALT, STREAM, "k")
        assert carriers.twilio.asked[-1][2]["TimeLimit"] == left
        await carriers.twilio_sends(f"{hook}/status", CallSid=leg["call"], CallStatus="completed", CallDuration=seconds)
    with pytest.raises(Forbidden) as refused:
        await calling.place_call(hub, scope, number, WALT, STREAM, "k")
    assert refused.value.details == {"reason": "phone_minutes", "most": 3}
    used = (await owner.does("GET", "phone-account"))["account"]["used"]
    assert (used["calls"], used["minutes"], used["minutes_today"]) == (2, 3, 3)


@both_engines
async def test_no_more_texts_go_out_than_the_day_has_however_many_are_sent_together(owner, carriers):
    hub, scope, number = await ready(owner, carriers, "twilio")
    await owner.does("PATCH", "phone-account", texts_a_day=3)
    tries = [calling.send_text(hub, scope, number, WALT, f"Hello {n}", f"k{n}") for n in range(6)]
    made = await asyncio.gather(*tries, return_exceptions=True)
    refused = [each.details for each in made if isinstance(each, Forbidden)]
    assert refused == [{"reason": "phone_texts", "most": 3}] * 3, made
    assert len(carriers.twilio.messages) == 3
    used = (await owner.does("GET", "phone-account"))["account"]["used"]
    assert (used["texts"], used["texts_today"]) == (3, 3)
    await owner.does("PATCH", "phone-account", texts_a_day=4)
    carriers.twilio.next.append((400, 21610, "unsubscribed"))
    with pytest.raises(CarrierRefused):
        await calling.send_text(hub, scope, number, WALT, "Hello", "k7")
    assert await calling.send_text(hub, scope, number, WALT, "Hello", "k8"), (
        "what was not sent leaves its place to others"
    )


@both_engines
async def test_calls_that_go_on_at_once_share_what_is_left_of_the_day(owner, carriers):
    hub, scope, number = await ready(owner, carriers, "twilio")
    await owner.does("PATCH", "phone-account", minutes_a_day=15)
    tries = [calling.place_call(hub, scope, number, WALT, STREAM, f"k{n}") for n in range(4)]
    made = await asyncio.gather(*tries, return_exceptions=True)
    refused = [each for each in made if isinstance(each, Forbidden)]
    assert [each.details["reason"] for each in refused] == ["phone_minutes"] * 2
    legs = sorted((each for each in made if isinstance(each, dict)), key=lambda leg: leg["kept"])
    assert [each["kept"] for each in legs] == [300, 600], "ten minutes at a time, and never more than there are"
    limits = sorted(int(asked[2]["TimeLimit"]) for asked in carriers.twilio.asked if "TimeLimit" in asked[2])
    assert limits == [300, 900]

    hook = await owner.hook()
    await carriers.twilio_sends(f"{hook}/status", CallSid=legs[1]["call"], CallStatus="completed", CallDuration="60")
    assert (await calling.place_call(hub, scope, number, WALT, STREAM, "k9"))["kept"] == 540, (
        "what was not used is free"
    )
    for leg in legs:
        with contextlib.suppress(Later):
            await calling.meter(hub, scope, {"leg": leg["id"]})
    assert carriers.twilio.calls[legs[0]["call"]]["status"] != "completed", "it has time yet"


async def test_a_call_that_the_provider_refuses_takes_no_line(owner, carriers):
    hub, scope, number = await ready(owner, carriers, "twilio")
    carriers.twilio.next = [(400, 21215, "not authorized to call"), (503, 0, "")]
    with pytest.raises(CarrierRefused) as refused:
        await calling.place_call(hub, scope, number, WALT, STREAM, "k")
    assert refused.value.details["reason"] == "number_forbidden"
    with pytest.raises(CarrierDown):
        await calling.place_call(hub, scope, number, WALT, STREAM, "k")
    legs = (await hub.store.find(scope, PHONE_LEGS, scan=True)).items
    assert [each["state"] for each in legs] == ["over", "over"]


@both_engines
async def test_what_calls_and_texts_cost_is_asked_for_until_twilio_knows_and_added_once(owner, carriers):
    hub, scope, number = await ready(owner, carriers, "twilio")
    leg = await calling.place_call(hub, scope, number, WALT, STREAM, "k")
    text = await calling.send_text(hub, scope, number, WALT, "Hello", "t")
    with pytest.raises(Later):
        await calling.find_price(hub, scope, {"kind": "call", "id": leg["call"]})
    carriers.twilio.calls[leg["call"]]["price"] = "-0.0130"
    carriers.twilio.messages[text]["price"] = "-0.0400"
    for _ in range(2):
        await calling.find_price(hub, scope, {"kind": "call", "id": leg["call"]})
        await calling.find_price(hub, scope, {"kind": "sms", "id": text})
    used = (await owner.does("GET", "phone-account"))["account"]["used"]
    assert (used["texts"], used["costs"]) == (1, [{"amount": "0.053", "currency": "USD"}])


async def test_telnyx_sends_a_text_once_and_tells_what_it_cost(owner, carriers):
    hub, scope, number = await ready(owner, carriers, "telnyx")
    sms = await calling.send_text(hub, scope, number, WALT, "Zażółć", "t")
    assert carriers.telnyx.messages[sms]["text"] == "Zażółć"
    payload = carriers.telnyx.messages[sms] | {"cost": {"amount": "0.0051", "currency": "USD"}}
    payload["to"] = [{"phone_number": "+48601111222", "status": "delivered"}]
    await carriers.telnyx_sends(f"{await owner.hook()}/event", "message.finalized", payload)
    used = (await owner.does("GET", "phone-account"))["account"]["used"]
    assert used["costs"] == [{"amount": "2.5051", "currency": "USD"}]
    for text in ("", "  ", "x" * 1_601):
        with pytest.raises(InvalidPayload):
            await calling.send_text(hub, scope, number, WALT, text, "t")


def test_numbers_are_read_as_people_write_them_and_belong_to_their_country():
    assert checked_number("0048 (22) 123-45.67") == "+48221234567"
    assert countries_of("+48221234567") == ("PL",)
    assert countries_of("+12125551234") == ("CA", "US") and countries_of("+18765551234") == ("JM",)
    assert countries_of("+79161234567") == ("RU",) and countries_of("+77011234567") == ("KZ",)
    assert countries_of("+2101234567") == () and "PL" in COUNTRIES
    for number in ("+19005551234", "+449098790000", "+4990012345678", "+33899123456", "+97912345678", "+8816123456"):
        assert is_premium(number), number
    for number in ("+48601111222", "+447911123456", "+4915112345678", "+33612345678", "+12125551234", "+353152412345"):
        assert not is_premium(number), number
