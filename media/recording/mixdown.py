"""`python -m media.recording.mixdown FOLDER NAME ROOM`: one file of all legs, and the waveform, at low priority."""

from __future__ import annotations

import fractions
import glob
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream

from media.clock import RATE, SAMPLES
from media.recording import sidecar
from media.sound.opus import BITS, Pcm, samples

BLOCK = SAMPLES * 50
"""A second: legs of any length are mixed in the same memory."""
PEAKS = 1000
"""Values of a waveform: more than a screen has room for."""


def mix(folder: Path, name: str) -> dict[str, Any]:
    """Write NAME.ogg and NAME.peaks.json from the legs of a closed recording, and return the event recording.mixed."""
    path = folder / f"{name}.json"
    facts = sidecar.read(path)
    if facts is None or facts["state"] == "open":
        raise SystemExit(f"{path} is no closed recording")
    total = round(facts["seconds"] * RATE)
    legs = [_leg(path.parent / entry["file"], round(entry["offset_ms"] * 48)) for entry in facts["legs"]]
    whole = path.with_suffix(".ogg")
    part = whole.with_name(f"{whole.name}.{os.getpid()}.part")
    bucket = max(1, -(-total // PEAKS))
    peaks = np.zeros(min(PEAKS, total) or 1, np.int32)
    with av.open(str(part), "w", format="ogg") as out:
        stream = out.add_stream("libopus", rate=RATE, options={"application": "voip"})
        assert isinstance(stream, AudioStream)
        stream.bit_rate, stream.layout = BITS, "mono"
        for at in range(0, total, BLOCK):
            length = min(BLOCK, total - at)
            mixed = np.clip(sum((next(leg)[:length] for leg in legs), np.zeros(length, np.int32)), -32768, 32767)
            np.maximum.at(peaks, np.minimum((at + np.arange(length)) // bucket, len(peaks) - 1), np.abs(mixed))
            frame = av.AudioFrame.from_ndarray(mixed.astype(np.int16).reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE, at, fractions.Fraction(1, RATE)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    part.replace(whole)
    values = [round(int(peak) * 100 / 32768) for peak in peaks]
    sidecar.write(path.with_suffix(".peaks.json"), {"seconds": facts["seconds"], "peaks": values})
    facts["state"], facts["file"], facts["peaks"] = "mixed", whole.name, f"{path.stem}.peaks.json"
    sidecar.write(path, facts)
    return {"type": "recording.mixed", "room": facts["room"], "name": name, "file": whole.name,
            "peaks": facts["peaks"], "seconds": facts["seconds"]}  # fmt: skip


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
        for half in folder.glob(f"{glob.escape(name)}.ogg.{os.getpid()}.part"):
            half.unlink()
        return {"type": "recording.failed", "room": room, "name": name, "reason": f"mixing: {error}"}


def main() -> None:
    """Mix one recording; the event is printed."""
    os.nice(15)
    print(json.dumps(mixed_or_why_not(Path(sys.argv[1]), sys.argv[2], sys.argv[3])), flush=True)


if __name__ == "__main__":
    main()
