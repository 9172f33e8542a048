"""How many documents carry a tag, are on a list or in a segment: counted anew as often as that is cheap."""

from __future__ import annotations

import time
from collections import OrderedDict

from hub.core.hub import Hub
from storage.engine import Collection, Scope
from storage.filters import Eq

_SMALL = 20_000
"""Up to so many, every count is exact: it takes a millisecond or two."""
_PER_SECOND = 200_000
"""A larger one is good for a second per so many: a million contacts are counted every five seconds at most."""
_REMEMBERED = 10_000


class Sizes:
    """The counts of this node."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._known: OrderedDict[tuple[int, str, str, int], tuple[float, int]] = OrderedDict()

    async def of(self, scope: Scope, kept: Collection, field: str, id: int) -> int:
        """Return how many documents have this id in the field; a large count may be some seconds old."""
        key = (scope.app, kept.name, field, id)
        good_until, size = self._known.get(key, (0.0, 0))
        if time.monotonic() < good_until:
            return size
        size = await self._hub.store.count(Scope(scope.app), kept, Eq(field, id))
        if size <= _SMALL:
            self._known.pop(key, None)
            return size
        self._known[key] = (time.monotonic() + size / _PER_SECOND, size)
        self._known.move_to_end(key)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return size
