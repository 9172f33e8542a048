"""Sounds that are played to legs: read once, kept as frames and as packets, so that playing one to many costs no encoding."""

from __future__ import annotations

import io
import re
from collections import OrderedDict
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np

from media.clock import RATE, SAMPLES
from media.errors import Refused, invalid
from media.sound.opus import Decoder, Encoder, Pcm, samples, samples_of

OWN = Path(__file__).parents[1] / "sounds"
LONGEST = 300
"""Seconds; five minutes take 29 MB."""
KEPT = 1200
"""Seconds of sounds that are kept, 120 MB: the ones that were used last."""
_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")


class Sound(NamedTuple):
    """Frames of 20 ms, as samples and as packets of Opus."""

    name: str
    frames: list[Pcm]
    packets: list[bytes]

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.frames) / 50


class Sounds:
    """Finds sounds by name (those that come with the worker, and those that were given to it) or by their path in one folder.

    It keeps those used last, so a sound that was given may be gone one day, and is given again by whoever wants it played.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder.resolve() if folder else None
        self._kept: OrderedDict[str | tuple[Path, int], Sound] = OrderedDict()

    def given(self, name: object) -> Sound | None:
        """Return a sound that was given by this name, if it is still here."""
        sound = self._kept.get(name) if isinstance(name, str) else None
        if sound is not None:
            self._kept.move_to_end(sound.name)
        return sound

    def take(self, name: str, data: bytes) -> Sound:
        """Keep a sound under a name: a file of Ogg. Takes long: not for the loop. Raises Refused."""
        return self._keep(name, _unpacked(name, data) or _decoded(name, io.BytesIO(data)))

    def path(self, name: object) -> Path:
        """Return the file of a sound. Raises Refused for one that is nowhere or outside of the folder."""
        if not isinstance(name, str) or not name:
            raise invalid("sound must be a name (hold, consent, beep, …) or a path in the folder of sounds.")
        if _NAME.fullmatch(name) and (OWN / f"{name}.ogg").exists():
            return OWN / f"{name}.ogg"
        missing = Refused(404, "no_sound", f"There is no sound {name!r}: put it into the folder of sounds.")
        if self._folder is None or "\0" in name:
            raise missing
        path = (self._folder / name).resolve()  # links are followed before the comparison
        if not path.is_relative_to(self._folder) or not path.is_file():
            raise missing
        return path

    def read(self, path: Path) -> Sound:
        """Return the sound of a file, decoding it when it is new or has changed. Takes long: not for the loop."""
        key = (path, path.stat().st_mtime_ns)
        return self._keep(key, self._kept.get(key) or _decoded(path.stem, str(path)))

    def _keep(self, key: str | tuple[Path, int], sound: Sound) -> Sound:
        self._kept[key] = sound
        self._kept.move_to_end(key)
        while len(self._kept) > 1 and sum(each.seconds for each in list(self._kept.values())) > KEPT:
            self._kept.popitem(last=False)
        return sound


def _unpacked(name: str, data: bytes) -> Sound | None:
    """Return a sound whose packets can be played as they lie there, as ours do; None for any other."""
    try:
        with av.open(io.BytesIO(data), "r", format="ogg") as container:
            if container.streams.audio[0].codec_context.name not in ("opus", "libopus"):
                return None
            packets = [bytes(packet) for packet in container.demux(audio=0) if packet.size]
    except (av.FFmpegError, IndexError, OSError):
        return None
    if not packets or len(packets) > LONGEST * 50 + 2 or any(samples_of(packet) != SAMPLES for packet in packets):
        return None
    decoder = Decoder()
    frames = [decoder.decode(packet) for packet in packets]
    whole = [frame for frame in frames if frame is not None and len(frame) == SAMPLES]
    return Sound(name, whole, packets) if len(whole) == len(packets) else None


def _decoded(name: str, source: str | io.BytesIO) -> Sound:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    parts: list[Pcm] = []
    try:
        with av.open(source, "r") as container:
            for frame in container.decode(audio=0):
                parts += samples(resampler, frame)
                if sum(map(len, parts)) > LONGEST * RATE:
                    raise Refused(400, "sound_too_long", f"{name} lasts more than {LONGEST} seconds.")
        parts += samples(resampler, None)
    except (av.FFmpegError, IndexError, OSError) as error:
        raise Refused(400, "bad_sound", f"{name} cannot be read as sound: {error}") from error
    whole = np.concatenate(parts) if parts else np.zeros(0, np.int16)
    whole = np.pad(whole, (0, -len(whole) % SAMPLES))
    if not len(whole):
        raise Refused(400, "bad_sound", f"{name} has no sound in it.")
    frames = list(whole.reshape(-1, SAMPLES))
    encoder = Encoder()
    return Sound(name, frames, [encoder.encode(frame) for frame in frames])
