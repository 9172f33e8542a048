"""`serve --workers N`: starts the workers, starts the dead again, and passes on what it is told by signals."""

from __future__ import annotations

import contextlib
import os
import secrets
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from hub.core.settings import Settings
from hub.doors.cli.stopping import LIMIT
from hub.doors.workers.listener import open_shared_listeners
from hub.doors.workers.seat import READY, Seat

_PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0)
"""Seconds before a worker that died early is started again, the first time, the second … After the last we give up."""
_EARLY = 30.0
"""A worker that lived for so many seconds has not died of how it was started."""


class Worker:
    """One process."""

    def __init__(self, number: int, listener: socket.socket, folder: Path, command: list[str]) -> None:
        self.number, self._folder = number, folder
        self.id = f"{number:02d}{secrets.token_hex(3)}"
        self.link, theirs = socket.socketpair()
        self.link.setblocking(False)
        with theirs:
            seat = Seat(self.id, str(folder), listener.fileno(), theirs.fileno())
            # A session of its own: what a terminal sends goes to the supervisor, and the worker hears it from there.
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                [*command, "--worker", seat.encoded()], pass_fds=(seat.listener, seat.link), start_new_session=True
            )
        self.begun = time.monotonic()
        self._said = b""

    def listen(self) -> None:
        """Hear what it says when it is ready."""
        with contextlib.suppress(BlockingIOError, ConnectionError):
            self._said += self.link.recv(65536)

    @property
    def ready(self) -> bool:
        """Whether it serves."""
        return self._said.endswith(READY)

    @property
    def text(self) -> str:
        """What it had to tell people when it was ready."""
        return self._said.removesuffix(READY).decode()

    def send(self, number: int) -> None:
        """Send a signal, if it is still there."""
        if self.process.poll() is None:
            self.process.send_signal(number)

    def ended(self) -> bool:
        """Tell whether it is gone, and clear away what it left."""
        if self.process.poll() is None:
            return False
        self.link.close()
        (self._folder / f"{self.id}.sock").unlink(missing_ok=True)
        return True


class Place:
    """A worker's number with its listening socket, which stays when the worker goes."""

    def __init__(self, number: int, listener: socket.socket) -> None:
        self.number, self.listener = number, listener
        self.worker: Worker | None = None
        self.successor: Worker | None = None
        self.leaving: list[Worker] = []
        self.failures = 0
        self.due = 0.0

    @property
    def everybody(self) -> list[Worker]:
        """All processes of this place that may still run."""
        return [worker for worker in (self.worker, self.successor, *self.leaving) if worker is not None]


class Supervisor:
    """The parent process. It serves nothing itself, so there is little in it that could fail."""

    def __init__(self, settings: Settings, log: Any, command: list[str]) -> None:
        self._log, self._command = log, command
        self._places = [Place(*each) for each in enumerate(open_shared_listeners(settings), 1)]
        self._folder = Path(tempfile.mkdtemp(prefix="switchboard-"))  # for this user alone
        self._signals: list[int] = []
        self._to_replace: list[Place] = []
        self._announced = False
        self._stop_by: float | None = None
        self._code = 0

    def run(self) -> int:
        """Run until SIGTERM or SIGINT; return the exit code."""
        ear, mouth = socket.socketpair()
        for end in (ear, mouth):
            end.setblocking(False)
        signal.set_wakeup_fd(mouth.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, lambda number, frame: self._signals.append(number))
        try:
            while not self._over():
                links = [worker.link for place in self._places for worker in place.everybody if not worker.ready]
                select.select([ear, *links], [], [], 0.25)
                with contextlib.suppress(BlockingIOError):
                    ear.recv(4096)
                self._obey()
                for place in self._places:
                    self._look_after(place)
                self._announce()
                self._replace_next()
        finally:
            self._send(signal.SIGKILL)
            shutil.rmtree(self._folder, ignore_errors=True)
        return self._code

    # ── what it is told ──────────────────────────────────────────────────────────────────────────────────────────────

    def _obey(self) -> None:
        signals, self._signals = self._signals, []
        for number in signals:
            if number in (signal.SIGTERM, signal.SIGINT):
                if self._stop_by is None:
                    self._stop(0)
                else:
                    self._log.warning("told twice to stop: ending at once")
                    self._code = 128 + number
                    self._send(signal.SIGKILL)
            elif number == signal.SIGHUP and self._stop_by is None and self._announced:
                self._log.info("replacing the workers one after the other")
                self._to_replace = list(self._places)

    def _stop(self, code: int) -> None:
        self._code, self._stop_by = code, time.monotonic() + LIMIT + 2
        self._send(signal.SIGTERM)

    def _send(self, number: int) -> None:
        for place in self._places:
            for worker in place.everybody:
                worker.send(number)

    def _over(self) -> bool:
        if self._stop_by is None:
            return False
        if time.monotonic() > self._stop_by:
            self._send(signal.SIGKILL)
        return not any(place.everybody for place in self._places)

    # ── the workers ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _start(self, place: Place) -> Worker:
        return Worker(place.number, place.listener, self._folder, self._command)

    def _look_after(self, place: Place) -> None:
        for worker in place.everybody:
            worker.listen()
        place.leaving = [worker for worker in place.leaving if not worker.ended()]
        if place.successor is not None:
            self._look_at_successor(place, place.successor)
        if place.worker is not None and place.worker.ended():
            worker, place.worker = place.worker, None
            if self._stop_by is None:
                self._mourn(place, worker)
        if self._stop_by is None and place.worker is None and time.monotonic() >= place.due and self._may_start(place):
            place.worker = self._start(place)

    def _may_start(self, place: Place) -> bool:
        """The first worker alone brings the store up to date, and makes the demo; the others come when it has."""
        first = self._places[0].worker
        return self._announced or place is self._places[0] or (first is not None and first.ready)

    def _look_at_successor(self, place: Place, successor: Worker) -> None:
        if successor.ended():
            place.successor, self._to_replace = None, []
            if self._stop_by is None:
                self._log.error("a new worker did not start: the old ones go on", worker=place.number)
        elif successor.ready and self._stop_by is None:
            if place.worker is not None:
                place.worker.send(signal.SIGHUP)
                place.leaving.append(place.worker)
            place.worker, place.successor = successor, None

    def _mourn(self, place: Place, worker: Worker) -> None:
        """A worker ended that was not told to."""
        code = worker.process.returncode
        if not self._announced:
            self._stop(code if code > 0 else 1)  # it has said why itself
            return
        place.failures = place.failures + 1 if time.monotonic() - worker.begun < _EARLY else 0
        if place.failures >= len(_PAUSES):
            self._log.error("a worker ends again and again: giving up", worker=place.number, code=code)
            self._stop(1)
            return
        pause = _PAUSES[place.failures]
        place.due = time.monotonic() + pause
        self._log.warning("a worker ended and is started again", worker=place.number, code=code, pause=pause)

    def _announce(self) -> None:
        if not self._announced and all(place.worker and place.worker.ready for place in self._places):
            self._announced = True
            assert self._places[0].worker
            print(self._places[0].worker.text, flush=True)

    def _replace_next(self) -> None:
        busy = any(place.successor or place.leaving for place in self._places)
        if self._to_replace and not busy and self._stop_by is None:
            place = self._to_replace.pop(0)
            place.successor = self._start(place)


def supervise(settings: Settings, log: Any, command: list[str]) -> int:
    """Serve with several workers, each started by `command`; return the exit code. Raises OSError for a port in use."""
    os.umask(0o077)
    return Supervisor(settings, log, command).run()
