"""Who keeps something of a contact, so that it can be moved to another one, handed out, and erased, wherever it is.

Each area that stores something about people has one keeper; the table stands in hub/subscribers.py. What belongs to the
contact's own document is not their matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Protocol

from msgspec import Struct

from hub.core.hub import Hub
from storage.engine import Batch, Collection, Document, Result, Scope
from storage.filters import Eq


class Item(Struct, frozen=True):
    """Something to hand out: `kind` names the part of the bundle, `data` is JSON; or a stored file and its name there.

    `inside` counts what else the data holds, by kind.
    """

    kind: str
    data: Any = None
    file: str = ""
    name: str = ""
    inside: dict[str, int] = {}


class Keeper(Protocol):
    """What an area keeps of contacts. All of it has to be safe to repeat: a killed job begins again."""

    async def move(self, hub: Hub, batch: Batch, into: int, others: Sequence[int], limit: int) -> list[Result]:
        """Put into the batch that the next things of some contacts are another one's; nothing when none are left."""

    def moved(self, hub: Hub, scope: Scope, documents: list[Document]) -> None:
        """Tell those who look at what was moved."""

    def items(self, hub: Hub, scope: Scope, contact: Document) -> AsyncIterator[Item]:
        """Yield everything that is kept of a contact and of those that were merged into it."""

    async def erase(self, hub: Hub, scope: Scope, contacts: Sequence[int]) -> Counter[str]:
        """Erase the next things of some contacts; return how many of each kind, nothing when none are left."""


async def next_of(
    hub: Hub, scope: Scope, collection: Collection, field: str, owners: Sequence[int], limit: int
) -> list[Document]:
    """Return the next documents whose field names one of the owners."""
    found: list[Document] = []
    for owner in owners:
        if len(found) < limit:
            found += (await hub.store.find(scope, collection, Eq(field, owner), limit=limit - len(found))).items
    return found


Expire = Callable[[Hub, Scope, int], Awaitable[bool]]
"""Erases some of what ended before a moment; tells whether there may be more."""


CountOld = Callable[[Hub, Scope, int], Awaitable[int]]
"""Counts what ended before a moment."""


class Keepers:
    """The keepers of this hub, and what erases and counts old conversations."""

    def __init__(self, hub: Hub) -> None:
        self.all: list[Keeper] = []
        self.expire: Expire = _nothing
        self.count_old: CountOld = _none


async def _nothing(hub: Hub, scope: Scope, before: int) -> bool:
    return False


async def _none(hub: Hub, scope: Scope, before: int) -> int:
    return 0
