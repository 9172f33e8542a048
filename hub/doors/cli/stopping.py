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
    """Whether the process was told to stop. From then on it has 30 seconds."""

    def __init__(self, log: Any) -> None:
        self._log = log
        self.asked = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._told, number)

    def _told(self, number: int) -> None:
        if self.asked.is_set():
            self._log.warning("told twice to stop: ending at once")
            os._exit(128 + number)  # like a power cut, which loses nothing that was acknowledged
        self.asked.set()
        last = threading.Timer(LIMIT, self._end)  # a thread, for the loop may be what hangs
        last.daemon = True
        last.start()

    def _end(self) -> None:
        self._log.error("stopping took too long: ending at once", seconds=LIMIT)
        os._exit(0)
