"""How often each modal was shown, seen, clicked, dismissed and answered: counted in memory, written once a second.

One document for all visitors would be written all the time; a second of counts may be lost with a process. What one
contact did stands with the contact, and is not lost.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Literal

from hub.chat.collections import MODAL_TALLIES
from hub.core.hub import Hub
from storage.engine import Batch, Missing, Scope, StorageError

_PAUSE = 1.0
Did = Literal["shown", "seen", "clicked", "dismissed", "answered"]


class ModalTallies:
    """What this node has counted and not written yet."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._counted: dict[tuple[int, int], Counter[str]] = {}
        self._writing = False

    def count(self, app: int, modal: int, did: Did, times: int = 1) -> None:
        """Count some more."""
        self._counted.setdefault((app, modal), Counter())[did] += times
        if not self._writing:
            self._writing = True
            self._hub.spawn("modal tallies", self._write())

    async def _write(self) -> None:
        while self._counted:
            await asyncio.sleep(_PAUSE)
            counted, self._counted = self._counted, {}
            for (app, modal), numbers in counted.items():
                batch = Batch(Scope(app))
                batch.patch(MODAL_TALLIES, modal, inc=dict(numbers))
                try:
                    await self._hub.commit(batch)
                except Missing:
                    pass  # deleted meanwhile
                except StorageError as error:
                    self._hub.log.warning("what was done with a modal was not counted", modal=modal, error=str(error))
        self._writing = False
