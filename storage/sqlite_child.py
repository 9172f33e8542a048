"""The process that writes: requests come over a pipe, and it ends when nobody holds the other end.

It is started by `storage.sqlite_process` and imports little, for it stays small. What was acknowledged is on the disk.
"""

from __future__ import annotations

import gc
import signal
import socket
import sys
from pathlib import Path

from storage.requests import Answer, Done, Open, add_frame, read_request, refused, take_frames
from storage.sqlite_writer import Waiting, Writer

PIECE = 262_144
"""Bytes that are read at once."""


class Pipe:
    """Our end: requests in, answers out."""

    def __init__(self, end: socket.socket):
        self._end = end
        self._came = bytearray()
        self.ended = False

    def receive(self, *, wait: bool) -> list[bytes]:
        """Return the requests that have come; with `wait` at least one, unless the pipe has ended."""
        frames: list[bytes] = []
        while not frames and not self.ended:
            try:
                piece = self._end.recv(PIECE, 0 if wait else socket.MSG_DONTWAIT)
            except BlockingIOError:
                break
            except ConnectionError:
                piece = b""
            self.ended = not piece
            self._came += piece
            frames = take_frames(self._came)
        return frames

    def send(self, answers: list[Answer]) -> None:
        """Send answers; where nobody is left to hear them, that is no error."""
        frame = bytearray()
        add_frame(frame, answers)
        try:
            self._end.sendall(frame)
        except ConnectionError:
            self.ended = True


def main(end: socket.socket) -> None:
    """Open the store as the first request says, then write until the pipe ends."""
    pipe = Pipe(end)
    first, *more = pipe.receive(wait=True) or [b""]
    if not first:
        return
    opening = read_request(first)
    assert isinstance(opening, Open)
    try:
        writer = Writer(Path(opening.path), opening.collections, opening.streams)
    except Exception as error:
        pipe.send([refused(error)])
        return
    pipe.send([Done()])
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    _work(pipe, writer, more)
    writer.close()


def _work(pipe: Pipe, writer: Writer, frames: list[bytes]) -> None:
    waiting = Waiting()
    while True:
        if not frames and not waiting:
            frames = pipe.receive(wait=True)
            if not frames:
                return
        while True:
            for frame in frames:
                waiting.add(read_request(frame))  # type: ignore[arg-type]
            frames = [] if waiting.fills(writer.room) else pipe.receive(wait=False)
            if not frames:
                break
        for answers in writer.answers(waiting.take(writer.room)):
            pipe.send(answers)


def end_with_parent() -> None:
    """Be killed when the process that started this one dies, even while this one is stopped or waits for the disk.

    The end of the pipe tells it too, but only to who reads. Linux can do it; elsewhere the pipe has to do.
    """
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


if __name__ == "__main__":
    # Ctrl-C and a service manager mean the server: it drains first, and then closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    end_with_parent()
    main(socket.socket(fileno=int(sys.argv[1])))
