"""`python -m bench.voice_load URL ROOMS LEGS SECONDS`: talkers in rooms of a media worker, and how much of each tone arrived.

A talker is a connection of aiortc without encoder and decoder: it sends packets of Opus that were made before, 50 a second, and
keeps what comes. Afterwards all of it is decoded: a frame without the others' tones, or one that came so late that no player
could have waited for it, is a gap. Prints one line of JSON. MEDIA_TOKEN is the worker's.
"""

from __future__ import annotations

import asyncio
import bisect
import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import aiohttp
import numpy as np
import uvloop
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.rtp import RtpPacket

from bench import machine
from media.sound.opus import Decoder, Encoder
from media.webrtc.transport import Receiver, Sender, install

PITCHES = (400, 600, 900)
LATE = 0.1
"""Seconds behind its place in the stream after which a packet counts as lost: what browsers' buffers grow to on a bad network."""
WARM_UP = 1.0
HEARD = 600
"""Amplitude above which a tone of 6,000 is heard: what stands in for a packet that comes late itself is quieter than the tone."""
STALL = 0.015
"""Seconds that the load may be late itself: what it hears around such a moment says nothing of the worker."""


Arrival = tuple[float, int, bytes]
"""When a packet came, its timestamp, and what is in it."""


def packets_of(pitch: float) -> list[bytes]:
    """Return a second of a tone. All pitches are whole numbers, so it goes round without a seam."""
    wave = (np.sin(2 * np.pi * pitch * np.arange(48_000) / 48_000) * 6000).astype(np.int16)
    encoder = Encoder()
    return [encoder.encode(frame) for frame in np.tile(wave, 2).reshape(-1, 960)][50:]


class Talker:
    """One leg."""

    def __init__(self, pitch: int, others: list[int]) -> None:
        self.packets, self.others = packets_of(pitch), others
        self.arrived: list[Arrival] = []
        self.joined = 0.0
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        transceiver = self.pc.addTransceiver("audio", direction="sendrecv")
        assert isinstance(transceiver.sender, Sender) and isinstance(transceiver.receiver, Receiver)
        self.sender = transceiver.sender
        transceiver.receiver.sink = self._packet

    def _packet(self, packet: RtpPacket, _: str) -> None:
        self.arrived.append((time.monotonic(), packet.timestamp, packet.payload))

    async def join(self, http: aiohttp.ClientSession, room: str, leg: str, side: str) -> float:
        """Connect, and return the seconds from the offer until the connection stood."""
        up = asyncio.Event()
        self.pc.on("connectionstatechange", lambda: up.set() if self.pc.connectionState == "connected" else None)
        start = time.monotonic()
        await self.pc.setLocalDescription(await self.pc.createOffer())
        body = {"sdp": self.pc.localDescription.sdp, "side": side}
        async with http.post(f"/rooms/{room}/legs/{leg}/offer", json=body) as response:
            said = await response.json()
            if response.status != 200:
                raise SystemExit(f"the worker refused: {said}")
        await self.pc.setRemoteDescription(RTCSessionDescription(said["sdp"], "answer"))
        await up.wait()
        return time.monotonic() - start

    def say(self, number: int) -> None:
        """Send packet number so-and-so."""
        self.sender.transmit(self.packets[number % 50], number, number * 960, False)


def gaps_in(arrived: list[Arrival], pitches: list[int], disturbed: Callable[[float, float], bool]) -> tuple[int, int]:
    """Return (frames that should have been heard and were not, frames that were looked at)."""
    if len(arrived) < 2:
        return 1, 1
    arrived = sorted(arrived, key=lambda one: one[1])
    times = np.array([at for at, _, _ in arrived])
    late = times - np.array([stamp for _, stamp, _ in arrived]) / 48_000
    late -= np.median(late)
    turns = [np.exp(-2j * np.pi * pitch * np.arange(960) / 48_000) for pitch in pitches]
    decoder, gaps, looked_at = Decoder(), 0, 0
    for number, (at, stamp, payload) in enumerate(arrived):
        pcm = decoder.decode(payload)
        before = arrived[number - 1] if number else (at, stamp - 960, b"")
        if number < 3 or disturbed(min(before[0], at), max(before[0], at)):
            continue
        heard = pcm is not None and all(abs((pcm[:960] * turn).sum()) / 480 > HEARD for turn in turns)
        looked_at += 1
        gaps += max(0, (stamp - before[1]) // 960 - 1) + (not heard or bool(late[number] > LATE))
    return gaps, looked_at


async def run(url: str, rooms: int, legs: int, seconds: float) -> dict[str, Any]:
    """Fill rooms, talk, and return `{gaps, frames, possible, setup_ms: […]}`: frames looked at, of those that were sent."""
    install()
    headers = {"Authorization": f"Bearer {os.environ['MEDIA_TOKEN']}"}
    talkers: list[Talker] = []
    setup: list[float] = []
    async with aiohttp.ClientSession(url, headers=headers) as http:
        for room in range(rooms):
            async with http.put(
                f"/rooms/load{room}", json={"legs": legs, "record": {"name": f"load{os.getpid()}-{room}"}}
            ):
                pass
            for leg in range(legs):
                talker = Talker(PITCHES[leg], [PITCHES[other] for other in range(legs) if other != leg])
                setup.append(await talker.join(http, f"load{room}", f"leg{leg}", "contact" if leg else "agent"))
                talkers.append(talker)
        stalls: list[float] = []
        start, number = time.monotonic(), 0
        while number < (seconds + WARM_UP) * 50:
            if time.monotonic() - start - number * 0.02 > STALL:
                stalls.append(time.monotonic())
            for talker in talkers:
                talker.say(number)
            number += 1
            if number == WARM_UP * 50:
                for talker in talkers:
                    talker.arrived.clear()
            await asyncio.sleep(max(0.0, start + number * 0.02 - time.monotonic()))
        for room in range(rooms):
            async with http.delete(f"/rooms/load{room}"):
                pass
        near = partial(_near, stalls)
        counted = [gaps_in(talker.arrived, talker.others, near) for talker in talkers]
        await asyncio.gather(*(talker.pc.close() for talker in talkers))
    return {
        "gaps": sum(gaps for gaps, _ in counted),
        "frames": sum(frames for _, frames in counted),
        "possible": round(seconds * 50) * len(talkers),
        "setup_ms": [one * 1000 for one in setup],
    }


def _near(stalls: list[float], first: float, last: float) -> bool:
    """Tell whether the load itself stalled within half a second of a while: what is missing then is not the worker's."""
    place = bisect.bisect(stalls, first - 0.5)
    return place < len(stalls) and stalls[place] < last + 0.5


if __name__ == "__main__":
    machine.stay_on(machine.LOAD_CORE)
    uvloop.install()
    print(json.dumps(asyncio.run(run(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))), flush=True)
