"""Token buckets of which each is one number: the moment at which it is full again (GCRA).

What is full carries no news, so it is forgotten: the memory is bounded by who was busy lately, whoever came before.
"""

from __future__ import annotations

from collections.abc import Hashable
from heapq import nlargest

MOST = 100_000
"""Buckets of one kind that are remembered at most; those that would be full first are forgotten first."""


class Buckets:
    """Buckets of one size, by key: `burst` tokens fit in, `rate` come back each second.

    The hot path of `limits` reads the fields itself; a method call would cost as much as the whole check.
    """

    __slots__ = ("full_at", "span", "step")

    def __init__(self, rate: float, burst: float) -> None:
        self.step = 1 / rate
        """Seconds that a token takes to come back."""
        self.span = burst / rate
        """Seconds from an empty bucket to a full one."""
        self.full_at: dict[Hashable, float] = {}

    def take(self, key: Hashable, now: float, share: float = 1.0) -> float:
        """Take a token, or a share of one; return 0, or the seconds until it is there (and then nothing is taken)."""
        full = max(self.full_at.get(key, now), now) + self.step * share
        short = full - now - self.span
        if short > 0:
            return short
        self.full_at[key] = full
        return 0.0

    def sweep(self, now: float) -> None:
        """Forget the buckets that are full, and what is too much."""
        busy = [(full, key) for key, full in self.full_at.items() if full > now]
        if len(busy) > MOST:
            busy = nlargest(MOST, busy, key=lambda item: item[0])
        if len(busy) < len(self.full_at):
            self.full_at.clear()  # in place: the hot path holds on to the dictionary
            self.full_at.update((key, full) for full, key in busy)
