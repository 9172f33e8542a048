"""Sound for tests: a tone that a peer sends, an ear that names the tones it hears, and a media worker as a process of its own.

A peer is the stock aiortc, as any browser would be: what it hears says that sound really went all the way.
"""

from __future__ import annotations

import asyncio
import contextlib
import fractions
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame, AudioResampler

ROOT = Path(__file__).parents[2]
RATE = 48_000
PATIENCE = 20.0
"""Seconds that a state is waited for; on a quiet machine it takes one."""
LOUD = 300
"""A tone below this amplitude (of 32,767) is none."""


def level(pcm: np.ndarray, pitch: float, rate: int = RATE) -> float:
    """Return the amplitude of a tone in samples (Goertzel's sum, for one frequency)."""
    if not len(pcm):
        return 0.0
    turn = np.exp(-2j * np.pi * pitch * np.arange(len(pcm)) / rate)
    return float(abs((pcm.astype(float) * turn).sum()) * 2 / len(pcm))


def heard_in(pcm: np.ndarray, pitches: tuple[float, ...], rate: int = RATE) -> set[float]:
    """Return which of the tones are loud in the samples."""
    return {pitch for pitch in pitches if level(pcm, pitch, rate) > LOUD}


class Tone(MediaStreamTrack):
    """A track with one pitch, 20 ms at a time. `pitch` may be changed while it runs; 0 is silence."""

    kind = "audio"

    def __init__(self, pitch: float, amplitude: int = 8000) -> None:
        super().__init__()
        self.pitch, self._amplitude = pitch, amplitude
        self._at = 0
        self._start: float | None = None
        self.sent: Callable[[int], None] | None = None

    async def recv(self) -> AudioFrame:
        """Return the next frame when it is due."""
        if self.readyState != "live":
            raise MediaStreamError
        self._start = self._start or time.monotonic()
        await asyncio.sleep(max(0.0, self._start + self._at / RATE - time.monotonic()))
        at = (self._at + np.arange(960)) / RATE
        frame = AudioFrame.from_ndarray(
            (np.sin(2 * np.pi * self.pitch * at) * self._amplitude).astype(np.int16).reshape(1, -1), "s16", "mono"
        )
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._at, fractions.Fraction(1, RATE)
        self._at += 960
        return frame


class Ear:
    """Listens to a track, remembers its last seconds, and can be waited on until it hears what it should."""

    def __init__(self, seconds: float = 3.0) -> None:
        self._limit = round(seconds * RATE)
        self._parts: list[np.ndarray] = []
        self.frames = 0
        self._news = asyncio.Event()
        self.arrivals: list[float] = []

    async def listen(self, track: MediaStreamTrack) -> None:
        """Take frames until the track ends."""
        resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
        with contextlib.suppress(MediaStreamError):
            while True:
                for frame in resampler.resample(await track.recv()):
                    self.take(frame.to_ndarray().reshape(-1))

    def take(self, pcm: np.ndarray) -> None:
        """Take samples at 48 kHz."""
        self._parts.append(pcm)
        self.frames += 1
        self.arrivals.append(time.monotonic())
        while sum(map(len, self._parts)) > self._limit:
            self._parts.pop(0)
        self._news.set()

    def last(self, seconds: float) -> np.ndarray:
        """Return the newest samples."""
        whole = np.concatenate(self._parts) if self._parts else np.zeros(0, np.int16)
        return whole[-round(seconds * RATE) :]

    def forget(self) -> None:
        """Begin to listen anew."""
        self._parts.clear()

    async def hears(self, *pitches: float, of: tuple[float, ...] = (), for_seconds: float = 0.2) -> None:
        """Wait until exactly these of the tones are heard for a while (and none of the others in `of`)."""
        wanted, all_of = set(pitches), tuple({*pitches, *of})
        try:
            async with asyncio.timeout(PATIENCE):
                while len(pcm := self.last(for_seconds)) < for_seconds * RATE or heard_in(pcm, all_of) != wanted:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            levels = {pitch: round(level(self.last(for_seconds), pitch)) for pitch in all_of}
            raise AssertionError(f"wanted {sorted(wanted)}, heard {levels} in {self.frames} frames") from None


class Peer:
    """A browser: sends a tone, hears what comes back."""

    def __init__(self, pitch: float) -> None:
        self.tone, self.ear = Tone(pitch), Ear()
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.pc.addTrack(self.tone)
        self._listening: set[asyncio.Task[None]] = set()

        @self.pc.on("track")
        def on_track(track: MediaStreamTrack) -> None:
            task = asyncio.ensure_future(self.ear.listen(track))
            self._listening.add(task)

    async def offer(self) -> str:
        """Return an offer with all candidates."""
        await self.pc.setLocalDescription(await self.pc.createOffer())
        return self.pc.localDescription.sdp

    async def accept(self, answer: str) -> None:
        """Take the answer."""
        await self.pc.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def close(self) -> None:
        """Hang up."""
        await self.pc.close()
        for task in self._listening:
            task.cancel()


class MediaWorker:
    """A media worker (`python -m media`) and what its control door says."""

    def __init__(self, process: asyncio.subprocess.Process, url: str, token: str, http: aiohttp.ClientSession) -> None:
        self.process, self.url, self.token, self.http = process, url, token, http
        self.events: list[dict[str, Any]] = []
        self._news = asyncio.Event()

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Return (status, JSON) of a request."""
        async with self.http.request(method, self.url + path, json=body) as response:
            return response.status, await response.json()

    async def do(self, method: str, path: str, body: Any = None) -> Any:
        """Return the JSON of a request that has to succeed."""
        status, said = await self.ask(method, path, body)
        assert status < 300, (method, path, status, said)
        return said

    async def join(self, room: str, leg: str, peer: Peer, side: str = "agent", **more: Any) -> None:
        """Connect a peer as a leg; its sound runs when leg.up has come."""
        answer = await self.do(
            "POST", f"/rooms/{room}/legs/{leg}/offer", {"sdp": await peer.offer(), "side": side, **more}
        )
        await peer.accept(answer["sdp"])

    async def follow(self, after: int = 0) -> None:
        """Keep the events that come."""
        with contextlib.suppress(aiohttp.ClientError):
            async with self.http.get(f"{self.url}/events?after={after}", timeout=aiohttp.ClientTimeout()) as response:
                async for line in response.content:
                    if line.strip():
                        self.events.append(json.loads(line))
                        self._news.set()

    async def event(self, kind: str, after: int = 0, **facts: Any) -> dict[str, Any]:
        """Wait for an event of a kind with these facts, with an id above `after`."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    for event in self.events:
                        if event["type"] == kind and event["id"] > after and facts.items() <= event.items():
                            return event
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(
                f"no {kind} {facts} among {[e for e in self.events if e['type'] != 'leg.quality']}"
            ) from None

    async def end(self) -> int:
        """Close its standard input, as a parent that ends does, and return its exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return await self.process.wait()


@contextlib.asynccontextmanager
async def media_worker(
    folder: Path, *more: str, legs: int = 20, preexec: Callable[[], None] | None = None
) -> AsyncIterator[MediaWorker]:
    """Run a worker that writes into a folder. Its limit of delay is that of a machine with other work to do."""
    token = "a-token-of-a-test"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "media", "--folder", str(folder), "--legs", str(legs), "--lag-limit", "5000",
        "--cpu-limit", "500", *more, cwd=ROOT, env={**os.environ, "MEDIA_TOKEN": token, "PYTHONPATH": str(ROOT)},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, preexec_fn=preexec,
    )  # fmt: skip
    assert process.stdout is not None
    following = None
    try:
        line = await process.stdout.readline()
        assert line, "the worker ended before it said where it listens"
        headers = {"Authorization": f"Bearer {token}"}
        async with aiohttp.ClientSession(headers=headers) as http:
            worker = MediaWorker(process, json.loads(line)["url"], token, http)
            following = asyncio.ensure_future(worker.follow())
            yield worker
            following.cancel()
    finally:
        if following is not None:
            following.cancel()
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
