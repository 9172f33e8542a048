"""The control door: who may ask, what it refuses without changing anything, how much it takes, and its numbered events."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import weakref

import aiohttp
import pytest

from media.legs.browser import BrowserLeg
from media.worker import Limits, Worker
from tests.support.tones import PATIENCE, Peer, media_worker

VERA, ADA = 440, 660
GARBAGE = (
    ("nothing", None, 400, "bad_sdp"),
    ("no text", 7, 400, "bad_sdp"),
    ("garbage", "v=0\r\nm=audio \x00\x01 nonsense", 400, "bad_sdp"),
    (
        "half a line",
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n",
        400,
        "bad_sdp",
    ),
    ("a megabyte", "v=0\r\n" + "a=x\r\n" * 200_000, 413, "too_large"),
    ("many sections", "v=0\r\n" + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" * 500, 400, "bad_sdp"),
)


@pytest.mark.annex("H5")
async def test_a_bad_offer_is_refused_in_words_and_the_call_goes_on(tmp_path):
    async with media_worker(tmp_path) as worker:
        await worker.do("PUT", "/rooms/call")
        vera, ada = Peer(VERA), Peer(ADA)
        await worker.join("call", "vera", vera, "contact")
        await worker.join("call", "ada", ada)
        await vera.ear.hears(ADA)
        silent = Peer(VERA)
        only_pictures = (await silent.offer()).replace("m=audio", "m=video").replace("opus/48000/2", "VP8/90000")
        silent.pc.createDataChannel("x")
        with_data = await silent.offer()
        before = await worker.do("GET", "/rooms/call")
        for what, sdp, status, code in (
            *GARBAGE,
            ("pictures alone", only_pictures, 400, "bad_sdp"),
            ("data", with_data, 400, "bad_sdp"),
        ):
            for leg in ("vera", "somebody"):
                path = f"/rooms/call/legs/{leg}/offer"
                got, said = await worker.ask("POST", path, {"sdp": sdp, "side": "contact"})
                assert (got, said["code"]) == (status, code), what
                assert said["message"]
        for method, path, body, code in (
            ("POST", "/rooms/none/legs/a/offer", {"sdp": "v=0", "side": "agent"}, "no_room"),
            ("POST", "/rooms/call/legs/x/candidates", {"candidate": ""}, "no_leg"),
            ("POST", "/rooms/call/legs/vera/candidates", {"candidate": "nonsense"}, "invalid"),
            ("POST", "/rooms/call/legs/..%2Fx/offer", {"sdp": "v=0", "side": "agent"}, "invalid"),
            ("PUT", "/rooms/a%20b", {}, "invalid"),
            ("PATCH", "/rooms/call/legs/vera", {"muted": "yes"}, "invalid"),
            ("PATCH", "/rooms/call/legs/vera", {"hears": 7}, "invalid"),
            ("POST", "/rooms/call/legs/y/offer", {"sdp": "v=0", "side": "stranger"}, "invalid"),
            ("POST", "/rooms/call/play", {"sound": "../../etc/passwd"}, "no_sound"),
            ("POST", "/rooms/call/recording", {"state": "on", "name": "../up"}, "invalid"),
            ("POST", "/rooms/call/legs/vera/rtp", {}, "other_kind"),
        ):
            assert (await worker.ask(method, path, body))[1].get("code") == code, (method, path, body)
        assert await worker.do("GET", "/rooms/call") == before
        vera.ear.forget()
        await vera.ear.hears(ADA)
        async with aiohttp.ClientSession() as stranger, stranger.get(f"{worker.url}/load") as response:
            assert (response.status, (await response.json())["code"]) == (401, "unauthorized")
        for peer in (vera, ada, silent):
            await peer.close()


async def test_a_full_worker_says_busy_and_a_promised_leg_still_comes(tmp_path):
    async with media_worker(tmp_path, legs=3) as worker:
        await worker.do("PUT", "/rooms/call")
        vera, ada, ben = Peer(VERA), Peer(ADA), Peer(1000)
        await worker.join("call", "vera", vera, "contact")
        status, said = await worker.ask("PUT", "/rooms/next")
        assert (status, said["code"]) == (503, "busy")
        await worker.join("call", "ada", ada)
        await vera.ear.hears(ADA)
        await worker.join("call", "ben", ben)
        body = {"sdp": await Peer(300).offer(), "side": "agent"}
        status, said = await worker.ask("POST", "/rooms/call/legs/one-more/offer", body)
        assert (status, said["code"]) == (503, "busy")
        assert (await worker.do("PUT", "/rooms/call"))["room"] == "call"
        assert (await worker.do("GET", "/load"))["legs"] == 3
        vera.ear.forget()
        await vera.ear.hears(ADA, 1000)
        await worker.do("DELETE", "/rooms/call/legs/ben")
        await worker.do("DELETE", "/rooms/call")
        assert (await worker.do("GET", "/load"))["legs"] == 0
        await worker.do("PUT", "/rooms/next")
        for peer in (vera, ada, ben):
            await peer.close()


async def test_a_worker_that_is_over_its_limit_of_delay_takes_no_new_call_and_keeps_the_one_it_has(tmp_path):
    async with media_worker(tmp_path, "--lag-limit", "-1") as strict:
        # No room was ever late, so the limit is passed as soon as the first second is measured; before, too: -1 < 0.
        status, said = await strict.ask("PUT", "/rooms/call")
        assert (status, said["code"]) == (503, "busy")
    async with media_worker(tmp_path, "--cpu-limit", "-1") as strict:
        assert (await strict.ask("PUT", "/rooms/call"))[1]["code"] == "busy"


async def test_events_are_numbered_and_told_again_from_any_number(tmp_path):
    async with media_worker(tmp_path) as worker:
        await worker.do("PUT", "/rooms/call")
        vera = Peer(VERA)
        await worker.join("call", "vera", vera, "contact")
        up = await worker.event("leg.up", room="call", leg="vera")
        await worker.do("POST", "/rooms/call/play", {"sound": "beep"})
        done = await worker.event("play.done", sound="beep", reason="ended")
        assert [event["id"] for event in worker.events] == list(range(1, len(worker.events) + 1))

        async def first_after(number: int) -> dict:
            async with worker.http.get(f"{worker.url}/events?after={number}") as response:
                return json.loads(await response.content.readline())

        assert await first_after(up["id"]) == worker.events[up["id"]]
        assert (await first_after(10_000))["type"] == "gap"
        await vera.close()
        await worker.event("leg.down", after=done["id"], leg="vera", reason="lost")


async def test_a_new_offer_replaces_the_connection_without_a_hole(tmp_path):
    async with media_worker(tmp_path) as worker:
        await worker.do("PUT", "/rooms/call")
        vera, ada = Peer(VERA), Peer(ADA)
        await worker.join("call", "vera", vera, "contact")
        await worker.join("call", "ada", ada)
        await ada.ear.hears(VERA)
        again = Peer(880)
        sdp = await again.offer()
        bare = (
            "\r\n".join(line for line in sdp.splitlines() if not line.startswith(("a=candidate", "a=end-of"))) + "\r\n"
        )
        answer = await worker.do("POST", "/rooms/call/legs/vera/offer", {"sdp": bare, "side": "contact"})
        await ada.ear.hears(VERA)  # the new one has no candidates yet, and the old one goes on
        await again.accept(answer["sdp"])
        for line in sdp.splitlines():
            if line.startswith("a=candidate:"):
                body = {"candidate": line[2:], "sdpMid": "0", "sdpMLineIndex": 0}
                await worker.do("POST", "/rooms/call/legs/vera/candidates", body)
        await worker.event("leg.up", leg="vera", replaced=True)
        await ada.ear.hears(880, of=(VERA,))
        await again.ear.hears(ADA)
        assert not [event for event in worker.events if event["type"] == "leg.down"]
        for peer in (vera, ada, again):
            await peer.close()


async def test_a_worker_ends_with_its_parent_and_after_its_last_call_when_it_is_told_to(tmp_path):
    async with media_worker(tmp_path) as worker:
        assert await worker.end() == 0
    async with media_worker(tmp_path) as worker:
        await worker.do("PUT", "/rooms/call")
        os.kill(worker.process.pid, signal.SIGTERM)
        await worker.event("draining")
        assert (await worker.ask("PUT", "/rooms/next"))[1]["code"] == "busy"
        assert (await worker.do("GET", "/load"))["draining"]
        await worker.do("DELETE", "/rooms/call")
        async with asyncio.timeout(PATIENCE):
            assert await worker.process.wait() == 0


class Broken(BrowserLeg):
    """A leg with a fault of ours in it."""

    is_up = True

    def give(self, pcm, packet=None) -> None:
        """Fail."""
        raise ZeroDivisionError


async def test_a_fault_in_one_room_ends_that_room_and_no_other(tmp_path):
    worker = Worker(tmp_path, None, Limits(10), "127.0.0.1")
    broken, whole = worker.open_room("broken", 2)[0], worker.open_room("whole", 2)[0]
    broken.add(Broken("vera", "contact", broken.tell))
    whole.play(worker.sounds.read(worker.sounds.path("beep")), None, False)
    worker.beat._on_frame()
    while "broken" in worker.rooms:
        await asyncio.sleep(0)
    assert list(worker.rooms) == ["whole"] and whole.plays[0].at == 1
    events = [event async for event in _first(worker.feed.follow(0, 1), 1)]
    assert (events[0]["type"], events[0]["room"]) == ("room.failed", "broken")


async def test_what_an_ended_call_held_is_given_back_without_waiting_for_python(tmp_path, monkeypatch):
    monkeypatch.setattr("media.worker.SWEEP", 0)
    worker = Worker(tmp_path, None, Limits(10), "127.0.0.1")
    room = worker.open_room("call", 2)[0]
    room.add(BrowserLeg("vera", "contact", room.tell))  # a ring: the leg tells its room of changes
    gone = weakref.ref(room)
    gc.disable()
    try:
        del room
        await worker.close_room("call")
        assert gone() is not None
        await asyncio.sleep(0.01)
        assert gone() is None
    finally:
        gc.enable()


async def _first(events, count: int):
    async for event in events:
        yield event
        count -= 1
        if not count:
            return


@pytest.mark.annex("H5")
async def test_a_room_that_nobody_comes_to_is_given_up(tmp_path, monkeypatch):
    worker = Worker(tmp_path, None, Limits(4), "127.0.0.1")
    worker.open_room("forgotten", 2)
    for _ in range(250):
        worker._beat()
    await asyncio.sleep(0)
    assert list(worker.rooms) == ["forgotten"], "whoever opened it may need a moment"
    monkeypatch.setattr("media.room.EMPTY", 0.0)
    for _ in range(250):
        worker._beat()
    async with asyncio.timeout(PATIENCE):
        while worker.rooms:
            await asyncio.sleep(0.01)
    assert (worker.legs, worker.feed._events[-1]["type"]) == (0, "room.deserted")
    await worker.close()
