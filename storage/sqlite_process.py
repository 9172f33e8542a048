"""The writer as a process of its own, so that its Python does not take the interpreter from the event loop.

Requests go over a socket pair as frames, all of one turn of the loop in one system call, and the answers come back in
the same order. When the process dies alone, what it had not answered fails with `Unavailable`, and another one goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from pathlib import Path
from typing import Any

from storage.engine import Unavailable
from storage.requests import Open, Work, add_frame, read_answers, take_frames
from storage.sqlite_thread import tell

MOST_UNSENT = 64 * 1024 * 1024
"""Bytes of requests that may wait for a writer that can't keep up; beyond it they are refused."""

LARGE = 8_192
"""Bytes of a request that goes at once: who asks so much may go on working before the loop has its next turn."""

PIECE = 262_144
"""Bytes that are read at once."""

PAUSE = 1.0
"""Seconds between two starts, where the process does not live."""


ROOT = Path(__file__).parents[1]


class ProcessWriter:
    """Hands requests to a child process, and its answers to the event loop."""

    def __init__(self, opening: Open, lock: int, log: Any):
        """`lock` is the descriptor of the folder's lock: the child holds it too, so no new owner comes before it ends."""
        self._opening = opening
        self._lock = lock
        self._log = log
        self._loop = asyncio.get_running_loop()
        self._futures: deque[asyncio.Future[Any]] = deque()
        self._out = bytearray()
        self._in = bytearray()
        self._flushing = False
        self._blocked = False  # the pipe takes no more for now, and the loop tells when it does
        self._end: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._began = 0.0
        self._running = False  # it was opened once, and is not to stop: one that dies has a successor
        self._closed = False
        self._down: Exception | None = None
        self._gone: asyncio.Future[None]
        self._keeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the process and open the store. Raises what `Writer` does."""
        opened = self._spawn()
        try:
            await opened
        except Exception:
            await self._buried()
            raise
        self._running = True
        self._keeper = self._loop.create_task(self._keep())

    def submit(self, request: Work) -> asyncio.Future[Any]:
        """Queue a request. Raises `Unavailable`."""
        if self._closed:
            raise Unavailable("The store is closed.")
        if self._down is not None:
            raise Unavailable(str(self._down))
        if len(self._out) > MOST_UNSENT:
            raise Unavailable("The store can't keep up with what is written: this was not. Try again in a moment.")
        add_frame(self._out, request)
        future: asyncio.Future[Any] = self._loop.create_future()
        self._futures.append(future)
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)
            if len(self._out) > LARGE:
                self._flush()
        return future

    async def stop(self) -> None:
        """Finish what was queued, let go of the store, and wait until the process has ended."""
        self._closed, self._running = True, False
        self._flush()
        if self._keeper is not None:
            await self._keeper
        self._give_up()  # what came after one had died and before another one was there

    # ── the pipe ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _flush(self) -> None:
        self._flushing = False
        if self._end is None:
            return
        try:
            while self._out:
                del self._out[: self._end.send(self._out)]
        except BlockingIOError:
            self._flushing = self._blocked = True
            self._loop.add_writer(self._end, self._flush)
            return
        except ConnectionError:
            self._out.clear()  # what it has answered is still to be read, and then its end
        if self._blocked:
            self._blocked = False
            self._loop.remove_writer(self._end)
        if self._closed:
            with contextlib.suppress(OSError):
                self._end.shutdown(socket.SHUT_WR)

    def _read(self) -> None:
        assert self._end is not None
        try:
            piece = self._end.recv(PIECE)
        except BlockingIOError:
            return
        except ConnectionError:
            piece = b""
        self._in += piece
        for frame in take_frames(self._in):
            tell(self._futures, read_answers(frame))
        if not piece:
            self._hang_up()

    # ── the process ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _spawn(self) -> asyncio.Future[Any]:
        """Start a process; what waits goes to it behind the request that opens the store, whose answer is returned."""
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "storage.sqlite_child", str(theirs.fileno())]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, by this interpreter
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd=ROOT,
                pass_fds=(theirs.fileno(), self._lock), start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            ours.close()
            raise Unavailable(f"The process that writes the store can't be started: {error}.") from error
        finally:
            theirs.close()
        self._began = time.monotonic()
        self._end, self._gone = ours, self._loop.create_future()
        ours.setblocking(False)
        self._loop.add_reader(ours, self._read)
        first = bytearray()
        add_frame(first, self._opening)
        self._out[:0] = first
        opened: asyncio.Future[Any] = self._loop.create_future()
        self._futures.appendleft(opened)
        self._flush()
        return opened

    def _hang_up(self) -> None:
        """The process has ended, or is about to."""
        assert self._end is not None
        self._loop.remove_reader(self._end)
        self._loop.remove_writer(self._end)
        self._end.close()
        self._end = None
        self._out.clear()
        self._in.clear()
        self._flushing = False
        self._give_up()
        self._gone.set_result(None)

    def _give_up(self) -> None:
        """Fail what was not answered."""
        unanswered, self._futures = self._futures, deque()
        for future in unanswered:
            if not future.done():
                future.set_exception(Unavailable(_ENDED))

    async def _buried(self) -> int:
        """Wait until the process is gone for good, and return its exit code."""
        assert self._process is not None
        await self._gone
        if self._running:
            self._process.kill()  # its pipe is closed, so it has nothing left to do
        return await asyncio.to_thread(self._process.wait)

    async def _keep(self) -> None:
        """Give a process that ends a successor, until the store is closed."""
        while True:
            code = await self._buried()
            if not self._running:
                return
            self._log.error("the process that writes the store ended; another one is started", how=_how(code))
            if time.monotonic() - self._began < PAUSE:
                self._down = Unavailable(_ENDED)
                await asyncio.sleep(PAUSE)
            await self._succeed()

    async def _succeed(self) -> None:
        while not self._closed:
            try:
                await self._spawn()
            except Exception as error:
                self._down = error
                self._log.error("no process can write the store", reason=str(error))
                await asyncio.sleep(PAUSE)
            else:
                self._down = None
                self._log.info("another process writes the store")
                return


_ENDED = "The process that writes the store ended before it had confirmed this. Another one is started: try again."


def _how(code: int) -> str:
    """Return in words how a process ended."""
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"code {code}"
