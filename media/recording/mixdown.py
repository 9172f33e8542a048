"""`python -m media.recording.mixdown FOLDER NAME ROOM`: one file of all legs, one of a side, and the waveform, at low priority."""

from __future__ import annotations

import contextlib
import fractions
import glob
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from media.clock import RATE, SAMPLES
from media.recording import sidecar
from media.sound.opus import BITS, Pcm, samples

BLOCK = SAMPLES * 50
"""A second: legs of any length are mixed in the same memory."""
PEAKS = 1000
"""Values of a waveform: more than a screen has room for."""


def mix(folder: Path, name: str) -> dict[str, Any]:
    """Write NAME.ogg and NAME.peaks.json from the legs of a closed recording, and return the event recording.mixed.

    A side that had several legs, one after the other as a rule, gets NAME+SIDE.ogg of them.
    """
    path = folder / f"{name}.json"
    facts = sidecar.read(path)
    if facts is None or facts["state"] == "open":
        raise SystemExit(f"{path} is no closed recording")
    total = round(facts["seconds"] * RATE)
    entries = facts["legs"]
    legs = [_leg(path.parent / entry["file"], round(entry["offset_ms"] * 48)) for entry in entries]
    counted = Counter(entry["side"] for entry in entries)
    # No name of a leg has a plus in it.
    sides = {side: f"{path.stem}+{side}.ogg" for side, count in counted.items() if count > 1}
    whole = path.with_suffix(".ogg")
    bucket = max(1, -(-total // PEAKS))
    peaks = np.zeros(min(PEAKS, total) or 1, np.int32)
    with contextlib.ExitStack() as stack:
        written = stack.enter_context(_written(whole))
        apart = {side: stack.enter_context(_written(path.with_name(file))) for side, file in sides.items()}
        for at in range(0, total, BLOCK):
            length = min(BLOCK, total - at)
            blocks = [next(leg)[:length] for leg in legs]
            mixed = _laid(blocks, length)
            np.maximum.at(peaks, np.minimum((at + np.arange(length)) // bucket, len(peaks) - 1), np.abs(mixed))
            written(mixed)
            for side, write in apart.items():
                ours = [block for block, entry in zip(blocks, entries, strict=True) if entry["side"] == side]
                write(_laid(ours, length))
    values = [round(int(peak) * 100 / 32768) for peak in peaks]
    sidecar.write(path.with_suffix(".peaks.json"), {"seconds": facts["seconds"], "peaks": values})
    facts["state"], facts["file"], facts["peaks"] = "mixed", whole.name, f"{path.stem}.peaks.json"
    facts["sides"] = sides
    sidecar.write(path, facts)
    return {"type": "recording.mixed", "room": facts["room"], "name": name, "file": whole.name,
            "peaks": facts["peaks"], "seconds": facts["seconds"]}  # fmt: skip


def _laid(blocks: list[Pcm], length: int) -> NDArray[np.int32]:
    """Return blocks laid over each other, none louder than a sample can be."""
    return np.clip(sum(blocks, np.zeros(length, np.int32)), -32768, 32767)


@contextlib.contextmanager
def _written(path: Path) -> Iterator[Callable[[NDArray[np.int32]], None]]:
    """Give a function that writes on into an Ogg file of Opus, which is there as a whole when it is done."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    at = 0
    with av.open(str(part), "w", format="ogg") as out:
        stream = out.add_stream("libopus", rate=RATE, options={"application": "voip"})
        assert isinstance(stream, AudioStream)
        stream.bit_rate, stream.layout = BITS, "mono"

        def write(block: NDArray[np.int32]) -> None:
            nonlocal at
            frame = av.AudioFrame.from_ndarray(block.astype(np.int16).reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE, at, fractions.Fraction(1, RATE)
            out.mux(stream.encode(frame))
            at += len(block)

        yield write
        out.mux(stream.encode(None))
    part.replace(path)


def _leg(path: Path, offset: int) -> Iterator[Pcm]:
    """Yield a leg second by second from the recording's beginning, silence before and behind it."""
    waiting: list[Pcm] = [np.zeros(offset, np.int16)]
    have = offset
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        frames = container.decode(audio=0)
        while True:
            while have < BLOCK:
                frame = next(frames, None)
                new = [np.zeros(BLOCK, np.int16)] if frame is None else samples(resampler, frame)
                waiting += new
                have += sum(map(len, new))
            whole = np.concatenate(waiting)
            yield whole[:BLOCK]
            waiting, have = [whole[BLOCK:]], len(whole) - BLOCK


def mixed_or_why_not(folder: Path, name: str, room: str) -> dict[str, Any]:
    """Return the event recording.mixed, or recording.failed: legs are kept, and the next `recover` tries again."""
    try:
        return mix(folder, name)
    except (OSError, av.FFmpegError) as error:
        sweep_halves(folder, name, os.getpid())
        return {"type": "recording.failed", "room": room, "name": name, "reason": f"mixing: {error}"}


def sweep_halves(folder: Path, name: str, pid: int | str = "*") -> None:
    """Remove what a process, or any, was writing of these files and did not finish."""
    for which in ("", "+*"):
        for half in folder.glob(f"{glob.escape(name)}{which}.ogg.{pid}.part"):
            half.unlink()


def main() -> None:
    """Mix one recording; the event is printed."""
    os.nice(15)
    print(json.dumps(mixed_or_why_not(Path(sys.argv[1]), sys.argv[2], sys.argv[3])), flush=True)


if __name__ == "__main__":
    main()
