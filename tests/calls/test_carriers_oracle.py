"""The imitations of Twilio and Telnyx are shaped right: the providers' own client libraries work with them, and fail as they do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from tests.support.carriers import Carriers, running_carriers

pytestmark = pytest.mark.annex("P6")


@pytest.fixture
async def carriers() -> AsyncIterator[Carriers]:
    async with running_carriers() as carriers:
        yield carriers


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
