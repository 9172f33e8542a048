"""Networks that lose a third of everything, and senders that never stop: sound goes on and memory stays."""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path

import pytest
from aiortc.rtp import RtpPacket

from media.clock import RATE
from media.legs.browser import BURST, PER_SECOND, BrowserLeg
from media.recording.track import Track
from media.sound.opus import SILENCE
from tests.media.test_recording import loudest, sound
from tests.support.phone import Phone
from tests.support.tones import PATIENCE, Peer, media_worker

VERA, ADA, WALT = 440, 660, 1000
LOSS = 0.3


def make_lossy(peer: Peer, received: float = LOSS) -> None:
    """Lose packets of a peer, both ways, below encryption: what is lost is sound, reports and all."""
    chance = random.Random(8)
    ice = peer.pc.getSenders()[0].transport.transport
    send, receive = ice._send, ice._recv

    async def lossy_send(data: bytes) -> None:
        if chance.random() >= LOSS:
            await send(data)

    async def lossy_receive() -> bytes:
        while True:
            data = await receive()
            if chance.random() >= received:
                return data

    ice._send, ice._recv = lossy_send, lossy_receive


@pytest.mark.annex("H5")
async def test_with_a_third_of_the_packets_lost_everybody_is_still_heard(tmp_path):
    async with media_worker(tmp_path) as worker:
        await worker.do("PUT", "/rooms/call", {"legs": 3})
        vera, ada, walt = Peer(VERA), Peer(ADA), Phone("PCMU", WALT)
        await worker.join("call", "vera", vera, "contact")
        await worker.join("call", "ada", ada)
        at = await worker.do("POST", "/rooms/call/legs/walt/rtp", {"remote": list(await walt.open())})
        walt.talk((at["host"], at["port"]))
        await vera.ear.hears(ADA, WALT)
        make_lossy(vera)
        lost = await worker.event("leg.quality", leg="vera")
        async with asyncio.timeout(PATIENCE):
            while lost["lost"] < 5:
                lost = await worker.event("leg.quality", after=lost["id"], leg="vera")
        vera.ear.forget()
        ada.ear.forget()
        await vera.ear.hears(ADA, WALT, of=(VERA,), for_seconds=1)
        await ada.ear.hears(VERA, WALT, of=(ADA,), for_seconds=1)
        await walt.ear.hears(VERA, ADA, of=(WALT,), for_seconds=1)
        walt.close()
        await vera.close()
        await ada.close()


@pytest.mark.annex("H5", "P7")
async def test_both_sides_lose_a_third_hear_each_other_and_are_recorded_as_long_as_they_talked(tmp_path):
    async with media_worker(tmp_path) as worker:
        await worker.do("PUT", "/rooms/call", {"record": {"name": "call"}})
        vera, ada = Peer(VERA), Peer(ADA)
        await worker.join("call", "vera", vera, "contact")
        await worker.join("call", "ada", ada)
        await ada.ear.hears(VERA)
        await vera.ear.hears(ADA)
        assert (await worker.do("GET", "/rooms/call"))["passing"]
        make_lossy(vera, received=0)  # else the same word would be lost twice, on the way in and on the way out
        make_lossy(ada, received=0)
        for peer in (vera, ada):
            peer.ear.forget()
        await asyncio.sleep(3)  # of talk
        await ada.ear.hears(VERA, for_seconds=1)
        await vera.ear.hears(ADA, for_seconds=1)
        await worker.do("DELETE", "/rooms/call")
        closed = await worker.event("recording.closed", name="call")
        await worker.event("recording.mixed", name="call")
        await vera.close()
        await ada.close()
    for one in closed["files"]:
        pcm, own = sound(tmp_path / one["file"]), {"vera": VERA, "ada": ADA}[one["leg"]]
        assert abs(len(pcm) / RATE + one["offset_ms"] / 1000 - closed["seconds"]) < 0.5
        seconds = [pcm[at : at + RATE] for at in range(len(pcm) - 4 * RATE, len(pcm) - RATE, RATE)]
        assert all(loudest(second, own) > 1500 for second in seconds), "no second of it is lost"


def resident(pid: int) -> int:
    """Return the kilobytes that a process has in memory."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1])


async def test_half_an_hour_of_packets_that_nobody_reads_takes_no_memory(tmp_path):
    async with media_worker(tmp_path) as worker:
        await worker.do("PUT", "/rooms/call", {"legs": 2, "record": {"name": "call"}})
        ada, walt = Peer(ADA), Phone("PCMU", WALT)
        await worker.join("call", "ada", ada, hears="none", heard="none")
        at = await worker.do("POST", "/rooms/call/legs/walt/rtp", {"remote": list(await walt.open())})
        to, payload = (at["host"], at["port"]), walt.codec.tone(WALT, 0)

        async def flood(packets: int) -> None:
            for number in range(packets):
                walt.send(to, 0, payload, number * 160)
                if number % 50 == 0:
                    await asyncio.sleep(0.002)

        await flood(20_000)
        before = resident(worker.process.pid)
        await flood(90_000)  # half an hour at 50 a second
        received = (await worker.event("leg.quality", leg="walt"))["received"]
        assert received > 1000
        assert resident(worker.process.pid) - before < 8_000
        await worker.do("DELETE", "/rooms/call")
        walt.close()
        await ada.close()


async def test_a_browser_that_floods_is_cut_to_what_a_voice_needs():
    leg = BrowserLeg("vera", "contact", lambda *_, **__: None)
    leg.track = Track(time.monotonic())
    packet = RtpPacket(payload_type=96)
    packet.payload = SILENCE
    began = time.monotonic()
    for number in range(20_000):
        packet.sequence_number, packet.timestamp = number & 0xFFFF, number * 960
        leg._packet(packet, "opus")
    taken = len(leg.track.waiting) + leg.track.dropped
    assert BURST <= taken <= BURST + PER_SECOND * (time.monotonic() - began) + 1
