"""How often each form was shown, and how much of what came was spam: counted in memory, written once a second.

One document for all visitors of a form would be written all the time; a second of counts may be lost with a process.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Literal

from hub.core.hub import Hub
from hub.people.collections import FORM_TALLIES
from storage.engine import Batch, Missing, Scope, StorageError

_PAUSE = 1.0


class Tallies:
    """What this node has counted and not written yet."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._counted: dict[tuple[int, int], Counter[str]] = {}
        self._writing = False

    def count(self, app: int, form: int, what: Literal["views", "spam"]) -> None:
        """Count one more."""
        self._counted.setdefault((app, form), Counter())[what] += 1
        if not self._writing:
            self._writing = True
            self._hub.spawn("form tallies", self._write())

    async def _write(self) -> None:
        while self._counted:
            await asyncio.sleep(_PAUSE)
            counted, self._counted = self._counted, {}
            for (app, form), numbers in counted.items():
                batch = Batch(Scope(app))
                batch.patch(FORM_TALLIES, form, inc=dict(numbers))
                try:
                    await self._hub.commit(batch)
                except Missing:
                    pass  # deleted meanwhile
                except StorageError as error:
                    self._hub.log.warning("views of a form were not counted", form=form, error=str(error))
        self._writing = False
