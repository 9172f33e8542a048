"""What a device says that somebody did with a letter: it was shown to them, they opened it."""

from __future__ import annotations

from typing import Literal

from hub.chat.collections import DELIVERIES
from hub.chat.deliveries import announce_delivery
from hub.core.hub import Hub
from storage.engine import Batch, Missing, Scope

Deed = Literal["displayed", "clicked", "dismissed"]


async def mark_seen(hub: Hub, scope: Scope, delivery: int, deed: Deed, *, contact: int | None = None) -> bool:
    """Keep that a letter was seen, and perhaps opened, the first time each; return whether there is such a letter.

    With `contact` it has to be one to this contact.
    """
    document = await hub.store.get(Scope(scope.app), DELIVERIES, delivery)
    if document is None or (contact is not None and document["to"] != {"kind": "contact", "id": contact}):
        return False
    now = hub.clock.now()
    names = ("seen", "clicked") if deed == "clicked" else ("seen",)
    news = {name: now for name in names if document[name] is None}
    if news:
        batch = Batch(Scope(scope.app))
        batch.patch(DELIVERIES, delivery, set=news)
        try:
            await hub.commit(batch)
        except Missing:
            return False  # erased meanwhile
        await announce_delivery(hub, scope, delivery)
    return True
