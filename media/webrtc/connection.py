"""One connection of a browser: an offer is answered, packets come in at `sink` and go out by `transmit`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCSessionDescription
from aiortc.rtp import RtpPacket
from aiortc.sdp import candidate_from_sdp

from media.errors import bad_sdp, invalid
from media.webrtc.offers import MOST_CANDIDATES, checked, is_address
from media.webrtc.transport import Receiver, Sender

PATIENCE = 20.0
"""Seconds for an answered offer to become a connection; after that it is down, and a new offer may be made."""


class Connection:
    """Tells `on_state("up" | "down", reason)` once each."""

    def __init__(
        self, sink: Callable[[RtpPacket, str], None], on_state: Callable[[Connection, bool, str], None]
    ) -> None:
        self._sink, self._on_state = sink, on_state
        self._pc: RTCPeerConnection | None = None
        self._sender: Sender | None = None
        self._receiver: Receiver | None = None
        self._patience: asyncio.TimerHandle | None = None
        self._digits: int | None = None
        self._candidates = 0
        self.is_up = self.is_over = False

    async def answer(self, sdp: object, ice: list[dict[str, Any]]) -> str:
        """Return the answer with all our candidates. Raises bad_sdp, and is of no use afterwards."""
        text = checked(sdp)
        # An empty list, or aiortc would ask a public STUN server.
        pc = self._pc = RTCPeerConnection(RTCConfiguration(iceServers=_servers(ice)))
        pc.on("connectionstatechange", self._changed)
        try:
            await pc.setRemoteDescription(RTCSessionDescription(text, "offer"))
            self._choose(pc)
            await pc.setLocalDescription(await pc.createAnswer())
        except Exception as error:
            await self.close("refused")
            raise bad_sdp(f"The offer cannot be answered: {error or type(error).__name__}") from error
        self._patience = asyncio.get_running_loop().call_later(PATIENCE, self._end, "never_connected")
        return pc.localDescription.sdp

    def _choose(self, pc: RTCPeerConnection) -> None:
        """Talk through the first section with sound; others, and pictures, are not taken (they go from browser to browser)."""
        for transceiver in pc.getTransceivers():
            if transceiver.kind == "audio" and self._sender is None:
                transceiver.direction = "sendrecv"
                assert isinstance(transceiver.sender, Sender) and isinstance(transceiver.receiver, Receiver)
                self._sender, self._receiver = transceiver.sender, transceiver.receiver
                self._receiver.sink = self._sink
                codecs = transceiver._codecs
                codecs.sort(key=lambda codec: codec.name.lower() != "opus")  # the first is the one that we send
                events = [codec for codec in codecs if codec.name.lower() == "telephone-event"]
                events.sort(key=lambda codec: -codec.clockRate)
                self._digits = events[0].payloadType if events and events[0].clockRate == 48000 else None
            else:
                transceiver.direction = "inactive"

    async def add_candidate(self, candidate: object, mid: object, index: object) -> None:
        """Add a candidate of the other side, or the end of them (None or an empty text). Names are passed over."""
        if self._pc is None or self.is_over:
            return
        if not candidate:
            await self._pc.addIceCandidate(None)
            return
        self._candidates += 1
        if not isinstance(candidate, str) or self._candidates > MOST_CANDIDATES:
            raise invalid(f"candidate must be a text, and at most {MOST_CANDIDATES} are taken.")
        try:
            found = candidate_from_sdp(candidate.removeprefix("candidate:"))
        except (AssertionError, ValueError, IndexError) as error:
            raise invalid("candidate must be the text of an ICE candidate.") from error
        if not is_address(found.ip):
            return
        found.sdpMid = mid if isinstance(mid, str) else None
        found.sdpMLineIndex = index if isinstance(index, int) else None
        if found.sdpMid is None and found.sdpMLineIndex is None:
            raise invalid("sdpMid or sdpMLineIndex must say what the candidate is for.")
        try:
            await self._pc.addIceCandidate(found)
        except ValueError:
            return  # after the end of candidates: nothing waits for it any more

    def transmit(self, payload: bytes, number: int, timestamp: int, marker: bool) -> None:
        """Send a packet of Opus."""
        if self._sender is not None:
            self._sender.transmit(payload, number, timestamp, marker)

    def transmit_digit(self, payload: bytes, number: int, timestamp: int, marker: bool) -> None:
        """Send a telephone-event in the clock of the sound; nothing happens where the other side takes none."""
        if self._sender is not None and self._digits is not None:
            self._sender.transmit(payload, number, timestamp, marker, self._digits)

    @property
    def takes_digits(self) -> bool:
        """Tell whether the other side agreed on telephone-events at 48 kHz."""
        return self._digits is not None

    def quality(self) -> dict[str, Any]:
        """Return `{received, lost, jitter_ms, rtt_ms}` since the connection began; `rtt_ms` may be None."""
        counted = self._receiver.statistics if self._receiver else None
        rtt = self._sender.round_trip if self._sender else None
        return {
            "received": counted.packets_received if counted else 0,
            "lost": max(0, counted.packets_lost) if counted else 0,
            "jitter_ms": round(counted.jitter / 48, 1) if counted else 0.0,
            "rtt_ms": None if rtt is None else round(rtt * 1000),
        }

    async def close(self, reason: str = "closed") -> None:
        """Take the connection down. Safe to call again."""
        self._end(reason, closing=True)
        if self._pc is not None:
            await self._pc.close()

    def _changed(self) -> None:
        state = self._pc.connectionState if self._pc else "closed"
        if state == "connected" and not self.is_up and not self.is_over:
            self.is_up = True
            if self._patience:
                self._patience.cancel()
            self._on_state(self, True, "")
        elif state in ("failed", "closed"):
            self._end("lost" if self.is_up else "never_connected")

    def _end(self, reason: str, closing: bool = False) -> None:
        if self._patience:
            self._patience.cancel()
        if self.is_over:
            return
        self.is_up, self.is_over = False, True
        if self._receiver is not None:
            self._receiver.sink = None
        if not closing:
            self._on_state(self, False, reason)


def _servers(ice: list[dict[str, Any]]) -> list[RTCIceServer]:
    try:
        return [RTCIceServer(one["urls"], one.get("username"), one.get("credential")) for one in ice[:4]]
    except (TypeError, KeyError, AttributeError) as error:
        raise invalid("ice must be a list of {urls, username, credential}.") from error
