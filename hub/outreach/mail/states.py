"""What keeps a sender from sending, as the panel shows it and every node honours it: kept beside the senders."""

from __future__ import annotations

from msgspec import Struct

from hub.core.clock import rfc3339
from hub.core.hub import Hub
from hub.outreach.collections import MAIL_SENDERS
from hub.outreach.mail.connecting import Why
from hub.outreach.mail.sender import INSTALLATION, stored_senders
from storage.engine import Batch, Document, Duplicate, Missing, Scope, StorageError

_LONGEST = 300
_NEWS = 20 * 60_000
"""For so long what paused the sender of all is shown after its last pause: then nobody here waits for it any more."""


class SenderTrouble(Struct, frozen=True):
    """Why a sender is paused: the step that failed, or `slow` where its server wants less; since when, and until when."""

    step: Why
    said: str
    since: str
    until: str


def paused_until(stored: Document, sender: int) -> int:
    """Return until when another node has paused a sender (milliseconds).

    That of the installation is paused by each process alone: new settings count from its start on.
    """
    return 0 if sender == INSTALLATION else int(_state(stored, sender).get("until", 0))


def shown_trouble(stored: Document, sender: int, now: int) -> SenderTrouble | None:
    """Return why a sender is paused, or None."""
    state = _state(stored, sender)
    if not state or (sender == INSTALLATION and state["until"] + _NEWS < now):
        return None
    return SenderTrouble(state["step"], state["said"], rfc3339(state["since"]), rfc3339(state["until"]))


async def tell_trouble(hub: Hub, stored: Document, sender: int, step: Why, said: str, until: int) -> None:
    """Keep that a sender is paused, and why; the moment since when stays while it lasts."""
    before = _state(stored, sender)
    since = before.get("since") or hub.clock.now()
    state = {"step": step, "said": said[:_LONGEST], "since": since, "until": until}
    if before != state:
        await _keep(hub, stored["id"], f"states.{sender}", state)


async def tell_well(hub: Hub, stored: Document, sender: int) -> None:
    """Keep that a sender works."""
    if _state(stored, sender):
        await _keep(hub, stored["id"], f"states.{sender}", None)


def _state(stored: Document, sender: int) -> Document:
    return (stored.get("states") or {}).get(str(sender)) or {}


async def _keep(hub: Hub, app: int, field: str, state: Document | None) -> None:
    batch = Batch(Scope(app))
    if state is None:
        batch.patch(MAIL_SENDERS, app, unset=(field,))
    else:
        batch.patch(MAIL_SENDERS, app, set={field: state})
    try:
        await hub.commit(batch)
    except Missing:
        if state is not None:
            await _begin(hub, app, field.partition(".")[2], state)
    except StorageError as error:
        hub.log.warning("what became of a mail sender is not kept", error=str(error))


async def _begin(hub: Hub, app: int, sender: str, state: Document) -> None:
    batch = Batch(Scope(app))
    batch.insert(MAIL_SENDERS, await stored_senders(hub, app) | {"states": {sender: state}})
    try:
        await hub.commit(batch)
    except Duplicate:
        pass  # somebody else was the first; the next trouble is kept
