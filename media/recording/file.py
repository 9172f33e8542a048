"""The file of one leg while it grows: packets at their positions, silence between them, pages twice a second."""

from __future__ import annotations

import heapq
import os
import secrets
from pathlib import Path

from media.clock import RATE, SAMPLES
from media.recording import ogg
from media.sound.opus import SILENCE, samples_of

HOLD = RATE // 4
"""Samples that a packet waits for others that were sent before it and come behind it."""
PAGE = RATE // 2
"""Samples of a page: what a kill may cost, beside what waits."""


class LegFile:
    """Belongs to the thread that writes. Positions are samples at 48 kHz since the leg's file began."""

    def __init__(self, path: Path) -> None:
        self.path, self.part = path, path.with_name(path.name + ".part")
        self._serial = secrets.randbits(32)
        self._file = self.part.open("wb", buffering=0)
        self._good = 0
        self._waiting: list[tuple[int, int, bytes]] = []
        self._count = self._newest = 0
        self._at = 0
        self._page: list[bytes] = []
        self._segments = self._page_began = 0
        self._number = 2
        self._write(ogg.beginning(self._serial))

    def add(self, position: int, packet: bytes) -> None:
        """Take a packet that begins at a position; one of a time that is written already is left out."""
        self._count += 1
        self._newest = max(self._newest, position)
        heapq.heappush(self._waiting, (position, self._count, packet))
        while self._waiting and self._waiting[0][0] <= self._newest - HOLD:
            self._place(*heapq.heappop(self._waiting))

    def sync(self) -> None:
        """Bring what is written to the disk itself."""
        os.fsync(self._file.fileno())

    def finish(self, end: int) -> float:
        """Write what waits and silence up to `end`, close the file, give it its name. Returns its seconds."""
        while self._waiting:
            self._place(*heapq.heappop(self._waiting))
        self._fill(end)
        self._flush(ogg.LAST)
        self.sync()
        return self._named()

    def rescue(self) -> float:
        """Close the file after a write that failed: it keeps its whole pages. Returns its seconds."""
        os.ftruncate(self._file.fileno(), self._good)
        self._at = self._page_began
        return self._named()

    def _named(self) -> float:
        self._file.close()
        self.part.replace(self.path)
        return self._at / RATE

    def _place(self, position: int, _: int, packet: bytes) -> None:
        samples = samples_of(packet)
        if not samples or position < self._at - SAMPLES // 2:
            return
        self._fill(position)
        self._append(packet, samples)

    def _fill(self, position: int) -> None:
        while position - self._at >= SAMPLES:
            self._append(SILENCE, SAMPLES)

    def _append(self, packet: bytes, samples: int) -> None:
        needed = ogg.segments(packet)
        if self._segments + needed > 255 or self._at - self._page_began >= PAGE:
            self._flush()
        self._page.append(packet)
        self._segments += needed
        self._at += samples

    def _flush(self, flags: int = 0) -> None:
        if self._page or flags:
            self._write(ogg.page(self._serial, self._number, self._at, self._page, flags))
            self._number += 1
            self._page, self._segments, self._page_began = [], 0, self._at

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]
        self._good += len(data)
