"""A call has ended here, and has to end at its provider too."""

from __future__ import annotations

from hub.core.hub import Hub
from storage.engine import Batch, Document

HANG_UP = "phone.hang_up"
"""The job that does it: written with the end, so that no call goes on costing money because a node died."""


async def put_hang_up(hub: Hub, batch: Batch, call: Document) -> None:
    """Put the job into the batch in which a call ends, where the call goes over a provider."""
    phone = call.get("phone")
    if phone and phone.get("at"):
        await hub.jobs.add(batch, HANG_UP, {"leg": phone["at"]})
