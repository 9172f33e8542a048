"""Which text of which letter the provider has taken, so that none goes out twice and each report finds its letter.

A letter of several texts goes on behind those that were taken when it is tried again. A text that went wrong is counted: when
an agent sends it once more it is another one for the provider, which else would return the old one.
"""

from __future__ import annotations

from typing import Any

from hub.core.hub import Hub
from storage.engine import Batch, Scope

_PART = "phone.text_part"
"""Unique keys: delivery and part → the provider's name for the text ("" where it went wrong), how often it went wrong, and
whether it has arrived."""
_SENT = "phone.text_sent"
"""Unique keys: the provider's name for a text → delivery, part, and how many parts there are."""


async def state_of(hub: Hub, scope: Scope, delivery: int, part: int) -> tuple[str, int]:
    """Return the provider's name for a text that it has taken, else "", and how often it went wrong."""
    held = await hub.store.key(scope, _PART, f"{delivery}.{part}") or {"sms": "", "wrong": 0}
    return held["sms"], held["wrong"]


async def letter_of(hub: Hub, scope: Scope, sms: str) -> dict[str, Any] | None:
    """Return `delivery`, `part` and `parts` of a text by the provider's name, or None where none of ours is known by it."""
    found: dict[str, Any] | None = await hub.store.key(scope, _SENT, sms)
    return found


def put_taken(batch: Batch, delivery: int, part: int, parts: int, sms: str, wrong: int) -> None:
    """Let a batch keep that the provider has taken a text."""
    batch.hold(_PART, f"{delivery}.{part}", {"sms": sms, "wrong": wrong})
    batch.hold(_SENT, sms, {"delivery": delivery, "part": part, "parts": parts})


def put_wrong(batch: Batch, delivery: int, part: int, wrong: int, sms: str = "") -> None:
    """Let a batch keep that a text went wrong; it may be sent once more."""
    batch.hold(_PART, f"{delivery}.{part}", {"sms": "", "wrong": wrong + 1})
    if sms:
        batch.release(_SENT, sms)


def put_arrived(batch: Batch, delivery: int, part: int, sms: str, wrong: int) -> None:
    """Let a batch keep that a text has arrived."""
    batch.hold(_PART, f"{delivery}.{part}", {"sms": sms, "wrong": wrong, "arrived": True})


def put_known(batch: Batch, sms: str) -> None:
    """Let a batch forget the provider's name for a text: all that there was to tell of it is told."""
    batch.release(_SENT, sms)


def put_settled(batch: Batch, delivery: int, parts: int) -> None:
    """Let a batch forget the texts of a letter that has arrived as a whole."""
    for part in range(parts):
        batch.release(_PART, f"{delivery}.{part}")


async def all_arrived(hub: Hub, scope: Scope, delivery: int, parts: int) -> bool:
    """Tell whether every text of a letter has arrived."""
    held = await hub.store.keys(scope, [(_PART, f"{delivery}.{part}") for part in range(parts)])
    return len(held) == parts and all(each.get("arrived") for each in held.values())
