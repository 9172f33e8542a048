"""Who acts where nobody does: Switchboard itself, for one application."""

from __future__ import annotations

from hub.accounts.grants import SYSTEM
from hub.core.actor import Actor
from storage.engine import Scope


def system_of(scope: Scope) -> Actor:
    """Return Switchboard as an actor in the application of a scope, with every permission there."""
    return Actor("system", 0, "Switchboard", Scope(scope.app), SYSTEM)
