"""From which addresses and ports sound is sent and taken."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import aioice.ice


def choose(loop: asyncio.AbstractEventLoop, hosts: list[str] | None, ports: str | None) -> None:
    """Use these addresses (all but loopback without any) and this range of UDP ports (`40000-40999`), for a firewall to know.

    aioice has no setting for either: it asks `get_host_addresses` and opens its sockets at port 0 of each.
    """
    if hosts:
        aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: [  # type: ignore[assignment]
            host for host in hosts if (use_ipv6 if ":" in host else use_ipv4)
        ]
    if ports:
        first, _, last = ports.partition("-")
        _limit(loop, range(int(first), int(last) + 1))


def _limit(loop: asyncio.AbstractEventLoop, ports: range) -> None:
    """Open sockets of port 0 at the next free port of the range."""
    opening = loop.create_datagram_endpoint
    order = itertools.cycle(ports)

    async def create(factory: Any, local_addr: Any = None, **more: Any) -> Any:
        if local_addr is None or local_addr[1] != 0:
            return await opening(factory, local_addr=local_addr, **more)
        for port in itertools.islice(order, len(ports)):
            try:
                return await opening(factory, local_addr=(local_addr[0], port), **more)
            except OSError:
                continue
        raise OSError(f"All UDP ports from {ports[0]} to {ports[-1]} are taken.")

    loop.create_datagram_endpoint = create  # type: ignore[method-assign, assignment]
