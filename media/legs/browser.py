"""A browser's leg: Opus over WebRTC, with a new connection whenever a new offer comes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from aiortc.rtp import RtpPacket

from media.dtmf import Presses, Typing
from media.legs.leg import Leg
from media.legs.numbering import Numbering
from media.sound.opus import SILENCE, Decoder, Encoder, Pcm
from media.webrtc.connection import Connection

PER_SECOND, BURST = 200, 400
"""Packets that are taken of a leg: a voice has 50 a second, 100 where frames are shorter, and more after a stall of the network."""


class BrowserLeg(Leg):
    """Passes packets on to `forward_to` when that is set, else keeps them for the mixer."""

    kind = "browser"

    def __init__(self, name: str, side: str, tell: Callable[..., None]) -> None:
        super().__init__(name, side, tell)
        self._current: Connection | None = None
        self._coming: Connection | None = None
        self._decoder = Decoder()
        self._encoder: Encoder | None = None
        self._numbering = Numbering()
        self._presses = Presses(lambda digit: self.tell("leg.dtmf", digit=digit))
        self._typing: Typing | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self.forward_to: BrowserLeg | None = None
        self._source: int | None = None
        self._allowed, self._counted = float(BURST), time.monotonic()

    @property
    def is_up(self) -> bool:
        """Whether a connection stands."""
        return self._current is not None and self._current.is_up

    async def offer(self, sdp: object, ice: list[dict[str, Any]]) -> str:
        """Answer an offer. The connection that stands goes on until the new one does: sound has no hole. Raises bad_sdp."""
        coming = Connection(self._packet, self._changed)
        answer = await coming.answer(sdp, ice)
        before, self._coming = self._coming, coming
        if before is not None:
            await before.close()
        return answer

    async def candidate(self, body: dict[str, Any]) -> None:
        """Add a candidate to the newest connection."""
        connection = self._coming or self._current
        if connection is not None:
            await connection.add_candidate(body.get("candidate"), body.get("sdpMid"), body.get("sdpMLineIndex"))

    def decode(self, payload: bytes) -> Pcm | None:
        """Return the samples of a packet of Opus."""
        return self._decoder.decode(payload)

    def give(self, pcm: Pcm | None, packet: bytes | None = None) -> None:
        """Send a frame."""
        if self._typing is not None and self._type():
            return
        if packet is None:
            if pcm is not None:
                self._encoder = self._encoder or Encoder()
                packet = self._encoder.encode(pcm)
            packet = packet or SILENCE
        if self._current is not None:
            self._current.transmit(packet, *self._numbering.next())

    def forward(self, packet: RtpPacket, payload: bytes) -> None:
        """Send another leg's packet."""
        named = self._numbering.of(packet.ssrc, packet.sequence_number, packet.timestamp)
        if named is not None and self._current is not None:
            self._current.transmit(payload, *named)

    def digits(self, digits: str) -> None:
        """Send key presses as telephone-events, where the other side agreed on them."""
        self._typing = Typing(digits, 960)

    @property
    def takes_digits(self) -> bool:
        """Whether the browser agreed on telephone-events."""
        return self._current is not None and self._current.takes_digits

    def _type(self) -> bool:
        assert self._typing is not None
        frame = self._typing.frame()
        if frame is None:
            self._typing = None
            self.on_change()
            return False
        for payload, is_first in frame:
            if is_first:
                number, self._typed_at, _ = self._numbering.next()
            else:
                number, _ = self._numbering.same_time(self._typed_at)
            if self._current is not None:
                self._current.transmit_digit(payload, number, self._typed_at, is_first)
        return bool(frame)

    @property
    def is_typing(self) -> bool:
        """Whether key presses are being sent."""
        return self._typing is not None

    def _packet(self, packet: RtpPacket, codec: str) -> None:
        if not self._admits():
            return
        if codec.lower() != "opus":
            self._presses.take(packet.payload, packet.timestamp)
            return
        on_tape = self.is_on_tape
        if self.track is not None and on_tape:
            self.track.packet(packet.payload, packet.ssrc, packet.timestamp)
        other = self.forward_to
        if other is None:
            if packet.ssrc != self._source:
                self._source = packet.ssrc
                self.playout.clear()
            self.playout.put(packet.sequence_number, packet.payload)
        elif packet.payload:
            other.forward(packet, SILENCE if self.muted else packet.payload)

    def _admits(self) -> bool:
        """Tell whether a packet is one of a voice: what a browser sends beyond that would cost other calls their time."""
        now = time.monotonic()
        self._allowed = min(BURST, self._allowed + (now - self._counted) * PER_SECOND)
        self._counted = now
        if self._allowed < 1:
            return False
        self._allowed -= 1
        return True

    def _changed(self, connection: Connection, is_up: bool, reason: str) -> None:
        if is_up and connection is self._coming:
            before, self._current, self._coming = self._current, connection, None
            if before is not None:
                self._close(before)
            self._numbering = Numbering()
            self.playout.clear()
            self.tell("leg.up", replaced=before is not None)
            self.on_change()
        elif not is_up:
            self._close(connection)
            if connection is self._coming:
                self._coming = None
                if self._current is None:
                    self.tell("leg.down", reason=reason)
            elif connection is self._current:
                self._current = None
                self.tell("leg.down", reason=reason)
                self.on_change()

    def _close(self, connection: Connection) -> None:
        task = asyncio.ensure_future(connection.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def quality(self) -> dict[str, Any]:
        """Return what the connection counted."""
        return self._current.quality() if self._current else super().quality()

    async def close(self) -> None:
        """Take the connections down."""
        for connection in (self._current, self._coming):
            if connection is not None:
                await connection.close()
        self._current = self._coming = None
