"""What the supervisor hands a worker when it starts it."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable

import msgspec
from msgspec import Struct

READY = b"\0"
"""Ends what a worker says to its supervisor when it is ready."""


class Seat(Struct, frozen=True):
    """A worker's place: its id, the folder of all workers' Unix sockets, and two descriptors that it inherits.

    The id is the worker's number and six random digits, so a worker that takes another's place has another id.
    """

    id: str
    folder: str
    listener: int
    link: int

    def encoded(self) -> str:
        """Return the value of the option that carries it."""
        return msgspec.json.encode(self).decode()

    def open_listener(self) -> socket.socket:
        """Return the socket of the port. It outlives this process: what waits at it is served by the next worker."""
        return socket.socket(fileno=self.listener)

    def say_ready(self, text: str) -> None:
        """Tell the supervisor that this worker serves, and what there is to tell people."""
        os.write(self.link, text.encode() + READY)

    def watch(self, lost: Callable[[], None]) -> None:
        """Call `lost` when the supervisor is gone."""
        loop = asyncio.get_running_loop()

        def look() -> None:
            if not os.read(self.link, 64):
                loop.remove_reader(self.link)
                lost()

        loop.add_reader(self.link, look)


def seat_of(option: str) -> Seat:
    """Return what `encoded` was made of."""
    return msgspec.json.decode(option, type=Seat)
