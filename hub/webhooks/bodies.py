"""What is sent: the body of the Standard Webhooks specification, or that of User.com's "API call"."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from hub.core.clock import rfc3339
from hub.core.hub import Hub
from storage.engine import Document, Scope

UserOf = Callable[[Hub, Scope, int], Awaitable[dict[str, Any] | None]]
"""From a contact to the object that User.com's API shows of it; None where it is gone."""


class Faces:
    """How a contact looks to clients of User.com: the door that speaks their language says so."""

    def __init__(self, hub: Hub) -> None:
        self.user: UserOf = _nobody


async def _nobody(hub: Hub, scope: Scope, contact: int) -> None:
    return None


async def body_of(
    hub: Hub, scope: Scope, webhook: Document, kind: str, at: int, data: dict[str, Any], people: list[int]
) -> str:
    """Return the body for a webhook as text; it stays the same whenever it is sent again."""
    if webhook["form"] == "standard":
        return _text({"type": kind, "timestamp": rfc3339(at), "data": data})
    moment = datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="microseconds")
    call: dict[str, Any] = {"path": webhook["id"], "timestamp": moment, "extra": {"event": kind, **data}}
    if webhook["with_user"] and people:
        call["user"] = await hub.part(Faces).user(hub, scope, people[0])
    return _text(call)


def _text(body: dict[str, Any]) -> str:
    return msgspec.json.encode(body).decode()
