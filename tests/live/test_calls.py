"""Calls: whoever rings, takes, holds, hands over and ends them, there is one call with one end, and nobody else hears of it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import itertools
import json
import urllib.error
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hub.calls import machine, starting, watching
from hub.calls.collections import CALLS
from hub.calls.media.workers import MediaWorkers
from hub.doors.live import lines
from storage.engine import Scope
from tests.conftest import Company
from tests.live.test_availability import ask
from tests.support.cast import Agent, Client, Refused
from tests.support.house import eventually, open_house

pytestmark = pytest.mark.annex("H5", "P4")
_numbers = itertools.count(1)
SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n"


def leg(who: str) -> str:
    return f"{who}-{next(_numbers):08}"


async def starts(who: Client, on: str, **more: Any) -> Any:
    """Somebody calls from a device."""
    return await who.call("call.start", client_id=f"call-{next(_numbers)}", leg=on, **more)


def agent_id(agent: Agent) -> int:
    return int(agent.session["agent"]["id"])


async def takes_calls(acme: Any, **rules: Any) -> Agent:
    """Ada is there, and Acme takes calls."""
    ada = await acme.agent()
    await ask(ada, "PUT", "call-rules", on=True, **rules)
    return ada


async def ask_refused(who: Agent, method: str, path: str, **body: Any) -> Any:
    """Ask the panel's API for what it has to refuse; return the problem."""
    with pytest.raises(urllib.error.HTTPError) as refused:
        await ask(who, method, path, **body)
    return json.loads(refused.value.read())


@pytest.fixture(params=["sqlite", "mongo"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Any]:
    """A house on each engine."""
    engine = {"mongo_url": request.getfixturevalue("mongo_url")} if request.param == "mongo" else {}
    async with open_house(tmp_path / "house", presence_grace=0.2, **engine) as house:
        yield house


async def test_vera_calls_ada_answers_on_one_device_and_they_talk(acme):
    ada = await takes_calls(acme)
    desk, phone = ada, await acme.agent()
    vera = await acme.visitor()
    talk = (await vera.says("May I call you?"))["conversation"]
    veras, adas = leg("vera"), leg("ada")
    call = (await starts(vera, veras, conversation=talk))["call"]
    assert (call["state"], call["direction"], call["conversation"]) == ("ringing", "in", talk)
    for device in (desk, phone):
        ringing = await device.hears("call.ringing", id=call["id"])
        assert ringing["contact"]["id"] == vera.session["contact"]["id"] and ringing["rings"] == [agent_id(ada)]
    assert "contact" not in call or call["contact"] is None, "a visitor learns nothing that they did not say"

    taken = (await desk.call("call.accept", call=call["id"], leg=adas))["call"]
    assert (taken["state"], taken["agent"]["name"], taken["legs"]) == (
        "talking",
        "Ada",
        {"contact": veras, "agent": adas},
    )
    for somebody in (vera, phone):
        assert (await somebody.hears("call.accepted", id=call["id"]))["legs"]["agent"] == adas

    await vera.call("call.offer", call=call["id"], leg=veras, sdp=SDP)
    assert await desk.hears("call.offer", call=call["id"]) == {"call": call["id"], "to": adas, "leg": veras, "sdp": SDP}
    await desk.call("call.answer", call=call["id"], leg=adas, sdp=SDP)
    assert (await vera.hears("call.answer", call=call["id"]))["to"] == veras
    way = {"candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host", "sdpMid": "0", "sdpMLineIndex": 0}
    await vera.call("call.candidate", call=call["id"], leg=veras, candidate=way)
    assert (await desk.hears("call.candidate"))["candidate"]["candidate"] == way["candidate"]
    assert vera.events("call.offer") == [] and vera.events("call.candidate") == [], "nobody hears their own words"

    await vera.call("call.hangup", call=call["id"])
    for somebody in (vera, desk, phone):
        over = await somebody.hears("call.ended", id=call["id"])
        assert (over["reason"], over["state"]) == ("hung_up", "ended")
    history = (await ask(ada, "GET", f"calls/{call['id']}"))["history"]
    assert [each["what"] for each in history] == ["began", "accepted", "ended"]


async def test_of_two_who_answer_at_once_one_has_the_call(acme):
    ada = await takes_calls(acme)
    ben = await acme.agent("ben@acme.example")
    vera = await acme.visitor()
    for _ in range(5):
        call = (await starts(vera, leg("vera")))["call"]["id"]
        answers = await asyncio.gather(
            ada.ack("call.accept", {"call": call, "leg": leg("ada")}),
            ben.ack("call.accept", {"call": call, "leg": leg("ben")}),
        )
        assert sorted(each["ok"] for each in answers) == [False, True]
        refused = next(each["error"] for each in answers if not each["ok"])
        assert (refused["code"], refused["details"]["reason"]) == ("call_over", "call_taken")
        winner = next(each["call"]["agent"]["name"] for each in answers if each["ok"])
        assert refused["details"]["by"] == winner
        await vera.call("call.hangup", call=call)


async def test_an_agent_is_in_one_call_whichever_devices_take_two(acme):
    desk, phone = await takes_calls(acme), await acme.agent()
    for _ in range(5):
        vera, walt = await acme.visitor(), await acme.visitor()
        calls = [(await starts(who, leg("caller")))["call"]["id"] for who in (vera, walt)]
        answers = await asyncio.gather(
            *(
                who.ack("call.accept", {"call": call, "leg": leg("ada")})
                for who, call in zip((desk, phone), calls, strict=True)
            )
        )
        (refused,) = [each for each in answers if not each["ok"]]
        assert refused["error"]["details"]["reason"] == "call_own"
        for who, call in zip((vera, walt), calls, strict=True):
            await who.call("call.hangup", call=call)
    walt = await acme.visitor()
    call = (await starts(walt, leg("walt")))["call"]["id"]
    await phone.call("call.accept", call=call, leg=leg("ada"))
    conversation = (await vera.says("Call me"))["conversation"]
    assert await desk.refused("call.start", client_id="d", leg=leg("ada"), conversation=conversation) == "call_busy"


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
async def test_whoever_listens_to_colleagues_keeps_the_call_of_their_own(quick, acme):
    await acme.house.hub.part(MediaWorkers).warm()
    ada, ben = await takes_calls(acme), await acme.agent("ben@acme.example")
    vera, walt = await acme.visitor(), await acme.visitor()
    own = (await starts(vera, leg("vera"), to={"kind": "agent", "id": agent_id(ada)}))["call"]["id"]
    await ada.call("call.accept", call=own, leg=leg("ada"))
    theirs = (await starts(walt, leg("walt")))["call"]["id"]
    await ben.call("call.accept", call=theirs, leg=leg("ben"))
    await ada.call("call.listen", call=theirs, leg=leg("ear"))
    await asyncio.sleep(4)  # longer than a device may be silent
    assert ada.events("call.ended") == ben.events("call.ended") == []
    assert (await ask(ada, "GET", f"calls/{own}"))["state"] == "talking"


async def test_a_call_to_a_group_rings_the_group_and_one_to_an_agent_nobody_else(acme):
    ada, ben = await takes_calls(acme, assignee_first=False, step=5), await acme.agent("ben@acme.example")
    group = (await ask(ada, "POST", "groups", name="Night", agents=[agent_id(ben)]))["id"]
    vera = await acme.visitor()
    call = (await starts(vera, leg("vera"), to={"kind": "group", "id": group}))["call"]["id"]
    assert (await ben.hears("call.ringing", id=call))["rings"] == [agent_id(ben)]
    await vera.call("call.hangup", call=call)
    call = (await starts(vera, leg("vera"), to={"kind": "agent", "id": agent_id(ada)}))["call"]["id"]
    await ada.hears("call.ringing", id=call)
    await asyncio.sleep(6)  # the step is over, and it rings Ada once more
    assert {tuple(each["rings"]) for each in ada.events("call.ringing") if each["id"] == call} == {(agent_id(ada),)}
    assert [each for each in ben.events("call.ringing") if each["id"] == call] == []
    await ada.call("call.decline", call=call)
    assert (await vera.hears("call.ended", id=call))["reason"] == "declined"


async def test_whoever_calls_each_other_at_once_is_in_one_call(acme):
    ada = await takes_calls(acme)
    vera = await acme.visitor()
    talk = (await vera.says("Hello?"))["conversation"]
    for _ in range(5):
        theirs, mine = await asyncio.gather(
            starts(vera, leg("vera"), conversation=talk), starts(ada, leg("ada"), conversation=talk)
        )
        assert theirs["call"]["id"] == mine["call"]["id"]
        now = await ask(ada, "GET", f"calls/{mine['call']['id']}")
        assert now["state"] == "talking" and set(now["legs"]) == {"contact", "agent"}
        await ada.call("call.hangup", call=now["id"])
        await vera.hears("call.ended", id=now["id"])


@pytest.mark.annex("P5")
async def test_an_agent_calls_somebody_who_never_wrote_in_their_browser(acme):
    ada = await takes_calls(acme)
    vera, walt = await acme.visitor(), await acme.visitor()
    adas, veras = leg("ada"), leg("vera")
    call = (await starts(ada, adas, to={"kind": "contact", "id": vera.session["contact"]["id"]}))["call"]
    assert (call["state"], call["direction"]) == ("ringing", "out")
    ringing = await vera.hears("call.ringing", id=call["id"])
    assert ringing["by"]["name"] == "Ada"
    taken = (await vera.call("call.accept", call=call["id"], leg=veras))["call"]
    assert taken["legs"] == {"contact": veras, "agent": adas}
    assert walt.events("call.ringing") == [] and await walt.refused("call.hangup", call=call["id"]) == "not_found"
    await ada.call("call.hangup", call=call["id"])
    await vera.hears("call.ended", id=call["id"])


async def test_whoever_had_a_call_writes_down_what_came_out_of_it(acme):
    ada = await takes_calls(acme, codes=["Sold", "Call back"])
    vera = await acme.visitor()
    call = (await starts(vera, leg("vera")))["call"]["id"]
    assert (await ask_refused(ada, "PATCH", f"calls/{call}", note="Too early"))["details"]["reason"] == "call_not_now"
    await ada.call("call.accept", call=call, leg=leg("ada"))
    await ada.call("call.hangup", call=call)
    refused = await ask_refused(ada, "PATCH", f"calls/{call}", code="Nonsense")
    assert (refused["code"], refused["details"]["field"]) == ("invalid_payload", "code")
    kept = await ask(ada, "PATCH", f"calls/{call}", code="Sold", note="  A green teapot ")
    assert (kept["wrap_up"]["code"], kept["wrap_up"]["note"], kept["wrap_up"]["by"]["name"]) == (
        "Sold", "A green teapot", "Ada",
    )  # fmt: skip
    await ask(ada, "PUT", "call-rules", on=True, codes=["Call back"])
    kept = await ask(ada, "PATCH", f"calls/{call}", code="Sold", note="Two of them")
    assert kept["wrap_up"]["note"] == "Two of them", "a code that is gone from the list stays where it was chosen"
    told = await vera.hears("call.changed", id=call)
    assert told["wrap_up"] is None and told["history"] == [], "what the team thinks of a call is not for the visitor"
    assert [each["id"] for each in (await ask(ada, "GET", "calls?direction=in"))["calls"]] == [call]
    assert (await ask(ada, "GET", "calls?direction=out"))["calls"] == []


async def test_agents_who_are_there_learn_at_once_that_there_are_calls_and_that_they_reach_phones(acme):
    ada, ben, vera = await acme.agent(), await acme.agent("ben@acme.example"), await acme.visitor()
    assert "calls" not in ben.session
    await ask(ada, "PUT", "call-rules", on=True)
    assert await ben.hears("call.ways", calls=True) == {"calls": True, "phones": False}
    trunk = {"name": "Office", "host": "192.0.2.1", "numbers": [{"number": "+48221000000"}], "countries": ["PL"]}
    line = await ask(ada, "POST", "phone-lines", **trunk, on=False)
    assert not (await ben.hears("call.ways"))["phones"], "a trunk that is off reaches nobody"
    ben.forget()
    await ask(ada, "PATCH", f"phone-lines/{line['id']}", on=True)
    assert await ben.hears("call.ways", phones=True) == {"calls": True, "phones": True}
    await ask(ada, "DELETE", f"phone-lines/{line['id']}")
    await ben.hears("call.ways", phones=False)
    await ask(ada, "PUT", "call-rules", on=False)
    await ben.hears("call.ways", calls=False)
    assert vera.events("call.ways") == []


async def test_who_can_call_follows_the_opening_hours_and_the_segment(acme):
    ada = await takes_calls(acme, hours=True)
    closed = {"on": True, "zone": "UTC", "week": []}
    await ask(ada, "PUT", "hours", **closed)
    vera = await acme.visitor()
    assert "calls" not in vera.session
    with pytest.raises(Refused) as refused:
        await starts(vera, leg("vera"))
    assert refused.value.args[0]["details"]["reason"] == "calls_closed"
    await ask(ada, "PUT", "hours", **closed | {"on": False})
    walt = await acme.visitor()
    assert walt.session["calls"] == []
    call = (await starts(walt, leg("walt")))["call"]["id"]
    await ask(ada, "PUT", "hours", **closed)
    found = (await acme.visitor(walt.token)).session["calls"]
    assert [each["id"] for each in found] == [call], "what goes on when the hours end is found by the next page, too"
    await walt.call("call.hangup", call=call)
    await ask(ada, "PUT", "hours", **closed | {"on": False})
    assert (await ask_refused(ada, "PUT", "call-rules", on=True, segment=99))["code"] == "not_found"
    where = {"all": [{"type": "attribute", "attribute": "city", "op": "equals", "value": "Oslo"}]}
    segment = (await ask(ada, "POST", "segments", name="Oslo", where=where))["id"]
    await ask(ada, "PUT", "call-rules", on=True, segment=segment)
    walt = await acme.visitor()
    assert (
        "calls" not in walt.session and await walt.refused("call.start", client_id="w", leg=leg("walt")) == "forbidden"
    )


async def test_calling_twice_with_one_client_id_is_one_call(acme):
    await takes_calls(acme)
    vera = await acme.visitor()
    payload = {"client_id": "once", "leg": leg("vera")}
    first, second = await vera.call("call.start", **payload), await vera.call("call.start", **payload)
    assert first["call"]["id"] == second["call"]["id"]
    assert await vera.refused("call.start", client_id="another", leg=leg("vera")) == "call_busy"


async def test_nobody_answers_and_the_call_is_missed(acme, monkeypatch):
    ada = await takes_calls(acme, step=5, give_up=5)
    vera = await acme.visitor()
    call = (await starts(vera, leg("vera")))["call"]["id"]
    over = await vera.hears("call.ended", within=12, id=call)
    assert over["reason"] == "unanswered"
    assert (await ada.hears("call.ended", id=call))["answered"] is None
    missed = (await ask(ada, "GET", "calls?missed=true"))["calls"]
    assert [each["id"] for each in missed] == [call]
    entries = (await ask(ada, "GET", f"contacts/{vera.session['contact']['id']}/timeline"))["entries"]
    assert [each["data"]["reason"] for each in entries if each["kind"] == "call"] == ["unanswered"]


async def test_the_one_who_has_the_conversation_is_rung_first_then_all_others(acme):
    ada = await takes_calls(acme, step=5, give_up=60)
    ben = await acme.agent("ben@acme.example")
    vera = await acme.visitor()
    talk = (await vera.says("Hello?"))["conversation"]
    await ben.call("conversation.assign", conversation=talk, agent=agent_id(ben))
    call = (await starts(vera, leg("vera"), conversation=talk))["call"]["id"]
    assert (await ben.hears("call.ringing", id=call))["rings"] == [agent_id(ben)]
    assert ada.events("call.ringing") == []
    await ben.call("call.decline", call=call)
    assert (await ada.hears("call.ringing", id=call))["rings"] == [agent_id(ada)], "at once, and not when the step ends"
    await ada.call("call.decline", call=call)
    assert (await vera.hears("call.ended", id=call))["reason"] == "declined"


async def test_one_after_the_other_whoever_talked_longest_ago_is_rung(acme):
    ada = await takes_calls(acme, ring="one", step=5)
    ben = await acme.agent("ben@acme.example")
    vera = await acme.visitor()
    rung = []
    for _ in range(3):
        call = (await starts(vera, leg("vera")))["call"]["id"]
        found: list[Any] = []
        await eventually(lambda call=call, found=found: found.extend(
            who for who in (ada, ben) if any(each["id"] == call for each in who.events("call.ringing"))
        ) or found)  # fmt: skip
        assert len(found) == 1
        await found[0].call("call.accept", call=call, leg=leg("agent"))
        rung.append(agent_id(found[0]))
        await vera.call("call.hangup", call=call)
    assert rung[0] != rung[1] and rung[2] == rung[0]


async def test_a_call_is_held_and_muted_and_handed_over(acme):
    ada = await takes_calls(acme, step=5)
    ben = await acme.agent("ben@acme.example")
    vera = await acme.visitor()
    veras, adas, bens, ben_id = leg("vera"), leg("ada"), leg("ben"), agent_id(ben)
    call = (await starts(vera, veras, to={"kind": "agent", "id": agent_id(ada)}))["call"]["id"]
    await ada.call("call.accept", call=call, leg=adas)
    await ada.call("call.hold", call=call)
    assert (await vera.hears("call.changed", id=call))["held"] == ["agent"]
    await ada.call("call.resume", call=call)
    await vera.call("call.mute", call=call, on=True)
    assert (await ada.hears("call.changed", id=call, muted=["contact"]))["held"] == []

    await ada.call("call.transfer", call=call, agent=agent_id(ben))
    assert (await vera.hears("call.ringing", id=call))["agent"] is None
    assert (await ben.hears("call.ringing", id=call))["rings"] == [agent_id(ben)]
    await ben.call("call.accept", call=call, leg=bens)
    assert (await vera.hears("call.accepted", id=call, agent={"kind": "agent", "id": agent_id(ben), "name": "Ben"}))["legs"] == {
        "contact": veras, "agent": bens,
    }  # fmt: skip
    assert await ada.refused("call.hangup", call=call) == "forbidden"
    ben.forget()
    await ben.call("call.transfer", call=call, agent=agent_id(ada))
    # Ada does not answer: it comes back to Ben.
    assert (await ben.hears("call.ringing", within=12, id=call, rings=[ben_id]))["state"] == "ringing"
    await ben.call("call.hangup", call=call)
    await vera.hears("call.ended", id=call)


@pytest.fixture
def quick(monkeypatch):
    """Devices that are gone are missed sooner; asked for before there is a house."""
    monkeypatch.setattr(machine, "GONE_AFTER", 2_500)
    monkeypatch.setattr(lines, "EVERY", 0.3)
    monkeypatch.setattr(watching, "OFTEN", 300)
    monkeypatch.setattr(starting, "OFTEN", 300)


async def test_a_device_that_goes_and_does_not_come_back_ends_the_call(quick, acme):
    ada = await takes_calls(acme)
    vera = await acme.visitor()
    veras = leg("vera")
    call = (await starts(vera, veras))["call"]["id"]
    await ada.call("call.accept", call=call, leg=leg("ada"))
    # A reload: the device is back in time, and the call goes on.
    await vera.leave()
    vera = await acme.visitor(vera.token)
    assert [each["id"] for each in vera.session["calls"]] == [call]
    await vera.call("call.rejoin", call=call, leg=veras)
    await asyncio.sleep(4.0)
    assert ada.events("call.ended") == []
    vera.cut()
    vera.socket.reconnection = False
    assert (await ada.hears("call.ended", within=10, id=call))["reason"] == "lost"


async def test_what_comes_too_late_or_from_elsewhere_is_refused_with_a_reason(acme, globex):
    ada = await takes_calls(acme)
    vera, walt = await acme.visitor(), await acme.visitor()
    stranger = await globex.agent("gus@globex.example")
    veras, adas = leg("vera"), leg("ada")
    call = (await starts(vera, veras))["call"]["id"]
    assert await vera.refused("call.accept", call=call, leg=veras) == "forbidden"
    assert await walt.refused("call.accept", call=call, leg=leg("walt")) == "not_found"
    assert await stranger.refused("call.accept", call=call, leg=leg("gus")) == "not_found"
    assert await vera.refused("call.offer", call=call, leg=veras, sdp=SDP) == "call_over"
    await ada.call("call.accept", call=call, leg=adas)
    assert await ada.refused("call.accept", call=call, leg=leg("ada")) == "call_over"
    assert await walt.refused("call.offer", call=call, leg=veras, sdp=SDP) == "not_found"
    assert await vera.refused("call.offer", call=call, leg=leg("vera"), sdp=SDP) == "call_over"
    way = {"candidate": "candidate:1 1 udp 2122260223 192.0.2.7 54321 typ host"}
    assert await walt.refused("call.candidate", call=call, leg=veras, candidate=way) == "not_found"
    assert await stranger.refused("call.candidate", call=call, leg=adas, candidate=way) == "not_found"
    assert await vera.refused("call.candidate", call=call, leg=adas, candidate=way) == "call_over"
    assert ada.events("call.candidate") == ada.events("call.offer") == []
    guest = await globex.visitor()
    await ask(stranger, "PUT", "call-rules", on=True)
    theirs = vera.session["contact"]["id"], agent_id(ada)
    foreign = {"kind": "contact", "id": theirs[0]}
    assert await stranger.refused("call.start", client_id="f", leg=leg("gus"), to=foreign) == "not_found"
    reached = (await starts(guest, leg("guest"), to={"kind": "agent", "id": theirs[1]}))["call"]
    assert (reached["state"], reached["reason"]) == ("ended", "nobody"), "an agent of Acme is nobody at Globex"
    for sdp in ("v=0" + "x" * 40_000, "hello", ""):
        assert await vera.refused("call.offer", call=call, leg=veras, sdp=sdp) == "invalid_payload"
    for candidate in ("192.0.2.1", "candidate:1\r\na=x", "candidate:" + "x" * 2000):
        code = await vera.refused("call.candidate", call=call, leg=veras, candidate={"candidate": candidate})
        assert code == "invalid_payload"
    await vera.call("call.hangup", call=call)
    await vera.call("call.hangup", call=call)  # both may do so at the same moment
    assert await ada.refused("call.accept", call=call, leg=adas) == "call_over"


async def test_a_description_of_a_megabyte_ends_that_connection_and_not_the_call(acme):
    ada, vera = await takes_calls(acme), await acme.visitor()
    token, veras = vera.token, leg("vera")
    call = (await starts(vera, veras))["call"]["id"]
    await ada.call("call.accept", call=call, leg=leg("ada"))
    vast = {"call": call, "leg": veras, "sdp": "v=0" + "x" * 1_000_000}
    await vera.socket.emit("call.offer", vast, namespace="/visitor")
    await asyncio.wait_for(vera.disconnected.wait(), 10)
    vera = await acme.visitor(token)
    assert [each["id"] for each in vera.session["calls"]] == [call]
    await vera.call("call.rejoin", call=call, leg=veras)
    await vera.call("call.offer", call=call, leg=veras, sdp=SDP)
    assert (await ada.hears("call.offer", call=call))["sdp"] == SDP
    assert len(ada.events("call.offer")) == 1 and ada.events("call.ended") == []


async def test_an_application_that_takes_no_calls_says_so_and_nobody_there_is_a_missed_call(acme):
    vera = await acme.visitor()
    with pytest.raises(Refused) as refused:
        await starts(vera, leg("vera"))
    assert refused.value.args[0]["details"]["reason"] == "calls_off"
    ada = await takes_calls(acme)
    await ask(ada, "PUT", "me/availability", state="away")
    call = (await starts(vera, leg("vera")))["call"]
    assert (call["state"], call["reason"]) == ("ended", "nobody")
    assert [each["id"] for each in (await ask(ada, "GET", "calls?missed=true"))["calls"]] == [call["id"]]


async def test_a_password_for_the_turn_server_holds_for_a_while(tmp_path: Path):
    urls = "turn:turn.example:3478, turns:turn.example:443"
    async with open_house(tmp_path, turn_urls=urls, turn_secret="shared", stun_urls="stun:turn.example:3478") as house:
        acme = await house.application("Acme", "ada@acme.example")
        company = Company(house, acme)
        try:
            await takes_calls(company)
            vera = await company.visitor()
            stun, turn = (await starts(vera, leg("vera")))["ice"]
            assert stun == {"urls": ["stun:turn.example:3478"]}
            assert turn["urls"] == ["turn:turn.example:3478", "turns:turn.example:443"]
            expires, app, who = turn["username"].split(":")
            assert 0 < int(expires) - house.hub.clock.now() // 1000 <= 900
            assert (int(app), who) == (company.id, f"contact{vera.session['contact']['id']}")
            password = hmac.digest(b"shared", turn["username"].encode(), hashlib.sha1)
            assert base64.b64decode(turn["credential"]) == password
        finally:
            await company.go_home()


async def test_a_call_goes_with_its_contact(acme):
    ada = await takes_calls(acme)
    vera = await acme.visitor()
    call = (await starts(vera, leg("vera")))["call"]["id"]
    await vera.call("call.hangup", call=call)
    contact = vera.session["contact"]["id"]
    hub, scope = acme.house.hub, Scope(acme.id)
    await ask(ada, "POST", f"contacts/{contact}/erase")

    async def gone() -> bool:
        return await hub.store.get(scope, CALLS, call) is None

    for _ in range(100):
        if await gone():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the call of an erased contact is still there")
