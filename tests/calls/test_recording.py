"""Calls through a media worker: both hear each other, what is recorded is what was said, and a worker that dies ends no call."""

from __future__ import annotations

import asyncio
import os
import signal
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from hub.calls import recordings, tapes, watching
from hub.calls.media.control import Control
from hub.calls.media.workers import MediaWorkers
from hub.core.collections import JOBS
from hub.core.jobs import Later
from storage.engine import INSTALLATION, Scope
from storage.filters import Eq
from tests.live.test_availability import ask
from tests.live.test_calls import agent_id, leg, starts, takes_calls
from tests.support.cast import Client
from tests.support.house import eventually, open_house
from tests.support.tones import PATIENCE, Peer, heard_in

pytestmark = pytest.mark.annex("P7", "H5")
VERA, ADA, CARA = 440.0, 880.0, 1320.0
ALL = (VERA, ADA, CARA)
MUSIC = (261.6, 329.6, 392.0)


@pytest.fixture(params=["sqlite", "mongo"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Any]:
    """A house whose media workers take calls on a busy machine, too; on each engine where a test asks for both."""
    engine = {"mongo_url": request.getfixturevalue("mongo_url")} if request.param == "mongo" else {}
    at_ease = {"media_cpu": 1000.0, "media_lag": 5000.0}
    async with open_house(tmp_path / "house", presence_grace=0.2, **at_ease, **engine) as house:
        yield house


ONE_ENGINE = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


class Device:
    """Somebody's device: a socket for what is said about the call, and a peer for sound."""

    def __init__(self, who: Client, pitch: float) -> None:
        self.who, self.leg, self.pitch = who, leg("device"), pitch
        self.peer = Peer(pitch)

    async def offers(self, call: int) -> None:
        """Offer to the server and take its answer; wait until sound can flow."""
        self.who.forget()
        await self.who.call("call.offer", call=call, leg=self.leg, sdp=await self.peer.offer())
        answer = await self.who.hears("call.answer", within=PATIENCE, call=call, to=self.leg)
        assert answer["leg"] == "server"
        await self.peer.accept(answer["sdp"])

    async def anew(self, call: int) -> None:
        """Make a fresh connection, as a device does when it hears that sound takes another way."""
        await self.peer.close()
        self.peer = Peer(self.pitch)
        await self.offers(call)

    async def hears(self, *pitches: float) -> None:
        """Wait until exactly these people are heard."""
        await self.peer.ear.hears(*pitches, of=ALL)


async def begins(acme: Any, **rules: Any) -> tuple[Any, Device, Device, int]:
    """Vera calls, Ada answers; return the agent, the two devices and the call."""
    ada = await takes_calls(acme, **rules)
    vera = await acme.visitor()
    hers, theirs = Device(vera, VERA), Device(ada, ADA)
    call = (await starts(vera, hers.leg))["call"]["id"]
    await ada.call("call.accept", call=call, leg=theirs.leg)
    return ada, hers, theirs, call


async def talk(*devices: Device, call: int) -> None:
    await asyncio.gather(*(device.offers(call) for device in devices))
    first, second = devices
    await first.hears(second.pitch)
    await second.hears(first.pitch)


async def kept(ada: Any, call: int, count: int = 1) -> list[Any]:
    """Wait until so many recordings of a call are kept."""
    async with asyncio.timeout(60):
        while True:
            found = await ask(ada, "GET", f"calls/{call}/recordings")
            if [each["state"] for each in found] == ["kept"] * count:
                return list(found)
            await asyncio.sleep(0.1)


async def sound(acme: Any, url: str) -> np.ndarray:
    """Return the samples of a recording, got by its address, at 48 kHz."""
    data = await asyncio.to_thread(lambda: urllib.request.urlopen(acme.house.url + url).read())
    path = acme.house.hub.settings.folder / "heard.ogg"
    path.write_bytes(data)
    with av.open(str(path)) as file:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=48_000)
        parts = [one.to_ndarray().reshape(-1) for frame in file.decode(audio=0) for one in resampler.resample(frame)]
    return np.concatenate(parts)


def kill_worker(house: Any) -> None:
    """Kill the one media worker, as a machine that runs out of memory does."""
    (running,) = house.hub.part(MediaWorkers)._running
    os.kill(running.process.pid, signal.SIGKILL)


async def hears_music(device: Device) -> None:
    """Wait until something is played that is nobody's voice."""
    async with asyncio.timeout(PATIENCE):
        while True:
            pcm = device.peer.ear.last(0.3).astype(float)
            if len(pcm) > 10_000 and np.sqrt(np.mean(pcm * pcm)) > 50 and not heard_in(pcm, ALL):
                return
            await asyncio.sleep(0.1)


def status(acme: Any, url: str) -> int:
    try:
        return int(urllib.request.urlopen(acme.house.url + url).status)
    except urllib.error.HTTPError as error:
        return error.code


async def test_a_call_that_is_recorded_by_rule_is_heard_by_both_and_kept_in_three_parts(acme, globex):
    ada, vera, desk, call = await begins(acme, record="all", announce=False)
    begun = await vera.who.hears("call.accepted", id=call)
    assert (begun["route"], begun["recording"]) == ("server", "on"), "both sides know that it is recorded"
    await talk(vera, desk, call=call)
    await asyncio.sleep(1)  # a second of talk
    await ada.call("call.hangup", call=call)
    (recording,) = await kept(ada, call)
    assert set(recording["urls"]) == {"mixed", "contact", "agent"} and recording["size"] > 1000
    assert recording["seconds"] > 1 and max(recording["peaks"]) > 0
    for part, who in (("contact", {VERA}), ("agent", {ADA}), ("mixed", {VERA, ADA})):
        pcm = await sound(acme, recording["urls"][part])
        assert heard_in(pcm[-40_000:-8_000], ALL) == who, part
    url = recording["urls"]["mixed"]
    assert await asyncio.to_thread(status, acme, url.replace("mixed", "agent")) == 404, "each part is signed alone"
    assert await asyncio.to_thread(status, acme, url.replace("s=", "s=A")) == 404
    gus = await globex.agent()
    with pytest.raises(urllib.error.HTTPError) as refused:
        await ask(gus, "GET", f"calls/{call}/recordings")
    assert refused.value.code == 404
    await ask(ada, "DELETE", f"call-recordings/{recording['id']}")
    assert await asyncio.to_thread(status, acme, url) == 404
    assert await ask(ada, "GET", f"calls/{call}/recordings") == []
    await vera.peer.close()
    await desk.peer.close()


@ONE_ENGINE
async def test_both_hear_that_recording_begins_and_whoever_leaves_a_message_hears_when_to_speak(acme):
    ada, vera, desk, call = await begins(acme, record="all")
    chime = [device.peer.ear.hears(261.63, of=(261.63,)) for device in (vera, desk)]  # the first of its three tones
    for device in (vera, desk):
        device.peer.tone.pitch = 0
    await asyncio.gather(vera.offers(call), desk.offers(call), *chime)
    await ada.call("call.hangup", call=call)
    await ask(ada, "PUT", "call-rules", on=True, message=True)
    await ask(ada, "PUT", "me/availability", state="away")
    walt = Device(await acme.visitor(), VERA)
    message = (await starts(walt.who, walt.leg))["call"]["id"]
    await asyncio.gather(walt.offers(message), walt.peer.ear.hears(1000.0, of=(1000.0,)))
    await walt.who.call("call.hangup", call=message)
    for device in (vera, desk, walt):
        await device.peer.close()


@ONE_ENGINE
async def test_of_a_call_in_which_nobody_was_heard_there_is_no_recording_and_whoever_may_not_answer_opens_no_room(acme):
    hub = acme.house.hub
    ada = await takes_calls(acme, record="all")
    vera = Device(await acme.visitor(), VERA)
    call = (await starts(vera.who, vera.leg))["call"]["id"]
    assert await vera.who.refused("call.accept", call=call, leg=vera.leg) == "forbidden"
    worker = hub.part(MediaWorkers)
    await worker.warm()
    (running,) = worker._running
    assert (await hub.part(Control).ask(running.url, "GET", "/load"))["rooms"] == 0
    await ada.call("call.accept", call=call, leg=leg("desk"))
    assert (await hub.part(Control).ask(running.url, "GET", "/load"))["rooms"] == 1
    (row,) = await ask(ada, "GET", f"calls/{call}/recordings")
    with pytest.raises(Later):
        await recordings.settle(hub, Scope(acme.id), {"recording": row["id"]})
    await ada.call("call.hangup", call=call)
    await recordings.settle(hub, Scope(acme.id), {"recording": row["id"]})
    (row,) = await ask(ada, "GET", f"calls/{call}/recordings")
    assert (row["state"], row["urls"]) == ("failed", {})


@ONE_ENGINE
async def test_what_is_said_while_the_recording_pauses_is_nowhere(acme):
    ada, vera, desk, call = await begins(acme, announce=False)
    assert (await vera.who.hears("call.accepted", id=call))["route"] == "peer", "nothing here needs a server"
    changed = await ada.call("call.record", call=call, state="on")
    assert (changed["call"]["route"], changed["call"]["recording"], changed["call"]["via"]) == ("server", "on", 1)
    await talk(vera, desk, call=call)
    await ada.call("call.record", call=call, state="paused")
    assert (await vera.who.hears("call.changed", recording="paused"))["id"] == call
    vera.peer.tone.pitch = CARA  # the number of the card
    await desk.hears(CARA)
    await asyncio.sleep(0.5)
    vera.peer.tone.pitch = VERA
    await desk.hears(VERA)
    await ada.call("call.record", call=call, state="on")
    await asyncio.sleep(1)
    await vera.who.call("call.hangup", call=call)
    (recording,) = await kept(ada, call)
    for part in ("mixed", "contact"):
        pcm = await sound(acme, recording["urls"][part])
        said = [heard_in(pcm[at : at + 4800], ALL) for at in range(0, len(pcm) - 4800, 4800)]
        assert not any(CARA in each for each in said), part
        assert VERA in said[-2]
    told = [each["what"] for each in (await ask(ada, "GET", f"calls/{call}"))["history"]]
    assert told == ["began", "accepted", "recorded", "recording_paused", "recorded", "ended"]
    await vera.peer.close()
    await desk.peer.close()


@ONE_ENGINE
async def test_a_media_worker_that_is_killed_ends_no_call_and_what_it_recorded_is_kept(acme, monkeypatch):
    monkeypatch.setattr(watching, "OFTEN", 300)
    ada, vera, desk, call = await begins(acme, record="in", announce=False)
    await talk(vera, desk, call=call)
    await asyncio.sleep(3)  # more than what lies in buffers
    kill_worker(acme.house)
    moved = await vera.who.hears("call.changed", within=PATIENCE, id=call, via=2)
    assert (moved["state"], moved["route"], moved["recording"]) == ("talking", "server", "on")
    await asyncio.gather(vera.anew(call), desk.anew(call))
    await vera.hears(ADA)
    await desk.hears(VERA)
    await asyncio.sleep(1)
    await vera.who.call("call.hangup", call=call)
    first, second = await kept(ada, call, 2)
    for recording in (first, second):
        assert heard_in((await sound(acme, recording["urls"]["mixed"]))[-30_000:-8_000], ALL) == {VERA, ADA}
    assert first["seconds"] > 1.5
    await vera.peer.close()
    await desk.peer.close()


@ONE_ENGINE
async def test_whoever_is_held_hears_music_and_not_the_agent(acme):
    ada, vera, desk, call = await begins(acme, record="all", announce=False)
    await talk(vera, desk, call=call)
    await ada.call("call.hold", call=call)
    await vera.hears()

    await hears_music(vera)
    await desk.hears()
    await ada.call("call.resume", call=call)
    await vera.hears(ADA)
    await desk.hears(VERA)
    await ada.call("call.hangup", call=call)
    await vera.peer.close()
    await desk.peer.close()


@ONE_ENGINE
async def test_a_supervisor_hears_both_and_is_heard_by_nobody(acme):
    ada = await takes_calls(acme)
    cara = Device(await acme.agent(), CARA)  # Ada herself, who owns Acme; Ben is the one who talks
    vera, desk = Device(await acme.visitor(), VERA), Device(await acme.agent("ben@acme.example"), ADA)
    call = (await starts(vera.who, vera.leg))["call"]["id"]
    await desk.who.call("call.accept", call=call, leg=desk.leg)
    assert await desk.who.refused("call.listen", call=call, leg=desk.leg) == "forbidden", "for owners alone"
    answer = await cara.who.call("call.listen", call=call, leg=cara.leg)
    assert answer["call"]["route"] == "server"
    await talk(vera, desk, call=call)
    await cara.offers(call)
    await cara.hears(VERA, ADA)
    await desk.hears(VERA)
    await vera.hears(ADA)
    assert "listened" in [each["what"] for each in (await ask(ada, "GET", f"calls/{call}"))["history"]]
    await cara.who.call("call.leave", call=call)
    await desk.who.call("call.hangup", call=call)
    for device in (vera, desk, cara):
        await device.peer.close()


async def asked_beside(acme: Any, **rules: Any) -> tuple[Device, Device, Device, int]:
    """Vera talks with Ada, who asks Ben; return the three devices and the call, when Ben has answered."""
    ada, vera, desk, call = await begins(acme, announce=False, **rules)
    ben = Device(await acme.agent("ben@acme.example"), CARA)
    asked = (await ada.call("call.consult", call=call, agent=agent_id(ben.who)))["call"]
    assert (asked["state"], asked["route"], asked["consult"]["name"]) == ("talking", "server", "Ben")
    rings = await ben.who.hears("call.changed", within=PATIENCE, id=call)
    assert rings["consult"]["id"] == agent_id(ben.who) and rings["consult"]["leg"] is None
    told = await vera.who.hears("call.changed", within=PATIENCE, id=call)
    assert told["consult"] is None, "the contact does not learn who is asked"
    await asyncio.gather(vera.offers(call), desk.offers(call))
    await ben.who.call("call.accept", call=call, leg=ben.leg)
    await ben.offers(call)
    return vera, desk, ben, call


async def test_ada_asks_ben_while_vera_waits_and_hands_her_over(acme):
    vera, desk, ben, call = await asked_beside(acme)
    await desk.hears(CARA)
    await ben.hears(ADA)
    await vera.hears()  # but music
    third = await acme.visitor()
    assert (await starts(third, leg("third")))["call"]["reason"] == "nobody", "neither Ada nor Ben is free"
    asked = (await ask(desk.who, "GET", f"calls/{call}"))["consult"]["id"]
    given = (await desk.who.call("call.transfer", call=call, agent=asked, consulted=True))["call"]
    assert (given["agent"]["name"], given["legs"]["agent"], given["consult"]) == ("Ben", ben.leg, None)
    await vera.hears(CARA)
    await ben.hears(VERA)
    await vera.who.call("call.hangup", call=call)
    told = [each["what"] for each in (await ask(desk.who, "GET", f"calls/{call}"))["history"]]
    assert told == ["began", "accepted", "consulted", "consult_taken", "handed", "ended"]
    for device in (vera, desk, ben):
        await device.peer.close()


@ONE_ENGINE
async def test_ada_goes_back_and_nothing_of_what_she_asked_is_on_the_tape(acme):
    vera, desk, ben, call = await asked_beside(acme, record="all")
    await desk.hears(CARA)
    await asyncio.sleep(1)
    await ben.who.call("call.hangup", call=call)
    await vera.hears(ADA)
    await desk.hears(VERA)
    back = await desk.who.hears("call.changed", within=PATIENCE, id=call, consult=None)
    assert (back["state"], back["agent"]["name"]) == ("talking", "Ada")
    await asyncio.sleep(1)
    await vera.who.call("call.hangup", call=call)
    (recording,) = await kept(desk.who, call)
    pcm = await sound(acme, recording["urls"]["mixed"])
    assert not any(CARA in heard_in(pcm[at : at + 4800], ALL) for at in range(0, len(pcm) - 4800, 4800))
    for device in (vera, desk, ben):
        await device.peer.close()


@ONE_ENGINE
async def test_a_colleague_who_does_not_answer_or_is_gone_leaves_the_call_as_it_was(acme, monkeypatch):
    monkeypatch.setattr(watching, "OFTEN", 200)
    ada, vera, _, call = await begins(acme, announce=False, step=5)
    ben = await acme.agent("ben@acme.example")
    await ada.call("call.consult", call=call, agent=agent_id(ben))
    assert await ada.refused("call.transfer", call=call, agent=agent_id(ben), consulted=True) == "call_over"
    assert await ada.refused("call.transfer", call=call, agent=agent_id(ben)) == "call_busy", (
        "he is asked, so he is not free"
    )
    await ben.call("call.decline", call=call)
    for _ in range(2):  # asked once more, and not answered
        over = await ask(ada, "GET", f"calls/{call}")
        assert (over["state"], over["consult"]) == ("talking", None)
        await ada.call("call.consult", call=call, agent=agent_id(ben))
        async with asyncio.timeout(PATIENCE):
            while (await ask(ada, "GET", f"calls/{call}"))["consult"]:
                await asyncio.sleep(0.1)
    await vera.who.call("call.hangup", call=call)
    assert (await ask(ada, "GET", f"calls/{call}"))["reason"] == "hung_up"


@ONE_ENGINE
async def test_ada_takes_her_call_over_on_her_phone_and_her_side_of_the_recording_has_both_devices(acme):
    ada, vera, desk, call = await begins(acme, record="all", announce=False)
    await talk(vera, desk, call=call)
    await asyncio.sleep(1)  # of talk at the desk
    phone = Device(await acme.agent(), CARA)
    assert await phone.who.refused("call.rejoin", call=call, leg=phone.leg) == "call_over", "the desk has it"
    moved = await phone.who.call("call.rejoin", call=call, leg=phone.leg, here=True)
    assert moved["call"]["legs"]["agent"] == phone.leg
    assert (await ada.hears("call.changed", within=PATIENCE, id=call))["legs"]["agent"] == phone.leg
    await phone.offers(call)
    await phone.hears(VERA)
    await vera.hears(CARA)
    assert await ada.refused("call.offer", call=call, leg=desk.leg, sdp="v=0") == "call_over"
    await asyncio.sleep(1)  # and on the phone
    await phone.who.call("call.hangup", call=call)
    (recording,) = await kept(ada, call)
    pcm = await sound(acme, recording["urls"]["agent"])
    assert abs(len(pcm) / 48_000 - recording["seconds"]) < 0.5, "it lies beside the recording of all"
    heard = [heard_in(pcm[at : at + 9600], ALL) for at in range(0, len(pcm) - 9600, 9600)]
    assert heard.index({ADA}) < heard.index({CARA}) and not any(VERA in each for each in heard)
    for device in (vera, desk, phone):
        await device.peer.close()


@ONE_ENGINE
async def test_an_address_of_a_recording_expires_and_so_does_the_recording_after_its_days(acme, monkeypatch):
    ada, vera, desk, call = await begins(acme, record="all", announce=False, keep_days=2)
    await talk(vera, desk, call=call)
    await asyncio.sleep(1)
    await ada.call("call.hangup", call=call)
    (recording,) = await kept(ada, call)
    urls, hub = recording["urls"].values(), acme.house.hub
    assert {await asyncio.to_thread(status, acme, url) for url in urls} == {200}
    began, now = datetime.fromisoformat(recording["began"]), hub.clock.now
    assert timedelta(days=1.9) < datetime.fromisoformat(recording["expires"]) - began < timedelta(days=2.1)
    monkeypatch.setattr(hub.clock, "now", lambda: now() + 3 * 3_600_000)
    assert {await asyncio.to_thread(status, acme, url) for url in urls} == {404}, "three hours later"
    fresh = (await ask(ada, "GET", f"calls/{call}/recordings"))[0]["urls"].values()
    assert {await asyncio.to_thread(status, acme, url) for url in fresh} == {200}
    (job,) = (await hub.store.find(INSTALLATION, JOBS, Eq("kind", tapes.EXPIRE), scan=True)).items
    assert abs(job["due"] - now() - 2 * 86_400_000) < 60_000
    await recordings.expire(hub, Scope(acme.id), job["payload"])
    assert {await asyncio.to_thread(status, acme, url) for url in fresh} == {404}
    assert not [each for each in (hub.settings.folder / "files").rglob("*") if each.is_file()]
    await vera.peer.close()
    await desk.peer.close()


@ONE_ENGINE
async def test_a_recording_that_finds_no_place_waits_until_there_is_one(acme, monkeypatch):
    monkeypatch.setattr(recordings, "_PAUSES", [0.2] * 100)
    ada, vera, desk, call = await begins(acme, record="all", announce=False)
    await talk(vera, desk, call=call)
    folder = acme.house.hub.settings.folder / "files" / "recordings"
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("in the way")
    await ada.call("call.hangup", call=call)
    await eventually(lambda: any(event == "a recording waits for its place" for _, event, _ in acme.house.log.lines))
    assert [each["state"] for each in await ask(ada, "GET", f"calls/{call}/recordings")] == ["running"]
    folder.unlink()
    (recording,) = await kept(ada, call)
    assert heard_in((await sound(acme, recording["urls"]["mixed"]))[-30_000:-8_000], ALL) == {VERA, ADA}
    await vera.peer.close()
    await desk.peer.close()


@ONE_ENGINE
async def test_whoever_calls_when_nobody_is_there_leaves_a_message(acme):
    ada = await acme.agent()
    await ask(ada, "PUT", "call-rules", on=True, message=True)
    await ask(ada, "PUT", "me/availability", state="away")
    vera = Device(await acme.visitor(), VERA)
    call = (await starts(vera.who, vera.leg))["call"]
    assert (call["state"], call["route"], call["recording"]) == ("message", "server", "on")
    await vera.offers(call["id"])
    await asyncio.sleep(3)
    await vera.who.call("call.hangup", call=call["id"])
    assert (await vera.who.hears("call.ended", id=call["id"]))["reason"] == "message"
    (recording,) = await kept(ada, call["id"])
    assert VERA in heard_in((await sound(acme, recording["urls"]["mixed"]))[-30_000:-8_000], ALL)
    missed = (await ask(ada, "GET", "calls?missed=true"))["calls"]
    assert [each["id"] for each in missed] == [call["id"]]
    await vera.peer.close()


@ONE_ENGINE
async def test_where_all_workers_are_full_a_call_goes_on_without_its_recording_and_says_so(acme, monkeypatch):
    monkeypatch.setattr(acme.house.hub, "settings", _with(acme.house.hub.settings, media_workers=0))
    ada, vera, _, call = await begins(acme, record="all")
    accepted = await vera.who.hears("call.accepted", id=call)
    assert (accepted["route"], accepted["recording"]) == ("peer", None)
    told = [each["what"] for each in (await ask(ada, "GET", f"calls/{call}"))["history"]]
    assert told == ["began", "accepted", "not_recorded"]
    assert await ada.refused("call.record", call=call, state="on") == "call_busy"
    assert agent_id(ada) == accepted["agent"]["id"]


@ONE_ENGINE
async def test_a_description_that_is_none_changes_nothing(acme):
    _, vera, desk, call = await begins(acme, record="all", announce=False)
    assert await vera.who.refused("call.offer", call=call, leg=vera.leg, sdp="v=0 nonsense") == "invalid_payload"
    await talk(vera, desk, call=call)
    assert await vera.who.refused("call.offer", call=call, leg=vera.leg, sdp="v=0\r\n" * 99) == "invalid_payload"
    await vera.hears(ADA)
    await vera.peer.close()
    await desk.peer.close()


def _with(settings: Any, **changes: Any) -> Any:
    from msgspec.structs import replace

    return replace(settings, **changes)


def test_names_that_no_worker_of_ours_made_are_left_alone():
    assert recordings._NAME.fullmatch("1-2-0123456789abcdef")
    assert not recordings._NAME.fullmatch("../1-2-0123456789abcdef")
