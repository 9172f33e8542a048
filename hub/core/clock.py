"""Time and randomness, handed in, so that tests can move the one and repeat the other."""

from __future__ import annotations

import asyncio
import functools
import secrets
import string
import time
from datetime import UTC, datetime

from storage.engine import Engine

ALPHANUMERIC = string.ascii_letters + string.digits
_BLOCK = 1000
"""Ids reserved at once per kind. One durable write per thousand; a restart leaves a gap, which is normal."""


class Clock:
    """The wall clock in UTC milliseconds."""

    def now(self) -> int:
        """Return milliseconds since 1970 in UTC."""
        return time.time_ns() // 1_000_000


class Ids:
    """Integer ids per kind, unique over the installation, and unguessable tokens."""

    def __init__(self, store: Engine) -> None:
        self._store = store
        self._blocks: dict[str, tuple[int, int]] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._letters = ""

    async def next(self, kind: str) -> int:
        """Return an id of this kind that nobody else gets."""
        first, end = self._blocks.get(kind, (0, 0))
        if first >= end:
            async with self._locks.setdefault(kind, asyncio.Lock()):  # many may run out of ids at the same moment
                first, end = self._blocks.get(kind, (0, 0))
                if first >= end:
                    first = await self._store.reserve(kind, _BLOCK)
                    end = first + _BLOCK
                self._blocks[kind] = (first + 1, end)
                return first
        self._blocks[kind] = (first + 1, end)
        return first

    def token(self, length: int = 43) -> str:
        """Return random letters and digits; the default length carries 256 bits."""
        while len(self._letters) < length:
            self._letters += _random_letters()
        token, self._letters = self._letters[:length], self._letters[length:]
        return token


def _random_letters() -> str:
    """Return some hundred random letters and digits: the system is asked once for many tokens."""
    # Bytes beyond a multiple of 62 are thrown away, so that each character is as likely.
    return "".join([ALPHANUMERIC[byte % 62] for byte in secrets.token_bytes(1024) if byte < 248])


def rfc3339(milliseconds: int) -> str:
    """Return `2026-11-22T12:00:00.123Z`, the form of time on all our wires."""
    return f"{_to_the_second(milliseconds // 1000)}.{milliseconds % 1000:03d}Z"


@functools.lru_cache(1024)
def _to_the_second(seconds: int) -> str:
    """Messages of one second share it: formatting a date costs as much as encoding a message."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}"
