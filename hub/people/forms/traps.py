"""What tells a program from a person: a field that nobody sees, and the time that filling in takes.

A page gets a signed token with its form. A submission without one, with a forged one or sooner than a person can type is
spam; so is one that fills in the field that is hidden from people. Spam is answered as if it had been taken: whoever
writes such programs learns nothing. How much somebody may submit at all is counted in `Pace`.
"""

from __future__ import annotations

import limits
import limits.aio

from hub.core.errors import RateLimited, TokenExpired
from hub.core.hub import Hub

LEAST = 2_000
"""Milliseconds from showing a form to submitting it. The widget waits for the rest where somebody is quicker."""
LONGEST = 48 * 3_600_000
"""Milliseconds for which a token is good: a page may stand open over night, and a stolen token ends."""


def form_token(hub: Hub, app: int, form: int) -> str:
    """Return a token that says when a form was shown."""
    now = hub.clock.now()
    return f"{now}.{hub.signer.sign('form', app, form, now)}"


def is_spam(hub: Hub, app: int, form: int, token: str, trap: str) -> bool:
    """Tell whether a program filled in the form. Raises TokenExpired where the form stood open for too long."""
    shown, _, signature = token.partition(".")
    if trap or not (shown.isascii() and shown.isdecimal() and len(shown) < 16):
        return True
    if not hub.signer.holds(signature, "form", app, form, int(shown)):
        return True
    age = hub.clock.now() - int(shown)
    if age > LONGEST:
        raise TokenExpired("This form has been open for too long. Load it again, then send it.")
    return age < LEAST


class Pace:
    """How often somebody may submit forms: `HUB_FORM_TRIES` in a minute, for each address and each contact."""

    def __init__(self, hub: Hub) -> None:
        self._window = limits.aio.strategies.MovingWindowRateLimiter(limits.aio.storage.MemoryStorage())
        self._rule = limits.RateLimitItemPerMinute(hub.settings.form_tries)

    async def take(self, who: str) -> None:
        """Count a try. Raises RateLimited."""
        if not await self._window.hit(self._rule, who):
            raise RateLimited("Too many forms at once. Wait a minute and send it again.", 60.0)
