"""The imitations of Twilio and Telnyx are shaped right: the providers' own client libraries work with them, and fail as they do."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from hub.calls.carriers.carrier import Connect, NewCall, NewText, Offer, Refuse, Wanted
from hub.calls.carriers.facts import IncomingCall
from hub.calls.carriers.telnyx import Telnyx as TelnyxDriver
from hub.calls.carriers.twilio import Twilio as TwilioDriver
from hub.core.hub import Hub
from tests.support.carriers import Carriers, running_carriers
from tests.support.house import open_house

pytestmark = pytest.mark.annex("P6")


@pytest.fixture
async def carriers() -> AsyncIterator[Carriers]:
    async with running_carriers() as carriers:
        yield carriers


@pytest.fixture
async def hub(tmp_path: Path, carriers: Carriers) -> AsyncIterator[Hub]:
    """A hub with nothing but its settings: drivers need no more."""
    async with open_house(tmp_path / "house", **carriers.settings) as house:
        yield house.hub


OFFER = Offer("", "", "local", (), "", None, None)
TO, KEY = "+48601111222", "k1"


async def everything(carrier: Any, number: str, call: str) -> None:
    """Let a driver ask for all that it can."""
    hook, stream = "https://hub.example/phone/x", Connect("wss://hub.example/media/1", {"call": "7"})
    await carrier.search(Wanted("PL", "0001", "local", 5))
    owned = await carrier.buy(structs.replace(OFFER, number=number), hook)
    await carrier.lead(owned, hook)
    await carrier.call(NewCall(TO, number, stream.stream, hook, KEY, longest=60))
    await carrier.redirect(call, stream)
    await carrier.transfer(call, TO, number)
    await carrier.hang_up(call)
    await carrier.text(NewText(TO, number, "Hello", hook, KEY))
    await carrier.answer(IncomingCall(call, TO, number), stream)
    await carrier.answer(IncomingCall(call, TO, number), Refuse("busy"))


class ToImitation(TwilioHttpClient):
    """Sends what the library asks of Twilio to the imitation."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def request(self, method: str, url: str, *given: Any, **named: Any) -> Any:
        for host in ("https://api.twilio.com", "https://pricing.twilio.com"):
            url = url.replace(host, self.url)
        return super().request(method, url, *given, **named)


async def test_twilios_library_searches_buys_calls_texts_and_gives_back(carriers):
    twilio = carriers.twilio
    client = Client(twilio.sid, twilio.secret, http_client=ToImitation(carriers.url))
    account = client.api.v2010.accounts(twilio.sid)

    def works() -> None:
        assert account.balance.fetch().balance == "24.5010"
        found = account.available_phone_numbers("PL").local.list(contains="0001", voice_enabled=True, limit=5)
        assert [(each.phone_number, each.capabilities["voice"]) for each in found] == [("+48221230001", True)]
        price = client.pricing.v1.phone_numbers.countries("PL").fetch()
        assert (price.phone_number_prices[0]["current_price"], price.price_unit) == ("1.15", "USD")
        number = account.incoming_phone_numbers.create(phone_number="+48221230001", voice_url="https://hub.example/x")
        assert [each.voice_url for each in account.incoming_phone_numbers.list()] == ["https://hub.example/x"]
        call = account.calls.create(to="+48601111222", from_="+48221230001", twiml="<Response/>")
        assert call.status == "queued" and account.calls(call.sid).fetch().price is None
        assert account.calls(call.sid).update(status="completed").status == "completed"
        text = account.messages.create(to="+48601111222", from_="+48221230001", body="Hello")
        assert account.messages(text.sid).fetch().body == "Hello"
        assert account.incoming_phone_numbers(number.sid).delete()
        for fails, code in (
            (lambda: account.incoming_phone_numbers.create(phone_number="+48221230001"), 21422),
            (lambda: account.calls.create(to="12", from_="+48221230001", twiml="<Response/>"), 21211),
            (lambda: account.calls(call.sid).update(twiml="<Response/>"), 21220),
        ):
            with pytest.raises(TwilioRestException) as failed:
                fails()
            assert failed.value.code == code

    await asyncio.to_thread(works)


async def test_telnyx_library_searches_orders_calls_texts_and_reads_hooks(carriers):
    from telnyx import APIStatusError, AuthenticationError, Telnyx  # takes 1.5 s

    telnyx = carriers.telnyx

    def works() -> None:
        client = Telnyx(api_key=telnyx.secret, public_key=telnyx.public, base_url=telnyx.url, max_retries=0)
        assert client.balance.retrieve().data.balance == "300.00"
        query = {"country_code": "PL", "phone_number": {"contains": "0001"}, "phone_number_type": "local", "limit": 5}
        found = client.available_phone_numbers.list(filter=query).data
        assert [(each.phone_number, each.cost_information.monthly_cost) for each in found] == [("+48222220001", "1.00")]
        profile = client.outbound_voice_profiles.create(name="Acme", whitelisted_destinations=["PL"]).data.id
        made = client.call_control_applications.create(
            application_name="Acme",
            webhook_event_url="https://hub.example/x",
            outbound={"outbound_voice_profile_id": profile},
        )
        texts = client.messaging_profiles.create(name="Acme", whitelisted_destinations=["PL"]).data.id
        order = client.number_orders.create(
            phone_numbers=[{"phone_number": "+48222220001"}], connection_id=made.data.id, messaging_profile_id=texts
        )
        assert order.data.status == "success"
        number = next(iter(client.phone_numbers.list(filter={"phone_number": "+48222220001"})))
        assert (number.status, number.connection_id) == ("active", made.data.id)
        call = client.calls.dial(connection_id=made.data.id, to="+48601111222", from_="+48222220001").data
        client.calls.actions.answer(call.call_control_id, stream_url="wss://hub.example/x")
        client.calls.actions.hangup(call.call_control_id)
        assert [each[1] for each in telnyx.commands] == ["answer", "hangup"]
        text = client.messages.send(to="+48601111222", from_="+48222220001", text="Hello").data
        assert text.to[0].status == "queued"
        assert client.recordings.retrieve("r1").data.download_urls.wav.endswith("/files/call.wav")
        assert client.phone_numbers.delete(number.id).data.status == "deleted"
        with pytest.raises(APIStatusError):
            client.number_orders.create(phone_numbers=[{"phone_number": "+48222220001"}])
        with pytest.raises(AuthenticationError):
            Telnyx(api_key="wrong", base_url=telnyx.url, max_retries=0).balance.retrieve()
        body, headers = telnyx.event("call.initiated", {"call_control_id": "v3:x", "direction": "incoming"})
        event = client.webhooks.unwrap(body.decode(), headers=headers)
        assert event.data.payload.direction == "incoming"
        with pytest.raises(ValueError, match=r"ignature|old"):
            client.webhooks.unwrap(body.decode() + " ", headers=headers)

    await asyncio.to_thread(works)


def _names(parameters: Any) -> set[str]:
    """Return parameters as the API calls them: `status_callback` is StatusCallback, `from_` is From."""
    return {"".join(part.title() for part in name.split("_")) for name in parameters}


async def test_what_our_driver_sends_to_twilio_its_library_knows(carriers, hub):
    twilio = carriers.twilio
    twilio.calls["CA1"] = {"status": "in-progress", "twiml": ""}
    await everything(TwilioDriver(hub, {"account": twilio.sid, "secret": twilio.secret}), "+48221230001", "CA1")
    account = Client(twilio.sid, twilio.secret).api.v2010.accounts(twilio.sid)
    known = {
        "IncomingPhoneNumbers.json": account.incoming_phone_numbers.create, "Calls.json": account.calls.create,
        "PN": account.incoming_phone_numbers("PN").update, "CA": account.calls("CA").update,
        "Messages.json": account.messages.create,
    }  # fmt: skip
    sent = [(path.rpartition("/")[2], form) for method, path, form in twilio.asked if method == "POST"]
    assert len(sent) >= 7
    for last, form in sent:
        takes = _names(inspect.signature(known.get(last) or known[last[:2]]).parameters)
        assert set(form) <= takes, (last, set(form) - takes)
    search = inspect.signature(account.available_phone_numbers("PL").local.page).parameters
    asked = next(path for _, path, _ in twilio.asked if "Available" in path).partition("?")[2]
    assert {each.partition("=")[0] for each in asked.split("&")} <= _names(search)


async def test_what_our_driver_sends_to_telnyx_its_library_knows(carriers, hub):
    import telnyx.types as types  # takes 1.5 s
    from telnyx.types import calls

    telnyx = carriers.telnyx
    account = {"secret": telnyx.secret, "public_key": telnyx.public, "settings": {}}
    account["settings"] = await TelnyxDriver(hub, account).set_up("https://hub.example/phone/x", ["PL"], {})
    await everything(TelnyxDriver(hub, account), "+48222220001", "v3:1")
    known = {
        "outbound_voice_profiles": types.OutboundVoiceProfileCreateParams, "messages": types.MessageSendParams,
        "call_control_applications": types.CallControlApplicationCreateParams, "calls": types.CallDialParams,
        "messaging_profiles": types.MessagingProfileCreateParams, "number_orders": types.NumberOrderCreateParams,
        "answer": calls.ActionAnswerParams, "reject": calls.ActionRejectParams, "transfer": calls.ActionTransferParams,
        "hangup": calls.ActionHangupParams, "streaming_start": calls.ActionStartStreamingParams,
        "streaming_stop": calls.ActionStopStreamingParams, "messaging": types.phone_numbers.MessagingUpdateParams,
    }  # fmt: skip
    sent = [(path.rpartition("/")[2], body) for method, path, body in telnyx.asked if method in ("POST", "PATCH")]
    assert len(sent) >= 12
    for last, body in sent:
        takes = {each.rstrip("_") for each in known.get(last, types.PhoneNumberUpdateParams).__annotations__}
        assert set(body) <= takes, (last, set(body) - takes)
