"""Where a request comes from, as far as it can be believed."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from hub.core.settings import Settings


def peer_of(settings: Settings, environ: Mapping[str, Any]) -> str:
    """Return the visitor's address: the peer's, or the last one that a trusted proxy forwarded for.

    X-Forwarded-For is written by anyone; only what our own proxies appended to it counts.
    """
    peer = environ.get("REMOTE_ADDR", "")
    chain = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    while chain and is_trusted(settings.trusted_proxies, peer):
        peer = chain.pop()
    return peer


def origin_of(environ: Mapping[str, Any]) -> str | None:
    """Return the Origin header, or None where there is none."""
    return environ.get("HTTP_ORIGIN") or None


@lru_cache(1024)
def is_trusted(proxies: str, address: str) -> bool:
    """Tell whether an address is one of ours: `proxies` lists addresses and networks, separated by commas."""
    try:
        ip = ipaddress.ip_address(address)
        ip = getattr(ip, "ipv4_mapped", None) or ip  # how a socket that listens on :: names 10.0.0.1
        return any(
            ip in ipaddress.ip_network(part.strip(), strict=False) for part in proxies.split(",") if part.strip()
        )
    except ValueError:
        return False
