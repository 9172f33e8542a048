"""The other nodes of the installation: that they are there, and what one of them may have left unsaid.

A node beats once a second. One that stops without a goodbye may have committed what it did not live to announce, so the
others read from the store what happened since its last beat, and unlock what it was writing. The same reading follows
when this node did not hear for a while, and when another one says that it could not speak.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Literal, NamedTuple

import msgspec
from msgspec import Struct

from hub.core.hub import Hub

CHANNEL = "nodes"
BEAT = 1.0
_LOOKS = 4
"""Looks for lost nodes per beat."""
LOST_AFTER = 3.0
"""Seconds without a beat after which a node counts as lost. It only costs a look into the store to be wrong."""


class Word(Struct, array_like=True, forbid_unknown_fields=True):
    """What a node says about itself. `back`: seconds, back from now, in which it could not be heard.

    `holds`: what of the store may stay locked if it dies now.
    """

    node: str
    says: Literal["here", "bye", "unheard"]
    back: float = 0.0
    holds: list[bytes] = []


class Beat(NamedTuple):
    """When a node was heard last, and what it held then."""

    at: float
    holds: list[bytes]


_decode = msgspec.msgpack.Decoder(Word).decode


class Nodes:
    """Who else is there. `hub.node` names one run of one process, so a node that comes back is a new one."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._beats: dict[str, Beat] = {}
        self._missed: list[Callable[[float], None]] = []
        self.lost = 0
        hub.bus.on_heal(self._healed)
        hub.bus.on_drop(lambda back: self._say("unheard", back))

    @property
    def others(self) -> list[str]:
        """The other nodes that beat."""
        return sorted(self._beats)

    def on_missed(self, handler: Callable[[float], None]) -> None:
        """Call the handler when something may have been missed, with the seconds in which, back from now."""
        self._missed.append(handler)

    async def run(self) -> None:
        """Beat, and watch the others, until cancelled."""
        if self._hub.bus.alone:
            return
        self._hub.bus.subscribe(CHANNEL, self._hear)
        # At once: who dies within the second would leave locked what no beat has named.
        self._hub.store.on_hold(lambda: self._say("here"))
        while True:
            self._say("here")
            for _ in range(_LOOKS):
                await asyncio.sleep(BEAT / _LOOKS)
                self._look()

    def _healed(self, away: float) -> None:
        self._say("here")
        self._tell(away)

    def part(self) -> None:
        """Say goodbye: all that was to be announced has been."""
        self._say("bye")

    def _say(self, says: Literal["here", "bye", "unheard"], back: float = 0.0) -> None:
        word = Word(self._hub.node, says, back, self._hub.store.holds)
        self._hub.bus.publish(CHANNEL, msgspec.msgpack.encode(word), keep=says != "here")

    def _hear(self, body: bytes) -> None:
        word = _decode(body)
        if word.says == "bye":
            self._beats.pop(word.node, None)
            return
        is_new = word.node not in self._beats
        self._beats[word.node] = Beat(time.monotonic(), word.holds)
        if is_new:
            self._hub.log.info("another node is there", other=word.node)
            self._say("here")  # it knows this one at once, and not a beat later: that one may be this one's last
        if word.says == "unheard":
            self._tell(word.back)

    def _look(self) -> None:
        # While nobody is heard, for Redis or this process stood still, silence says nothing about a single node.
        now, steady = time.monotonic(), self._hub.bus.steady_since
        for node, beat in list(self._beats.items()):
            if now - max(beat.at, steady) > LOST_AFTER:
                del self._beats[node]
                self.lost += 1
                self._hub.log.warning("a node is lost; what it did not announce is read from the store", other=node)
                self._hub.spawn("unlock", self._hub.store.release(beat.holds))
                self._tell(now - beat.at)

    def _tell(self, back: float) -> None:
        for handler in self._missed:
            handler(back)
