"""The lock of a data folder: one process owns it."""

from __future__ import annotations

import asyncio
import fcntl
import os
import time
from pathlib import Path

from storage.engine import Locked, Unavailable

PATIENCE = 2.0
"""Seconds for the writer of an owner that was killed to end."""


class FolderLock:
    """Holds `<folder>/hub.lock`. The operating system lets go of it when the process ends, however it ends."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._file: int | None = None

    @property
    def file(self) -> int:
        """The descriptor that holds the lock; a process that inherits it holds the lock too."""
        assert self._file is not None
        return self._file

    async def take(self) -> None:
        """Own the folder, making it where it is missing. Raises `Locked`, or `Unavailable` where it can't be made.

        An owner that was killed may leave a writer behind that ends within moments: it is waited for.
        """
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self._take()
                return
            except Locked:
                if self._owner_lives() or time.monotonic() > until:
                    raise
            await asyncio.sleep(0.01)

    def _owner_lives(self) -> bool:
        try:
            os.kill(int((self._folder / "hub.lock").read_text()), 0)
        except (ValueError, ProcessLookupError):
            return False
        except OSError:
            pass
        return True

    def _take(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = os.open(self._folder / "hub.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Unavailable(f"The data folder {self._folder} can't be used: {error.strerror}.") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            owner = os.read(file, 20).decode(errors="replace").strip()
            os.close(file)
            who = f" (process {owner})" if owner.isdigit() else ""
            raise Locked(
                f"Another process{who} uses the data folder {self._folder}. Stop it, or name another."
            ) from None
        self._file = file
        try:
            os.ftruncate(file, 0)
            os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        except OSError:
            pass  # a full disk: the lock holds, only the owner's number is not there to read

    def release(self) -> None:
        """Let go of the folder; the file stays, for a file that comes and goes could be locked twice."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
