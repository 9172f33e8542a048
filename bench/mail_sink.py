"""An SMTP server that takes every mail at once and keeps none: what the sender costs is measured, and not its server.

`python -m bench.mail_sink PORT` prints `ready`, and at its end one line for each mail: its `Message-ID` and when it came.
"""

from __future__ import annotations

import asyncio
import re
import signal
import sys
import time
from typing import ClassVar

import uvloop

_ID = re.compile(rb"\r\nMessage-ID: <([^>]+)>", re.IGNORECASE)
_SIGNED = re.compile(rb"^DKIM-Signature: ", re.IGNORECASE)


class Sink(asyncio.Protocol):
    """One connection."""

    took: ClassVar[list[tuple[str, float, bool]]] = []
    connections = 0

    def __init__(self) -> None:
        self._had, self._reads = b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        Sink.connections += 1
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._had += data
        while self._had:
            if self._reads:
                message, found, rest = self._had.partition(b"\r\n.\r\n")
                if not found:
                    return
                known = _ID.search(message)
                id = known[1].decode() if known else ""
                Sink.took.append((id, time.time(), bool(_SIGNED.match(message))))
                self._had, self._reads = rest, False
                self._transport.write(b"250 taken\r\n")
                continue
            line, found, rest = self._had.partition(b"\r\n")
            if not found:
                return
            self._had = rest
            verb = line[:4].upper()
            self._reads = verb == b"DATA"
            answers = {b"EHLO": b"250-sink\r\n250 8BITMIME\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
            self._transport.write(answers.get(verb, b"250 OK\r\n"))
            if verb == b"QUIT":
                self._transport.close()


async def serve(port: int) -> None:
    """Take mails until SIGTERM."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    await loop.create_server(Sink, "127.0.0.1", port, backlog=1024)
    print("ready", flush=True)
    await ended.wait()
    for id, at, signed in Sink.took:
        print(f"{id} {at:.6f} {int(signed)}")
    print(f"connections {Sink.connections} 0", flush=True)


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
