"""A contact received, opened, clicked or answered an e-mail."""

from __future__ import annotations

from typing import Literal

from hub.people.conditions.base import World, condition
from hub.people.conditions.counted import Happened


@condition("email")
class DidWithEmail(Happened, frozen=True, kw_only=True):
    """What happened to which e-mail; without one, to any."""

    did: Literal["received", "opened", "clicked", "answered"]
    email: int | None = None

    def key(self, world: World) -> str:
        """Return the count of the e-mail, or of all."""
        return f"email_{self.did}" if self.email is None else f"email_{self.did}:{self.email}"
