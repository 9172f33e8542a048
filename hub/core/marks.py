"""How far the background work of each process has come, so that the next one can go on where it was killed."""

from __future__ import annotations

import asyncio

from hub.core.collections import MARKS
from hub.core.hub import Hub
from hub.core.nodes import LOST_AFTER, Nodes
from storage.engine import INSTALLATION, Batch

_SELDOM = 2_000
"""Milliseconds between two writes of a mark: a little work is done again rather than written down each time."""


class Marks:
    """The marks of one kind of work. A mark says: everything that changed before this moment has been looked at."""

    def __init__(self, hub: Hub, work: str) -> None:
        self._hub, self._work = hub, work
        self._id: int | None = None
        self._kept = 0

    async def keep(self, moment: int) -> None:
        """Remember a moment (UTC milliseconds) in the store, now and then."""
        if moment < self._kept + _SELDOM:
            return
        self._kept = moment
        batch = Batch(INSTALLATION)
        if self._id is None:
            self._id = await self._begin(batch, moment)
        else:
            batch.patch(MARKS, self._id, set={"moment": moment})
        await self._hub.commit(batch)

    async def _begin(self, batch: Batch, moment: int) -> int:
        id = await self._hub.ids.next("mark")
        batch.insert(MARKS, {"id": id, "work": self._work, "node": self._hub.node, "moment": moment})
        return id

    async def left_behind(self) -> tuple[int | None, list[int]]:
        """Return the moment since which processes that have ended may have left something, and their marks.

        Takes a mark for this process first, so that what it does before its first `keep` is covered too.
        """
        batch = Batch(INSTALLATION)
        self._kept = self._hub.clock.now()
        self._id = await self._begin(batch, self._kept)
        await self._hub.commit(batch)
        if not self._hub.bus.alone:
            await asyncio.sleep(LOST_AFTER)
        living = {self._hub.node, *self._hub.part(Nodes).others}
        marks = [each async for chunk in self._hub.store.export(INSTALLATION, MARKS) for each in chunk]
        ended = [each for each in marks if each["work"] == self._work and each["node"] not in living]
        return min((each["moment"] for each in ended), default=None), [each["id"] for each in ended]

    async def forget(self, marks: list[int]) -> None:
        """Delete marks: what they left has been done."""
        batch = Batch(INSTALLATION)
        for id in marks:
            batch.delete(MARKS, id)
        await self._hub.commit(batch)
