"""aiortc's receiver and sender without decoders, encoders, threads and queues.

aiortc starts a thread for each track it receives, keeps frames that nobody reads without limit, waits for four packets before
it decodes, encodes in an executor, and looks at every sample in Python to tell how loud a frame is (`compute_audio_level_dbov`).
Here a packet is handed to a function the moment it comes, and one is sent the moment it is given: rooms decide what happens
between. That is what makes passing packets through three times cheaper than transcoding, and no track can be left unread.
Both classes reach into private parts of aiortc 1.16; pyproject.toml pins it, and tests/media talks to the stock library.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import aiortc.codecs
import aiortc.rtcpeerconnection
import pylibsrtp
from aiortc import RTCRtpReceiver, RTCRtpSender, clock
from aiortc.rtcrtpparameters import RTCRtpCodecParameters, RTCRtpReceiveParameters
from aiortc.rtcrtpreceiver import StreamStatistics
from aiortc.rtcrtpsender import random_sequence_number
from aiortc.rtp import HeaderExtensionsMap, RtpPacket
from aiortc.utils import random32

OPUS = RTCRtpCodecParameters(
    mimeType="audio/opus", clockRate=48000, channels=2, payloadType=96,
    # What the other side shall send: one voice, wide band, with repair data for lost packets, and no gaps in silence.
    parameters={"minptime": 10, "useinbandfec": 1, "stereo": 0, "maxaveragebitrate": 32000, "usedtx": 0},
)  # fmt: skip
DIGITS = [
    RTCRtpCodecParameters(mimeType="audio/telephone-event", clockRate=rate, channels=1, payloadType=number)
    for rate, number in ((48000, 110), (8000, 126))
]


class Receiver(RTCRtpReceiver):
    """Hands each packet to `sink(packet, codec)`, and counts for the reports that the sender of them gets."""

    sink: Callable[[RtpPacket, str], None] | None = None
    _RTCRtpReceiver__started: bool
    _RTCRtpReceiver__codecs: dict[int | None, RTCRtpCodecParameters]
    _RTCRtpReceiver__remote_streams: dict[int, StreamStatistics]

    async def receive(self, parameters: RTCRtpReceiveParameters) -> None:
        """Begin to receive, as the base does, but without its decoder."""
        if self._RTCRtpReceiver__started:
            return
        for codec in parameters.codecs:
            self._RTCRtpReceiver__codecs[codec.payloadType] = codec
        self.transport._register_rtp_receiver(self, parameters)
        self._RTCRtpReceiver__rtcp_task = asyncio.ensure_future(self._run_rtcp())
        self._RTCRtpReceiver__started = True

    async def _handle_rtp_packet(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        codec = self._RTCRtpReceiver__codecs.get(packet.payload_type)
        if codec is None:
            return
        streams = self._RTCRtpReceiver__remote_streams
        if packet.ssrc not in streams:
            if len(streams) >= 4:  # a sender that takes a new source for each packet
                return
            streams[packet.ssrc] = StreamStatistics(codec.clockRate)
        streams[packet.ssrc].add(packet)
        if self.sink is not None:
            self.sink(packet, codec.name)

    @property
    def statistics(self) -> StreamStatistics | None:
        """What was counted of the stream that came last, or None before its first packet."""
        streams = self._RTCRtpReceiver__remote_streams
        return next(reversed(streams.values()), None)


class Sender(RTCRtpSender):
    """Sends what it is given at once; the base goes on writing the reports."""

    codec: RTCRtpCodecParameters | None = None
    _RTCRtpSender__rtp_started: asyncio.Event
    _RTCRtpSender__rtp_exited: asyncio.Event
    _RTCRtpSender__mid: str | None
    _RTCRtpSender__rtp_header_extensions_map: HeaderExtensionsMap
    _RTCRtpSender__octet_count: int
    _RTCRtpSender__packet_count: int
    _RTCRtpSender__rtt: float | None

    async def _run_rtp(self, codec: RTCRtpCodecParameters) -> None:
        self._RTCRtpSender__rtp_started.set()
        self._origin = (random_sequence_number(), random32())
        self.codec = codec
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            self.codec = None
        self._RTCRtpSender__rtp_exited.set()

    def transmit(self, payload: bytes, number: int, timestamp: int, marker: bool, kind: int | None = None) -> None:
        """Send a packet; numbers count from 0. Before the connection stands and after its end nothing happens."""
        if self.codec is None:
            return
        packet = RtpPacket(
            payload_type=(self.codec.payloadType or 0) if kind is None else kind,
            sequence_number=(number + self._origin[0]) & 0xFFFF,
            timestamp=(timestamp + self._origin[1]) & 0xFFFFFFFF,
            marker=int(marker),
        )
        packet.ssrc, packet.payload = self._ssrc, payload
        packet.extensions.mid = self._RTCRtpSender__mid
        try:
            at_once(self.transport._send_rtp(packet.serialize(self._RTCRtpSender__rtp_header_extensions_map)))
        except (ConnectionError, OSError, pylibsrtp.Error):
            return
        self._RTCRtpSender__ntp_timestamp = clock.current_ntp_time()
        self._RTCRtpSender__rtp_timestamp = packet.timestamp
        self._RTCRtpSender__octet_count += len(payload)
        self._RTCRtpSender__packet_count += 1

    @property
    def round_trip(self) -> float | None:
        """Seconds to the other side and back, by its reports; None before the first."""
        return self._RTCRtpSender__rtt


def at_once(sending: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that never waits: sending a datagram is one (aioice writes to the socket's transport and returns)."""
    try:
        sending.send(None)
    except StopIteration:
        return
    sending.close()
    raise ConnectionError("sending waited for something")


def install() -> None:
    """Make every connection of this process use both, and offer nothing but Opus and digits. Called once, by the worker."""
    aiortc.rtcpeerconnection.RTCRtpReceiver = Receiver  # type: ignore[misc]
    aiortc.rtcpeerconnection.RTCRtpSender = Sender  # type: ignore[misc]
    aiortc.codecs.CODECS["audio"][:] = [OPUS, *DIGITS]
    aiortc.codecs.HEADER_EXTENSIONS["audio"][:] = aiortc.codecs.HEADER_EXTENSIONS["audio"][:1]  # mid, no loudness
