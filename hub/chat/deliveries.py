"""What left the chat another way: one row for each letter to a person by a channel, with what became of it and why."""

from __future__ import annotations

from typing import Literal

from hub.chat.collections import DELIVERIES
from hub.core.hub import Hub
from storage.engine import Batch

State = Literal["waiting", "sent", "refused", "failed", "unreachable"]
"""`waiting` for its channel; taken by it, or refused for good; given up; or there was no way to the person at all."""
_LONGEST = 300


async def begin_delivery(
    hub: Hub,
    batch: Batch,
    *,
    conversation: int,
    contact: int,
    to: tuple[str, int],
    channel: str,
    reason: str = "message",
    after: int = 0,
    through: int = 0,
    state: State = "waiting",
    why: str = "",
) -> int:
    """Put into the batch that a letter is going to be sent, and return its id.

    `to` is the kind and the id of who gets it, `contact` whose conversation it is about; `after` and `through` say which
    of its messages; `reason` what for (`message`, `assigned`, `mention`).
    """
    id, now = await hub.ids.next("delivery"), hub.clock.now()
    batch.insert(DELIVERIES, {
        "id": id, "conversation": conversation, "contact": contact, "to": {"kind": to[0], "id": to[1]},
        "channel": channel, "reason": reason, "after": after, "through": through, "state": state, "why": why, "said": "",
        "letter": "", "tries": 0, "created": now, "updated": now, "seen": None, "clicked": None,
    })  # fmt: skip
    return id


def mark_delivery(
    hub: Hub, batch: Batch, id: int, state: State, *, why: str = "", said: str = "", letter: str = ""
) -> None:
    """Put into the batch what became of a letter.

    `why` is a short code (`server_away`, `refused`, `no_sender` …), `said` the words of the other side, `letter` the id
    by which the other side knows it: a `Message-ID`, or a collapse key.
    """
    changes = {"state": state, "why": why, "said": said[:_LONGEST], "updated": hub.clock.now()}
    batch.patch(DELIVERIES, id, set=changes | ({"letter": letter} if letter else {}), inc={"tries": 1})
