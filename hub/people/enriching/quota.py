"""What may be asked now: counted in the store before it is asked, so that no two nodes overrun a quota together.

A place is taken before the question and given back where nobody was found, for providers count those they find. A
process that is killed in between leaves its place taken: it may have been found, and a quota must not be overrun.
"""

from __future__ import annotations

from typing import Literal

from hub.core.errors import Conflict
from hub.core.hub import Hub
from hub.people.collections import ENRICHMENT
from hub.people.enriching.occasions import Occasion
from hub.people.enriching.setting import month_of, stored_setting
from storage.engine import Batch, Collection, Document, GuardFailed, Missing, Scope
from storage.filters import Eq, Lt, Lte, all_of, any_of

_TRIES = 50
_ASKING = 30_000
"""Milliseconds for which a question keeps others from asking the same; the client's own limit is shorter."""

Refusal = Literal["quota", "busy"]


async def take_place(hub: Hub, scope: Scope, kept: Collection, id: int) -> Refusal | None:
    """Count a question about a document and mark it as being asked for; return why that can't be, or None.

    Raises Missing where the document has gone.
    """
    for _ in range(_TRIES):
        setting, now, month = await stored_setting(hub, scope), hub.clock.now(), month_of(hub)
        if setting["month"] != month:
            await _turn_over(hub, scope, setting["month"], month)
            continue
        if setting["used"] >= setting["quota"]:
            return "quota"
        document = await hub.store.get(scope, kept, id)
        if document is None:
            raise Missing
        if (document.get("asking") or 0) > now:
            return "busy"
        batch = Batch(scope)
        batch.guard(
            ENRICHMENT,
            scope.app,
            all_of(Eq("month", month), Eq("quota", setting["quota"]), Lt("used", setting["quota"])),
        )
        batch.guard(kept, id, any_of(Eq("asking", None), Lte("asking", now)))
        batch.patch(ENRICHMENT, scope.app, inc={"used": 1, "asked": 1})
        batch.patch(kept, id, set={"asking": now + _ASKING})
        try:
            await hub.commit(batch)
        except GuardFailed:
            continue
        return None
    raise Conflict


async def give_back(hub: Hub, scope: Scope, month: str) -> None:
    """Free the place of a question that found nobody; in another month there is nothing to free."""
    batch = Batch(scope)
    batch.guard(ENRICHMENT, scope.app, Eq("month", month))
    batch.patch(ENRICHMENT, scope.app, inc={"used": -1})
    try:
        await hub.commit(batch)
    except GuardFailed:
        pass


def note(
    hub: Hub, batch: Batch, occasion: Occasion, status: str, message: str, changes: Document | None = None
) -> None:
    """Keep with the setting what happened last."""
    last = {"at": hub.clock.now(), "occasion": occasion, "status": status, "message": message}
    batch.patch(ENRICHMENT, batch.scope.app, set={"last": last, **(changes or {})})


async def _turn_over(hub: Hub, scope: Scope, old: str, new: str) -> None:
    batch = Batch(scope)
    batch.guard(ENRICHMENT, scope.app, Eq("month", old))
    batch.patch(ENRICHMENT, scope.app, set={"month": new, "used": 0, "asked": 0})
    try:
        await hub.commit(batch)
    except GuardFailed:
        pass  # another one did
