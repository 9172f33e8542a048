"""A phone's leg by plain RTP (RFC 3550): G.711 at 8 kHz, key presses as telephone-events, one socket for both directions."""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
import struct
import time
from collections.abc import Callable
from typing import Any

from media.dtmf import Presses, Typing
from media.errors import Refused, invalid
from media.legs.leg import Leg
from media.legs.numbering import Numbering
from media.sound import g711
from media.sound.opus import Pcm

KINDS: dict[str, int] = {"PCMU": 0, "PCMA": 8}
"""Payload types of RFC 3551."""
QUIET = 30.0
"""Seconds without a packet after which the leg counts as lost (the trunk's BYE may never come)."""


class PhoneLeg(Leg, asyncio.DatagramProtocol):
    """Sends to the address that signalling named, or to where its packets really come from.

    A phone behind NAT sends from another port than it says: the first packet from the address that was named decides
    (symmetric RTP). Packets from anywhere else are never heard and never answered.
    """

    kind = "phone"

    def __init__(self, name: str, side: str, tell: Callable[..., None]) -> None:
        super().__init__(name, side, tell)
        self._law: g711.Law = "PCMU"
        self._events: int | None = None
        self._up, self._down = g711.Up(), g711.Down()
        self._socket: asyncio.DatagramTransport | None = None
        self._signalled: tuple[str, int] | None = None
        self._learnt: tuple[str, int] | None = None
        self._numbering = Numbering(g711.PER_FRAME)
        self._origin = secrets.randbits(15), secrets.randbits(32)
        self._ssrc = secrets.randbits(32)
        self._presses = Presses(lambda digit: self.tell("leg.dtmf", digit=digit))
        self._typing: Typing | None = None
        self._heard_at = 0.0
        self._source: int | None = None
        self._received = 0
        self.foreign = 0
        """Packets from addresses that signalling did not name."""

    async def listen(self, body: dict[str, Any], host: str) -> dict[str, Any]:
        """Open the socket (once), take over codec and address, and return `{host, port}` for the other side."""
        codec, events = body.get("codec", "PCMU"), body.get("dtmf", 101)
        if codec not in KINDS:
            raise invalid("codec must be PCMU or PCMA.")
        if events is not None and not (isinstance(events, int) and 96 <= events <= 127):
            raise invalid("dtmf must be a dynamic payload type, 96 to 127, or null.")
        if body.get("remote") is not None:
            self.aim(body["remote"])
        self._law, self._events = codec, events
        if self._socket is None:
            loop = asyncio.get_running_loop()
            try:
                self._socket, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(host, 0))
            except OSError as error:
                raise Refused(503, "no_port", f"No socket for RTP on {host}: {error}") from error
        return {"host": host, "port": self._socket.get_extra_info("sockname")[1]}

    def aim(self, remote: object) -> None:
        """Take the address that signalling names. Raises invalid."""
        try:
            if not isinstance(remote, list) or len(remote) != 2:
                raise ValueError
            address, port = str(ipaddress.ip_address(remote[0])), remote[1]
        except ValueError:
            raise invalid("remote must be [address, port], the address without a name.") from None
        if not isinstance(port, int) or not 1 <= port <= 65535:
            raise invalid("remote must have a port from 1 to 65535.")
        if (address, port) != self._signalled:
            self._signalled, self._learnt = (address, port), None
            self._rise()

    @property
    def is_up(self) -> bool:
        """Whether it is known where to send to."""
        return self._socket is not None and self._signalled is not None

    def _rise(self) -> None:
        self._heard_at = time.monotonic()
        self.tell("leg.up", replaced=False)
        self.on_change()

    def decode(self, payload: bytes) -> Pcm | None:
        """Return the samples of a payload."""
        return self._up(g711.decode(self._law, payload)) if payload else None

    def give(self, pcm: Pcm | None, packet: bytes | None = None) -> None:
        """Send a frame."""
        if self._typing is not None and self._type():
            return
        payload = g711.SILENT[self._law] if pcm is None else g711.encode(self._law, self._down(pcm))
        number, timestamp, marker = self._numbering.next()
        self._transmit(KINDS[self._law], payload, number, timestamp, marker)
        if self._heard_at and time.monotonic() - self._heard_at > QUIET:
            self._heard_at = 0.0
            self.tell("leg.silent", seconds=QUIET)

    def digits(self, digits: str) -> None:
        """Send key presses, where the other side agreed on telephone-events."""
        if self._events is None:
            raise Refused(409, "no_digits", "The other side takes no telephone-events.")
        self._typing = Typing(digits, g711.PER_FRAME)

    def _type(self) -> bool:
        assert self._typing is not None and self._events is not None
        frame = self._typing.frame()
        if frame is None:
            self._typing = None
            return False
        for payload, is_first in frame:
            if is_first:
                number, self._typed_at, _ = self._numbering.next()
            else:
                number, _ = self._numbering.same_time(self._typed_at)
            self._transmit(self._events, payload, number, self._typed_at, is_first)
        return bool(frame)

    def _transmit(self, kind: int, payload: bytes, number: int, timestamp: int, marker: bool) -> None:
        to = self._learnt or self._signalled
        if self._socket is None or to is None:
            return
        number, timestamp = (number + self._origin[0]) & 0xFFFF, (timestamp + self._origin[1]) & 0xFFFFFFFF
        head = struct.pack("!BBHII", 0x80, kind | (0x80 if marker else 0), number, timestamp, self._ssrc)
        self._socket.sendto(head + payload, to)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Take a packet, if it is from where signalling said."""
        addr = (addr[0], addr[1])
        if self._signalled is None or addr[0] != self._signalled[0] or (self._learnt not in (None, addr)):
            self.foreign += 1
            return
        if len(data) < 12 or data[0] >> 6 != 2:
            return
        kind, number, timestamp, source = struct.unpack_from("!xBHII", data)
        payload = data[12 + 4 * (data[0] & 0x0F) :]
        if data[0] & 0x10 and len(payload) >= 4:  # a header extension
            payload = payload[4 + 4 * struct.unpack_from("!H", payload, 2)[0] :]
        if data[0] & 0x20 and payload:  # padding, counted in its last byte
            payload = payload[: -payload[-1]] if 0 < payload[-1] <= len(payload) else b""
        kind &= 0x7F
        if self._events is not None and kind == self._events:
            self._presses.take(payload, timestamp)
        elif kind == KINDS[self._law] and 0 < len(payload) <= 960:
            self._received += 1
            if source != self._source:
                self._source = source
                self.playout.clear()
            self.playout.put(number, payload)
        else:
            return  # comfort noise, another codec: nothing to hear, and nothing to learn an address from
        self._learnt = addr
        self._heard_at = time.monotonic()

    def quality(self) -> dict[str, Any]:
        """Return what the buffer counted."""
        return {"received": self._received, "lost": self.playout.lost, "jitter_ms": 0.0, "rtt_ms": None}

    async def close(self) -> None:
        """Close the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
