"""Sounds as files: Ogg with Opus, mono at 48 kHz, 32 kb/s."""

from __future__ import annotations

import fractions
from typing import IO

import av
import numpy as np
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from media.clock import RATE
from media.sound.opus import BITS


def write(file: IO[bytes], wave: NDArray[np.floating]) -> None:
    """Write a wave (-1 to 1)."""
    pcm = np.clip(np.rint(wave * 32767), -32768, 32767).astype(np.int16)
    with av.open(file, "w", format="ogg") as out:
        stream = out.add_stream("libopus", rate=RATE)
        assert isinstance(stream, AudioStream)
        stream.bit_rate, stream.layout = BITS, "mono"
        frame = av.AudioFrame.from_ndarray(pcm.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, fractions.Fraction(1, RATE)
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
