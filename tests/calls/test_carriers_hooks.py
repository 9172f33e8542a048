"""What a phone provider sends is believed only where its signature holds, taken once, and never leads us to fetch anything."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from nacl.signing import SigningKey
from twilio.request_validator import RequestValidator

from hub.calls.carriers import calling
from hub.calls.carriers.carrier import Connect
from hub.calls.carriers.desk import Desk
from hub.calls.carriers.facts import Digits, IncomingCall, RecordingReady, SmsCame
from hub.calls.carriers.signing import telnyx_holds, twilio_holds
from hub.calls.collections import PHONE_HOOKS, PHONE_LEGS
from hub.core.errors import CarrierRefused
from storage.engine import Batch, Scope
from tests.calls.conftest import Owner, both_engines
from tests.support.carriers import trap
from tests.support.house import eventually

pytestmark = pytest.mark.annex("P6")
STREAM = "wss://hub.example/media/1"


class Desks:
    """Stands where the state machine will: takes calls with a stream, and remembers what it hears."""

    def __init__(self, house: Any) -> None:
        self.rang: list[Any] = []
        self.heard: list[Any] = []
        desk = house.hub.part(Desk)
        desk.asked, desk.listeners = self.asked, [self.hears]

    async def asked(self, hub: Any, scope: Any, ringing: Any) -> Connect:
        self.rang.append(ringing)
        return Connect(STREAM, {"call": "<&\"'>"})

    async def hears(self, hub: Any, scope: Any, leg: Any, fact: Any) -> None:
        self.heard.append(fact)


async def traces(owner: Owner) -> tuple[int, int]:
    """Return how many hooks and legs the store knows."""
    store, scope = owner.house.hub.store, Scope(owner.company.id)
    return await store.count(scope, PHONE_HOOKS, scan=True), await store.count(scope, PHONE_LEGS, scan=True)


@both_engines
async def test_twilio_rings_the_desk_once_and_is_answered_with_a_stream(owner, carriers, house):
    desks = Desks(house)
    await owner.connects(carriers, "twilio")
    number, hook = await owner.buys(), await owner.hook()
    rings = {
        "CallSid": "CA1",
        "From": "+48601111222",
        "To": number["number"],
        "CallStatus": "ringing",
        "Direction": "inbound",
    }
    status, answer = await carriers.twilio_sends(f"{hook}/call", **rings)
    assert status == 200 and f'<Connect><Stream url="{STREAM}">' in answer
    assert "&lt;&amp;" in answer, "our own words are escaped"
    assert [(each.call, each.number["id"]) for each in desks.rang] == [
        (IncomingCall("CA1", "+48601111222", number["number"]), number["id"])
    ]
    assert await traces(owner) == (1, 1)

    # the same again, by somebody who overheard it: nothing rings, and they do not learn where the sound goes
    assert await carriers.twilio_sends(f"{hook}/call", **rings) == (200, "")
    assert len(desks.rang) == 1 and await traces(owner) == (1, 1)

    await carriers.twilio_sends(f"{hook}/digits", CallSid="CA1", Digits="42")
    await carriers.twilio_sends(f"{hook}/status", CallSid="CA1", CallStatus="completed", CallDuration="61")
    await eventually(lambda: Digits("CA1", "42") in desks.heard)
    leg = (await house.hub.store.find(Scope(owner.company.id), PHONE_LEGS, scan=True)).items[0]
    assert (leg["state"], leg["seconds"], leg["direction"]) == ("over", 61, "in")
    used = (await owner.does("GET", "phone-account"))["account"]["used"]
    assert (used["calls"], used["minutes"], used["minutes_today"]) == (1, 2, 2)


@both_engines
async def test_telnyx_rings_the_desk_once_and_is_answered_by_a_command(owner, carriers, house):
    desks = Desks(house)
    await owner.connects(carriers, "telnyx")
    number, hook = await owner.buys(), await owner.hook()
    rings = {"call_control_id": "v3:1", "direction": "incoming", "from": "anonymous", "to": number["number"]}
    assert await carriers.telnyx_sends(f"{hook}/event", "call.initiated", rings, id="e1") == (200, "")
    call, command, body = carriers.telnyx.commands[0]
    assert (call, command, body["stream_bidirectional_mode"]) == ("v3:1", "answer", "rtp")
    assert body["stream_url"] == f"{STREAM}?call=%3C%26%22%27%3E", "our own words are escaped"
    assert desks.rang[0].call.from_ == "", "who hides the number has none"

    # Telnyx sends again what it believes lost, signed anew: it is answered, and does nothing
    assert await carriers.telnyx_sends(f"{hook}/event", "call.initiated", rings, id="e1") == (200, "")
    assert len(desks.rang) == len(carriers.telnyx.commands) == 1

    await carriers.telnyx_sends(f"{hook}/event", "call.answered", {"call_control_id": "v3:1"})
    await carriers.telnyx_sends(
        f"{hook}/event", "call.hangup", {"call_control_id": "v3:1", "hangup_cause": "normal_clearing"}
    )
    cost = {"call_control_id": "v3:1", "total_cost": "0.0130", "cost_parts": [{"currency": "USD", "cost": "0.0130"}]}
    await carriers.telnyx_sends(f"{hook}/event", "call.cost", cost, id="c1")
    await carriers.telnyx_sends(f"{hook}/event", "call.cost", cost, id="c1")
    used = (await owner.does("GET", "phone-account"))["account"]["used"]
    assert (used["calls"], used["costs"]) == (1, [{"amount": "2.513", "currency": "USD"}]), (
        "the order and the call, each once"
    )


@both_engines
async def test_old_keys_and_calls_are_swept_and_new_ones_stay(owner, carriers, house):
    Desks(house)
    await owner.connects(carriers, "twilio")
    number, hook = await owner.buys(), await owner.hook()
    store, scope = house.hub.store, Scope(owner.company.id)
    long_ago = house.hub.clock.now() - 91 * 86_400_000
    batch = Batch(scope)
    for id in (1_001, 1_002):
        batch.claim("phone.hook", f"old{id}", 1)
        batch.claim("phone.leg", f"CAold{id}", id)
        batch.insert(PHONE_HOOKS, {"id": id, "key": f"old{id}", "at": long_ago})
        leg = {"id": id, "call": f"CAold{id}", "state": "over", "began": long_ago, "answered": None, "number": 1}
        batch.insert(PHONE_LEGS, leg)
    await house.hub.commit(batch)
    rings = {"CallSid": "CA1", "From": "+48601111222", "To": number["number"]}
    await carriers.twilio_sends(f"{hook}/call", **rings)
    assert await traces(owner) == (1, 1)
    assert await store.key(scope, "phone.hook", "old1001") is await store.key(scope, "phone.leg", "CAold1002") is None
    assert await carriers.twilio_sends(f"{hook}/call", **rings) == (200, ""), "what is new is still known"


async def test_as_long_as_nobody_takes_calls_callers_hear_that_it_is_busy(owner, carriers, house):
    await owner.connects(carriers, "twilio")
    number, hook = await owner.buys(), await owner.hook()
    _, answer = await carriers.twilio_sends(f"{hook}/call", CallSid="CA1", From="+48601111222", To=number["number"])
    assert '<Reject reason="busy"/>' in answer
    _, answer = await carriers.twilio_sends(f"{hook}/call", CallSid="CA2", From="+48601111222", To="+48229999999")
    assert '<Reject reason="rejected"/>' in answer, "a number that is not ours here"
    legs = (await house.hub.store.find(Scope(owner.company.id), PHONE_LEGS, scan=True)).items
    assert [each["state"] for each in legs] == ["over"], "and no line stays taken"


async def test_forged_hooks_are_refused_and_leave_no_trace(owner, carriers, globex, house):
    desks = Desks(house)
    await owner.connects(carriers, "twilio")
    number, hook = await owner.buys(), await owner.hook()
    rings = {"CallSid": "CA1", "From": "+48601111222", "To": number["number"]}
    form = urlencode({"AccountSid": carriers.twilio.sid, **rings}).encode()
    plain = {"Content-Type": "application/x-www-form-urlencoded"}
    good = RequestValidator(carriers.twilio.secret)
    moved = good.compute_signature("https://evil.example/call", {"AccountSid": carriers.twilio.sid, **rings})
    right = good.compute_signature(f"{hook}/call", {"AccountSid": carriers.twilio.sid, **rings})
    hashed = f"{hook}/call?bodySHA256={'0' * 64}"
    for address, body, headers in (
        (f"{hook}/call", form, plain),
        (f"{hook}/call", form, plain | {"X-Twilio-Signature": ""}),
        (f"{hook}/call", form, plain | {"X-Twilio-Signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}),
        (f"{hook}/call", form, plain | {"X-Twilio-Signature": moved}),
        (f"{hook}/call", form + b"&From=%2B48999", plain | {"X-Twilio-Signature": right}),
        (f"{hook}/sms", form, plain | {"X-Twilio-Signature": right}),
        (hashed, form, plain | {"X-Twilio-Signature": good.compute_signature(hashed, {})}),
        (f"{hook}/call", b"&".join([b"a=1"] * 400), plain | {"X-Twilio-Signature": "x"}),
        (f"{hook}/call", b"\xff\x00{", {"X-Twilio-Signature": "é"}),
    ):  # fmt: skip
        assert (await carriers.deliver(address, body, headers))[0] == 403, (address, headers)
    assert (await carriers.twilio_sends(f"{hook}/call", secret="another-token", **rings))[0] == 403
    assert (await carriers.deliver(f"{hook}/call", b"x" * 70_000, plain))[0] == 400

    # a token that is wrong, of another tenant, or of another provider: there is no such place
    gus = Owner(globex)
    await gus.connects(carriers, "telnyx")
    theirs = (await gus.hook()).rpartition("-")[2]
    for address in (
        hook.replace("/twilio/", "/telnyx/") + "/event", f"{hook[:-1]}x/call", f"{hook.rpartition('-')[0]}-{theirs}/call",
        f"https://hub.example/phone/twilio/99999-{theirs}/call", f"https://hub.example/phone/smoke/{hook.rpartition('/')[2]}/call",
    ):  # fmt: skip
        assert (await carriers.twilio_sends(address, **rings))[0] == 404, address
    other = {"AccountSid": "AC" + "1" * 32}
    assert await carriers.twilio_sends(f"{hook}/call", **rings | other) == (200, ""), (
        "of another account it says nothing to us"
    )
    assert await traces(owner) == (0, 0) and desks.rang == []

    # and Telnyx' to Globex
    address = f"{await gus.hook()}/event"
    payload = {"call_control_id": "v3:1", "direction": "incoming", "from": "+48601", "to": number["number"]}
    assert (await carriers.telnyx_sends(address, "call.initiated", payload, key=SigningKey.generate()))[0] == 403
    assert (await carriers.telnyx_sends(address, "call.initiated", payload, late=301))[0] == 403
    assert (await carriers.telnyx_sends(address, "call.initiated", payload, late=-302))[0] == 403
    body, headers = carriers.telnyx.event("call.initiated", payload)
    assert (await carriers.deliver(address, body + b" ", headers))[0] == 403
    for name, value in (("telnyx-timestamp", "1e9"), ("telnyx-timestamp", ""), ("telnyx-signature-ed25519", "%%%")):
        assert (await carriers.deliver(address, body, headers | {name: value}))[0] == 403
    assert (await carriers.telnyx_sends(address, "call.initiated", payload))[0] == 200
    assert await traces(gus) == (0, 0) and desks.rang == [], "the number it names is Acme's, and not Globex'"


async def test_no_address_in_a_hook_is_ever_fetched_and_recordings_come_from_the_provider_alone(owner, carriers, house):
    desks = Desks(house)
    scope = Scope(owner.company.id)
    async with trap() as (evil, asked):
        await owner.connects(carriers, "twilio")
        number, hook = await owner.buys(), await owner.hook()
        sms = {"MessageSid": "SM1", "From": "+48601111222", "To": number["number"], "Body": "Hello", "NumMedia": "1"}
        sms |= {"MediaUrl0": f"{evil}/secret", "MediaContentType0": "image/png"}
        unsigned = urlencode(sms).encode()
        plain = {"Content-Type": "application/x-www-form-urlencoded"}
        assert (await carriers.deliver(f"{hook}/sms", unsigned, plain))[0] == 403
        assert (await carriers.twilio_sends(f"{hook}/sms", **sms))[0] == 200
        recorded = {
            "CallSid": "CA1",
            "RecordingSid": "RE1",
            "RecordingUrl": f"{evil}/r",
            "RecordingStatus": "completed",
        }
        assert (await carriers.twilio_sends(f"{hook}/recording", **recorded))[0] == 200
        came = SmsCame("SM1", "+48601111222", number["number"], "Hello", 1)
        await eventually(lambda: {came, RecordingReady("RE1", "CA1")} <= set(desks.heard))

        assert (await calling.fetch_recording(house.hub, scope, "RE1")).startswith(b"RIFF")
        assert (await calling.fetch_recording(house.hub, scope, "../../x?y")).startswith(b"RIFF"), "a name is no way"
        assert carriers.twilio.asked[-1][1].endswith("/Recordings/..%2F..%2Fx%3Fy.wav")
        from aiohttp import web

        for where in (f"{evil}/r", "http://169.254.169.254/latest", "https://api.twilio.com.evil.example/x"):
            carriers.twilio.recording = web.Response(status=302, headers={"Location": where})
            with pytest.raises(CarrierRefused, match="another host"):
                await calling.fetch_recording(house.hub, scope, "RE1")

        gus = await house.application("Globex", "gus@globex.example")
        company = Owner(type(owner.company)(house, gus))
        await company.connects(carriers, "telnyx")
        assert (await calling.fetch_recording(house.hub, Scope(company.company.id), "r1")).startswith(b"RIFF")
        for where in (
            f"{evil}/r",
            "http://127.0.0.1/r",
            "https://s3.amazonaws.com/anybodys/r.wav",
            "https://evil.example/telnyx.com/r",
        ):
            carriers.telnyx.recording_at = where
            with pytest.raises(CarrierRefused, match="another host"):
                await calling.fetch_recording(house.hub, Scope(company.company.id), "r1")
        assert asked == [], "nobody was led anywhere"


def test_our_signatures_are_the_libraries_own():
    secret, body = "0123456789abcdef", json.dumps({"żółć": 1}).encode()
    validator = RequestValidator(secret)
    form = {"From": "+48601", "Body": "zażółć & = %", "To": "+4822", "Empty": ""}
    for address in ("https://hub.example/phone/x?a=1&b=%20", "https://hub.example:8443/x", "http://hub.example/x"):
        signature = validator.compute_signature(address, form)
        assert twilio_holds(secret, address, form.items(), b"", signature) and validator.validate(
            address, form, signature
        )
        assert not twilio_holds(secret, address + "1", form.items(), b"", signature)
    with_port = validator.compute_signature("https://hub.example:443/x", form)
    assert twilio_holds(secret, "https://hub.example/x", form.items(), b"", with_port), "Twilio may sign with the port"
    hashed = f"https://hub.example/x?bodySHA256={hashlib.sha256(body).hexdigest()}"
    signature = validator.compute_signature(hashed, {})
    assert twilio_holds(secret, hashed, (), body, signature) and validator.validate(hashed, body.decode(), signature)
    assert not twilio_holds(secret, hashed, (), body + b" ", signature)

    key = SigningKey.generate()
    public, now = base64.b64encode(bytes(key.verify_key)).decode(), 1_796_040_000_000
    at = str(now // 1000)
    signature = base64.b64encode(key.sign(f"{at}|".encode() + body).signature).decode()
    assert telnyx_holds(public, at, body, signature, now + 300_000)
    assert not telnyx_holds(public, at, body, signature, now + 301_000)
    assert not telnyx_holds(public, at, body + b" ", signature, now)
