"""Who keeps something of a contact, so that it can be moved to another one, handed out, and erased, wherever it is.

Each area that stores something about people has one keeper; the table stands in hub/subscribers.py. What belongs to the
contact's own document is not their matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, NamedTuple, Protocol

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


class Ageing(NamedTuple):
    """What becomes of one kind of data when it is old: how some of what ended before a moment is erased, and counted.

    `erase_old` takes the place to go on from (at first an empty one) and returns the next one, None behind all of it.
    """

    erase_old: Callable[[Hub, Scope, int, str], Awaitable[str | None]]
    count_old: Callable[[Hub, Scope, int], Awaitable[int]]


class Keepers:
    """The keepers of this hub, and what becomes of old data that is no stream of a contact, by its kind."""

    def __init__(self, hub: Hub) -> None:
        self.all: list[Keeper] = []
        self.ageing: dict[str, Ageing] = {}
