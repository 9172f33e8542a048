"""Opus by libopus, mono at 48 kHz in frames of 20 ms, and what its packets say without being decoded (RFC 6716)."""

from __future__ import annotations

import fractions

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from numpy.typing import NDArray

from media.clock import RATE, SAMPLES

Pcm = NDArray[np.int16]
BITS = 32_000
"""A second of speech, wide band; the figure that browsers use for one voice."""
SILENCE = b"\xf8\xff\xfe"
"""A frame of 20 ms of nothing (CELT, full band, mono): as good as one from the encoder and free."""
_TIME_BASE = fractions.Fraction(1, RATE)
_FRAMES_MS = (10, 20, 40, 60) * 3 + (10, 20) * 2 + (2.5, 5, 10, 20) * 4  # by the 32 configurations, RFC 6716 table 2


def samples_of(packet: bytes) -> int:
    """Return how many samples at 48 kHz a packet lasts, 0 for one that is none (RFC 6716, 3.1 and 3.2)."""
    if not packet:
        return 0
    frames = (1, 2, 2, packet[1] & 0x3F if len(packet) > 1 else 0)[packet[0] & 3]
    samples = int(_FRAMES_MS[packet[0] >> 3] * 48) * frames
    return samples if samples <= 5760 else 0  # 120 ms is the longest that the standard allows


def samples(resampler: av.AudioResampler, frame: av.AudioFrame | None) -> list[Pcm]:
    """Return what a resampler to mono makes of a frame, None for what it still holds at the end."""
    return [one.to_ndarray().reshape(-1).astype(np.int16) for one in resampler.resample(frame)]


class Encoder:
    """Frames of 960 samples in, one packet each out."""

    def __init__(self, bits: int = BITS) -> None:
        codec = av.CodecContext.create("libopus", "w")
        assert isinstance(codec, AudioCodecContext)
        codec.bit_rate, codec.sample_rate, codec.time_base = bits, RATE, _TIME_BASE
        codec.format, codec.layout = "s16", "mono"
        # "voip" would mix two coders into each frame, which takes twice the time; at 32 kb/s nobody hears the difference.
        # Complexity 5 takes two thirds of the time of 10.
        codec.options = {"application": "audio", "frame_duration": "20", "compression_level": "5"}
        self._codec = codec
        self._at = 0

    def encode(self, pcm: Pcm) -> bytes:
        """Return the packet of a frame."""
        frame = av.AudioFrame.from_ndarray(pcm.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._at, _TIME_BASE
        self._at += SAMPLES
        return b"".join(bytes(packet) for packet in self._codec.encode(frame))


class Decoder:
    """Packets in, samples out: as many as the packet lasts."""

    def __init__(self) -> None:
        codec = av.CodecContext.create("libopus", "r")
        assert isinstance(codec, AudioCodecContext)
        codec.format, codec.layout, codec.sample_rate = "s16", "mono", RATE
        self._codec = codec

    def decode(self, packet: bytes) -> Pcm | None:
        """Return the samples, or None for a packet that is none."""
        try:
            frames = self._codec.decode(av.Packet(packet))
        except av.FFmpegError:
            return None
        return np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames]) if frames else None
