"""The envelope of what nodes tell each other: who says it, a number that only grows, and a seal that nobody else can make.

Whoever can write to Redis could else put words into any conversation. A body that was changed, made up, sent on another
channel or sent twice does not open. The names of the channels depend on the secret too, so two installations that share
a Redis do not even hear each other.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from struct import Struct

_SEAL = 16
_HEAD = Struct("!QB")
_REMEMBERED = 20_000
"""Pairs of node and channel whose last number is known: 70 channels of 280 nodes, living or dead."""


class Rejected(ValueError):
    """An envelope that no node of this installation has made for this channel."""


class Repeated(ValueError):
    """An envelope that was opened before: its sender did not know whether it had arrived, or somebody plays it back."""


class Sealer:
    """Makes and opens envelopes for one node."""

    def __init__(self, secret: bytes, node: str) -> None:
        self._key, self._node = hashlib.blake2b(secret, digest_size=32, person=b"hub bus").digest(), node.encode()
        self._prefix = f"hub:{hashlib.blake2b(self._key, digest_size=6).hexdigest()}:"
        self._number = 0
        self._opened: OrderedDict[tuple[bytes, str], int] = OrderedDict()

    def name(self, channel: str) -> str:
        """Return the channel's name in Redis."""
        return self._prefix + channel

    def channel(self, name: str) -> str:
        """Return the channel of a name in Redis."""
        return name.removeprefix(self._prefix)

    def seal(self, channel: str, body: bytes) -> bytes:
        """Return the body in its envelope."""
        self._number += 1
        inside = _HEAD.pack(self._number, len(self._node)) + self._node + body
        return self._mark(channel, inside) + inside

    def open(self, channel: str, envelope: bytes) -> tuple[str, bytes]:
        """Return who sent it, and the body. Raises Rejected and Repeated."""
        mark, inside = envelope[:_SEAL], envelope[_SEAL:]
        if len(inside) < _HEAD.size or mark != self._mark(channel, inside):
            raise Rejected("not sealed by a node of this installation")
        number, size = _HEAD.unpack_from(inside)
        start = _HEAD.size + size
        node = inside[_HEAD.size : start]
        if self._opened.get((node, channel), 0) >= number:
            raise Repeated("opened before")
        self._opened[node, channel] = number
        self._opened.move_to_end((node, channel))
        if len(self._opened) > _REMEMBERED:
            self._opened.popitem(last=False)
        return node.decode(), inside[start:]

    def _mark(self, channel: str, inside: bytes) -> bytes:
        mark = hashlib.blake2b(b"%d:%s:" % (len(channel), channel.encode()), key=self._key, digest_size=_SEAL)
        mark.update(inside)
        return mark.digest()
