"""The thread that writes one recording, so that no disk holds up a call."""

from __future__ import annotations

import errno
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from media.clock import RATE
from media.recording import sidecar
from media.recording.file import LegFile
from media.recording.track import Track
from media.sound.opus import Encoder

logger = logging.getLogger(__name__)
WAKE = 0.5
"""Seconds between two looks at what waits: a wake-up for each packet would cost more than writing it."""
SYNC = 2.0
_RESERVE = b"\0" * 8192
"""What a recording keeps for itself, so that a disk which is full lets it be closed."""
RESERVE = ".reserve"
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Writer(threading.Thread):
    """Writes until `stop`, or until a write fails; then `on_end(reason)` is called in this thread, with None for a good end."""

    def __init__(self, path: Path, facts: dict[str, Any], began: float, on_end: Callable[[str | None], None]) -> None:
        super().__init__(name=f"recording {path.name}", daemon=True)
        self.path, self.facts, self._on_end = path, facts, on_end
        self._began = began
        self._reserve = path.with_suffix(RESERVE)
        self.tracks: list[tuple[Track, dict[str, Any]]] = []
        """Of each leg its track and its entry in the sidecar; only grows."""
        self.changed = True
        """Whether the sidecar has to be written."""
        self._files: list[tuple[LegFile, Encoder | None]] = []
        self._ending = threading.Event()
        self._synced = time.monotonic()

    def stop(self) -> None:
        """End after what waits is written."""
        self._ending.set()

    def run(self) -> None:
        """Write."""
        reason = None
        try:
            self._reserve.write_bytes(_RESERVE)
            while not self._ending.wait(WAKE):
                self._round()
            self._round()
            self._finish()
        except OSError as error:
            reason = "disk_full" if error.errno in FULL else f"disk: {error.strerror}"
        except Exception as error:  # a fault of ours: what is written is kept all the same
            logger.exception("The recording %s cannot go on", self.path)
            reason = f"fault: {type(error).__name__}"
        if reason is not None:
            self._rescue(reason)
        self._on_end(reason)

    def _round(self) -> None:
        for _, entry in self.tracks[len(self._files) :]:
            self._files.append((LegFile(self.path.parent / entry["file"]), None))
        for number, (file, encoder) in enumerate(self._files):
            track = self.tracks[number][0]
            for _ in range(len(track.waiting)):
                position, what = track.waiting.popleft()
                if not isinstance(what, bytes):
                    encoder = encoder or Encoder()
                    self._files[number] = (file, encoder)
                    what = encoder.encode(what)
                file.add(position, what)
        if self.changed:
            self.changed = False
            sidecar.write(self.path, self.facts)
        if time.monotonic() - self._synced >= SYNC:
            self._synced = time.monotonic()
            for file, _ in self._files:
                file.sync()

    def _finish(self) -> None:
        for (file, _), (track, entry) in zip(self._files, self.tracks, strict=True):
            end = track.ended or time.monotonic()
            entry["seconds"] = round(file.finish(round((end - track.began) * RATE)), 3)
        self._close()

    def _rescue(self, reason: str) -> None:
        self.facts["failed"] = reason
        self._reserve.unlink(missing_ok=True)
        for (file, _), (_, entry) in zip(self._files, self.tracks, strict=False):
            if file.path.exists():
                continue  # finished before another file failed
            try:
                entry["seconds"] = round(file.rescue(), 3)
            except OSError:
                continue  # it keeps its temporary name, and `recover` finishes it when the disk has room again
        try:
            self._close()
        except OSError:
            return  # the sidecar stays as it was; `recover` closes it

    def _close(self) -> None:
        self.facts["state"] = "closed"
        self.facts["dropped"] = sum(track.dropped for track, _ in self.tracks)
        self.facts["legs"] = [entry for entry in self.facts["legs"] if (self.path.parent / entry["file"]).exists()]
        ends = [entry["offset_ms"] / 1000 + entry.get("seconds", 0) for entry in self.facts["legs"]]
        self.facts["seconds"] = round(max(ends, default=0.0), 3)
        self._reserve.unlink(missing_ok=True)
        sidecar.write(self.path, self.facts)
