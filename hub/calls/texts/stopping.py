"""STOP and START: who wants no text messages of an application, whichever of its numbers they go out from.

The words are those that carriers ask for (CTIA, "Messaging Principles and Best Practices") and that Twilio and Telnyx act upon
themselves: a message that is one of them and nothing else. In Polish the word is STOP as well. The providers block and answer by
themselves; what is kept here lets nobody try in vain. It is kept by a digest of the number and not with the contact, so it outlives
merging and erasing: a wish not to be written to must not be forgotten with the rest.
"""

from __future__ import annotations

import hashlib

from hub.core.hub import Hub
from storage.engine import Batch, Scope

STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START = frozenset({"START", "UNSTOP"})
"""Twilio takes YES for START too; here it is an answer like any other."""
_KEY = "phone.stopped"


def wish_of(text: str) -> bool | None:
    """Return True where a text asks for no more texts, False where it takes that back, None where it does neither."""
    word = text.strip().rstrip(".!").upper()
    return True if word in STOP else False if word in START else None


def put_wish(batch: Batch, number: str, stopped: bool) -> None:
    """Let a batch keep whether a number (E.164) wants no texts."""
    if stopped:
        batch.hold(_KEY, _digest(number), 1)
    else:
        batch.release(_KEY, _digest(number))


async def is_stopped(hub: Hub, scope: Scope, number: str) -> bool:
    """Tell whether a number (E.164) wants no texts."""
    return await hub.store.key(Scope(scope.app), _KEY, _digest(number)) is not None


def _digest(number: str) -> str:
    return hashlib.sha256(number.encode()).hexdigest()
