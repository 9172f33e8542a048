"""Who is asked what to do with a call from the phone network, and who hears what happens to calls and texts.

The state machine and the media worker register here (hub/subscribers.py); this part knows neither of them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from msgspec import Struct

from hub.calls.carriers.carrier import Answer, Refuse
from hub.calls.carriers.facts import Fact, IncomingCall
from hub.core.hub import Hub
from storage.engine import Document, Scope

HEARD = "phone.heard"


class Ringing(Struct, frozen=True):
    """A call that somebody has to say something to.

    leg      our own id of it, for `calling.hang_up` and the like; 0 of one that was refused
    number   the row of the number that was called: `rings` and `group` say what is meant to happen
    """

    leg: int
    number: Document
    call: IncomingCall


Asked = Callable[[Hub, Scope, Ringing], Awaitable[Answer]]
Missed = Callable[[Hub, Scope, Ringing], Awaitable[None]]
Listener = Callable[[Hub, Scope, int | None, Fact], Awaitable[None]]
"""Hears a fact with our id of the leg that it is about (None for texts), at least once, after it was stored."""


class Desk:
    """`asked` says what to answer an incoming call with; `missed` hears of one that a limit refuses, `listeners` of all else."""

    def __init__(self, hub: Hub) -> None:
        self.asked: Asked = _nobody
        self.missed: Missed = _unnoted
        self.listeners: list[Listener] = []


async def _nobody(hub: Hub, scope: Scope, ringing: Ringing) -> Answer:
    """Let callers hear the busy tone: as long as nothing takes calls they must not pay for silence."""
    return Refuse("busy")


async def _unnoted(hub: Hub, scope: Scope, ringing: Ringing) -> None:
    """Note nothing."""


async def tell(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Tell a fact to whoever listens (a job)."""
    fact: Fact = msgspec.convert(payload["fact"], Fact)  # type: ignore[arg-type]
    for each in hub.part(Desk).listeners:
        await each(hub, scope, payload["leg"], fact)
