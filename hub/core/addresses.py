"""Which addresses the outgoing client may connect to: public ones, and what the operator has named.

A name is not enough to know where a request goes: it may lead to this machine, to the network behind it, or to the
service that hands out a cloud's credentials. Forms that carry an IPv4 address inside an IPv6 one are looked into.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All of IPv6 that is routed to somebody; what is not in it is local, multicast or reserved."""
_NOT_FOR_EVERYBODY = tuple(
    ipaddress.ip_network(each)
    for each in (
        "192.0.0.0/24",  # protocols, and a cloud's own service (older versions of Python take it for public)
        "168.63.129.16/32",  # Azure's own service, on a public address
        "192.88.99.0/24",  # relays of 6to4
        "2001::/23",  # Teredo, ORCHID and other protocols of their own
        "2001:db8::/32", "3fff::/20",  # documentation
        "2620:4f:8000::/48",
    )
)  # fmt: skip


class Allowed:
    """What an operator lets the client reach beside public addresses: hosts, addresses and networks."""

    def __init__(self, named: str) -> None:
        self.hosts: set[str] = set()
        self.networks: list[Network] = []
        for each in filter(None, (part.strip().lower() for part in named.split(","))):
            try:
                self.networks.append(ipaddress.ip_network(each.strip("[]"), strict=False))
            except ValueError:
                self.hosts.add(each.rstrip("."))

    def names(self, host: str) -> bool:
        """Tell whether the operator has named this host."""
        return host.lower().rstrip(".") in self.hosts

    def holds(self, address: Address) -> bool:
        """Tell whether the operator has named this address or its network."""
        return any(address in network for network in self.networks if network.version == address.version)


def read_address(text: str) -> Address | None:
    """Return an address written in its usual form, with or without a zone; None for anything else."""
    try:
        return ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """Tell whether an address is one that everybody may reach, looking into forms that carry another one."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast and not address.is_reserved and not _special(address)
    inner = _inner(address)
    if inner is not None:
        return is_public(inner)
    return address in _UNICAST and address.is_global and not _special(address)


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that a mapped, a 6to4 or a NAT64 address leads to."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


def _special(address: Address) -> bool:
    return _within(address, _NOT_FOR_EVERYBODY)


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks if network.version == address.version)
