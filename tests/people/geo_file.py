"""Writes a MaxMind DB: the smallest that the format allows, for addresses of IPv4."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any

_NUMBERS = {2: 5, 4: 6, 8: 9}
"""Bytes of a number → its type in the file."""


def write_geo_file(path: Path, networks: dict[str, dict[str, Any]]) -> Path:
    """Write a file that knows these networks; return its path."""
    tree: list[list[Any]] = [[None, None]]
    for network, record in networks.items():
        net = ipaddress.ip_network(network)
        bits = f"{int(net.network_address):032b}"[: net.prefixlen]
        node = 0
        for bit in bits[:-1]:
            if tree[node][int(bit)] is None:
                tree.append([None, None])
                tree[node][int(bit)] = len(tree) - 1
            node = tree[node][int(bit)]
        tree[node][int(bits[-1])] = record
    data, search = b"", b""
    for records in tree:
        for record in records:
            if isinstance(record, dict):
                place, data = len(tree) + 16 + len(data), data + _field(record)
            else:
                place = len(tree) if record is None else record
            search += place.to_bytes(3, "big")
    about = {
        "binary_format_major_version": _short(2), "binary_format_minor_version": _short(0), "build_epoch": bytes(7) + b"1",
        "database_type": "Test-City", "description": {"en": "Test"}, "ip_version": _short(4), "languages": ["en"],
        "node_count": len(tree).to_bytes(4, "big"), "record_size": _short(24),
    }  # fmt: skip
    path.write_bytes(search + bytes(16) + data + b"\xab\xcd\xefMaxMind.com" + _field(about))
    return path


def _short(number: int) -> bytes:
    return number.to_bytes(2, "big")


def _field(value: Any) -> bytes:
    if isinstance(value, str):
        return _head(2, len(value.encode())) + value.encode()
    if isinstance(value, bytes):  # a number, as long as its type
        return _head(_NUMBERS[len(value)], len(value)) + value
    if isinstance(value, dict):
        return _head(7, len(value)) + b"".join(_field(each) for pair in value.items() for each in pair)
    return _head(11, len(value)) + b"".join(_field(each) for each in value)


def _head(kind: int, size: int) -> bytes:
    length = bytes([size - 29]) if size >= 29 else b""
    first = min(size, 29)
    return bytes([kind << 5 | first]) + length if kind < 8 else bytes([first, kind - 7]) + length
