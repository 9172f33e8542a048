"""Over Acme's trunk a real phone calls agents and is called by them: a call like any other, with sound both ways (P5, P4)."""

from __future__ import annotations

import asyncio
import struct
import urllib.error
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiortc.codecs import CODECS
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.rtp import RtpPacket

from hub.calls import watching
from hub.calls.phone import arriving, bridge, minutes
from hub.calls.phone.keys import pass_on
from hub.calls.phone.numbers import international, prefix_of
from hub.calls.phone.trunks import Trunks
from tests.calls.test_recording import ADA, Device, kept, kill_worker, sound
from tests.live.test_availability import ask
from tests.live.test_calls import SDP, agent_id, leg, starts, takes_calls
from tests.live.test_identity import signed
from tests.support.baresip import Phone, a_phone
from tests.support.house import open_house
from tests.support.sipp import HASTY
from tests.support.tones import PATIENCE, heard_in

pytestmark = pytest.mark.annex("P5", "P4")
HOTLINE, VERAS = "+48221000000", "+48600100200"
HUM, OTHER = 600, 1600


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Any]:
    """A house that may reach the provider on this machine, with media workers that take calls on a busy machine, too."""
    at_ease = {"media_cpu": 1000.0, "media_lag": 5000.0, "fetch_allow": "127.0.0.1"}
    async with open_house(tmp_path / "house", presence_grace=0.2, **at_ease) as house:
        yield house


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[Phone]:
    """Vera's phone, which is the provider, too."""
    (folder := tmp_path / "phone").mkdir()
    async with a_phone(folder, VERAS, HUM) as phone:
        yield phone


async def a_line(ada: Any, phone: Phone, **more: Any) -> dict[str, Any]:
    """Acme adds a trunk to the provider; return it once it is up."""
    line = await ask(
        ada, "POST", "phone-lines", name="Office", host="127.0.0.1", port=phone.port, user="acme", password="tulip-4711",
        numbers=[{"number": HOTLINE}], countries=["PL"], keeps="nothing", **more,
    )  # fmt: skip
    async with asyncio.timeout(PATIENCE):
        while (found := (await ask(ada, "GET", "phone-lines"))["lines"][0])["state"]["phase"] != "up":
            await asyncio.sleep(0.05)
    assert found["id"] == line["id"] and "tulip-4711" not in str(found)
    return dict(found)


async def dials(acme: Any, phone: Phone, line: dict[str, Any]) -> None:
    port = acme.house.hub.part(Trunks).trunk(line["id"]).local[1]
    await phone.do("dial", f"sip:{HOTLINE}@127.0.0.1:{port}")


async def test_vera_calls_from_her_phone_ada_answers_in_the_browser_and_each_hears_the_other(acme, phone):
    ada = await takes_calls(acme)
    line = await a_line(ada, phone)
    contacts = set()
    for _ in range(2):  # her number is known the second time
        ada.forget()
        await dials(acme, phone, line)
        ringing = await ada.hears("call.ringing", within=PATIENCE, direction="in")
        contacts.add(ringing["contact"]["id"])
        await phone.tells("CALL_RINGING")
        desk = Device(ada, ADA)
        taken = (await ada.call("call.accept", call=ringing["id"], leg=desk.leg))["call"]
        assert (taken["state"], taken["route"]) == ("talking", "server")
        await desk.offers(ringing["id"])
        await desk.peer.ear.hears(HUM, of=(ADA,))
        await phone.hears(ADA, of=(HUM,))
        await phone.do("hangup")
        assert (await ada.hears("call.ended", within=PATIENCE, id=ringing["id"]))["reason"] == "hung_up"
        await desk.peer.close()
        phone.forget()
    (contact,) = contacts
    assert (await ask(ada, "GET", f"contacts/{contact}"))["phone_number"] == VERAS


async def test_ada_calls_vera_s_phone_from_her_profile_and_hangs_up(acme, phone):
    ada = await takes_calls(acme)
    await a_line(ada, phone)
    desk = Device(ada, ADA)
    call = (await starts(ada, desk.leg, to={"kind": "phone", "number": "600 100 200"}))["call"]
    assert (call["state"], call["direction"], call["route"]) == ("ringing", "out", "server")
    await ada.hears("call.accepted", within=PATIENCE, id=call["id"])
    await desk.offers(call["id"])
    await desk.peer.ear.hears(HUM, of=(ADA,))
    await phone.hears(ADA, of=(HUM,))
    room = f"{acme.id}-{call['id']}"  # what the worker tells when a browser presses a key (tests/media)
    for key in ("7", "#"):
        await pass_on(acme.house.hub, {"type": "leg.dtmf", "room": room, "leg": desk.leg, "digit": key})
        await phone.tells("CALL_DTMF_START", param=key)
    await pass_on(acme.house.hub, {"type": "leg.dtmf", "room": room, "leg": "another-leg", "digit": "9"})
    await ada.call("call.hangup", call=call["id"])
    await phone.tells("CALL_CLOSED")
    assert not [each for each in phone.says if each.get("type") == "CALL_DTMF_START" and each["param"] == "9"]
    await desk.peer.close()
    timeline = (await ask(ada, "GET", f"calls/{call['id']}"))["history"]
    assert [each["what"] for each in timeline] == ["began", "accepted", "ended"]


async def test_a_key_that_ada_presses_in_her_browser_is_heard_by_the_phone(acme, phone, monkeypatch):
    events = RTCRtpCodecParameters(mimeType="audio/telephone-event", clockRate=48000, channels=1, payloadType=110)
    monkeypatch.setitem(CODECS, "audio", [*CODECS["audio"], events])
    ada = await takes_calls(acme)
    await a_line(ada, phone)
    desk = Device(ada, ADA)
    call = (await starts(ada, desk.leg, to={"kind": "phone", "number": "600 100 200"}))["call"]["id"]
    await ada.hears("call.accepted", within=PATIENCE, id=call)
    await desk.offers(call)
    await desk.peer.ear.hears(HUM, of=(ADA,))
    await phone.hears(ADA, of=(HUM,))
    sender = desk.peer.pc.getSenders()[0]
    for number in range(6):  # one press, said as often as browsers do
        packet = RtpPacket(payload_type=110, sequence_number=number, timestamp=9_600)
        packet.ssrc, packet.payload = 77, struct.pack("!BBH", 4, 10 | (number > 2) << 7, 960)
        await sender.transport._send_rtp(bytes(packet.serialize()))
    await phone.tells("CALL_DTMF_START", param="4")
    await phone.hears(ADA, of=(HUM,))  # and goes on hearing Ada
    assert len([each for each in phone.says if each.get("type") == "CALL_DTMF_START"]) == 1
    await ada.call("call.hangup", call=call)
    await phone.tells("CALL_CLOSED")
    await desk.peer.close()


async def test_a_number_of_a_group_rings_that_group_alone_from_the_next_call_on(acme, phone, monkeypatch):
    ada, ben = await takes_calls(acme), await acme.agent("ben@acme.example")
    line = await a_line(ada, phone)
    group = await ask(ada, "POST", "groups", name="Night", agents=[agent_id(ben)])
    numbers = [{"number": HOTLINE, "group": group["id"]}]
    monkeypatch.setattr(acme.house.hub.part(Trunks), "_look", lambda line: None)  # no word of it needs to come
    await ask(ada, "PATCH", f"phone-lines/{line['id']}", numbers=numbers)
    await dials(acme, phone, line)
    assert (await ben.hears("call.ringing", within=PATIENCE, direction="in"))["rings"] == [agent_id(ben)]
    await asyncio.sleep(0.3)
    assert ada.events("call.ringing") == []


async def test_a_call_from_her_number_is_none_of_what_olga_s_browser_sees_and_keeps_her_from_nothing(acme, phone):
    ada = await takes_calls(acme)
    line = await a_line(ada, phone)
    olga = await acme.visitor(identity=signed(acme, "u-1"))
    contact = olga.session["contact"]["id"]
    await ask(ada, "PATCH", f"contacts/{contact}", attributes={"phone_number": VERAS})
    await dials(acme, phone, line)
    ringing = await ada.hears("call.ringing", within=PATIENCE, direction="in")
    call, known = ringing["id"], ringing["legs"]["contact"]
    assert ringing["contact"]["id"] == contact, "her number, which proves nobody"

    again = await acme.visitor(identity=signed(acme, "u-1"))
    assert again.session["calls"] == []
    way = {"candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host", "sdpMid": "0", "sdpMLineIndex": 0}
    for verb, more in (
        ("accept", {"leg": known}), ("rejoin", {"leg": known}), ("rejoin", {"leg": known, "here": True}), ("decline", {}),
        ("hold", {}), ("resume", {}), ("mute", {"on": True}), ("hangup", {}), ("offer", {"leg": known, "sdp": SDP}),
        ("answer", {"leg": known, "sdp": SDP}), ("candidate", {"leg": known, "candidate": way}),
    ):  # fmt: skip
        assert await again.refused(f"call.{verb}", call=call, **more) == "not_found", verb

    own = (await starts(again, leg("olga")))["call"]
    assert own["id"] != call and own["state"] == "ringing", "she calls from her browser meanwhile"
    await phone.do("hangup")
    assert (await ada.hears("call.ended", within=PATIENCE, id=call))["reason"] == "cancelled"
    third = await acme.visitor(identity=signed(acme, "u-1"))
    assert [each["id"] for each in third.session["calls"]] == [own["id"]]
    heard = {
        each["id"] for who in (olga, again, third) for each in (*who.events("call.ringing"), *who.events("call.ended"))
    }
    assert call not in heard
    await again.call("call.hangup", call=own["id"])

    phone.forget()  # and whoever is on the phone is called in the browser
    ada.forget()
    await dials(acme, phone, line)
    ringing = await ada.hears("call.ringing", within=PATIENCE, direction="in")
    ben = await acme.agent("ben@acme.example")
    assert (await starts(ben, leg("ben"), to={"kind": "contact", "id": contact}))["call"]["state"] == "ringing"


async def test_where_all_media_workers_are_full_the_phone_hears_busy_and_the_call_was_missed(acme, phone, monkeypatch):
    async def full(*_: Any) -> None:
        return None

    ada = await takes_calls(acme)
    line = await a_line(ada, phone)
    monkeypatch.setattr(arriving, "open_room", full)
    await dials(acme, phone, line)
    assert (await phone.tells("CALL_CLOSED"))["param"].startswith("486")
    (missed,) = (await ask(ada, "GET", "calls?missed=true"))["calls"]
    assert (missed["reason"], missed["phone"]) == ("nobody", True)
    assert (await ask(ada, "GET", f"contacts/{missed['contact']['id']}"))["phone_number"] == VERAS


async def test_a_call_that_finds_all_lines_of_the_trunk_taken_was_missed(acme, phone):
    ada = await takes_calls(acme)
    line = await a_line(ada, phone, lines=1)
    await dials(acme, phone, line)
    first = (await ada.hears("call.ringing", within=PATIENCE, direction="in"))["id"]
    await phone.tells("CALL_RINGING")
    await dials(acme, phone, line)
    assert (await phone.tells("CALL_CLOSED"))["param"].startswith("486")
    async with asyncio.timeout(PATIENCE):
        while not (missed := (await ask(ada, "GET", "calls?missed=true"))["calls"]):
            await asyncio.sleep(0.05)
    assert [(each["id"] != first, each["reason"], each["phone"]) for each in missed] == [(True, "nobody", True)]
    assert (await ask(ada, "GET", f"calls/{first}"))["state"] == "ringing", "the other one rings on"


async def test_with_the_minutes_of_the_day_a_call_ends_and_none_begins_until_the_limit_is_raised(
    acme, phone, monkeypatch
):
    monkeypatch.setattr(minutes, "MINUTE", 2)  # seconds
    ada = await takes_calls(acme)
    line = await a_line(ada, phone, minutes_a_day=1)
    await dials(acme, phone, line)
    call = (await ada.hears("call.ringing", within=PATIENCE, direction="in"))["id"]
    await ada.call("call.accept", call=call, leg=leg("ada"))
    await phone.tells("CALL_ESTABLISHED")
    ended = await ada.hears("call.ended", within=PATIENCE, id=call)
    assert (ended["reason"], ended["history"][-1].get("by")) == ("hung_up", None)
    await phone.tells("CALL_CLOSED")

    async with asyncio.timeout(PATIENCE):  # the trunk writes down at once that nothing is left
        while not (await ask(ada, "GET", "phone-lines"))["lines"][0]["minutes_today"]:
            await asyncio.sleep(0.05)
    out = {"client_id": "out", "leg": leg("out"), "to": {"kind": "phone", "number": VERAS}}
    refused = await ada.ack("call.start", out)
    assert (refused["error"]["code"], refused["error"]["details"]) == (
        "forbidden",
        {"reason": "phone_minutes", "most": 1},
    )
    phone.forget()
    await dials(acme, phone, line)
    assert (await phone.tells("CALL_CLOSED"))["param"].startswith("486")
    async with asyncio.timeout(PATIENCE):
        while [each["reason"] for each in (await ask(ada, "GET", "calls?missed=true"))["calls"]] != ["nobody"]:
            await asyncio.sleep(0.05)

    # The trunk goes on as it is: it is not opened anew for its limit.
    monkeypatch.setattr(acme.house.hub.part(Trunks), "_look", lambda line: None)  # no word of it needs to come
    await ask(ada, "PATCH", f"phone-lines/{line['id']}", minutes_a_day=0)
    ada.forget()
    phone.forget()
    await dials(acme, phone, line)
    await ada.hears("call.ringing", within=PATIENCE, direction="in")


@pytest.mark.parametrize("talks", [True, False])
async def test_a_call_that_nobody_looks_after_any_more_ends_on_both_sides(acme, phone, monkeypatch, talks):
    async def fails(*_: Any) -> None:
        raise RuntimeError("nobody foresaw this")

    ada = await takes_calls(acme)
    await dials(acme, phone, await a_line(ada, phone))
    call = (await ada.hears("call.ringing", within=PATIENCE, direction="in"))["id"]
    if talks:
        await ada.call("call.accept", call=call, leg=leg("ada"))
        await phone.tells("CALL_ESTABLISHED")
    monkeypatch.setattr(bridge.Bridge, "_follow", fails)
    assert (await ada.hears("call.ended", within=PATIENCE, id=call))["reason"] == "lost"
    await phone.tells("CALL_CLOSED")
    assert any("nobody foresaw this" in each for each in acme.house.log.tracebacks)


async def test_a_media_worker_that_is_killed_is_replaced_and_the_phone_follows(acme, phone, monkeypatch):
    monkeypatch.setattr(watching, "OFTEN", 300)
    ada = await takes_calls(acme)
    await dials(acme, phone, await a_line(ada, phone))
    call = (await ada.hears("call.ringing", within=PATIENCE, direction="in"))["id"]
    desk = Device(ada, ADA)
    taken = (await ada.call("call.accept", call=call, leg=desk.leg))["call"]
    await desk.offers(call)
    await phone.hears(ADA, of=(HUM,))
    kill_worker(acme.house)
    await ada.hears("call.changed", within=PATIENCE, id=call, via=taken["via"] + 1)
    await desk.anew(call)
    await desk.peer.ear.hears(HUM, of=(ADA,))
    desk.peer.tone.pitch = OTHER  # what the phone hears now, it hears by the new worker
    await phone.hears(OTHER, of=(HUM, ADA))
    await phone.do("hold")
    assert (await ada.hears("call.changed", within=PATIENCE, id=call, held=["contact"]))["state"] == "talking"
    await ada.call("call.hangup", call=call)
    await phone.tells("CALL_CLOSED")
    await desk.peer.close()


async def test_a_trunk_that_is_named_anew_keeps_its_calls_and_one_that_is_opened_anew_ends_them(acme, phone):
    ada = await takes_calls(acme)
    line = await a_line(ada, phone)
    await dials(acme, phone, line)
    call = (await ada.hears("call.ringing", within=PATIENCE, direction="in"))["id"]
    desk = Device(ada, ADA)
    await ada.call("call.accept", call=call, leg=desk.leg)
    await desk.offers(call)
    await phone.hears(ADA, of=(HUM,))
    trunk = acme.house.hub.part(Trunks).trunk(line["id"])
    group = (await ask(ada, "POST", "groups", name="Night"))["id"]
    named = await ask(
        ada, "PATCH", f"phone-lines/{line['id']}", name="Night shift", numbers=[{"number": HOTLINE, "group": group}]
    )
    assert (named["name"], named["state"]["phase"]) == ("Night shift", "up")
    desk.peer.tone.pitch = OTHER
    await phone.hears(OTHER, of=(HUM, ADA))
    assert acme.house.hub.part(Trunks).trunk(line["id"]) is trunk and ada.events("call.ended") == []
    await ask(ada, "PATCH", f"phone-lines/{line['id']}", guard="another-4711")
    assert (await ada.hears("call.ended", within=PATIENCE, id=call))["id"] == call
    await phone.tells("CALL_CLOSED")
    await desk.peer.close()


async def test_a_phone_that_is_gone_without_a_word_is_noticed(acme, phone, monkeypatch):
    monkeypatch.setattr(bridge, "_CHECK", 0.0)
    monkeypatch.setattr(bridge, "_LOOK", 0.2)
    ada = await takes_calls(acme)
    line = await a_line(ada, phone)
    trunk = acme.house.hub.part(Trunks).trunk(line["id"])
    trunk.transactions.timers = HASTY
    await dials(acme, phone, line)
    call = (await ada.hears("call.ringing", within=PATIENCE, direction="in"))["id"]
    await ada.call("call.accept", call=call, leg=leg("ada"))
    await phone.tells("CALL_ESTABLISHED")
    await asyncio.sleep(1)  # it is asked, and says that it is there
    assert ada.events("call.ended") == []
    phone.kill()
    assert (await ada.hears("call.ended", within=PATIENCE, id=call))["reason"] == "lost"


async def test_where_nobody_takes_it_vera_speaks_onto_the_tape(acme, phone):
    ada = await takes_calls(acme, message=True)
    await dials(acme, phone, await a_line(ada, phone))
    call = (await ada.hears("call.ringing", within=PATIENCE, direction="in"))["id"]
    await ada.call("call.decline", call=call)
    await phone.tells("CALL_ESTABLISHED")
    await asyncio.sleep(1)  # of speech
    await phone.do("hangup")
    (recording,) = await kept(ada, call)
    assert (await ask(ada, "GET", f"calls/{call}"))["reason"] == "message"
    assert heard_in((await sound(acme, recording["urls"]["contact"]))[-30_000:-8_000], (HUM, ADA)) == {HUM}


async def test_a_trunk_to_the_network_behind_the_server_is_never_opened(acme):
    ada = await takes_calls(acme)
    body = {"name": "Evil", "host": "127.0.0.9", "numbers": [{"number": HOTLINE}], "countries": ["PL"]}
    await ask(ada, "POST", "phone-lines", **body)
    async with asyncio.timeout(PATIENCE):
        while (line := (await ask(ada, "GET", "phone-lines"))["lines"][0])["state"]["phase"] == "waiting":
            await asyncio.sleep(0.05)
    assert line["state"]["phase"] == "down" and "may be reached" in line["state"]["said"]


async def test_vera_hears_that_nobody_takes_her_call_and_ada_sees_it(acme, phone):
    ada = await takes_calls(acme)
    line = await a_line(ada, phone)
    await dials(acme, phone, line)
    ringing = await ada.hears("call.ringing", within=PATIENCE, direction="in")
    await ada.call("call.decline", call=ringing["id"])
    assert (await phone.tells("CALL_CLOSED"))["param"].startswith("603")
    assert (await ask(ada, "GET", f"calls/{ringing['id']}"))["reason"] == "declined"


async def test_where_calls_are_switched_off_a_trunk_brings_none(acme, phone):
    ada = await acme.agent()
    await dials(acme, phone, await a_line(ada, phone))
    assert (await phone.tells("CALL_CLOSED"))["param"].startswith("480")
    assert ada.events("call.ringing") == []


async def test_vera_gives_up_and_nobody_s_device_rings_on(acme, phone):
    ada = await takes_calls(acme)
    line = await a_line(ada, phone)
    await dials(acme, phone, line)
    ringing = await ada.hears("call.ringing", within=PATIENCE, direction="in")
    await phone.do("hangup")
    assert (await ada.hears("call.ended", within=PATIENCE, id=ringing["id"]))["reason"] == "cancelled"


async def test_numbers_that_cost_are_not_called_and_without_a_trunk_none(acme, phone):
    ada = await takes_calls(acme)
    assert (
        await ada.refused("call.start", client_id="a", leg=leg("ada"), to={"kind": "phone", "number": VERAS})
        == "not_found"
    )
    line = await a_line(ada, phone)
    for number, code in (("+4930123456", "forbidden"), ("+48700123456", "forbidden"), ("hello", "invalid_payload")):
        to = {"kind": "phone", "number": number}
        assert await ada.refused("call.start", client_id=f"n{number}", leg=leg("ada"), to=to) == code
    with pytest.raises(urllib.error.HTTPError, match="400"):  # the password is not sent to another host
        await ask(ada, "PATCH", f"phone-lines/{line['id']}", host="127.0.0.2")
    vera = await acme.visitor()
    refused = await vera.refused("call.start", client_id="v", leg=leg("vera"), to={"kind": "phone", "number": VERAS})
    assert refused == "invalid_payload"


@pytest.mark.parametrize(
    ("said", "meant"),
    [("+48600100200", VERAS), ("0048600100200", VERAS), ("48600100200", VERAS), ("600100200", VERAS), ("0600100200", VERAS),
     ("anonymous", ""), ("", ""), ("+49 30 123456", "+4930123456"), ("112", "")],
)  # fmt: skip
def test_a_number_is_read_as_providers_write_it(said, meant):
    assert international(said, prefix_of(HOTLINE)) == meant
