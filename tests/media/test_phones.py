"""Phones in a room: by plain RTP, and by the media streams of Twilio and Telnyx."""

from __future__ import annotations

import asyncio
import base64
import json
import time

import aiohttp
import pytest

from tests.support.phone import G711, Phone
from tests.support.tones import PATIENCE, Ear, Peer, media_worker

ADA, WALT, VERA, FOREIGN = 660, 440, 1000, 1700
ALL = (ADA, WALT, VERA, FOREIGN)


async def digits(worker, leg: str, count: int) -> list[str]:
    """Return the digits of a leg when so many have come."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = [e["digit"] for e in worker.events if e["type"] == "leg.dtmf" and e["leg"] == leg]
            if len(found) >= count:
                return found
            await asyncio.sleep(0.02)


@pytest.mark.annex("P4")
async def test_phones_by_rtp_talk_with_a_browser_and_strangers_packets_are_not_heard(tmp_path):
    async with media_worker(tmp_path) as worker:
        await worker.do("PUT", "/rooms/call", {"legs": 3, "record": {"name": "call"}})
        ada, walt, vera = Peer(ADA), Phone("PCMU", WALT), Phone("PCMA", VERA)
        await worker.join("call", "ada", ada)
        host, _ = await walt.open()
        # Walt is behind NAT: what signalling says is not the port that his packets come from.
        at = await worker.do("POST", "/rooms/call/legs/walt/rtp", {"codec": "PCMU", "remote": [host, 9]})
        to = (at["host"], at["port"])
        stranger = Phone("PCMU", FOREIGN)
        await stranger.open("127.0.0.2")
        stranger.talk(to)
        walt.talk(to)
        await ada.ear.hears(WALT, of=ALL)
        await walt.ear.hears(ADA, of=ALL)
        at = await worker.do("POST", "/rooms/call/legs/vera/rtp", {"codec": "PCMA", "side": "contact"})
        await worker.do("PATCH", "/rooms/call/legs/vera", {"remote": list(await vera.open())})
        vera.talk((at["host"], at["port"]))
        await walt.ear.hears(ADA, VERA, of=ALL)
        await vera.ear.hears(ADA, WALT, of=ALL)
        await ada.ear.hears(WALT, VERA, of=ALL)
        assert not stranger.ear.frames

        walt.press(to, 5, 1000)
        walt.press(to, 5, 3000)  # the same key again
        walt.press(to, 11, 5000, ends=0)  # its end is lost
        walt.press(to, 16, 7000)  # a flash is no key
        walt.press(to, 0, 9000)
        assert await digits(worker, "walt", 4) == ["5", "5", "#", "0"]
        await worker.do("POST", "/rooms/call/legs/walt/dtmf", {"digits": "12*"})
        async with asyncio.timeout(PATIENCE):
            while sum(end for key in walt.keys.values() for _, end in key) < 9:
                await asyncio.sleep(0.02)
        assert [key[0][0] for key in walt.keys.values()] == [1, 2, 10]
        assert all([end for _, end in key].count(True) == 3 for key in walt.keys.values())
        for said, code in (
            ({"codec": "G729"}, "invalid"),
            ({"remote": ["pbx.example", 5]}, "invalid"),
            ({"remote": ["127.0.0.1", 0]}, "invalid"),
            ({"dtmf": 0}, "invalid"),
        ):
            assert (await worker.ask("POST", "/rooms/call/legs/new/rtp", said))[1]["code"] == code
        await worker.do("DELETE", "/rooms/call")
        closed = await worker.event("recording.closed", name="call")
        assert {one["leg"] for one in closed["files"]} == {"ada", "walt", "vera"}
        assert min(one["seconds"] for one in closed["files"]) > 0.5
        for phone in (walt, vera, stranger):
            phone.close()
        await ada.close()


TWILIO = {
    "start": {"event": "start", "sequenceNumber": "1", "streamSid": "MZ1", "start": {
        "streamSid": "MZ1", "callSid": "CA1", "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}}},
    "name": {"streamSid": "MZ1"},
}  # fmt: skip
TELNYX = {
    "start": {"event": "start", "sequence_number": "1", "stream_id": "32de", "start": {
        "call_control_id": "v3:x", "media_format": {"encoding": "PCMU", "sample_rate": 8000, "channels": 1}}},
    "name": {"stream_id": "32de"},
}  # fmt: skip


async def speak(socket: aiohttp.ClientWebSocketResponse, name: dict[str, str], pitch: float) -> None:
    """Send a tone as a provider does."""
    codec, start, number = G711("PCMU"), time.monotonic(), 0
    while not socket.closed:
        payload = base64.b64encode(codec.tone(pitch, number)).decode()
        media = {"track": "inbound", "chunk": str(number + 1), "timestamp": str(number * 20), "payload": payload}
        await socket.send_json({"event": "media", **name, "media": media})
        number += 1
        await asyncio.sleep(max(0.0, start + number * 0.02 - time.monotonic()))


async def hear(socket: aiohttp.ClientWebSocketResponse, ear: Ear, others: list[dict]) -> None:
    """Hear what is sent to a provider, and give marks back as one does when their sound is played."""
    codec = G711("PCMU")
    async for message in socket:
        said = json.loads(message.data)
        if said["event"] == "media":
            codec.hear(ear, base64.b64decode(said["media"]["payload"]))
        else:
            others.append(said)
            if said["event"] == "mark":
                await socket.send_json(said)


@pytest.mark.annex("P4")
@pytest.mark.parametrize("provider", [TWILIO, TELNYX], ids=["Twilio", "Telnyx"])
async def test_a_phone_by_its_providers_media_stream_talks_with_a_browser(tmp_path, provider):
    async with media_worker(tmp_path) as worker:
        await worker.do("PUT", "/rooms/call")
        ada, ear, others = Peer(ADA), Ear(), []
        await worker.join("call", "ada", ada)
        async with worker.http.ws_connect(f"{worker.url}/rooms/call/legs/walt/stream") as socket:
            for first in (
                {"event": "connected", "version": "1.0.0"},
                {"event": "media"},
                ["nothing"],
                provider["start"],
            ):
                await socket.send_json(first)
            await socket.send_str("no JSON")
            tasks = [
                asyncio.ensure_future(speak(socket, provider["name"], WALT)),
                asyncio.ensure_future(hear(socket, ear, others)),
            ]
            await ada.ear.hears(WALT, of=ALL)
            await ear.hears(ADA, of=ALL)
            await socket.send_json(
                {"event": "dtmf", **provider["name"], "dtmf": {"track": "inbound_track", "digit": "7"}}
            )
            assert await digits(worker, "walt", 1) == ["7"]
            await worker.do("POST", "/rooms/call/play", {"sound": "beep", "to": ["walt"]})
            await worker.event("leg.mark", name="beep", leg="walt")
            await worker.do("POST", "/rooms/call/play", {"sound": "hold", "to": ["walt"], "loop": True})
            await worker.do("DELETE", "/rooms/call/play")
            async with asyncio.timeout(PATIENCE):
                while {"event": "clear", **provider["name"]} not in others:
                    await asyncio.sleep(0.02)
            assert (await worker.ask("GET", "/rooms/call/legs/walt/stream"))[1]["code"] == "connected"
            await socket.send_json({"event": "stop", **provider["name"]})
            await worker.event("leg.down", leg="walt", reason="stopped")
            for task in tasks:
                task.cancel()
        await ada.close()
