"""A contact saw, clicked or dismissed a modal."""

from __future__ import annotations

from typing import Literal

from hub.people.conditions.base import World, condition
from hub.people.conditions.counted import Happened


@condition("modal")
class DidWithModal(Happened, frozen=True, kw_only=True):
    """What happened to which modal; without one, to any."""

    did: Literal["seen", "clicked", "dismissed"]
    modal: int | None = None

    def key(self, world: World) -> str:
        """Return the count of the modal, or of all."""
        return f"modal_{self.did}" if self.modal is None else f"modal_{self.did}:{self.modal}"
