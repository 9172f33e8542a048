"""The two tones of a key (ITU-T Q.23)."""

from __future__ import annotations

import numpy as np

from media.clock import RATE, SAMPLES
from media.sound.opus import Pcm

ROWS, COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
LAYOUT = ("123A", "456B", "789C", "*0#D")


def keys(digits: str) -> list[Pcm]:
    """Return the frames of keys, each 100 ms of tones and 80 ms of silence."""
    frames: list[Pcm] = []
    at = np.arange(SAMPLES * 5) / RATE
    for digit in digits.upper():
        row = next(number for number, line in enumerate(LAYOUT) if digit in line)
        low, high = ROWS[row], COLUMNS[LAYOUT[row].index(digit)]
        both = (np.sin(2 * np.pi * low * at) + np.sin(2 * np.pi * high * at)) * 8000
        frames += list(both.astype(np.int16).reshape(5, SAMPLES))
        frames += [np.zeros(SAMPLES, np.int16)] * 4
    return frames
