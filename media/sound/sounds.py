"""Sounds that are played to legs: read once, kept as frames and as packets, so that playing one to many costs no encoding."""

from __future__ import annotations

import re
from collections import OrderedDict
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np

from media.clock import RATE, SAMPLES
from media.errors import Refused, invalid
from media.sound.opus import Encoder, Pcm, samples

OWN = Path(__file__).parents[1] / "sounds"
LONGEST = 300
"""Seconds; five minutes take 29 MB."""
KEPT = 16
_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")


class Sound(NamedTuple):
    """Frames of 20 ms, as samples and as packets of Opus."""

    name: str
    frames: list[Pcm]
    packets: list[bytes]


class Sounds:
    """Finds sounds by name (those that come with the worker) or by their path in one folder, and keeps those used last."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder.resolve() if folder else None
        self._kept: OrderedDict[tuple[Path, int], Sound] = OrderedDict()

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
        sound = self._kept.get(key)
        if sound is None:
            sound = self._kept[key] = _decoded(path)
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return sound


def _decoded(path: Path) -> Sound:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    parts: list[Pcm] = []
    try:
        with av.open(str(path)) as container:
            for frame in container.decode(audio=0):
                parts += samples(resampler, frame)
                if sum(map(len, parts)) > LONGEST * RATE:
                    raise Refused(400, "sound_too_long", f"{path.name} lasts more than {LONGEST} seconds.")
        parts += samples(resampler, None)
    except (av.FFmpegError, IndexError, OSError) as error:
        raise Refused(400, "bad_sound", f"{path.name} cannot be read as sound: {error}") from error
    whole = np.concatenate(parts) if parts else np.zeros(0, np.int16)
    whole = np.pad(whole, (0, -len(whole) % SAMPLES))
    if not len(whole):
        raise Refused(400, "bad_sound", f"{path.name} has no sound in it.")
    frames = list(whole.reshape(-1, SAMPLES))
    encoder = Encoder()
    return Sound(path.stem, frames, [encoder.encode(frame) for frame in frames])
