"""`python -m media.sounds.make`: write the sounds of this folder anew. They are computed here, so nobody else owns them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from media.clock import RATE
from media.sound.writing import write

Wave = NDArray[np.float64]
_NOTES = {
    "C": 261.63,
    "E": 329.63,
    "F": 349.23,
    "G": 392.0,
    "A": 440.0,
    "B": 493.88,
    "D": 293.66,
    "c": 523.25,
    "e": 659.26,
}


def bell(pitch: float, seconds: float, fall: float = 3.0) -> Wave:
    """Return a soft tone that dies away: a sine with two quiet overtones, and a beginning without a click."""
    at = np.arange(round(seconds * RATE)) / RATE
    wave = sum(level * np.sin(2 * np.pi * pitch * part * at) for part, level in ((1, 1.0), (2, 0.25), (3, 0.08)))
    return np.asarray(wave * np.exp(-at * fall) * np.minimum(1, at / 0.015))


def laid(parts: list[tuple[float, Wave]], seconds: float) -> Wave:
    """Return parts laid over each other at their seconds; what reaches over the end goes on at the beginning, for loops."""
    whole = np.zeros(round(seconds * RATE))
    for at, wave in parts:
        places = (round(at * RATE) + np.arange(len(wave))) % len(whole)
        np.add.at(whole, places, wave)
    return whole


def hold() -> Wave:
    """Return 16 seconds of slow broken chords that can be repeated without a seam."""
    parts = []
    for bar, chord in enumerate(("CEGce", "AcEeG", "FAcEe", "GBDGe")):
        for beat in range(8):
            note = chord[(0, 1, 2, 3, 4, 3, 2, 1)[beat]]
            parts.append((bar * 4 + beat * 0.5, bell(_NOTES[note], 2.5, 2.0) * (0.16 if beat else 0.22)))
    return laid(parts, 16)


def consent() -> Wave:
    """Return the three rising tones before a recording; what is recorded is said by a text of the operator's, or beside it."""
    return laid(
        [
            (0.0, bell(_NOTES["C"], 0.9) * 0.4),
            (0.25, bell(_NOTES["E"], 0.9) * 0.4),
            (0.5, bell(_NOTES["G"], 1.0) * 0.4),
        ],
        1.6,
    )


def beep() -> Wave:
    """Return the tone after which a message is recorded."""
    at = np.arange(round(0.4 * RATE)) / RATE
    return np.asarray(np.sin(2 * np.pi * 1000 * at) * 0.35 * np.minimum(1, np.minimum(at, 0.4 - at) / 0.01))


def ringing() -> Wave:
    """Return the European ringing tone: 425 Hz for one second in five (ETSI TR 101 041-2)."""
    at = np.arange(RATE) / RATE
    tone = np.sin(2 * np.pi * 425 * at) * 0.2 * np.minimum(1, np.minimum(at, 1 - at) / 0.02)
    return laid([(0.0, tone)], 5)


def voicemail() -> Wave:
    """Return two falling tones and the beep: leave a message now."""
    return laid([(0.0, bell(_NOTES["G"], 0.9) * 0.4), (0.3, bell(_NOTES["C"], 1.0) * 0.4), (1.3, beep())], 1.8)


def main() -> None:
    """Write all."""
    for make in (hold, consent, beep, ringing, voicemail):
        with Path(__file__).with_name(f"{make.__name__}.ogg").open("wb") as file:
            write(file, make())


if __name__ == "__main__":
    main()
