"""An application connects a provider, sees what numbers cost, buys one, says what it does, and gives it back."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from hub.calls.carriers import buying
from hub.calls.collections import PHONE_NUMBERS
from hub.core.collections import AUDIT
from storage.engine import INSTALLATION, Scope
from storage.filters import Eq
from tests.calls.conftest import Owner, both_engines

pytestmark = pytest.mark.annex("P6")


@both_engines
@pytest.mark.parametrize("provider", ["twilio", "telnyx"])
async def test_a_number_is_searched_bought_at_the_price_shown_and_given_back(owner, carriers, provider):
    account = await owner.connects(carriers, provider)
    assert (account["countries"], account["country"]) == (["PL"], "PL")
    left = (await owner.does("POST", "phone-account/check"))["left"]
    assert left == (
        {"amount": "24.501", "currency": "USD"} if provider == "twilio" else {"amount": "300.00", "currency": "USD"}
    )

    offers = (await owner.does("GET", "phone-numbers/search?contains=0001"))["offers"]
    assert len(offers) == 1, "of the two that are free one has these digits"
    offer = offers[0]
    assert offer["monthly"] == {"amount": "1.15" if provider == "twilio" else "1.00", "currency": "USD"}
    assert (offer["place"].lower()[:5], offer["abilities"][0]) == (
        "warsz" if provider == "twilio" else "warsa",
        "voice",
    )
    bought = await owner.does("POST", "phone-numbers", offer=offer["offer"], name="Hotline")
    assert (bought["number"], bought["state"], bought["monthly"]) == (offer["number"], "ready", offer["monthly"])

    hook = await owner.hook()
    if provider == "twilio":
        assert next(iter(carriers.twilio.numbers.values()))["voice_url"] == f"{hook}/call"
    else:
        ours = carriers.telnyx.things["call_control_applications"]
        assert next(iter(carriers.telnyx.numbers.values()))["connection_id"] in ours
        assert [each["webhook_event_url"] for each in ours.values()] == [f"{hook}/event"]

    status, answer = await owner.ask("POST", "phone-numbers", offer=offer["offer"])
    assert (status, answer["code"]) == (409, "taken"), "the same offer buys once"
    changed = await owner.does("PATCH", f"phone-numbers/{bought['id']}", rings="voicemail")
    assert (changed["rings"], changed["name"]) == ("voicemail", "Hotline")
    assert (await owner.ask("PATCH", f"phone-numbers/{bought['id']}", rings="group", group=4711))[1]["details"] == {
        "reason": "phone_group"
    }
    account = (await owner.does("GET", "phone-account"))["account"]
    assert account["numbers_monthly"] == [offer["monthly"]]
    if provider == "telnyx":
        assert account["used"]["costs"] == [{"amount": "2.50", "currency": "USD"}], "what ordering it cost"
    await owner.does("DELETE", f"phone-numbers/{bought['id']}")
    assert (await owner.does("GET", "phone-numbers"))["numbers"] == []
    assert not carriers.twilio.numbers and not carriers.telnyx.numbers, "it costs no more"


async def test_secrets_are_tried_first_and_never_shown_or_written_down_again(owner, carriers, house):
    wrong = {"provider": "twilio", "account": carriers.twilio.sid, "secret": "wrong-token-0123456789", "country": "PL"}
    status, answer = await owner.ask("PUT", "phone-account", **wrong)
    assert (status, answer["code"], answer["details"]["reason"]) == (422, "carrier_refused", "carrier_key")
    assert (await owner.does("GET", "phone-account"))["account"] is None, "what does not work is not kept"
    assert (await owner.ask("GET", "phone-numbers/search"))[0] == 404
    for reason, fields in (
        ("phone_sid", {"account": "AC12"}), ("phone_secret", {"secret": "short"}), ("phone_country", {"country": "XX"}),
        ("phone_public_key", {"provider": "telnyx", "public_key": "AAAA"}),
    ):  # fmt: skip
        status, answer = await owner.ask("PUT", "phone-account", **(wrong | fields))
        assert (status, answer["details"]["reason"]) == (400, reason)

    shown = await owner.connects(carriers, "twilio")
    assert shown["secret"] == f"…{carriers.twilio.secret[-4:]}"
    await owner.does("PATCH", "phone-account", countries=["PL", "DE"], calls_at_once=2, minutes_a_day=30)
    audit = (await house.hub.store.find(INSTALLATION, AUDIT, Eq("app", owner.company.id), scan=True)).items
    everything = json.dumps([await owner.does("GET", "phone-account"), audit])
    assert carriers.twilio.secret not in everything + json.dumps(house.log.lines, default=str)
    assert '"calls_at_once"' in everything, "the audit log does say what was changed"
    token = (await owner.hook()).rpartition("-")[2]
    assert token not in everything


@pytest.mark.parametrize(
    ("failure", "code", "reason"),
    [
        ((400, 21422, "gone"), "carrier_refused", "number_taken"), ((400, 21631, "address"), "carrier_refused", "number_papers"),
        ((401, 20003, "Authenticate"), "carrier_refused", "carrier_key"),
        ((403, 20005, "closed"), "carrier_refused", "carrier_money"),
        ((429, 20429, "slow down"), "carrier_down", "carrier_rate"), ((400, 99999, "Odd"), "carrier_refused", "carrier_other"),
    ],
)  # fmt: skip
async def test_what_the_provider_refuses_is_named_and_leaves_no_number(owner, carriers, failure, code, reason):
    await owner.connects(carriers, "twilio")
    offer = (await owner.does("GET", "phone-numbers/search"))["offers"][0]["offer"]
    carriers.twilio.next = [failure]
    _, answer = await owner.ask("POST", "phone-numbers", offer=offer)
    assert (answer["code"], answer["details"]["reason"]) == (code, reason)
    assert (await owner.does("GET", "phone-numbers"))["numbers"] == []
    assert (await owner.does("POST", "phone-numbers", offer=offer))["state"] == "ready", "afterwards it can be bought"


@pytest.mark.parametrize(
    ("failure", "reason"),
    [((403, "20100", "Insufficient Funds"), "carrier_money"), ((401, "10009", "x"), "carrier_key")],
)
async def test_telnyx_refusals_are_named_too(owner, carriers, failure, reason):
    await owner.connects(carriers, "telnyx")
    offer = (await owner.does("GET", "phone-numbers/search"))["offers"][0]["offer"]
    carriers.telnyx.next = [failure]
    status, answer = await owner.ask("POST", "phone-numbers", offer=offer)
    assert (status, answer["details"]["reason"]) == (422, reason)


async def test_an_answer_that_is_lost_neither_loses_a_paid_number_nor_buys_it_twice(owner, carriers, house):
    await owner.connects(carriers, "twilio")
    offer = (await owner.does("GET", "phone-numbers/search?contains=0001"))["offers"][0]
    carriers.twilio.next = [(500, 0, "")]
    status, answer = await owner.ask("POST", "phone-numbers", offer=offer["offer"])
    assert (status, answer["details"]["reason"]) == (503, "number_unsure")
    row = (await owner.does("GET", "phone-numbers"))["numbers"][0]
    assert row["state"] == "buying"
    assert (await owner.ask("POST", "phone-numbers", offer=offer["offer"]))[0] == 409, (
        "it is not bought again meanwhile"
    )
    carriers.twilio.own(offer["number"], {})  # it was bought after all: only the answer was lost
    scope = Scope(owner.company.id)
    await buying.look(house.hub, scope, {"number": row["id"]})
    assert (await owner.does("GET", f"phone-numbers/{row['id']}"))["state"] == "ready"
    assert next(iter(carriers.twilio.numbers.values()))["voice_url"] == f"{await owner.hook()}/call", (
        "and it leads here"
    )

    # one that was not bought is forgotten, once that is certain
    other = (await owner.does("GET", "phone-numbers/search?contains=0002"))["offers"][0]["offer"]
    carriers.twilio.next = [(502, 0, "")]
    await owner.ask("POST", "phone-numbers", offer=other)
    row = (await owner.does("GET", "phone-numbers"))["numbers"][1]
    await buying.look(house.hub, scope, {"number": row["id"], "looks": 60})
    assert await house.hub.store.get(scope, PHONE_NUMBERS, row["id"]) is None
    assert (await owner.does("POST", "phone-numbers", offer=other))["state"] == "ready"


async def test_an_order_that_takes_its_time_becomes_ready_by_itself(owner, carriers, house):
    await owner.connects(carriers, "telnyx")
    carriers.telnyx.slow = True
    bought = await owner.buys()
    assert bought["state"] == "pending"
    next(iter(carriers.telnyx.numbers.values()))["status"] = "active"
    await buying.look(house.hub, Scope(owner.company.id), {"number": bought["id"]})
    assert (await owner.does("GET", f"phone-numbers/{bought['id']}"))["state"] == "ready"


@pytest.mark.parametrize("provider", ["twilio", "telnyx"])
async def test_a_number_that_the_account_has_already_is_taken_over(owner, carriers, provider):
    await owner.connects(carriers, provider)
    api: Any = getattr(carriers, provider)
    api.own("+48221239999", **({"form": {}} if provider == "twilio" else {}))
    assert [each["number"] for each in (await owner.does("GET", "phone-account/numbers"))["numbers"]] == [
        "+48221239999"
    ]
    taken = await owner.does("POST", "phone-numbers/take", phone="+48 22 123 99 99")
    assert (taken["number"], taken["state"], taken["monthly"]) == ("+48221239999", "ready", None)
    assert (await owner.does("GET", "phone-account/numbers"))["numbers"] == []
    assert (await owner.ask("POST", "phone-numbers/take", phone="+48221110000"))[0] == 404
    assert (await owner.ask("POST", "phone-numbers/take", phone="hotline"))[1]["details"]["reason"] == "number_shape"


@both_engines
async def test_two_who_press_the_button_at_once_buy_one_number(owner, carriers):
    await owner.connects(carriers, "twilio")
    offer = (await owner.does("GET", "phone-numbers/search?contains=0001"))["offers"][0]["offer"]
    answers = await asyncio.gather(*(owner.ask("POST", "phone-numbers", offer=offer) for _ in range(4)))
    assert sorted(status for status, _ in answers) == [201, 409, 409, 409]
    assert len(carriers.twilio.numbers) == 1


async def test_offers_and_numbers_of_another_tenant_are_none(owner, carriers, globex, house):
    await owner.connects(carriers, "twilio")
    number = await owner.buys()
    offer = (await owner.does("GET", "phone-numbers/search?contains=0002"))["offers"][0]["offer"]
    gus = Owner(globex)
    assert (await gus.ask("POST", "phone-numbers", offer=offer))[0] == 404, "Globex has no provider"
    await gus.connects(carriers, "twilio")
    for bad in (offer, offer[:-1], "x", "", f"{offer.partition('.')[0]}.", "….…"):
        status, answer = await gus.ask("POST", "phone-numbers", offer=bad)
        assert (status, answer["details"]["reason"]) == (400, "phone_offer")
    for method in ("GET", "PATCH", "DELETE"):
        assert (await gus.ask(method, f"phone-numbers/{number['id']}"))[0] == 404
    assert len(carriers.twilio.numbers) == 1


async def test_disconnecting_forgets_the_numbers_and_what_comes_to_their_address(owner, carriers):
    await owner.connects(carriers, "twilio")
    number, hook = await owner.buys(), await owner.hook()
    status, answer = await owner.ask(
        "PUT",
        "phone-account",
        provider="telnyx",
        country="PL",
        secret=carriers.telnyx.secret,
        public_key=carriers.telnyx.public,
    )
    assert (status, answer["details"]["reason"]) == (400, "phone_connected"), "numbers of one don't work with another"
    await owner.does("DELETE", "phone-account")
    assert (await owner.ask("GET", f"phone-numbers/{number['id']}"))[0] == 404
    assert (await carriers.twilio_sends(f"{hook}/call", CallSid="CA1", From="+48601", To=number["number"]))[0] == 404
    assert carriers.twilio.numbers, "at the provider they stay"
    await owner.connects(carriers, "twilio")
    assert (await owner.does("POST", "phone-numbers/take", phone=number["number"]))["state"] == "ready"
