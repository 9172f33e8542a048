"""The times of SIP, in seconds (RFC 3261, table 4). All follow from three, so tests make everything quick with one."""

from __future__ import annotations

from msgspec import Struct


class Timers(Struct, frozen=True):
    """T1 is a round trip, T2 the longest pause between repetitions, T4 how long a message may linger in the network."""

    t1: float = 0.5
    t2: float = 4.0
    t4: float = 5.0

    @property
    def patience(self) -> float:
        """How long an answer is waited for, and how long repetitions of what is answered are expected (64 × T1)."""
        return 64 * self.t1

    @property
    def between_rings(self) -> float:
        """Pause after which "it rings" is said again, so that no proxy gives the call up (section 13.3.1.1: a minute)."""
        return 120 * self.t1
