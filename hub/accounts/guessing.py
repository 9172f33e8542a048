"""Counts failures, so that passwords, codes and links can't be guessed in bulk."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import AsyncIterator

import limits
import limits.aio

from hub.core.errors import NotFound, RateLimited, WrongSignIn
from hub.core.hub import Hub

CODES, CODES_MINUTES = 5, 15
"""Failures with a second factor that one person has in so many minutes: a code has six digits only."""


class Guesses:
    """Failures of this node, by address and minute, and by person and quarter of an hour."""

    def __init__(self, hub: Hub) -> None:
        self._window = limits.aio.strategies.MovingWindowRateLimiter(limits.aio.storage.MemoryStorage())
        self._by_address = limits.RateLimitItemPerMinute(hub.settings.sign_in_tries)
        self._by_person = limits.RateLimitItemPerMinute(CODES, CODES_MINUTES)
        self._trying: Counter[str] = Counter()

    def from_address(self, address: str) -> contextlib.AbstractAsyncContextManager[None]:
        """Let one try through and count it if it fails. Raises RateLimited for an address that failed too often."""
        return self._guess(self._by_address, address)

    def of_person(self, person: int) -> contextlib.AbstractAsyncContextManager[None]:
        """The same for what only this person can know, from wherever it is tried."""
        return self._guess(self._by_person, f"person:{person}")

    @contextlib.asynccontextmanager
    async def _guess(self, rule: limits.RateLimitItem, key: str) -> AsyncIterator[None]:
        # Tries that are under way count as failures until they end, so a hundred at once are no way around the limit.
        self._trying[key] += 1
        try:
            if not await self._window.test(rule, key, cost=self._trying[key]):
                raise RateLimited("Too many failed sign-ins. Wait a minute and try again.")
            yield
        except (WrongSignIn, NotFound):  # a password or code that is another one, a link that nobody has
            await self._window.hit(rule, key)
            raise
        finally:
            self._trying[key] -= 1
            if not self._trying[key]:
                del self._trying[key]

    async def spend(self, address: str) -> None:
        """Count something that costs others a mail, whatever becomes of it. Raises RateLimited."""
        if not await self._window.hit(self._by_address, f"spent:{address}"):
            raise RateLimited("Too much at once from here. Wait a minute and try again.")
