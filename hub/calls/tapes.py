"""What a call keeps of its recording while it runs, and the row of the recording that begins with it."""

from __future__ import annotations

import secrets

from hub.calls.collections import RECORDINGS
from hub.calls.rules import CallRules, CallRulesKept
from hub.core.hub import Hub
from storage.engine import Batch, Document, Scope

EXPIRE = "calls.expire_recording"
"""The job that removes a recording after its days."""
SETTLE = "calls.settle_recording"
"""The job that looks whether anything came of a recording."""
SETTLED_AFTER = 600_000
"""Milliseconds between two such looks: what a killed worker left is kept long before."""
_DAY = 86_400_000


def wanted(rules: CallRules, call: Document) -> bool:
    """Tell whether the rules want a call recorded."""
    return rules.record in ("all", call["direction"])


async def new_tape(hub: Hub, scope: Scope) -> Document:
    """Return what a call keeps of a recording that begins now. Its name can't be guessed: files are found by it."""
    id = await hub.ids.next("call_recording")
    return {"id": id, "name": f"{scope.app}-{id}-{secrets.token_hex(8)}", "state": "on"}


async def put_tape(hub: Hub, batch: Batch, call: Document) -> None:
    """Put the row of the recording that a call begins with this batch into it."""
    days = (await hub.part(CallRulesKept).of(batch.scope.app)).keep_days
    now, tape = hub.clock.now(), call["recording"]
    batch.insert(
        RECORDINGS,
        {"id": tape["id"], "call": call["id"], "contact": call["contact"], "name": tape["name"], "state": "running",
         "why": "", "began": now, "seconds": 0, "size": 0, "parts": [], "expires": now + days * _DAY},
    )  # fmt: skip
    await hub.jobs.add(batch, SETTLE, {"recording": tape["id"]}, after=SETTLED_AFTER)
    await hub.jobs.add(batch, EXPIRE, {"recording": tape["id"]}, after=days * _DAY)
