"""Who is acting."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from hub.core.errors import Forbidden
from storage.engine import Scope

ActorKind = Literal["contact", "agent", "key", "automation", "system"]


class Actor(Struct, frozen=True):
    """A contact, an agent, an API key, an automation or the system, with what it may do and in whose data.

    `sign_in` is what an agent has signed in with, where it has.
    """

    kind: ActorKind
    id: int
    name: str
    scope: Scope
    grants: frozenset[str]
    sign_in: int = 0

    @property
    def who(self) -> str:
        """What things remember of their maker: kind and id."""
        return f"{self.kind} {self.id}"

    def require(self, permission: str) -> None:
        """Return when the actor holds the permission, else raise Forbidden."""
        if permission not in self.grants:
            raise Forbidden
