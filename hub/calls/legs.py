"""Which devices are still in their calls. Their nodes say so again and again; whose node does not is gone (machine.gone)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from hub.calls.collections import CALLS
from hub.calls.records import Side
from hub.core.hub import Hub
from storage.engine import Batch, GuardFailed, Scope
from storage.filters import Eq, Ne, all_of

EVERY = 5.0
"""Seconds between two signs of life: two of them may be lost."""


class LegHeld(NamedTuple):
    """A device that is connected with this node, in a call."""

    app: int
    call: int
    side: Side
    leg: str


async def say_alive(hub: Hub, legs: Iterable[LegHeld]) -> list[LegHeld]:
    """Note that devices are there; return those that are in no call any more."""
    over = []
    for held in legs:
        own = await _note(hub, held, f"legs.{held.side}", f"seen.{held.side}")
        # An agent's device may be one that is asked beside the call (consult.py).
        if not own and not (held.side == "agent" and await _note(hub, held, "consult.leg", "consult.seen")):
            over.append(held)
    return over


async def _note(hub: Hub, held: LegHeld, leg: str, seen: str) -> bool:
    """Note that a device was seen now, where the call names it there; tell whether it does."""
    batch = Batch(Scope(held.app))
    batch.guard(CALLS, held.call, all_of(Ne("state", "ended"), Eq(leg, held.leg)))
    batch.patch(CALLS, held.call, set={seen: hub.clock.now()})
    try:
        await hub.commit(batch)
    except GuardFailed:
        return False
    return True
