"""`python -m media.sound.brought IN OUT --seconds N`: makes a sound that can be played to callers of a file that somebody brought.

It prints one line of JSON: `{seconds}`, or `{code, message}` where it takes the file not (`unreadable`, `silent`, `too_long`).

A process of its own for each file, because nobody knows what is in it. Before the first byte is looked at both files are open,
and from then on the system gives this process no further one: no file and no address that a playlist or a container names can
be opened, whatever a decoder has in mind. Memory and processor time are bounded in the same way.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import re
import resource
from pathlib import Path
from typing import IO, Any

import av
import av.subtitles.codeccontext
import av.video.codeccontext
import numpy as np
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from media.clock import RATE
from media.sound.writing import write

Wave = NDArray[np.float32]
LOUDNESS = 0.1
"""What the loud parts come to (-20 dB of full scale, by their root mean square): the music that comes along has -21."""
CEILING = 0.89
"""Nothing is louder (-1 dB), so that no codec behind us clips."""
_MOST_GAIN = 30.0
"""Whoever whispered into a far microphone is raised by 30 dB, and the noise of the room no further."""
_SILENCE = 0.001
"""-60 dB: where nothing is louder, nobody hears anything."""
_BLOCK = RATE // 10
_MEMORY = 1 << 30
"""Bytes beside what the libraries take: five minutes of sound are 60 MB, some of them twice."""
_CPU = 60
"""Seconds: the longest sound takes three of them."""
_LARGEST = 8 << 20
_BROKEN = 20
"""Packets that may be broken before it counts how many are whole: files are cut out of others."""

_KINDS = (
    (rb"RIFF....WAVE", "wav"),
    (rb"OggS", "ogg"),
    (rb"fLaC", "flac"),
    (rb"....ftyp", "mov"),
    (rb"\x1a\x45\xdf\xa3", "matroska"),
    (rb"FORM....AIF[FC]", "aiff"),
    (rb"caff", "caf"),
    (rb"#!AMR", "amr"),
    (rb"ID3", "mp3"),
    (rb"\xff[\xf0\xf1\xf8\xf9]", "aac"),
    (rb"\xff[\xe2-\xff]", "mp3"),
)
"""How a file begins, and what reads it. Nothing is guessed: what begins otherwise is not read at all."""
_CODECS = (
    "aac,alac,amrnb,amrwb,flac,libopencore_amrnb,libopencore_amrwb,libopus,libvorbis,mp2,mp2float,mp3,mp3float,opus,vorbis,"
    "adpcm_ima_wav,adpcm_ms,pcm_alaw,pcm_f32be,pcm_f32le,pcm_f64le,pcm_mulaw,pcm_s16be,pcm_s16le,pcm_s24be,pcm_s24le,"
    "pcm_s32be,pcm_s32le,pcm_s8,pcm_u8"
)


class NotTaken(Exception):
    """A file of which no sound can be made; `code` is for programs."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def brought(source: IO[bytes], seconds: int) -> Wave:
    """Return what is heard in a file, mono at 48 kHz and as loud as other sounds. Raises NotTaken."""
    try:
        wave = _decoded(source, seconds)
    except (av.FFmpegError, ValueError, LookupError, OSError, ArithmeticError, MemoryError) as error:
        raise NotTaken("unreadable", f"It cannot be read as sound: {error}") from error
    if len(wave) > seconds * RATE:
        raise NotTaken("too_long", f"It lasts more than {seconds} seconds.")
    return evened(wave)


def _decoded(source: IO[bytes], seconds: int) -> Wave:
    """Return the samples, of a file that is too long some more than it may have."""
    head = source.read(16)
    source.seek(0)
    kind = next((kind for begins, kind in _KINDS if re.match(begins, head, re.DOTALL)), None)
    if kind is None:
        raise NotTaken("unreadable", "It is no sound file of a kind that is taken.")
    only = {"format_whitelist": kind, "codec_whitelist": _CODECS, "protocol_whitelist": "none"}
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    parts: list[Wave] = []
    length = whole = broken = 0
    with av.open(source, "r", format=kind, container_options=only) as container:
        stream = next((each for each in container.streams if isinstance(each, AudioStream)), None)
        if stream is None or stream.codec_context.name not in _CODECS.split(","):
            raise NotTaken("unreadable", "There is no sound in it of a kind that is taken.")
        for packet in container.demux(stream):
            try:
                frames: list[Any] = list(packet.decode())
                whole += bool(frames)
            except av.FFmpegError:
                broken += 1
                if broken > max(_BROKEN, whole):
                    raise NotTaken("unreadable", "Most of it is broken.") from None
                continue
            for frame in frames:
                new = _mono(resampler, frame)
                parts += new
                length += sum(map(len, new))
            if length > (seconds + 1) * RATE:
                break
        parts += _mono(resampler, None)
    if broken > whole:
        raise NotTaken("unreadable", "Most of it is broken.")
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def _mono(resampler: av.AudioResampler, frame: av.AudioFrame | None) -> list[Wave]:
    return [one.to_ndarray().reshape(-1).astype(np.float32) for one in resampler.resample(frame)]


def evened(wave: Wave) -> Wave:
    """Return a wave with its loud parts at LOUDNESS; pauses between words don't count. Raises NotTaken for silence."""
    wave = np.nan_to_num(wave, nan=0.0, posinf=1.0, neginf=-1.0)
    blocks = np.pad(wave, (0, -len(wave) % _BLOCK)).reshape(-1, _BLOCK).astype(np.float64)
    levels = np.sqrt(np.mean(blocks * blocks, axis=1))
    loudest = float(levels.max(initial=0.0))
    if loudest < _SILENCE:
        raise NotTaken("silent", "Nothing is to be heard in it.")
    loud = levels[levels > loudest / 10]
    gain = LOUDNESS / float(np.sqrt(np.mean(loud * loud)))
    # A single click must not make all else quiet, so the loudest thousandth is cut.
    peak = float(np.quantile(np.abs(wave), 0.999))
    gain = min(gain, CEILING / max(peak, _SILENCE), _MOST_GAIN)
    return np.asarray(np.clip(wave * gain, -CEILING, CEILING), np.float32)


def rehearse() -> None:
    """Make a sound of one of ours: libraries load parts of theirs when they are needed first, which is too late afterwards.

    (So is what PyAV wants for the picture on the cover of a song: it stands among the imports.)
    """
    tone = io.BytesIO()
    write(tone, np.sin(np.arange(RATE) / 10) * LOUDNESS)
    tone.seek(0)
    write(io.BytesIO(), brought(tone, 2))


def confine() -> None:
    """Let this process open nothing more, and end where it takes too much."""
    os.nice(15)
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU, _CPU))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST, _LARGEST))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, ValueError):  # only Linux says how much is taken
        taken = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_DATA, (taken + _MEMORY, taken + _MEMORY))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def main() -> None:
    """Make a sound of one file."""
    parser = argparse.ArgumentParser(prog="python -m media.sound.brought", description="Make a sound of a file.")
    parser.add_argument("source", type=Path, metavar="IN")
    parser.add_argument("target", type=Path, metavar="OUT")
    parser.add_argument("--seconds", type=int, required=True, help="how long it may be")
    given = parser.parse_args()
    av.logging.set_level(None)  # what FFmpeg thinks of a stranger's file helps nobody
    with given.source.open("rb") as source, given.target.open("wb") as target:
        rehearse()
        confine()
        try:
            wave = brought(source, given.seconds)
            write(target, wave)
        except NotTaken as refused:
            print(json.dumps({"code": refused.code, "message": refused.message}), flush=True)
            raise SystemExit(1) from None
    print(json.dumps({"seconds": round(len(wave) / RATE, 2)}), flush=True)


if __name__ == "__main__":
    main()
