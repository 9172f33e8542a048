"""Asks DNS. Nothing else here does; what can't be known is said as such, and is no error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hub.core.addresses import Address, read_address

_TIME = 4.0
"""Seconds for an answer."""


class Unknown(Exception):
    """The name server did not answer, or not with anything that could be read."""


class Names:
    """A resolver: that of the system, or the one at `server` (host, or host:port)."""

    def __init__(self, server: str = "") -> None:
        from dns.asyncresolver import Resolver
        from dns.exception import DNSException

        try:
            self._resolver = Resolver(configure=not server)
        except (DNSException, OSError) as error:
            raise Unknown(str(error)) from None
        if server:
            host, colon, port = server.rpartition(":") if not read_address(server) else (server, "", "")
            self._resolver.nameservers = [(host if colon else server).strip("[]")]
            self._resolver.port = int(port) if colon else 53

    async def texts(self, name: str) -> list[str]:
        """Return the TXT records of a name; none where there is no such name. Raises Unknown."""
        return [b"".join(each.strings).decode("utf-8", "replace") for each in await self._asked(name, "TXT")]

    async def addresses(self, name: str) -> list[Address]:
        """Return the addresses of a name, or the one that it is. Raises Unknown."""
        itself = read_address(name)
        if itself is not None:
            return [itself]
        found = [*await self._asked(name, "A"), *await self._asked(name, "AAAA")]
        return [address for each in found if (address := read_address(each.address)) is not None]

    async def exchangers(self, name: str) -> list[str]:
        """Return the names of the servers that take a domain's mails. Raises Unknown."""
        return [each.exchange.to_text(omit_final_dot=True) for each in await self._asked(name, "MX")]

    async def _asked(self, name: str, kind: str) -> Sequence[Any]:
        from dns.exception import DNSException
        from dns.resolver import NXDOMAIN, NoAnswer

        try:
            return list(await self._resolver.resolve(name, kind, lifetime=_TIME, search=False))
        except (NXDOMAIN, NoAnswer):
            return []
        except (DNSException, OSError, ValueError) as error:
            raise Unknown(str(error)) from None
