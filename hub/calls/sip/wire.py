"""The socket of a trunk: UDP, or one TCP connection to the provider. It takes messages from the provider's addresses alone."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any, Literal, Protocol

from hub.calls.sip.message import MAX_BYTES, Malformed, length_of

Place = tuple[str, int]
Receive = Callable[[bytes, Place], None]
Spawn = Callable[[str, Coroutine[Any, Any, Any]], object]
"""Starts work beside: `Hub.spawn`, or what a test hands in."""
Transport = Literal["udp", "tcp"]

_WAITING = 64
"""Messages kept while a connection is made; what is more is sent again by its transaction."""


class Wire(Protocol):
    """What transactions need of a socket."""

    transport: str
    counts: Counter[str]

    def send(self, data: bytes, to: Place) -> None:
        """Send a message, now or as soon as there is a connection. Says nothing of whether it arrives."""

    def local(self) -> Place:
        """Return the host and port that others reach us by."""

    def close(self) -> None:
        """Close the socket at once."""


class Peers:
    """The addresses of a provider: names that are looked up, addresses, and networks (`203.0.113.0/24`)."""

    def __init__(
        self, host: str, port: int, others: tuple[str, ...] = (), may: Callable[[str], bool] | None = None
    ) -> None:
        self._host, self._port, self._others, self._may = host, port, others, may
        self._networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
        self.place: Place | None = None

    async def look_up(self) -> None:
        """Find out the addresses anew. Raises OSError where the host has none that may be reached; what was known stays."""
        networks, place = [], None
        for host in (self._host, *self._others):
            if "/" in host:
                networks.append(ipaddress.ip_network(host, strict=False))
                continue
            try:
                found = await asyncio.get_running_loop().getaddrinfo(host, self._port, type=socket.SOCK_DGRAM)
            except socket.gaierror:
                raise OSError(f"no server is known by the name {host}") from None
            places = [str(each[4][0]) for each in found if self._may is None or self._may(str(each[4][0]))]
            if not places:
                raise OSError(
                    f"{host} has no address that may be reached: the operator names private ones (HUB_FETCH_ALLOW)"
                )
            networks.extend(ipaddress.ip_network(each) for each in places)
            place = place or (places[0], self._port)
        self._networks, self.place = networks, place

    def hold(self, host: str) -> bool:
        """Tell whether an address is one of the provider's."""
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self._networks)

    def next_hop(self, host: str, port: int) -> Place:
        """Return where a message for this host goes: there if it is one of the provider's addresses, else to the provider.

        Contact and Record-Route come from the network; a name or a strange address in them never leads us elsewhere.
        """
        if self.hold(host) and (self._may is None or self._may(host)):
            return host, port or 5060
        assert self.place is not None, "look_up comes first"
        return self.place


class UdpWire(asyncio.DatagramProtocol):
    """Datagrams from and to one port."""

    transport = "UDP"

    def __init__(self, receive: Receive, public: str, towards: Place) -> None:
        self._receive, self._public, self._towards = receive, public, towards
        self._socket: asyncio.DatagramTransport | None = None
        self._local: Place = ("", 0)
        self.counts: Counter[str] = Counter()

    def connection_made(self, transport: Any) -> None:
        self._socket = transport
        host, port = transport.get_extra_info("sockname")[:2]
        everywhere = ipaddress.ip_address(host).is_unspecified
        self._local = self._public or (_source_of(self._towards) if everywhere else host), port

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self._receive(data, (addr[0], addr[1]))

    def error_received(self, exc: Exception) -> None:
        self.counts["errors"] += 1  # an unreachable port: the transaction's patience says so to whoever waits

    def send(self, data: bytes, to: Place) -> None:
        if self._socket and not self._socket.is_closing():
            self._socket.sendto(data, to)

    def local(self) -> Place:
        return self._local

    def close(self) -> None:
        if self._socket:
            self._socket.close()


class TcpWire(asyncio.Protocol):
    """One connection to the provider, made anew when it is needed. Both sides send requests over it (RFC 5923)."""

    transport = "TCP"

    def __init__(self, receive: Receive, public: str, towards: Place, spawn: Spawn) -> None:
        self._receive, self._public, self._towards, self._spawn = receive, public, towards, spawn
        self._stream: asyncio.Transport | None = None
        self._connecting = self._closed = False
        self._waiting: list[bytes] = []
        self._read = b""
        self.counts: Counter[str] = Counter()

    def connection_made(self, transport: Any) -> None:
        self._stream, self._read = transport, b""

    def connection_lost(self, exc: Exception | None) -> None:
        self._stream = None

    def data_received(self, data: bytes) -> None:
        self._read += data
        try:
            while message := self._next():
                self._receive(message, self._towards)
        except Malformed:
            self.counts["malformed"] += 1
            self._hang_up()  # nobody can tell where the next message begins

    def _next(self) -> bytes:
        self._read = self._read.lstrip(b"\r\n")
        head, gap, rest = self._read.partition(b"\r\n\r\n")
        if not gap:
            if len(head) > MAX_BYTES:
                raise Malformed("too long")
            return b""
        length = length_of(head)
        if len(rest) < length:
            return b""
        self._read = rest[length:]
        return head + gap + rest[:length]

    def send(self, data: bytes, to: Place) -> None:
        if self._stream and not self._stream.is_closing():
            self._stream.write(data)
        elif not self._closed and len(self._waiting) < _WAITING:
            self._waiting.append(data)
            if not self._connecting:
                self._connecting = True
                self._spawn("sip connects", self.connect())

    async def connect(self) -> None:
        """Connect and send what waits. Raises nothing: who waits for an answer learns by its absence."""
        self._connecting = True
        try:
            await asyncio.get_running_loop().create_connection(lambda: self, *self._towards)
        except OSError:
            self.counts["errors"] += 1
        finally:
            self._connecting = False
        waiting, self._waiting = self._waiting, []
        if self._closed:
            self._hang_up()
        elif self._stream:
            self._stream.write(b"".join(waiting))

    def local(self) -> Place:
        host, port = self._stream.get_extra_info("sockname")[:2] if self._stream else (_source_of(self._towards), 5060)
        return self._public or host, port

    def close(self) -> None:
        self._closed = True
        self._hang_up()

    def _hang_up(self) -> None:
        if self._stream:
            self._stream.close()


async def open_wire(
    transport: Transport, receive: Receive, towards: Place, spawn: Spawn, bind: Place, public: str
) -> UdpWire | TcpWire:
    """Open the socket of a trunk. Raises OSError where the port is taken."""
    if transport == "tcp":
        stream = TcpWire(receive, public, towards, spawn)
        await stream.connect()
        return stream
    _, wire = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: UdpWire(receive, public, towards), local_addr=bind
    )
    return wire


def _source_of(towards: Place) -> str:
    """Return the address of this machine that packets to a place leave from; nothing is sent."""
    family = socket.AF_INET6 if ":" in towards[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(towards)
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
