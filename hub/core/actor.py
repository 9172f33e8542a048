"""Who is acting."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from hub.core.errors import Forbidden
from storage.engine import Scope

ActorKind = Literal["contact", "agent", "key", "automation", "system"]


class Actor(Struct, frozen=True):
    """A contact, an agent, an API key, an automation or the system, with what it may do and in whose data."""

    kind: ActorKind
    id: int
    name: str
    scope: Scope
    grants: frozenset[str]

    def require(self, permission: str) -> None:
        """Return when the actor holds the permission, else raise Forbidden."""
        if permission not in self.grants:
            raise Forbidden
