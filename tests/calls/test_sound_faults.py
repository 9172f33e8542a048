"""What goes wrong beside a call through a media worker harms nobody in it: full workers and disks, foreign legs, killed workers."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hub.calls import watching
from hub.calls.collections import RECORDINGS
from hub.calls.media import rooms
from hub.calls.media.control import Control
from hub.calls.media.workers import FOLDER, MediaWorkers
from storage.engine import Scope
from tests.calls.test_recording import (
    ADA,
    ALL,
    CARA,
    VERA,
    Device,
    asked_beside,
    begins,
    heard_in,
    hears_music,
    kept,
    kill_worker,
    sound,
    talk,
)
from tests.conftest import Company
from tests.live.test_availability import ask
from tests.live.test_calls import agent_id, starts, takes_calls
from tests.media.test_recording import small_disk
from tests.support.house import open_house
from tests.support.tones import PATIENCE, Peer

pytestmark = pytest.mark.annex("P7", "H5")
AT_EASE = {"media_cpu": 1000.0, "media_lag": 5000.0}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Any]:
    """A house whose media workers take calls on a busy machine, too."""
    async with open_house(tmp_path / "house", presence_grace=0.2, **AT_EASE) as house:
        yield house


async def moved_on(ada: Any, call: int, via: int) -> Any:
    """Return the call as soon as its sound takes another way than before."""
    async with asyncio.timeout(PATIENCE):
        while (found := await ask(ada, "GET", f"calls/{call}"))["via"] == via:
            await asyncio.sleep(0.1)
    return found


async def test_a_visitor_who_says_the_agent_s_leg_is_another_device_gets_nowhere(acme):
    vera, desk, ben, call = await asked_beside(acme, record="all")
    await desk.hears(CARA)
    for leg in (desk.leg, ben.leg):
        refused = await vera.who.ack("call.rejoin", {"call": call, "leg": leg, "here": True})
        assert (refused["ok"], refused["error"]["details"]["field"]) == (False, "leg")
    for name in ("call.listen", "call.rejoin"):
        refused = await ben.who.ack(name, {"call": call, "leg": vera.leg, "here": True})
        assert not refused["ok"], "an agent can't take the visitor's place either"
    sdp = await Peer(600.0).offer()
    assert not (await vera.who.ack("call.offer", {"call": call, "leg": desk.leg, "sdp": sdp}))["ok"]
    await desk.hears(CARA)
    await ben.hears(ADA)
    for device in (vera, desk, ben):
        await device.peer.close()


async def test_a_full_worker_turns_a_listener_away_and_the_call_goes_on_as_it_was(tmp_path: Path):
    async with open_house(tmp_path / "narrow", presence_grace=0.2, media_legs=2, media_workers=1, **AT_EASE) as house:
        acme = Company(house, await house.application("Acme", "ada@acme.example", "ben@acme.example"))
        ada = await takes_calls(acme, record="all", announce=False)
        await ask(ada, "PUT", "me/availability", state="away")
        vera, desk = Device(await acme.visitor(), VERA), Device(await acme.agent("ben@acme.example"), ADA)
        call = (await starts(vera.who, vera.leg))["call"]["id"]
        await desk.who.call("call.accept", call=call, leg=desk.leg)
        await talk(vera, desk, call=call)
        before = await ask(ada, "GET", f"calls/{call}")
        assert await ada.refused("call.listen", call=call, leg="a-listener-0001") == "call_busy"
        await ask(ada, "PUT", "me/availability", state="available")
        assert await desk.who.refused("call.consult", call=call, agent=agent_id(ada)) == "call_busy"
        now = await ask(ada, "GET", f"calls/{call}")
        assert (now["via"], now["recording"], now["consult"]) == (before["via"], "on", None)
        phone = Device(await acme.agent("ben@acme.example"), CARA)  # who changes the device has the old one's place
        await phone.who.call("call.rejoin", call=call, leg=phone.leg, here=True)
        await phone.offers(call)
        await vera.hears(CARA)
        assert len((await house.hub.store.find(Scope(acme.id), RECORDINGS, limit=9)).items) == 1
        for device in (vera, desk, phone):
            await device.peer.close()
        await acme.go_home()


async def test_a_full_disk_ends_the_recording_both_see_so_and_what_was_said_before_is_kept(acme):
    folder, workers = acme.house.hub.settings.folder / FOLDER, acme.house.hub.part(MediaWorkers)
    with small_disk(folder, "64k") as limit:
        if limit is not None:  # nobody here may mount a disk: what this worker writes may not grow instead
            await workers.warm()
            resource.prlimit(workers._running[0].process.pid, resource.RLIMIT_FSIZE, (12_000, 12_000))
        ada, vera, desk, call = await begins(acme, record="all", announce=False)
        await talk(vera, desk, call=call)
        told = await vera.who.hears("call.changed", within=60, id=call, recording=None)
        assert told["state"] == "talking"
        (row,) = await kept(ada, call)
        assert row["why"] == "disk_full" and row["size"] > 0
        await ada.call("call.hold", call=call)  # nothing begins anew under the same name
        await hears_music(vera)
        await ada.call("call.resume", call=call)
        await vera.hears(ADA)
        assert (await kept(ada, call))[0]["size"] == row["size"]
        assert VERA in heard_in((await sound(acme, row["urls"]["contact"]))[-30_000:-4_000], ALL)
        await ask(ada, "DELETE", f"call-recordings/{row['id']}")
        left = [part for part in ("mixed", "contact", "agent", "peaks") if _stored(acme, row["id"], part)]
        assert left == [], "every part is gone with the row"
        await ada.call("call.hangup", call=call)
        what = [each for each in (await ask(ada, "GET", f"calls/{call}"))["history"] if each["what"] == "not_recorded"]
        assert [each["to"] for each in what] == ["disk"]
        await vera.peer.close()
        await desk.peer.close()


def _stored(acme: Any, recording: int, part: str) -> bool:
    return acme.house.hub.files.path(f"recordings/{acme.id}/{recording}/{part}") is not None


async def test_a_contact_who_is_erased_in_a_call_is_in_it_no_more(acme):
    ada, vera, desk, call = await begins(acme, record="all", announce=False)
    await talk(vera, desk, call=call)
    contact = (await ask(ada, "GET", f"calls/{call}"))["contact"]["id"]
    await ask(ada, "POST", f"contacts/{contact}/erase")
    assert (await ada.hears("call.ended", within=PATIENCE, id=call))["reason"] == "lost"  # Vera's page begins anew
    (running,) = acme.house.hub.part(MediaWorkers)._running
    folder = acme.house.hub.settings.folder / FOLDER
    async with asyncio.timeout(PATIENCE):
        while (await acme.house.hub.part(Control).ask(running.url, "GET", "/load"))["rooms"] or [*folder.glob("*.ogg")]:
            await asyncio.sleep(0.1)
    assert (await ask(ada, "GET", "calls"))["calls"] == []
    walt = await acme.visitor()  # and Ada is free again
    walts = (await starts(walt, "walts-leg-0001"))["call"]
    assert walts["state"] == "ringing"
    await vera.peer.close()
    await desk.peer.close()


async def test_a_worker_that_is_killed_while_vera_waits_plays_on_from_the_next(acme, monkeypatch):
    monkeypatch.setattr(watching, "OFTEN", 300)
    ada, vera, desk, call = await begins(acme, announce=False, music=True)
    await ada.call("call.hold", call=call)
    now = await ask(ada, "GET", f"calls/{call}")
    assert (now["route"], now["recording"]) == ("server", None), "for music alone"
    await asyncio.gather(vera.offers(call), desk.offers(call))
    await hears_music(vera)
    kill_worker(acme.house)
    await moved_on(ada, call, now["via"])
    await asyncio.gather(vera.anew(call), desk.anew(call))
    await hears_music(vera)
    await ada.call("call.resume", call=call)
    await vera.hears(ADA)
    await desk.hears(VERA)
    for device in (vera, desk):
        await device.peer.close()


async def test_a_worker_that_is_killed_while_vera_leaves_a_message_takes_the_rest_with_the_next(acme, monkeypatch):
    monkeypatch.setattr(watching, "OFTEN", 300)
    ada = await acme.agent()
    await ask(ada, "PUT", "call-rules", on=True, message=True)
    await ask(ada, "PUT", "me/availability", state="away")
    vera = Device(await acme.visitor(), VERA)
    call = (await starts(vera.who, vera.leg))["call"]
    await vera.offers(call["id"])
    await asyncio.sleep(4)  # of speech
    kill_worker(acme.house)
    assert (await moved_on(ada, call["id"], call["via"]))["state"] == "message"
    await vera.anew(call["id"])
    await asyncio.sleep(3)
    await vera.who.call("call.hangup", call=call["id"])
    assert all(each["seconds"] > 1 for each in await kept(ada, call["id"], 2))
    assert (await ask(ada, "GET", f"calls/{call['id']}"))["reason"] == "message"
    await vera.peer.close()


async def test_a_worker_that_is_killed_while_a_call_is_handed_over_lets_vera_wait_on_for_the_colleague(
    acme, monkeypatch
):
    monkeypatch.setattr(watching, "OFTEN", 300)
    ada, vera, desk, call = await begins(acme, record="all", announce=False)
    await talk(vera, desk, call=call)
    ben = Device(await acme.agent("ben@acme.example"), CARA)
    via = (await ada.call("call.transfer", call=call, agent=agent_id(ben.who)))["call"]["via"]
    await hears_music(vera)
    kill_worker(acme.house)
    now = await moved_on(ada, call, via)
    assert (now["state"], now["rings"]) == ("ringing", [agent_id(ben.who)])
    await vera.anew(call)
    await hears_music(vera)
    await ben.who.call("call.accept", call=call, leg=ben.leg)
    await ben.offers(call)
    await vera.hears(CARA)
    await ben.hears(VERA)
    await vera.who.call("call.hangup", call=call)
    assert (await ask(ada, "GET", f"calls/{call}"))["reason"] == "hung_up"
    for device in (vera, desk, ben):
        await device.peer.close()


async def test_a_worker_that_is_killed_while_the_recording_pauses_pauses_it_on(acme, monkeypatch):
    monkeypatch.setattr(watching, "OFTEN", 300)
    ada, vera, desk, call = await begins(acme, record="all", announce=False)
    await talk(vera, desk, call=call)
    await asyncio.sleep(3)  # of talk that the killed worker has on the disk
    via = (await ada.call("call.record", call=call, state="paused"))["call"]["via"]
    kill_worker(acme.house)
    now = await moved_on(ada, call, via)
    assert (now["state"], now["recording"]) == ("talking", "paused")
    vera.pitch = CARA  # her card's number
    await asyncio.gather(vera.anew(call), desk.anew(call))
    await desk.hears(CARA)
    await asyncio.sleep(1)
    await ada.call("call.hangup", call=call)
    for recording in await kept(ada, call, 2):
        pcm = await sound(acme, recording["urls"]["contact"])
        assert not any(CARA in heard_in(pcm[at : at + 4800], ALL) for at in range(0, len(pcm) - 4800, 4800))
    for device in (vera, desk):
        await device.peer.close()


async def test_a_worker_that_is_killed_while_a_colleague_is_asked_lets_vera_hear_neither(acme, monkeypatch):
    monkeypatch.setattr(watching, "OFTEN", 300)
    vera, desk, ben, call = await asked_beside(acme, record="all")
    await desk.hears(CARA)
    via = (await ask(desk.who, "GET", f"calls/{call}"))["via"]
    kill_worker(acme.house)
    await moved_on(desk.who, call, via)
    desk.pitch, ben.pitch = LOW, HIGH
    await asyncio.gather(vera.anew(call), desk.anew(call), ben.anew(call))
    assert not await overheard(vera)
    await desk.peer.ear.hears(HIGH, of=(LOW,))
    await ben.peer.ear.hears(LOW, of=(HIGH,))
    await ben.who.call("call.hangup", call=call)
    await vera.peer.ear.hears(LOW, of=(HIGH,))
    for device in (vera, desk, ben):
        await device.peer.close()


async def test_vera_who_moves_to_another_tab_meanwhile_hears_nothing_of_what_the_agents_say(acme, monkeypatch):
    vera, desk, ben, call = await asked_beside(acme)
    await desk.hears(CARA)
    desk.peer.tone.pitch, ben.peer.tone.pitch = LOW, HIGH
    await desk.peer.ear.hears(HIGH, of=(LOW, CARA))
    # What the room is told a moment later must not be needed.
    monkeypatch.setattr(rooms, "_people", _nothing)
    tab = Device(vera.who, VERA)
    await vera.who.call("call.rejoin", call=call, leg=tab.leg, here=True)
    await tab.offers(call)
    assert not await overheard(tab)
    for device in (vera, desk, ben, tab):
        await device.peer.close()


async def _nothing(*_: Any) -> None:
    pass


LOW, HIGH = 1500.0, 1750.0
"""Voices that the music has no tone near."""


async def overheard(device: Device) -> int:
    """Return how often a voice is heard in the next second and a half."""
    times = 0
    for _ in range(60):
        times += bool(heard_in(device.peer.ear.last(0.06), (LOW, HIGH)))
        await asyncio.sleep(0.025)
    return times
