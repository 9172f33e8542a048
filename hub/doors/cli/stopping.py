"""What signals do to a serving process: the first asks it to stop in order, the second ends it at once."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from typing import Any

LIMIT = 30.0
"""Seconds after which a process that was told to stop is gone, whatever it waits for."""


class Stopping:
    """Whether the process was told to stop. From then on it has 30 seconds. `replaced`: a worker whose place is taken."""

    def __init__(self, log: Any, supervised: bool = False) -> None:
        self._log, self._supervised = log, supervised
        self.asked = asyncio.Event()
        self.replaced = False
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._told, number)
        if supervised:
            loop.add_signal_handler(signal.SIGHUP, self._replace)

    def alone(self) -> None:
        """The supervisor is gone: nobody would start this worker again, or stop it."""
        self._told(signal.SIGTERM)

    def _replace(self) -> None:
        """Another worker serves in our place already, so there is nothing to announce."""
        self.replaced = not self.asked.is_set()
        self._told(signal.SIGHUP)

    def _told(self, number: int) -> None:
        if self.asked.is_set():
            if self._supervised:
                return  # service managers tell every process, and our supervisor tells us as well
            self._log.warning("told twice to stop: ending at once")
            os._exit(128 + number)  # like a power cut, which loses nothing that was acknowledged
        self.asked.set()
        last = threading.Timer(LIMIT, self._end)  # a thread, for the loop may be what hangs
        last.daemon = True
        last.start()

    def _end(self) -> None:
        self._log.error("stopping took too long: ending at once", seconds=LIMIT)
        os._exit(0)
