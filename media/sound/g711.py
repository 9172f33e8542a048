"""G.711: a byte of µ-law or A-law for a sample at 8 kHz (ITU-T G.711), and the way from there to 48 kHz and back."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from media.sound.opus import Pcm

Law = Literal["PCMU", "PCMA"]
PER_FRAME = 160
"""Samples, and bytes, of 20 ms."""
RATIO = 6
_TAPS = 16
"""Input samples that a sample at the other rate is made of: 2 ms, with a pass band to 3.4 kHz as telephony has it."""
SILENT: dict[Law, bytes] = {"PCMU": b"\xff" * PER_FRAME, "PCMA": b"\xd5" * PER_FRAME}


def _mu_law() -> NDArray[np.int16]:
    code = ~np.arange(256) & 0xFF
    value = (((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4)
    return np.where(code & 0x80, 0x84 - value, value - 0x84).astype(np.int16)


def _a_law() -> NDArray[np.int16]:
    code = np.arange(256) ^ 0x55
    exponent, low = (code & 0x70) >> 4, (code & 0x0F) << 4
    value = np.where(exponent > 0, (low + 0x108) << np.maximum(exponent - 1, 0), low + 8)
    return np.where(code & 0x80, value, -value).astype(np.int16)


_DECODED: dict[Law, NDArray[np.int16]] = {"PCMU": _mu_law(), "PCMA": _a_law()}


def _nearest(law: Law) -> NDArray[np.uint8]:
    """Return the code of each 16-bit sample: the one whose value is nearest."""
    order = np.argsort(_DECODED[law], kind="stable")
    values = _DECODED[law][order].astype(np.int32)
    middles = (values[:-1] + values[1:]) / 2
    return order[np.searchsorted(middles, np.arange(-32768, 32768))].astype(np.uint8)


_ENCODED: dict[Law, NDArray[np.uint8]] = {"PCMU": _nearest("PCMU"), "PCMA": _nearest("PCMA")}


def decode(law: Law, payload: bytes) -> Pcm:
    """Return the samples at 8 kHz."""
    return _DECODED[law][np.frombuffer(payload, np.uint8)]


def encode(law: Law, pcm: Pcm) -> bytes:
    """Return the bytes of samples at 8 kHz."""
    return _ENCODED[law][pcm.astype(np.int32) + 32768].tobytes()


def _low_pass() -> NDArray[np.float32]:
    """Return a windowed sinc at 48 kHz that ends at 3.8 kHz, with a sum of 1."""
    at = np.arange(_TAPS * RATIO) - (_TAPS * RATIO - 1) / 2
    taps = np.sinc(2 * 3800 / 48_000 * at) * np.kaiser(len(at), 6)
    return (taps / taps.sum()).astype(np.float32)


_LOW_PASS = _low_pass()
_PHASES = (_LOW_PASS.reshape(_TAPS, RATIO) * RATIO)[::-1].copy()
"""For each of the six samples made of one, how much of each of the last sixteen goes into it."""


class Up:
    """8 kHz in, 48 kHz out, block by block without a seam."""

    def __init__(self) -> None:
        self._before = np.zeros(_TAPS - 1, np.float32)

    def __call__(self, pcm: Pcm) -> Pcm:
        """Return six samples for each."""
        whole = np.concatenate([self._before, pcm.astype(np.float32)])
        self._before = whole[-(_TAPS - 1) :]
        out = sliding_window_view(whole, _TAPS) @ _PHASES
        return np.clip(np.rint(out.reshape(-1)), -32768, 32767).astype(np.int16)


class Down:
    """48 kHz in, 8 kHz out."""

    def __init__(self) -> None:
        self._before = np.zeros(len(_LOW_PASS) - RATIO, np.float32)

    def __call__(self, pcm: Pcm) -> Pcm:
        """Return a sample for each six; the block has a multiple of six."""
        whole = np.concatenate([self._before, pcm.astype(np.float32)])
        self._before = whole[-(len(_LOW_PASS) - RATIO) :]
        out = sliding_window_view(whole, len(_LOW_PASS))[::RATIO] @ _LOW_PASS
        return np.clip(np.rint(out), -32768, 32767).astype(np.int16)
