"""Sound files as a company brings them: a tone, in whatever format."""

from __future__ import annotations

import asyncio
import fractions
import io
import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import av
import numpy as np


def tone_file(pitch: float, seconds: float, kind: str = "wav", codec: str = "pcm_s16le", **how: Any) -> bytes:
    """Return a file with a tone in it. `rate` is its rate, `channels` how many it has, `loud` its amplitude (0 to 1)."""
    rate, channels, loud = how.get("rate", 44_100), how.get("channels", 2), how.get("loud", 0.3)
    at = np.arange(round(seconds * rate)) / rate
    wave = (np.sin(2 * np.pi * pitch * at) * loud * 32767).astype(np.int16)
    out = io.BytesIO()
    with av.open(out, "w", format=kind) as file:
        layout = "stereo" if channels == 2 else "mono"
        stream = file.add_stream(codec, rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(np.repeat(wave, channels).reshape(1, -1), "s16", layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, fractions.Fraction(1, rate)
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return out.getvalue()


def samples_of_file(data: bytes) -> np.ndarray:
    """Return the samples of a file, mono at 48 kHz."""
    with av.open(io.BytesIO(data)) as file:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=48_000)
        parts = [one.to_ndarray().reshape(-1) for frame in file.decode(audio=0) for one in resampler.resample(frame)]
    return np.concatenate(parts)


async def brings(who: Any, kind: str, data: bytes, name: str = "ours.wav") -> Any:
    """An agent uploads a sound for calls; return the answer, or the problem with which it is refused."""
    url = f"{who.url}/api/app/call-sounds/{kind}?name={urllib.parse.quote(name)}"
    headers = {"Authorization": f"Bearer {who.auth['token']}", "Content-Type": "application/octet-stream"}
    request = urllib.request.Request(url, data, headers, method="PUT")

    def sent() -> Any:
        try:
            return json.loads(urllib.request.urlopen(request).read())
        except urllib.error.HTTPError as error:
            return json.loads(error.read())

    return await asyncio.to_thread(sent)
