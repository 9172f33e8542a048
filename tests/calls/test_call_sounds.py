"""An application's own sounds: heard in its calls and in no other's, gone when they are replaced, and never why a call fails."""

from __future__ import annotations

import asyncio
import time
import urllib.request

import pytest

from hub.calls import watching
from hub.calls.collections import CALLS
from hub.calls.media.workers import MediaWorkers
from storage.engine import Scope
from tests.calls.test_recording import (
    ADA,
    ALL,
    ONE_ENGINE,
    VERA,
    Device,
    begins,
    house,
    kept,
    sound,
    status,
    talk,
)
from tests.live.test_availability import ask
from tests.live.test_calls import ask_refused, starts, takes_calls
from tests.support.brought import brings, samples_of_file, tone_file
from tests.support.house import eventually
from tests.support.tones import PATIENCE, heard_in

__all__ = ["house"]
pytestmark = pytest.mark.annex("P7", "H5")
OURS, SECOND, CHIME, BEEP = 600.0, 1700.0, 261.63, 1000.0
SOUNDS = (OURS, SECOND, CHIME)


async def both_hear(vera: Device, desk: Device, call: int, pitch: float) -> None:
    """The two connect, and hear that recording begins by this tone and by none of the others."""
    for device in (vera, desk):
        device.peer.tone.pitch = 0
    ears = [device.peer.ear.hears(pitch, of=SOUNDS) for device in (vera, desk)]
    await asyncio.gather(vera.offers(call), desk.offers(call), *ears)


async def test_both_hear_the_applications_own_announcement_and_another_application_hears_nothing_of_it(acme, globex):
    ada = await takes_calls(acme, record="all")
    said = await brings(ada, "consent", tone_file(OURS, 2.5, "mp3", "libmp3lame"), "Announcement ąę.mp3")
    assert (said["own"], said["name"], said["longest"]) == (True, "Announcement ąę.mp3", 60), said
    assert 2.4 < said["seconds"] < 2.7
    vera, desk = Device(await acme.visitor(), VERA), Device(ada, ADA)
    call = (await starts(vera.who, vera.leg))["call"]["id"]
    await ada.call("call.accept", call=call, leg=desk.leg)
    await both_hear(vera, desk, call, OURS)
    await vera.who.call("call.hangup", call=call)

    heard = await asyncio.to_thread(lambda: urllib.request.urlopen(acme.house.url + said["url"]).read())
    assert heard_in(samples_of_file(heard)[:48_000], SOUNDS) == {OURS}
    gus, gina, theirs, other = await begins(globex, record="all")
    listed = await ask(gus, "GET", "call-sounds")
    assert [(each["kind"], each["own"]) for each in listed] == [
        ("consent", False),
        ("voicemail", False),
        ("hold", False),
    ]
    assert await asyncio.to_thread(status, acme, listed[0]["url"]) == 200, "those that come along are for everybody"
    assert await asyncio.to_thread(status, acme, said["url"].replace(f"/{acme.id}/", f"/{globex.id}/")) == 404
    assert await asyncio.to_thread(status, acme, said["url"].replace("s=", "s=A")) == 404
    assert (await ask_refused(gus, "DELETE", "call-sounds/consent"))["code"] == "not_found"
    await both_hear(gina, theirs, other, CHIME)
    for device in (vera, desk, gina, theirs):
        await device.peer.close()


@ONE_ENGINE
async def test_after_an_own_greeting_and_the_beep_the_message_is_recorded_and_nothing_before(acme):
    ada = await acme.agent()
    await ask(ada, "PUT", "call-rules", on=True, message=True)
    await ask(ada, "PUT", "me/availability", state="away")
    greeting = await brings(ada, "voicemail", tone_file(OURS, 4))
    vera = Device(await acme.visitor(), VERA)
    ear = vera.peer.ear
    began = time.monotonic()
    call = (await starts(vera.who, vera.leg))["call"]
    assert call["state"] == "message"
    await asyncio.gather(vera.offers(call["id"]), ear.hears(OURS, of=(OURS, BEEP)))
    await ear.hears(BEEP, of=(OURS, BEEP))
    assert time.monotonic() - began > 3.9, "the greeting was heard to its end"
    speaks = time.monotonic()
    await asyncio.sleep(3)
    await vera.who.call("call.hangup", call=call["id"])
    spoke = time.monotonic() - speaks
    (recording,) = await kept(ada, call["id"])
    assert 2 < recording["seconds"] < spoke + 1, "no greeting, and no silence of its length"
    pcm = await sound(acme, recording["urls"]["contact"])
    assert heard_in(pcm[9_600:24_000], (*ALL, OURS)) == {VERA}, "who speaks is heard from the beginning"
    assert heard_in((await sound(acme, recording["urls"]["mixed"]))[9_600:24_000], (*ALL, OURS)) == {VERA}
    stored = await acme.house.hub.store.get(Scope(acme.id), CALLS, call["id"])
    assert greeting["seconds"] >= 4 and stored["reason"] == "message"
    await vera.peer.close()


@ONE_ENGINE
async def test_a_long_greeting_takes_nothing_of_the_time_for_the_message(acme):
    ada = await acme.agent()
    await ask(ada, "PUT", "call-rules", on=True, message=True)
    await ask(ada, "PUT", "me/availability", state="away")
    greeting = await brings(ada, "voicemail", tone_file(OURS, 50, rate=8000, channels=1))
    vera = Device(await acme.visitor(), VERA)
    call = (await starts(vera.who, vera.leg))["call"]["id"]
    stored = await acme.house.hub.store.get(Scope(acme.id), CALLS, call)
    assert stored["step_ends"] - stored["began"] >= watching.LONGEST_MESSAGE + round(greeting["seconds"] * 1000)


@ONE_ENGINE
async def test_a_message_begins_also_where_nobody_heard_that_the_greeting_is_over(acme, monkeypatch):
    monkeypatch.setattr(watching, "OFTEN", 300)
    acme.house.hub.part(MediaWorkers)._handlers.pop("play.done")
    ada = await acme.agent()
    await ask(ada, "PUT", "call-rules", on=True, message=True)
    await ask(ada, "PUT", "me/availability", state="away")
    await brings(ada, "voicemail", tone_file(OURS, 1))
    vera = Device(await acme.visitor(), VERA)
    call = (await starts(vera.who, vera.leg))["call"]["id"]
    await asyncio.gather(vera.offers(call), vera.peer.ear.hears(BEEP, of=(OURS, BEEP)))
    await asyncio.sleep(1)
    await vera.who.call("call.hangup", call=call)
    await kept(ada, call)
    await vera.peer.close()


@ONE_ENGINE
async def test_whoever_is_held_hears_the_applications_own_music_over_and_over(acme):
    ada, vera, desk, call = await begins(acme, record="all", announce=False)
    await brings(ada, "hold", tone_file(OURS, 1))
    await talk(vera, desk, call=call)
    await ada.call("call.hold", call=call)
    await vera.peer.ear.hears(OURS, of=(*ALL, *SOUNDS))
    vera.peer.ear.forget()
    await vera.peer.ear.hears(OURS, of=(*ALL, *SOUNDS), for_seconds=2.5)
    await ada.call("call.resume", call=call)
    await vera.peer.ear.hears(ADA, of=(*ALL, *SOUNDS))
    await ada.call("call.hangup", call=call)
    for device in (vera, desk):
        await device.peer.close()


@ONE_ENGINE
async def test_whoever_is_put_on_hold_hears_the_announcement_to_its_end_and_then_music(acme):
    ada, vera, desk, call = await begins(acme, record="all")
    await brings(ada, "consent", tone_file(OURS, 4))
    await brings(ada, "hold", tone_file(SECOND, 1))
    await both_hear(vera, desk, call, OURS)
    began = time.monotonic()
    await ada.call("call.hold", call=call)
    await asyncio.sleep(1)
    await vera.peer.ear.hears(OURS, of=SOUNDS)
    await vera.peer.ear.hears(SECOND, of=SOUNDS)
    assert time.monotonic() - began > 2
    await ada.call("call.hangup", call=call)
    for device in (vera, desk):
        await device.peer.close()


async def test_a_sound_that_is_replaced_or_taken_back_is_gone_with_its_file(acme):
    hub = acme.house.hub
    ada = await acme.agent()
    first = await brings(ada, "hold", tone_file(OURS, 1), "first.wav")
    second = await brings(ada, "hold", tone_file(SECOND, 1), "second.wav")
    assert (first["name"], second["name"]) == ("first.wav", "second.wav") and first["url"] != second["url"]
    folder = hub.settings.folder / "files" / "call_sounds" / str(acme.id)
    await eventually(lambda: len(list(folder.iterdir())) == 1, PATIENCE)
    assert await asyncio.to_thread(status, acme, first["url"]) == 404
    assert await asyncio.to_thread(status, acme, second["url"]) == 200
    listed = {each["kind"]: each for each in await ask(ada, "GET", "call-sounds")}
    assert (listed["hold"]["name"], listed["hold"]["own"], listed["consent"]["own"]) == ("second.wav", True, False)
    await ask(ada, "DELETE", "call-sounds/hold")
    await eventually(lambda: list(folder.iterdir()) == [], PATIENCE)
    assert await asyncio.to_thread(status, acme, second["url"]) == 404
    assert not any(each["own"] for each in await ask(ada, "GET", "call-sounds"))
    assert (await ask_refused(ada, "DELETE", "call-sounds/hold"))["code"] == "not_found"


@ONE_ENGINE
async def test_a_sound_that_can_not_be_had_is_stood_for_by_the_one_that_comes_along(acme):
    hub = acme.house.hub
    ada, vera, desk, call = await begins(acme, record="all")
    await brings(ada, "consent", tone_file(OURS, 2))
    for path in (hub.settings.folder / "files" / "call_sounds" / str(acme.id)).iterdir():
        path.unlink()
    await both_hear(vera, desk, call, CHIME)
    warned = [
        facts for level, event, facts in acme.house.log.lines if "can't be played" in event and level == "warning"
    ]
    assert warned and warned[0]["sound"] == "consent"
    await ada.call("call.hangup", call=call)
    await kept(ada, call)
    for device in (vera, desk):
        await device.peer.close()


@ONE_ENGINE
async def test_what_is_no_sound_is_refused_in_words_and_changes_nothing(acme):
    ada = await acme.agent()
    ours = await brings(ada, "consent", tone_file(OURS, 1))
    long = tone_file(OURS, 61, rate=8000, channels=1)
    for data, code, reason in (
        (b"ffconcat version 1.0\n" + b"file '/etc/passwd'\n" * 3, "invalid_payload", "sound_unreadable"),
        (b"", "invalid_payload", "sound_unreadable"),
        (tone_file(OURS, 1, loud=0), "invalid_payload", "sound_silent"),
        (long, "invalid_payload", "sound_long"),
        (b"RIFF" + bytes(10 * 1024 * 1024), "attachment_too_large", "sound"),
    ):
        refused = await brings(ada, "consent", data)
        assert (refused["code"], refused["details"]["reason"]) == (code, reason), refused
    assert (await brings(ada, "hold", long))["seconds"] > 60, "music may be longer"
    assert (await brings(ada, "ringing", tone_file(OURS, 1)))["code"] == "invalid_payload"
    listed = await ask(ada, "GET", "call-sounds")
    assert listed[0]["url"] == ours["url"]
    ben = await acme.agent("ben@acme.example")
    assert (await ask(ben, "GET", "call-sounds"))[0]["own"]
    assert (await brings(ben, "consent", tone_file(OURS, 1)))["code"] == "forbidden"
