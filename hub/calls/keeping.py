"""What calls keep of a contact: who talked with it, when and for how long."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence

from hub.calls.collections import CALLS, RECORDINGS
from hub.calls.recordings import remove_recording
from hub.calls.turning import LIVE, drop_call, live_keys
from hub.core.hub import Hub
from hub.people.privacy.keepers import Item, next_of
from storage.engine import Batch, Document, Result, Scope
from storage.filters import Eq

_CHUNK = 100


class CallsKeeper:
    """Calls go where their contact goes."""

    async def move(self, hub: Hub, batch: Batch, into: int, others: Sequence[int], limit: int) -> list[Result]:
        """Let the next calls of some contacts be another one's."""
        moved: list[Result] = []
        for call in await next_of(hub, Scope(batch.scope.app), CALLS, "contact", others, limit):
            batch.guard(CALLS, call["id"], Eq("revision", call["revision"]))
            moved.append(batch.patch(CALLS, call["id"], set={"contact": into}, inc={"revision": 1}))
            if call["state"] != "ended":
                for old, new in zip(live_keys(call), live_keys(call | {"contact": into}), strict=True):
                    batch.release(LIVE, old)
                    batch.hold(LIVE, new, call["id"])
        taped = await next_of(hub, Scope(batch.scope.app), RECORDINGS, "contact", others, limit - len(moved))
        return moved + [batch.patch(RECORDINGS, row["id"], set={"contact": into}) for row in taped]

    def moved(self, hub: Hub, scope: Scope, documents: list[Document]) -> None:
        """Nothing: whoever is in a call stays in it."""

    async def items(self, hub: Hub, scope: Scope, contact: Document) -> AsyncIterator[Item]:
        """Yield the calls."""
        async for chunk in hub.store.export(scope, CALLS, Eq("contact", contact["id"])):
            for call in chunk:
                yield Item("calls", call)
        async for chunk in hub.store.export(scope, RECORDINGS, Eq("contact", contact["id"])):
            for row in chunk:
                yield Item("call_recordings", row)

    async def erase(self, hub: Hub, scope: Scope, contacts: Sequence[int]) -> Counter[str]:
        """Erase the next calls of some contacts, and before them what was recorded."""
        taped = await next_of(hub, scope, RECORDINGS, "contact", contacts, _CHUNK)
        for row in taped:
            await remove_recording(hub, scope, row)
        if taped:
            return Counter({"call_recordings": len(taped)})
        found = await next_of(hub, scope, CALLS, "contact", contacts, _CHUNK)
        for call in found:
            await drop_call(hub, scope, call)
        return Counter({"calls": len(found)}) if found else Counter()
