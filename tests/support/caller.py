"""A visitor with a telephone: a real peer (aiortc) that speaks in one tone and says which tone it hears."""

from __future__ import annotations

import asyncio
import contextlib
import fractions
import itertools
import math
from typing import Any

import av
import numpy as np
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from aiortc.sdp import candidate_from_sdp

from tests.support.cast import Client
from tests.support.house import eventually

RATE = 48_000
FRAME = RATE // 50
HEARD = RATE // 2
"""Samples of which the tone is found: with half a second neighbours are 2 Hz apart."""
_numbers = itertools.count(1)


class Tone(MediaStreamTrack):
    """A sine for as long as somebody listens."""

    kind = "audio"

    def __init__(self, hertz: float) -> None:
        super().__init__()
        self._hertz, self._sent, self._began = hertz, 0, 0.0

    async def recv(self) -> av.AudioFrame:
        loop = asyncio.get_running_loop()
        self._began = self._began or loop.time()
        await asyncio.sleep(max(0.0, self._began + self._sent / RATE - loop.time()))
        times = (np.arange(FRAME) + self._sent) / RATE
        samples = (np.sin(2 * math.pi * self._hertz * times) * 12_000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._sent, fractions.Fraction(1, RATE)
        self._sent += FRAME
        return frame


class Caller:
    """Somebody on the website who calls, or is called."""

    def __init__(self, client: Client, hertz: float) -> None:
        self.client, self.hertz = client, hertz
        self.leg = f"caller-{next(_numbers):08}"
        self.call = 0
        self._agent = ""
        self._peer: RTCPeerConnection | None = None
        self._samples = np.zeros(0, dtype=np.float64)
        self._tasks: list[asyncio.Task[None]] = []
        client.socket.on("call.accepted", self._accepted, namespace=client.namespace)
        client.socket.on("call.offer", self._offered, namespace=client.namespace)
        client.socket.on("call.answer", self._answered, namespace=client.namespace)
        client.socket.on("call.candidate", self._found, namespace=client.namespace)
        for name in ("call.ringing", "call.changed", "call.ended"):
            client.socket.on(name, self._noted(name), namespace=client.namespace)

    def _noted(self, name: str) -> Any:
        async def note(body: Any) -> None:
            self.client.heard.append((name, body))

        return note

    async def calls(self, **more: Any) -> int:
        """Call; return the call's id."""
        payload = {"client_id": f"caller-{next(_numbers)}", "leg": self.leg} | more
        self.call = (await self.client.call("call.start", **payload))["call"]["id"]
        return self.call

    async def takes(self, call: int) -> None:
        """Answer a call that rings here."""
        self.call = call
        taken = (await self.client.call("call.accept", call=call, leg=self.leg))["call"]
        await self._connect(taken["legs"]["agent"])

    async def hangs_up(self) -> None:
        await self.client.call("call.hangup", call=self.call)

    def tone(self) -> float:
        """Return the tone that is heard now (Hz); 0 for silence, and before anything was heard."""
        samples = self._samples
        if len(samples) < HEARD or np.sqrt(np.mean(samples**2)) < 0.003:
            return 0.0
        power = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
        return float(np.argmax(power) * RATE / len(samples))

    async def hears_tone(self, hertz: float, within: float = 15.0) -> None:
        """Wait until a tone is heard, to the nearest 15 Hz; 0 waits for silence."""
        with contextlib.suppress(AssertionError):
            await eventually(lambda: abs(self.tone() - hertz) < 15, within)
        assert abs(self.tone() - hertz) < 15, f"{self.tone():.0f} Hz is heard, and not {hertz:.0f} Hz"

    async def leaves(self) -> None:
        """Close the telephone."""
        for task in self._tasks:
            task.cancel()
        if self._peer:
            await self._peer.close()

    async def _accepted(self, call: Any) -> None:
        self.client.heard.append(("call.accepted", call))
        if call["legs"].get("contact") == self.leg and call["legs"]["agent"] != self._agent:
            await self._connect(call["legs"]["agent"])

    async def _connect(self, agent: str) -> None:
        """Begin a connection with a device of the team: the contact's side makes the first offer."""
        if agent == self._agent:
            return
        self._agent = agent
        peer = await self._fresh()
        await peer.setLocalDescription(await peer.createOffer())
        await self.client.call("call.offer", call=self.call, leg=self.leg, sdp=peer.localDescription.sdp)

    async def _fresh(self) -> RTCPeerConnection:
        if self._peer:
            await self._peer.close()
        self._samples = np.zeros(0, dtype=np.float64)
        peer = self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        peer.addTrack(Tone(self.hertz))
        peer.on("track", lambda track: self._tasks.append(asyncio.create_task(self._listen(track))))
        return peer

    async def _offered(self, signal: Any) -> None:
        """Another page of the agent offers: it is a new connection for this side, too."""
        if signal["to"] != self.leg:
            return
        peer = await self._fresh()
        await peer.setRemoteDescription(RTCSessionDescription(signal["sdp"], "offer"))
        await peer.setLocalDescription(await peer.createAnswer())
        await self.client.call("call.answer", call=self.call, leg=self.leg, sdp=peer.localDescription.sdp)

    async def _answered(self, signal: Any) -> None:
        if signal["to"] == self.leg and self._peer and self._peer.signalingState == "have-local-offer":
            await self._peer.setRemoteDescription(RTCSessionDescription(signal["sdp"], "answer"))

    async def _found(self, signal: Any) -> None:
        said = signal["candidate"]
        if signal["to"] != self.leg or not said["candidate"] or not self._peer or ".local" in said["candidate"]:
            return
        candidate = candidate_from_sdp(said["candidate"].removeprefix("candidate:"))
        candidate.sdpMid, candidate.sdpMLineIndex = said.get("sdpMid"), said.get("sdpMLineIndex")
        with contextlib.suppress(ValueError):
            await self._peer.addIceCandidate(candidate)

    async def _listen(self, track: MediaStreamTrack) -> None:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        with contextlib.suppress(MediaStreamError):
            while True:
                frame: Any = await track.recv()
                for part in resampler.resample(frame):
                    heard = part.to_ndarray().reshape(-1).astype(np.float64) / 32_768
                    self._samples = np.concatenate([self._samples, heard])[-HEARD:]
