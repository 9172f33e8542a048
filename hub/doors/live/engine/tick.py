"""One write per client and turn of the event loop, however many packets it is sent in it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from os import write
from typing import TYPE_CHECKING, Any

from .counters import Counters
from .frames import Outgoing

if TYPE_CHECKING:
    from .websocket import WebSocketLink


class Tick:
    """Ends each turn of the loop in which somebody was written to.

    An ack and the event behind it, or the messages of a busy conversation to an agent, leave in one system call. That
    call is by far the largest cost of a delivery (about 5 µs), and what waits for it waits for one turn at most.
    """

    __slots__ = ("_counters", "_links", "_pending", "_told")

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._links: list[WebSocketLink] = []
        self._pending = False
        self._told = False

    def add(self, link: WebSocketLink) -> None:
        """Write to this link when the turn ends; called with its first frame of the turn."""
        if not self._pending:
            self._pending = True
            asyncio.get_running_loop().call_soon(self._end)
        self._links.append(link)

    def first(self) -> bool:
        """Whether nothing was told to a crowd in this turn yet. From now on it was."""
        if self._told:
            return False
        self._told = True
        if not self._pending:
            self._pending = True
            asyncio.get_running_loop().call_soon(self._end)
        return True

    def _end(self) -> None:
        self._pending = self._told = False
        links, self._links = self._links, []
        self.write(links)

    # One loop each and hardly a call in it, as these few lines run for every packet.

    def write(self, links: Iterable[WebSocketLink]) -> None:
        """Write what each link holds back."""
        packets = size = 0
        for link in links:
            held = link._held
            if held is None:
                continue
            link._held = None
            if isinstance(held, bytes):
                packets += 1
                data = held
            else:
                packets += len(held)
                data = b"".join(held)
            size += len(data)
            if link._direct:
                sent = 0
                try:
                    sent = write(link._descriptor, data)
                    if sent == len(data):
                        continue
                except OSError:  # it takes no more now, or is broken: the transport finds out which
                    pass
                link._direct = False
                data = data[sent:]
            if not link._said_close:
                link._write(data)
        self._counters.packets_out += packets
        self._counters.bytes_out += size

    def broadcast(self, members: Iterable[Any], out: Outgoing, volatile: bool) -> None:
        """Write a packet to members of a room at once, so that none of a thousand clients is looked at twice.

        Who is told something else in this turn already gets this behind it.
        """
        frame, packets = out.frame, 0
        whole = len(frame)
        for member in members:
            link = member.link
            if link is None or not link._direct or link._held is not None:
                member.push(out, volatile)
                continue
            packets += 1
            sent = 0
            try:
                sent = write(link._descriptor, frame)
                if sent == whole:
                    continue
            except OSError:  # as above
                pass
            link._direct = False
            link._write(frame[sent:])
        self._counters.packets_out += packets
        self._counters.bytes_out += packets * whole
