"""Ogg pages with Opus in them (RFC 3533 and 7845): written so that a file is whole up to its last page at any moment."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import NamedTuple

_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
FIRST, LAST = 2, 4


def checksum(page: bytes) -> int:
    """Return Ogg's CRC of a page whose own field is zero.

    It is the polynomial of zlib's with the bits of each byte the other way round and no inversions, so zlib computes it.
    """
    crc = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{crc:032b}"[::-1], 2)


def page(serial: int, number: int, position: int, packets: list[bytes], flags: int = 0) -> bytes:
    """Return a page of whole packets; together they have at most 255 segments of 255 bytes."""
    lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    head = struct.pack("<4sBBqIII", b"OggS", 0, flags, position, serial, number, 0) + bytes([len(lacing)]) + lacing
    whole = head + b"".join(packets)
    return whole[:22] + struct.pack("<I", checksum(whole)) + whole[26:]


def segments(packet: bytes) -> int:
    """Return how many of a page's 255 segments a packet takes."""
    return len(packet) // 255 + 1


def beginning(serial: int) -> bytes:
    """Return the two pages before the sound: mono, 48 kHz, nothing to skip (positions are those of the call's clock)."""
    head = struct.pack("<8sBBHIhB", b"OpusHead", 1, 1, 0, 48_000, 0, 0)
    tags = struct.pack("<8sI5sI", b"OpusTags", 5, b"media", 0)
    return page(serial, 0, 0, [head], FIRST) + page(serial, 1, 0, [tags])


class Whole(NamedTuple):
    """How much of a file is whole pages."""

    size: int
    samples: int


def whole_part(path: Path) -> Whole:
    """Return where the last whole page of a file ends, and how many samples there are until then.

    A killed writer leaves half a page at the end, and a power cut may leave zeros: both fail the checksum.
    """
    size = samples = 0
    with path.open("rb") as file:
        while len(head := file.read(27)) == 27 and head[:4] == b"OggS":
            lacing = file.read(head[26])
            body = file.read(sum(lacing))
            if len(lacing) < head[26] or len(body) < sum(lacing):
                break
            if checksum(head[:22] + bytes(4) + head[26:] + lacing + body) != struct.unpack_from("<I", head, 22)[0]:
                break
            size += len(head) + len(lacing) + len(body)
            samples = max(samples, struct.unpack_from("<q", head, 6)[0])
    return Whole(size, samples)
